//! OpenAPI 3.0 and 3.1 (<https://spec.openapis.org/oas/v3.1.1.html>).

use serde_json::Value;
use townhall_model::{Finding, Severity};

use super::read::{Document, METHODS, is_true, items, text, typed};
use super::{Api, Between, Body, FORM, Field, Key, Kind, MULTIPART, Operation, Place, example, schema};

pub(super) fn read(document: &Document<'_>) -> Api {
    let root = document.root;
    let info = root.get("info").unwrap_or(&Value::Null);
    let version = text(root, "openapi");
    let mut api = Api {
        form: format!("OpenAPI {}", version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".")),
        title: text(info, "title"),
        version: text(info, "version"),
        about: text(info, "description"),
        servers: servers(root),
        keys: keys(document),
        operations: Vec::new(),
    };
    let paths = root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let Some(item) = document.resolve(item) else { continue };
        if !path.starts_with('/') {
            document.notes.add(
                Finding::new("API-PATH", Severity::Warning, "a path does not begin with `/`")
                    .with_value(path),
            );
            continue;
        }
        for method in METHODS {
            if let Some(operation) = item.get(method).filter(|operation| operation.is_object()) {
                api.operations.push(read_operation(document, path, item, method, operation));
            }
        }
    }
    api
}

fn read_operation<'a>(
    document: &Document<'a>,
    path: &str,
    item: &'a Value,
    method: &str,
    operation: &'a Value,
) -> Operation {
    let mut found = Operation {
        id: text(operation, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        server: servers(operation).into_iter().chain(servers(item)).next(),
        group: items(operation, "tags").find_map(Value::as_str).unwrap_or_default().to_owned(),
        summary: text(operation, "summary"),
        about: text(operation, "description"),
        deprecated: is_true(operation, "deprecated"),
        ..Operation::default()
    };
    // What an operation says of a parameter counts more than what its path says.
    for parameter in items(operation, "parameters").chain(items(item, "parameters")) {
        if let Some(field) = document.resolve(parameter).and_then(|parameter| field(document, parameter)) {
            found.fields.push(field);
        }
    }
    if let Some(body) = operation.get("requestBody").and_then(|body| document.resolve(body)) {
        read_body(document, body, &mut found);
    }
    found
}

fn field<'a>(document: &Document<'a>, parameter: &'a Value) -> Option<Field> {
    let place = match text(parameter, "in").as_str() {
        "path" => Place::Path,
        "query" | "querystring" => Place::Query,
        "header" => Place::Header,
        // A cookie is the browser's matter.
        _ => return None,
    };
    let explodes = parameter.get("explode").and_then(Value::as_bool);
    let between = match (text(parameter, "style").as_str(), place, explodes) {
        ("spaceDelimited", ..) => Between::Mark(' '),
        ("pipeDelimited", ..) => Between::Mark('|'),
        (_, Place::Query, None | Some(true)) => Between::Repeat,
        _ => Between::Mark(','),
    };
    let by_content = parameter.get("content").and_then(Value::as_object).and_then(|all| all.values().next());
    let described = parameter.get("schema").or_else(|| by_content?.get("schema"));
    let mut known = described.map(|one| schema::known(document, one, between)).unwrap_or_default();
    let is_open = described.and_then(|one| document.resolve(one)).is_some_and(|one| {
        schema::type_of(one) == "object"
            && one.get("additionalProperties").is_some_and(|more| *more != false)
            && place == Place::Query
    });
    if is_open {
        known.kind = Some(Kind::Pairs);
    }
    let said = parameter.get("example").and_then(typed);
    let listed = parameter.get("examples").and_then(Value::as_object).and_then(|all| all.values().next());
    let listed = listed.and_then(|one| document.resolve(one)).and_then(|one| typed(one.get("value")?));
    let required = is_true(parameter, "required") || place == Place::Path;
    Some(Field {
        name: text(parameter, "name"),
        place,
        required,
        about: Some(text(parameter, "description")).filter(|about| !about.is_empty()).unwrap_or(known.about),
        kind: known.kind.unwrap_or(Kind::Text),
        choices: known.choices,
        value: said.or(listed).or(known.value.clone().filter(|_| required)),
        hint: known.value,
    })
}

fn read_body<'a>(document: &Document<'a>, body: &'a Value, operation: &mut Operation) {
    let Some(content) = body.get("content").and_then(Value::as_object) else { return };
    // A form can be filled in; JSON can be written; of anything else the first.
    let wanted = [FORM, MULTIPART, "application/json"];
    let chosen = wanted.iter().find_map(|name| content.get_key_value(*name));
    let by_kind = || content.iter().find(|(name, _)| name.contains("json"));
    let Some((media_type, media)) = chosen.or_else(by_kind).or_else(|| content.iter().next()) else { return };
    let required = is_true(body, "required");
    let described = media.get("schema");
    let mut found = Body {
        media_type: media_type.clone(),
        about: text(body, "description"),
        required,
        example: String::new(),
    };
    if found.is_form() {
        operation.fields.extend(described.into_iter().flat_map(|one| form_fields(document, one)));
    } else {
        let said = media.get("example").cloned();
        let listed = media.get("examples").and_then(Value::as_object).and_then(|all| all.values().next());
        let listed = listed.and_then(|one| document.resolve(one)).and_then(|one| one.get("value").cloned());
        let value = said.or(listed).or_else(|| Some(example::of(document, described?)));
        found.example = match value {
            Some(Value::String(text)) => text,
            Some(Value::Null) | None => String::new(),
            Some(value) => format!("{value:#}"),
        };
    }
    operation.body = Some(found);
}

/// The fields of a form's schema.
pub(super) fn form_fields<'a>(document: &Document<'a>, described: &'a Value) -> Vec<Field> {
    let Some(described) = document.resolve(described) else { return Vec::new() };
    let required: Vec<&str> = items(described, "required").filter_map(Value::as_str).collect();
    let properties = described.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties
        .map(|(name, one)| {
            let known = schema::known(document, one, Between::Repeat);
            let format = document.resolve(one).map(|one| text(one, "format")).unwrap_or_default();
            Field {
                name: name.clone(),
                place: Place::Form,
                required: required.contains(&name.as_str()),
                about: known.about,
                kind: match known.kind {
                    Some(Kind::Text) | None if format == "text" => Kind::LongText,
                    kind => kind.unwrap_or(Kind::Text),
                },
                choices: known.choices,
                value: None,
                hint: known.value,
            }
        })
        .collect()
}

fn servers(value: &Value) -> Vec<String> {
    items(value, "servers")
        .map(|server| {
            let mut url = text(server, "url");
            let variables = server.get("variables").and_then(Value::as_object).into_iter().flatten();
            for (name, variable) in variables.take(20) {
                url = url.replace(&format!("{{{name}}}"), &text(variable, "default"));
            }
            url
        })
        .filter(|url| !url.is_empty())
        .take(20)
        .collect()
}

fn keys(document: &Document<'_>) -> Vec<Key> {
    let schemes = document.root.pointer("/components/securitySchemes").and_then(Value::as_object);
    let schemes = schemes.into_iter().flatten().filter_map(|(_, scheme)| document.resolve(scheme));
    schemes.filter_map(key).take(10).collect()
}

/// A key that a person can type: what takes a dance of redirects is not.
pub(super) fn key(scheme: &Value) -> Option<Key> {
    let header = |prefix: &str| Key {
        name: "Authorization".to_owned(),
        place: Place::Header,
        prefix: prefix.to_owned(),
    };
    match (text(scheme, "type").as_str(), text(scheme, "in").as_str(), text(scheme, "scheme").as_str()) {
        ("apiKey", "header", _) => {
            Some(Key { name: text(scheme, "name"), place: Place::Header, prefix: String::new() })
        }
        ("apiKey", "query", _) => {
            Some(Key { name: text(scheme, "name"), place: Place::Query, prefix: String::new() })
        }
        ("http", _, kind) if kind.eq_ignore_ascii_case("bearer") => Some(header("Bearer ")),
        _ => None,
    }
}

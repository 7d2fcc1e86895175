//! Swagger 2.0 (<https://swagger.io/specification/v2/>).

use serde_json::Value;

use super::read::{Document, METHODS, is_true, items, text, typed};
use super::{Api, Between, Body, FORM, Field, Kind, MULTIPART, Operation, Place, example, openapi, schema};

pub(super) fn read(document: &Document<'_>) -> Api {
    let root = document.root;
    let info = root.get("info").unwrap_or(&Value::Null);
    let schemes = root.get("securityDefinitions").and_then(Value::as_object);
    let mut api = Api {
        form: "Swagger 2.0".to_owned(),
        title: text(info, "title"),
        version: text(info, "version"),
        about: text(info, "description"),
        servers: servers(root),
        keys: schemes.into_iter().flatten().filter_map(|(_, scheme)| openapi::key(scheme)).take(10).collect(),
        operations: Vec::new(),
    };
    let paths = root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten().filter(|(path, _)| path.starts_with('/')) {
        let Some(item) = document.resolve(item) else { continue };
        for method in METHODS {
            if let Some(operation) = item.get(method).filter(|operation| operation.is_object()) {
                api.operations.push(read_operation(document, path, item, method, operation));
            }
        }
    }
    api
}

fn servers(root: &Value) -> Vec<String> {
    let (host, base) = (text(root, "host"), text(root, "basePath"));
    if host.is_empty() {
        return if base.is_empty() { Vec::new() } else { vec![base] };
    }
    let schemes: Vec<&str> = items(root, "schemes").filter_map(Value::as_str).collect();
    let scheme = if schemes.is_empty() || schemes.contains(&"https") { "https" } else { schemes[0] };
    vec![format!("{scheme}://{host}{base}")]
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
        group: items(operation, "tags").find_map(Value::as_str).unwrap_or_default().to_owned(),
        summary: text(operation, "summary"),
        about: text(operation, "description"),
        deprecated: is_true(operation, "deprecated"),
        ..Operation::default()
    };
    for parameter in items(operation, "parameters").chain(items(item, "parameters")) {
        let Some(parameter) = document.resolve(parameter) else { continue };
        let place = match text(parameter, "in").as_str() {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            "formData" => Place::Form,
            "body" => {
                let described = parameter.get("schema").unwrap_or(&Value::Null);
                let value = example::of(document, described);
                found.body.get_or_insert_with(|| Body {
                    media_type: "application/json".to_owned(),
                    about: text(parameter, "description"),
                    example: if value.is_null() { String::new() } else { format!("{value:#}") },
                    required: is_true(parameter, "required"),
                });
                continue;
            }
            _ => continue,
        };
        found.fields.push(field(document, parameter, place));
    }
    if found.fields.iter().any(|field| field.place == Place::Form) {
        let consumes = items(operation, "consumes").chain(items(document.root, "consumes"));
        let is_multipart = consumes.filter_map(Value::as_str).any(|kind| kind == MULTIPART);
        let media_type = if is_multipart { MULTIPART } else { FORM }.to_owned();
        found.body = Some(Body { media_type, ..Body::default() });
    }
    found
}

/// A parameter of Swagger 2.0 is a schema with a name and a place.
fn field<'a>(document: &Document<'a>, parameter: &'a Value, place: Place) -> Field {
    let between = match text(parameter, "collectionFormat").as_str() {
        "multi" => Between::Repeat,
        "ssv" => Between::Mark(' '),
        "tsv" => Between::Mark('\t'),
        "pipes" => Between::Mark('|'),
        _ => Between::Mark(','),
    };
    let known = schema::known(document, parameter, between);
    let required = is_true(parameter, "required") || place == Place::Path;
    Field {
        name: text(parameter, "name"),
        place,
        required,
        about: known.about,
        kind: known.kind.unwrap_or(Kind::Text),
        choices: known.choices,
        value: parameter.get("x-example").and_then(typed).or(known.value.clone().filter(|_| required)),
        hint: known.value,
    }
}

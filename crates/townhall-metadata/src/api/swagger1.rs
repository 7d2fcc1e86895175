//! Swagger 1.2: an API declaration (<https://github.com/OAI/OpenAPI-Specification/blob/main/versions/1.2.md>). A resource
//! listing only names declarations, each a document of its own.

use serde_json::Value;
use townhall_model::{Finding, Severity};

use super::read::{Document, is_true, items, text, typed};
use super::{API_CHOICES_MAX, Api, Between, Body, Choice, FORM, Field, Key, Kind, Operation, Place};

pub(super) fn read(document: &Document<'_>) -> Option<Api> {
    let root = document.root;
    let has_operations = items(root, "apis").any(|api| api.get("operations").is_some());
    if !has_operations {
        let named: Vec<String> = items(root, "apis").map(|api| text(api, "path")).take(20).collect();
        document.notes.add(
            Finding::new(
                "API-LISTING",
                Severity::Error,
                format!("the document is a list of API declarations, not one of them: {}", named.join(", ")),
            )
            .with_fix("register the declarations that it lists, each under a name of its own"),
        );
        return None;
    }
    let info = root.get("info").unwrap_or(&Value::Null);
    let title = [text(info, "title"), text(root, "resourcePath").trim_matches('/').to_owned()];
    let mut api = Api {
        form: format!("Swagger {}", text(root, "swaggerVersion")),
        title: title.into_iter().find(|title| !title.is_empty()).unwrap_or_default(),
        version: text(root, "apiVersion"),
        about: text(info, "description"),
        servers: Some(text(root, "basePath")).filter(|base| !base.is_empty()).into_iter().collect(),
        keys: keys(root),
        operations: Vec::new(),
    };
    let group = text(root, "resourcePath").trim_matches('/').to_owned();
    for resource in items(root, "apis") {
        let path = text(resource, "path");
        let path = if path.starts_with('/') { path } else { format!("/{path}") };
        for operation in items(resource, "operations") {
            api.operations.push(read_operation(&path, &group, operation));
        }
    }
    Some(api)
}

fn keys(root: &Value) -> Vec<Key> {
    let all = root.get("authorizations").and_then(Value::as_object).into_iter().flatten();
    all.filter(|(_, one)| text(one, "type") == "apiKey")
        .map(|(_, one)| Key {
            name: text(one, "keyname"),
            place: if text(one, "passAs") == "header" { Place::Header } else { Place::Query },
            prefix: String::new(),
        })
        .filter(|key| !key.name.is_empty())
        .take(10)
        .collect()
}

fn read_operation(path: &str, group: &str, operation: &Value) -> Operation {
    let method = [text(operation, "method"), text(operation, "httpMethod")];
    let mut found = Operation {
        id: text(operation, "nickname"),
        method: method.into_iter().find(|method| !method.is_empty()).unwrap_or("GET".into()).to_uppercase(),
        path: path.to_owned(),
        group: group.to_owned(),
        summary: text(operation, "summary"),
        about: text(operation, "notes"),
        deprecated: is_true(operation, "deprecated"),
        ..Operation::default()
    };
    for parameter in items(operation, "parameters") {
        let place = match text(parameter, "paramType").as_str() {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            "form" => Place::Form,
            "body" => {
                found.body = Some(Body {
                    media_type: "application/json".to_owned(),
                    about: text(parameter, "description"),
                    example: String::new(),
                    required: is_true(parameter, "required"),
                });
                continue;
            }
            _ => continue,
        };
        let listed = items(parameter, "enum").filter_map(typed).take(API_CHOICES_MAX);
        found.fields.push(Field {
            name: text(parameter, "name"),
            place,
            required: is_true(parameter, "required") || place == Place::Path,
            about: text(parameter, "description"),
            kind: match text(parameter, "type").as_str() {
                "integer" | "long" | "int" => Kind::Integer,
                "number" | "float" | "double" => Kind::Number,
                "boolean" => Kind::Boolean,
                _ if is_true(parameter, "allowMultiple") => Kind::List(Between::Mark(',')),
                _ => Kind::Text,
            },
            choices: listed.map(|value| Choice { label: value.clone(), value }).collect(),
            value: parameter.get("defaultValue").and_then(typed),
            hint: None,
        });
    }
    if found.fields.iter().any(|field| field.place == Place::Form) {
        found.body = Some(Body { media_type: FORM.to_owned(), ..Body::default() });
    }
    found
}

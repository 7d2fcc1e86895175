//! I/O Docs: `endpoints` with `methods`, and beside them an entry of `apiconfig.json` that says where the API is and which
//! key it takes.

use serde_json::Value;
use townhall_model::{Finding, Severity};

use super::read::{Document, clipped, is_true, items, text, typed};
use super::{API_CHOICES_MAX, Api, Body, Choice, FORM, Field, Key, Kind, Operation, Place};

/// Whether a document is one.
pub(super) fn is_meant(root: &Value) -> bool {
    root.get("endpoints").is_some_and(Value::is_array)
}

pub(super) fn read(document: &Document<'_>, config: Option<&Value>) -> Api {
    let root = document.root;
    // The configuration may stand beside the endpoints, or hold several APIs by their names.
    let config = config.map(|config| entry(document, config)).unwrap_or(root);
    let mut api = Api {
        form: "I/O Docs".to_owned(),
        title: [text(config, "name"), text(root, "name")]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default(),
        version: text(root, "version"),
        about: text(root, "description"),
        servers: server(config).into_iter().collect(),
        keys: key(config).into_iter().collect(),
        operations: Vec::new(),
    };
    if matches!(text(config, "auth").as_str(), "oauth" | "oauth1") {
        document.notes.add(Finding::new(
            "API-AUTH",
            Severity::Warning,
            "the API asks for OAuth, which the console does not do: only what needs none can be tried",
        ));
    }
    for endpoint in items(root, "endpoints") {
        for method in items(endpoint, "methods") {
            api.operations.push(operation(endpoint, method, config));
        }
    }
    api
}

fn entry<'a>(document: &Document<'_>, config: &'a Value) -> &'a Value {
    if config.get("baseURL").is_some() {
        return config;
    }
    let mut entries = config.as_object().into_iter().flatten().map(|(_, entry)| entry);
    match (entries.next(), entries.next()) {
        (Some(only), None) => only,
        _ => {
            document.notes.add(
                Finding::new("API-CONFIG", Severity::Warning, "the configuration does not have one API")
                    .with_fix("give only the entry of this API"),
            );
            &Value::Null
        }
    }
}

fn server(config: &Value) -> Option<String> {
    let base = text(config, "baseURL");
    if base.is_empty() {
        return None;
    }
    let path = text(config, "publicPath");
    let base = match base.contains("://") {
        true => base,
        false => {
            let protocol = text(config, "protocol");
            let protocol = if protocol.is_empty() { "http" } else { &protocol };
            format!("{protocol}://{base}")
        }
    };
    Some(format!("{base}{path}"))
}

fn key(config: &Value) -> Option<Key> {
    let name = text(config, "keyParam");
    let takes_key = text(config, "auth") == "key" && !name.is_empty();
    takes_key.then(|| Key { name, place: Place::Query, prefix: String::new() })
}

fn operation(endpoint: &Value, method: &Value, config: &Value) -> Operation {
    let verb = Some(text(method, "HTTPMethod")).filter(|verb| !verb.is_empty());
    let verb = verb.unwrap_or_else(|| "GET".to_owned()).to_uppercase();
    let has_body = matches!(verb.as_str(), "POST" | "PUT" | "PATCH");
    let uri = text(method, "URI");
    let mut path = if uri.starts_with('/') { uri } else { format!("/{uri}") };
    let mut fields = Vec::new();
    for parameter in items(method, "parameters") {
        let name = text(parameter, "Name");
        // A parameter of the path stands there with a colon before its name, and may be named with it.
        let plain = name.trim_start_matches(':').to_owned();
        let place = match placed(&path, &plain) {
            Some(put) => {
                path = put;
                Place::Path
            }
            None if has_body => Place::Form,
            None => Place::Query,
        };
        fields.push(field(parameter, plain, place, config));
    }
    Operation {
        id: text(method, "MethodName"),
        body: (has_body && fields.iter().any(|field| field.place == Place::Form))
            .then(|| Body { media_type: FORM.to_owned(), ..Body::default() }),
        method: verb,
        path,
        group: text(endpoint, "name"),
        summary: [text(method, "Synopsis"), text(method, "MethodName")]
            .into_iter()
            .find(|words| !words.is_empty())
            .unwrap_or_default(),
        fields,
        ..Operation::default()
    }
}

/// The path with `{name}` for `:name`, when it is there as a whole word.
fn placed(path: &str, name: &str) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    let sign = format!(":{name}");
    let at = path.match_indices(&sign).map(|(at, _)| at).find(|at| {
        let after = path[at + sign.len()..].chars().next();
        !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })?;
    Some(format!("{}{{{name}}}{}", &path[..at], &path[at + sign.len()..]))
}

fn field(parameter: &Value, name: String, place: Place, config: &Value) -> Field {
    let said = |name: &str, usual: &str| {
        Some(text(config, name)).filter(|said| !said.is_empty()).unwrap_or_else(|| usual.to_owned())
    };
    let choices = match text(parameter, "Type").to_ascii_lowercase().as_str() {
        "enumerated" => {
            let labels: Vec<String> = items(parameter, "EnumeratedDescription").filter_map(typed).collect();
            let values = items(parameter, "EnumeratedList").filter_map(typed).take(API_CHOICES_MAX);
            let choice = |(index, value): (usize, String)| Choice {
                label: labels.get(index).map_or_else(|| value.clone(), |label| clipped(label)),
                value,
            };
            values.enumerate().map(choice).collect()
        }
        "boolean" => [said("booleanTrueVal", "true"), said("booleanFalseVal", "false")]
            .map(|value| Choice { label: value.clone(), value })
            .into(),
        _ => Vec::new(),
    };
    Field {
        name,
        place,
        required: is_true(parameter, "Required") || place == Place::Path,
        about: text(parameter, "Description"),
        kind: match text(parameter, "Type").to_ascii_lowercase().as_str() {
            "integer" | "int" => Kind::Integer,
            "number" | "float" => Kind::Number,
            "textarea" => Kind::LongText,
            _ => Kind::Text,
        },
        choices,
        value: parameter.get("Default").and_then(typed).filter(|value| !value.is_empty()),
        hint: None,
    }
}

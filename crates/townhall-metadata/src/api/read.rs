//! Which kind of description it is, and what all of them share.

use std::cell::RefCell;
use std::collections::HashSet;

use serde_json::Value;
use townhall_model::{Finding, Position, Severity};

use super::{
    API_BYTES_MAX, API_FIELDS_MAX, API_FINDINGS_MAX, API_HOPS_MAX, API_OPERATIONS_MAX, API_TEXT_MAX, Api,
    ApiReading, Operation, io_docs, openapi, swagger1, swagger2,
};

/// Reads a description, with the `apiconfig.json` beside it when it is one of I/O Docs.
pub fn read_api(text: &[u8], config: Option<&[u8]>) -> ApiReading {
    let notes = Notes::default();
    let (Some(root), config) = (notes.json(text, "the description"), config) else { return notes.nothing() };
    let config = match config {
        Some(text) => match notes.json(text, "the configuration") {
            Some(config) => Some(config),
            None => return notes.nothing(),
        },
        None => None,
    };
    read(&root, config.as_ref(), notes)
}

/// Reads a description that is JSON already.
pub fn read_api_value(root: &Value) -> ApiReading {
    read(root, None, Notes::default())
}

fn read(root: &Value, config: Option<&Value>, notes: Notes) -> ApiReading {
    let document = Document { root, notes };
    let word = |name: &str| match root.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let api = if word("openapi").starts_with('3') {
        Some(openapi::read(&document))
    } else if word("swagger").starts_with('2') {
        Some(swagger2::read(&document))
    } else if word("swaggerVersion").starts_with('1') {
        swagger1::read(&document)
    } else if io_docs::is_meant(root) {
        Some(io_docs::read(&document, config))
    } else {
        document.notes.add(
            Finding::new(
                "API-UNKNOWN",
                Severity::Error,
                "the document is none of OpenAPI 3, Swagger 2.0 or 1.2, I/O Docs",
            )
            .with_fix(
                "give a JSON document with `openapi`, `swagger`, `swaggerVersion` or `endpoints` at its top",
            ),
        );
        None
    };
    let mut api = match api {
        Some(api) => api,
        None => return document.notes.nothing(),
    };
    settle(&mut api, &document.notes);
    ApiReading { api: Some(api), findings: document.notes.into_findings() }
}

/// Bounds what was read and makes names unique.
fn settle(api: &mut Api, notes: &Notes) {
    if api.operations.is_empty() {
        notes.add(Finding::new("API-EMPTY", Severity::Error, "the description has no operation"));
    }
    if api.operations.len() > API_OPERATIONS_MAX {
        notes.add(Finding::new(
            "API-LIMIT",
            Severity::Warning,
            format!(
                "the description has {} operations; the first {API_OPERATIONS_MAX} are kept",
                api.operations.len()
            ),
        ));
        api.operations.truncate(API_OPERATIONS_MAX);
    }
    let mut known = HashSet::new();
    for operation in &mut api.operations {
        let wanted = plain_id(operation);
        let mut id = wanted.clone();
        let mut number = 2;
        while !known.insert(id.clone()) {
            id = format!("{wanted}-{number}");
            number += 1;
        }
        operation.id = id;
        if operation.fields.len() > API_FIELDS_MAX {
            notes.add(Finding::new(
                "API-LIMIT",
                Severity::Warning,
                format!("`{}` has more than {API_FIELDS_MAX} fields; the rest is left out", operation.path),
            ));
            operation.fields.truncate(API_FIELDS_MAX);
        }
        let mut keys = HashSet::new();
        operation.fields.retain(|field| !field.name.is_empty() && keys.insert(field.key()));
        if operation.summary.is_empty() {
            operation.summary = format!("{} {}", operation.method, operation.path);
        }
    }
    if api.title.trim().is_empty() {
        api.title = "An API without a title".to_owned();
    }
}

/// A name that can stand in an address.
fn plain_id(operation: &Operation) -> String {
    let source = match operation.id.trim() {
        "" => format!("{} {}", operation.method.to_lowercase(), operation.path),
        id => id.to_owned(),
    };
    let words = source.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let id: String = words.join("-").chars().take(100).collect();
    if id.trim_matches('.').is_empty() { "operation".to_owned() } else { id }
}

/// A document and what was noticed in it.
pub(super) struct Document<'a> {
    pub root: &'a Value,
    pub notes: Notes,
}

impl<'a> Document<'a> {
    /// What a value stands for: itself, or what its reference leads to. None when that is nowhere, or elsewhere.
    pub fn resolve(&self, value: &'a Value) -> Option<&'a Value> {
        let mut value = value;
        for _ in 0..API_HOPS_MAX {
            let Some(target) = value.get("$ref").and_then(Value::as_str) else { return Some(value) };
            let Some(pointer) = target.strip_prefix('#') else {
                self.notes.add(
                    Finding::new(
                        "API-REMOTE-REF",
                        Severity::Warning,
                        "a reference leads to another document, which is not read",
                    )
                    .with_value(target)
                    .with_fix("give the description as one document"),
                );
                return None;
            };
            let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
            value = match self.root.pointer(&pointer) {
                Some(found) => found,
                None => {
                    self.notes.add(
                        Finding::new("API-LOST-REF", Severity::Warning, "a reference leads nowhere")
                            .with_value(target),
                    );
                    return None;
                }
            };
        }
        self.notes.add(Finding::new("API-REF-LOOP", Severity::Warning, "references lead in a circle"));
        None
    }
}

/// Findings, a bounded number, each once.
#[derive(Default)]
pub(super) struct Notes(RefCell<Vec<Finding>>);

impl Notes {
    pub fn add(&self, finding: Finding) {
        let mut findings = self.0.borrow_mut();
        if findings.len() < API_FINDINGS_MAX && !findings.contains(&finding) {
            findings.push(finding);
        }
    }

    fn json(&self, text: &[u8], what: &str) -> Option<Value> {
        if text.len() > API_BYTES_MAX {
            let message = format!("{what} has more than {API_BYTES_MAX} bytes");
            self.add(Finding::new("API-LIMIT", Severity::Error, message));
            return None;
        }
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        // A YAML document may well be JSON, but JSON is told better where it goes wrong.
        let is_json = text.trim_ascii_start().first().is_none_or(|first| b"{[\"".contains(first));
        let problem = if is_json {
            match serde_json::from_slice(text) {
                Ok(value) => return Some(value),
                Err(error) => {
                    Finding::new("API-NOT-JSON", Severity::Error, format!("{what} is not JSON: {error}"))
                        .with_position(Position { line: error.line() as u64, column: error.column() as u64 })
                }
            }
        } else {
            match serde_saphyr::from_slice(text) {
                Ok(value) => return Some(value),
                Err(error) => {
                    let reason = error.to_string();
                    let line = reason.lines().next().unwrap_or_default();
                    let reason = clipped(line.strip_prefix("error: ").unwrap_or(line));
                    let found = Finding::new(
                        "API-NOT-YAML",
                        Severity::Error,
                        format!("{what} is not YAML: {reason}"),
                    );
                    match error.location() {
                        Some(at) => found.with_position(Position { line: at.line(), column: at.column() }),
                        None => found,
                    }
                }
            }
        };
        self.add(problem.with_fix("a description is written in JSON or YAML"));
        None
    }

    fn nothing(self) -> ApiReading {
        ApiReading { api: None, findings: self.into_findings() }
    }

    fn into_findings(self) -> Vec<Finding> {
        self.0.into_inner()
    }
}

/// A text member, bounded; empty when there is none.
pub(super) fn text(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => clipped(text),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A value as it would be typed; none for what has no text.
pub(super) fn typed(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(clipped(text)),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            Some(items.iter().filter_map(typed).collect::<Vec<_>>().join(","))
        }
        other => Some(clipped(&other.to_string())),
    }
}

pub(super) fn clipped(text: &str) -> String {
    text.trim().chars().take(API_TEXT_MAX).collect()
}

/// A member that is `true`, also when it is written as a text.
pub(super) fn is_true(value: &Value, name: &str) -> bool {
    match value.get(name) {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => {
            matches!(text.to_ascii_lowercase().as_str(), "y" | "yes" | "true" | "required")
        }
        _ => false,
    }
}

/// The members of an array, or none.
pub(super) fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The methods that an operation may have.
pub(super) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

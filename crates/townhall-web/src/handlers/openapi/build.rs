//! Pieces of an OpenAPI document, so that an operation reads as one sentence.

use serde_json::{Map, Value, json};

/// An operation that is being described.
pub(super) struct Operation {
    path: String,
    method: &'static str,
    value: Map<String, Value>,
    parameters: Vec<Value>,
    media: Vec<&'static str>,
}

impl Operation {
    /// Something that is asked for.
    pub fn get(path: &str, id: &str, summary: &str) -> Self {
        Self::new("get", path, id, summary)
    }

    /// Something that is asked for with a body.
    pub fn post(path: &str, id: &str, summary: &str) -> Self {
        Self::new("post", path, id, summary)
    }

    fn new(method: &'static str, path: &str, id: &str, summary: &str) -> Self {
        let mut value = Map::new();
        value.insert("operationId".to_owned(), json!(id));
        value.insert("summary".to_owned(), json!(summary));
        Self { path: path.to_owned(), method, value, parameters: Vec::new(), media: Vec::new() }
    }

    /// More than a line.
    pub fn about(mut self, text: impl Into<String>) -> Self {
        self.value.insert("description".to_owned(), json!(text.into()));
        self
    }

    /// A part of the path, with a value that is there; none when it is empty.
    pub fn path(self, name: &str, about: &str, example: &str) -> Self {
        self.with(name, "path", about, json!({"type": "string"}), example)
    }

    /// A parameter that takes a text.
    pub fn query(self, name: &str, about: impl AsRef<str>) -> Self {
        self.with(name, "query", about.as_ref(), json!({"type": "string"}), "")
    }

    /// A parameter that takes a text, with a value to begin with.
    pub fn query_as(self, name: &str, about: impl AsRef<str>, example: &str) -> Self {
        self.with(name, "query", about.as_ref(), json!({"type": "string"}), example)
    }

    /// A parameter without which nothing can be asked.
    pub fn needed(mut self, name: &str, about: &str, example: &str) -> Self {
        self = self.query_as(name, about, example);
        if let Some(parameter) = self.parameters.last_mut() {
            parameter["required"] = json!(true);
        }
        self
    }

    /// A parameter that takes a whole number.
    pub fn integer(self, name: &str, about: &str, example: &str) -> Self {
        self.with(name, "query", about, json!({"type": "integer"}), example)
    }

    /// A parameter that takes one of these.
    pub fn one_of<'a>(
        self,
        name: &str,
        about: impl AsRef<str>,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let values: Vec<&str> = values.into_iter().collect();
        self.with(name, "query", about.as_ref(), json!({"type": "string", "enum": values}), "")
    }

    /// Any parameters, such as one for each column.
    pub fn any(self, name: &str, about: &str) -> Self {
        self.with(
            name,
            "query",
            about,
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            "",
        )
    }

    /// A parameter of a schema.
    pub fn with(mut self, name: &str, place: &str, about: &str, schema: Value, example: &str) -> Self {
        let mut parameter = json!({
            "name": name, "in": place, "required": place == "path", "description": about, "schema": schema,
        });
        if !example.is_empty() {
            parameter["example"] = match schema_type(&parameter) {
                "integer" => example.parse::<i64>().map_or(json!(example), |number| json!(number)),
                _ => json!(example),
            };
        }
        self.parameters.push(parameter);
        self
    }

    /// A body of JSON, with one to begin with.
    pub fn json_body(self, about: &str, example: Value) -> Self {
        let content = json!({"application/json": {"schema": {"type": "object"}, "example": example}});
        self.body(about, content)
    }

    /// A body of any content.
    pub fn body(mut self, about: &str, content: Value) -> Self {
        let body = json!({"required": true, "description": about, "content": content});
        self.value.insert("requestBody".to_owned(), body);
        self
    }

    /// What the answer is written as; JSON unless said.
    pub fn in_media(mut self, media: &'static str) -> Self {
        self.media.push(media);
        self
    }

    /// Puts it among the paths, under a heading, with what its answer is.
    pub fn put(mut self, paths: &mut Map<String, Value>, tag: &str, answer: &str) {
        if self.media.is_empty() {
            self.media.push("application/json");
        }
        let content: Map<String, Value> = self
            .media
            .iter()
            .map(|media| {
                ((*media).to_owned(), if media.contains("json") { json!({"schema": {}}) } else { json!({}) })
            })
            .collect();
        self.value.insert("tags".to_owned(), json!([tag]));
        self.value.insert("parameters".to_owned(), json!(self.parameters));
        self.value.insert(
            "responses".to_owned(),
            json!({
                "200": {"description": answer, "content": content},
                "default": {"$ref": "#/components/responses/Problem"},
            }),
        );
        let item = paths.entry(self.path).or_insert_with(|| json!({}));
        item[self.method] = Value::Object(self.value);
    }
}

fn schema_type(parameter: &Value) -> &str {
    parameter["schema"]["type"].as_str().unwrap_or_default()
}

/// A whole document around paths.
pub(super) fn document(title: &str, about: &str, server: &str, paths: Map<String, Value>) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": title, "description": about, "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "See each dataset", "identifier": "LicenseRef-see-each-dataset"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "responses": {
                "Problem": {
                    "description": "What was wrong, where, and how to mend it (RFC 9457)",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                },
            },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "request_id"],
                    "properties": {
                        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
                        "detail": {"type": "string"}, "hint": {"type": "string"}, "request_id": {"type": "string"},
                    },
                },
            },
        },
    })
}

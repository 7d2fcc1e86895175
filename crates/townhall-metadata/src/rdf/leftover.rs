//! What is kept of a thing as JSON-LD because DCAT-US has no place for it.

use serde_json::{Map, Value, json};

/// Collects classes, languages and properties in expanded form.
#[derive(Debug, Default)]
pub struct Leftover {
    map: Map<String, Value>,
}

impl Leftover {
    /// A further class.
    pub fn class(&mut self, iri: &str) {
        push(&mut self.map, "@type", json!(iri));
    }

    /// The language of the texts under a key of DCAT-US.
    pub fn language(&mut self, key: &str, language: &str) {
        let languages = self.map.entry("@language").or_insert_with(|| json!({}));
        languages[key] = json!(language);
    }

    /// A value of a property.
    pub fn property(&mut self, iri: &str, value: Value) {
        push(&mut self.map, iri, value);
    }

    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    pub fn into_value(self) -> Value {
        Value::Object(self.map)
    }
}

fn push(map: &mut Map<String, Value>, key: &str, value: Value) {
    match map.entry(key).or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(values) => values.push(value),
        other => *other = Value::Array(vec![other.take(), value]),
    }
}

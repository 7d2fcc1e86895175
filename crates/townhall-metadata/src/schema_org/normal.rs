//! Brings the many ways to write schema.org in JSON-LD to one: short names, values without their wrapping.

use serde_json::{Map, Value};

use crate::limits::RECORD_DEPTH_MAX;

/// The prefixes that a context binds to the vocabularies that are read here.
#[derive(Debug, Default, Clone)]
pub struct Names {
    prefixes: Vec<String>,
}

/// Most prefixes that are looked for.
const PREFIXES_MAX: usize = 20;

impl Names {
    /// Those that are bound by a context, or usual.
    pub fn of(context: Option<&Value>) -> Self {
        let mut prefixes = ["schema:", "sc:", "cr:", "sdo:"].map(str::to_owned).to_vec();
        let contexts = match context {
            Some(Value::Array(contexts)) => contexts.as_slice(),
            Some(context) => std::slice::from_ref(context),
            None => &[],
        };
        for (prefix, namespace) in contexts.iter().filter_map(Value::as_object).flatten() {
            let is_ours = namespace.as_str().is_some_and(|namespace| VOCABULARIES.contains(&namespace));
            if is_ours && !prefix.starts_with('@') && prefixes.len() < PREFIXES_MAX {
                prefixes.push(format!("{prefix}:"));
            }
        }
        Self { prefixes }
    }

    /// The short name of a term.
    pub fn short<'k>(&self, name: &'k str) -> &'k str {
        let stripped = VOCABULARIES.iter().find_map(|namespace| name.strip_prefix(namespace));
        let stripped =
            stripped.or_else(|| self.prefixes.iter().find_map(|prefix| name.strip_prefix(prefix.as_str())));
        match name {
            "dct:conformsTo" | "dcterms:conformsTo" | "http://purl.org/dc/terms/conformsTo" => "conformsTo",
            "type" => "@type",
            _ => stripped.unwrap_or(name),
        }
    }

    /// A value with short names, without lists of one and without the wrapping of plain values.
    pub fn normal(&self, value: &Value) -> Value {
        self.at(value, 0)
    }

    fn at(&self, value: &Value, depth: u32) -> Value {
        if depth > RECORD_DEPTH_MAX {
            return Value::Null;
        }
        match value {
            Value::Array(values) => {
                let mut values = values.iter().map(|value| self.at(value, depth + 1)).collect::<Vec<_>>();
                if values.len() == 1 { values.remove(0) } else { Value::Array(values) }
            }
            Value::Object(map) => match map.get("@value") {
                Some(value) if !value.is_object() && !value.is_array() => value.clone(),
                _ => {
                    let members = map.iter().filter(|(key, _)| *key != "@context");
                    let members = members.map(|(key, value)| {
                        let key = self.short(key);
                        let value = match (key, value) {
                            ("@type", value) => self.types(value),
                            (_, value) => self.at(value, depth + 1),
                        };
                        (key.to_owned(), value)
                    });
                    Value::Object(members.collect::<Map<_, _>>())
                }
            },
            other => other.clone(),
        }
    }

    fn types(&self, value: &Value) -> Value {
        match value {
            Value::String(name) => Value::from(self.short(name)),
            Value::Array(names) => match names.as_slice() {
                [Value::String(name)] => Value::from(self.short(name)),
                names => names.iter().map(|name| self.types(name)).collect(),
            },
            other => other.clone(),
        }
    }
}

/// The vocabularies whose terms are known by their short names.
const VOCABULARIES: &[&str] = &[
    "http://schema.org/",
    "https://schema.org/",
    "http://mlcommons.org/croissant/",
    "https://mlcommons.org/croissant/",
];

/// Whether an object is of this class.
pub fn is_a(map: &Map<String, Value>, class: &str) -> bool {
    match map.get("@type") {
        Some(Value::String(name)) => name == class,
        Some(Value::Array(names)) => names.iter().any(|name| name == class),
        _ => false,
    }
}

/// The values of a property, whether it is a list or not.
pub fn listed<'m>(map: &'m Map<String, Value>, key: &str) -> &'m [Value] {
    match map.get(key) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(values)) => values,
        Some(single) => std::slice::from_ref(single),
    }
}

/// The text that a value comes to: itself, its name, its address.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(map) => ["name", "value", "url", "@id", "text"]
            .iter()
            .find_map(|key| map.get(*key).filter(|value| !value.is_object()).and_then(text)),
        Value::Array(values) => values.iter().find(|value| !value.is_array()).and_then(text),
        Value::Null | Value::Bool(_) => None,
    }
}

/// The first text of a property.
pub fn text_of(map: &Map<String, Value>, key: &str) -> Option<String> {
    map.get(key).and_then(text)
}

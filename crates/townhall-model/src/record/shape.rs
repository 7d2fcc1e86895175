//! The forms a value may have in a record, each remembering how it was written.
//!
//! DCAT-US 1.1 writes `publisher` as an object and `conformsTo` as a text, 3.0 writes lists of objects, and
//! real files mix them. A shape takes a JSON value only if it can write back an equal one; else it hands the
//! value back and the class keeps it among its `extra` keys. That is why nothing is ever lost.

use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::class::ClassInfo;
use crate::{Finding, Severity};

/// A form that a property's value may have.
pub trait Shape: Sized + Serialize {
    /// Takes the value, or hands it back unchanged when it does not fit.
    fn take(value: Value, trail: &mut Trail<'_>) -> Result<Self, Value>;

    /// What the shape accepts, for messages: `text`, `a list of objects`.
    fn expected() -> String;

    /// The class of the objects inside, if there are any.
    fn class() -> Option<&'static ClassInfo> {
        None
    }

    /// The value as JSON, equal to the one that was taken.
    fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("shapes hold nothing but JSON")
    }
}

/// Where the reading of a record stands, and what was noticed on the way.
pub struct Trail<'f> {
    steps: Vec<Step>,
    findings: &'f mut Vec<Finding>,
}

#[derive(Clone, Copy)]
enum Step {
    Key(&'static str),
    Index(usize),
}

/// The most findings of one record: a hostile one must not fill the memory with our remarks.
const FINDINGS_PER_RECORD_MAX: usize = 1000;

impl<'f> Trail<'f> {
    /// Starts at the root of a document.
    pub fn new(findings: &'f mut Vec<Finding>) -> Self {
        Self { steps: Vec::new(), findings }
    }

    /// The JSON pointer (RFC 6901) of the place where the reading stands.
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.steps {
            pointer.push('/');
            match step {
                Step::Key(key) => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                Step::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }

    /// Takes the value of a property; one that does not fit stays in `extra`, and a finding says so unless it is null.
    pub(crate) fn property<S: Shape>(
        &mut self,
        key: &'static str,
        value: Value,
        extra: &mut Map<String, Value>,
    ) -> Option<S> {
        if value.is_null() {
            extra.insert(key.to_owned(), value);
            return None;
        }
        let noticed = self.findings.len();
        self.steps.push(Step::Key(key));
        let taken = match S::take(value, self) {
            Ok(shape) => Some(shape),
            Err(value) => {
                self.findings.truncate(noticed);
                self.misfit::<S>(key, &value);
                extra.insert(key.to_owned(), value);
                None
            }
        };
        self.steps.pop();
        taken
    }

    fn misfit<S: Shape>(&mut self, key: &str, value: &Value) {
        if self.findings.len() >= FINDINGS_PER_RECORD_MAX {
            return;
        }
        let expected = S::expected();
        let message =
            format!("`{key}` is {} where {expected} is expected; it is kept as it stands", name(value));
        self.findings.push(
            Finding::new("READ-SHAPE", Severity::Warning, message)
                .with_pointer(self.pointer())
                .with_value(&value.to_string())
                .with_fix(format!("write `{key}` as {expected}")),
        );
    }
}

/// What sort of JSON value it is, in words.
fn name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl Shape for String {
    fn take(value: Value, _: &mut Trail<'_>) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        }
    }

    fn expected() -> String {
        "text".to_owned()
    }
}

impl Shape for bool {
    fn take(value: Value, _: &mut Trail<'_>) -> Result<Self, Value> {
        match value {
            Value::Bool(answer) => Ok(answer),
            other => Err(other),
        }
    }

    fn expected() -> String {
        "true or false".to_owned()
    }
}

/// Any JSON at all but null, such as a JSON-LD context.
impl Shape for Value {
    fn take(value: Value, _: &mut Trail<'_>) -> Result<Self, Value> {
        Ok(value)
    }

    fn expected() -> String {
        "any JSON".to_owned()
    }
}

/// A single value, or a list of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// Written alone.
    One(T),
    /// Written as a list, perhaps empty or of one.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// The values, whichever way they were written.
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    /// The values, to be changed in place.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        match self {
            Self::One(value) => std::slice::from_mut(value),
            Self::Many(values) => values,
        }
    }

    /// The values as a list of their own.
    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }

    /// The values one after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.as_slice().iter()
    }

    /// The first value.
    pub fn first(&self) -> Option<&T> {
        self.as_slice().first()
    }
}

impl<'a, T> IntoIterator for &'a OneOrMany<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Shape> Shape for OneOrMany<T> {
    fn take(value: Value, trail: &mut Trail<'_>) -> Result<Self, Value> {
        let values = match value {
            Value::Array(values) => values,
            single => return T::take(single, trail).map(Self::One),
        };
        let mut taken = Vec::with_capacity(values.len());
        let mut rest = values.into_iter();
        while let Some(value) = rest.next() {
            trail.steps.push(Step::Index(taken.len()));
            let item = T::take(value, trail);
            trail.steps.pop();
            match item {
                Ok(item) => taken.push(item),
                // One that does not fit keeps the whole list raw: order and place are part of what it says.
                Err(odd) => {
                    let before = taken.iter().map(T::to_value);
                    return Err(Value::Array(before.chain([odd]).chain(rest).collect()));
                }
            }
        }
        Ok(Self::Many(taken))
    }

    fn expected() -> String {
        format!("{} or a list of such", T::expected())
    }

    fn class() -> Option<&'static ClassInfo> {
        T::class()
    }
}

/// A thing that is named by a text or described on the spot.
///
/// The text is an IRI in most properties, a label in `theme`, and a plain name in files of the first
/// schema; [`Reference::text`] and [`Reference::inline`] let the reader choose.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Reference<T> {
    /// An IRI, a label or a name.
    Text(String),
    /// The thing itself.
    Inline(Box<T>),
}

impl<T> Reference<T> {
    /// A reference that holds the thing.
    pub fn inline_of(thing: T) -> Self {
        Self::Inline(Box::new(thing))
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Inline(_) => None,
        }
    }

    /// The thing, if it is here.
    pub fn inline(&self) -> Option<&T> {
        match self {
            Self::Text(_) => None,
            Self::Inline(thing) => Some(thing),
        }
    }
}

impl<T: Shape> Shape for Reference<T> {
    fn take(value: Value, trail: &mut Trail<'_>) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(Self::Text(text)),
            other => T::take(other, trail).map(Self::inline_of),
        }
    }

    fn expected() -> String {
        format!("text or {}", T::expected())
    }

    fn class() -> Option<&'static ClassInfo> {
        T::class()
    }
}

/// A quantity, which 3.0 writes as text and many files as a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Quantity {
    /// Written in quotes.
    Text(String),
    /// Written as a number.
    Number(Number),
}

impl Quantity {
    /// The quantity as a whole number, if it is one.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            // Files that went through a spreadsheet say 1024.0.
            Self::Number(number) => number.as_u64().or_else(|| {
                let float = number.as_f64()?;
                (float >= 0.0 && float.fract() == 0.0 && float < 9.0e15).then_some(float as u64)
            }),
        }
    }
}

impl Shape for Quantity {
    fn take(value: Value, _: &mut Trail<'_>) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(Self::Text(text)),
            Value::Number(number) => Ok(Self::Number(number)),
            other => Err(other),
        }
    }

    fn expected() -> String {
        "a number".to_owned()
    }
}

/// A shape on the earth: text (WKT, or what people write instead) or GeoJSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Geometry {
    /// WKT, as the specification asks, or another text.
    Text(String),
    /// A GeoJSON geometry (RFC 7946), or another object.
    GeoJson(Map<String, Value>),
}

impl Shape for Geometry {
    fn take(value: Value, _: &mut Trail<'_>) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(Self::Text(text)),
            Value::Object(map) => Ok(Self::GeoJson(map)),
            other => Err(other),
        }
    }

    fn expected() -> String {
        "WKT or GeoJSON".to_owned()
    }
}

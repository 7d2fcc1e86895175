//! Walks through a record with the tables of its classes, and notes what is changed on the way.

use serde_json::{Map, Value};
use townhall_model::record::{
    Catalog, CatalogRecord, ClassInfo, DataService, Dataset, DatasetSeries, FieldInfo, Meaning, RecordKind,
    Version,
};

use super::{Doubt, Mended};

/// Most changes, and most doubts, of one record that are told. All changes are made.
const TOLD_MAX: usize = 1000;

/// What one round of repairs did.
pub struct Log {
    pub code: &'static str,
    pub version: Version,
    pub changes: Vec<Mended>,
    pub doubts: Vec<Doubt>,
}

impl Log {
    pub fn new(version: Version) -> Self {
        Self { code: "", version, changes: Vec::new(), doubts: Vec::new() }
    }
}

/// What becomes of a text.
pub enum Verdict {
    /// It is as it should be.
    Fine,
    /// It is written otherwise.
    Becomes(Value, String),
    /// A person has to look at it.
    Doubtful(String, Option<Value>),
}

impl Verdict {
    /// The text is written otherwise, if it differs.
    pub fn text(before: &str, after: impl Into<String>, why: &str) -> Self {
        let after = after.into();
        if after == before { Self::Fine } else { Self::Becomes(Value::String(after), why.to_owned()) }
    }

    /// A person has to look at it.
    pub fn doubt(why: impl Into<String>) -> Self {
        Self::Doubtful(why.into(), None)
    }

    /// A person has to look at it, and this may be what was meant; null stands for no idea.
    pub fn suggest(why: impl Into<String>, suggestion: impl Into<Value>) -> Self {
        Self::Doubtful(why.into(), Some(suggestion.into()).filter(|suggestion| !suggestion.is_null()))
    }
}

/// One object of a record.
pub struct Object<'a> {
    pub map: &'a mut Map<String, Value>,
    pub class: &'static ClassInfo,
    /// The JSON pointer of the object; empty for the record itself.
    pub pointer: &'a str,
    pub log: &'a mut Log,
}

impl Object<'_> {
    /// Whether it is the record itself, of this class.
    pub fn is_record(&self, class: &str) -> bool {
        self.pointer.is_empty() && self.class.name == class
    }

    /// Whether the record is of 1.1, or of 1.0 on its way there.
    pub fn is_classic(&self) -> bool {
        self.log.version != Version::DcatUs30
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        self.map.get(key).and_then(Value::as_str)
    }

    /// Whether there is a value that says something.
    pub fn has(&self, key: &str) -> bool {
        self.map.get(key).is_some_and(|value| !value.is_null())
    }

    /// Writes a value in place of another, or as a new one at the end.
    pub fn set(&mut self, key: &str, after: Value, why: impl Into<String>) {
        let before = self.map.insert(key.to_owned(), after.clone());
        self.note(key, before, Some(after), why.into());
    }

    pub fn remove(&mut self, key: &str, why: impl Into<String>) {
        let before = self.map.shift_remove(key);
        self.note(key, before, None, why.into());
    }

    /// Writes a member under another key, in its place.
    pub fn rename(&mut self, key: &str, new: &str, why: &str) {
        let members = std::mem::take(self.map);
        for (name, value) in members {
            if name == key {
                self.note(key, Some(value.clone()), None, why.to_owned());
                self.note(new, None, Some(value.clone()), why.to_owned());
                self.map.insert(new.to_owned(), value);
            } else if name != new {
                self.map.insert(name, value);
            }
        }
    }

    pub fn doubt(&mut self, key: &str, why: impl Into<String>, suggestion: Option<Value>) {
        self.doubt_at(&[key], self.map.get(key).cloned(), why.into(), suggestion);
    }

    fn note(&mut self, key: &str, before: Option<Value>, after: Option<Value>, why: String) {
        if self.log.changes.len() < TOLD_MAX {
            let pointer = pointer(self.pointer, &[key]);
            self.log.changes.push(Mended { code: self.log.code, pointer, before, after, why });
        }
    }

    fn doubt_at(&mut self, steps: &[&str], value: Option<Value>, why: String, suggestion: Option<Value>) {
        if self.log.doubts.len() < TOLD_MAX {
            let pointer = pointer(self.pointer, steps);
            self.log.doubts.push(Doubt { code: self.log.code, pointer, value, why, suggestion });
        }
    }

    /// Asks about a property, if it has a value that is not redacted, and does what the verdict says.
    pub fn judge(&mut self, key: &str, judge: impl FnOnce(&Value) -> Verdict) {
        let Some(value) = self.map.get(key).filter(|value| !is_redacted(value)) else { return };
        match judge(value) {
            Verdict::Fine => {}
            Verdict::Becomes(after, why) => self.set(key, after, why),
            Verdict::Doubtful(why, suggestion) => self.doubt(key, why, suggestion),
        }
    }

    /// Asks about every text of the properties that the class knows and the filter takes, also those in lists.
    pub fn judge_texts(
        &mut self,
        takes: impl Fn(&FieldInfo) -> bool,
        judge: impl Fn(&FieldInfo, &str) -> Verdict,
    ) {
        let fields =
            self.class.fields.iter().filter(|field| takes(field) && self.map.contains_key(field.key));
        for field in fields.collect::<Vec<_>>() {
            self.judge(field.key, |value| match value {
                Value::String(text) => judge(field, text),
                _ => Verdict::Fine,
            });
            let Some(Value::Array(items)) = self.map.get(field.key) else { continue };
            let mut after = items.clone();
            let mut reason = None;
            let mut doubts = Vec::new();
            for (index, item) in after.iter_mut().enumerate().filter(|(_, item)| !is_redacted(item)) {
                let Some(text) = item.as_str() else { continue };
                match judge(field, text) {
                    Verdict::Fine => {}
                    Verdict::Becomes(value, why) => {
                        *item = value;
                        reason.get_or_insert(why);
                    }
                    Verdict::Doubtful(why, suggestion) => doubts.push((index, item.clone(), why, suggestion)),
                }
            }
            if let Some(why) = reason {
                self.set(field.key, Value::Array(after), why);
            }
            for (index, value, why, suggestion) in doubts {
                self.doubt_at(&[field.key, &index.to_string()], Some(value), why, suggestion);
            }
        }
    }
}

/// A JSON pointer that goes on with these keys.
fn pointer(base: &str, steps: &[&str]) -> String {
    let steps = steps.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1")));
    base.to_owned() + &steps.collect::<String>()
}

/// Whether the value was withheld on purpose: `[[REDACTED-EX B6]]`.
pub fn is_redacted(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains("[[REDACTED"))
}

/// Whether a plain text of the property is an address on the web.
pub fn is_address(field: &FieldInfo) -> bool {
    const ADDRESSES: [&str; 3] = ["describedBy", "landingPage", "conformsTo"];
    (field.meaning == Meaning::Iri && field.key != "hasEmail") || ADDRESSES.contains(&field.key)
}

/// Shows every object of the record that is of a known class, the record itself first.
pub fn each_object(
    record: &mut Map<String, Value>,
    kind: RecordKind,
    log: &mut Log,
    visit: fn(&mut Object<'_>),
) {
    let class = match kind {
        RecordKind::Catalog => Catalog::info(),
        RecordKind::Dataset => Dataset::info(),
        RecordKind::DataService => DataService::info(),
        RecordKind::DatasetSeries => DatasetSeries::info(),
        RecordKind::CatalogRecord => CatalogRecord::info(),
    };
    walk(record, class, "", log, visit);
}

fn walk(
    map: &mut Map<String, Value>,
    class: &'static ClassInfo,
    place: &str,
    log: &mut Log,
    visit: fn(&mut Object<'_>),
) {
    visit(&mut Object { map: &mut *map, class, pointer: place, log: &mut *log });
    for (key, value) in map.iter_mut() {
        let Some(inner) = class.field(key).and_then(|field| (field.class)()) else { continue };
        match value {
            Value::Object(map) => walk(map, inner, &pointer(place, &[key]), log, visit),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    if let Value::Object(map) = item {
                        walk(map, inner, &pointer(place, &[key, &index.to_string()]), log, visit);
                    }
                }
            }
            _ => {}
        }
    }
}

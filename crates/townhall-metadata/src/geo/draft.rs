//! A record of DCAT-US 3.0 while it is put together.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use townhall_model::record::RecordKind;
use townhall_model::{Finding, Severity};

use crate::convert::modern_date;
use crate::limits::GEO_FINDINGS_MAX;

/// The key under which a record keeps what its XML says and DCAT-US has no place for.
pub const GEO_KEY: &str = "geo";

/// A record, and what was noticed on the way to it.
pub struct Draft {
    /// What it is.
    pub kind: RecordKind,
    /// Its fields.
    pub map: Map<String, Value>,
    /// What could not be read into a field.
    pub findings: Vec<Finding>,
}

impl Draft {
    /// A record with nothing in it.
    pub fn new(kind: RecordKind) -> Self {
        let class = if kind == RecordKind::DataService { "DataService" } else { "Dataset" };
        let map = Map::from_iter([("@type".to_owned(), json!(class))]);
        Self { kind, map, findings: Vec::new() }
    }

    /// Sets a field, if there is something to say.
    pub fn put(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.map.insert(key.to_owned(), value.into());
        }
    }

    /// Sets a field to a list, if there is something in it.
    pub fn put_all<V: Into<Value>>(&mut self, key: &str, values: Vec<V>) {
        if !values.is_empty() {
            self.map.insert(key.to_owned(), values.into_iter().map(Into::into).collect());
        }
    }

    /// Keeps what DCAT-US has no place for.
    pub fn keep(&mut self, key: &str, value: Option<impl Into<Value>>) {
        let Some(value) = value.map(Into::into).filter(|value: &Value| *value != json!([])) else { return };
        let kept = self.map.entry(GEO_KEY).or_insert_with(|| json!({}));
        kept[key] = value;
        let message = format!("`{key}` has no place in DCAT-US; it is kept under `{GEO_KEY}`");
        self.tell(
            Finding::new("READ-KEPT", Severity::Info, message).with_pointer(format!("/{GEO_KEY}/{key}")),
        );
    }

    /// Tells something, unless much was told already.
    pub fn tell(&mut self, finding: Finding) {
        if self.findings.len() < GEO_FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    /// Tells that something could not be read into a field.
    pub fn warn(&mut self, code: &str, key: &str, message: &str, value: &str, fix: &str) {
        let finding = Finding::new(code, Severity::Warning, message).with_pointer(format!("/{key}"));
        self.tell(finding.with_value(value).with_fix(fix));
    }

    /// Tells that the record lacks what DCAT-US requires.
    pub fn miss(&mut self, key: &str, fix: &str) {
        let message = format!("the record says nothing that could be its `{key}`");
        self.tell(
            Finding::new("READ-XML-MISSING", Severity::Warning, message)
                .with_pointer(format!("/{key}"))
                .with_fix(fix),
        );
    }

    /// A date as 3.0 takes it, or nothing, which is told.
    pub fn date(&mut self, key: &str, text: &str) -> Option<String> {
        let date = date(text);
        if date.is_none() {
            let message = format!("`{key}` has a date that can't be read and was left out");
            self.warn("READ-XML-DATE", key, &message, text, "write a date such as 2014-01-31");
        }
        date
    }
}

/// A date as 3.0 takes it. Besides the ways of ISO 8601 there is `YYYYMMDD`, which the FGDC asks for.
pub fn date(text: &str) -> Option<String> {
    let text = text.trim();
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(text) {
        match text.len() {
            6 => return modern_date(&format!("{}-{}", &text[..4], &text[4..])).filter(|it| is_month(it)),
            8 => return modern_date(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])),
            _ => {}
        }
    }
    let text = match text.get(..10) {
        // A day of XML Schema may have a time zone, which says nothing here.
        Some(day) if text[10..] == *"Z" || text[10..].starts_with(['+', '-']) && text.len() == 16 => day,
        _ => text,
    };
    modern_date(text).filter(|it| it.len() != 7 || is_month(it))
}

fn is_month(text: &str) -> bool {
    text.get(5..7).and_then(|month| month.parse::<u8>().ok()).is_some_and(|month| (1..=12).contains(&month))
}

/// Each text once, whatever its case, in the order in which they came.
pub fn unique(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.into_iter().filter(|text| seen.insert(text.to_lowercase())).collect()
}

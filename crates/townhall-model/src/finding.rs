//! What a reader or a rule noticed about somebody's content. Bad content is not an error: it is a list of these.

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing needs doing.
    Info,
    /// It works, and could be better or may surprise.
    Warning,
    /// It breaks a rule, or something could not be read.
    Error,
}

/// Where in a text: both counted from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The line.
    pub line: u64,
    /// The character in the line.
    pub column: u64,
}

/// One thing noticed: what, where, how bad, by which rule, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// A stable code, such as `READ-BOM`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// Which dataset of the catalogue, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_index: Option<u64>,
    /// The identifier of that dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// The title of that dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A JSON pointer (RFC 6901) into the document, or empty for the whole of it.
    #[serde(default)]
    pub pointer: String,
    /// The line and column in the file as it came.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The offending value, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// One sentence for people.
    pub message: String,
    /// The rule's source: document and section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// Whether it is part of the official verdict of the profile in use.
    #[serde(default)]
    pub official: bool,
}

impl Finding {
    /// A finding about the document as a whole; the `with_` functions say more.
    pub fn new(code: &str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            severity,
            dataset_index: None,
            identifier: None,
            title: None,
            pointer: String::new(),
            position: None,
            value: None,
            message: message.into(),
            source: None,
            fix: None,
            official: false,
        }
    }

    /// Says where in the document, as a JSON pointer.
    #[must_use]
    pub fn with_pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }

    /// Says where in the file.
    #[must_use]
    pub fn with_position(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Shows the offending value, cut after 200 characters.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        self.value = Some(shorten(value, VALUE_CHARACTERS_MAX));
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Names the document and section that the rule follows.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Names the dataset it is about.
    #[must_use]
    pub fn with_dataset(mut self, index: u64, identifier: Option<&str>, title: Option<&str>) -> Self {
        self.dataset_index = Some(index);
        self.identifier = identifier.map(|text| shorten(text, VALUE_CHARACTERS_MAX));
        self.title = title.map(|text| shorten(text, VALUE_CHARACTERS_MAX));
        self
    }
}

/// How much of an offending value a finding repeats.
const VALUE_CHARACTERS_MAX: usize = 200;

fn shorten(text: &str, characters_max: usize) -> String {
    match text.char_indices().nth(characters_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

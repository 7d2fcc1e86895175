//! An element with what is in it.

use townhall_model::{Finding, Severity};

/// What an element is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// By its tag, without prefix.
    Tag(String),
    /// By the `property` of an `attribute`, such as `dcterms:title`: the way of version 1.0.
    Property(String),
    /// By the `key` of an `attribute`, to the letter.
    Key(String),
}

/// An element of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub name: Name,
    /// Whether its text is JSON.
    pub is_json: bool,
    /// Whether the spaces around its text belong to it.
    pub keeps_space: bool,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    /// An element with nothing in it.
    pub fn new(name: Name) -> Self {
        Self { name, is_json: false, keeps_space: false, text: String::new(), children: Vec::new() }
    }
}

/// What XML calls white space (XML 1.0, section 2.3).
pub fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// What was noticed in one record.
#[derive(Debug, Default)]
pub struct Notes {
    pub findings: Vec<Finding>,
}

/// Most findings about one record; a hostile one must not fill the memory with our remarks.
const NOTES_MAX: usize = 50;

impl Notes {
    /// Remembers a warning about the property with this key, unless there are many already.
    pub fn warn(&mut self, code: &str, key: &str, message: String, value: &str) {
        if self.findings.len() < NOTES_MAX {
            let key = key.replace('~', "~0").replace('/', "~1");
            let pointer = if key.is_empty() { String::new() } else { format!("/{key}") };
            let finding = Finding::new(code, Severity::Warning, message).with_pointer(pointer);
            self.findings.push(finding.with_value(value));
        }
    }
}

//! What the columns of a table mean, in words of people; what they hold is known from the rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Columns that a dictionary describes at most.
pub const DICTIONARY_COLUMNS_MAX: usize = 4_096;

/// Codes of one column at most.
pub const CODES_MAX: usize = 20_000;

/// Characters of any one text of a dictionary.
pub const DICTIONARY_TEXT_MAX: usize = 10_000;

/// The dictionary of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// What is known of each column, by its name.
    #[serde(default)]
    pub columns: BTreeMap<String, ColumnMeaning>,
}

/// What a column means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnMeaning {
    /// Its heading for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it means, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The unit of its numbers, such as `m³/s` or `thousands of U.S. dollars`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How its values are written, such as `email`, `uri` or a pattern of dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// What its codes stand for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
    /// Values that mean that there is none, such as `8888` or `Exempt`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sentinels: Vec<Code>,
    /// How far it may be shown or linked, such as `public` or `personal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<String>,
}

/// A value and what it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The value as it stands in the column.
    pub value: String,
    /// What it stands for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

impl ColumnMeaning {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether somebody has said what the column means.
    pub fn is_described(&self) -> bool {
        self.description.is_some() || !self.codes.is_empty()
    }

    /// The label of a value, if it is a code.
    pub fn label_of(&self, value: &str) -> Option<&str> {
        let codes = self.codes.iter().chain(&self.sentinels);
        codes
            .into_iter()
            .find(|code| code.value == value && !code.label.is_empty())
            .map(|code| code.label.as_str())
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let own = [&self.label, &self.description, &self.unit, &self.format, &self.sensitivity];
        let codes = self.codes.iter().chain(&self.sentinels).flat_map(|code| [&code.value, &code.label]);
        own.into_iter().flatten().chain(codes)
    }
}

impl Dictionary {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.columns.values().all(ColumnMeaning::is_empty)
    }

    /// How many of these columns are described.
    pub fn described<'c>(&self, columns: impl IntoIterator<Item = &'c str>) -> u64 {
        let is_described = |name: &&str| self.columns.get(*name).is_some_and(ColumnMeaning::is_described);
        columns.into_iter().filter(is_described).count() as u64
    }

    /// What is too large in it, if something is.
    pub fn excess(&self) -> Option<String> {
        if self.columns.len() > DICTIONARY_COLUMNS_MAX {
            return Some(format!("it describes more than {DICTIONARY_COLUMNS_MAX} columns"));
        }
        for (name, meaning) in &self.columns {
            if meaning.codes.len().max(meaning.sentinels.len()) > CODES_MAX {
                return Some(format!("`{name}` has more than {CODES_MAX} codes"));
            }
            if meaning.texts().any(|text| text.chars().count() > DICTIONARY_TEXT_MAX) {
                return Some(format!("a text of `{name}` has more than {DICTIONARY_TEXT_MAX} characters"));
            }
        }
        None
    }
}

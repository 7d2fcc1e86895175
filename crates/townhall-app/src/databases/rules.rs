//! Which tables and columns of a database may be seen.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Lists of names; `*` stands for any text, and capital letters are the same as small ones. Columns are written
/// `table.column`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// The only tables; all when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<String>,
    /// Tables that are kept back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// The only columns of the tables that are named here; all columns of other tables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Columns that are kept back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except_columns: Vec<String>,
}

/// A name of the rules, to see whether it names something.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    text: String,
    is_of_columns: bool,
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.text)
    }
}

impl Pattern {
    pub(super) fn is_of_columns(&self) -> bool {
        self.is_of_columns
    }

    pub(super) fn names_table(&self, table: &str) -> bool {
        !self.is_of_columns && matches(&self.text, table)
    }

    pub(super) fn names_column(&self, table: &str, column: &str) -> bool {
        self.is_of_columns && matches(&self.text, &format!("{table}.{column}"))
    }
}

impl Rules {
    /// Whether a table may be seen, by what people call it.
    pub fn allows_table(&self, table: &str) -> bool {
        let among = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, table));
        (self.tables.is_empty() || among(&self.tables)) && !among(&self.except)
    }

    /// Whether a column of a table may be seen.
    pub fn allows_column(&self, table: &str, column: &str) -> bool {
        let whole = format!("{table}.{column}");
        let among = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, &whole));
        // A table of which some columns are named shows no others, even when none of them is there any more.
        let names_table = |pattern: &String| {
            pattern.char_indices().any(|(place, c)| c == '.' && matches(&pattern[..place], table))
        };
        let is_named = self.columns.iter().any(names_table);
        (!is_named || among(&self.columns)) && !among(&self.except_columns)
    }

    /// Every name in them.
    pub(super) fn patterns(&self) -> Vec<Pattern> {
        let of = |texts: &[String], is_of_columns| {
            let pattern = move |text: &String| Pattern { text: text.clone(), is_of_columns };
            texts.iter().map(pattern).collect::<Vec<_>>()
        };
        [
            of(&self.tables, false),
            of(&self.except, false),
            of(&self.columns, true),
            of(&self.except_columns, true),
        ]
        .concat()
    }
}

/// Whether a text is what a pattern says, with `*` for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(tables: &[&str], except: &[&str], columns: &[&str], except_columns: &[&str]) -> Rules {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Rules {
            tables: owned(tables),
            except: owned(except),
            columns: owned(columns),
            except_columns: owned(except_columns),
        }
    }

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text, wanted) in [
            ("people", "People", true),
            ("people", "people2", false),
            ("*.ssn", "hr.people.SSN", true),
            ("tmp_*", "tmp_1", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "ac", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), wanted, "{pattern} {text}");
        }
    }

    #[test]
    fn keeping_back_is_stronger_than_naming() {
        let rules = rules(&["people", "towns"], &["towns"], &["people.*"], &["*.ssn"]);
        assert!(rules.allows_table("people"));
        assert!(!rules.allows_table("towns"));
        assert!(!rules.allows_table("other"));
        assert!(rules.allows_column("people", "name"));
        assert!(!rules.allows_column("people", "SSN"));
    }

    #[test]
    fn a_table_of_which_columns_are_named_shows_no_others() {
        let rules = rules(&[], &[], &["hr.people.name"], &[]);
        assert!(rules.allows_column("hr.people", "name"));
        assert!(!rules.allows_column("hr.people", "wage"));
        assert!(rules.allows_column("towns", "wage"));
    }
}

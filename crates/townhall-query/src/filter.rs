//! Conditions on rows, as a tree.

use serde::{Deserialize, Serialize};
use townhall_model::words::Wanted;

use crate::literal::Literal;
use crate::place::{Degrees, Relation, Shape};
use crate::value::Value;

/// How a value compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// Equal.
    Eq,
    /// Not equal; a row without a value is not equal to any.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
}

impl Comparison {
    /// The comparison that holds just where this one does not, as far as both sides have values.
    pub const fn opposite(self) -> Self {
        match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::Lt => Self::Gte,
            Self::Lte => Self::Gt,
            Self::Gt => Self::Lte,
            Self::Gte => Self::Lt,
        }
    }

    /// The comparison of the second side with the first.
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Lte => Self::Gte,
            Self::Gt => Self::Lt,
            Self::Gte => Self::Lte,
            same => same,
        }
    }
}

/// How a text matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextMatch {
    /// It holds the words somewhere.
    Contains,
    /// It begins with them.
    StartsWith,
    /// It ends with them.
    EndsWith,
    /// It is them, in any case.
    Equals,
    /// It is like a pattern of SQL: `%` stands for any text, `_` for one character, `\` makes the next one plain.
    Like,
    /// A regular expression is found in it.
    Regex,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Filter {
    /// All of these; none means every row.
    All(Vec<Filter>),
    /// Any of these; none means no row.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A column compared with a value.
    Compare {
        /// The column.
        column: String,
        /// How.
        how: Comparison,
        /// With what.
        value: Literal,
    },
    /// A column that is one of these values.
    In {
        /// The column.
        column: String,
        /// The values.
        values: Vec<Literal>,
    },
    /// A text column that matches.
    Text {
        /// The column.
        column: String,
        /// How.
        how: TextMatch,
        /// What.
        text: String,
        /// Whether upper and lower case are the same.
        ignore_case: bool,
    },
    /// A column without a value.
    Null {
        /// The column.
        column: String,
    },
    /// Every word begins a word of one of these columns, whatever capitals and accents; of any text column when none is
    /// named. See [`townhall_model::words`].
    Search {
        /// The columns.
        columns: Vec<String>,
        /// The words.
        words: Vec<String>,
    },
    /// Two computed values compared; a row that lacks one of them does not meet it.
    Test {
        /// The first.
        left: Value,
        /// How.
        how: Comparison,
        /// The second.
        right: Value,
    },
    /// A computed text that matches.
    Matches {
        /// The text.
        value: Value,
        /// How.
        how: TextMatch,
        /// What.
        text: String,
        /// Whether upper and lower case are the same.
        ignore_case: bool,
    },
    /// A computed value that is none.
    Missing(Value),
    /// A row whose place lies so to a shape.
    Place {
        /// The columns that say where the row is.
        degrees: Degrees,
        /// How it lies.
        relation: Relation,
        /// The shape.
        shape: Shape,
    },
}

impl Filter {
    /// Every row.
    pub const fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// No row.
    pub const fn nothing() -> Self {
        Self::Any(Vec::new())
    }

    /// Whether it lets every row through.
    pub fn is_everything(&self) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(Self::is_everything),
            Self::Search { words, .. } => Wanted::of(words).is_empty(),
            _ => false,
        }
    }

    /// This and that.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (left, right) if right.is_everything() => left,
            (left, right) if left.is_everything() => right,
            (Self::All(mut parts), right) => {
                parts.push(right);
                Self::All(parts)
            }
            (left, right) => Self::All(vec![left, right]),
        }
    }

    /// The rows of which the condition is known not to hold, as SQL has it: where a value is missing it is not known.
    #[must_use]
    pub fn known_not(self) -> Self {
        let valued = |column: &str| Self::Not(Box::new(Self::Null { column: column.to_owned() }));
        match self {
            Self::All(parts) => Self::Any(parts.into_iter().map(Self::known_not).collect()),
            Self::Any(parts) => Self::All(parts.into_iter().map(Self::known_not).collect()),
            Self::Not(inner) => *inner,
            Self::Compare { column, how, value } => {
                let valued = valued(&column);
                Self::All(vec![Self::Compare { column, how: how.opposite(), value }, valued])
            }
            Self::In { ref column, .. } | Self::Text { ref column, .. } => {
                let valued = valued(column);
                Self::All(vec![Self::Not(Box::new(self)), valued])
            }
            Self::Test { left, how, right } => Self::Test { left, how: how.opposite(), right },
            Self::Matches { ref value, .. } => {
                let valued = Self::Not(Box::new(Self::Missing(value.clone())));
                Self::All(vec![Self::Not(Box::new(self)), valued])
            }
            Self::Place { ref degrees, .. } => {
                let placed = [valued(&degrees.longitude), valued(&degrees.latitude)];
                Self::All([vec![Self::Not(Box::new(self))], placed.to_vec()].concat())
            }
            Self::Null { .. } | Self::Missing(_) | Self::Search { .. } => Self::Not(Box::new(self)),
        }
    }
}

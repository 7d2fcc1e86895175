//! Conditions on rows, as a tree.

use crate::literal::Literal;

/// How a value compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// How a text matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextMatch {
    /// It holds the words somewhere.
    Contains,
    /// It begins with them.
    StartsWith,
    /// It ends with them.
    EndsWith,
    /// It is them, in any case.
    Equals,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
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
}

impl Filter {
    /// Every row.
    pub const fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it lets every row through.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(filters) if filters.iter().all(Self::is_everything))
    }
}

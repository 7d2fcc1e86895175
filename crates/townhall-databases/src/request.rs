//! What is wanted of a table, by the names and types of its description.

/// A value to compare with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01 UTC.
    Timestamp(i64),
    /// Microseconds since 1970-01-01, local.
    Datetime(i64),
}

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

impl Comparison {
    /// The operator of SQL.
    pub const fn sql(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Ne => "<>",
            Self::Lt => "<",
            Self::Lte => "<=",
            Self::Gt => ">",
            Self::Gte => ">=",
        }
    }
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
    /// It is them.
    Equals,
    /// It is like a pattern of SQL, in which `\` makes the next character plain.
    Like,
}

/// A condition. It holds or not: where a value is missing, a comparison does not hold, and its opposite does.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All of these; none means every row.
    All(Vec<Condition>),
    /// Any of these; none means no row.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// A column compared with a value.
    Compare {
        /// The column.
        column: String,
        /// How.
        how: Comparison,
        /// With what.
        value: Value,
    },
    /// A column that is one of these values.
    In {
        /// The column.
        column: String,
        /// The values.
        values: Vec<Value>,
    },
    /// A text column that matches.
    Text {
        /// The column.
        column: String,
        /// How.
        how: TextMatch,
        /// What.
        text: String,
        /// Whether upper and lower case are the same, as the database folds them.
        ignore_case: bool,
    },
    /// A column without a value.
    Null {
        /// The column.
        column: String,
    },
}

impl Condition {
    /// Every row.
    pub const fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it lets every row through.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(parts) if parts.iter().all(Self::is_everything))
    }
}

/// A column by which rows are ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub column: String,
    /// Whether the largest comes first. Rows without a value come last either way.
    pub descending: bool,
}

/// Rows that are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsRequest {
    /// The columns, in order.
    pub columns: Vec<String>,
    /// Which rows.
    pub condition: Condition,
    /// The order; as the database likes when empty.
    pub order: Vec<Order>,
    /// How many at most.
    pub limit: Option<u64>,
    /// How many are passed over.
    pub offset: u64,
}

impl RowsRequest {
    /// All rows of these columns.
    pub fn of(columns: &[&str]) -> Self {
        Self {
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            condition: Condition::everything(),
            order: Vec::new(),
            limit: None,
            offset: 0,
        }
    }
}

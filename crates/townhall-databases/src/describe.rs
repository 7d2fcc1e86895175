//! What a database says of its tables.

use townhall_model::table::ColumnType;

use crate::error::DatabaseError;

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// The schema it is in, or the catalog where schemas are called so; none where there is but one.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether its schema is the one that names without a schema mean.
    pub is_usual: bool,
}

impl TableName {
    /// What people call it: the name, with the schema before it unless that is the usual one.
    pub fn shown(&self) -> String {
        match &self.schema {
            Some(schema) if !self.is_usual => format!("{schema}.{}", self.name),
            _ => self.name.clone(),
        }
    }
}

/// How a column is read and compared: what the SQL of each kind of database differs by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Whole numbers.
    Integer,
    /// Numbers of 64 bits.
    Number,
    /// Decimal numbers, read as numbers of 64 bits.
    Decimal,
    /// Numbers of 32 bits: the shortest decimal stands for them, and comes as text.
    ShortNumber,
    /// Truth values.
    Boolean,
    /// Numbers that stand for truth values.
    NumericBoolean,
    /// Days.
    Date,
    /// Moments without a zone.
    Datetime,
    /// Instants.
    Timestamp,
    /// Texts.
    Text,
    /// What is read as text, and has no order of texts: documents, times of day, networks.
    AsText,
    /// Lists, read as JSON.
    AsJson,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDescription {
    /// Its name in the database.
    pub name: String,
    /// What it holds, in our words.
    pub kind: ColumnType,
    /// Its type in the database's words.
    pub native: String,
    /// Whether a row may be without a value.
    pub nullable: bool,
    /// What the database says of it.
    pub comment: Option<String>,
    /// The values that it may have, where the database lists them.
    pub values: Vec<String>,
    pub(crate) form: Form,
    /// Whether every value is of the form, which SQLite does not promise.
    pub(crate) is_certain: bool,
}

/// A column that is not published, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The column.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Columns that are keys of another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The columns.
    pub columns: Vec<String>,
    /// The other table, as people call it.
    pub table: String,
    /// Its columns.
    pub references: Vec<String>,
}

/// A table with its columns and keys.
#[derive(Debug, Clone, PartialEq)]
pub struct TableDescription {
    /// Its name.
    pub name: TableName,
    /// Whether it is a view.
    pub is_view: bool,
    /// What the database says of it.
    pub comment: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<ColumnDescription>,
    /// Columns that can't be published.
    pub left_out: Vec<LeftOut>,
    /// The columns of the primary key, in its order.
    pub primary_key: Vec<String>,
    /// Keys of other tables.
    pub foreign_keys: Vec<ForeignKey>,
}

impl TableDescription {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&ColumnDescription> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(crate) fn require(&self, name: &str) -> Result<&ColumnDescription, DatabaseError> {
        self.column(name).ok_or_else(|| DatabaseError::NoColumn { column: name.to_owned() })
    }

    /// The same table with only some of its columns: for everyone after this, the others do not exist.
    #[must_use]
    pub fn with_columns(mut self, keep: impl Fn(&str) -> bool) -> Self {
        self.columns.retain(|column| keep(&column.name));
        self.left_out.retain(|column| keep(&column.name));
        // Half a key identifies nothing.
        if !self.primary_key.iter().all(|name| keep(name)) {
            self.primary_key.clear();
        }
        self.foreign_keys.retain(|key| key.columns.iter().all(|name| keep(name)));
        self
    }
}

impl Form {
    /// What a column of the form holds, in our words.
    pub(crate) const fn kind(self) -> ColumnType {
        match self {
            Self::Integer => ColumnType::Integer,
            Self::Number | Self::Decimal | Self::ShortNumber => ColumnType::Number,
            Self::Boolean | Self::NumericBoolean => ColumnType::Boolean,
            Self::Date => ColumnType::Date,
            Self::Datetime => ColumnType::Datetime,
            Self::Timestamp => ColumnType::Timestamp,
            Self::Text | Self::AsText | Self::AsJson => ColumnType::Text,
        }
    }
}

/// The rows of a list of keys, gathered by the name of each.
pub(crate) fn gathered(rows: Vec<(String, String, String, String)>) -> Vec<ForeignKey> {
    let mut found: Vec<(String, ForeignKey)> = Vec::new();
    for (key, column, table, references) in rows {
        if found.last().is_none_or(|(known, _)| *known != key) {
            found.push((key, ForeignKey { columns: Vec::new(), table, references: Vec::new() }));
        }
        if let Some((_, key)) = found.last_mut() {
            key.columns.push(column);
            key.references.push(references);
        }
    }
    found.into_iter().map(|(_, key)| key).collect()
}

/// What becomes of a comment: none when empty, and bounded.
pub(crate) fn comment(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().chars().take(crate::limits::COMMENT_CHARS_MAX).collect::<String>())
        .filter(|text| !text.is_empty())
}

//! Definitions of datasets as CFPB's Qu had them: tables read from CSV files with declared types, concepts that say what
//! columns mean and which codes they have, and slices, which are what can be asked.

mod cells;
mod comments;
mod read;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub use read::{QuDefinitionError, read_qu_definition};

/// How many fields a group may have unless the slice says otherwise.
pub const QU_GROUP_FIELDS_MAX: usize = 5;

/// The largest definition that is read, in bytes.
pub const QU_DEFINITION_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Tables, concepts or slices of one definition, and columns of one table, at most.
pub const QU_PARTS_MAX: usize = 4_096;

/// A dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct QuDefinition {
    /// What is said of it: name, description and whatever else.
    pub info: Map<String, Value>,
    /// What its columns mean.
    pub concepts: Vec<QuConcept>,
    /// What can be asked.
    pub slices: Vec<QuSlice>,
    /// What it is read from.
    pub tables: Vec<QuTable>,
}

/// What a column means, with the table of its codes where it has one.
#[derive(Debug, Clone, PartialEq)]
pub struct QuConcept {
    /// What it is called.
    pub id: String,
    /// The definition as it stands.
    pub definition: Map<String, Value>,
    /// The table of its codes.
    pub table: Option<String>,
}

/// Rows that can be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct QuSlice {
    /// What it is called.
    pub id: String,
    /// The definition as it stands.
    pub definition: Map<String, Value>,
    /// What its rows are made of.
    pub made: QuMade,
    /// The columns that rows may be grouped by.
    pub dimensions: Vec<String>,
    /// The other columns.
    pub metrics: Vec<String>,
    /// Columns that are looked up in the tables of concepts.
    pub references: Vec<QuReference>,
    /// How many fields a group may have.
    pub max_group_fields: usize,
}

/// What the rows of a slice are made of.
#[derive(Debug, Clone, PartialEq)]
pub enum QuMade {
    /// The rows of a table.
    Table(String),
    /// Groups of the rows of another slice.
    Derived {
        /// The other slice.
        slice: String,
        /// What is computed of each group.
        aggregations: Vec<QuAggregation>,
        /// Which rows, in the words of `$where`.
        filter: Option<String>,
    },
}

/// What is computed of each group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuAggregation {
    /// What it is called.
    pub name: String,
    /// `count`, `sum`, `min`, `max` or `avg`.
    pub function: String,
    /// Of which column; none for the count of rows.
    pub column: Option<String>,
}

/// A column that is looked up in the table of a concept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuReference {
    /// What it is called.
    pub name: String,
    /// The columns of the slice's own table that are looked up.
    pub columns: Vec<String>,
    /// The concept.
    pub concept: String,
    /// The columns of the concept's table that they have to equal.
    pub ids: Vec<String>,
    /// The column of the concept's table that is wanted.
    pub value: String,
}

/// A table that is read from files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuTable {
    /// What it is called.
    pub id: String,
    /// The files, whose rows follow each other.
    pub sources: Vec<String>,
    /// The columns that are kept.
    pub columns: Vec<QuColumn>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuColumn {
    /// What the files call it.
    pub header: String,
    /// What it is called here.
    pub name: String,
    /// What it holds.
    pub kind: QuType,
    /// How dates are written, as a pattern of Joda-Time.
    pub format: Option<String>,
    /// What codes of the files become.
    pub lookup: BTreeMap<String, String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuType {
    /// Text.
    String,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Numbers written with `$`.
    Dollars,
    /// Days.
    Date,
    /// True or false.
    Boolean,
    /// Codes that become texts as they are read.
    Lookup,
}

impl QuType {
    /// Every type, as the documentation lists them.
    pub const ALL: [Self; 7] =
        [Self::String, Self::Integer, Self::Number, Self::Dollars, Self::Date, Self::Boolean, Self::Lookup];

    /// The word in definitions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Dollars => "dollars",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Lookup => "lookup",
        }
    }
}

impl QuDefinition {
    /// The dataset's name for people.
    pub fn name(&self) -> Option<&str> {
        self.info.get("name").and_then(Value::as_str)
    }

    /// A concept by its name.
    pub fn concept(&self, id: &str) -> Option<&QuConcept> {
        self.concepts.iter().find(|concept| concept.id == id)
    }

    /// A slice by its name.
    pub fn slice(&self, id: &str) -> Option<&QuSlice> {
        self.slices.iter().find(|slice| slice.id == id)
    }

    /// A table by its name.
    pub fn table(&self, id: &str) -> Option<&QuTable> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// The table of a concept.
    pub fn table_of(&self, concept: &str) -> Option<&QuTable> {
        self.table(self.concept(concept)?.table.as_deref()?)
    }

    /// What a column of a slice holds.
    pub fn kind_of(&self, slice: &QuSlice, column: &str) -> QuType {
        if let Some(reference) = slice.references.iter().find(|reference| reference.name == column) {
            let table = self.table_of(&reference.concept);
            return table.and_then(|table| table.column(&reference.value)).map_or(QuType::String, |c| c.kind);
        }
        match &slice.made {
            QuMade::Table(table) => {
                let column = self.table(table).and_then(|table| table.column(column));
                column.map_or(QuType::String, |column| column.kind)
            }
            QuMade::Derived { slice: parent, aggregations, .. } => {
                // The reader has made sure that slices are not made of themselves.
                let of = |name: &str| self.slice(parent).map_or(QuType::String, |p| self.kind_of(p, name));
                let Some(made) = aggregations.iter().find(|made| made.name == column) else {
                    return of(column);
                };
                match (made.function.as_str(), &made.column) {
                    ("count", _) | (_, None) => QuType::Integer,
                    ("avg", _) => QuType::Number,
                    (_, Some(column)) => of(column),
                }
            }
        }
    }
}

impl QuConcept {
    /// What it is called for people.
    pub fn name(&self) -> &str {
        self.definition.get("name").and_then(Value::as_str).unwrap_or(&self.id)
    }

    /// What it means.
    pub fn description(&self) -> Option<&str> {
        self.definition.get("description").and_then(Value::as_str)
    }
}

impl QuSlice {
    /// The columns that can be asked for, in their order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.dimensions.iter().chain(&self.metrics).map(String::as_str)
    }

    /// Something that is said of it for people: `name` or `description`.
    pub fn info(&self, member: &str) -> Option<&str> {
        self.definition.get("info")?.get(member)?.as_str()
    }
}

impl QuTable {
    /// A column by its name here.
    pub fn column(&self, name: &str) -> Option<&QuColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

//! Recipes: how a table is made of others, step by step, as people write it down (YAML).
//!
//! ```yaml
//! name: permits-clean
//! from: permits
//! steps:
//!   - rename: {Full name: name}
//!   - cast: {fee: {type: number, decimal: ","}}
//!   - join: {table: zip-codes, on: {zip: code}, take: {town: town}}
//!   - filter: fee > 0
//! ```

mod cast;
mod cook;
mod pairs;
mod pot;
mod shape;
mod steps;

use serde::{Deserialize, Serialize};
use townhall_model::table::ColumnType;

use crate::error::QueryProblem;
use crate::limits::{RECIPE_BYTES_MAX, RECIPE_STEPS_MAX};

pub(crate) use cast::as_stored;
pub use cook::{Cooked, CookedColumn, CookedRows, CookedStream};
pub use pairs::Pairs;

/// A way to make a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What it is called in addresses: small letters, digits and `-`.
    pub name: String,
    /// The title of the table that it makes; the name without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The table that it begins with: an id, or a name that stands for one.
    pub from: String,
    /// How often the files of the tables that it reads are fetched anew, such as `every 6 hours` or `daily 06:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
    /// What is done, in this order.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// One thing that is done to the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Columns get other names: from the old to the new.
    Rename(Pairs<String>),
    /// Only these columns stay, in this order.
    Keep(Vec<String>),
    /// These columns go.
    Drop(Vec<String>),
    /// Columns get other types; what does not fit becomes no value, and is kept among the rejects.
    Cast(Pairs<Cast>),
    /// Spaces at the ends of texts go; texts of nothing else become no value.
    Trim(Vec<String>),
    /// What a regular expression finds in texts is replaced; `$1` stands for its first group.
    Replace(Replace),
    /// A text becomes several columns.
    Split(Split),
    /// Codes become what they stand for.
    Codes(Codes),
    /// What stands where there is no value.
    Default(Pairs<String>),
    /// New columns, or new values of old ones, computed of the columns before this step.
    Derive(Pairs<String>),
    /// Only rows that meet a condition stay.
    Filter(String),
    /// Columns of another table where keys are the same.
    Join(Join),
    /// Only rows from one number to another stay, counted from 1.
    Rows(Rows),
    /// Rows that look the same stay once.
    Distinct(Distinct),
    /// Rows become groups.
    Group(Group),
    /// Rows get another order, such as `year desc, name`.
    Sort(String),
}

impl Step {
    /// Every step's word and what it does, in the order of the documentation.
    pub const ALL: [(&'static str, &'static str); 16] = [
        ("rename", "gives columns other names"),
        ("keep", "leaves only these columns, in this order"),
        ("drop", "leaves these columns out"),
        ("cast", "gives columns other types; cells that do not fit go to the rejects"),
        ("trim", "takes spaces off the ends of texts"),
        ("replace", "replaces what a regular expression finds"),
        ("split", "makes several columns of one text"),
        ("codes", "puts what codes stand for in their place, or beside them"),
        ("default", "fills in where there is no value"),
        ("derive", "computes new columns"),
        ("filter", "leaves only rows that meet a condition"),
        ("join", "takes columns of another table where keys are the same"),
        ("rows", "leaves only rows from one number to another"),
        ("distinct", "leaves rows that look the same once"),
        ("group", "makes groups of rows and computes something of each"),
        ("sort", "puts rows in another order"),
    ];

    /// The word for it in YAML.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Rename(_) => "rename",
            Self::Keep(_) => "keep",
            Self::Drop(_) => "drop",
            Self::Cast(_) => "cast",
            Self::Trim(_) => "trim",
            Self::Replace(_) => "replace",
            Self::Split(_) => "split",
            Self::Codes(_) => "codes",
            Self::Default(_) => "default",
            Self::Derive(_) => "derive",
            Self::Filter(_) => "filter",
            Self::Join(_) => "join",
            Self::Rows(_) => "rows",
            Self::Distinct(_) => "distinct",
            Self::Group(_) => "group",
            Self::Sort(_) => "sort",
        }
    }
}

/// What a column is cast to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cast {
    /// A type.
    To(ColumnType),
    /// A type, and how its texts are written.
    Written(Written),
}

/// A type, and how its texts are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The type.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// The pattern of dates and times, as of `strptime`: `%d/%m/%Y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// What stands before the decimals of numbers: `,` or `.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// Characters that are not part of numbers, such as `$ '`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<String>,
    /// Texts that mean that there is no value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

impl Written {
    /// A type, written as usual.
    pub const fn plain(kind: ColumnType) -> Self {
        Self { kind, format: None, decimal: None, without: None, missing: Vec::new() }
    }
}

/// See [`Step::Replace`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replace {
    /// The column.
    pub column: String,
    /// The regular expression.
    pub pattern: String,
    /// What comes in its place.
    #[serde(default)]
    pub with: String,
}

/// See [`Step::Split`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The column.
    pub column: String,
    /// What stands between the parts.
    pub by: String,
    /// The new columns.
    pub into: Vec<String>,
}

/// See [`Step::Codes`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// The column.
    pub column: String,
    /// From codes to what they stand for.
    pub map: Pairs<String>,
    /// The new column; the old one without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// What other codes become: themselves without it; no value when it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

/// See [`Step::Join`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The other table.
    pub table: String,
    /// From columns here to columns there that must be the same.
    pub on: Pairs<String>,
    /// From columns there to what they are called here.
    pub take: Pairs<String>,
    /// Which rows stay.
    #[serde(default)]
    pub kind: JoinKind,
}

/// Which rows of a join stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinKind {
    /// All; those without a match get no values.
    #[default]
    Left,
    /// Those with a match.
    Inner,
}

/// See [`Step::Rows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// The last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u64>,
}

/// See [`Step::Distinct`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distinct {
    /// The columns that are compared and stay; all when there is none.
    #[serde(default)]
    pub by: Vec<String>,
}

/// See [`Step::Group`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The columns.
    pub by: Vec<String>,
    /// From names to what is computed of each group, such as `sum(fee)`.
    #[serde(default)]
    pub compute: Pairs<String>,
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    ///
    /// [`QueryProblem`] that says in which line what is wrong.
    pub fn read(text: &str) -> Result<Self, QueryProblem> {
        if text.len() > RECIPE_BYTES_MAX {
            return Err(problem(format!("it is longer than {RECIPE_BYTES_MAX} bytes")));
        }
        let recipe: Self = serde_saphyr::from_str(text).map_err(|error| {
            let message = error.to_string();
            let line = message.lines().next().unwrap_or_default();
            problem(line.chars().take(300).collect::<String>())
                .with_hint("the manual's page on the steps of recipes has an example of each")
        })?;
        recipe.check()?;
        Ok(recipe)
    }

    /// Refuses what no table could make sense of.
    fn check(&self) -> Result<(), QueryProblem> {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > 80 || !self.name.chars().all(is_word) {
            return Err(problem(format!("`{}` can't be its name", crate::dialects::short(&self.name)))
                .with_hint("use small letters, digits and `-`, such as `permits-clean`"));
        }
        if self.steps.len() > RECIPE_STEPS_MAX {
            return Err(problem(format!("it has more than {RECIPE_STEPS_MAX} steps")));
        }
        Ok(())
    }

    /// The tables that it reads, as it calls them, each once.
    pub fn tables(&self) -> Vec<&str> {
        let mut names = vec![self.from.as_str()];
        for step in &self.steps {
            if let Step::Join(join) = step
                && !names.contains(&join.table.as_str())
            {
                names.push(&join.table);
            }
        }
        names
    }
}

fn problem(message: impl Into<String>) -> QueryProblem {
    QueryProblem::new("recipe", message)
}

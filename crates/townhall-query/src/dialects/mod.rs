//! The ways to ask: each dialect is one file that parses a question into the logical query.

mod ckan;
mod clauses;
mod csv_to_api;
mod datasette;
mod db_to_api;
mod dkan;
mod expression;
mod lql;
mod opendatasoft;
mod qu;
mod soda;
pub(crate) mod syntax;
mod townhall;

use crate::error::QueryProblem;
use crate::query::{RowsQuery, TableSource};

pub use ckan::{CKAN_LIMITS, Ckan};
pub use csv_to_api::CsvToApi;
pub use datasette::Datasette;
pub use db_to_api::{DB_TO_API_ID, DbToApi};
pub use dkan::{DKAN_LIMIT, Dkan};
pub use lql::{JsonPath, LQL_GROUP, Lql, LqlQuestion, SubQuery, Transform, lql_pairs};
pub use opendatasoft::Opendatasoft;
pub use qu::{QU_CLAUSES, Qu, QuReading, QuRules, read_qu};
pub use soda::Soda;
pub use townhall::{OPERATORS, Townhall};

/// A way to ask.
pub trait QueryDialect: Sync {
    /// The word in documentation and settings.
    fn name(&self) -> &'static str;
    /// Reads the pairs of a query string.
    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem>;
}

/// Every dialect, in the order the documentation lists them.
pub const QUERY_DIALECTS: &[&dyn QueryDialect] =
    &[&Townhall, &Soda, &Ckan, &Dkan, &Opendatasoft, &Datasette, &Lql, &Qu, &DbToApi, &CsvToApi];

/// The dialect of a name.
pub fn dialect_by_name(name: &str) -> Option<&'static dyn QueryDialect> {
    QUERY_DIALECTS.iter().copied().find(|dialect| dialect.name() == name)
}

/// The name among `known` that was probably meant: the nearest by edits, if it is near.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    known
        .map(|candidate| (distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(edits, candidate)| *edits <= 1 + candidate.chars().count() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Edits between two words (Levenshtein, with a row of memory).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

/// As much of a text as a problem shows.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

//! What can be asked of any driver.

use crate::describe::{ColumnDescription, Form};
use crate::request::{Comparison, TextMatch};
use crate::sql::{Flavor, Pushes};

/// SQL with the quotes of a driver.
pub(super) struct OdbcFlavor {
    pub(super) quote: char,
}

impl Flavor for OdbcFlavor {
    fn quoted(&self, name: &str) -> String {
        let quote = self.quote.to_string();
        format!("{quote}{}{quote}", name.replace(self.quote, &quote.repeat(2)))
    }

    fn placeholder(&self, _: usize) -> String {
        "?".to_owned()
    }

    fn read(&self, column: &ColumnDescription) -> String {
        self.quoted(&column.name)
    }

    fn compared(&self, column: &ColumnDescription) -> String {
        self.quoted(&column.name)
    }

    fn compares(&self, column: &ColumnDescription, how: Comparison) -> Pushes {
        match (column.form, how) {
            (Form::Integer, _) => Pushes::Exact,
            // Equal texts are equal by any rule; others may be as well.
            (Form::Text, Comparison::Eq) => Pushes::Superset,
            _ => Pushes::No,
        }
    }

    fn orders(&self, column: &ColumnDescription) -> bool {
        // Where rows without a value stand is told by no standard.
        column.form == Form::Integer && !column.nullable
    }

    fn text(&self, _: &ColumnDescription, _: TextMatch, _: bool, _: &str) -> Option<String> {
        None
    }

    fn not(&self, condition: &str) -> Option<String> {
        // Only this one is never unknown.
        condition.ends_with(" is null").then(|| format!("not ({condition})"))
    }

    fn order(&self, column: &ColumnDescription, descending: bool) -> String {
        format!("{} {}", self.quoted(&column.name), if descending { "desc" } else { "asc" })
    }

    fn slice(&self, _: Option<u64>, _: u64) -> String {
        // Each kind has its own words for it; whoever reads leaves in time.
        String::new()
    }
}

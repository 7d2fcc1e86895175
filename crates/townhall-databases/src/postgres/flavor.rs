//! How PostgreSQL wants to be asked.

use crate::describe::{ColumnDescription, Form};
use crate::request::{Comparison, TextMatch};
use crate::sql::{Flavor, Pushes};

pub(super) struct PostgresFlavor;

pub(super) const FLAVOR: PostgresFlavor = PostgresFlavor;

/// A column as text.
fn text(flavor: &PostgresFlavor, column: &ColumnDescription) -> String {
    let name = flavor.quoted(&column.name);
    // As it stands, so that its index can be used.
    match column.native.as_str() {
        "text" => name,
        native if native.starts_with("character varying") => name,
        _ => format!("{name}::text"),
    }
}

impl Flavor for PostgresFlavor {
    fn quoted(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    fn placeholder(&self, number: usize) -> String {
        format!("${number}")
    }

    fn read(&self, column: &ColumnDescription) -> String {
        let name = self.quoted(&column.name);
        match column.form {
            Form::Integer => format!("{name}::int8"),
            Form::Number | Form::Boolean | Form::NumericBoolean => name,
            Form::Decimal => format!("{name}::float8"),
            Form::AsJson => format!("to_json({name})::text"),
            _ => format!("{name}::text"),
        }
    }

    fn compared(&self, column: &ColumnDescription) -> String {
        let name = self.quoted(&column.name);
        match column.form {
            Form::Decimal => format!("{name}::float8"),
            Form::ShortNumber => format!("{name}::text::float8"),
            // The order of bytes is that of characters, and is ours.
            Form::Text | Form::AsText => format!("{} collate \"C\"", text(self, column)),
            _ => name,
        }
    }

    fn parameter(&self, column: &ColumnDescription, place: &str) -> String {
        match column.form {
            Form::Date => format!("{place}::date"),
            Form::Datetime => format!("{place}::timestamp"),
            Form::Timestamp => format!("{place}::timestamptz"),
            _ => place.to_owned(),
        }
    }

    fn compares(&self, column: &ColumnDescription, _: Comparison) -> Pushes {
        if column.form == Form::AsJson { Pushes::No } else { Pushes::Exact }
    }

    fn orders(&self, column: &ColumnDescription) -> bool {
        column.form != Form::AsJson
    }

    fn guard(&self, column: &ColumnDescription) -> Option<String> {
        // `infinity` is a date there, and none here.
        matches!(column.form, Form::Date | Form::Datetime | Form::Timestamp)
            .then(|| format!("isfinite({})", self.quoted(&column.name)))
    }

    fn hint(&self, column: &ColumnDescription, place: &str) -> Option<String> {
        // Equal bytes are equal by any rule, and an index knows the rule of the column.
        (column.form == Form::Text).then(|| format!("{} = {place}", text(self, column)))
    }

    fn text(
        &self,
        column: &ColumnDescription,
        how: TextMatch,
        ignore_case: bool,
        place: &str,
    ) -> Option<String> {
        let name = text(self, column);
        Some(match (how, ignore_case) {
            (TextMatch::Contains, true) => format!("strpos(lower({name}), lower({place})) > 0"),
            (TextMatch::Contains, false) => format!("strpos({name}, {place}) > 0"),
            (TextMatch::Equals, true) => format!("lower({name}) = lower({place})"),
            (TextMatch::Equals, false) => format!("{name} = {place}"),
            (TextMatch::Like, true) => format!("{name} ilike {place} escape '!'"),
            (TextMatch::Like, false) => format!("{name} like {place} escape '!'"),
            (TextMatch::StartsWith | TextMatch::EndsWith, _) => return None,
        })
    }

    fn order(&self, column: &ColumnDescription, descending: bool) -> String {
        let direction = if descending { "desc" } else { "asc" };
        match column.nullable {
            true => format!("{} {direction} nulls last", self.compared(column)),
            // Said without nulls it can be read off an index.
            false => format!("{} {direction}", self.compared(column)),
        }
    }

    fn slice(&self, limit: Option<u64>, offset: u64) -> String {
        let limit = limit.map(|limit| format!(" limit {limit}")).unwrap_or_default();
        if offset == 0 { limit } else { format!("{limit} offset {offset}") }
    }
}

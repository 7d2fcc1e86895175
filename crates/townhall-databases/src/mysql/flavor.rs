//! How MySQL and MariaDB want to be asked.

use crate::describe::{ColumnDescription, Form};
use crate::request::{Comparison, TextMatch};
use crate::sql::{Flavor, Pushes};

pub(super) struct MySqlFlavor;

pub(super) const FLAVOR: MySqlFlavor = MySqlFlavor;

impl MySqlFlavor {
    /// A column as text whose letters are what they are: collations there fold case and accents.
    fn exact(&self, column: &ColumnDescription) -> String {
        format!("convert({} using utf8mb4) collate utf8mb4_bin", self.quoted(&column.name))
    }
}

impl Flavor for MySqlFlavor {
    fn quoted(&self, name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }

    fn placeholder(&self, _: usize) -> String {
        "?".to_owned()
    }

    fn read(&self, column: &ColumnDescription) -> String {
        let name = self.quoted(&column.name);
        match column.form {
            Form::Number => name,
            Form::Text | Form::AsText | Form::AsJson => format!("convert({name} using utf8mb4)"),
            Form::NumericBoolean | Form::Boolean => format!("cast({name} <> 0 as char)"),
            _ => format!("cast({name} as char)"),
        }
    }

    fn compared(&self, column: &ColumnDescription) -> String {
        let name = self.quoted(&column.name);
        match column.form {
            Form::Decimal => format!("({name} + 0e0)"),
            Form::ShortNumber => format!("(cast({name} as char) + 0e0)"),
            Form::NumericBoolean | Form::Boolean => format!("({name} <> 0)"),
            // Bytes: collations pad with blanks even where they fold nothing.
            Form::Text | Form::AsText => format!("cast(convert({name} using utf8mb4) as binary)"),
            _ => name,
        }
    }

    fn parameter(&self, column: &ColumnDescription, place: &str) -> String {
        match column.form {
            Form::Date => format!("cast({place} as date)"),
            Form::Datetime | Form::Timestamp => format!("cast({place} as datetime(6))"),
            Form::Text | Form::AsText => format!("cast({place} as binary)"),
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
        // `0000-00-00` is a date there, and none here.
        matches!(column.form, Form::Date | Form::Datetime | Form::Timestamp)
            .then(|| format!("{} >= '1000-01-01'", self.quoted(&column.name)))
    }

    fn hint(&self, column: &ColumnDescription, place: &str) -> Option<String> {
        (column.form == Form::Text).then(|| format!("{} = {place}", self.quoted(&column.name)))
    }

    fn text(
        &self,
        column: &ColumnDescription,
        how: TextMatch,
        ignore_case: bool,
        place: &str,
    ) -> Option<String> {
        let exact = self.exact(column);
        let place = format!("{place} collate utf8mb4_bin");
        let (text, wanted) = match ignore_case {
            true => (format!("lower({exact})"), format!("lower({place})")),
            false => (exact, place),
        };
        Some(match how {
            TextMatch::Contains => format!("locate({wanted}, {text}) > 0"),
            TextMatch::Equals => format!("cast({text} as binary) = cast({wanted} as binary)"),
            TextMatch::Like => format!("{text} like {wanted} escape '!'"),
            TextMatch::StartsWith | TextMatch::EndsWith => return None,
        })
    }

    fn order(&self, column: &ColumnDescription, descending: bool) -> String {
        let direction = if descending { "desc" } else { "asc" };
        let compared = self.compared(column);
        match column.nullable {
            true => format!("({} is null), {compared} {direction}", self.quoted(&column.name)),
            false => format!("{compared} {direction}"),
        }
    }

    fn slice(&self, limit: Option<u64>, offset: u64) -> String {
        match (limit, offset) {
            (None, 0) => String::new(),
            (Some(limit), 0) => format!(" limit {limit}"),
            // There is no other word for "all the rest".
            (limit, offset) => format!(" limit {} offset {offset}", limit.unwrap_or(u64::MAX)),
        }
    }
}

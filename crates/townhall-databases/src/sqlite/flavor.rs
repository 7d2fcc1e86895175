//! How SQLite wants to be asked. A column may hold values of any type; those that are not of its form are no values here,
//! so conditions say what type they mean.

use crate::describe::{ColumnDescription, Form};
use crate::request::{Comparison, TextMatch};
use crate::sql::{Flavor, Pushes};

pub(super) struct SqliteFlavor;

pub(super) const FLAVOR: SqliteFlavor = SqliteFlavor;

impl Flavor for SqliteFlavor {
    fn quoted(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    fn placeholder(&self, number: usize) -> String {
        format!("?{number}")
    }

    fn read(&self, column: &ColumnDescription) -> String {
        self.quoted(&column.name)
    }

    fn compared(&self, column: &ColumnDescription) -> String {
        let name = self.quoted(&column.name);
        match column.form {
            Form::NumericBoolean => format!("({name} <> 0)"),
            Form::Text => format!("{name} collate binary"),
            _ => name,
        }
    }

    fn compares(&self, column: &ColumnDescription, _: Comparison) -> Pushes {
        match column.form {
            Form::Integer | Form::Number | Form::Decimal | Form::NumericBoolean | Form::Text => Pushes::Exact,
            _ => Pushes::No,
        }
    }

    fn orders(&self, column: &ColumnDescription) -> bool {
        self.compares(column, Comparison::Lt) == Pushes::Exact
    }

    fn guard(&self, column: &ColumnDescription) -> Option<String> {
        let name = self.quoted(&column.name);
        match column.form {
            _ if column.is_certain => None,
            Form::Integer | Form::NumericBoolean => Some(format!("typeof({name}) = 'integer'")),
            Form::Number | Form::Decimal => Some(format!("typeof({name}) in ('integer', 'real')")),
            _ => Some(format!("typeof({name}) = 'text'")),
        }
    }

    fn pattern(&self, like: String, ignore_case: bool) -> String {
        if ignore_case { like } else { glob(&like) }
    }

    fn text(
        &self,
        column: &ColumnDescription,
        how: TextMatch,
        ignore_case: bool,
        place: &str,
    ) -> Option<String> {
        let name = self.quoted(&column.name);
        Some(match (how, ignore_case) {
            (TextMatch::Contains, true) => format!("instr(lower({name}), lower({place})) > 0"),
            (TextMatch::Contains, false) => format!("instr({name}, {place}) > 0"),
            (TextMatch::Equals, true) => format!("lower({name}) = lower({place})"),
            (TextMatch::Equals, false) => format!("{name} collate binary = {place}"),
            (TextMatch::Like, true) => format!("{name} like {place} escape '!'"),
            // `like` folds the case of letters there, and `glob` does not.
            (TextMatch::Like, false) => format!("{name} glob {place}"),
            (TextMatch::StartsWith | TextMatch::EndsWith, _) => return None,
        })
    }

    fn order(&self, column: &ColumnDescription, descending: bool) -> String {
        let direction = if descending { "desc" } else { "asc" };
        let compared = self.compared(column);
        match self.guard(column) {
            Some(guard) => format!("iif({guard}, 0, 1), {compared} {direction}"),
            None => format!("{compared} {direction} nulls last"),
        }
    }

    fn slice(&self, limit: Option<u64>, offset: u64) -> String {
        let bounded = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        match (limit, offset) {
            (None, 0) => String::new(),
            (Some(limit), 0) => format!(" limit {}", bounded(limit)),
            (limit, offset) => format!(" limit {} offset {}", limit.map_or(-1, bounded), bounded(offset)),
        }
    }
}

/// A pattern of `like` as one of `glob`.
fn glob(like: &str) -> String {
    let mut written = String::with_capacity(like.len());
    let mut characters = like.chars();
    let plain = |c: char, written: &mut String| match c {
        '*' | '?' | '[' => written.extend(['[', c, ']']),
        c => written.push(c),
    };
    while let Some(c) = characters.next() {
        match c {
            '!' => plain(characters.next().unwrap_or('!'), &mut written),
            '%' => written.push('*'),
            '_' => written.push('?'),
            c => plain(c, &mut written),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_the_same_as_glob() {
        assert_eq!(glob("50!%_a*[%"), "50%?a[*][[]*");
    }
}

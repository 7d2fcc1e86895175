//! From a request to the SQL of a kind of database.
//!
//! Only names of the table's description come into the text, quoted by the rules of the kind; every value is a parameter.

use std::fmt::Write;

use crate::describe::{ColumnDescription, Form, TableDescription, TableName};
use crate::error::DatabaseError;
use crate::request::{Comparison, Condition, RowsRequest, TextMatch, Value};

/// How far a database applies a condition as we mean it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pushes {
    /// Not at all.
    No,
    /// It lets all rows through that we mean, and perhaps others: whoever asks has to look again.
    Superset,
    /// Just as we mean it.
    Exact,
}

/// A statement and its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The text, with placeholders.
    pub text: String,
    /// The values for them, in order.
    pub parameters: Vec<Value>,
}

/// What the SQL of a kind of database is like.
pub(crate) trait Flavor: Sync {
    /// A name of the description, quoted.
    fn quoted(&self, name: &str) -> String;
    /// The place of a parameter, counted from 1.
    fn placeholder(&self, number: usize) -> String;
    /// What stands in the list of results for a column.
    fn read(&self, column: &ColumnDescription) -> String;
    /// A column as it is compared and ordered.
    fn compared(&self, column: &ColumnDescription) -> String;
    /// A pattern of `like` as a text condition takes it.
    fn pattern(&self, like: String, ignore_case: bool) -> String {
        let _ = ignore_case;
        like
    }
    /// A parameter as it is compared with a column.
    fn parameter(&self, column: &ColumnDescription, place: &str) -> String {
        let _ = column;
        place.to_owned()
    }
    /// Whether order and comparison of a column are ours, and how sure a comparison is.
    fn compares(&self, column: &ColumnDescription, how: Comparison) -> Pushes;
    /// Whether rows can be ordered by a column as we would.
    fn orders(&self, column: &ColumnDescription) -> bool;
    /// What must hold besides for a column to have a value that we show; none where that is always so.
    fn guard(&self, column: &ColumnDescription) -> Option<String> {
        let _ = column;
        None
    }
    /// A cheap condition that every row with an equal value meets, so that an index can be used.
    fn hint(&self, column: &ColumnDescription, place: &str) -> Option<String> {
        let _ = (column, place);
        None
    }
    /// A condition on a text: that it holds another, is another in any case, or is like a pattern in which `!` stands before
    /// what is plain.
    fn text(
        &self,
        column: &ColumnDescription,
        how: TextMatch,
        ignore_case: bool,
        place: &str,
    ) -> Option<String>;
    /// The same condition turned round; none where that can't be said.
    fn not(&self, condition: &str) -> Option<String> {
        Some(format!("(({condition}) is not true)"))
    }
    /// The order of a column, with rows that lack a value last.
    fn order(&self, column: &ColumnDescription, descending: bool) -> String;
    /// The end of a statement that takes some rows only.
    fn slice(&self, limit: Option<u64>, offset: u64) -> String;
    /// The name of a table in a statement.
    fn table(&self, name: &TableName) -> String {
        match &name.schema {
            Some(schema) => format!("{}.{}", self.quoted(schema), self.quoted(&name.name)),
            None => self.quoted(&name.name),
        }
    }
    /// A count, as the driver reads it.
    fn count(&self) -> &'static str {
        "count(*)"
    }
}

/// How far a condition is pushed.
pub(crate) fn pushes(flavor: &dyn Flavor, table: &TableDescription, condition: &Condition) -> Pushes {
    Writer::new(flavor, table).condition(condition)
}

/// The statement of a request.
pub(crate) fn rows(
    flavor: &dyn Flavor,
    table: &TableDescription,
    request: &RowsRequest,
) -> Result<Statement, DatabaseError> {
    let mut columns = Vec::with_capacity(request.columns.len());
    for name in &request.columns {
        columns.push(flavor.read(table.require(name)?));
    }
    // A request without columns still wants to know how many rows there are.
    let columns = if columns.is_empty() { "1".to_owned() } else { columns.join(", ") };
    let mut writer = Writer::new(flavor, table);
    write(&mut writer.text, format_args!("select {columns} from {}", flavor.table(&table.name)));
    writer.filter(&request.condition)?;
    let mut order = Vec::with_capacity(request.order.len());
    for by in &request.order {
        order.push(flavor.order(table.require(&by.column)?, by.descending));
    }
    if !order.is_empty() {
        write(&mut writer.text, format_args!(" order by {}", order.join(", ")));
    }
    writer.text.push_str(&flavor.slice(request.limit, request.offset));
    Ok(writer.finish())
}

/// The statement that counts.
pub(crate) fn counting(
    flavor: &dyn Flavor,
    table: &TableDescription,
    condition: &Condition,
) -> Result<Statement, DatabaseError> {
    let mut writer = Writer::new(flavor, table);
    write(&mut writer.text, format_args!("select {} from {}", flavor.count(), flavor.table(&table.name)));
    writer.filter(condition)?;
    Ok(writer.finish())
}

/// Conditions that stand beside each other without more brackets.
const LIST_MAX: usize = 32;

struct Writer<'a> {
    flavor: &'a dyn Flavor,
    table: &'a TableDescription,
    text: String,
    parameters: Vec<Value>,
}

impl<'a> Writer<'a> {
    fn new(flavor: &'a dyn Flavor, table: &'a TableDescription) -> Self {
        Self { flavor, table, text: String::new(), parameters: Vec::new() }
    }

    fn finish(self) -> Statement {
        Statement { text: self.text, parameters: self.parameters }
    }

    fn filter(&mut self, condition: &Condition) -> Result<(), DatabaseError> {
        if condition.is_everything() {
            return Ok(());
        }
        self.text.push_str(" where ");
        match self.condition(condition) {
            Pushes::No => {
                Err(DatabaseError::Refused { detail: "a condition was asked that it can't apply".to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Writes a condition. What could not be written leaves a text that is of no use.
    fn condition(&mut self, condition: &Condition) -> Pushes {
        match condition {
            Condition::All(parts) => self.joined(parts, " and ", "1 = 1"),
            Condition::Any(parts) => self.joined(parts, " or ", "1 = 0"),
            Condition::Not(inner) => {
                let mut writer = Writer::new(self.flavor, self.table);
                std::mem::swap(&mut writer.parameters, &mut self.parameters);
                let pushed = writer.condition(inner);
                std::mem::swap(&mut writer.parameters, &mut self.parameters);
                match (pushed, self.flavor.not(&writer.text)) {
                    // The opposite of too many is too few.
                    (Pushes::Exact, Some(text)) => {
                        self.text.push_str(&text);
                        Pushes::Exact
                    }
                    _ => Pushes::No,
                }
            }
            Condition::Compare { column, how, value } => self.compare(column, *how, value),
            Condition::In { column, values } => {
                let equal = |value: &Value| Condition::Compare {
                    column: column.clone(),
                    how: Comparison::Eq,
                    value: value.clone(),
                };
                self.joined(&values.iter().map(equal).collect::<Vec<_>>(), " or ", "1 = 0")
            }
            Condition::Text { column, how, text, ignore_case } => self.text(column, *how, text, *ignore_case),
            Condition::Null { column } => {
                let Some(column) = self.table.column(column) else { return Pushes::No };
                let name = self.flavor.quoted(&column.name);
                let missing = match self.flavor.guard(column) {
                    Some(guard) => format!("({name} is null or not ({guard}))"),
                    None => format!("{name} is null"),
                };
                self.text.push_str(&missing);
                Pushes::Exact
            }
        }
    }

    fn joined(&mut self, parts: &[Condition], join: &str, none: &str) -> Pushes {
        if parts.is_empty() {
            self.text.push_str(none);
            return Pushes::Exact;
        }
        let mut pushed = Pushes::Exact;
        self.text.push('(');
        // A long list as a tree of little depth: databases count how deep an expression is.
        if parts.len() > LIST_MAX {
            let (left, right) = parts.split_at(parts.len() / 2);
            pushed = pushed.min(self.joined(left, join, none));
            self.text.push_str(join);
            pushed = pushed.min(self.joined(right, join, none));
            self.text.push(')');
            return pushed;
        }
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.text.push_str(join);
            }
            pushed = pushed.min(self.condition(part));
        }
        self.text.push(')');
        pushed
    }

    fn compare(&mut self, column: &str, how: Comparison, value: &Value) -> Pushes {
        let Some(column) = self.table.column(column).filter(|column| suits(column, value)) else {
            return Pushes::No;
        };
        let pushed = self.flavor.compares(column, how);
        if pushed == Pushes::No {
            return pushed;
        }
        let name = self.flavor.quoted(&column.name);
        let compared = self.flavor.compared(column);
        let mut parts = Vec::new();
        if how == Comparison::Eq
            && let Some(hint) = self.flavor.hint(column, &self.flavor.placeholder(self.parameters.len() + 1))
        {
            self.parameters.push(value.clone());
            parts.push(hint);
        }
        let place = self.flavor.placeholder(self.parameters.len() + 1);
        self.parameters.push(value.clone());
        parts.push(format!("{compared} {} {}", how.sql(), self.flavor.parameter(column, &place)));
        let guard = self.flavor.guard(column);
        let text = match (how, guard) {
            (Comparison::Ne, Some(guard)) => {
                format!("({} or {name} is null or not ({guard}))", parts.join(" and "))
            }
            (Comparison::Ne, None) => format!("({} or {name} is null)", parts.join(" and ")),
            (_, guard) => {
                parts.extend(guard);
                if parts.len() > 1 { format!("({})", parts.join(" and ")) } else { parts.concat() }
            }
        };
        self.text.push_str(&text);
        pushed
    }

    fn text(&mut self, column: &str, how: TextMatch, text: &str, ignore_case: bool) -> Pushes {
        let (how, text) = match how {
            TextMatch::StartsWith => (TextMatch::Like, format!("{}%", plain(text))),
            TextMatch::EndsWith => (TextMatch::Like, format!("%{}", plain(text))),
            TextMatch::Like => (how, with_plain_escape(text)),
            how => (how, text.to_owned()),
        };
        let Some(column) = self.table.column(column).filter(|column| column.form == Form::Text) else {
            return Pushes::No;
        };
        let place = self.flavor.placeholder(self.parameters.len() + 1);
        let Some(condition) = self.flavor.text(column, how, ignore_case, &place) else { return Pushes::No };
        let text = if how == TextMatch::Like { self.flavor.pattern(text, ignore_case) } else { text };
        // Folded on both sides by the same rules, those of the database.
        self.parameters.push(Value::Text(text));
        let condition = match self.flavor.guard(column) {
            Some(guard) => format!("({condition} and {guard})"),
            None => condition,
        };
        self.text.push_str(&condition);
        Pushes::Exact
    }
}

/// Whether a value can be compared with a column at all.
fn suits(column: &ColumnDescription, value: &Value) -> bool {
    match column.form {
        Form::Integer | Form::Number | Form::Decimal | Form::ShortNumber => {
            matches!(value, Value::Integer(_) | Value::Number(_))
        }
        Form::Boolean | Form::NumericBoolean => matches!(value, Value::Boolean(_)),
        Form::Date => matches!(value, Value::Date(_)),
        Form::Datetime => matches!(value, Value::Datetime(_)),
        Form::Timestamp => matches!(value, Value::Timestamp(_)),
        Form::Text | Form::AsText | Form::AsJson => matches!(value, Value::Text(_)),
    }
}

/// A text as a pattern that only it is like.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            written.push('!');
        }
        written.push(c);
    }
    written
}

/// A pattern whose escapes are `!`, which no database reads in a way of its own, instead of `\`.
fn with_plain_escape(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some(plain @ ('%' | '_' | '!')) => written.extend(['!', plain]),
                Some(plain) => written.push(plain),
                None => written.push('\\'),
            },
            '!' => written.push_str("!!"),
            c => written.push(c),
        }
    }
    written
}

fn write(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a text never fails.
    let _ = text.write_fmt(what);
}

/// A day as text.
pub(crate) fn date_text(days: i32) -> String {
    use jiff::ToSpan;
    jiff::civil::date(1970, 1, 1).saturating_add(i64::from(days).days()).to_string()
}

/// A moment as text, with a blank between day and time.
pub(crate) fn moment_text(micros: i64) -> String {
    let time = jiff::Timestamp::from_microsecond(micros).unwrap_or_default();
    let time = time.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    format!("{} {}", time.date(), time.time())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_keep_their_meaning_with_another_escape() {
        assert_eq!(with_plain_escape(r"50\%_!\\x\a"), r"50!%_!!\xa");
    }

    #[test]
    fn moments_are_written_as_every_database_reads_them() {
        assert_eq!(date_text(-1), "1969-12-31");
        assert_eq!(moment_text(1_500_000), "1970-01-01 00:00:01.5");
    }
}

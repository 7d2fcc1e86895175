//! The words of Qu's grammar, and `$where`, which is read from left to right.

use townhall_model::table::ColumnType;

use super::of_all;
use crate::filter::{Comparison, Filter, TextMatch};
use crate::limits::{CONDITIONS_MAX, EXPRESSION_DEPTH_MAX, LIST_MAX};
use crate::literal::Literal;
use crate::query::{ROW, TableSource};

/// A place in a clause.
pub(super) struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { rest: text.trim() }
    }

    pub(super) fn is_over(&self) -> bool {
        self.rest.is_empty()
    }

    fn forward(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest.trim_start();
        taken
    }

    /// Takes a sign, if it comes next.
    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let found = self.rest.starts_with(sign);
        if found {
            self.forward(sign.len());
        }
        found
    }

    /// Takes a word of the grammar in any case, if it comes next.
    pub(super) fn word(&mut self, word: &str) -> bool {
        self.word_that(word, str::eq_ignore_ascii_case)
    }

    /// The same just as it is written.
    fn exact_word(&mut self, word: &str) -> bool {
        self.word_that(word, |a, b| a == b)
    }

    fn word_that(&mut self, word: &str, same: fn(&str, &str) -> bool) -> bool {
        let found = self.rest.get(..word.len()).is_some_and(|head| same(head, word))
            && !self.rest[word.len()..].starts_with(is_of_name);
        if found {
            self.forward(word.len());
        }
        found
    }

    /// Takes a name.
    pub(super) fn name(&mut self) -> Option<&'t str> {
        let begins = |c: char| c.is_ascii_alphabetic() || c == '_';
        if !self.rest.starts_with(begins) {
            return None;
        }
        let end = self.rest.find(|c| !is_of_name(c)).unwrap_or(self.rest.len());
        Some(self.forward(end))
    }

    fn value(&mut self) -> Option<Given> {
        if let Some(quote @ ('"' | '\'')) = self.rest.chars().next() {
            return self.text(quote);
        }
        if let Some((day, bytes)) = day(self.rest) {
            self.forward(bytes);
            return Some(Given::Day(day));
        }
        for (word, truth) in [("true", true), ("false", false)] {
            if self.word(word) {
                return Some(Given::Truth(truth));
            }
        }
        let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E');
        let end = self.rest.find(|c| !is_of_number(c)).unwrap_or(self.rest.len());
        let number: f64 = self.rest[..end].parse().ok()?;
        let is_over = !self.rest[end..].starts_with(is_of_name);
        (number.is_finite() && is_over).then(|| Given::Number(self.forward(end).to_owned()))
    }

    fn text(&mut self, quote: char) -> Option<Given> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            if character == quote {
                self.forward(at + 1);
                return Some(Given::Text(text));
            }
            match character {
                '\\' => text.push(characters.next()?.1),
                plain => text.push(plain),
            }
        }
        None
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// A day such as `2013-4-1`, with `-`, `/` or a blank between its parts, and its length.
fn day(text: &str) -> Option<(String, usize)> {
    let digits = |text: &str, most: usize| text.chars().take(most).take_while(char::is_ascii_digit).count();
    let between = |text: &str| text.starts_with(['-', '/', ' ']);
    if digits(text, 5) != 4 {
        return None;
    }
    let rest = text.get(4..).filter(|rest| between(rest))?.get(1..)?;
    let month = digits(rest, 2);
    let rest = rest.get(month..).filter(|rest| month > 0 && between(rest))?.get(1..)?;
    let last = digits(rest, 3);
    if !(1..=2).contains(&last) || rest[last..].starts_with(is_of_name) {
        return None;
    }
    let (start, end) = (5, 5 + month + 1 + last);
    let day = format!("{}-{:0>2}-{:0>2}", &text[..4], &text[start..start + month], &text[end - last..end]);
    Some((day, end))
}

/// A value as it was written.
enum Given {
    Text(String),
    Number(String),
    Truth(bool),
    Day(String),
}

impl Given {
    /// The value as one of a column's type; none when it can't be.
    fn literal(&self, kind: ColumnType) -> Option<Literal> {
        let text = match self {
            Self::Text(text) | Self::Number(text) | Self::Day(text) => text.as_str(),
            Self::Truth(true) => "true",
            Self::Truth(false) => "false",
        };
        Literal::read(text, kind).ok()
    }
}

/// A condition over a table, whose columns are found by their written names, and the names that are no fields; none when it
/// can't be read.
pub(super) fn condition(
    text: &str,
    table: &TableSource,
    named: &dyn Fn(&str) -> Option<String>,
) -> Option<(Filter, Vec<String>)> {
    let mut reader = Reader { words: Words::of(text), table, named, conditions: 0, unknown: Vec::new() };
    let filter = reader.chain(0)?;
    reader.words.is_over().then_some((filter, reader.unknown))
}

struct Reader<'a> {
    words: Words<'a>,
    table: &'a TableSource,
    named: &'a dyn Fn(&str) -> Option<String>,
    conditions: usize,
    unknown: Vec<String>,
}

impl Reader<'_> {
    /// Conditions joined from left to right, as deep in brackets as `depth` says.
    fn chain(&mut self, depth: usize) -> Option<Filter> {
        let mut so_far = self.factor(depth)?;
        loop {
            if self.words.word("AND") {
                let next = self.factor(depth)?;
                so_far = match so_far {
                    Filter::All(mut parts) if !parts.is_empty() => {
                        parts.push(next);
                        Filter::All(parts)
                    }
                    other => Filter::All(vec![other, next]),
                };
            } else if self.words.word("OR") {
                let next = self.factor(depth)?;
                so_far = match so_far {
                    Filter::Any(mut parts) if !parts.is_empty() => {
                        parts.push(next);
                        Filter::Any(parts)
                    }
                    other => Filter::Any(vec![other, next]),
                };
            } else {
                return Some(so_far);
            }
        }
    }

    fn factor(&mut self, depth: usize) -> Option<Filter> {
        if depth > EXPRESSION_DEPTH_MAX {
            return None;
        }
        let is_not = self.words.word("NOT");
        let inner = if self.words.sign("(") {
            let inner = self.chain(depth + 1)?;
            if !self.words.sign(")") {
                return None;
            }
            // What stands in brackets is one condition to whatever follows.
            Filter::All(vec![Filter::Any(vec![inner])])
        } else {
            self.comparison()?
        };
        Some(if is_not { Filter::Not(Box::new(inner)) } else { inner })
    }

    fn comparison(&mut self) -> Option<Filter> {
        self.conditions += 1;
        if self.conditions > CONDITIONS_MAX {
            return None;
        }
        let name = self.words.name()?;
        let column = (self.named)(name).unwrap_or_else(|| {
            self.unknown.push(name.to_owned());
            ROW.to_owned()
        });
        let kind = self.table.column(&column).map_or(ColumnType::Integer, |column| column.kind);
        if self.words.word("IS") {
            let is_not = self.words.word("NOT");
            if !self.words.word("NULL") {
                return None;
            }
            let null = Filter::Null { column };
            return Some(if is_not { Filter::Not(Box::new(null)) } else { null });
        }
        if self.words.word("IN") {
            return self.list(column, kind);
        }
        for (word, ignore_case) in [("LIKE", false), ("ILIKE", true)] {
            if self.words.exact_word(word) {
                let given = self.words.value()?;
                // A pattern matches texts and nothing else; in it, `\` stands for itself.
                return Some(match (given, kind) {
                    (Given::Text(pattern), ColumnType::Text) => Filter::Text {
                        column,
                        how: TextMatch::Like,
                        text: pattern.replace('\\', "\\\\"),
                        ignore_case,
                    },
                    _ => Filter::nothing(),
                });
            }
        }
        let signs = [
            (">=", Comparison::Gte),
            ("<=", Comparison::Lte),
            ("!=", Comparison::Ne),
            (">", Comparison::Gt),
            ("<", Comparison::Lt),
            ("=", Comparison::Eq),
        ];
        let (_, how) = signs.into_iter().find(|(sign, _)| self.words.sign(sign))?;
        let given = self.words.value()?;
        Some(match given.literal(kind) {
            Some(value) => Filter::Compare { column, how, value },
            // What can't be a value of the column is different from all of them.
            None => of_all(how == Comparison::Ne),
        })
    }

    fn list(&mut self, column: String, kind: ColumnType) -> Option<Filter> {
        if !self.words.sign("(") {
            return None;
        }
        let mut values = Vec::new();
        for _ in 0..LIST_MAX {
            values.extend(self.words.value()?.literal(kind));
            if self.words.sign(")") {
                return Some(Filter::In { column, values });
            }
            if !self.words.sign(",") {
                return None;
            }
        }
        None
    }
}

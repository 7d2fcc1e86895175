//! What each step does to rows that stay rows.

use arrow_schema::DataType;
use datafusion::functions::expr_fn::regexp_replace;
use datafusion::functions::string::expr_fn::{btrim, split_part};
use datafusion::functions::unicode::expr_fn::{character_length, substr};
use datafusion::logical_expr::{Case, Expr, cast, lit, when};
use datafusion::scalar::ScalarValue;
use townhall_model::table::ColumnType;

use super::cast::{converted, reason};
use super::pot::{Lost, Pot, new_name};
use super::{Cast, Codes, Pairs, Replace, Split, Written, problem};
use crate::compile::{self, column};
use crate::error::{QueryError, QueryProblem};
use crate::limits::{LIST_MAX, OUTPUTS_MAX, REGEX_BYTES_MAX};
use crate::literal::Literal;

impl Pot<'_> {
    pub(super) fn rename_columns(&mut self, names: &Pairs<String>) -> Result<(), QueryError> {
        let mut renamed = Vec::new();
        for (old, new) in names.iter() {
            renamed.push((self.find(old)?.name.clone(), new_name(new)?));
        }
        self.rename(&renamed)
    }

    pub(super) fn drop_columns(&mut self, names: &[String]) -> Result<(), QueryError> {
        let dropped = self.find_all(names)?;
        let is_kept = |name: &str| dropped.iter().all(|dropped| dropped.name != name);
        let columns = self.table.columns.iter();
        let columns: Vec<_> = columns.filter(|column| is_kept(&column.name)).cloned().collect();
        if columns.is_empty() {
            return Err(problem("no column would be left").into());
        }
        self.keep(columns)
    }

    pub(super) fn cast(&mut self, number: usize, casts: &Pairs<Cast>) -> Result<(), QueryError> {
        let (mut values, mut lost) = (Vec::new(), Vec::new());
        for (name, to) in casts.iter() {
            let known = self.find(name)?;
            let mut written = match to {
                Cast::To(kind) => Written::plain(*kind),
                Cast::Written(written) => written.clone(),
            };
            // What the dictionary says is no value is none here.
            if known.kind == ColumnType::Text && written.kind != ColumnType::Text {
                let meant = self.table.sentinels.get(&known.name).into_iter().flatten();
                let is_value = |text: &String| Literal::read(text, written.kind).is_ok();
                let meant: Vec<String> = meant.filter(|text| !is_value(text)).cloned().collect();
                written.missing.extend(meant);
            }
            let value = converted(column(&known.name), known.kind, &written)?;
            if known.kind != written.kind && written.kind != ColumnType::Text {
                let text = cast(column(&known.name), DataType::Utf8);
                let mut had = text.clone().is_not_null();
                if known.kind == ColumnType::Text {
                    // An empty cell has nothing to lose.
                    had = had.and(btrim(vec![text.clone()]).not_eq(lit("")));
                }
                if !written.missing.is_empty() {
                    had = had.and(text.clone().in_list(written.missing.iter().map(lit).collect(), true));
                }
                let why = reason(&written);
                let cell = when(had.and(value.clone().is_null()), text).end()?;
                let hidden = format!("\u{1}lost{number}.{}", lost.len());
                lost.push((Lost { hidden, column: known.name.clone(), reason: why }, cell));
            }
            values.push((known.name.clone(), value));
        }
        self.set(values, lost)
    }

    pub(super) fn trim(&mut self, names: &[String]) -> Result<(), QueryError> {
        let trimmed = names.iter().map(|name| {
            let name = self.text(name)?;
            let value = or_none(btrim(vec![column(&name)]))?;
            Ok((name, value))
        });
        let trimmed = trimmed.collect::<Result<Vec<_>, QueryError>>()?;
        self.set(trimmed, Vec::new())
    }

    pub(super) fn replace(&mut self, replace: &Replace) -> Result<(), QueryError> {
        let name = self.text(&replace.column)?;
        if replace.pattern.len() > REGEX_BYTES_MAX {
            return Err(problem(format!("the pattern has more than {REGEX_BYTES_MAX} bytes")).into());
        }
        let with = in_engine_words(&replace.with)?;
        let value = regexp_replace(column(&name), lit(&replace.pattern), lit(with), Some(lit("g")));
        self.set(vec![(name, value)], Vec::new())
    }

    pub(super) fn split(&mut self, split: &Split) -> Result<(), QueryError> {
        let name = self.text(&split.column)?;
        if split.by.is_empty() || split.into.is_empty() {
            return Err(problem("`by` and `into` can't be empty").into());
        }
        if split.into.len() > OUTPUTS_MAX {
            return Err(problem(format!("there would be more than {OUTPUTS_MAX} columns")).into());
        }
        let part = |index: usize| split_part(column(&name), lit(&split.by), lit(index as i64 + 1));
        let (last, between) = (split.into.len() - 1, split.by.chars().count());
        let parts = split.into.iter().enumerate().map(|(index, into)| {
            // The last takes all that is left.
            let value = match index == last && last > 0 {
                false => part(index),
                true => {
                    let lengths =
                        (0..index).map(|index| cast(character_length(part(index)), DataType::Int64));
                    let begin = lengths.fold(lit(1 + (index * between) as i64), |sum, length| sum + length);
                    substr(column(&name), begin)
                }
            };
            Ok((into.clone(), or_none(btrim(vec![value]))?))
        });
        let parts = parts.collect::<Result<Vec<_>, QueryError>>()?;
        self.forget(parts.iter().map(|(name, _)| name.as_str()));
        self.set(parts, Vec::new())
    }

    pub(super) fn codes(&mut self, codes: &Codes) -> Result<(), QueryError> {
        let known = self.find(&codes.column)?.clone();
        if codes.map.0.is_empty() || codes.map.0.len() > LIST_MAX {
            return Err(problem(format!("a code list has 1 to {LIST_MAX} codes"))
                .with_hint("join a table for more")
                .into());
        }
        let text = match known.kind {
            ColumnType::Text => column(&known.name),
            _ => cast(column(&known.name), DataType::Utf8),
        };
        let none = || lit(ScalarValue::Utf8(None));
        let otherwise = match codes.otherwise.as_deref() {
            None => text.clone(),
            Some("") => none(),
            Some(other) => when(text.clone().is_null(), none()).otherwise(lit(other))?,
        };
        let branches = codes
            .map
            .iter()
            .map(|(code, label)| (Box::new(text.clone().eq(lit(code))), Box::new(lit(label.as_str()))));
        let value = Expr::Case(Case::new(None, branches.collect(), Some(Box::new(otherwise))));
        let into = codes.into.clone().unwrap_or(known.name);
        self.forget([into.as_str()].into_iter());
        self.set(vec![(into, value)], Vec::new())
    }

    pub(super) fn fill_in(&mut self, values: &Pairs<String>) -> Result<(), QueryError> {
        let filled = values.iter().map(|(name, text)| {
            let known = self.find(name)?;
            let value = Literal::read(text, known.kind).map_err(problem)?;
            let missing = column(&known.name).is_null();
            Ok((known.name.clone(), when(missing, value.expr()).otherwise(column(&known.name))?))
        });
        let filled = filled.collect::<Result<Vec<_>, QueryError>>()?;
        self.set(filled, Vec::new())
    }

    pub(super) fn derive(&mut self, values: &Pairs<String>) -> Result<(), QueryError> {
        let computed = values.iter().map(|(name, text)| {
            let outputs = self.syntax().outputs(text)?;
            let [one] = outputs.as_slice() else {
                return Err(problem(format!("`{name}` needs one expression")).into());
            };
            if one.value.has_aggregate() {
                return Err(problem(format!("`{name}` is computed of groups"))
                    .with_hint("use the step `group`")
                    .into());
            }
            Ok((name.to_owned(), compile::value(&one.value, &self.table)))
        });
        let computed = computed.collect::<Result<Vec<_>, QueryError>>()?;
        self.forget(computed.iter().map(|(name, _)| name.as_str()));
        self.set(computed, Vec::new())
    }

    pub(super) fn filter(&mut self, text: &str) -> Result<(), QueryError> {
        let filter = self.syntax().filter(text)?;
        if let Some(condition) = compile::filter(&filter, &self.table) {
            self.frame = self.frame.clone().filter(condition)?;
        }
        Ok(())
    }

    /// These columns no longer hold what they held: what is said of the old values is not said of the new.
    fn forget<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        for name in names {
            self.origins.remove(name);
            self.table.sentinels.remove(name);
        }
    }
}

/// The text, or no value when it is empty.
fn or_none(text: Expr) -> Result<Expr, QueryError> {
    Ok(when(text.clone().eq(lit("")), lit(ScalarValue::Utf8(None))).otherwise(text)?)
}

/// What takes the place of a match, as the engine writes it: `\1` for the first group, a plain sign for `$$`.
fn in_engine_words(text: &str) -> Result<String, QueryProblem> {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', _) => {
                return Err(
                    problem("`with` can't hold a backslash").with_hint("write $1 for the first group")
                );
            }
            ('$', Some(next)) if next.is_ascii_digit() => out.push('\\'),
            ('$', Some('$')) => {
                characters.next();
                out.push_str("$$");
            }
            ('$', _) => out.push_str("$$"),
            (other, _) => out.push(other),
        }
    }
    Ok(out)
}

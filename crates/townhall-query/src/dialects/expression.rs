//! The language of `_where`: comparisons joined by `and`, `or`, `not` and brackets.
//!
//! ```text
//! state = 'MD' and (amount > 100 or not (name like 'A%')) and closed is null and year in (2019, 2020)
//! ```
//! It is parsed here, by hand, with a bound on depth; it never becomes SQL.

use townhall_model::table::Column;

use super::townhall::{condition, find};
use crate::error::QueryProblem;
use crate::filter::Filter;
use crate::limits::{CONDITIONS_MAX, LIST_MAX, WHERE_BYTES_MAX, WHERE_DEPTH_MAX};
use crate::query::TableSource;

const PARAMETER: &str = "_where";

/// Reads a condition.
pub(super) fn parse(text: &str, table: &TableSource) -> Result<Filter, QueryProblem> {
    if text.len() > WHERE_BYTES_MAX {
        return Err(QueryProblem::new(PARAMETER, format!("it is longer than {WHERE_BYTES_MAX} bytes")));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, next: 0, table, conditions: 0 };
    let filter = parser.any(0)?;
    match parser.peek() {
        None => Ok(filter),
        Some(token) => Err(problem(format!("`{}` was not expected", token.text()))),
    }
}

fn problem(message: String) -> QueryProblem {
    QueryProblem::new(PARAMETER, message)
        .with_hint("write it like: state = 'MD' and (amount > 100 or closed is null)")
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A bare word or number.
    Word(String),
    /// `"a name"`.
    Name(String),
    /// `'a text'`.
    Text(String),
    /// An operator, bracket or comma.
    Sign(&'static str),
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Name(text) | Self::Text(text) => text,
            Self::Sign(sign) => sign,
        }
    }
}

const SIGNS: [&str; 10] = ["<=", ">=", "<>", "!=", "=", "<", ">", "(", ")", ","];

fn tokens(text: &str) -> Result<Vec<Token>, QueryProblem> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else if matches!(first, '\'' | '"') {
            let (inner, after) = quoted(rest, first)?;
            tokens.push(if first == '"' { Token::Name(inner) } else { Token::Text(inner) });
            rest = after;
        } else {
            let end = rest
                .find(|c: char| {
                    c.is_whitespace() || matches!(c, '\'' | '"' | '<' | '>' | '=' | '!' | '(' | ')' | ',')
                })
                .unwrap_or(rest.len());
            if end == 0 {
                return Err(problem(format!("`{first}` was not expected")));
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// What stands between quotes; a doubled quote is one.
fn quoted(text: &str, quote: char) -> Result<(String, &str), QueryProblem> {
    let mut inner = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((index, character)) = characters.next() {
        if character != quote {
            inner.push(character);
        } else if characters.peek().is_some_and(|(_, next)| *next == quote) {
            characters.next();
            inner.push(quote);
        } else {
            return Ok((inner, &text[index + 1..]));
        }
    }
    Err(problem(format!("a {quote} is never closed")))
}

struct Parser<'a> {
    tokens: &'a [Token],
    next: usize,
    table: &'a TableSource,
    conditions: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Result<Token, QueryProblem> {
        let token = self.peek().cloned().ok_or_else(|| problem("it ends too early".to_owned()))?;
        self.next += 1;
        Ok(token)
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(text)) if text.eq_ignore_ascii_case(word));
        self.next += usize::from(found);
        found
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(text)) if *text == sign);
        self.next += usize::from(found);
        found
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), QueryProblem> {
        if self.takes_sign(sign) { Ok(()) } else { Err(problem(format!("a `{sign}` is missing"))) }
    }

    fn any(&mut self, depth: usize) -> Result<Filter, QueryProblem> {
        if depth > WHERE_DEPTH_MAX {
            return Err(problem(format!("brackets nest deeper than {WHERE_DEPTH_MAX}")));
        }
        let mut parts = vec![self.all(depth)?];
        while self.takes_word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Filter, QueryProblem> {
        let mut parts = vec![self.one(depth)?];
        while self.takes_word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::All(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Filter, QueryProblem> {
        if depth > WHERE_DEPTH_MAX {
            return Err(problem(format!("conditions nest deeper than {WHERE_DEPTH_MAX}")));
        }
        if self.takes_word("not") {
            return Ok(Filter::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes_sign("(") {
            let inner = self.any(depth + 1)?;
            self.expect_sign(")")?;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Filter, QueryProblem> {
        self.conditions += 1;
        if self.conditions > CONDITIONS_MAX {
            return Err(problem(format!("there are more than {CONDITIONS_MAX} conditions")));
        }
        let column = match self.take()? {
            Token::Word(name) | Token::Name(name) => find(PARAMETER, &name, self.table)?,
            other => return Err(problem(format!("`{}` is not a column", other.text()))),
        };
        if self.takes_word("is") {
            let not = self.takes_word("not");
            if !self.takes_word("null") {
                return Err(problem("after `is` comes `null` or `not null`".to_owned()));
            }
            return condition(PARAMETER, column, "null", if not { "false" } else { "true" });
        }
        let not = self.takes_word("not");
        let filter = if self.takes_word("in") {
            self.list(column)?
        } else if self.takes_word("between") {
            let low = self.value()?;
            if !self.takes_word("and") {
                return Err(problem("`between` needs `and` between its values".to_owned()));
            }
            let high = self.value()?;
            Filter::All(vec![
                condition(PARAMETER, column, "gte", &low)?,
                condition(PARAMETER, column, "lte", &high)?,
            ])
        } else if self.takes_word("like") {
            like(column, &self.value()?, false)?
        } else if self.takes_word("ilike") {
            like(column, &self.value()?, true)?
        } else if not {
            return Err(problem("after `not` comes `in`, `between`, `like` or `ilike`".to_owned()));
        } else {
            let op = match self.take()? {
                Token::Sign("=") => "eq",
                Token::Sign("!=" | "<>") => "ne",
                Token::Sign("<") => "lt",
                Token::Sign("<=") => "lte",
                Token::Sign(">") => "gt",
                Token::Sign(">=") => "gte",
                other => return Err(problem(format!("`{}` is not a comparison", other.text()))),
            };
            let value = self.value()?;
            return condition(PARAMETER, column, op, &value);
        };
        Ok(if not { Filter::Not(Box::new(filter)) } else { filter })
    }

    fn list(&mut self, column: &Column) -> Result<Filter, QueryProblem> {
        self.expect_sign("(")?;
        let mut choices = Vec::new();
        loop {
            choices.push(condition(PARAMETER, column, "eq", &self.value()?)?);
            if choices.len() > LIST_MAX {
                return Err(problem(format!("a list has more than {LIST_MAX} values")));
            }
            if self.takes_sign(")") {
                return Ok(Filter::Any(choices));
            }
            self.expect_sign(",")?;
        }
    }

    fn value(&mut self) -> Result<String, QueryProblem> {
        match self.take()? {
            Token::Word(text) | Token::Text(text) => Ok(text),
            other => Err(problem(format!("`{}` is not a value", other.text()))),
        }
    }
}

/// `like` with `%` at its ends only: that is what the operators can do fast.
fn like(column: &Column, pattern: &str, ignore_case: bool) -> Result<Filter, QueryProblem> {
    let inner = pattern.trim_start_matches('%').trim_end_matches('%');
    if inner.contains(['%', '_']) {
        return Err(problem(format!(
            "`{pattern}` has a wildcard in its middle; only `%` at its ends can be used"
        )));
    }
    let op = match (pattern.starts_with('%'), pattern.ends_with('%')) {
        (true, true) => "contains",
        (false, true) => "startswith",
        (true, false) => "endswith",
        (false, false) => "eq",
    };
    let op = if ignore_case { format!("i{op}") } else { op.to_owned() };
    condition(PARAMETER, column, &op, inner)
}

//! The values of LQL: `"text"`, numbers, `True`, `[lists]`, `Date(…)`, geometries, and questions about other sources.

use serde_json::Value as Json;

use super::super::short;
use super::pairs;
use crate::error::QueryProblem;
use crate::limits::{LIST_MAX, WHERE_DEPTH_MAX};
use crate::place::{Shape, ShapeProblem};

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LqlValue {
    /// A text.
    Text(String),
    /// A number, without currency signs, thousands and brackets.
    Number(String),
    /// True or false.
    Boolean(bool),
    /// A day, time, or day and time, in the form of ISO 8601.
    Moment(String),
    /// A time of day.
    Time(String),
    /// No value: what another source answered.
    Nothing,
    /// Several.
    List(Vec<LqlValue>),
    /// A place.
    Shape(Shape),
    /// What another source answers.
    Answer(Box<SubQuery>),
}

/// A question about another source, which stands in the place of a value.
#[derive(Debug, Clone, PartialEq)]
pub struct SubQuery {
    /// The parameter that it is the value of.
    pub parameter: String,
    /// The source.
    pub source: String,
    /// The pairs of the question.
    pub pairs: Vec<(String, String)>,
}

/// The words of geometries, before their brackets.
const GEOMETRIES: [&str; 8] = [
    "Point",
    "LineString",
    "LinearRings",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "Geometry",
];

/// Reads a value.
pub(super) fn read(parameter: &str, text: &str) -> Result<LqlValue, QueryProblem> {
    Reader { parameter }.value(text.trim(), 0)
}

impl LqlValue {
    /// The answer of another source as a value.
    pub(super) fn of_answer(parameter: &str, answer: Json) -> Result<Self, QueryProblem> {
        Ok(match answer {
            Json::Null => Self::Nothing,
            Json::Bool(flag) => Self::Boolean(flag),
            Json::Number(number) => Self::Number(number.to_string()),
            Json::String(text) => Self::Text(text),
            Json::Array(items) if items.len() > LIST_MAX => {
                let message = format!("the other source answers with more than {LIST_MAX} values");
                return Err(QueryProblem::new(parameter, message).with_hint("choose one by _json_path"));
            }
            Json::Array(items) => {
                let items = items.into_iter().map(|item| Self::of_answer(parameter, item));
                Self::List(items.collect::<Result<_, _>>()?)
            }
            Json::Object(_) => {
                let problem = QueryProblem::new(parameter, "the other source answers with rows, not a value");
                return Err(problem.with_hint("choose values by _json_path, such as [*].field"));
            }
        })
    }
}

struct Reader<'a> {
    parameter: &'a str,
}

impl Reader<'_> {
    fn problem(&self, message: impl Into<String>) -> QueryProblem {
        QueryProblem::new(self.parameter, message)
    }

    fn value(&self, text: &str, depth: usize) -> Result<LqlValue, QueryProblem> {
        if depth > WHERE_DEPTH_MAX {
            return Err(self.problem(format!("it nests deeper than {WHERE_DEPTH_MAX}")));
        }
        if let Some(inner) = between(text, '"', '"') {
            return Ok(LqlValue::Text(inner.to_owned()));
        }
        if let Some(inner) = between(text, '<', '>') {
            let (source, pairs) = pairs::inner(inner)?;
            let parameter = self.parameter.to_owned();
            return Ok(LqlValue::Answer(Box::new(SubQuery { parameter, source, pairs })));
        }
        if let Some(inner) = between(text, '[', ']') {
            return self.list(inner, depth);
        }
        match text {
            "True" | "true" => return Ok(LqlValue::Boolean(true)),
            "False" | "false" => return Ok(LqlValue::Boolean(false)),
            _ => {}
        }
        if let Some((word, rest)) = text.split_once('(')
            && !word.is_empty()
        {
            if let Some(inner) = rest.strip_suffix(')') {
                let inner = inner.trim().trim_matches('"');
                match word {
                    "Date" => return self.date(inner),
                    "DateTime" => return self.date_time(inner),
                    "Time" => return self.time(inner),
                    _ => {}
                }
            }
            if GEOMETRIES.contains(&word) {
                return self.shape(word, rest);
            }
        }
        self.number(text)
    }

    fn list(&self, inner: &str, depth: usize) -> Result<LqlValue, QueryProblem> {
        let items = items(inner);
        if items.len() > LIST_MAX {
            return Err(self.problem(format!("a list has more than {LIST_MAX} values")));
        }
        let values = items.into_iter().map(|item| self.value(item.trim(), depth + 1));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        if values.iter().any(|value| matches!(value, LqlValue::Answer(_) | LqlValue::Shape(_))) {
            return Err(self.problem("a list holds texts, numbers and times"));
        }
        Ok(LqlValue::List(values))
    }

    /// `1234.5`, `$1,234.50`, `(12)` for -12.
    fn number(&self, text: &str) -> Result<LqlValue, QueryProblem> {
        let (negative, inner) = match between(text, '(', ')') {
            Some(inner) => (true, inner),
            None => (false, text),
        };
        let plain: String = inner.chars().filter(|c| !matches!(c, '$' | ',' | ' ')).collect();
        let is_number = plain.parse::<f64>().is_ok_and(f64::is_finite)
            && plain
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
        match (is_number, negative) {
            (true, false) => Ok(LqlValue::Number(plain)),
            (true, true) => Ok(LqlValue::Number(format!("-{}", plain.trim_start_matches(['-', '+'])))),
            (false, _) => Err(self
                .problem(format!("`{}` is no value", short(text)))
                .with_hint("a text stands in double quotes, a day in Date(2020-12-31)")),
        }
    }

    fn date(&self, text: &str) -> Result<LqlValue, QueryProblem> {
        let date = date_of(text).ok_or_else(|| {
            self.problem(format!("`{}` is no day", short(text))).with_hint("write it like Date(2020-12-31)")
        })?;
        Ok(LqlValue::Moment(date.to_string()))
    }

    fn date_time(&self, text: &str) -> Result<LqlValue, QueryProblem> {
        let wrong = || {
            self.problem(format!("`{}` is no day and time", short(text)))
                .with_hint("write it like DateTime(2020-12-31T12:00:00)")
        };
        if let Ok(time) = text.parse::<jiff::civil::DateTime>() {
            return Ok(LqlValue::Moment(time.to_string()));
        }
        let (day, time) = match text.split_once([' ', 'T', ',']) {
            Some((day, time)) => (day, time.trim()),
            None => (text, "00:00:00"),
        };
        let date = date_of(day).ok_or_else(wrong)?;
        let time = time_of(time).ok_or_else(wrong)?;
        Ok(LqlValue::Moment(date.to_datetime(time).to_string()))
    }

    fn time(&self, text: &str) -> Result<LqlValue, QueryProblem> {
        let time = time_of(text).ok_or_else(|| {
            self.problem(format!("`{}` is no time", short(text))).with_hint("write it like Time(12:30:00)")
        })?;
        Ok(LqlValue::Time(time.to_string()))
    }

    /// `Point(x, y)`, `Polygon([[x, y], …])`, `Geometry(GeoJSON)`, each with an optional `.buffer(n)`.
    fn shape(&self, word: &str, rest: &str) -> Result<LqlValue, QueryProblem> {
        let wrong = |problem: ShapeProblem| {
            self.problem(problem.to_string()).with_hint(
                "write it like Point(-66.1, 18.4), Polygon([[-66, 18], [-65, 18], [-65, 19]]) or Geometry({GeoJSON})",
            )
        };
        let (inner, buffer) = match rest.rsplit_once(").buffer(") {
            Some((inner, size)) => {
                let size = size.trim_end().strip_suffix(')').and_then(|size| size.trim().parse::<f64>().ok());
                let size = size.filter(|size| size.is_finite() && *size >= 0.0);
                (Some(inner), size.ok_or_else(|| self.problem("the buffer is no number"))?)
            }
            None => (rest.strip_suffix(')'), 0.0),
        };
        let inner = inner.ok_or_else(|| self.problem(format!("`{word}(` is never closed")))?;
        let geometry: Json = match word {
            "Geometry" => {
                let read = serde_json::from_str(inner);
                read.map_err(|error| self.problem(format!("it is not GeoJSON: {error}")))?
            }
            _ => {
                // Python's tuples are as good as lists.
                let text = inner.replace('(', "[").replace(')', "]");
                let text = if word == "Point" && !text.trim_start().starts_with('[') {
                    format!("[{text}]")
                } else {
                    text
                };
                let numbers: Json = serde_json::from_str(&text)
                    .map_err(|_| self.problem(format!("`{}` are no coordinates", short(inner))))?;
                Shape::geojson(word, numbers)
            }
        };
        Shape::of_geojson(&geometry, buffer).map(LqlValue::Shape).map_err(wrong)
    }
}

/// What stands between two signs at the ends of a text.
fn between(text: &str, open: char, close: char) -> Option<&str> {
    text.strip_prefix(open)?.strip_suffix(close)
}

/// What stands between the commas that are in no quotes or brackets.
fn items(text: &str) -> Vec<&str> {
    let (mut items, mut begin, mut depth, mut quoted) = (Vec::new(), 0, 0_usize, false);
    for (at, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                items.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    if !text[begin..].trim().is_empty() {
        items.push(&text[begin..]);
    }
    items
}

/// `2020-12-31`, `2020/12/31` or `12/31/2020`.
fn date_of(text: &str) -> Option<jiff::civil::Date> {
    let text = text.trim();
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, a, b) };
    jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `12:30`, `12:30:00` or `12:30:00.5`.
fn time_of(text: &str) -> Option<jiff::civil::Time> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> LqlValue {
        LqlValue::Number(text.to_owned())
    }

    #[test]
    fn values_are_read_as_they_are_written() {
        let read = |text| read("field", text);
        assert_eq!(read("\"a \"b\"\"").unwrap(), LqlValue::Text("a \"b\"".to_owned()));
        assert_eq!(read("$1,234.50").unwrap(), number("1234.50"));
        assert_eq!(read("(12)").unwrap(), number("-12"));
        assert_eq!(read("True").unwrap(), LqlValue::Boolean(true));
        assert_eq!(read("Date(1/2/2020)").unwrap(), LqlValue::Moment("2020-01-02".to_owned()));
        assert_eq!(
            read("DateTime(2020-01-02 03:04)").unwrap(),
            LqlValue::Moment("2020-01-02T03:04:00".to_owned())
        );
        assert_eq!(
            read("[1, \"a,b\", Date(2020-01-02)]").unwrap(),
            LqlValue::List(vec![
                number("1"),
                LqlValue::Text("a,b".to_owned()),
                LqlValue::Moment("2020-01-02".to_owned())
            ])
        );
        assert!(matches!(read("Point(-66.1, 18.4).buffer(0.5)").unwrap(), LqlValue::Shape(_)));
        assert!(matches!(read("Polygon([[0,0],[1,0],[1,1]])").unwrap(), LqlValue::Shape(_)));
        assert!(matches!(
            read("Geometry({\"type\": \"Point\", \"coordinates\": [1, 2]})").unwrap(),
            LqlValue::Shape(_)
        ));
        for wrong in ["Ebb", "NaN", "Point(a, b)", "Geometry(1)", "Date(soon)", "", "1-1"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}

//! What the columns of a table hold: numbers, days or text; in which unit.

use serde::Serialize;

use super::numbers::{self, Value};
use super::{Doubt, Sheet, SheetCell, header};

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name: what stands above it, from above, parted by ` / `.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// The unit of its numbers: `%`, a sign of money, or what its header says in brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How many of its cells say that there is no value.
    pub nulls: usize,
    /// How many of its values refer to a footnote.
    pub notes: usize,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Numbers with decimals.
    Decimal,
    /// Days.
    Date,
    /// Anything else.
    Text,
}

/// The share of values from which one that is no number looks wrong.
const NEARLY_ALL: f64 = 0.85;

/// Finds out what the columns of a table are and hold.
pub fn describe(sheet: &mut Sheet) {
    let columns = sheet.columns.len();
    let names = header::names(&sheet.cells, sheet.header_rows, columns);
    let has_comma = numbers::has_decimal_comma(
        sheet.cells.iter().filter(|cell| cell.row >= sheet.header_rows).map(|cell| cell.text.as_str()),
    );
    let decimal = if has_comma { ',' } else { '.' };
    // A pass over all cells that parts them by column, so that wide tables cost no more than long ones.
    let mut by_column: Vec<Vec<&mut SheetCell>> = (0..columns).map(|_| Vec::new()).collect();
    for cell in &mut sheet.cells {
        if cell.row >= sheet.header_rows && cell.column == cell.last_column {
            by_column[cell.column].push(cell);
        }
    }
    sheet.columns =
        names.into_iter().zip(by_column).map(|(name, cells)| column(name, cells, decimal)).collect();
}

fn column(name: String, mut cells: Vec<&mut SheetCell>, decimal: char) -> Column {
    let texts: Vec<&str> =
        cells.iter().map(|cell| cell.text.as_str()).filter(|text| !numbers::is_null(text)).collect();
    let nulls = cells.len() - texts.len();
    let parsed: Vec<Option<numbers::Parsed>> =
        texts.iter().map(|text| numbers::parse(text, decimal)).collect();
    let numeric = parsed.iter().flatten().count();
    let unit_of = |name: &str| {
        let (_, inner) = name.strip_suffix(')')?.rsplit_once('(')?;
        let is_unit = inner.chars().any(|c| c.is_alphabetic() || matches!(c, '%' | '$' | '€' | '£'));
        (is_unit && inner.len() <= 40).then(|| inner.to_owned())
    };
    let has_zeros = texts
        .iter()
        .any(|text| text.len() > 1 && text.starts_with('0') && text.chars().all(|c| c.is_ascii_digit()));
    let text = |nulls| Column { name: name.clone(), kind: Kind::Text, unit: None, nulls, notes: 0 };
    if texts.is_empty() {
        return text(nulls);
    }
    if numeric == texts.len() && !has_zeros {
        let mut units: Vec<&str> = parsed.iter().flatten().filter_map(|parsed| parsed.unit).collect();
        units.dedup();
        let unit = match units[..] {
            [only] => Some(only.to_owned()),
            _ => unit_of(&name),
        };
        let has_decimals = parsed.iter().flatten().any(|parsed| parsed.digits.contains('.'));
        let notes = parsed.iter().flatten().filter(|parsed| parsed.note.is_some()).count();
        let kind = if has_decimals { Kind::Decimal } else { Kind::Integer };
        let mut parsed = parsed.into_iter().flatten();
        for cell in cells {
            if !numbers::is_null(&cell.text)
                && let Some(parsed) = parsed.next()
            {
                cell.value = Some(Value::Number(parsed.digits));
                cell.note = parsed.note;
            }
        }
        return Column { name, kind, unit, nulls, notes };
    }
    let day_first = texts.iter().any(|text| numbers::is_day_first(text));
    if texts.iter().all(|text| numbers::day(text, day_first).is_some()) {
        for cell in cells {
            cell.value = numbers::day(&cell.text, day_first).map(Value::Day);
        }
        return Column { name, kind: Kind::Date, unit: None, nulls, notes: 0 };
    }
    if texts.len() >= 6 && numeric as f64 >= NEARLY_ALL * texts.len() as f64 && !has_zeros {
        for cell in &mut cells {
            if !numbers::is_null(&cell.text) && numbers::parse(&cell.text, decimal).is_none() {
                cell.doubts.push(Doubt::NoNumber);
            }
        }
    }
    // In a column of text a dash may mean what it says.
    text(0)
}

/// A text in one line, without the dots that lead to the next column, and without the hyphens of broken words.
pub fn cleaned(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        if out.is_empty() {
            out.push_str(line);
            continue;
        }
        let is_broken = out.ends_with('-')
            && out.chars().rev().nth(1).is_some_and(char::is_lowercase)
            && line.starts_with(char::is_lowercase);
        match is_broken {
            true => {
                out.pop();
            }
            false => out.push(' '),
        }
        out.push_str(line);
    }
    let cut = out.trim_end_matches(['.', ' ', '…', '_']);
    // An abbreviation ends with a single point.
    if out[cut.len()..].chars().filter(|c| !c.is_whitespace()).count() >= 3 || out[cut.len()..].contains('…')
    {
        out.truncate(cut.len());
    }
    out
}

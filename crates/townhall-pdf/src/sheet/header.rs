//! Which rows of a table are its headers, and what the columns are called.

use super::{SheetCell, numbers};

/// Most rows of a header.
const ROWS_MAX: usize = 6;

/// How many rows at the top are headers: those before the first one with a number in a column of numbers, or the first one alone
/// where there are no numbers.
pub fn count(cells: &[SheetCell], rows: usize, columns: usize) -> usize {
    if rows < 2 || columns == 0 {
        return 0;
    }
    let is_number = |text: &str| numbers::parse(text, '.').is_some() || numbers::parse(text, ',').is_some();
    let numeric: Vec<bool> = (0..columns)
        .map(|column| {
            let own = cells
                .iter()
                .filter(|cell| cell.column == column && cell.last_column == column && cell.row > 0);
            let (numbers, all) =
                own.fold((0, 0), |(numbers, all), cell| match numbers::is_null(&cell.text) {
                    true => (numbers, all),
                    false => (numbers + usize::from(is_number(&cell.text)), all + 1),
                });
            all > 0 && numbers * 2 > all
        })
        .collect();
    let own = |row: usize| cells.iter().filter(move |cell| cell.row <= row && cell.last_row >= row);
    if !numeric.contains(&true) {
        let widest = own(0).map(|cell| cell.last_column).max().unwrap_or(0);
        let is_full = own(0).count() * 2 > columns || own(0).any(|cell| cell.last_column > cell.column);
        let first_has_spans = own(0).any(|cell| cell.last_column > cell.column);
        return match is_full && widest > 0 {
            true if first_has_spans && rows > 2 => 2,
            true => 1,
            false => 0,
        };
    }
    let is_data = |row: usize| {
        let values: Vec<&SheetCell> = own(row)
            .filter(|cell| cell.column == cell.last_column && numeric[cell.column] && is_number(&cell.text))
            .collect();
        // Years over columns name them.
        let are_years = values.iter().all(|cell| is_year(&cell.text))
            && !own(row).any(|cell| cell.column == 0 && numeric[0]);
        // Numbers of columns stand in a row without a name.
        let counts = values.len() > 2
            && values.iter().enumerate().all(|(at, cell)| is_ordinal(&cell.text, at + 1))
            && !own(row).any(|cell| cell.text.chars().any(char::is_alphabetic));
        !values.is_empty() && !(row < ROWS_MAX && (are_years || counts))
    };
    let first = (0..rows.min(ROWS_MAX + 1)).find(|row| is_data(*row)).unwrap_or(0);
    // What stands alone in the first column right before the numbers begins a group of rows.
    let mut count = first;
    while count > 0 {
        let mut last = own(count - 1);
        let is_group = last.next().is_some_and(|cell| cell.column == 0 && cell.last_column == 0)
            && last.next().is_none();
        let has_before = (0..count - 1).any(|row| own(row).any(|cell| cell.last_column > 0));
        if !(is_group && has_before) {
            break;
        }
        count -= 1;
    }
    // A cell over two rows keeps both together.
    let last =
        own(count.saturating_sub(1)).filter(|cell| cell.row < count).map(|cell| cell.last_row + 1).max();
    if count > 0 { last.unwrap_or(count).clamp(count, rows - 1) } else { 0 }
}

fn is_year(text: &str) -> bool {
    let year: String = text.chars().filter(char::is_ascii_digit).collect();
    let others = text.chars().filter(|c| !c.is_ascii_digit()).count();
    let is_one = |year: &str| year.starts_with("19") || year.starts_with("20") || year.starts_with("18");
    (year.len() == 4 && others <= 3 && is_one(&year))
        || ((year.len() == 6 || year.len() == 8) && is_one(&year) && others <= 2)
}

/// Whether a text counts the columns, as `(1)`, `(2)`, `(3)` below headers do.
fn is_ordinal(text: &str, at: usize) -> bool {
    text.trim_matches(['(', ')', '[', ']', ' ']).parse() == Ok(at)
        || text.trim_matches(['(', ')', '[', ']', ' ']).parse() == Ok(at + 1)
}

/// The names of columns: what stands above each in the rows of the header, from above, each once.
pub fn names(cells: &[SheetCell], header_rows: usize, columns: usize) -> Vec<String> {
    let mut names: Vec<String> = (0..columns)
        .map(|column| {
            let mut parts: Vec<String> = Vec::new();
            let above = cells
                .iter()
                .filter(|cell| cell.row < header_rows && cell.column <= column && cell.last_column >= column);
            for cell in above {
                let text = super::columns::cleaned(&cell.text);
                if !text.is_empty() && parts.last() != Some(&text) {
                    parts.push(text);
                }
            }
            parts.join(" / ")
        })
        .collect();
    for at in 0..columns {
        if names[at].is_empty() {
            names[at] = format!("column {}", at + 1);
        }
        let (before, rest) = names.split_at_mut(at);
        let mut number = 2;
        let plain = rest[0].clone();
        while before.contains(&rest[0]) {
            rest[0] = format!("{plain} ({number})");
            number += 1;
        }
    }
    names
}

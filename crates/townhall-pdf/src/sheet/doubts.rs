//! How sure a table is to be read right, and what may be wrong with it.

use super::{Doubt, Kind, Sheet};
use crate::tables::Evidence;

/// What a total may be off by in units of its last digit, for each number that is summed: rounding.
const ROUNDING: f64 = 0.5;

/// Words of rows that sum up those above.
const TOTALS: [&str; 7] = ["total", "totals", "sum", "gesamt", "insgesamt", "summe", "totaal"];

/// Looks for doubts about a table and weighs them.
pub fn weigh(sheet: &mut Sheet) {
    for cell in &mut sheet.cells {
        if cell.text.contains('\u{fffd}') {
            cell.doubts.push(Doubt::UnknownCharacters);
        }
    }
    overlaps(sheet);
    totals(sheet);
    let count = |doubt: Doubt| sheet.cells.iter().filter(|cell| cell.doubts.contains(&doubt)).count();
    let all = sheet.cells.len().max(1) as f64;
    let mut confidence: f64 = match sheet.evidence {
        Evidence::Ruled | Evidence::Tagged => 0.97,
        Evidence::Aligned => 0.9,
    };
    let mut say = |doubt: Doubt, weight: f64, one: &str, many: &str| {
        let number = count(doubt);
        if number > 0 {
            confidence -= weight * (number as f64 / all).sqrt();
            let subject =
                if number == 1 { format!("one cell {one}") } else { format!("{number} cells {many}") };
            sheet.doubts.push(subject);
        }
    };
    say(
        Doubt::UnknownCharacters,
        0.8,
        "has characters that its font does not name",
        "have characters that their fonts do not name",
    );
    say(
        Doubt::Uncertain,
        0.5,
        "was recognized without much certainty",
        "were recognized without much certainty",
    );
    say(Doubt::NoNumber, 0.3, "is no number in a column of numbers", "are no numbers in columns of numbers");
    say(Doubt::Overlap, 0.5, "overlaps another one", "overlap others");
    say(
        Doubt::Total,
        0.3,
        "is no sum of those above it, though it says so",
        "are no sums of those above them, though they say so",
    );
    let size = sheet.rows * sheet.columns.len();
    let filled: usize = sheet
        .cells
        .iter()
        .map(|cell| (cell.last_row - cell.row + 1) * (cell.last_column - cell.column + 1))
        .sum();
    if size > 0 && filled * 2 < size {
        confidence -= 0.1;
        sheet.doubts.push("more than half of it is empty".to_owned());
    }
    if !sheet.proofs.is_empty() {
        confidence += 0.05;
    }
    sheet.confidence = (confidence.clamp(0.05, 0.99) * 100.0).round() / 100.0;
}

/// Cells of one row whose texts lie over one another.
fn overlaps(sheet: &mut Sheet) {
    for at in 1..sheet.cells.len() {
        let (before, cell) = (&sheet.cells[at - 1], &sheet.cells[at]);
        let is_same_row = before.row == cell.row && before.page == cell.page;
        let smaller = before.rect.width().min(cell.rect.width());
        let is_over = before.rect.overlap_x(&cell.rect) > 0.3 * smaller
            && before.rect.overlap_y(&cell.rect) > 0.5 * before.rect.height().min(cell.rect.height());
        if is_same_row && is_over && smaller > 0.0 {
            sheet.cells[at - 1].doubts.push(Doubt::Overlap);
            sheet.cells[at].doubts.push(Doubt::Overlap);
        }
    }
}

/// Checks rows that say that they sum up others against those.
fn totals(sheet: &mut Sheet) {
    let numeric: Vec<usize> = (1..sheet.columns.len())
        .filter(|column| {
            let column = &sheet.columns[*column];
            matches!(column.kind, Kind::Integer | Kind::Decimal) && column.unit.as_deref() != Some("%")
        })
        .collect();
    if numeric.is_empty() {
        return;
    }
    let is_total = |text: &str| {
        let text = text.to_lowercase();
        text.split(|c: char| !c.is_alphanumeric()).next().is_some_and(|word| TOTALS.contains(&word))
    };
    let mut labels = vec![String::new(); sheet.rows];
    let mut values: Vec<Vec<Option<(f64, usize)>>> = vec![vec![None; sheet.columns.len()]; sheet.rows];
    for (at, cell) in sheet.cells.iter().enumerate() {
        if cell.row < sheet.header_rows {
            continue;
        }
        if cell.column == 0 {
            labels[cell.row].clone_from(&cell.text);
        } else if let Some(number) = cell.value.as_ref().and_then(super::Value::as_f64) {
            values[cell.row][cell.column] = Some((number, at));
        }
    }
    let mut proven = 0;
    let mut wrong: Vec<usize> = Vec::new();
    let mut begin = sheet.header_rows;
    for row in sheet.header_rows..sheet.rows {
        if !is_total(labels[row].trim()) {
            continue;
        }
        if row - begin >= 2 {
            let mut misses = Vec::new();
            let mut hits = 0;
            for column in &numeric {
                let Some((total, at)) = values[row][*column] else { continue };
                let parts: Vec<f64> =
                    (begin..row).filter_map(|part| values[part][*column].map(|(number, _)| number)).collect();
                if parts.len() < 2 {
                    continue;
                }
                let sum: f64 = parts.iter().sum();
                let unit = last_digit(sheet.cells[at].value.as_ref().map_or("", super::Value::as_str));
                match (sum - total).abs() <= unit * (ROUNDING * parts.len() as f64 + 0.51) {
                    true => hits += 1,
                    false => misses.push(at),
                }
            }
            proven += hits;
            // Where most columns add up, those that do not were read wrong; where none does, the row sums something else.
            if hits > misses.len() {
                wrong.extend(misses);
            }
        }
        begin = row + 1;
    }
    for at in wrong {
        sheet.cells[at].doubts.push(Doubt::Total);
    }
    if proven > 0 {
        sheet.proofs.push(match proven {
            1 => "a total is the sum of what stands above it".to_owned(),
            many => format!("{many} totals are the sums of what stands above them"),
        });
    }
}

/// What the last digit of a number counts.
fn last_digit(digits: &str) -> f64 {
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    10_f64.powi(-i32::try_from(decimals).unwrap_or(0))
}

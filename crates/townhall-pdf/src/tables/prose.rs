//! Running text, which is no table however it is laid out.

use super::chunks::chunks;
use super::runs::{Row, Run};

/// Fewest lines of a paragraph.
const LINES_MIN: usize = 4;

/// Fewest words that the lines of a paragraph have on average.
const WORDS_MIN: usize = 5;

/// How many lines back the line above may be, where lines of several columns alternate.
const BACK: usize = 4;

/// Whether the rows are columns of running text: long lines, nearly all of which are filled.
pub fn is_prose(rows: &[Row<'_>], borders: &[f64]) -> bool {
    let columns = borders.len() + 1;
    if columns > 4 {
        return false;
    }
    let (mut lines, mut words) = (vec![Vec::new(); columns], vec![0_usize; columns]);
    for row in rows {
        for chunk in chunks(row, borders) {
            if chunk.columns.0 == chunk.columns.1 {
                lines[chunk.columns.0].push(chunk.rect.width());
                words[chunk.columns.0] += chunk.words.len();
            }
        }
    }
    let mut filled = lines.iter().zip(&words).map(|(widths, words)| {
        let widest = widths.iter().copied().fold(0.0, f64::max);
        let full = widths.iter().filter(|width| **width >= 0.8 * widest).count();
        let is_long = *words as f64 >= 4.5 * widths.len() as f64;
        widths.len() >= 4 && is_long && full as f64 >= 0.55 * widths.len() as f64
    });
    filled.all(|is_filled| is_filled)
}

/// Whether much of the rows is paragraphs.
pub fn is_running(rows: &[Row<'_>]) -> bool {
    let marks = paragraphs(rows);
    let runs = rows.iter().zip(&marks).flat_map(|(row, marks)| row.runs.iter().zip(marks));
    let (all, marked) = runs.fold((0, 0), |(all, marked), (run, is_marked)| {
        (all + run.words.len(), marked + if *is_marked { run.words.len() } else { 0 })
    });
    marked * 5 >= all * 2
}

/// For each run of each row, whether it is a line of a paragraph: long lines close below one another that begin alike, nearly all of
/// which are filled.
pub fn paragraphs(rows: &[Row<'_>]) -> Vec<Vec<bool>> {
    let mut marks: Vec<Vec<bool>> = rows.iter().map(|row| vec![false; row.runs.len()]).collect();
    // For each run, the chain of lines that it ends.
    let mut chain_of: Vec<Vec<usize>> = Vec::with_capacity(rows.len());
    let mut chains: Vec<Vec<(usize, usize)>> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let mut own = Vec::with_capacity(row.runs.len());
        for (place, run) in row.runs.iter().enumerate() {
            let chain = above(rows, at, run).map(|(row, run)| chain_of[row][run]);
            let chain = chain.unwrap_or_else(|| {
                chains.push(Vec::new());
                chains.len() - 1
            });
            chains[chain].push((at, place));
            own.push(chain);
        }
        chain_of.push(own);
    }
    for lines in chains.iter().flat_map(|chain| chain.windows(LINES_MIN)) {
        for (row, run) in paragraph(rows, lines) {
            marks[row][run] = true;
        }
    }
    let (down, up): (Vec<usize>, Vec<usize>) = ((0..rows.len()).collect(), (0..rows.len()).rev().collect());
    for order in [down, up] {
        spread(rows, &mut marks, &order);
    }
    marks
}

/// Marks lines that stand alone in the column of a paragraph, right below or above it: its short lines, and headings.
fn spread(rows: &[Row<'_>], marks: &mut [Vec<bool>], order: &[usize]) {
    const NEAR: f64 = 2.6;
    // The columns of text at hand: from where to where, and the height of the last line of each.
    let mut columns: Vec<(f64, f64, f64)> = Vec::new();
    for at in order {
        let row = &rows[*at];
        columns.retain(|(_, _, last)| (row.baseline - last).abs() <= NEAR * row.size);
        for (place, run) in row.runs.iter().enumerate() {
            let (x0, x1) = (run.rect.x0, run.rect.x1);
            let own =
                columns.iter_mut().find(|(from, to, _)| x0 >= from - 4.0 && x1 <= to + 24.0 && x0 < *to);
            match own {
                Some((from, to, last)) => {
                    if marks[*at][place] {
                        (*from, *to) = (from.min(x0), to.max(x1));
                    }
                    let is_right = |other: &Run<'_>| other.rect.x0 >= *to;
                    let is_left = |other: &Run<'_>| other.rect.x1 <= *from;
                    let is_alone = place.checked_sub(1).is_none_or(|before| is_left(&row.runs[before]))
                        && row.runs.get(place + 1).is_none_or(is_right);
                    if is_alone || marks[*at][place] {
                        marks[*at][place] = true;
                        *last = row.baseline;
                    }
                }
                None if marks[*at][place] => columns.push((x0, x1, row.baseline)),
                None => {}
            }
        }
    }
}

/// The line right above a run that it may go on.
fn above(rows: &[Row<'_>], at: usize, run: &Run<'_>) -> Option<(usize, usize)> {
    for back in 1..=BACK.min(at) {
        let row = &rows[at - back];
        let size = row.size.max(rows[at].size);
        if rows[at].baseline - row.baseline > 1.6 * size {
            return None;
        }
        let next = row.runs.partition_point(|other| other.rect.x1 <= run.rect.x0);
        let Some(other) = row.runs.get(next).filter(|other| other.rect.x0 < run.rect.x1) else { continue };
        let is_like = (other.rect.x0 - run.rect.x0).abs() <= 2.5 * size
            && row.size.min(rows[at].size) >= 0.85 * size
            && rows[at].baseline - row.baseline >= 0.8 * size;
        return is_like.then_some((at - back, next));
    }
    None
}

/// Those of a few lines that are lines of a paragraph: if it is one, all but short ones beside which something else stands.
fn paragraph(rows: &[Row<'_>], lines: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let run = |(row, run): &(usize, usize)| &rows[*row].runs[*run];
    let words: usize = lines.iter().map(|line| run(line).words.len()).sum();
    let widest = lines.iter().map(|line| run(line).rect.width()).fold(0.0, f64::max);
    let right = lines.iter().map(|line| run(line).rect.x1).fold(f64::MIN, f64::max);
    let is_full = |line: &(usize, usize)| run(line).rect.width() >= 0.85 * widest;
    let full = lines.iter().filter(|line| is_full(line)).count();
    if words < WORDS_MIN * lines.len() || full + 1 < lines.len() {
        return Vec::new();
    }
    let is_alone =
        |line: &(usize, usize)| rows[line.0].runs.get(line.1 + 1).is_none_or(|next| next.rect.x0 >= right);
    lines.iter().copied().filter(|line| is_full(line) || is_alone(line)).collect()
}

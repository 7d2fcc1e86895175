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
    for chain in chains.iter().filter(|chain| is_paragraph(rows, chain)) {
        for (row, run) in chain {
            marks[*row][*run] = true;
        }
    }
    marks
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

fn is_paragraph(rows: &[Row<'_>], chain: &[(usize, usize)]) -> bool {
    if chain.len() < LINES_MIN {
        return false;
    }
    let runs: Vec<&Run<'_>> = chain.iter().map(|(row, run)| &rows[*row].runs[*run]).collect();
    let words: usize = runs.iter().map(|run| run.words.len()).sum();
    let widest = runs.iter().map(|run| run.rect.width()).fold(0.0, f64::max);
    let full = runs.iter().filter(|run| run.rect.width() >= 0.85 * widest).count();
    words >= WORDS_MIN * runs.len() && full * 10 >= 7 * runs.len()
}

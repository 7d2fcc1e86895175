//! What a row writes into its columns.

use super::kinds::is_value;
use super::runs::{Row, Run, text_of};
use crate::page::Rect;
use crate::text::Word;

/// A gap of this share of the font's size at a border parts the words of a run, where it stands beside other runs.
const PART_GAP: f64 = 0.2;

/// The same for a run that stands alone in its row, whose words may well run on over borders.
const ALONE_GAP: f64 = 0.55;

/// The same between two texts of which neither is a value.
const TEXT_GAP: f64 = 0.4;

/// Words of a row that stand in the same column, or run over several.
#[derive(Debug, Clone)]
pub struct Chunk<'l> {
    /// The first and the last column.
    pub columns: (usize, usize),
    /// Where it stands.
    pub rect: Rect,
    /// Its words, from left to right.
    pub words: Vec<&'l Word>,
}

impl Chunk<'_> {
    /// Its words as a text.
    pub fn text(&self) -> String {
        text_of(self.words.iter().copied())
    }

    /// Whether it stands in one column and is a value.
    pub fn is_value(&self) -> bool {
        self.columns.0 == self.columns.1 && is_value(&self.text())
    }
}

/// The column in which a place is.
pub fn column_of(borders: &[f64], x: f64) -> usize {
    borders.partition_point(|border| *border <= x)
}

/// What a row writes into its columns.
pub fn chunks<'l>(row: &Row<'l>, borders: &[f64]) -> Vec<Chunk<'l>> {
    chunks_apart(row, borders, if row.runs.len() == 1 { ALONE_GAP } else { PART_GAP })
}

/// What a row writes into its columns, if words of a run are parted at gaps of this share of the font's size.
pub fn chunks_apart<'l>(row: &Row<'l>, borders: &[f64], gap: f64) -> Vec<Chunk<'l>> {
    let mut out: Vec<Chunk<'l>> = Vec::new();
    for run in &row.runs {
        for part in with_texts_whole(parts(run, borders, gap * row.size), TEXT_GAP * row.size) {
            let span = (
                column_of(borders, part.rect.x0 + 0.5),
                column_of(borders, (part.rect.x1 - 0.5).max(part.rect.x0)),
            );
            let span = (span.0, span.1.max(span.0));
            match out.last_mut() {
                // Runs of one column are one text.
                Some(last)
                    if last.columns.1 >= span.0 && last.columns.0 == last.columns.1 && span.0 == span.1 =>
                {
                    last.rect = last.rect.union(&part.rect);
                    last.words.extend(part.words);
                }
                Some(last) if last.columns.1 >= span.0 => {
                    // What reaches over a border only by chance leaves the column to what stands in it.
                    match last.columns.0 < span.0 {
                        true => {
                            last.columns.1 = span.0 - 1;
                            out.push(Chunk { columns: span, rect: part.rect, words: part.words });
                        }
                        false if span.0 < span.1 => {
                            let columns = (last.columns.1 + 1, span.1.max(last.columns.1 + 1));
                            out.push(Chunk { columns, rect: part.rect, words: part.words });
                        }
                        false => {
                            last.rect = last.rect.union(&part.rect);
                            last.words.extend(part.words);
                        }
                    }
                }
                _ => out.push(Chunk { columns: span, rect: part.rect, words: part.words }),
            }
        }
    }
    out
}

/// Parts of a run, joined again where texts and no values stand on both sides of a mere space: one that is too long for its column.
fn with_texts_whole(parts: Vec<Run<'_>>, gap_min: f64) -> Vec<Run<'_>> {
    let mut out: Vec<Run<'_>> = Vec::new();
    for part in parts {
        let is_text = |run: &Run<'_>| !is_value(&run.text());
        match out.last_mut() {
            Some(last) if part.rect.x0 - last.rect.x1 < gap_min && is_text(last) && is_text(&part) => {
                last.rect = last.rect.union(&part.rect);
                last.words.extend(part.words);
            }
            _ => out.push(part),
        }
    }
    out
}

/// A run, parted at borders that none of its words crosses, where the gap there is no mere space.
pub fn parts<'l>(run: &Run<'l>, borders: &[f64], gap_min: f64) -> Vec<Run<'l>> {
    let mut parts: Vec<Run<'l>> = Vec::new();
    for word in &run.words {
        let is_apart = |last: &Run<'_>| {
            let (from, to) = (last.rect.x1 - 0.5, word.rect.x0 + 0.5);
            word.rect.x0 - last.rect.x1 >= gap_min && column_of(borders, from) < column_of(borders, to)
        };
        match parts.last_mut() {
            Some(last) if !is_apart(last) => {
                last.rect = last.rect.union(&word.rect);
                last.words.push(word);
            }
            _ => parts.push(Run { rect: word.rect, words: vec![word] }),
        }
    }
    parts
}

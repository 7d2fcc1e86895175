//! Words of a line with no wide gap between them.

use crate::page::Rect;
use crate::text::{Line, Word};

/// A gap of this share of the font's size may part two cells.
pub const CELL_GAP: f64 = 0.9;

/// Words of a line with no wide gap between them.
#[derive(Debug, Clone)]
pub struct Run<'l> {
    /// Where it stands.
    pub rect: Rect,
    /// Its words, from left to right.
    pub words: Vec<&'l Word>,
}

/// A line, or the part of it that lies in an area.
#[derive(Debug, Clone)]
pub struct Row<'l> {
    /// Where it stands.
    pub rect: Rect,
    /// The height of its baseline.
    pub baseline: f64,
    /// The size of most of its characters.
    pub size: f64,
    /// Its runs, from left to right.
    pub runs: Vec<Run<'l>>,
}

/// The runs of words of a line, given from left to right, of which most are of a size.
pub fn runs<'l>(words: impl Iterator<Item = &'l Word>, size: f64) -> Vec<Run<'l>> {
    let mut runs: Vec<Run<'l>> = Vec::new();
    for word in words {
        match runs.last_mut() {
            Some(run) if word.rect.x0 - run.rect.x1 <= CELL_GAP * size => {
                run.rect = run.rect.union(&word.rect);
                run.words.push(word);
            }
            _ => runs.push(Run { rect: word.rect, words: vec![word] }),
        }
    }
    runs
}

impl<'l> Row<'l> {
    /// The row of those words of a line that are wanted.
    pub fn with(line: &'l Line, is_wanted: impl Fn(&Word) -> bool) -> Option<Self> {
        let runs = runs(line.words.iter().filter(|word| is_wanted(word)), line.size);
        let rect = runs.iter().map(|run| run.rect).reduce(|one, other| one.union(&other))?;
        Some(Self { rect, baseline: line.baseline, size: line.size, runs })
    }

    /// The row of those runs that are wanted.
    pub fn part(&self, is_wanted: impl Fn(&Run<'l>) -> bool) -> Option<Self> {
        let runs: Vec<Run<'l>> = self.runs.iter().filter(|run| is_wanted(run)).cloned().collect();
        let rect = runs.iter().map(|run| run.rect).reduce(|one, other| one.union(&other))?;
        Some(Self { rect, runs, ..*self })
    }

    /// Its words, from left to right.
    pub fn words(&self) -> impl Iterator<Item = &'l Word> {
        self.runs.iter().flat_map(|run| run.words.iter().copied())
    }

    /// Its words as a text.
    pub fn text(&self) -> String {
        text_of(self.words())
    }
}

impl Run<'_> {
    /// Its words as a text.
    pub fn text(&self) -> String {
        text_of(self.words.iter().copied())
    }
}

/// Words as a text.
pub fn text_of<'l>(words: impl Iterator<Item = &'l Word>) -> String {
    words.map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

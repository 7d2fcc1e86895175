//! Characters become words, words become lines.

use std::cmp::Ordering;

use crate::direction::in_order;
use crate::direction::{as_read, runs_left};
use crate::page::{Glyph, Page, Rect};
use crate::sideways::names;

/// A gap of this share of the font's size parts two words, where no space says so.
const WORD_GAP: f64 = 0.17;

/// How far baselines of the same line may differ, as a share of the font's size.
const LINE_DRIFT: f64 = 0.25;

/// Characters without a break between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Its characters.
    pub text: String,
    /// Where it stands.
    pub rect: Rect,
    /// The height of its baseline.
    pub baseline: f64,
    /// The size of its font.
    pub size: f64,
    /// Whether it is bold.
    pub is_bold: bool,
    /// Which font it is set in.
    pub font: u32,
    /// The cell that it belongs to, as the file says: a number among those of the page.
    pub cell: Option<u32>,
    /// Whether one of its characters was recognized in a picture, and not for sure.
    pub is_uncertain: bool,
}

/// Words on one baseline, from left to right.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its words.
    pub words: Vec<Word>,
    /// Where it stands.
    pub rect: Rect,
    /// The height of its baseline.
    pub baseline: f64,
    /// The size of most of its characters.
    pub size: f64,
}

impl Line {
    /// Its words in the order in which they are read, parted by spaces.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        in_order(words, |word| word).join(" ")
    }
}

/// The words of a page, line by line from above.
pub fn lines(page: &Page) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for word in words(page) {
        // Words come by their baselines, so that only the last lines can be meant.
        let near = lines.iter_mut().rev().take(6).find(|line| {
            let size = line.size.max(word.size);
            let is_level = (line.baseline - word.baseline).abs() <= LINE_DRIFT * size;
            // What is raised or lowered stands beside what it belongs to.
            let smaller = word.rect.height().min(line.rect.height());
            let is_script = (word.size < 0.85 * line.size || line.size < 0.85 * word.size)
                && word.rect.overlap_y(&line.rect) >= 0.5 * smaller
                && line.words.iter().any(|other| gap(&other.rect, &word.rect) < 0.4 * size);
            is_level || is_script
        });
        match near {
            Some(line) => {
                line.rect = line.rect.union(&word.rect);
                if word.size > line.size {
                    line.size = word.size;
                    line.baseline = word.baseline;
                }
                line.words.push(word);
            }
            None => lines.push(Line {
                rect: word.rect,
                baseline: word.baseline,
                size: word.size,
                words: vec![word],
            }),
        }
    }
    for line in &mut lines {
        line.words.sort_by(|one, other| by(one.rect.x0, other.rect.x0));
    }
    raise(&mut lines);
    lines.extend(names(&page.sideways));
    lines.sort_by(|one, other| by(one.baseline, other.baseline));
    lines
}

/// Puts what is raised beside the words that it belongs to: the line of those comes after it.
fn raise(lines: &mut Vec<Line>) {
    const BELOW: usize = 3;
    for at in 0..lines.len() {
        let (before, after) = lines.split_at_mut(at + 1);
        let line = &mut before[at];
        for below in after.iter_mut().take(BELOW).filter(|below| line.size < 0.85 * below.size) {
            let is_raised = |word: &Word| {
                let next = below.words.partition_point(|other| other.rect.x0 < word.rect.x0);
                let beside = below.words[next.saturating_sub(1)..].iter().take(2);
                beside.into_iter().any(|other| {
                    gap(&other.rect, &word.rect) < 0.4 * below.size
                        && word.rect.overlap_y(&other.rect) >= 0.5 * word.rect.height()
                })
            };
            let (raised, rest): (Vec<Word>, Vec<Word>) = line.words.drain(..).partition(is_raised);
            line.words = rest;
            if raised.is_empty() {
                continue;
            }
            below.rect = raised.iter().fold(below.rect, |rect, word| rect.union(&word.rect));
            below.words.extend(raised);
            below.words.sort_by(|one, other| by(one.rect.x0, other.rect.x0));
        }
        let rect = line.words.iter().map(|word| word.rect).reduce(|one, other| one.union(&other));
        line.rect = rect.unwrap_or(line.rect);
    }
    lines.retain(|line| !line.words.is_empty());
}

/// How far apart two boxes are from left to right.
fn gap(one: &Rect, other: &Rect) -> f64 {
    (one.x0.max(other.x0) - one.x1.min(other.x1)).max(0.0)
}

pub(crate) fn by(one: f64, other: f64) -> Ordering {
    one.total_cmp(&other)
}

/// The words of a page by their baselines, then from left to right.
fn words(page: &Page) -> Vec<Word> {
    let has_visible = page.glyphs.iter().any(|glyph| glyph.is_visible && !glyph.text.is_whitespace());
    // Recognized text lies unseen over the picture of a scanned page.
    let mut glyphs: Vec<&Glyph> =
        page.glyphs.iter().filter(|glyph| glyph.is_visible || !has_visible).collect();
    glyphs
        .sort_by(|one, other| by(one.baseline, other.baseline).then_with(|| by(one.rect.x0, other.rect.x0)));
    let mut words = Vec::new();
    let mut begin = 0;
    while begin < glyphs.len() {
        let first = glyphs[begin];
        let end = glyphs[begin..]
            .iter()
            .position(|glyph| glyph.baseline - first.baseline > 0.08 * first.size.min(glyph.size).max(1.0))
            .map_or(glyphs.len(), |length| begin + length);
        let mut row = glyphs[begin..end].to_vec();
        row.sort_by(|one, other| by(one.rect.x0, other.rect.x0));
        words_of_row(&row, &mut words);
        begin = end;
    }
    words
}

fn words_of_row(row: &[&Glyph], words: &mut Vec<Word>) {
    let begin = words.len();
    let mut current: Option<Word> = None;
    let mut last: Option<&Glyph> = None;
    for glyph in row {
        if glyph.text.is_whitespace() || glyph.text == '\u{a0}' {
            words.extend(current.take());
            last = None;
            continue;
        }
        if let Some(before) = last {
            // The same character twice in one place is a bold one, or its shadow.
            let is_twice = before.text == glyph.text
                && (before.rect.x0 - glyph.rect.x0).abs() < 0.15 * glyph.size
                && glyph.rect.width() > 0.0;
            if is_twice {
                continue;
            }
            let space = glyph.rect.x0 - before.rect.x1;
            let is_apart = space > WORD_GAP * glyph.size.max(before.size)
                || space < -0.8 * glyph.size
                || before.size.max(glyph.size) > 1.6 * before.size.min(glyph.size)
                || before.cell != glyph.cell;
            if is_apart {
                words.extend(current.take());
            }
        }
        last = Some(glyph);
        match &mut current {
            Some(word) => {
                word.text.push(glyph.text);
                word.rect = word.rect.union(&glyph.rect);
                word.is_uncertain |= glyph.is_uncertain;
            }
            None => {
                current = Some(Word {
                    text: glyph.text.to_string(),
                    rect: glyph.rect,
                    baseline: glyph.baseline,
                    size: glyph.size,
                    is_bold: glyph.is_bold,
                    font: glyph.font,
                    cell: glyph.cell,
                    is_uncertain: glyph.is_uncertain,
                });
            }
        }
    }
    words.extend(current);
    for word in &mut words[begin..] {
        if word.text.chars().any(runs_left) {
            word.text = as_read(&word.text);
        }
    }
}

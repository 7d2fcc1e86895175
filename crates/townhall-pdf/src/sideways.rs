//! Texts that run upwards or downwards on a page of which most text does not: names of narrow columns, as a rule.

use crate::page::{Glyph, Page, Rect};
use crate::text::{Line, Word, by, lines};
use crate::turner::Turner;

/// A gap of this share of the font's size parts two texts.
const GAP: f64 = 0.9;

/// Fewest texts side by side that are names of columns, and not the title of a side of a chart.
const NAMES_MIN: usize = 3;

/// The longest of them, in points.
const LENGTH_MAX: f64 = 220.0;

/// How far apart their ends may be.
const LEVEL: f64 = 2.5;

/// The texts of characters that run in another direction than most, each as one word with spaces in it, where they are on the turned
/// page.
pub fn texts(glyphs: &[(usize, Glyph)], main: &Turner) -> Vec<Word> {
    let mut texts = Vec::new();
    for quarter in [(main.quarter + 1) % 4, (main.quarter + 3) % 4] {
        let turner = Turner { quarter, width: main.width, height: main.height };
        let (width, height) = turner.size();
        let back = Turner { quarter: (4 - quarter) % 4, width, height };
        let own = glyphs.iter().filter(|(other, _)| *other == quarter);
        let glyphs = own.map(|(_, glyph)| turner.glyph(*glyph)).collect();
        for line in lines(&Page { width, height, glyphs, ..Page::default() }) {
            for run in line.words.chunk_by(|one, next| next.rect.x0 - one.rect.x1 <= GAP * line.size) {
                let text = run.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
                let rect = run.iter().map(|word| word.rect).reduce(|one, other| one.union(&other));
                let rect = main.rect(back.rect(rect.unwrap_or_default()));
                texts.push(Word { text, rect, baseline: rect.y1, ..run[0].clone() });
            }
        }
    }
    texts
}

/// Lines of such texts that stand side by side and begin or end on one height.
pub fn names(texts: &[Word]) -> Vec<Line> {
    let mut left: Vec<&Word> = texts.iter().filter(|text| text.rect.height() <= LENGTH_MAX).collect();
    let mut names = Vec::new();
    for end in [|rect: &Rect| rect.y1, |rect: &Rect| rect.y0] {
        left.sort_by(|one, other| by(end(&one.rect), end(&other.rect)));
        let mut rest = Vec::new();
        for level in left.chunk_by(|one, next| end(&next.rect) - end(&one.rect) <= LEVEL) {
            match line_of(level) {
                Some(line) => names.push(line),
                None => rest.extend_from_slice(level),
            }
        }
        left = rest;
    }
    names
}

fn line_of(level: &[&Word]) -> Option<Line> {
    let mut words: Vec<Word> = level.iter().map(|word| (*word).clone()).collect();
    words.sort_by(|one, other| by(one.rect.x0, other.rect.x0));
    let are_apart = words.windows(2).all(|pair| pair[1].rect.x0 >= pair[0].rect.x1 - 1.0);
    let rect = words.iter().map(|word| word.rect).reduce(|one, other| one.union(&other))?;
    let size = words.iter().map(|word| word.size).fold(0.0, f64::max);
    (words.len() >= NAMES_MIN && are_apart).then_some(Line { words, rect, baseline: rect.y1, size })
}

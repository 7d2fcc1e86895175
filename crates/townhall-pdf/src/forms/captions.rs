//! What is printed beside fields: their labels, where the file itself gives them none.

use std::collections::{BTreeMap, BTreeSet};

use super::field::{Field, FieldKind, Widget};
use crate::document::Document;
use crate::page::Rect;
use crate::text::{Line, Word, lines};

/// Most pages that are read for captions.
const PAGES_MAX: usize = 60;

/// Most fields of a page that get captions, and most lines and boxes that are looked at for them.
const FIELDS_MAX: usize = 2_000;
const LINES_MAX: usize = 3_000;

/// Most fields of a line and buttons of a field, and most texts of a page, that are looked at.
const BESIDE_COUNT_MAX: usize = 200;
const RUNS_MAX: usize = 6_000;

/// Most characters of a caption.
const CHARS_MAX: usize = 160;

/// How far a caption may be from its field, in points: beside it, and above or below it.
const BESIDE_MAX: f64 = 40.0;
const ABOVE_MAX: f64 = 12.0;

/// How many lines before its own a caption may begin, and how far they may be moved in, in points.
const LINES_BEFORE_MAX: usize = 3;
const INDENT_MAX: f64 = 16.0;

/// Space of this share of the size parts two captions.
const GAP: f64 = 1.1;

/// What is printed beside a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caption {
    /// Beside the field, or above the first of its buttons.
    pub label: Option<String>,
    /// Beside its buttons, by the states for which they stand.
    pub options: BTreeMap<String, String>,
}

/// The captions of fields that have no labels of their own, by their full names. Pages that can't be read have none.
pub fn captions(document: &Document, fields: &[Field]) -> BTreeMap<String, Caption> {
    let mut reader = document.reader();
    let pages: BTreeSet<usize> = fields.iter().filter(|field| is_asked(field)).filter_map(page_of).collect();
    let mut found = BTreeMap::new();
    for number in pages.into_iter().take(PAGES_MAX) {
        let Ok(page) = reader.read(number) else { continue };
        // Places of fields are those of the page as it is seen; where most text lies on its side, the two don't fit.
        if page.turn != 0 {
            continue;
        }
        let widgets = fields.iter().flat_map(|field| &field.widgets);
        let boxes = widgets.filter(|widget| widget.page == Some(number)).map(|widget| widget.rect);
        let boxes: Vec<Rect> = boxes.take(LINES_MAX).collect();
        let mut lines = lines(&page);
        lines.truncate(LINES_MAX);
        let runs = Runs::of(&lines, &boxes);
        let own = fields.iter().filter(|field| is_asked(field) && page_of(field) == Some(number));
        found.extend(own.take(FIELDS_MAX).map(|field| (field.name.clone(), caption(field, number, &runs))));
    }
    found
}

/// Whether a field has no label, or buttons that need one each.
fn is_asked(field: &Field) -> bool {
    field.kind != FieldKind::PushButton && (field.label.is_none() || field.options.len() > 1)
}

fn page_of(field: &Field) -> Option<usize> {
    field.widgets.iter().filter(|widget| !widget.is_hidden).find_map(|widget| widget.page)
}

fn caption(field: &Field, page: usize, runs: &Runs) -> Caption {
    let is_button = matches!(field.kind, FieldKind::CheckBox | FieldKind::Radio);
    let widgets = field.widgets.iter().filter(|widget| widget.page == Some(page));
    let widgets: Vec<&Widget> = widgets.take(BESIDE_COUNT_MAX).collect();
    let Some(first) = widgets.first() else { return Caption::default() };
    let mut caption = Caption::default();
    if is_button && field.options.len() > 1 {
        for widget in &widgets {
            if let (Some(state), Some(text)) = (&widget.state, runs.right_of(&widget.rect)) {
                caption.options.entry(state.clone()).or_insert(text);
            }
        }
        caption.label = runs.of_box(&first.rect);
    } else if is_button {
        caption.label = runs.right_of(&first.rect).or_else(|| runs.of_box(&first.rect));
    } else {
        caption.label = runs.of_box(&first.rect);
    }
    caption
}

/// Texts of a page, each without wide spaces in it.
struct Runs(Vec<(Rect, String)>);

impl Runs {
    /// Those outside of the boxes of fields; a box parts what stands on both sides of it.
    fn of(lines: &[Line], boxes: &[Rect]) -> Self {
        let mut runs = Vec::new();
        for line in lines {
            let near = boxes.iter().filter(|it| it.overlap_y(&line.rect) > 0.0);
            let near: Vec<&Rect> = near.take(BESIDE_COUNT_MAX).collect();
            let is_outside = |word: &&Word| {
                let (x, y) = word.rect.center();
                !near.iter().any(|it| it.contains(x, y))
            };
            let words: Vec<&Word> = line.words.iter().filter(is_outside).collect();
            let goes_on = |one: &&Word, next: &&Word| {
                let is_between = |it: &&Rect| it.x0 >= one.rect.x1 - 2.0 && it.x1 <= next.rect.x0 + 2.0;
                // Dots lead from a text to its field.
                let gap = if is_leader(next) { 4.0 * GAP } else { GAP };
                let is_end = is_leader(one) && !is_leader(next);
                next.rect.x0 - one.rect.x1 <= gap * line.size && !is_end && !near.iter().any(is_between)
            };
            for run in words.chunk_by(|one, next| goes_on(one, next)) {
                let rect = run.iter().map(|word| word.rect).reduce(|one, other| one.union(&other));
                let texts = run.iter().filter(|word| !is_leader(word)).map(|word| word.text.as_str());
                runs.extend(rect.zip(cleaned(&texts.collect::<Vec<_>>().join(" "))));
            }
        }
        runs.truncate(RUNS_MAX);
        Self(runs)
    }

    /// The text right of a button.
    fn right_of(&self, rect: &Rect) -> Option<String> {
        let beside = self.0.iter().filter(|(run, _)| is_level(run, rect) && run.x0 >= rect.x1 - 2.0);
        self.nearest(beside, |run| run.x0 - rect.x1, BESIDE_MAX / 2.0)
    }

    /// The text left of a box, above it, or else below it, as under lines for signatures.
    fn of_box(&self, rect: &Rect) -> Option<String> {
        let is_over = |run: &Rect| run.x0 < rect.x1 && run.x1 > rect.x0 && run.x0 >= rect.x0 - BESIDE_MAX;
        let left = self.0.iter().filter(|(run, _)| is_level(run, rect) && run.x1 <= rect.x0 + 2.0);
        let above = self.0.iter().filter(|(run, _)| is_over(run) && run.center().1 < rect.y0);
        let below = self.0.iter().filter(|(run, _)| is_over(run) && run.center().1 > rect.y1);
        let close = self.nearest(left.clone(), |run| rect.x0 - run.x1, BESIDE_MAX / 4.0);
        close
            .or_else(|| self.nearest(above, |run| rect.y0 - run.y1, ABOVE_MAX))
            .or_else(|| self.nearest(left, |run| rect.x0 - run.x1, BESIDE_MAX))
            .or_else(|| self.nearest(below, |run| run.y0 - rect.y1, ABOVE_MAX / 2.0))
    }

    fn nearest<'a>(
        &self,
        runs: impl Iterator<Item = &'a (Rect, String)>,
        far: impl Fn(&Rect) -> f64,
        most: f64,
    ) -> Option<String> {
        let near = runs.map(|run| (far(&run.0), run)).filter(|(far, _)| *far <= most);
        let (_, found) = near.min_by(|(one, _), (other, _)| one.total_cmp(other))?;
        Some(cut(&self.sentence_of(found)))
    }

    /// A text with the lines before it, where it begins in the middle of a sentence.
    fn sentence_of(&self, last: &(Rect, String)) -> String {
        let (mut rect, mut text) = last.clone();
        for _ in 0..LINES_BEFORE_MAX {
            let is_before = |(other, _): &&(Rect, String)| {
                let gap = rect.y0 - other.y1;
                (other.x0 - rect.x0).abs() <= INDENT_MAX
                    && gap > -0.5 * rect.height()
                    && gap < 0.7 * rect.height()
            };
            let is_middle = text.chars().take(2).all(char::is_lowercase);
            match self.0.iter().filter(|run| run.0.center().1 < rect.y0).find(is_before) {
                Some((before, words)) if is_middle => {
                    text = format!("{words} {text}");
                    rect = *before;
                }
                _ => break,
            }
        }
        text
    }
}

/// Whether a text stands on the height of a box, or on that of its last line.
fn is_level(run: &Rect, rect: &Rect) -> bool {
    let (_, y) = run.center();
    y > rect.y0 - 1.0 && y < rect.y1 + 1.0
}

fn is_leader(word: &Word) -> bool {
    word.text.chars().all(|c| matches!(c, '.' | '…' | '_' | '▶' | '►'))
}

/// A text as a label, if there are letters in it, and they are known.
fn cleaned(text: &str) -> Option<String> {
    let text = text.trim_end_matches([':', '.', '_', ' ', '▶', '►']).trim();
    let has_letters = text.chars().filter(|c| c.is_alphabetic()).count() > 1;
    let is_known = !text.contains('\u{fffd}');
    (has_letters && is_known).then(|| text.to_owned())
}

/// A text that is no longer than captions are.
fn cut(text: &str) -> String {
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

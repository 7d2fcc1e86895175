//! Lines become the rows of a table: a cell may have several lines.

use super::chunks::Chunk;
use super::runs::Row;
use crate::text::by;

/// What is known of the lines of a table.
pub struct Lines<'a, 'l> {
    /// The lines, from above.
    pub rows: &'a [Row<'l>],
    /// What each writes into the columns.
    pub chunks: &'a [Vec<Chunk<'l>>],
    /// How many columns there are.
    pub columns: usize,
    /// The heights at which something is drawn between rows.
    pub separators: &'a [f64],
}

/// For each line, whether it belongs to the row of the line before it.
pub fn joins(lines: &Lines<'_, '_>) -> Vec<bool> {
    let count = lines.rows.len();
    let widths = widths(lines);
    let pitch = Pitch::of(lines);
    let joins_before =
        |at: usize| !lines.is_parted(at) && (lines.is_level(at) || lines.continues(at, &widths, &pitch));
    let mut joins: Vec<bool> = (0..count).map(|at| at > 0 && joins_before(at)).collect();
    let by_pitch = |at: usize| !lines.is_parted(at) && pitch.is_tight(lines, at);
    let by_separators = |at: usize| !lines.is_parted(at);
    let groups: [&dyn Fn(usize) -> bool; 2] = [&by_pitch, &by_separators];
    for is_joined in groups {
        for (join, group) in joins.iter_mut().zip(grouped(lines, &widths, is_joined).unwrap_or_default()) {
            *join |= group;
        }
    }
    joins
}

impl Lines<'_, '_> {
    /// Whether something is drawn between a line and the one before it.
    pub fn is_parted(&self, at: usize) -> bool {
        let (before, row) = (&self.rows[at - 1], &self.rows[at]);
        let (from, to) = (before.baseline - 0.3 * before.size, row.baseline - 0.3 * row.size);
        let next = self.separators.partition_point(|separator| *separator <= from);
        self.separators.get(next).is_some_and(|separator| *separator < to)
    }

    /// Whether two lines overlap without standing in the same columns: a label of two lines beside a value that stands between them.
    fn is_level(&self, at: usize) -> bool {
        let (before, row) = (&self.rows[at - 1], &self.rows[at]);
        row.baseline - before.baseline < 0.8 * before.size.min(row.size)
            && self.chunks[at].iter().all(|chunk| self.above(at, chunk.columns.0).is_none())
    }

    /// What the line before writes into a column.
    fn above(&self, at: usize, column: usize) -> Option<&Chunk<'_>> {
        self.chunks[at - 1].iter().find(|chunk| chunk.columns.0 <= column && column <= chunk.columns.1)
    }

    fn values(&self, at: usize) -> usize {
        self.chunks[at].iter().filter(|chunk| chunk.columns.0 > 0 && chunk.is_value()).count()
    }

    /// Whether a line can only be the rest of the one before it.
    fn continues(&self, at: usize, widths: &[f64], pitch: &Pitch) -> bool {
        let own = &self.chunks[at];
        if own.is_empty() || !pitch.is_tight(self, at) {
            return false;
        }
        // Lines that fill as much as the one before are rows, unless each cell was broken.
        let is_only_label = own.len() == 1 && own[0].columns.0 == 0;
        if own
            .iter()
            .any(|chunk| chunk.columns.0 != chunk.columns.1 || (chunk.columns.0 > 0 && chunk.is_value()))
        {
            return false;
        }
        if is_only_label {
            return self.above(at, 0).is_some_and(|above| {
                above.columns.0 == 0
                    && above.words[0].is_bold == own[0].words[0].is_bold
                    && (runs_on(above, &own[0])
                        || (is_wrapped(above, &own[0], widths)
                            && own[0].rect.x0 >= above.rect.x0 - 1.0
                            && self.chunks[at - 1].len() > 1))
            });
        }
        if own[0].columns.0 == 0 {
            // A label whose first line stands alone, or a row of which each cell is broken.
            let is_rest_of_label = self.chunks[at - 1].len() == 1
                && self.above(at, 0).is_some_and(|above| above.columns.0 == 0 && runs_on(above, &own[0]));
            let is_broken = own.len() <= self.chunks[at - 1].len()
                && own.iter().all(|chunk| {
                    self.above(at, chunk.columns.0)
                        .is_some_and(|above| runs_on(above, chunk) || is_wrapped(above, chunk, widths))
                });
            return is_rest_of_label || is_broken;
        }
        own.len() * 2 <= self.columns.max(3)
            && own.iter().all(|chunk| {
                self.above(at, chunk.columns.0)
                    .is_some_and(|above| runs_on(above, chunk) || is_wrapped(above, chunk, widths))
            })
    }
}

/// The widest text of each column.
fn widths(lines: &Lines<'_, '_>) -> Vec<f64> {
    let mut widths = vec![0.0_f64; lines.columns];
    for chunk in lines.chunks.iter().flatten().filter(|chunk| chunk.columns.0 == chunk.columns.1) {
        if let Some(width) = widths.get_mut(chunk.columns.0) {
            *width = width.max(chunk.rect.width());
        }
    }
    widths
}

/// Whether a text was broken there: the next word would not have fitted.
fn is_wrapped(above: &Chunk<'_>, below: &Chunk<'_>, widths: &[f64]) -> bool {
    let Some(first) = below.words.first() else { return false };
    let width = widths.get(below.columns.0).copied().unwrap_or(0.0);
    let space = 0.25 * first.size;
    !above.is_value() && above.rect.width() + space + first.rect.width() > width
}

/// Whether a text goes on in the next line, by what it says.
fn runs_on(above: &Chunk<'_>, below: &Chunk<'_>) -> bool {
    let (before, text) = (above.text(), below.text());
    let begins_low = text.chars().next().is_some_and(|c| c.is_lowercase());
    let last = before.split_whitespace().next_back().unwrap_or_default();
    let hangs = before.ends_with(['-', ',', '/', '&', '–', '(']) && before.chars().count() > 1
        || ["and", "of", "the", "or", "in", "for", "to", "by", "with", "de", "et", "und", "per"]
            .contains(&last);
    let is_open = before.matches('(').count() > before.matches(')').count() && text.contains(')');
    begins_low || hangs || is_open
}

/// How far lines are apart.
struct Pitch {
    /// What is usual between lines that belong together, as a share of the font's size.
    tight: f64,
}

impl Pitch {
    fn of(lines: &Lines<'_, '_>) -> Self {
        let mut all: Vec<f64> =
            (1..lines.rows.len()).map(|at| step(lines, at)).filter(|step| *step > 0.8).collect();
        all.sort_by(|one, other| by(*one, *other));
        Self { tight: all.get(all.len() / 5).copied().unwrap_or(1.2) }
    }

    fn is_tight(&self, lines: &Lines<'_, '_>, at: usize) -> bool {
        step(lines, at) <= (1.2 * self.tight).min(1.9)
    }
}

/// How far a line is below the one before it, as a share of the font's size.
fn step(lines: &Lines<'_, '_>, at: usize) -> f64 {
    let (before, row) = (&lines.rows[at - 1], &lines.rows[at]);
    (row.baseline - before.baseline) / before.size.max(row.size).max(1.0)
}

/// The lines in groups, by the space between them or by what is drawn between them, if each group can be a row.
fn grouped(lines: &Lines<'_, '_>, widths: &[f64], is_joined: &dyn Fn(usize) -> bool) -> Option<Vec<bool>> {
    let joins: Vec<bool> = (0..lines.rows.len()).map(|at| at > 0 && is_joined(at)).collect();
    let groups = joins.iter().filter(|join| !**join).count();
    let joined = joins.len() - groups;
    if groups < 3 || joined == 0 || joined > 4 * groups {
        return None;
    }
    // A row has one line of values, and its other lines are broken texts.
    let (mut good, mut bad, mut values) = (0, 0, 0);
    for (at, join) in joins.iter().enumerate() {
        let own = lines.values(at);
        values = match join {
            true => values + usize::from(own > 0),
            false => usize::from(own > 0),
        };
        if !join {
            continue;
        }
        // Of each text the line above was full; texts that begin here stand between the lines of others.
        let mut above = lines.chunks[at]
            .iter()
            .filter_map(|chunk| Some((lines.above(at, chunk.columns.0)?, chunk)))
            .peekable();
        let is_broken = above.peek().is_some()
            && above.all(|(above, chunk)| runs_on(above, chunk) || is_wrapped(above, chunk, widths));
        match values <= 1 && is_broken {
            true => good += 1,
            false => bad += 1,
        }
    }
    (good >= 4 * bad).then_some(joins)
}

/// For each line of a cell or of cells side by side, whether it belongs to the row of the line before it: unless a wide space comes
/// before it, and several cells begin with it.
pub fn parts_by_space(lines: &Lines<'_, '_>) -> Vec<bool> {
    const WIDE: f64 = 1.6;
    let pitch = Pitch::of(lines);
    let begins = |at: usize| {
        let own = &lines.chunks[at];
        step(lines, at) >= WIDE * pitch.tight && own.len() >= 2 && own.len() * 2 >= lines.columns
    };
    (0..lines.rows.len()).map(|at| at > 0 && !begins(at)).collect()
}

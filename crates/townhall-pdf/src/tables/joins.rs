//! Lines become the rows of a table: a cell may have several lines.

use super::chunks::Chunk;
use super::runs::Row;
use super::wraps::Texts;
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
    let texts = Texts::of(lines.chunks, lines.columns);
    let pitch = Pitch::of(lines);
    let has_parts = lines.has_parts(&texts);
    let joins_before = |at: usize| {
        !lines.is_parted(at) && (lines.is_level(at) || lines.continues(at, &texts, &pitch, has_parts))
    };
    let mut joins: Vec<bool> = (0..count).map(|at| at > 0 && joins_before(at)).collect();
    let by_pitch = |at: usize| !lines.is_parted(at) && pitch.is_tight(lines, at);
    let by_separators = |at: usize| !lines.is_parted(at);
    let groups: [&dyn Fn(usize) -> bool; 2] = [&by_pitch, &by_separators];
    for is_joined in groups {
        for (join, group) in joins.iter_mut().zip(grouped(lines, &texts, is_joined).unwrap_or_default()) {
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

    /// Whether names of parts stand alone in lines: labels that can't be the rest of the label above.
    fn has_parts(&self, texts: &Texts) -> bool {
        let is_part = |at: &usize| {
            let [label] = &self.chunks[*at][..] else { return false };
            label.columns == (0, 0) && self.above(*at, 0).is_some_and(|above| !texts.is_broken(above, label))
        };
        (1..self.rows.len()).filter(is_part).count() >= 2
    }

    /// Whether a line can only be the rest of the one before it.
    fn continues(&self, at: usize, texts: &Texts, pitch: &Pitch, has_parts: bool) -> bool {
        let (own, before) = (&self.chunks[at], &self.chunks[at - 1]);
        let Some(first) = own.first().filter(|_| pitch.is_tight(self, at)) else { return false };
        let label = self.above(at, 0).filter(|above| above.columns.0 == 0 && first.columns == (0, 0));
        // A label whose first line stands alone, and whose values stand beside the last.
        if before.len() == 1 && own.len() > 1 && label.is_some_and(|label| texts.runs_on(label, first)) {
            return true;
        }
        let is_text = |chunk: &Chunk<'_>| {
            chunk.columns.0 == chunk.columns.1 && (chunk.columns.0 == 0 || !chunk.is_value())
        };
        if !own.iter().all(is_text) {
            return false;
        }
        let runs_on = |chunk: &&Chunk<'_>| {
            self.above(at, chunk.columns.0).is_some_and(|above| texts.runs_on(above, chunk))
        };
        let are_broken = own
            .iter()
            .all(|chunk| self.above(at, chunk.columns.0).is_some_and(|above| texts.is_broken(above, chunk)));
        let say_so = own.iter().filter(runs_on).count();
        match (own.len(), first.columns.0) {
            // The name of a part of the table stands alone, too.
            (1, 0) => label.is_some_and(|label| {
                let is_alike = label.words[0].is_bold == first.words[0].is_bold;
                let is_inward = first.rect.x0 > label.rect.x0 + 1.0;
                let is_close = at + 1 < self.rows.len() && step(self, at) < 0.93 * step(self, at + 1);
                let is_rest = before.len() > 1
                    && first.rect.x0 >= label.rect.x0 - 1.0
                    && (!has_parts || is_inward || is_close);
                is_alike && (say_so == 1 || (is_rest && are_broken))
            }),
            // Lines that fill as much as the one before are rows, unless they say that they go on.
            (count, 0) => count <= before.len() && are_broken && say_so * 2 >= count,
            (count, _) => are_broken && (count * 2 <= self.columns.max(3) || say_so * 2 >= count),
        }
    }
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
fn grouped(lines: &Lines<'_, '_>, texts: &Texts, is_joined: &dyn Fn(usize) -> bool) -> Option<Vec<bool>> {
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
        let is_broken = above.peek().is_some() && above.all(|(above, chunk)| texts.is_broken(above, chunk));
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

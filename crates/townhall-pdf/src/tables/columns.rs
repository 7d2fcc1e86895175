//! The places between the columns of rows without lines.

use super::runs::Row;
use crate::text::by;

/// How finely places are told apart, in points.
const STEP: f64 = 0.5;

/// A gap that is open over this share of rows parts columns, even where some rows write across it.
const CROSSED_MAX: f64 = 0.1;

/// The places between columns: where (nearly) none of the rows has text, and rows have gaps. Within a gap, the other rows of the table
/// tell where they part their words.
pub fn borders(rows: &[&Row<'_>], all: &[Row<'_>]) -> Vec<f64> {
    let left = rows.iter().map(|row| row.rect.x0).fold(f64::MAX, f64::min);
    let right = rows.iter().map(|row| row.rect.x1).fold(f64::MIN, f64::max);
    let steps = ((right - left) / STEP).ceil() as usize + 1;
    if rows.is_empty() || steps > 100_000 {
        return Vec::new();
    }
    let size = rows.iter().map(|row| row.size).sum::<f64>() / rows.len() as f64;
    let cover = cover(rows.iter().map(|row| (*row, 1)), left, steps);
    let whole = whole(rows, all, left, steps);
    let few = (rows.len() as f64 * CROSSED_MAX).floor() as i64;
    // One text may be too long for its column, if enough others are not.
    let tolerated = few.max(i64::from(rows.len() >= 5));
    let wide = (0.45 * size).max(2.0);
    let mut borders = Vec::new();
    let mut at = 0;
    while at < steps {
        if cover[at] > tolerated {
            at += 1;
            continue;
        }
        let end = (at..steps).find(|step| cover[*step] > tolerated).unwrap_or(steps);
        let width = (end - at) as f64 * STEP;
        if at > 0 && end < steps && width >= wide {
            let place = place(&whole, left, at, end);
            let is_clear = cover[at..end].iter().any(|count| *count <= few);
            if is_backed(all, place, is_clear) {
                borders.push(place);
            }
        }
        at = end;
    }
    without_empty(rows, borders)
}

/// The cover of all rows: most of all that of the body, then that of the lowest lines of the head, which name single columns.
fn whole(body: &[&Row<'_>], all: &[Row<'_>], left: f64, steps: usize) -> Vec<i64> {
    let begin = body.first().map_or(f64::MIN, |row| row.baseline);
    let weighed = all.iter().enumerate().map(|(at, row)| match row.baseline < begin {
        true => (row, i64::try_from(at.min(8)).unwrap_or(0) + 2),
        false => (row, 100),
    });
    cover(weighed, left, steps)
}

/// In how many rows text stands over each step, each with its weight. Words of a row that overlap count once.
fn cover<'a, 'l: 'a>(rows: impl Iterator<Item = (&'a Row<'l>, i64)>, left: f64, steps: usize) -> Vec<i64> {
    let mut changes = vec![0_i64; steps + 1];
    for (row, weight) in rows {
        let mut done = 0;
        for word in row.words() {
            let from = (((word.rect.x0 - left) / STEP).max(0.0) as usize).clamp(done, steps);
            let to = (((word.rect.x1 - left) / STEP).ceil().max(0.0) as usize).clamp(from, steps);
            changes[from] += weight;
            changes[to] -= weight;
            done = to;
        }
    }
    let sums = changes.iter().scan(0, |sum, change| {
        *sum += change;
        Some(*sum)
    });
    sums.collect()
}

/// Within a gap: where least stands, nearest to the middle.
fn place(cover: &[i64], left: f64, at: usize, end: usize) -> f64 {
    let least = cover[at..end].iter().min().copied().unwrap_or(0);
    let middle = f64::midpoint(at as f64, end as f64);
    let step = (at..end)
        .filter(|step| cover[*step] == least)
        .min_by(|one, other| by((*one as f64 + 0.5 - middle).abs(), (*other as f64 + 0.5 - middle).abs()));
    left + (step.map_or(middle, |step| step as f64 + 0.5)) * STEP
}

/// Whether rows have a wide gap there, and not the spaces between words that happen to lie below one another.
fn is_backed(rows: &[Row<'_>], place: f64, is_clear: bool) -> bool {
    let (mut both, mut wide, mut left, mut right) = (0, 0, 0, 0);
    for row in rows {
        let next = row.runs.partition_point(|run| run.rect.x0 < place);
        match (next > 0, row.rect.x1 > place) {
            (true, true) => {
                both += 1;
                wide += usize::from(next < row.runs.len() && row.runs[next - 1].rect.x1 <= place + 0.5);
            }
            (true, false) => left += 1,
            (false, _) => right += 1,
        }
    }
    // Texts beside one another may stand on lines of their own.
    let is_apart = both == 0 && left >= 2 && right >= 2;
    match is_clear {
        true => is_apart || (both >= 2 && wide >= 2.min(rows.len()) && wide * 4 >= both),
        false => wide >= 4 && wide * 10 >= both * 7,
    }
}

/// The middles of the gaps that no row crosses.
pub fn open_gaps(rows: &[Row<'_>]) -> Vec<f64> {
    const WIDE: f64 = 1.2;
    let mut spans: Vec<(f64, f64)> =
        rows.iter().flat_map(Row::words).map(|word| (word.rect.x0, word.rect.x1)).collect();
    spans.sort_by(|one, other| by(one.0, other.0));
    let size = rows.iter().map(|row| row.size).fold(0.0, f64::max);
    let mut reach = f64::MAX;
    let mut gaps = Vec::new();
    for (from, to) in spans {
        if from - reach > WIDE * size {
            gaps.push(f64::midpoint(reach, from));
        }
        reach = if reach == f64::MAX { to } else { reach.max(to) };
    }
    gaps
}

/// Takes away one border of a column in which no row has a run of its own: what stands there has only slipped out of its neighbour.
fn without_empty(rows: &[&Row<'_>], mut borders: Vec<f64>) -> Vec<f64> {
    let mut at = 0;
    while at + 1 < borders.len() {
        let (from, to) = (borders[at], borders[at + 1]);
        let is_own = rows
            .iter()
            .any(|row| row.runs.iter().any(|run| run.rect.x0 >= from - 0.5 && run.rect.x1 <= to + 0.5));
        match is_own {
            true => at += 1,
            false => {
                borders.remove(at + 1);
            }
        }
    }
    borders
}

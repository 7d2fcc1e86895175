//! The head of a table without lines around its cells: names of columns in several lines, below names of several columns.

use super::chunks::{Chunk, chunks_apart, column_of, parts};
use super::runs::{Row, Run};
use crate::page::{Rect, Ruling};
use crate::text::{Word, by};

/// A gap of this share of the font's size at a border parts two names.
const NAME_GAP: f64 = 0.36;

/// A space of this share of the font's size parts two words.
const SPACE: f64 = 0.15;

/// What is known of the columns below a head.
pub struct Columns<'a> {
    /// The places between them.
    pub borders: &'a [f64],
    /// From where to where each of them is written.
    pub boxes: &'a [(f64, f64)],
}

/// A cell of a head.
pub struct Head<'l> {
    /// The first and the last row.
    pub rows: (usize, usize),
    /// The first and the last column.
    pub columns: (usize, usize),
    /// Its words, each with the height of its line.
    pub words: Vec<(f64, &'l Word)>,
    rect: Rect,
    /// The cells right above it.
    above: Vec<usize>,
}

/// The cells of a head, and how many rows they take.
pub fn heads<'l>(rows: &[Row<'l>], columns: &Columns<'_>, rules: &[Ruling]) -> (Vec<Head<'l>>, usize) {
    let mut heads: Vec<Head<'l>> = Vec::new();
    // The lowest cell of each column so far.
    let mut lowest: Vec<Option<usize>> = vec![None; columns.boxes.len()];
    let lines: Vec<Vec<Chunk<'l>>> = (0..rows.len()).map(|at| line(rows, at, columns, rules)).collect();
    for (at, row) in rows.iter().enumerate() {
        let is_numbering = lines[at].iter().all(|chunk| is_numbering(&chunk.text()));
        for chunk in &lines[at] {
            let (from, to) = chunk.columns;
            let mut above: Vec<usize> = lowest[from..=to].iter().copied().flatten().collect();
            above.dedup();
            let same = match above[..] {
                [only] if !is_numbering => Some(only).filter(|only| {
                    let head = &heads[*only];
                    let holds = from <= head.columns.0 && head.columns.1 <= to;
                    holds
                        && !is_ruled_off(&head.rect, &chunk.rect, rules)
                        && chunk.rect.y0 - head.rect.y1 < 0.9 * row.size
                }),
                _ => None,
            };
            let words = chunk.words.iter().map(|word| (row.baseline, *word));
            let number = match same {
                Some(same) => {
                    let head = &mut heads[same];
                    head.words.extend(words);
                    head.rect = head.rect.union(&chunk.rect);
                    head.columns = chunk.columns;
                    same
                }
                None => {
                    heads.push(Head {
                        rows: (0, 0),
                        columns: chunk.columns,
                        words: words.collect(),
                        rect: chunk.rect,
                        above,
                    });
                    heads.len() - 1
                }
            };
            for place in &mut lowest[from..=to] {
                *place = Some(number);
            }
        }
    }
    let height = stack(&mut heads);
    (heads, height)
}

/// Gives the cells their rows: each begins below those above it and ends above those below it.
fn stack(heads: &mut [Head<'_>]) -> usize {
    for at in 0..heads.len() {
        let first = heads[at].above.iter().map(|above| heads[*above].rows.0 + 1).max().unwrap_or(0);
        heads[at].rows.0 = first;
    }
    let height = heads.iter().map(|head| head.rows.0 + 1).max().unwrap_or(0);
    for head in heads.iter_mut() {
        head.rows.1 = height.saturating_sub(1);
    }
    for at in 0..heads.len() {
        let first = heads[at].rows.0;
        for above in heads[at].above.clone() {
            heads[above].rows.1 = heads[above].rows.1.min(first.saturating_sub(1)).max(heads[above].rows.0);
        }
    }
    height
}

/// Whether a text counts columns: `(1)`, `[2]`.
fn is_numbering(text: &str) -> bool {
    let inner = text.strip_prefix(['(', '[']).and_then(|text| text.strip_suffix([')', ']']));
    inner.is_some_and(|inner| {
        !inner.is_empty() && inner.len() <= 2 && inner.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// Whether a line is drawn between two texts.
fn is_ruled_off(above: &Rect, below: &Rect, rules: &[Ruling]) -> bool {
    rules.iter().any(|rule| {
        let is_between = rule.at > f64::midpoint(above.y0, above.y1).max(above.y1 - 4.0)
            && rule.at < f64::midpoint(below.y0, below.y1).min(below.y0 + 4.0);
        let over = |rect: &Rect| rule.from.max(rect.x0) < rule.to.min(rect.x1);
        is_between && over(above) && over(below)
    })
}

/// What a line of a head writes, with the columns that it names.
fn line<'l>(rows: &[Row<'l>], at: usize, columns: &Columns<'_>, rules: &[Ruling]) -> Vec<Chunk<'l>> {
    let row = &rows[at];
    let mut out: Vec<Chunk<'l>> = Vec::new();
    let mut loose = Row { runs: Vec::new(), ..row.clone() };
    for run in &row.runs {
        let below = rows[at + 1..]
            .iter()
            .find(|below| below.runs.iter().any(|other| other.rect.overlap_x(&run.rect) > 0.0));
        let next = below.map_or(row.rect.y1 + row.size, |below| below.baseline - 0.4 * below.size);
        match underlined(run, row.baseline, next, columns, rules) {
            Some(span) => match out.last_mut() {
                Some(last) if last.columns == span => {
                    last.rect = last.rect.union(&run.rect);
                    last.words.extend(&run.words);
                }
                _ => out.push(Chunk { columns: span, rect: run.rect, words: run.words.clone() }),
            },
            None => loose.runs.extend(named(run, row.runs.len() == 1, &rows[at + 1..], columns)),
        }
    }
    let is_underlined = !out.is_empty();
    out.extend(chunks_apart(&loose, columns.borders, NAME_GAP));
    out.sort_by(|one, other| by(one.rect.x0, other.rect.x0));
    out.dedup_by(|next, before| {
        let is_taken = next.columns.0 <= before.columns.1;
        if is_taken {
            before.words.append(&mut next.words);
            before.rect = before.rect.union(&next.rect);
        }
        is_taken
    });
    if !is_underlined {
        spread(&mut out, columns);
    }
    out
}

/// A run of names with no wider gaps between them than between words, parted where borders are: if nothing stands below it in the
/// head, or if what stands in each column is in line with what stands below it.
fn named<'l>(run: &Run<'l>, is_alone: bool, below: &[Row<'l>], columns: &Columns<'_>) -> Vec<Run<'l>> {
    let size = run.words.first().map_or(0.0, |word| word.size);
    let parts = parts(run, columns.borders, SPACE * size);
    if parts.len() < 2 {
        return parts;
    }
    let is_lowest = !below.iter().any(|row| row.words().any(|word| word.rect.overlap_x(&run.rect) > 0.0));
    let near = 0.15 * size;
    let off = |part: &Run<'_>, place: fn(f64, f64) -> f64| {
        let (x0, x1) = box_below(column_of(columns.borders, part.rect.center().0), below, columns);
        (place(part.rect.x0, part.rect.x1) - place(x0, x1)).abs()
    };
    let sides: [fn(f64, f64) -> f64; 3] = [|x0, _| x0, |_, x1| x1, f64::midpoint];
    // The last name of a line may be a longer one.
    let enough = parts.len().min(2).max(parts.len() - 1);
    let is_in_line =
        sides.iter().any(|side| parts.iter().filter(|part| off(part, *side) <= near).count() >= enough);
    let is_over = |part: &Run<'_>| sides.iter().any(|side| off(part, *side) <= 3.0 * near);
    let is_names = is_in_line || (is_lowest && !is_alone && parts.iter().all(is_over));
    if is_names { parts } else { vec![run.clone()] }
}

/// From where to where the next line of a head, or else the body, writes in a column.
fn box_below(column: usize, below: &[Row<'_>], columns: &Columns<'_>) -> (f64, f64) {
    let own = |row: &Row<'_>| {
        row.words()
            .filter(|word| column_of(columns.borders, word.rect.center().0) == column)
            .map(|word| word.rect)
            .reduce(|one, other| one.union(&other))
    };
    below.iter().find_map(own).map_or(columns.boxes[column], |rect| (rect.x0, rect.x1))
}

/// The columns that a line drawn below a run holds together, if there are several.
fn underlined(
    run: &Run<'_>,
    from: f64,
    to: f64,
    columns: &Columns<'_>,
    rules: &[Ruling],
) -> Option<(usize, usize)> {
    let rule = rules.iter().find(|rule| {
        let common = rule.to.min(run.rect.x1) - rule.from.max(run.rect.x0);
        rule.at > from && rule.at < to && common >= 0.7 * run.rect.width()
    })?;
    let held = |(x0, x1): &(f64, f64)| rule.to.min(*x1) - rule.from.max(*x0) >= 0.5 * (x1 - x0);
    let first = columns.boxes.iter().position(held)?;
    let last = columns.boxes.iter().rposition(held)?;
    let is_whole = first == 0 && last + 1 == columns.boxes.len();
    (last > first && !is_whole).then_some((first, last))
}

/// Names stand over the middle of the columns that they name: where that shares out all columns, it is so.
fn spread(line: &mut [Chunk<'_>], columns: &Columns<'_>) {
    let count = columns.boxes.len();
    let Some(first) = line.iter().map(|chunk| chunk.columns.0).find(|first| *first > 0) else { return };
    let named: Vec<usize> = (0..line.len()).filter(|at| line[*at].columns.0 >= first).collect();
    if named.is_empty() || named.len() + 1 >= count {
        return;
    }
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (place, at) in named.iter().enumerate() {
        let own = line[*at].columns;
        let left = spans.last().map_or(1, |last| last.1 + 1).min(own.0);
        let right = named.get(place + 1).map_or(count - 1, |next| line[*next].columns.0 - 1).max(own.1);
        let (middle, _) = line[*at].rect.center();
        let off = |span: (usize, usize)| {
            (f64::midpoint(columns.boxes[span.0].0, columns.boxes[span.1].1) - middle).abs()
        };
        let best = (left..=own.0)
            .flat_map(|from| (own.1..=right).map(move |to| (from, to)))
            .min_by(|one, other| by(off(*one), off(*other)));
        spans.push(best.unwrap_or(own));
    }
    let is_shared_out = spans.first().is_some_and(|span| span.0 == 1)
        && spans.last().is_some_and(|span| span.1 + 1 == count)
        && spans.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0)
        && spans.iter().all(|span| span.1 > span.0);
    if is_shared_out {
        for (at, span) in named.iter().zip(spans) {
            line[*at].columns = span;
        }
    }
}

//! Areas between lines that run from left to right, as many tables have them: above and below, and below the head.

use super::columns::borders;
use super::edges::Edges;
use super::kinds::{is_caption, is_note};
use super::prose::is_prose;
use super::runs::Row;
use crate::page::{Rect, Ruling};
use crate::text::{Line, by};

/// Ends of lines that are no farther apart than this are the same.
const SAME_END: f64 = 5.0;

/// Pieces of a line that are no farther apart than this may draw one line together.
const PIECES_APART: f64 = 26.0;

/// The shortest line that bounds a table.
const LENGTH_MIN: f64 = 60.0;

/// A wider space between two lines with nothing in it is one between two tables.
const EMPTY_MAX: f64 = 20.0;

/// Lines that are farther apart, as a share of the font's size, have more than the name of a part of a table between them.
const TITLE_MAX: f64 = 3.0;

/// Most kinds of lines, by their ends, that are looked at on a page.
const GROUPS_MAX: usize = 100;

/// The areas between lines, the widest first.
pub fn frames(edges: &Edges, lines: &[Line]) -> Vec<Rect> {
    let mut frames = Vec::new();
    for group in groups(edges) {
        let mut open: Option<Rect> = None;
        for pair in group.heights.windows(2) {
            let rect = Rect::new(group.from, pair[0], group.to, pair[1]);
            match kind(&rows_in(lines, &rect), &rect) {
                Kind::Empty => {
                    if let Some(frame) = &mut open {
                        frame.y1 = pair[1];
                    }
                }
                Kind::Rows => match &mut open {
                    Some(frame) => frame.y1 = pair[1],
                    None => open = Some(rect),
                },
                Kind::Title => {
                    if let Some(frame) = &mut open {
                        frame.y1 = pair[1];
                    }
                }
                Kind::Other => frames.extend(open.take()),
            }
        }
        frames.extend(open);
    }
    frames
}

/// The rows of the words in a box.
pub fn rows_in<'l>(lines: &'l [Line], rect: &Rect) -> Vec<Row<'l>> {
    // Lines are sorted by their baselines, and a word's middle is above its baseline by less than its size.
    let from = lines.partition_point(|line| line.baseline < rect.y0);
    let near = lines[from..].iter().take_while(|line| line.baseline - line.size < rect.y1);
    near.filter_map(|line| {
        Row::with(line, |word| {
            let (x, y) = (word.rect.center().0, word.baseline - 0.3 * word.size);
            x >= rect.x0 - 2.0 && x <= rect.x1 + 2.0 && y >= rect.y0 && y <= rect.y1
        })
    })
    .collect()
}

/// Lines with the same ends.
struct Group {
    from: f64,
    to: f64,
    heights: Vec<f64>,
    /// Whether one of them is drawn without spaces between.
    is_whole: bool,
}

/// The lines of a page by their ends, the widest first. What is nowhere drawn without spaces between comes last: it may be the lines
/// of tables side by side.
fn groups(edges: &Edges) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (line, is_whole) in extents(&edges.horizontal) {
        let (from, to) = (line.from, line.to);
        let same = groups
            .iter()
            .position(|group| (group.from - from).abs() <= SAME_END && (group.to - to).abs() <= SAME_END);
        match same {
            Some(same) => {
                groups[same].heights.push(line.at);
                groups[same].is_whole |= is_whole;
            }
            None if groups.len() < GROUPS_MAX => {
                groups.push(Group { from, to, heights: vec![line.at], is_whole });
            }
            None => {}
        }
    }
    groups.retain(|group| group.heights.len() >= 2);
    groups.sort_by(|one, other| {
        other.is_whole.cmp(&one.is_whole).then_with(|| by(other.to - other.from, one.to - one.from))
    });
    groups
}

/// From where to where something is drawn at each height: whole lines, and lines in pieces with short spaces between.
fn extents(horizontal: &[Ruling]) -> Vec<(Ruling, bool)> {
    let mut extents: Vec<(Ruling, bool)> = Vec::new();
    let mut begin = 0;
    while begin < horizontal.len() {
        let first = horizontal[begin].at;
        let count = horizontal[begin..].iter().take_while(|line| line.at - first <= 2.0).count();
        let mut pieces = horizontal[begin..begin + count].to_vec();
        pieces.sort_by(|one, other| by(one.from, other.from));
        let mut reach = f64::MIN;
        for chain in pieces.chunk_by(|one, next| {
            reach = reach.max(one.to);
            next.from - reach <= PIECES_APART
        }) {
            extents.extend(chain.iter().map(|piece| (*piece, true)));
            let to = chain.iter().map(|piece| piece.to).fold(f64::MIN, f64::max);
            if chain.len() > 1 {
                extents.push((Ruling { to, ..chain[0] }, false));
            }
        }
        begin += count;
    }
    extents.retain(|(line, _)| line.length() >= LENGTH_MIN);
    extents
}

/// What stands between two lines.
enum Kind {
    /// Nothing.
    Empty,
    /// Rows of a table.
    Rows,
    /// A short text: the name of a part of a table.
    Title,
    /// Whatever else.
    Other,
}

fn kind(rows: &[Row<'_>], rect: &Rect) -> Kind {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return if rect.height() <= EMPTY_MAX { Kind::Empty } else { Kind::Other };
    };
    let wide = |space: f64, row: &Row<'_>| space > 2.2 * row.size;
    if wide(first.rect.y0 - rect.y0, first) || wide(rect.y1 - last.rect.y1, last) {
        return Kind::Other;
    }
    if rows.windows(2).any(|pair| pair[1].rect.y0 - pair[0].rect.y1 > 3.0 * pair[0].size.max(pair[1].size)) {
        return Kind::Other;
    }
    let many: Vec<&Row<'_>> = rows.iter().filter(|row| row.runs.len() >= 2).collect();
    if many.is_empty() {
        let words = rows.iter().flat_map(Row::words).count();
        let is_close = rect.height() <= TITLE_MAX * first.size;
        let is_title = rows.len() == 1 && words <= 12 && is_close && !is_caption(&first.text());
        return if is_title { Kind::Title } else { Kind::Other };
    }
    let borders = if many.len() >= 2 { borders(&many, rows) } else { Vec::new() };
    if many.len() >= 2 && (borders.is_empty() || is_prose(rows, &borders)) {
        return Kind::Other;
    }
    // Notes are long lines, a few of which have a gap. Lines that begin in a later column are the rest of texts there.
    let first_border = borders.first().copied().unwrap_or(f64::MAX);
    let loose = rows.iter().filter(|row| row.runs.len() < 2 && row.rect.x0 < first_border).count();
    let is_long =
        |row: &&Row<'_>| row.runs.iter().any(|run| run.words.len() >= 9 && run.rect.x0 < first_border);
    let long = rows.iter().filter(is_long).count();
    let is_text = long * 3 >= rows.len() && many.len() < loose;
    if is_text || is_note(&first.text()) || (many.len() * 3 < loose && rows.len() > 4) {
        return Kind::Other;
    }
    Kind::Rows
}

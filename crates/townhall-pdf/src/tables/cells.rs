//! Which cells of a grid are one, because nothing parts them.

use super::nets::root;
use super::sides::Side;

/// First row, last row, first column, last column.
pub type Span = (usize, usize, usize, usize);

/// The cells of a grid.
pub struct Cells {
    /// For each cell of the grid, row by row, all that it is one with.
    pub spans: Vec<Span>,
    /// For each, whether these are a box.
    pub are_boxes: Vec<bool>,
}

/// The cells between borders.
pub fn cells(upright: &[Side], level: &[Side]) -> Cells {
    let (columns, rows) = (upright.len() - 1, level.len() - 1);
    let mut group: Vec<usize> = (0..columns * rows).collect();
    for row in 0..rows {
        for column in 0..columns {
            let at = row * columns + column;
            if column + 1 < columns && !upright[column + 1].parts(level[row].at, level[row + 1].at) {
                join(&mut group, at, at + 1);
            }
            if row + 1 < rows && !level[row + 1].parts(upright[column].at, upright[column + 1].at) {
                join(&mut group, at, at + columns);
            }
        }
    }
    grouped(&mut group, columns)
}

/// For each cell the rows and columns of its group, and whether the group is a box.
fn grouped(group: &mut [usize], columns: usize) -> Cells {
    let mut spans = vec![(usize::MAX, 0, usize::MAX, 0); group.len()];
    let mut sizes = vec![0_usize; group.len()];
    for at in 0..group.len() {
        let (row, column) = (at / columns, at % columns);
        let root = root(group, at);
        let span = &mut spans[root];
        *span = (span.0.min(row), span.1.max(row), span.2.min(column), span.3.max(column));
        sizes[root] += 1;
    }
    let mut boxes = vec![true; group.len()];
    for at in 0..group.len() {
        let root = root(group, at);
        let (row, last_row, column, last_column) = spans[root];
        spans[at] = spans[root];
        boxes[at] = sizes[root] == (last_row - row + 1) * (last_column - column + 1);
    }
    Cells { spans, are_boxes: boxes }
}

fn join(group: &mut [usize], one: usize, other: usize) {
    let (one, other) = (root(group, one), root(group, other));
    group[one.max(other)] = one.min(other);
}

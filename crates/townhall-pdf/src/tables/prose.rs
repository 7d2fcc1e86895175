//! Running text, which is no table however it is laid out.

use super::chunks::chunks;
use super::runs::Row;

/// Whether the rows are columns of running text: long lines, nearly all of which are filled.
pub fn is_prose(rows: &[Row<'_>], borders: &[f64]) -> bool {
    let columns = borders.len() + 1;
    if columns > 4 {
        return false;
    }
    let (mut lines, mut words) = (vec![Vec::new(); columns], vec![0_usize; columns]);
    for row in rows {
        for chunk in chunks(row, borders) {
            if chunk.columns.0 == chunk.columns.1 {
                lines[chunk.columns.0].push(chunk.rect.width());
                words[chunk.columns.0] += chunk.words.len();
            }
        }
    }
    let mut filled = lines.iter().zip(&words).map(|(widths, words)| {
        let widest = widths.iter().copied().fold(0.0, f64::max);
        let full = widths.iter().filter(|width| **width >= 0.8 * widest).count();
        let is_long = *words as f64 >= 4.5 * widths.len() as f64;
        widths.len() >= 4 && is_long && full as f64 >= 0.55 * widths.len() as f64
    });
    filled.all(|is_filled| is_filled)
}

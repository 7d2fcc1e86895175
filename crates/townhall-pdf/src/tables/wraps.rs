//! Whether a text goes on in the line below it.

use super::chunks::Chunk;

/// Where more of the texts than this begin with a small letter, that tells nothing.
const LOW_MAX: f64 = 0.8;

/// Words after which a text goes on.
const HANGING: [&str; 16] = [
    "and", "of", "the", "or", "in", "for", "to", "by", "with", "than", "de", "et", "la", "und", "der", "per",
];

/// What is known of the texts of a table.
pub struct Texts {
    /// The widest of each column.
    widths: Vec<f64>,
    /// Whether a small letter at the beginning tells that a text goes on.
    low_tells: bool,
}

impl Texts {
    /// What is known of these texts.
    pub fn of(chunks: &[Vec<Chunk<'_>>], columns: usize) -> Self {
        let mut widths = vec![0.0_f64; columns];
        let (mut all, mut low) = (0, 0);
        for chunk in chunks.iter().flatten().filter(|chunk| chunk.columns.0 == chunk.columns.1) {
            if let Some(width) = widths.get_mut(chunk.columns.0) {
                *width = width.max(chunk.rect.width());
            }
            let first = chunk.words.first().and_then(|word| word.text.chars().next());
            all += usize::from(first.is_some_and(char::is_alphabetic));
            low += usize::from(first.is_some_and(char::is_lowercase));
        }
        Self { widths, low_tells: low as f64 <= LOW_MAX * f64::from(all.max(1) as u32) }
    }

    /// Whether a text goes on in the next line, by what it says or by how it was broken.
    pub fn is_broken(&self, above: &Chunk<'_>, below: &Chunk<'_>) -> bool {
        self.runs_on(above, below) || self.is_wrapped(above, below)
    }

    /// Whether a text of several words was broken there: the next word would not have fitted.
    pub fn is_wrapped(&self, above: &Chunk<'_>, below: &Chunk<'_>) -> bool {
        let Some(first) = below.words.first() else { return false };
        let width = self.widths.get(below.columns.0).copied().unwrap_or(0.0);
        let space = 0.25 * first.size;
        above.words.len() >= 2 && !above.is_value() && above.rect.width() + space + first.rect.width() > width
    }

    /// Whether a text goes on in the next line, by what it says.
    pub fn runs_on(&self, above: &Chunk<'_>, below: &Chunk<'_>) -> bool {
        let (before, text) = (above.text(), below.text());
        let begins_low = self.low_tells && text.chars().next().is_some_and(char::is_lowercase);
        let last = before.split_whitespace().next_back().unwrap_or_default();
        let hangs = before.ends_with(['-', ',', '/', '&', '–', '(']) && before.chars().count() > 1;
        let is_open = before.matches('(').count() > before.matches(')').count() && text.contains(')');
        begins_low || hangs || HANGING.contains(&last) || is_open
    }
}

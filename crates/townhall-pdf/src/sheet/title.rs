//! The line above a table that names it.

use crate::page::Rect;

/// How far a title may stand above its table, in points.
const NEAR: f64 = 40.0;

/// How long a title may be, in characters.
const LENGTH_MAX: usize = 300;

/// What titles of tables begin with, in the languages of the files that come most.
const BEGINNINGS: [&str; 12] = [
    "table", "exhibit", "schedule", "appendix", "tab.", "figure", "tableau", "tabla", "cuadro", "tabelle",
    "tabella", "tabela",
];

/// The title of a table, of the lines above it, the nearest first.
pub fn of(above: &[(String, Rect)], table: &Rect) -> Option<String> {
    let mut block: Vec<&str> = Vec::new();
    let mut edge = table.y0;
    for (number, (text, rect)) in above.iter().enumerate() {
        let reach = if number == 0 { NEAR } else { 1.2 * rect.height().max(8.0) };
        if edge - rect.y1 > reach || rect.overlap_x(table) <= 0.0 {
            break;
        }
        edge = rect.y0;
        block.push(text);
        if begins(text) {
            block.reverse();
            return shortened(&block.join(" "));
        }
        if block.len() >= 4 {
            break;
        }
    }
    // Without the word, the line right above it is a title unless it is a sentence.
    let nearest = *block.first()?;
    let is_sentence = nearest.ends_with('.') || nearest.ends_with(',') || nearest.chars().count() > 120;
    let is_unit = nearest.starts_with('(') || nearest.starts_with('[');
    match block.get(1) {
        Some(second) if is_unit && second.chars().count() <= 120 && !second.ends_with('.') => {
            shortened(&format!("{second} {nearest}"))
        }
        _ => (!is_sentence).then(|| shortened(nearest)).flatten(),
    }
}

/// Whether a text is a title that goes on from the page before.
pub fn is_continued(text: &str) -> bool {
    let text = text.to_lowercase();
    ["continued", "cont'd", "contd", "(cont", "suite", "continuación", "fortsetzung"]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether a line names a table.
pub fn begins(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    BEGINNINGS
        .iter()
        .any(|word| text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)))
}

fn shortened(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(LENGTH_MAX).collect();
    text.chars().any(char::is_alphabetic).then_some(text)
}

//! A badge: a small picture with a label and a score, for pages and readme files.

use super::check::SchemeScore;
use crate::html::{escape, shortened};

/// Longest text of either half.
const CHARACTERS_MAX: usize = 60;

/// The badge of a score: the name of the scheme, and the points in words.
pub fn score_badge(score: &SchemeScore) -> String {
    let message = score.score.map_or_else(|| "not judged".to_owned(), |points| format!("{points:.0} of 100"));
    badge(score.scheme.name, &message, score.score)
}

/// Draws a badge as SVG. The color of the right half is that of the points (green from 80, brown from 50, red below,
/// gray for none); both halves keep a contrast of 4.5 to 1 and more (WCAG 2.2, 1.4.3), and the message says in words
/// what the color says. No font or style is loaded from anywhere.
pub fn badge(label: &str, message: &str, points: Option<f64>) -> String {
    let (label, message) = (tidy(label), tidy(message));
    let (left, right) = (width(&label), width(&message));
    let (label_space, message_space) = (left + 2 * MARGIN, right + 2 * MARGIN);
    let all = label_space + message_space;
    let color = match points {
        Some(points) if points >= 80.0 => "#216e1f",
        Some(points) if points >= 50.0 => "#7a5700",
        Some(_) => "#b50909",
        None => "#5c5c5c",
    };
    let (label, message) = (escape(&label), escape(&message));
    let (label_middle, message_middle) = (halved(label_space), halved(2 * label_space + message_space));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"20\" viewBox=\"0 0 {all} 20\" role=\"img\" \
         aria-label=\"{label}: {message}\"><title>{label}: {message}</title>\
         <rect width=\"{label_space}\" height=\"20\" fill=\"#3d4551\"/>\
         <rect x=\"{label_space}\" width=\"{message_space}\" height=\"20\" fill=\"{color}\"/>\
         <g fill=\"#ffffff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,Geneva,sans-serif\" font-size=\"11\" \
         aria-hidden=\"true\">\
         <text x=\"{label_middle}\" y=\"14\" textLength=\"{left}\" lengthAdjust=\"spacingAndGlyphs\">{label}</text>\
         <text x=\"{message_middle}\" y=\"14\" textLength=\"{right}\" lengthAdjust=\"spacingAndGlyphs\">{message}</text>\
         </g></svg>\n"
    )
}

/// Pixels on either side of a text.
const MARGIN: u32 = 6;

fn halved(twice: u32) -> String {
    if twice.is_multiple_of(2) { (twice / 2).to_string() } else { format!("{}.5", twice / 2) }
}

/// One line without what XML does not allow (XML 1.0, section 2.2); never empty, since a text needs a width.
fn tidy(text: &str) -> String {
    let is_allowed =
        |character: &char| !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}');
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = words.chars().filter(is_allowed).collect::<String>();
    if text.is_empty() { "?".to_owned() } else { shortened(&text, CHARACTERS_MAX) }
}

/// About how many pixels a text takes in a wide sans-serif of 11 pixels. Browsers stretch the text to fit.
fn width(text: &str) -> u32 {
    let tenths = text.chars().map(tenths).sum::<u32>();
    tenths.div_ceil(10)
}

/// About how many tenths of a pixel a letter takes.
fn tenths(letter: char) -> u32 {
    match letter {
        'i' | 'j' | 'l' | '\'' | '|' => 30,
        ' ' | '.' | ',' => 39,
        'f' | 't' | 'I' | '/' | ':' | ';' | '\\' | '!' | '(' | ')' | '[' | ']' | '-' => 46,
        'r' | 's' | 'c' | 'z' | 'J' | '"' | '*' | '_' | '?' => 57,
        'a' | 'e' | 'k' | 'v' | 'x' | 'y' | 'L' | 'F' | 'T' | 'E' | 'Z' | 'P' | 'Y' | '`' => 66,
        'b' | 'd' | 'g' | 'h' | 'n' | 'o' | 'p' | 'q' | 'u' | '0'..='9' | '$' => 70,
        'A' | 'B' | 'C' | 'K' | 'R' | 'S' | 'V' | 'X' => 76,
        'D' | 'G' | 'H' | 'N' | 'O' | 'Q' | 'U' | '#' | '&' | '+' | '<' | '=' | '>' | '~' => 86,
        'M' | 'w' => 92,
        'W' | '@' | 'm' => 108,
        '%' => 118,
        // Chinese, Japanese and Korean letters are as wide as they are high; of others nobody knows.
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{ffef}' | '\u{1f000}'..='\u{3fffd}' => 120,
        _ => 76,
    }
}

//! Durations of ISO 8601, with and without repetition, as Project Open Data takes them.

use super::chars::{is_digit, is_word};

/// The text behind a duration such as `P1Y2M` or `PT0.5S` of Project Open Data 1.1. `P` alone is one as well.
pub fn duration(text: &str) -> Option<&str> {
    parts(text, &|text, unit| amount(text).and_then(|rest| rest.strip_prefix(unit)))
}

/// The text behind a duration of Project Open Data 1.0: whole numbers, or units without one, but a digit somewhere.
///
/// Its seconds may have a fraction behind a soft hyphen and one other character; that must be how the expression
/// came through a word processor, and it is what the published schema says.
pub fn duration_1_0(text: &str) -> Option<&str> {
    let body = text.strip_prefix('P')?;
    let word = body.find(|character| !is_word(character)).map_or(body, |end| &body[..end]);
    word.contains(is_digit).then_some(())?;
    parts(text, &|text, unit| {
        let rest = text.trim_start_matches(is_digit);
        if unit == 'S' && rest.len() < text.len() {
            let fraction =
                rest.strip_prefix('\u{ad}').and_then(|rest| rest.strip_prefix(|other| other != '\n'));
            if let Some(fraction) = fraction.and_then(|fraction| fraction.strip_prefix(is_digit)) {
                let rest = fraction.strip_prefix(is_digit).unwrap_or(fraction);
                if let Some(rest) = rest.strip_prefix('S') {
                    return Some(rest);
                }
            }
        }
        rest.strip_prefix(unit)
    })
}

/// The text behind `R/` or `R5/`.
pub fn repetition(text: &str) -> Option<&str> {
    text.strip_prefix('R')?.trim_start_matches(is_digit).strip_prefix('/')
}

/// Walks the units in their order; `take` gives the text behind an amount with its unit.
fn parts<'t>(text: &'t str, take: &dyn Fn(&'t str, char) -> Option<&'t str>) -> Option<&'t str> {
    let walk = |text: &'t str, units: &[char]| {
        units.iter().fold(text, |rest, unit| take(rest, *unit).unwrap_or(rest))
    };
    let rest = walk(text.strip_prefix('P')?, &['Y', 'M', 'W', 'D']);
    Some(rest.strip_prefix('T').map_or(rest, |clock| walk(clock, &['H', 'M', 'S'])))
}

/// The text behind a number that may have decimals.
fn amount(text: &str) -> Option<&str> {
    let whole = text.strip_prefix(is_digit)?.trim_start_matches(is_digit);
    let decimals = whole.strip_prefix('.').and_then(|rest| rest.strip_prefix(is_digit));
    Some(decimals.map_or(whole, |rest| rest.trim_start_matches(is_digit)))
}

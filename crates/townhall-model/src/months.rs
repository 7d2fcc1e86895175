//! The names of months.

/// The names of the months in English, in small letters.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of the month that a word names, from 1: in English, whole or by at least three letters of its beginning, with or without a
/// point, in large or small letters.
pub fn month_named(word: &str) -> Option<u8> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let at = MONTHS.iter().position(|name| word.len() >= 3 && name.starts_with(&word))?;
    u8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::month_named;

    #[test]
    fn months_are_known_by_their_beginnings() {
        let named = ["January", "may", "Sept.", "dec"].map(month_named);
        assert_eq!(named, [Some(1), Some(5), Some(9), Some(12)]);
        assert_eq!(["ja", "marches", "", "12"].map(month_named), [None; 4]);
    }
}

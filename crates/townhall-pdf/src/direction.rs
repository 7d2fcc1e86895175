//! Texts that run from right to left. On the page their characters are found from the left; readers want them in the order in which
//! they are read, as Unicode has it (UAX #9).

/// Whether a character is a letter of a script that runs from right to left.
pub fn runs_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{5ff}' | '\u{600}'..='\u{65f}' | '\u{66a}'..='\u{6ef}' | '\u{6fa}'..='\u{8ff}'
        | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Brackets look the other way where text runs the other way.
fn mirrored(c: char) -> char {
    match c {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '«' => '»',
        '»' => '«',
        _ => c,
    }
}

/// A word, of which the characters are given from the left, as it is read.
pub fn as_read(word: &str) -> String {
    if !word.chars().any(runs_left) {
        return word.to_owned();
    }
    // A letter and the marks on it stay together, and so do the digits of a number.
    let mut groups: Vec<String> = Vec::new();
    let mut last_runs_right = false;
    for c in word.chars() {
        let runs_right = c.is_alphanumeric() && !runs_left(c);
        match groups.last_mut() {
            Some(group) if is_mark(c) || (runs_right && last_runs_right) => group.push(c),
            _ => groups.push(String::from(if runs_right { c } else { mirrored(c) })),
        }
        last_runs_right = runs_right;
    }
    groups.into_iter().rev().collect()
}

/// The words of a line, given from the left, in the order in which they are read.
pub fn in_order<T>(mut words: Vec<T>, text: impl Fn(&T) -> &str) -> Vec<T> {
    let is_left = |word: &T| text(word).chars().any(runs_left);
    let is_right = |word: &T| text(word).chars().any(char::is_alphabetic) && !is_left(word);
    let left = words.iter().filter(|word| is_left(word)).count();
    if left == 0 || left < words.iter().filter(|word| is_right(word)).count() {
        return words;
    }
    words.reverse();
    for quoted in words.chunk_by_mut(|one, other| is_right(one) && is_right(other)) {
        quoted.reverse();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{as_read, in_order};

    #[test]
    fn words_are_turned_and_numbers_in_them_are_not() {
        assert_eq!(as_read("River-2"), "River-2");
        assert_eq!(as_read("לכה"), "הכל");
        assert_eq!(as_read("(םירה"), "הרים)");
        assert_eq!(as_read("2024-ב"), "ב-2024");
    }

    #[test]
    fn lines_are_read_from_the_right_with_what_they_quote_from_the_left() {
        let order = |words: &[&'static str]| in_order(words.to_vec(), |word| word);
        assert_eq!(order(&["Elm", "River"]), ["Elm", "River"]);
        assert_eq!(order(&["לכה", "ךס"]), ["ךס", "לכה"]);
        assert_eq!(order(&["לכה", "Elm", "River", "ךס"]), ["ךס", "Elm", "River", "לכה"]);
    }
}

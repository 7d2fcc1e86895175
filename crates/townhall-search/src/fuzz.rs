//! A door for fuzzers and their replayed corpora: any bytes as what somebody types.

use crate::parse::parse;
use crate::text::Analyzers;

/// Takes the bytes apart as a query text: every word must stand where it is said to stand.
///
/// # Panics
///
/// When one does not.
pub fn words(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut analyzers = Analyzers::new();
    for clause in parse(&mut analyzers, &text) {
        assert!(!clause.words.is_empty());
        for word in clause.words {
            assert!(word.start < word.end && word.end <= text.len());
            assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end));
        }
    }
}

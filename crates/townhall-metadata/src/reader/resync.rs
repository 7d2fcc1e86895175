//! Finds the next good record behind a broken one.

use memchr::memmem::Finder;

use super::scan::{Scan, Scanner};

/// The index at which another record seems to begin within the bytes of a broken one.
///
/// Records of one file begin alike: the same white space, the same first key, and the same class where
/// that key is `@type`. Where such a beginning stands behind a comma, as in a list, a quote or bracket is missing
/// before it.
pub fn next_record(raw: &[u8]) -> Option<usize> {
    let beginning = beginning(raw)?;
    let finder = Finder::new(beginning);
    let mut from = beginning.len();
    while let Some(found) = finder.find(&raw[from..]) {
        let at = from + found;
        if continues_a_list(&raw[..at]) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// The bytes from the brace to the end of the first key, or of its value if the key is `@type`.
fn beginning(raw: &[u8]) -> Option<&[u8]> {
    let space = |from: usize| from + raw[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let string = |from: usize| {
        let Scan::Done(length) = Scanner::default().feed(raw.get(from..)?) else { return None };
        (raw.get(from) == Some(&b'"')).then_some(from + length)
    };
    let key = space(1);
    let key_end = string(key)?;
    if &raw[key..key_end] != b"\"@type\"" {
        return Some(&raw[..key_end]);
    }
    let colon = space(key_end);
    (raw.get(colon) == Some(&b':')).then_some(())?;
    string(space(colon + 1)).map(|end| &raw[..end])
}

/// Whether the bytes end where a list goes on: in a comma, or at the end of a line behind an object.
fn continues_a_list(before: &[u8]) -> bool {
    let rest = before.trim_ascii_end();
    rest.ends_with(b",") || (rest.ends_with(b"}") && before[rest.len()..].contains(&b'\n'))
}

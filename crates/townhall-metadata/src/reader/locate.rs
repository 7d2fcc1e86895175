//! Finds the place of a JSON pointer in the bytes of a document, so that a finding can name line and column.

use super::scan::{Scan, Scanner};

/// The byte index at which the value of a JSON pointer (RFC 6901) begins, if the document has it.
///
/// Where a key stands twice the last one is found, as it is the one that counts.
pub fn locate(json: &[u8], pointer: &str) -> Option<usize> {
    let mut at = skip_space(json, 0);
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        at = match json.get(at)? {
            b'{' => member(json, at + 1, &token)?,
            b'[' => element(json, at + 1, token.parse().ok()?)?,
            _ => return None,
        };
    }
    (at < json.len()).then_some(at)
}

fn member(json: &[u8], mut at: usize, key: &str) -> Option<usize> {
    let mut found = None;
    loop {
        at = skip_separators(json, at);
        if json.get(at) != Some(&b'"') {
            return found;
        }
        let Some(end) = value_end(json, at) else { return found };
        let is_key = serde_json::from_slice::<String>(&json[at..end]).is_ok_and(|name| name == key);
        at = skip_space(json, end);
        if json.get(at) != Some(&b':') {
            return found;
        }
        at = skip_space(json, at + 1);
        if is_key {
            found = Some(at);
        }
        let Some(end) = value_end(json, at) else { return found };
        at = end;
    }
}

fn element(json: &[u8], mut at: usize, index: usize) -> Option<usize> {
    for _ in 0..index {
        at = value_end(json, skip_separators(json, at))?;
    }
    let at = skip_separators(json, at);
    (json.get(at) != Some(&b']')).then_some(at)
}

fn value_end(json: &[u8], at: usize) -> Option<usize> {
    match Scanner::default().feed(json.get(at..)?) {
        Scan::Done(length) => Some(at + length),
        Scan::More | Scan::Broken(_) => None,
    }
}

fn skip_space(json: &[u8], at: usize) -> usize {
    at + json[at.min(json.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

fn skip_separators(json: &[u8], at: usize) -> usize {
    let is_separator = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b',';
    at + json[at.min(json.len())..].iter().take_while(is_separator).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_to_the_first_byte_of_its_value() {
        let json = br#" {"a": [1, {"b/c": "x", "d": true}], "e": 2}"#;
        let at = |pointer: &str| locate(json, pointer).map(|at| json[at] as char);
        assert_eq!(at(""), Some('{'));
        assert_eq!(at("/a/0"), Some('1'));
        assert_eq!(at("/a/1/b~1c"), Some('"'));
        assert_eq!(at("/a/1/d"), Some('t'));
        assert_eq!(at("/e"), Some('2'));
        assert_eq!(at("/a/2"), None);
        assert_eq!(at("/f"), None);
        assert_eq!(locate(b"{\"a\": [", "/a/0"), None);
    }
}

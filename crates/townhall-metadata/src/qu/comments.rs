//! JSON with comments as JSON: what stands behind `//`, or between `/*` and `*/`, outside texts, becomes blanks.

/// The same bytes with blanks in the place of comments, so that places in errors stay right.
pub(super) fn without_comments(bytes: &[u8]) -> Vec<u8> {
    let mut plain = bytes.to_vec();
    let mut at = 0;
    while at < plain.len() {
        match (plain[at], plain.get(at + 1)) {
            (b'"', _) => at = end_of_text(&plain, at),
            (b'/', Some(b'/')) => {
                let end = plain[at..].iter().position(|byte| *byte == b'\n').map_or(plain.len(), |n| at + n);
                blank(&mut plain[at..end]);
                at = end;
            }
            (b'/', Some(b'*')) => {
                let close = plain[at + 2..].windows(2).position(|pair| pair == b"*/");
                let end = close.map_or(plain.len(), |n| at + n + 4);
                blank(&mut plain[at..end]);
                at = end;
            }
            _ => at += 1,
        }
    }
    plain
}

/// Where the text that begins here is over.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn blank(part: &mut [u8]) {
    for byte in part.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_texts_stay() {
        let text = b"{\"a\": \"http://x/*y*/\\\"//\", // one\n/* two\n */ \"b\": 1}";
        let plain = String::from_utf8(without_comments(text)).unwrap();
        let value: serde_json::Value = serde_json::from_str(&plain).unwrap();
        assert_eq!(value, serde_json::json!({"a": "http://x/*y*/\"//", "b": 1}));
        assert_eq!(plain.lines().count(), 3);
        assert_eq!(without_comments(b"/* never closed").trim_ascii(), b"");
        assert_eq!(without_comments(b"\"never closed \\"), b"\"never closed \\");
    }
}

//! JSON with a line for each value, also when its end was cut off; numbers and texts stay as they came.

/// Writes JSON with indents, at most so many bytes. Returns whether all of it is there.
pub fn pretty(text: &str, bytes_max: usize) -> (String, bool) {
    let mut out = String::with_capacity(text.len().min(bytes_max) * 2);
    let mut depth = 0_usize;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if out.len() >= bytes_max {
            return (out, false);
        }
        match letter {
            '"' => {
                out.push('"');
                let mut is_escaped = false;
                for letter in letters.by_ref() {
                    if out.len() >= bytes_max {
                        return (out, false);
                    }
                    out.push(letter);
                    match letter {
                        _ if is_escaped => is_escaped = false,
                        '\\' => is_escaped = true,
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                out.push(letter);
                while letters.next_if(|next| next.is_ascii_whitespace()).is_some() {}
                if letters.peek().is_some_and(|next| matches!(next, '}' | ']')) {
                    out.extend(letters.next());
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            space if space.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    (out, true)
}

/// Levels that are indented; deeper ones stand under each other.
const LEVELS_MAX: usize = 24;

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth.min(LEVELS_MAX)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_a_line_and_what_was_cut_off_stays_cut_off() {
        let (text, is_whole) =
            pretty(r#"{"a": [1.50, {"b":"x, \"y\": z"}], "e":{}, "n": 12345678901234567890}"#, 1_000);
        assert!(is_whole);
        assert_eq!(
            text,
            "{\n  \"a\": [\n    1.50,\n    {\n      \"b\": \"x, \\\"y\\\": z\"\n    }\n  ],\n  \"e\": {},\n  \"n\": 12345678901234567890\n}"
        );
        assert_eq!(pretty(r#"[1,"ab"#, 1_000), ("[\n  1,\n  \"ab".to_owned(), true));
        assert!(!pretty(&"[".repeat(10_000), 500).1);
    }
}

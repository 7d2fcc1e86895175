//! Cuts a query text into its clauses at their keywords, which stand outside quotes and brackets.

use crate::error::QueryProblem;
use crate::limits::EXPRESSION_BYTES_MAX;

/// The clauses of a text in their order: the keyword as `keywords` has it, and what follows it. What stands before the first
/// keyword has the keyword "". Words of a keyword are parted by any white space; case does not matter.
pub(crate) fn split<'t>(
    parameter: &str,
    text: &'t str,
    keywords: &[&'static str],
) -> Result<Vec<(&'static str, &'t str)>, QueryProblem> {
    let problem = |message: String| QueryProblem::new(parameter, message);
    if text.len() > EXPRESSION_BYTES_MAX {
        return Err(problem(format!("it is longer than {EXPRESSION_BYTES_MAX} bytes")));
    }
    let mut clauses = Vec::new();
    let (mut keyword, mut begin, mut depth, mut quote) = ("", 0, 0_usize, None);
    let mut at = 0;
    let mut after_word = false;
    while let Some(character) = text[at..].chars().next() {
        let next = at + character.len_utf8();
        if let Some(open) = quote {
            quote = (character != open).then_some(open);
            after_word = true;
            at = next;
            continue;
        }
        match character {
            '\'' | '"' | '`' => quote = Some(character),
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or_else(|| problem("a `)` has no `(`".to_owned()))?,
            _ if depth == 0 && !after_word => {
                let found = keywords.iter().find_map(|known| Some((*known, matches(&text[at..], known)?)));
                if let Some((known, length)) = found {
                    clauses.push((keyword, text[begin..at].trim()));
                    (keyword, begin) = (known, at + length);
                    at = begin;
                    continue;
                }
            }
            _ => {}
        }
        after_word = character.is_alphanumeric() || character == '_';
        at = next;
    }
    if quote.is_some() || depth > 0 {
        return Err(problem("a quotation mark or bracket is never closed".to_owned()));
    }
    clauses.push((keyword, text[begin..].trim()));
    clauses.retain(|(keyword, text)| !keyword.is_empty() || !text.is_empty());
    Ok(clauses)
}

/// How long the keyword is that a text begins with, if it does and a word ends there.
fn matches(text: &str, keyword: &str) -> Option<usize> {
    let mut rest = text;
    for (index, word) in keyword.split(' ').enumerate() {
        if index > 0 {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
        }
        let head = rest.get(..word.len())?;
        if !head.eq_ignore_ascii_case(word) {
            return None;
        }
        rest = &rest[word.len()..];
    }
    let is_sign = !keyword.starts_with(|c: char| c.is_alphanumeric());
    let ends = is_sign || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    ends.then_some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYWORDS: [&str; 3] = ["select", "where", "order by"];

    #[test]
    fn keywords_in_quotes_brackets_and_words_are_text() {
        assert_eq!(
            split("q", "SELECT a, f(where) WHERE b = 'order by' and selected = 1  Order\n By c", &KEYWORDS)
                .unwrap(),
            [("select", "a, f(where)"), ("where", "b = 'order by' and selected = 1"), ("order by", "c")]
        );
        assert_eq!(split("q", "a = 1", &KEYWORDS).unwrap(), [("", "a = 1")]);
        assert!(split("q", "select 'a", &KEYWORDS).is_err());
        assert!(split("q", "select a)", &KEYWORDS).is_err());
    }
}

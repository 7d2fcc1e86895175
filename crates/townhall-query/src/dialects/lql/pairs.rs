//! The pairs of a query string in LQL: what stands in `<…>` is one value, though it has `&` and `=` of its own.

use percent::decoded;

use crate::error::QueryProblem;
use crate::limits::{CONDITIONS_MAX, EXPRESSION_BYTES_MAX};

/// The pairs of a query string as it was sent. Angle brackets count whether they are escaped or not, but not in quotes.
pub fn lql_pairs(query: &str) -> Result<Vec<(String, String)>, QueryProblem> {
    if query.len() > EXPRESSION_BYTES_MAX {
        let message = format!("it is longer than {EXPRESSION_BYTES_MAX} bytes");
        return Err(QueryProblem::new("query", message));
    }
    let pairs: Vec<(String, String)> = split(query, true)?
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once('=') {
            Some((key, value)) => (decoded(key), decoded(value)),
            None => (decoded(part), String::new()),
        })
        .collect();
    check(&pairs)?;
    Ok(pairs)
}

/// The source and the pairs of `source&key=value&…`, which is no longer escaped.
pub(super) fn inner(text: &str) -> Result<(String, Vec<(String, String)>), QueryProblem> {
    let mut parts = split(text, false)?.into_iter();
    let source = parts.next().unwrap_or_default().trim().to_owned();
    let pairs: Vec<(String, String)> = parts
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once('=') {
            Some((key, value)) => (key.to_owned(), value.to_owned()),
            None => (part.to_owned(), String::new()),
        })
        .collect();
    check(&pairs)?;
    Ok((source, pairs))
}

fn check(pairs: &[(String, String)]) -> Result<(), QueryProblem> {
    if pairs.len() > CONDITIONS_MAX {
        let message = format!("there are more than {CONDITIONS_MAX} parameters");
        return Err(QueryProblem::new("query", message));
    }
    Ok(())
}

/// What stands between the `&` that are in no angle brackets.
fn split(text: &str, is_escaped: bool) -> Result<Vec<&str>, QueryProblem> {
    let (mut parts, mut begin, mut depth, mut quoted) = (Vec::new(), 0, 0_usize, false);
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let (sign, length) = match is_escaped.then(|| text[at..].get(..3)).flatten() {
            Some(escape) if escape.eq_ignore_ascii_case("%3c") => ('<', 3),
            Some(escape) if escape.eq_ignore_ascii_case("%3e") => ('>', 3),
            Some("%22") => ('"', 3),
            _ => (character, character.len_utf8()),
        };
        match sign {
            '"' => quoted = !quoted,
            '<' if !quoted => depth += 1,
            '>' if !quoted => depth = depth.saturating_sub(1),
            '&' if depth == 0 => {
                parts.push(&text[begin..at]);
                begin = at + 1;
                // A quotation mark that is never closed ends with its parameter.
                quoted = false;
            }
            _ => {}
        }
        at += length;
    }
    if depth > 0 {
        return Err(QueryProblem::new("query", "a `<` is never closed")
            .with_hint("write a question about another source like <source&field=value>"));
    }
    parts.push(&text[begin..]);
    Ok(parts)
}

mod percent {
    /// The text that an escaped piece of a query string stands for.
    pub(super) fn decoded(text: &str) -> String {
        // `=` and `&` would end it: what they stand in is one value here.
        let guarded = text.replace('&', "%26").replace('=', "%3D");
        let pair = url::form_urlencoded::parse(guarded.as_bytes()).next();
        pair.map(|(key, _)| key.into_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_in_a_question_is_one_value_however_it_is_escaped() {
        let value = "<census&_aggregate__m=Max(births)&_json_path=m>";
        for text in [
            "a=1&births=<census&_aggregate__m=Max(births)&_json_path=m>&b=2",
            "a=1&births=%3Ccensus&_aggregate__m=Max(births)&_json_path=m%3e&b=2",
            "a=1&births=%3Ccensus%26_aggregate__m%3DMax%28births%29%26_json_path%3Dm%3E&b=2",
        ] {
            let pairs = lql_pairs(text).unwrap();
            assert_eq!(pairs[1], ("births".to_owned(), value.to_owned()), "{text}");
            assert_eq!(pairs.len(), 3);
        }
        assert_eq!(
            lql_pairs("a=%22%3C%22&b=+c").unwrap(),
            [("a".to_owned(), "\"<\"".to_owned()), ("b".to_owned(), " c".to_owned())]
        );
        assert!(lql_pairs("a=<b&c=1").is_err());
    }
}

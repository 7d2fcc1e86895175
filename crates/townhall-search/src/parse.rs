//! Reads a query text: words, `"phrases"`, `-exclusions`, `field:word`. Every text means something.

use crate::limits;
use crate::text::{Analyzers, Word, cut};

/// A field that can be named in a query text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextField {
    Title,
    Publisher,
    Keyword,
    Column,
    Identifier,
}

impl TextField {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "title" => Self::Title,
            "publisher" => Self::Publisher,
            "keyword" => Self::Keyword,
            "column" => Self::Column,
            "identifier" => Self::Identifier,
            _ => return None,
        })
    }
}

/// A part of a query text: a word, or a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clause {
    pub field: Option<TextField>,
    pub is_excluded: bool,
    pub is_phrase: bool,
    /// Whether it is the last word and may still be being typed.
    pub is_unfinished: bool,
    /// Never empty. Places are those in the query text.
    pub words: Vec<Word>,
}

/// The clauses of a query text, within the limits.
pub(crate) fn parse(analyzers: &mut Analyzers, text: &str) -> Vec<Clause> {
    let text = cut(text, limits::QUERY_BYTES_MAX);
    let mut clauses = Vec::new();
    let mut words_left = limits::QUERY_WORDS_MAX;
    let mut at = 0;
    while words_left > 0
        && let Some(raw) = next(text, at)
    {
        at = raw.end;
        let mut words = analyzers.words(&text[raw.start..raw.end]);
        words.truncate(words_left);
        if words.is_empty() {
            continue;
        }
        words_left -= words.len();
        for word in &mut words {
            word.start += raw.start;
            word.end += raw.start;
        }
        let is_last_letter = words.last().is_some_and(|word| word.end == text.len());
        clauses.push(Clause {
            field: raw.field,
            is_excluded: raw.is_excluded,
            is_phrase: raw.is_phrase,
            is_unfinished: is_last_letter && !raw.is_phrase && !raw.is_excluded,
            words,
        });
    }
    clauses
}

/// A clause before its words are looked at.
struct Raw {
    field: Option<TextField>,
    is_excluded: bool,
    is_phrase: bool,
    start: usize,
    end: usize,
}

fn next(text: &str, from: usize) -> Option<Raw> {
    let blank = |c: char| c.is_whitespace();
    let mut start = from + text[from..].find(|c| !blank(c))?;
    let mut raw = Raw { field: None, is_excluded: false, is_phrase: false, start, end: text.len() };
    if let Some(rest) = text[start..].strip_prefix('-')
        && !rest.starts_with(blank)
        && !rest.is_empty()
    {
        raw.is_excluded = true;
        start += 1;
    }
    if let Some((name, rest)) = text[start..].split_once(':')
        && let Some(field) = TextField::from_name(name)
        && rest.starts_with(|c| !blank(c))
    {
        raw.field = Some(field);
        start += name.len() + 1;
    }
    if text[start..].starts_with('"') {
        start += 1;
        raw.is_phrase = true;
        raw.start = start;
        // The closing quote goes with the phrase: it is no word.
        raw.end = text[start..].find('"').map_or(text.len(), |length| start + length + 1);
    } else {
        raw.start = start;
        raw.end = text[start..].find(blank).map_or(text.len(), |length| start + length);
    }
    Some(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let drawn: Vec<String> = parse(&mut Analyzers::new(), text).iter().map(draw).collect();
        assert_eq!(drawn.join(" | "), expected);
    }

    fn draw(clause: &Clause) -> String {
        let words: Vec<&str> = clause.words.iter().map(|word| word.text.as_str()).collect();
        let field = clause.field.map_or(String::new(), |field| format!("{field:?}="));
        let sign = if clause.is_excluded { "not " } else { "" };
        let quote = if clause.is_phrase { "'" } else { "" };
        let dots = if clause.is_unfinished { "…" } else { "" };
        format!("{sign}{field}{quote}{}{quote}{dots}", words.join("+"))
    }

    #[test]
    fn words_phrases_exclusions_and_fields_are_told_apart() {
        check("air Quality", "air | quality…");
        check("air quality ", "air | quality");
        check(
            r#""air quality" -"water use" title:Schools"#,
            "'air+quality' | not 'water+use' | Title=schools…",
        );
        check("-keyword:epa covid-19", "not Keyword=epa | covid+19…");
        check(r#"column:"county name" x "#, "Column='county+name' | x");
    }

    #[test]
    fn odd_texts_mean_what_is_left_of_them() {
        check("", "");
        check(" - \" -\" title: :", "title");
        check("title: x", "title | x…");
        check("https://example.gov/a", "https+example+gov+a…");
        check(r#"an "open end"#, "an | 'open+end'");
        check("--x", "not x");
        check("a\"b\"", "a+b");
    }

    #[test]
    fn a_query_has_a_bounded_length_and_number_of_words() {
        let text = "word ".repeat(10_000);
        let words: usize = parse(&mut Analyzers::new(), &text).iter().map(|clause| clause.words.len()).sum();
        assert_eq!(words, limits::QUERY_WORDS_MAX);
    }
}

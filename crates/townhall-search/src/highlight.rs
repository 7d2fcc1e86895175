//! Marks the words that were looked for, and cuts the best passage out of a description.

use crate::answer::Segment;
use crate::limits;
use crate::plan::Marks;
use crate::text::{Analyzers, Word};

/// Splits a text into what matches and what doesn't.
pub(crate) fn mark(analyzers: &mut Analyzers, marks: &Marks, text: &str) -> Vec<Segment> {
    let matches = matches(analyzers, marks, text);
    segments(text, 0, text.len(), &matches)
}

/// The passage with the most different matching words; the beginning when nothing matches.
pub(crate) fn snippet(analyzers: &mut Analyzers, marks: &Marks, text: &str) -> Vec<Segment> {
    let matches = matches(analyzers, marks, text);
    let (start, end) = window(text, &matches);
    let mut snippet = segments(text, start, end, &matches);
    let dots = |is_cut: bool| is_cut.then(|| Segment { text: "…".to_owned(), is_match: false });
    if let Some(dots) = dots(start > text.len() - text.trim_start().len()) {
        snippet.insert(0, dots);
    }
    snippet.extend(dots(end < text.trim_end().len()));
    snippet
}

/// How many of a text's words match.
pub(crate) fn count(analyzers: &mut Analyzers, marks: &Marks, text: &str) -> usize {
    matches(analyzers, marks, text).len()
}

fn matches(analyzers: &mut Analyzers, marks: &Marks, text: &str) -> Vec<Word> {
    let mut words = analyzers.words(text);
    words.retain(|word| is_match(analyzers, marks, &word.text));
    words
}

fn is_match(analyzers: &mut Analyzers, marks: &Marks, word: &str) -> bool {
    marks.words.contains(word)
        || marks.prefix.as_deref().is_some_and(|prefix| word.starts_with(prefix))
        || (!marks.stems.is_empty() && analyzers.stem(word).is_some_and(|stem| marks.stems.contains(&stem)))
}

fn window(text: &str, matches: &[Word]) -> (usize, usize) {
    let mut best = (0, 0);
    for (index, first) in matches.iter().enumerate() {
        let inside = matches[index..]
            .iter()
            .take_while(|word| word.end - first.start <= limits::SNIPPET_BYTES_MAX / 2);
        let mut different: Vec<&str> = inside.map(|word| word.text.as_str()).collect();
        different.sort_unstable();
        different.dedup();
        if different.len() > best.0 {
            best = (different.len(), first.start);
        }
    }
    // A little of what comes before makes the passage readable.
    let lead = limits::SNIPPET_BYTES_MAX / 4;
    let wanted = if best.1 <= lead { 0 } else { best.1 - lead };
    let start = next_word(text, wanted);
    if text.len() - start <= limits::SNIPPET_BYTES_MAX {
        return (start, text.trim_end().len().max(start));
    }
    let most = text.floor_char_boundary(start + limits::SNIPPET_BYTES_MAX);
    let end = text[start..most].rfind(char::is_whitespace).map_or(most, |length| start + length);
    let end = start + text[start..end].trim_end().len();
    if end > start { (start, end) } else { (start, most) }
}

/// Where the next word starts, at or after `from`.
fn next_word(text: &str, from: usize) -> usize {
    if from == 0 {
        return text.len() - text.trim_start().len();
    }
    let from = text.floor_char_boundary(from);
    let Some(blank) = text[from..].find(char::is_whitespace) else { return from };
    let rest = &text[from + blank..];
    from + blank + (rest.len() - rest.trim_start().len())
}

fn segments(text: &str, start: usize, end: usize, matches: &[Word]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut push = |from: usize, to: usize, is_match: bool| {
        if from < to {
            segments.push(Segment { text: text[from..to].to_owned(), is_match });
        }
    };
    let mut at = start;
    for word in matches.iter().filter(|word| word.start >= start && word.end <= end) {
        push(at, word.start, false);
        push(word.start, word.end, true);
        at = word.end;
    }
    push(at, end, false);
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(stems: &[&str]) -> Marks {
        Marks { stems: stems.iter().map(|&stem| stem.to_owned()).collect(), ..Marks::default() }
    }

    fn draw(segments: &[Segment]) -> String {
        segments
            .iter()
            .map(
                |segment| if segment.is_match { format!("[{}]", segment.text) } else { segment.text.clone() },
            )
            .collect()
    }

    #[test]
    fn inflections_and_completions_are_marked_and_nothing_is_lost() {
        let analyzers = &mut Analyzers::new();
        assert_eq!(draw(&mark(analyzers, &marks(&["school"]), "Écoles & Schools!")), "Écoles & [Schools]!");
        let completed = Marks { prefix: Some("wat".to_owned()), ..Marks::default() };
        assert_eq!(draw(&mark(analyzers, &completed, "Water use")), "[Water] use");
        assert_eq!(draw(&mark(analyzers, &Marks::default(), "")), "");
    }

    #[test]
    fn a_snippet_shows_the_passage_where_most_words_meet() {
        let analyzers = &mut Analyzers::new();
        let text = format!(
            "{} water {} water quality here. {}",
            "a b ".repeat(100),
            "c d ".repeat(100),
            "e ".repeat(200)
        );
        let snippet = snippet(analyzers, &marks(&["water", "qualiti"]), &text);
        let drawn = draw(&snippet);
        assert!(drawn.starts_with('…') && drawn.ends_with('…'), "{drawn}");
        assert!(drawn.contains("[water] [quality] here"), "{drawn}");
        assert!(drawn.len() <= limits::SNIPPET_BYTES_MAX + 20, "{}", drawn.len());
    }

    #[test]
    fn without_a_match_the_snippet_is_the_beginning() {
        let analyzers = &mut Analyzers::new();
        assert_eq!(draw(&snippet(analyzers, &Marks::default(), " Short text. ")), "Short text.");
        let long = "é".repeat(1_000);
        assert!(draw(&snippet(analyzers, &Marks::default(), &long)).len() <= limits::SNIPPET_BYTES_MAX + 3);
    }
}

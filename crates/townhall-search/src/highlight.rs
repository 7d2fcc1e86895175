//! Marks the words that were looked for, and cuts the best passage out of a description.

use std::collections::HashMap;

use crate::answer::Segment;
use crate::limits;
use crate::plan::Marks;
use crate::text::{Analyzers, Word};

/// Knows the words of one question, and remembers which words of the texts were among them.
pub(crate) struct Highlighter<'a> {
    analyzers: &'a mut Analyzers,
    marks: &'a Marks,
    seen: HashMap<String, bool>,
}

impl<'a> Highlighter<'a> {
    pub fn new(analyzers: &'a mut Analyzers, marks: &'a Marks) -> Self {
        Self { analyzers, marks, seen: HashMap::new() }
    }

    /// Splits a text into what matches and what doesn't.
    pub fn mark(&mut self, text: &str) -> Vec<Segment> {
        let matches = self.matches(text);
        segments(text, 0, text.len(), &matches)
    }

    /// The passage with the most different matching words; the beginning when nothing matches.
    pub fn snippet(&mut self, text: &str) -> Vec<Segment> {
        let matches = self.matches(text);
        let (start, end) = window(text, &matches);
        let mut snippet = segments(text, start, end, &matches);
        let dots = |is_cut: bool| is_cut.then(|| Segment { text: "…".to_owned(), is_match: false });
        if let Some(dots) = dots(start > text.len() - text.trim_start().len()) {
            snippet.insert(0, dots);
        }
        snippet.extend(dots(end < text.trim_end().len()));
        snippet
    }

    /// How many words of a text match.
    pub fn count(&mut self, text: &str) -> usize {
        self.matches(text).len()
    }

    fn matches(&mut self, text: &str) -> Vec<Word> {
        if self.marks.is_empty() {
            return Vec::new();
        }
        let mut words = self.analyzers.words(text);
        words.retain(|word| self.is_match(&word.text));
        words
    }

    fn is_match(&mut self, word: &str) -> bool {
        if let Some(&is_match) = self.seen.get(word) {
            return is_match;
        }
        let marks = self.marks;
        let is_match = marks.words.contains(word)
            || marks.prefix.as_deref().is_some_and(|prefix| word.starts_with(prefix))
            || self.analyzers.stem(word).is_some_and(|stem| marks.stems.contains(&stem));
        self.seen.insert(word.to_owned(), is_match);
        is_match
    }
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
    let wanted = best.1.saturating_sub(lead);
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

    fn snippet(marks: &Marks, text: &str) -> String {
        draw(&Highlighter::new(&mut Analyzers::new(), marks).snippet(text))
    }

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
        let mark = |marks: &Marks, text| draw(&Highlighter::new(&mut Analyzers::new(), marks).mark(text));
        assert_eq!(mark(&marks(&["school"]), "Écoles & Schools!"), "Écoles & [Schools]!");
        let completed = Marks { prefix: Some("wat".to_owned()), ..Marks::default() };
        assert_eq!(mark(&completed, "Water use"), "[Water] use");
        assert_eq!(mark(&Marks::default(), ""), "");
    }

    #[test]
    fn a_snippet_shows_the_passage_where_most_words_meet() {
        let text = format!(
            "{} water {} water quality here. {}",
            "a b ".repeat(100),
            "c d ".repeat(100),
            "e ".repeat(200)
        );
        let drawn = snippet(&marks(&["water", "qualiti"]), &text);
        assert!(drawn.starts_with('…') && drawn.ends_with('…'), "{drawn}");
        assert!(drawn.contains("[water] [quality] here"), "{drawn}");
        assert!(drawn.len() <= limits::SNIPPET_BYTES_MAX + 20, "{}", drawn.len());
    }

    #[test]
    fn without_a_match_the_snippet_is_the_beginning() {
        assert_eq!(snippet(&Marks::default(), " Short text. "), "Short text.");
        let long = "é".repeat(1_000);
        assert!(snippet(&Marks::default(), &long).len() <= limits::SNIPPET_BYTES_MAX + 3);
    }
}

//! Turns text into words, the same way for documents and for questions.

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter,
    TextAnalyzer, TokenizerManager,
};

use crate::limits;

/// The analyzer that keeps words as they are, but for case and accents.
pub(crate) const WORDS: &str = "townhall_words";
/// The analyzer that also drops stop words and endings.
pub(crate) const STEM: &str = "townhall_stem";

/// Words that say nothing by themselves: they are not required of a match.
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "if", "in", "into", "is", "it",
    "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was",
    "will", "with",
];

/// The analyzers, ready to use. They keep state while they run, so each user has a copy.
#[derive(Clone)]
pub(crate) struct Analyzers {
    words: TextAnalyzer,
    stem: TextAnalyzer,
}

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Without capitals and accents.
    pub text: String,
    /// Where it starts in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Analyzers {
    pub fn new() -> Self {
        let words = || {
            TextAnalyzer::builder(SimpleTokenizer::default())
                .filter(RemoveLongFilter::limit(limits::WORD_BYTES_MAX))
                .filter(LowerCaser)
                .filter(AsciiFoldingFilter)
        };
        let stop = StopWordFilter::remove(STOP_WORDS.iter().map(|word| (*word).to_owned()));
        Self {
            words: words().build(),
            stem: words().filter(stop).filter(Stemmer::new(Language::English)).build(),
        }
    }

    /// Makes the analyzers known to an index.
    pub fn register(&self, manager: &TokenizerManager) {
        manager.register(WORDS, self.words.clone());
        manager.register(STEM, self.stem.clone());
    }

    /// The words of a text in order.
    pub fn words(&mut self, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        let mut stream = self.words.token_stream(text);
        while stream.advance() {
            let token = stream.token();
            words.push(Word { text: token.text.clone(), start: token.offset_from, end: token.offset_to });
        }
        words
    }

    /// The stem of a word; nothing for a stop word.
    pub fn stem(&mut self, word: &str) -> Option<String> {
        let mut stream = self.stem.token_stream(word);
        stream.advance().then(|| stream.token().text.clone())
    }

    /// The words of a text, joined by single spaces: what two spellings of the same title share.
    pub fn key(&mut self, text: &str) -> String {
        let mut key = String::with_capacity(text.len());
        let mut stream = self.words.token_stream(text);
        while stream.advance() {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(&stream.token().text);
        }
        key
    }
}

/// The longest prefix of at most `bytes_max` bytes that ends between two characters.
pub(crate) fn cut(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_punctuation_and_keep_their_place() {
        let mut analyzers = Analyzers::new();
        let words = analyzers.words("Les Écoles, covid-19");
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["les", "ecoles", "covid", "19"]);
        assert_eq!((words[1].start, words[1].end), (4, 11));
    }

    #[test]
    fn stop_words_have_no_stem() {
        let mut analyzers = Analyzers::new();
        assert_eq!(analyzers.stem("the"), None);
        assert_eq!(analyzers.stem("schools").as_deref(), Some("school"));
        assert_eq!(analyzers.key("The  Data: of Things!"), "the data of things");
    }

    #[test]
    fn cutting_never_splits_a_character() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 9), "aé");
    }
}

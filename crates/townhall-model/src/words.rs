//! How texts are searched by their words: what a word is, when a row matches, and in what order matching rows come.
//!
//! A word is a run of letters and digits, without capitals and accents. A row matches when each word that is looked for
//! begins some word of its texts. Whoever scans rows and whoever looks them up in an index go by this page alone, so that
//! both find the same rows in the same order.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest word, in bytes; the rest of a longer one is left out, in texts and in questions alike.
pub const WORD_BYTES_MAX: usize = 64;

/// Calls `each` with every word of a text, in order.
pub fn each_word(text: &str, mut each: impl FnMut(&str)) {
    let mut word = String::with_capacity(WORD_BYTES_MAX);
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            each(word);
            word.clear();
        }
    };
    if text.is_ascii() {
        for byte in text.bytes() {
            if !byte.is_ascii_alphanumeric() {
                end(&mut word);
            } else if word.len() < WORD_BYTES_MAX {
                word.push(byte.to_ascii_lowercase() as char);
            }
        }
    } else {
        for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)) {
            if !letter.is_alphanumeric() {
                end(&mut word);
                continue;
            }
            for small in letter.to_lowercase().filter(|small| !is_combining_mark(*small)) {
                if word.len() + small.len_utf8() <= WORD_BYTES_MAX {
                    word.push(small);
                }
            }
        }
    }
    end(&mut word);
}

/// The words that are looked for: each once, in the order of the question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wanted(Vec<String>);

impl Wanted {
    /// The words of these texts.
    pub fn of<T: AsRef<str>>(texts: &[T]) -> Self {
        let mut wanted: Vec<String> = Vec::new();
        for text in texts {
            each_word(text.as_ref(), |word| {
                if !wanted.iter().any(|known| known == word) {
                    wanted.push(word.to_owned());
                }
            });
        }
        Self(wanted)
    }

    /// The words.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Whether nothing is looked for, so that every row matches.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds how often each wanted word begins a word of a text. Returns how many words the text has.
    pub fn count(&self, text: &str, counts: &mut [u32]) -> u32 {
        let mut words = 0;
        each_word(text, |word| {
            words += 1;
            for (wanted, count) in self.0.iter().zip(counts.iter_mut()) {
                *count += u32::from(word.starts_with(wanted.as_str()));
            }
        });
        words
    }

    /// Whether the texts of a row match.
    pub fn matches<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        let mut counts = vec![0; self.0.len()];
        for text in texts {
            self.count(text, &mut counts);
        }
        counts.iter().all(|count| *count > 0)
    }
}

/// Weighs matching rows: rare words count more than common ones, and short texts more than long ones (BM25).
#[derive(Debug, Clone)]
pub struct Ranking {
    weights: Vec<f64>,
    mean_words: f64,
}

impl Ranking {
    const SATURATION: f64 = 1.2;
    const LENGTH: f64 = 0.75;

    /// The weights in a table of so many rows with so many words in all, of whose rows so many have each wanted word.
    pub fn new(rows: u64, words: u64, rows_with: &[u64]) -> Self {
        let weight = |with: &u64| {
            let (rows, with) = (rows as f64, *with as f64);
            (1.0 + (rows - with + 0.5) / (with + 0.5)).ln()
        };
        Self {
            weights: rows_with.iter().map(weight).collect(),
            mean_words: (words as f64 / rows.max(1) as f64).max(1.0),
        }
    }

    /// How well a row matches that has each wanted word so often among so many words.
    pub fn score(&self, counts: &[u32], words: u32) -> f32 {
        let length = 1.0 - Self::LENGTH + Self::LENGTH * f64::from(words) / self.mean_words;
        let part = |(weight, count): (&f64, &u32)| {
            let count = f64::from(*count);
            weight * count * (Self::SATURATION + 1.0) / (count + Self::SATURATION * length)
        };
        self.weights.iter().zip(counts).map(part).sum::<f64>() as f32
    }
}

/// The rows that match, and what their ranking needs to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordMatches {
    /// The numbers of the rows, from 1, in order.
    pub rows: Vec<u32>,
    /// How often each of these rows has each wanted word, row after row.
    pub counts: Vec<u32>,
    /// How many words each of these rows has.
    pub words: Vec<u32>,
    /// How many rows of the table have each wanted word.
    pub rows_with: Vec<u64>,
    /// How many words all rows of the table have together.
    pub words_total: u64,
}

impl WordMatches {
    /// How well each row matches, in a table of so many rows.
    pub fn scores(&self, rows_total: u64) -> Vec<f32> {
        let ranking = Ranking::new(rows_total, self.words_total, &self.rows_with);
        let counts = self.counts.chunks(self.rows_with.len().max(1));
        counts.zip(&self.words).map(|(counts, words)| ranking.score(counts, *words)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each_word(text, |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn words_lose_capitals_accents_and_punctuation() {
        assert_eq!(words("Les Écoles, covid-19"), ["les", "ecoles", "covid", "19"]);
        assert_eq!(words("O'Brien_x  É\u{301}a"), ["o", "brien", "x", "ea"]);
        assert_eq!(words("…"), Vec::<String>::new());
        assert_eq!(words("ΣΊΣΥΦΟΣ 東京"), ["σισυφοσ", "東京"]);
        let long = "x".repeat(100);
        assert_eq!(words(&long), ["x".repeat(WORD_BYTES_MAX)]);
    }

    #[test]
    fn each_wanted_word_begins_some_word() {
        let wanted = Wanted::of(&["river LEV", "lev"]);
        assert_eq!(wanted.words(), ["river", "lev"]);
        assert!(wanted.matches(["Levels of", "the Riverside"]));
        assert!(!wanted.matches(["sea levels"]));
        assert!(Wanted::of(&["--"]).is_empty());
    }

    #[test]
    fn rare_words_and_short_texts_come_first() {
        let ranking = Ranking::new(100, 1_000, &[50, 2]);
        assert!(ranking.score(&[1, 2], 10) > ranking.score(&[2, 1], 10));
        assert!(ranking.score(&[1, 1], 5) > ranking.score(&[1, 1], 50));
    }
}

//! Turns a query text into a query over the index's fields.

use std::collections::HashSet;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use crate::excluded::Excluded;
use crate::expand::{Known, completions, corrections, typos};
use crate::limits;
use crate::parse::{Clause, TextField, parse};
use crate::schema::{Fields, exact_identifier, exact_title};
use crate::text::{Analyzers, Word};

/// What a word in the title adds to its score.
const TITLE_BOOST: f32 = 1.0;
/// What all words in a row in the title add.
const TITLE_PHRASE_BOOST: f32 = 1.5;
/// What being exactly the title, or the identifier, adds: more than any other match can reach.
const EXACT_SCORE: f32 = 10_000.0;
/// How much a completion of an unfinished word counts, against the word itself.
const COMPLETION_BOOST: f32 = 0.25;
/// How much a corrected word counts.
const CORRECTION_BOOST: f32 = 0.2;
/// The score of the less frequent completions, which are only matched.
const BARE_SCORE: f32 = 0.01;
/// What a completion in the title adds.
const TITLE_COMPLETION_SCORE: f32 = 0.5;
/// Completions that are scored each on its own.
const SCORED_COMPLETIONS: usize = 6;
/// A better spelling must be this many times as frequent as the word that was typed.
const SUGGESTION_RATIO: u64 = 10;

type Clauses = Vec<(Occur, Box<dyn Query>)>;

/// A query text, understood.
pub(crate) struct Plan {
    /// Finds the documents with all words.
    pub all: Box<dyn Query>,
    /// Finds those with any of the words, when there are several.
    pub any: Option<Box<dyn Query>>,
    /// What to mark in titles and descriptions.
    pub marks: Marks,
    /// The query text with its rare words in a likelier spelling.
    pub better_spelling: Option<String>,
}

/// The words to mark in an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    pub stems: HashSet<String>,
    pub words: HashSet<String>,
    pub prefix: Option<String>,
}

impl Marks {
    /// Whether there is nothing to mark.
    pub fn is_empty(&self) -> bool {
        self.stems.is_empty() && self.words.is_empty() && self.prefix.is_none()
    }
}

/// Understands a query text; nothing when it has no words.
pub(crate) fn plan(
    searcher: &Searcher,
    fields: &Fields,
    analyzers: &mut Analyzers,
    text: &str,
) -> tantivy::Result<Option<Plan>> {
    let clauses = parse(analyzers, text);
    if clauses.is_empty() {
        return Ok(None);
    }
    Planner { searcher, fields, analyzers, marks: Marks::default(), replacements: Vec::new() }
        .plan(text, &clauses)
        .map(Some)
}

struct Planner<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    analyzers: &'a mut Analyzers,
    marks: Marks,
    /// Words of the text that have a likelier spelling: start, end, spelling.
    replacements: Vec<(usize, usize, String)>,
}

impl Planner<'_> {
    fn plan(mut self, text: &str, clauses: &[Clause]) -> tantivy::Result<Plan> {
        let mut required: Vec<Box<dyn Query>> = Vec::new();
        let mut others: Clauses = Vec::new();
        for clause in clauses {
            if clause.is_excluded {
                others.push((Occur::MustNot, Box::new(Excluded(self.phrase(clause)))));
            } else if clause.is_phrase {
                self.marks.words.extend(clause.words.iter().map(|word| word.text.clone()));
                required.push(self.phrase(clause));
            } else {
                for (index, word) in clause.words.iter().enumerate() {
                    let is_unfinished = clause.is_unfinished && index + 1 == clause.words.len();
                    required.extend(self.word(clause.field, word, is_unfinished, &mut others)?);
                }
            }
        }
        let wanted: Vec<&Word> = clauses
            .iter()
            .filter(|clause| {
                !clause.is_excluded && clause.field.is_none_or(|field| field == TextField::Title)
            })
            .flat_map(|clause| &clause.words)
            .collect();
        if required.is_empty() {
            // Only stop words: then they are what is looked for.
            for word in &wanted {
                self.marks.words.insert(word.text.clone());
                required.push(term(self.fields.words, &word.text));
            }
        }
        self.add_title_bonus(text, &wanted, &mut others);

        let any = (required.len() > 1).then(|| {
            let any = BooleanQuery::union(required.iter().map(|query| query.box_clone()).collect());
            combine(vec![Box::new(any)], &others)
        });
        Ok(Plan {
            all: combine(required, &others),
            any,
            marks: self.marks,
            better_spelling: better_spelling(text, &self.replacements),
        })
    }

    /// The documents with a word, its inflections, its completions or, when it is rare, its likely spellings;
    /// nothing for a stop word, which is not required.
    fn word(
        &mut self,
        field: Option<TextField>,
        word: &Word,
        is_unfinished: bool,
        others: &mut Clauses,
    ) -> tantivy::Result<Option<Box<dyn Query>>> {
        let Some(stem) = self.analyzers.stem(&word.text) else { return Ok(None) };
        let place = self.place(field);
        let main = if place.is_stemmed { &stem } else { &word.text };
        let documents = self.searcher.doc_freq(&Term::from_field_text(place.field, main))?;
        let mut ways = vec![term(place.field, main)];
        self.marks.stems.insert(stem.clone());
        if field.is_none() {
            others.push((Occur::Should, boosted(term(self.fields.title_words, &word.text), TITLE_BOOST)));
        }

        let mut has_completions = false;
        if is_unfinished {
            let known = completions(self.searcher, place.vocabulary, &word.text)?;
            has_completions = !known.is_empty();
            self.add_completions(&place, &word.text, &known, &mut ways, others);
        }
        let is_rare = documents == 0 || documents * limits::RARE_ONE_IN < self.searcher.num_docs();
        if is_rare && !has_completions {
            let known: Vec<Known> = corrections(self.searcher, place.vocabulary, &word.text)?
                .into_iter()
                .filter(|known| known.documents > documents)
                .collect();
            self.add_corrections(&place, &known, &mut ways);
            let likely = known.iter().filter(|known| known.documents >= documents * SUGGESTION_RATIO);
            let nearest = likely
                .min_by_key(|known| (typos(&word.text, &known.word), std::cmp::Reverse(known.documents)));
            if let Some(nearest) = nearest.filter(|_| place.has_whole_words()) {
                self.replacements.push((word.start, word.end, nearest.word.clone()));
            }
        }
        let only = ways.len() == 1;
        Ok(if only { ways.pop() } else { Some(Box::new(BooleanQuery::union(ways))) })
    }

    fn add_completions(
        &mut self,
        place: &Place,
        prefix: &str,
        known: &[Known],
        ways: &mut Vec<Box<dyn Query>>,
        others: &mut Clauses,
    ) {
        if known.is_empty() {
            return;
        }
        self.marks.prefix = Some(prefix.to_owned());
        let (frequent, rest) = known.split_at(known.len().min(SCORED_COMPLETIONS));
        for known in frequent {
            ways.push(boosted(term(place.vocabulary, &known.word), COMPLETION_BOOST));
        }
        if !rest.is_empty() {
            ways.push(one_of(place.vocabulary, rest, BARE_SCORE));
        }
        if place.vocabulary == self.fields.words {
            others.push((Occur::Should, one_of(self.fields.title_words, known, TITLE_COMPLETION_SCORE)));
        }
    }

    fn add_corrections(&mut self, place: &Place, known: &[Known], ways: &mut Vec<Box<dyn Query>>) {
        let mut keys = HashSet::new();
        for known in known {
            self.marks.words.insert(known.word.clone());
            let key = if place.is_stemmed && place.has_whole_words() {
                self.analyzers.stem(&known.word).unwrap_or_else(|| known.word.clone())
            } else {
                known.word.clone()
            };
            if keys.insert(key.clone()) {
                ways.push(boosted(term(place.field, &key), CORRECTION_BOOST));
            }
        }
    }

    /// The documents with these words in a row.
    fn phrase(&mut self, clause: &Clause) -> Box<dyn Query> {
        let (field, is_stemmed) = match clause.field {
            None => (self.fields.words, false),
            Some(TextField::Title) => (self.fields.title_words, false),
            Some(_) => {
                let place = self.place(clause.field);
                (place.field, place.is_stemmed)
            }
        };
        // An excluded word is excluded with its inflections.
        if let ([word], true, None) =
            (&clause.words[..], clause.is_excluded && !clause.is_phrase, clause.field)
            && let Some(stem) = self.analyzers.stem(&word.text)
        {
            return term(self.fields.stem, &stem);
        }
        let mut terms = Vec::new();
        for (offset, word) in clause.words.iter().enumerate() {
            let key = if is_stemmed { self.analyzers.stem(&word.text) } else { Some(word.text.clone()) };
            terms.extend(key.map(|key| (offset, Term::from_field_text(field, &key))));
        }
        match &terms[..] {
            [] => Box::new(AllQuery),
            [(_, only)] => Box::new(TermQuery::new(only.clone(), IndexRecordOption::WithFreqs)),
            _ => Box::new(PhraseQuery::new_with_offset(terms)),
        }
    }

    fn add_title_bonus(&mut self, text: &str, wanted: &[&Word], others: &mut Clauses) {
        if wanted.len() > 1 {
            let terms = wanted.iter().map(|word| Term::from_field_text(self.fields.title_words, &word.text));
            let phrase = PhraseQuery::new(terms.collect());
            others.push((Occur::Should, boosted(Box::new(phrase), TITLE_PHRASE_BOOST)));
        }
        let keys = [exact_title(self.analyzers, text), exact_identifier(text)].into_iter().flatten();
        for key in keys {
            let exact =
                TermQuery::new(Term::from_field_text(self.fields.exact, &key), IndexRecordOption::Basic);
            others.push((Occur::Should, Box::new(ConstScoreQuery::new(Box::new(exact), EXACT_SCORE))));
        }
    }

    fn place(&self, field: Option<TextField>) -> Place {
        let fields = self.fields;
        let (field, vocabulary, is_stemmed) = match field {
            None => (fields.stem, fields.words, true),
            Some(TextField::Title) => (fields.title_stem, fields.title_words, true),
            Some(TextField::Publisher) => (fields.publisher_stem, fields.publisher_stem, true),
            Some(TextField::Keyword) => (fields.keyword_stem, fields.keyword_stem, true),
            Some(TextField::Column) => (fields.column_words, fields.column_words, false),
            Some(TextField::Identifier) => (fields.identifier_words, fields.identifier_words, false),
        };
        Place { field, vocabulary, is_stemmed }
    }
}

/// Where a word is looked up.
struct Place {
    field: Field,
    /// The field whose words complete and correct it.
    vocabulary: Field,
    is_stemmed: bool,
}

impl Place {
    /// Whether the vocabulary has words as people write them, not stems.
    fn has_whole_words(&self) -> bool {
        !self.is_stemmed || self.vocabulary != self.field
    }
}

fn combine(required: Vec<Box<dyn Query>>, others: &Clauses) -> Box<dyn Query> {
    let mut clauses: Clauses = required.into_iter().map(|query| (Occur::Must, query)).collect();
    if clauses.is_empty() {
        clauses.push((Occur::Must, Box::new(AllQuery)));
    }
    clauses.extend(others.iter().map(|(occur, query)| (*occur, query.box_clone())));
    Box::new(BooleanQuery::new(clauses))
}

fn term(field: Field, word: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
}

fn boosted(query: Box<dyn Query>, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, boost))
}

fn one_of(field: Field, known: &[Known], score: f32) -> Box<dyn Query> {
    let terms = known.iter().map(|known| Term::from_field_text(field, &known.word));
    Box::new(ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), score))
}

/// The text with its replacements made; nothing when there are none.
fn better_spelling(text: &str, replacements: &[(usize, usize, String)]) -> Option<String> {
    let mut better = String::new();
    let mut at = 0;
    for (start, end, word) in replacements {
        better.push_str(&text[at..*start]);
        better.push_str(word);
        at = *end;
    }
    better.push_str(&text[at..]);
    (!replacements.is_empty()).then(|| better.trim().to_owned())
}

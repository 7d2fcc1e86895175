//! The words of a table's rows: an index of its columns of text, in a folder of its own, derived from the table's file.
//!
//! It knows for each word in which rows it stands and how often; what matches and how well is decided by
//! [`townhall_model::words`], for this index as for whoever reads the rows instead. A folder is written once, from the first
//! row to the last, and never changed; it can be thrown away at any time.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tantivy::postings::Postings;
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{
    DocSet, Index, IndexReader, IndexWriter, ReloadPolicy, SegmentReader, TERMINATED, TantivyDocument,
};
use townhall_model::words::{Wanted, WordMatches, each_word};

use crate::error::{SearchError, While};
use crate::limits::ROW_WRITER_MEMORY_BYTES;

/// Raised whenever what is written changes, so that an older folder is made anew instead of misread.
const FORMAT: u64 = 1;

/// What is said of a folder, beside the index.
const ABOUT: &str = "rows.json";

/// The name of the analyzer in the index.
const ANALYZER: &str = "townhall_row_words";

/// A column of text: where its words are, and how many each row has.
struct Column {
    name: String,
    words: Field,
    count_name: String,
    count: Field,
}

fn schema(names: &[String]) -> (Schema, Field, Vec<Column>) {
    let mut schema = Schema::builder();
    let row = schema.add_u64_field("row", FAST);
    let columns = names.iter().enumerate().map(|(index, name)| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(ANALYZER)
            .set_index_option(IndexRecordOption::WithFreqs)
            .set_fieldnorms(false);
        let count_name = format!("n{index}");
        Column {
            name: name.clone(),
            words: schema
                .add_text_field(&format!("c{index}"), TextOptions::default().set_indexing_options(indexing)),
            count: schema.add_u64_field(&count_name, FAST),
            count_name,
        }
    });
    let columns = columns.collect();
    (schema.build(), row, columns)
}

/// Writes the index of a table's rows.
pub struct RowIndexWriter {
    path: PathBuf,
    writer: IndexWriter,
    row: Field,
    columns: Vec<Column>,
    rows: u64,
    totals: Vec<u64>,
}

impl RowIndexWriter {
    /// Begins an index in a folder that is not there yet, of these columns of text.
    pub fn create(path: &Path, columns: &[String]) -> Result<Self, SearchError> {
        let failed = |source| SearchError::Directory { path: path.to_owned(), source };
        fs::create_dir_all(path).map_err(failed)?;
        let (schema, row, columns) = schema(columns);
        let index = Index::create_in_dir(path, schema).while_doing("begin the words of a table")?;
        index.tokenizers().register(ANALYZER, RowWords);
        let writer = index
            .writer_with_num_threads(1, ROW_WRITER_MEMORY_BYTES)
            .while_doing("begin the words of a table")?;
        let totals = vec![0; columns.len()];
        Ok(Self { path: path.to_owned(), writer, row, columns, rows: 0, totals })
    }

    /// Adds the next row: the text of each column, where it has one.
    pub fn add(&mut self, texts: &[Option<&str>]) -> Result<(), SearchError> {
        self.rows += 1;
        let mut document = TantivyDocument::default();
        document.add_u64(self.row, self.rows);
        for ((column, text), total) in self.columns.iter().zip(texts).zip(&mut self.totals) {
            let mut words = 0;
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                each_word(text, |_| words += 1);
                if words > 0 {
                    document.add_text(column.words, text);
                }
            }
            document.add_u64(column.count, words);
            *total += words;
        }
        self.writer.add_document(document).while_doing("take in a row")?;
        Ok(())
    }

    /// Ends the index. Returns how many rows it has.
    pub fn finish(mut self) -> Result<u64, SearchError> {
        let doing = "write the words of a table";
        self.writer.commit().while_doing(doing)?;
        self.writer.wait_merging_threads().while_doing(doing)?;
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let about = json!({"v": FORMAT, "rows": self.rows, "columns": names, "words": self.totals});
        let failed = |source| SearchError::Directory { path: self.path.clone(), source };
        fs::write(self.path.join(ABOUT), about.to_string()).map_err(failed)?;
        Ok(self.rows)
    }
}

/// The words of a table's rows.
pub struct RowIndex {
    reader: IndexReader,
    columns: Vec<Column>,
    totals: Vec<u64>,
}

impl std::fmt::Debug for RowIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowIndex").field("columns", &self.columns.len()).finish_non_exhaustive()
    }
}

impl RowIndex {
    /// Opens an index that was ended.
    pub fn open(path: &Path) -> Result<Self, SearchError> {
        let unusable = |reason: String| SearchError::Unusable { path: path.to_owned(), reason };
        let about = fs::read(path.join(ABOUT)).map_err(|error| unusable(error.to_string()))?;
        let about: Value = serde_json::from_slice(&about).map_err(|error| unusable(error.to_string()))?;
        if about["v"] != FORMAT {
            return Err(unusable("it has the format of another version".to_owned()));
        }
        let list = |name: &str| about[name].as_array().cloned().unwrap_or_default();
        let names: Vec<String> =
            list("columns").iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        let totals: Vec<u64> = list("words").iter().filter_map(Value::as_u64).collect();
        let (schema, _, columns) = schema(&names);
        let index = Index::open_in_dir(path).while_doing("open the words of a table")?;
        if index.schema() != schema || totals.len() != columns.len() {
            return Err(unusable("it has other fields".to_owned()));
        }
        index.tokenizers().register(ANALYZER, RowWords);
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .while_doing("open the words of a table")?;
        Ok(Self { reader, columns, totals })
    }

    /// The rows that have all wanted words in these columns; none when it does not know one of the columns, or when more
    /// than so many rows match.
    pub fn find(
        &self,
        names: &[String],
        wanted: &Wanted,
        rows_max: usize,
    ) -> Result<Option<WordMatches>, SearchError> {
        let columns: Option<Vec<usize>> =
            names.iter().map(|name| self.columns.iter().position(|column| column.name == *name)).collect();
        let Some(columns) = columns else { return Ok(None) };
        let count = wanted.words().len();
        let mut found = WordMatches {
            rows_with: vec![0; count],
            words_total: columns.iter().map(|column| self.totals[*column]).sum(),
            ..WordMatches::default()
        };
        for segment in self.reader.searcher().segment_readers() {
            self.find_in(segment, &columns, wanted, &mut found).while_doing("look words up")?;
            if found.rows.len() > rows_max {
                return Ok(None);
            }
        }
        Ok(Some(sorted(found, count)))
    }

    fn find_in(
        &self,
        segment: &SegmentReader,
        columns: &[usize],
        wanted: &Wanted,
        found: &mut WordMatches,
    ) -> tantivy::Result<()> {
        let mut times = vec![0_u32; segment.max_doc() as usize];
        // The rows that have all words so far, each with its counts.
        let mut matching: Option<Vec<(u32, Vec<u32>)>> = None;
        for (place, word) in wanted.words().iter().enumerate() {
            times.fill(0);
            for column in columns {
                let index = segment.inverted_index(self.columns[*column].words)?;
                let mut terms = index.terms().range().ge(word.as_str()).into_stream()?;
                while terms.advance() && terms.key().starts_with(word.as_bytes()) {
                    let postings =
                        index.read_postings_from_terminfo(terms.value(), IndexRecordOption::WithFreqs);
                    let mut postings = postings?;
                    while postings.doc() != TERMINATED {
                        times[postings.doc() as usize] += postings.term_freq();
                        postings.advance();
                    }
                }
            }
            found.rows_with[place] += times.iter().filter(|times| **times > 0).count() as u64;
            matching = Some(match matching {
                None => {
                    let with = times.iter().enumerate().filter(|(_, times)| **times > 0);
                    with.map(|(row, times)| (row as u32, vec![*times])).collect()
                }
                Some(mut rows) => {
                    rows.retain_mut(|(row, counts)| {
                        let times = times[*row as usize];
                        counts.push(times);
                        times > 0
                    });
                    rows
                }
            });
        }
        let fast = segment.fast_fields();
        let numbers = fast.u64("row")?;
        let lengths = columns.iter().map(|column| fast.u64(&self.columns[*column].count_name));
        let lengths = lengths.collect::<tantivy::Result<Vec<_>>>()?;
        for (row, counts) in matching.unwrap_or_default() {
            let number = numbers.first(row).unwrap_or(0);
            let words: u64 = lengths.iter().filter_map(|length| length.first(row)).sum();
            found.rows.push(u32::try_from(number).unwrap_or(u32::MAX));
            found.counts.extend(counts);
            found.words.push(u32::try_from(words).unwrap_or(u32::MAX));
        }
        Ok(())
    }
}

/// The matches in the order of their rows: segments come in any.
fn sorted(found: WordMatches, count: usize) -> WordMatches {
    let mut places: Vec<usize> = (0..found.rows.len()).collect();
    places.sort_unstable_by_key(|place| found.rows[*place]);
    let counts = |place: &usize| &found.counts[place * count..(place + 1) * count];
    WordMatches {
        rows: places.iter().map(|place| found.rows[*place]).collect(),
        counts: places.iter().flat_map(counts).copied().collect(),
        words: places.iter().map(|place| found.words[*place]).collect(),
        ..found
    }
}

/// Cuts texts into words as everybody else does.
#[derive(Clone)]
struct RowWords;

/// The words of one text.
struct Words {
    words: std::vec::IntoIter<String>,
    token: Token,
}

impl Tokenizer for RowWords {
    type TokenStream<'a> = Words;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words {
        let mut words = Vec::new();
        each_word(text, |word| words.push(word.to_owned()));
        Words { words: words.into_iter(), token: Token::default() }
    }
}

impl TokenStream for Words {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text = word;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

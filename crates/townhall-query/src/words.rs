//! Words in texts: which rows match, how well, and the page that begins with those that match best.
//!
//! What a word is and how rows are ranked is said in [`townhall_model::words`]. Matching rows are looked up in an index
//! where there is one, and else found by reading the texts; both give the same.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use arrow_array::builder::{BooleanBuilder, Float32Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::DataType;
use async_trait::async_trait;
use datafusion::common::exec_err;
use datafusion::error::Result as EngineResult;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, cast, lit,
};
use datafusion::prelude::ParquetReadOptions;
use futures::StreamExt;
use townhall_model::BlobId;
use townhall_model::table::ColumnType;
use townhall_model::words::{Wanted, WordMatches};

use crate::bridge::address;
use crate::compile::column;
use crate::engine::{Engine, engine};
use crate::error::QueryError;
use crate::filter::Filter;
use crate::needs;
use crate::query::{RANK, ROW, RowsQuery, TableSource};
use crate::value::Value;

/// Matching rows beyond which they are not ranked: then nearly everything matches, and the table's own order is as good.
pub const RANKED_ROWS_MAX: usize = 1_000_000;

/// An index of the words of tables.
#[async_trait]
pub trait FindWords: Send + Sync + std::fmt::Debug {
    /// The rows of a table's file that have all the wanted words in these columns of text; none when there is no index of
    /// them, or more than so many rows match.
    async fn find(
        &self,
        blob: &BlobId,
        columns: &[String],
        wanted: &Wanted,
        rows_max: usize,
    ) -> Option<WordMatches>;

    /// Whether there is an index of a table's file.
    fn has(&self, blob: &BlobId) -> bool;
}

/// The rows that match, and how well.
#[derive(Debug)]
pub(crate) struct Hits {
    /// What they are hits of.
    key: String,
    /// The numbers of the rows, in order.
    pub rows: Vec<u32>,
    scores: Vec<f32>,
    /// The places of the rows from the best to the worst.
    ranked: OnceLock<Vec<u32>>,
}

impl Hits {
    fn new(key: String, found: &WordMatches, rows_total: u64) -> Self {
        let scores = found.scores(rows_total);
        Self { key, rows: found.rows.clone(), scores, ranked: OnceLock::new() }
    }

    fn score(&self, row: i64) -> Option<f32> {
        let row = u32::try_from(row).ok()?;
        self.rows.binary_search(&row).ok().map(|place| self.scores[place])
    }

    /// The rows from the best to the worst, and equally good ones in the order of the table.
    pub(crate) fn ranked(&self) -> impl Iterator<Item = (u32, f32)> + '_ {
        let order = self.ranked.get_or_init(|| {
            let mut places: Vec<u32> = (0..self.rows.len() as u32).collect();
            let score = |place: &u32| self.scores[*place as usize];
            places.sort_by(|a, b| score(b).total_cmp(&score(a)));
            places
        });
        order.iter().map(|place| (self.rows[*place as usize], self.scores[*place as usize]))
    }

    pub(crate) fn bytes(&self) -> usize {
        self.rows.len() * 12 + self.key.len() + 100
    }
}

/// What was found of each search in a question's filter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found(Vec<(Vec<String>, Vec<String>, Arc<Hits>)>);

impl Found {
    pub(crate) fn of(&self, columns: &[String], words: &[String]) -> Option<&Arc<Hits>> {
        self.0.iter().find(|found| found.0 == columns && found.1 == words).map(|found| &found.2)
    }

    /// How well a row matches, all searches together.
    pub(crate) fn rank(&self) -> Expr {
        let parts = self
            .0
            .iter()
            .map(|(.., hits)| datafusion::functions::core::coalesce().call(vec![score_of(hits), lit(0_f32)]));
        let sum = parts.reduce(|left, right| left + right).unwrap_or_else(|| lit(0_f32));
        cast(sum, DataType::Float64)
    }

    /// The only search, when there is one alone.
    pub(crate) fn only(&self) -> Option<&Arc<Hits>> {
        match self.0.as_slice() {
            [(.., hits)] => Some(hits),
            _ => None,
        }
    }
}

/// The searches of a filter, each once.
pub(crate) fn searches(filter: &Filter) -> Vec<(&[String], &[String])> {
    fn walk<'f>(filter: &'f Filter, found: &mut Vec<(&'f [String], &'f [String])>) {
        match filter {
            Filter::All(parts) | Filter::Any(parts) => parts.iter().for_each(|part| walk(part, found)),
            Filter::Not(inner) => walk(inner, found),
            Filter::Search { columns, words } => {
                let search = (columns.as_slice(), words.as_slice());
                if !Wanted::of(words).is_empty() && !found.contains(&search) {
                    found.push(search);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(filter, &mut found);
    found
}

/// Whether a question asks for ranks, be it to show them or to put rows in their order.
pub(crate) fn is_ranked(query: &RowsQuery) -> bool {
    let is_rank = |value: &Value| matches!(value, Value::Column(name) if name == RANK);
    query.select.iter().any(|output| is_rank(&output.value))
        || query.sort.iter().any(|sort| match &sort.value {
            Value::Column(name) => {
                name == RANK
                    || query.select.iter().any(|output| output.name == *name && is_rank(&output.value))
            }
            _ => false,
        })
}

/// The columns that a search reads, in the order of the table.
fn searched<'a>(columns: &[String], table: &'a TableSource) -> Vec<&'a townhall_model::table::Column> {
    let search = Filter::Search { columns: columns.to_vec(), words: vec![String::new()] };
    let names: BTreeSet<String> = needs::of_filter(&search, table);
    table.columns.iter().filter(|column| names.contains(&column.name)).collect()
}

impl Engine {
    /// What is found of the searches of a question: always when ranks are asked for, else only when it costs little.
    pub(crate) async fn found(&self, table: &TableSource, query: &RowsQuery) -> Result<Found, QueryError> {
        let mut found = Found::default();
        let must = is_ranked(query);
        for (columns, words) in searches(&query.filter) {
            if let Some(hits) = self.hits(table, columns, words, must).await? {
                found.0.push((columns.to_vec(), words.to_vec(), hits));
            }
        }
        Ok(found)
    }

    /// Whether an index answers the searches of a question.
    pub(crate) async fn has_index(&self, table: &TableSource, query: &RowsQuery) -> bool {
        !searches(&query.filter).is_empty() && self.finder().is_some_and(|finder| finder.has(&table.blob))
    }

    async fn hits(
        &self,
        table: &TableSource,
        columns: &[String],
        words: &[String],
        must: bool,
    ) -> Result<Option<Arc<Hits>>, QueryError> {
        let wanted = Wanted::of(words);
        let searched = searched(columns, table);
        let names: Vec<String> = searched.iter().map(|column| column.name.clone()).collect();
        let key = format!("{}:{names:?}:{:?}", table.blob, wanted.words());
        if let Some(known) = self.known_hits().get(&key).await {
            return Ok(known);
        }
        if u32::try_from(table.rows).is_err() {
            return Ok(None);
        }
        let is_text = searched.iter().all(|column| column.kind == ColumnType::Text);
        let mut matches = None;
        if let Some(finder) = self.finder().filter(|_| is_text) {
            matches = finder.find(&table.blob, &names, &wanted, RANKED_ROWS_MAX).await;
        }
        if matches.is_none() && !must {
            return Ok(None);
        }
        let matches = match matches {
            Some(matches) => Some(matches),
            None => self.scanned(table, &searched, &wanted).await?,
        };
        let hits = matches.map(|matches| Arc::new(Hits::new(key.clone(), &matches, table.rows)));
        self.known_hits().insert(key, hits.clone()).await;
        Ok(hits)
    }

    /// Finds matching rows by reading the texts; none when too many match.
    async fn scanned(
        &self,
        table: &TableSource,
        searched: &[&townhall_model::table::Column],
        wanted: &Wanted,
    ) -> Result<Option<WordMatches>, QueryError> {
        let texts = searched.iter().map(|known| cast(column(&known.name), DataType::Utf8).alias(&known.name));
        let columns: Vec<Expr> = std::iter::once(column(ROW)).chain(texts).collect();
        let frame = self.session()?.read_parquet(address(&table.blob), ParquetReadOptions::default()).await?;
        let mut rows = frame.select(columns)?.execute_stream().await?;
        let count = wanted.words().len();
        let mut found = WordMatches { rows_with: vec![0; count], ..WordMatches::default() };
        let mut counts = vec![0; count];
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            let numbers = batch.column(0).as_primitive::<Int64Type>();
            let texts: Vec<ArrayRef> = batch.columns()[1..].iter().map(plain).collect::<Result<_, _>>()?;
            let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string::<i32>()).collect();
            for row in 0..batch.num_rows() {
                counts.fill(0);
                let mut words = 0;
                for text in &texts {
                    if text.is_valid(row) {
                        words += wanted.count(text.value(row), &mut counts);
                    }
                }
                found.words_total += u64::from(words);
                for (with, count) in found.rows_with.iter_mut().zip(&counts) {
                    *with += u64::from(*count > 0);
                }
                if counts.iter().all(|count| *count > 0) {
                    found.rows.push(u32::try_from(numbers.value(row)).unwrap_or(u32::MAX));
                    found.counts.extend_from_slice(&counts);
                    found.words.push(words);
                    if found.rows.len() > RANKED_ROWS_MAX {
                        return Ok(None);
                    }
                }
            }
            // A batch of long texts takes a while; others get their turn.
            tokio::task::yield_now().await;
        }
        Ok(Some(sorted(found, count)))
    }
}

/// The matches in the order of their rows: threads may have read the file in another.
fn sorted(found: WordMatches, count: usize) -> WordMatches {
    if found.rows.is_sorted() {
        return found;
    }
    let mut places: Vec<usize> = (0..found.rows.len()).collect();
    places.sort_unstable_by_key(|place| found.rows[*place]);
    WordMatches {
        rows: places.iter().map(|place| found.rows[*place]).collect(),
        counts: places
            .iter()
            .flat_map(|place| found.counts[place * count..(place + 1) * count].iter().copied())
            .collect(),
        words: places.iter().map(|place| found.words[*place]).collect(),
        ..found
    }
}

/// Calls `each` with the texts of every row of a batch, column by column.
pub fn each_row_of_texts<E: From<QueryError>>(
    batch: &arrow_array::RecordBatch,
    mut each: impl FnMut(&[Option<&str>]) -> Result<(), E>,
) -> Result<(), E> {
    let texts: Vec<ArrayRef> = batch.columns().iter().map(plain).collect::<Result<_, _>>()?;
    let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string::<i32>()).collect();
    let mut row_of = Vec::with_capacity(texts.len());
    for row in 0..batch.num_rows() {
        row_of.clear();
        row_of.extend(texts.iter().map(|text| text.is_valid(row).then(|| text.value(row))));
        each(&row_of)?;
    }
    Ok(())
}

/// Texts in the plainest form.
fn plain(array: &ArrayRef) -> Result<ArrayRef, QueryError> {
    match array.data_type() {
        DataType::Utf8 => Ok(array.clone()),
        _ => arrow_cast::cast(array, &DataType::Utf8).map_err(|error| engine(&error.to_string())),
    }
}

/// Whether texts have all wanted words between them.
pub(crate) fn has_words(texts: Vec<Expr>, words: &[String]) -> Expr {
    let wanted = Wanted::of(words);
    match (wanted.is_empty(), texts.is_empty()) {
        (true, _) => lit(true),
        (false, true) => lit(false),
        (false, false) => {
            let signature = Signature::variadic_any(Volatility::Immutable);
            ScalarUDF::new_from_impl(HasWords { wanted, signature }).call(texts)
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct HasWords {
    wanted: Wanted,
    signature: Signature,
}

impl ScalarUDFImpl for HasWords {
    fn name(&self) -> &str {
        "has_words"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> EngineResult<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let rows = args.number_rows;
        let mut texts = Vec::with_capacity(args.args.len());
        for value in args.args {
            texts.push(arrow_cast::cast(&value.into_array(rows)?, &DataType::Utf8)?);
        }
        let texts: Vec<&StringArray> = texts.iter().map(|text| text.as_string::<i32>()).collect();
        let mut found = BooleanBuilder::with_capacity(rows);
        for row in 0..rows {
            let valued = texts.iter().filter(|text| text.is_valid(row));
            found.append_value(self.wanted.matches(valued.map(|text| text.value(row))));
        }
        Ok(ColumnarValue::Array(Arc::new(found.finish())))
    }
}

/// How well a row matches; no value where it does not.
pub(crate) fn score_of(hits: &Arc<Hits>) -> Expr {
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::new_from_impl(ScoreOf { hits: hits.clone(), signature }).call(vec![column(ROW)])
}

#[derive(Debug)]
struct ScoreOf {
    hits: Arc<Hits>,
    signature: Signature,
}

impl PartialEq for ScoreOf {
    fn eq(&self, other: &Self) -> bool {
        self.hits.key == other.hits.key
    }
}

impl Eq for ScoreOf {}

impl Hash for ScoreOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hits.key.hash(state);
    }
}

impl ScalarUDFImpl for ScoreOf {
    fn name(&self) -> &str {
        "score_of"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> EngineResult<DataType> {
        Ok(DataType::Float32)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let Some(rows) = args.args.into_iter().next() else { return exec_err!("a row has no number") };
        let rows = arrow_cast::cast(&rows.into_array(args.number_rows)?, &DataType::Int64)?;
        let mut scores = Float32Builder::with_capacity(rows.len());
        for row in rows.as_primitive::<Int64Type>() {
            scores.append_option(row.and_then(|row| self.hits.score(row)));
        }
        Ok(ColumnarValue::Array(Arc::new(scores.finish())))
    }
}

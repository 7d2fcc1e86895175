//! A table in memory behind the engine's port, and one way to ask and to draw the answer.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use async_trait::async_trait;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use townhall_model::table::{Column, ColumnType};
use townhall_model::{BlobId, TableId};
use townhall_query::{
    Engine, EngineSettings, Page, QUERY_DIALECTS, QueryError, ROW, ReadBlob, ReadError, RowsQuery,
    TableSource,
};

/// Blobs in memory.
#[derive(Debug, Default)]
pub struct Memory(HashMap<BlobId, Bytes>);

#[async_trait]
impl ReadBlob for Memory {
    async fn size(&self, blob: &BlobId) -> Result<Option<u64>, ReadError> {
        Ok(self.0.get(blob).map(|bytes| bytes.len() as u64))
    }

    async fn range(&self, blob: &BlobId, range: Range<u64>) -> Result<Bytes, ReadError> {
        let bytes = self.0.get(blob).ok_or_else(|| ReadError("no such blob".into()))?;
        Ok(bytes.slice(range.start as usize..range.end as usize))
    }
}

/// A table and the engine that has it.
pub struct Fixture {
    pub engine: Engine,
    pub table: TableSource,
    _spill: tempfile::TempDir,
}

/// `city, state, people, area, founded`, with gaps and ties.
pub type City = (&'static str, Option<&'static str>, Option<i64>, Option<f64>, Option<i32>);

pub const CITIES: [City; 7] = [
    ("Arden", Some("MD"), Some(100), Some(1.5), Some(0)),
    ("Bree", Some("MD"), Some(300), Some(2.5), Some(365)),
    ("Camelot", Some("VA"), None, Some(0.5), None),
    ("Dorne", None, Some(200), None, Some(-365)),
    ("Elis", Some("VA"), Some(300), Some(7.0), Some(730)),
    ("Foy's \"End\"", Some("va"), Some(-5), Some(2.5), Some(0)),
    ("100%_sure", Some("MD"), Some(0), Some(0.0), Some(1)),
];

pub fn cities() -> Fixture {
    fixture(&CITIES, 3)
}

/// A table of these rows in row groups of a size.
pub fn fixture(rows: &[City], group: usize) -> Fixture {
    fixture_with(rows, group, |settings| settings)
}

/// The same with an engine of other settings.
pub fn fixture_with(
    rows: &[City],
    group: usize,
    change: impl FnOnce(EngineSettings) -> EngineSettings,
) -> Fixture {
    let columns: Vec<(&str, ColumnType, ArrayRef)> = vec![
        ("city", ColumnType::Text, Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0)))),
        ("state", ColumnType::Text, Arc::new(rows.iter().map(|row| row.1).collect::<StringArray>())),
        ("people", ColumnType::Integer, Arc::new(rows.iter().map(|row| row.2).collect::<Int64Array>())),
        ("area", ColumnType::Number, Arc::new(rows.iter().map(|row| row.3).collect::<Float64Array>())),
        ("founded", ColumnType::Date, Arc::new(rows.iter().map(|row| row.4).collect::<Date32Array>())),
    ];
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(1..=rows.len() as i64));
    let arrays = columns.iter().map(|(name, _, array)| (*name, array.clone())).chain([(ROW, numbers)]);
    let batch =
        RecordBatch::try_from_iter_with_nullable(arrays.map(|(name, array)| (name, array, true))).unwrap();
    let mut bytes = Vec::new();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let blob = BlobId::of(&bytes);
    let spill = tempfile::tempdir().unwrap();
    let blobs = Memory(HashMap::from([(blob, bytes.into())]));
    let engine = Engine::new(Arc::new(blobs), change(EngineSettings::new(spill.path()))).unwrap();
    let table = TableSource {
        id: TableId::new(),
        version: 1,
        blob,
        rows: rows.len() as u64,
        columns: columns.iter().map(|(name, kind, _)| column(name, *kind)).collect(),
    };
    Fixture { engine, table, _spill: spill }
}

pub fn column(name: &str, kind: ColumnType) -> Column {
    Column {
        name: name.into(),
        label: None,
        kind,
        type_reason: None,
        values: 0,
        nulls: 0,
        rejects: 0,
        distinct: 0,
        distinct_exact: false,
        min: None,
        max: None,
        mean: None,
        top: vec![],
    }
}

/// The pairs of a question as it stands in a URL, without escapes.
pub fn pairs(question: &str) -> Vec<(String, String)> {
    question
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned())).unwrap())
        .collect()
}

impl Fixture {
    pub fn parse(&self, question: &str) -> Result<RowsQuery, QueryError> {
        Ok(QUERY_DIALECTS[0].parse(&pairs(question), &self.table)?)
    }

    pub async fn ask(&self, question: &str) -> Result<Arc<Page>, QueryError> {
        self.engine.page(&self.table, &self.parse(question)?).await
    }

    /// The answer to a question in another dialect as text: names, then a line a row.
    pub async fn draw_in(&self, dialect: &str, question: &[(&str, &str)]) -> String {
        let pairs: Vec<_> =
            question.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let dialect = townhall_query::dialect_by_name(dialect).unwrap();
        let query = match dialect.parse(&pairs, &self.table) {
            Ok(query) => query,
            Err(problem) => return format!("refused: {problem}"),
        };
        match self.engine.page(&self.table, &query).await {
            Ok(page) => {
                let schema = page.rows.schema();
                let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
                format!("{}\n{}", names.join(" "), lines(&page))
            }
            Err(error) => format!("refused: {error}"),
        }
    }

    /// The numbers of the rows that a question finds, in its order.
    pub async fn rows(&self, question: &str) -> Vec<u64> {
        self.ask(question).await.unwrap_or_else(|error| panic!("{question}: {error}")).numbers.clone()
    }

    /// The answer as text, a line a row.
    pub async fn draw(&self, question: &str) -> String {
        lines(&self.ask(question).await.unwrap_or_else(|error| panic!("{question}: {error}")))
    }
}

/// The cells of an answer, a line a row.
fn lines(page: &Page) -> String {
    let options = arrow_cast::display::FormatOptions::default().with_null("∅");
    let formatters: Vec<_> = page
        .rows
        .columns()
        .iter()
        .map(|column| arrow_cast::display::ArrayFormatter::try_new(column, &options).unwrap())
        .collect();
    (0..page.rows.num_rows())
        .map(|row| formatters.iter().map(|cell| cell.value(row).to_string()).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n")
}

//! Several small tables in one engine, written as text.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use bytes::Bytes;
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use townhall_model::table::{ColumnType, RejectedCell};
use townhall_model::{BlobId, TableId};
use townhall_query::recipe::Recipe;
use townhall_query::{Engine, EngineSettings, QueryError, ROW, RecordBatch as Rows, TableSource};

use crate::support::{Memory, column};

/// Tables by name, and the engine that has them.
pub struct Shelf {
    pub engine: Engine,
    pub tables: HashMap<String, Arc<TableSource>>,
    _spill: tempfile::TempDir,
}

/// A table as text: the columns as `name` or `name:integer`, then a line a row; `∅` is no value.
pub type Written<'t> = (&'t str, &'t str);

impl Shelf {
    pub fn of(written: &[Written<'_>]) -> Self {
        let mut blobs = HashMap::new();
        let mut tables = HashMap::new();
        for (name, text) in written {
            let (source, bytes) = table(text);
            blobs.insert(source.blob, bytes);
            tables.insert((*name).to_owned(), Arc::new(source));
        }
        let spill = tempfile::tempdir().unwrap();
        let engine = Engine::new(Arc::new(Memory::of(blobs)), EngineSettings::new(spill.path())).unwrap();
        Self { engine, tables, _spill: spill }
    }

    /// Declares sentinels.
    pub fn with_sentinels(mut self, table: &str, column: &str, values: &[&str]) -> Self {
        let mut source = TableSource::clone(&self.tables[table]);
        source.sentinels.insert(column.to_owned(), values.iter().map(|value| (*value).to_owned()).collect());
        self.tables.insert(table.to_owned(), Arc::new(source));
        self
    }

    /// What a recipe makes, as text, and the cells that got lost.
    pub async fn cook(&self, yaml: &str) -> Result<(String, Vec<RejectedCell>), String> {
        let recipe = Recipe::read(yaml).map_err(|problem| problem.to_string())?;
        let told = |error: QueryError| match error.hint() {
            Some(hint) => format!("{error} ({hint})"),
            None => error.to_string(),
        };
        let mut cooked = self.engine.cook(&recipe, &self.tables).await.map_err(told)?;
        let names: Vec<&str> = cooked.columns.iter().map(|column| column.name.as_str()).collect();
        let (mut text, mut lost) = (names.join(" | "), cooked.lost);
        while let Some(made) = cooked.rows.next().await {
            let made = made.map_err(told)?;
            lost.extend(made.lost);
            text.push_str(&lines(&made.rows));
        }
        Ok((text, lost))
    }
}

/// Rows as text, each after a line end.
pub fn lines(rows: &Rows) -> String {
    let options = arrow_cast::display::FormatOptions::default().with_null("∅");
    let cells: Vec<_> = rows
        .columns()
        .iter()
        .map(|column| arrow_cast::display::ArrayFormatter::try_new(column, &options).unwrap())
        .collect();
    let line = |row| cells.iter().map(|cell| cell.value(row).to_string()).collect::<Vec<_>>().join(" | ");
    (0..rows.num_rows()).map(|row| format!("\n{}", line(row))).collect()
}

fn table(text: &str) -> (TableSource, Bytes) {
    let mut lines = text.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    let mut columns = Vec::new();
    let mut arrays: Vec<(String, ArrayRef)> = Vec::new();
    for (index, head) in header.iter().enumerate() {
        let (name, kind) = head.split_once(':').unwrap_or((head, "text"));
        let cells = rows.iter().map(|row| Some(row[index]).filter(|cell| *cell != "∅"));
        let (kind, array): (ColumnType, ArrayRef) = match kind {
            "integer" => {
                let cells = cells.map(|cell| cell.map(|cell| cell.parse::<i64>().unwrap()));
                (ColumnType::Integer, Arc::new(cells.collect::<Int64Array>()))
            }
            "number" => {
                let cells = cells.map(|cell| cell.map(|cell| cell.parse::<f64>().unwrap()));
                (ColumnType::Number, Arc::new(cells.collect::<Float64Array>()))
            }
            _ => (ColumnType::Text, Arc::new(cells.collect::<StringArray>())),
        };
        columns.push(column(name, kind));
        arrays.push((name.to_owned(), array));
    }
    arrays.push((ROW.to_owned(), Arc::new(Int64Array::from_iter_values(1..=rows.len() as i64))));
    let batch =
        RecordBatch::try_from_iter_with_nullable(arrays.into_iter().map(|(name, array)| (name, array, true)))
            .unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let source = TableSource {
        id: TableId::new(),
        version: 1,
        blob: BlobId::of(&bytes),
        rows: rows.len() as u64,
        columns,
        sentinels: Default::default(),
        live: None,
    };
    (source, bytes.into())
}

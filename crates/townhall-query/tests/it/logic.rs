//! sqllogictest files (`tests/slt/*.slt`) against the SQL sandbox: types, nulls, joins, windows, groups, texts, days, errors.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use async_trait::async_trait;
use futures::StreamExt;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType};
use townhall_query::{Granted, QueryError, Sql, TableName};

use crate::support::{Fixture, cities, second};

/// Rows of an answer.
const ROWS_MAX: usize = 10_000;

/// The sandbox with two tables granted.
struct Sandbox {
    fixture: Fixture,
    granted: Vec<Granted>,
}

impl Sandbox {
    fn new() -> Self {
        let mut fixture = cities();
        let codes: ArrayRef = Arc::new(StringArray::from(vec!["MD", "VA", "OH"]));
        let names: ArrayRef = Arc::new(StringArray::from(vec!["Maryland", "Virginia", "Ohio"]));
        let states = second(&mut fixture, &[("code", codes), ("name", names)]);
        let granted = |name: &str, source: townhall_query::TableSource| Granted {
            name: TableName { dataset: None, table: name.to_owned() },
            source: Arc::new(source),
        };
        let granted = vec![granted("cities", fixture.table.clone()), granted("states", states)];
        Self { fixture, granted }
    }
}

#[async_trait]
impl AsyncDB for Sandbox {
    type Error = QueryError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, text: &str) -> Result<DBOutput<DefaultColumnType>, QueryError> {
        let sql = Sql::read(text)?;
        let (schema, mut rows) = self.fixture.engine.sql(&sql, &self.granted, ROWS_MAX).await?;
        let types = schema.fields().iter().map(|field| match field.data_type() {
            DataType::Int32 | DataType::Int64 | DataType::UInt64 => DefaultColumnType::Integer,
            DataType::Float32 | DataType::Float64 => DefaultColumnType::FloatingPoint,
            DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 | DataType::Date32 => {
                DefaultColumnType::Text
            }
            _ => DefaultColumnType::Any,
        });
        let types = types.collect();
        let mut lines = Vec::new();
        while let Some(batch) = rows.next().await {
            lines.extend(cells(&batch?));
        }
        Ok(DBOutput::Rows { types, rows: lines })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "townhall"
    }
}

fn cells(batch: &RecordBatch) -> Vec<Vec<String>> {
    let options = FormatOptions::default().with_null("NULL");
    let columns: Vec<_> =
        batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
    let cell = |column: &ArrayFormatter<'_>, row: usize| {
        let text = column.value(row).to_string();
        // Whole numbers are printed as such, whatever they are held in.
        text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
    };
    (0..batch.num_rows()).map(|row| columns.iter().map(|column| cell(column, row)).collect()).collect()
}

#[tokio::test]
async fn sql_means_what_its_books_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut problems = Vec::new();
    for file in &files {
        let mut runner = sqllogictest::Runner::new(|| async { Ok(Sandbox::new()) });
        for record in sqllogictest::parse_file(file).unwrap() {
            if let Err(error) = runner.run_async(record).await {
                problems.push(format!("{}", error.display(false)));
            }
        }
    }
    assert!(files.len() >= 8 && problems.is_empty(), "{}", problems.join("\n\n"));
}

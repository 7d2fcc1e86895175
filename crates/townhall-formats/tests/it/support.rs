//! One way to read a piece of text into a table, and one way to draw what came out.

use std::{ops::ControlFlow, path::Path};

use arrow_array::{RecordBatch, cast::AsArray, types::Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;
use townhall_formats::{FormatError, Ingested, ReadOptions, ingest, value_text};
use townhall_model::table::ColumnType;

/// A table that was read, with its rows.
pub struct Read {
    pub ingested: Ingested,
    pub batches: Vec<RecordBatch>,
    _folder: TempDir,
}

/// Reads a file's bytes under the name `table.csv`.
pub fn read_csv(bytes: impl AsRef<[u8]>, options: &ReadOptions) -> Result<Read, FormatError> {
    read_as("table.csv", bytes, options)
}

pub fn read_as(name: &str, bytes: impl AsRef<[u8]>, options: &ReadOptions) -> Result<Read, FormatError> {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    std::fs::write(&source, bytes).unwrap();
    let out = folder.path().join("out.parquet");
    let ingested = ingest(&source, name, options, &out, &mut |_| ControlFlow::Continue(()))?;
    assert_eq!(ingested.parquet_bytes, std::fs::metadata(&out).unwrap().len());
    let batches = read_parquet(&out);
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(rows as u64, ingested.rows);
    check_counts(&ingested);
    Ok(Read { ingested, batches, _folder: folder })
}

pub fn read_parquet(path: &Path) -> Vec<RecordBatch> {
    let file = std::fs::File::open(path).unwrap();
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let mut next = 1;
    batches.map(|batch| without_row_numbers(&batch.unwrap(), &mut next)).collect()
}

/// The columns of the table itself; the last of the file numbers the rows, which is checked on the way.
fn without_row_numbers(batch: &RecordBatch, next: &mut i64) -> RecordBatch {
    let last = batch.num_columns() - 1;
    let numbers = batch.column(last).as_primitive::<Int64Type>();
    let expected: Vec<i64> = (*next..*next + batch.num_rows() as i64).collect();
    assert_eq!(numbers.values(), &expected[..]);
    *next += batch.num_rows() as i64;
    batch.project(&(0..last).collect::<Vec<_>>()).unwrap()
}

/// Options under which every cell stays text.
pub fn all_text() -> ReadOptions {
    ReadOptions { all_columns: Some(ColumnType::Text), ..ReadOptions::default() }
}

/// What must hold of every reading.
fn check_counts(read: &Ingested) {
    for column in &read.columns {
        assert_eq!(column.values + column.nulls, read.rows, "{}", column.name);
        assert!(column.rejects <= column.nulls, "{}", column.name);
        assert!(column.distinct <= column.values, "{}", column.name);
        assert!(!column.name.starts_with('_') && !column.name.contains("__"), "{}", column.name);
    }
    let cells: u64 = read.columns.iter().map(|column| column.rejects).sum();
    assert!(cells <= read.rejects_total);
    assert_eq!(read.rejects_file.is_some(), read.rejects_total > 0);
    if let Some(path) = &read.rejects_file {
        let lines = std::fs::read_to_string(path).unwrap();
        assert_eq!(lines.lines().count() as u64, read.rejects_total);
    }
}

impl Read {
    /// All cells as the API prints them.
    pub fn cells(&self) -> Vec<Vec<Option<String>>> {
        let rows = |batch: &RecordBatch| -> Vec<Vec<Option<String>>> {
            (0..batch.num_rows())
                .map(|row| batch.columns().iter().map(|column| value_text(column, row)).collect())
                .collect()
        };
        self.batches.iter().flat_map(rows).collect()
    }

    /// Columns with types, then the first rows, then the rejects.
    pub fn draw(&self) -> String {
        let mut drawn = self.types();
        drawn.push_str("--\n");
        for row in self.cells().iter().take(10) {
            let cells: Vec<_> =
                row.iter().map(|cell| cell.as_deref().unwrap_or("∅").escape_debug().to_string()).collect();
            drawn.push_str(&cells.join(" │ "));
            drawn.push('\n');
        }
        drawn.push_str(&self.rejects());
        drawn
    }

    /// One line a column.
    pub fn types(&self) -> String {
        let line = |column: &townhall_model::table::Column| {
            let label = column.label.as_ref().map(|label| format!(" «{label}»")).unwrap_or_default();
            let reason = column.type_reason.as_ref().map(|reason| format!(", {reason}")).unwrap_or_default();
            format!("{}{label}: {}{reason}\n", column.name, column.kind.name())
        };
        self.ingested.columns.iter().map(line).collect()
    }

    /// One line a reject.
    pub fn rejects(&self) -> String {
        let line = |reject: &townhall_model::table::RejectedCell| {
            let column = reject.column.as_deref().unwrap_or("(row)");
            let line = reject.line.unwrap_or_default();
            format!("row {} line {line} {column}: {:?} is {}\n", reject.row, reject.value, reject.reason)
        };
        self.ingested.rejects.iter().map(line).collect()
    }

    pub fn read_as(&self) -> String {
        serde_json::to_string(&self.ingested.read_as).unwrap()
    }
}

//! A dump in SQL that both PostgreSQL and SQLite load: the table, then its rows, in one transaction.
//!
//! Text that holds NUL, which PostgreSQL can't store, gets `U+FFFD` in its place. Everything stands between quotes with
//! the quotes in it doubled, as the standard has it; a backslash means nothing.

use std::collections::HashSet;
use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use townhall_model::table::ColumnType;

use crate::{
    BatchWriter, Format, FormatError, FormatInfo, Likelihood, WriteOptions,
    delimited::headers,
    format::has_extension,
    limits::{SQL_COLUMNS_MAX, SQL_INSERT_BYTES, SQL_INSERT_ROWS, SQL_NAME_BYTES_MAX},
    text::{Cells, column_type, plain},
};

/// An SQL dump.
pub struct Sql;

const INFO: FormatInfo = FormatInfo {
    name: "sql",
    label: "SQL",
    extensions: &["sql"],
    media_types: &["application/sql"],
    can_read: false,
    can_write: true,
    streams: true,
};

impl Format for Sql {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, _head: &[u8], name: &str) -> Likelihood {
        if has_extension(&INFO, name) { Likelihood::Likely } else { Likelihood::No }
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        mut out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        if schema.fields().len() > SQL_COLUMNS_MAX {
            let limit = SQL_COLUMNS_MAX as u64;
            return Err(FormatError::TooMuchForFormat { format: INFO.label, what: "columns", limit });
        }
        let title = options.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
        let table = quoted(cut(title.unwrap_or("data"), SQL_NAME_BYTES_MAX));
        let mut insert = format!("INSERT INTO {table} (").into_bytes();
        let mut create = format!("BEGIN;\nCREATE TABLE {table} (");
        for (index, (field, name)) in schema.fields().iter().zip(names(&schema, options)).enumerate() {
            let (comma, name) = (if index > 0 { "," } else { "" }, quoted(&name));
            create.push_str(&format!("{comma}\n  {name} {}", type_of(column_type(field.data_type()))));
            insert.extend_from_slice(format!("{}{name}", if index > 0 { ", " } else { "" }).as_bytes());
        }
        create.push_str("\n);\n");
        insert.extend_from_slice(b") VALUES\n");
        out.write_all(create.as_bytes()).map_err(FormatError::io("write", INFO.name))?;
        Ok(Box::new(SqlWriter { out, insert, buffer: Vec::new(), text: Vec::new() }))
    }
}

/// The types of standard SQL; SQLite takes them for its affinities.
fn type_of(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "text",
        ColumnType::Integer => "bigint",
        ColumnType::Number => "double precision",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Timestamp => "timestamp with time zone",
        ColumnType::Datetime => "timestamp",
    }
}

/// The columns' names, cut to what PostgreSQL keeps of them, and different also for SQLite, which ignores case.
fn names(schema: &SchemaRef, options: &WriteOptions) -> Vec<String> {
    let mut taken = HashSet::new();
    let unique = |(index, name): (usize, String)| {
        let stem = if name.is_empty() { format!("column_{}", index + 1) } else { name };
        let mut name = cut(&stem, SQL_NAME_BYTES_MAX).to_owned();
        let mut copy = 2;
        while !taken.insert(name.to_lowercase()) {
            let ending = format!("_{copy}");
            name = format!("{}{ending}", cut(&stem, SQL_NAME_BYTES_MAX - ending.len()));
            copy += 1;
        }
        name
    };
    headers(schema, options).into_iter().enumerate().map(unique).collect()
}

/// At most so many bytes of a name, in whole characters.
fn cut(name: &str, bytes: usize) -> &str {
    &name[..name.floor_char_boundary(bytes)]
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\0', "\u{fffd}").replace('"', "\"\""))
}

struct SqlWriter {
    out: Box<dyn Write + Send>,
    insert: Vec<u8>,
    buffer: Vec<u8>,
    text: Vec<u8>,
}

impl BatchWriter for SqlWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        let columns: Vec<_> = batch.columns().iter().map(plain).collect();
        let columns: Vec<_> = columns.iter().map(Cells::new).collect();
        let mut rows_of_insert = 0;
        for row in 0..batch.num_rows() {
            if rows_of_insert == 0 {
                self.buffer.clear();
                self.buffer.extend_from_slice(&self.insert);
            } else {
                self.buffer.extend_from_slice(b",\n");
            }
            self.buffer.push(b'(');
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    self.buffer.extend_from_slice(b", ");
                }
                self.text.clear();
                push_literal(column, row, &mut self.text, &mut self.buffer);
            }
            self.buffer.push(b')');
            rows_of_insert += 1;
            let is_last = row + 1 == batch.num_rows();
            if is_last || rows_of_insert == SQL_INSERT_ROWS || self.buffer.len() >= SQL_INSERT_BYTES {
                self.buffer.extend_from_slice(b";\n");
                self.out.write_all(&self.buffer).map_err(FormatError::io("write", INFO.name))?;
                rows_of_insert = 0;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        self.out.write_all(b"COMMIT;\n").map_err(FormatError::io("write", INFO.name))?;
        self.out.flush().map_err(FormatError::io("write", INFO.name))
    }
}

fn push_literal(column: &Cells<'_>, row: usize, text: &mut Vec<u8>, out: &mut Vec<u8>) {
    if !column.append(row, text) {
        out.extend_from_slice(b"NULL");
        return;
    }
    match column {
        Cells::Integer(_) | Cells::Number(_) | Cells::Boolean(_) => out.extend_from_slice(text),
        _ => {
            out.push(b'\'');
            for byte in text.iter() {
                match byte {
                    b'\'' => out.extend_from_slice(b"''"),
                    0 => out.extend_from_slice("\u{fffd}".as_bytes()),
                    byte => out.push(*byte),
                }
            }
            out.push(b'\'');
        }
    }
}

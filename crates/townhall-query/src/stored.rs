//! Answers as bytes, for those that are computed now and asked for later.

use std::io::{Cursor, Read, Write};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use serde::{Deserialize, Serialize};

use crate::engine::{FacetCounts, Page, engine};
use crate::error::QueryError;

/// What stands before the rows of a page.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    numbers: Vec<u64>,
    total: Option<u64>,
    next: Option<String>,
    previous: Option<String>,
    offset: u64,
    has_more: bool,
    facets: Vec<String>,
}

impl Page {
    /// The page as bytes that [`from_bytes`](Self::from_bytes) reads.
    pub fn to_bytes(&self) -> Result<Vec<u8>, QueryError> {
        let head = Head {
            numbers: self.numbers.clone(),
            total: self.total,
            next: self.next.clone(),
            previous: self.previous.clone(),
            offset: self.offset,
            has_more: self.has_more,
            facets: self.facets.iter().map(|facet| facet.column.clone()).collect(),
        };
        let mut bytes = Vec::new();
        put(&mut bytes, &serde_json::to_vec(&head).map_err(|error| failed(&error))?);
        put(&mut bytes, &batch_to_bytes(&self.rows)?);
        for facet in &self.facets {
            put(&mut bytes, &batch_to_bytes(&facet.counts)?);
        }
        Ok(bytes)
    }

    /// The page that bytes hold.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, QueryError> {
        let mut bytes = Cursor::new(bytes);
        let head: Head = serde_json::from_slice(&take(&mut bytes)?).map_err(|error| failed(&error))?;
        let rows = batch_from_bytes(&take(&mut bytes)?)?;
        let facets = head.facets.into_iter();
        let facets = facets
            .map(|column| Ok(FacetCounts { column, counts: batch_from_bytes(&take(&mut bytes)?)? }))
            .collect::<Result<_, QueryError>>()?;
        Ok(Self {
            rows,
            numbers: head.numbers,
            total: head.total,
            next: head.next,
            previous: head.previous,
            offset: head.offset,
            has_more: head.has_more,
            facets,
        })
    }
}

/// Rows as an Arrow stream.
pub fn batch_to_bytes(batch: &RecordBatch) -> Result<Vec<u8>, QueryError> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).map_err(|error| failed(&error))?;
    writer.write(batch).and_then(|()| writer.finish()).map_err(|error| failed(&error))?;
    drop(writer);
    Ok(bytes)
}

/// The rows of an Arrow stream, as one batch.
pub fn batch_from_bytes(bytes: &[u8]) -> Result<RecordBatch, QueryError> {
    let reader = StreamReader::try_new(Cursor::new(bytes), None).map_err(|error| failed(&error))?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error))?;
    crate::answer::joined(&Arc::clone(&schema), &batches)
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    // Writing to memory does not fail.
    let _ = bytes.write_all(&(part.len() as u64).to_le_bytes());
    let _ = bytes.write_all(part);
}

fn take(bytes: &mut Cursor<&[u8]>) -> Result<Vec<u8>, QueryError> {
    let mut length = [0; 8];
    bytes.read_exact(&mut length).map_err(|error| failed(&error))?;
    let left = bytes.get_ref().len() as u64 - bytes.position();
    let length = Some(u64::from_le_bytes(length)).filter(|length| *length <= left);
    let length = length.ok_or_else(|| failed(&"a kept answer is cut short"))?;
    let mut part = vec![0; length as usize];
    bytes.read_exact(&mut part).map_err(|error| failed(&error))?;
    Ok(part)
}

fn failed(error: &dyn std::fmt::Display) -> QueryError {
    engine(&error.to_string())
}

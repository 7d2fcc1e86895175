//! Two hundred tables of half a gigabyte each in an object store, of which every byte can be read and few exist: the row groups
//! of a table have keys of their own, and their other columns are the same bytes again and again. Whatever reads them is counted.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use async_trait::async_trait;
use bytes::Bytes;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use townhall_model::table::ColumnType;
use townhall_model::{BlobId, TableId};
use townhall_query::{ROW, ReadBlob, ReadError, TableSource};

use crate::support::column;

/// Rows of a row group.
pub const GROUP_ROWS: i64 = 16_384;

/// Row groups of a table.
pub const GROUPS: i64 = 80;

/// Tables.
pub const TABLES: usize = 200;

/// The columns besides the key that each row group has alike: two small ones and eight wide ones.
const PLACES: [&str; 4] = ["MD", "VA", "DC", "WV"];
const NOTES: usize = 8;
const NOTE_BYTES: usize = 48;

/// A part of the file, and where its bytes are.
#[derive(Debug)]
struct Part {
    at: Range<u64>,
    bytes: Bytes,
}

/// The object store: the same half gigabyte under every name, and a list of what was read of it.
#[derive(Debug)]
pub struct Sparse {
    parts: Vec<Part>,
    pub metadata: ParquetMetaData,
    pub size: u64,
    /// Where the description of the file begins: its page index, then its footer.
    pub tail: u64,
    names: HashSet<BlobId>,
    reads: Mutex<Vec<(BlobId, Range<u64>)>>,
    sizes: Mutex<u64>,
}

/// What was asked of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reads {
    pub bytes: u64,
    pub requests: u64,
    /// Questions for a size.
    pub sizes: u64,
}

/// Lets nothing through before it is told to.
#[derive(Clone)]
struct Gate {
    is_open: Arc<AtomicBool>,
    kept: Arc<Mutex<Vec<u8>>>,
}

impl Write for Gate {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.is_open.load(Ordering::SeqCst) {
            self.kept.lock().unwrap().extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn properties() -> WriterProperties {
    // As tables are written: small pages with an index.
    WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_data_page_row_count_limit(1_024)
        .set_write_batch_size(1_024)
        .set_max_row_group_row_count(Some(GROUP_ROWS as usize))
        .build()
}

/// A file of one row group with its description.
fn written(columns: Vec<(&str, ArrayRef)>) -> (Bytes, ParquetMetaData) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let bytes = Bytes::from(bytes);
    let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Required);
    (bytes.clone(), reader.parse_and_finish(&bytes).unwrap())
}

/// What closes a column that another file has already.
fn close(metadata: &ParquetMetaData, index: usize) -> ColumnCloseResult {
    let group = metadata.row_group(0);
    ColumnCloseResult {
        bytes_written: group.column(index).compressed_size() as u64,
        rows_written: group.num_rows() as u64,
        metadata: group.column(index).clone(),
        bloom_filter: None,
        column_index: metadata.column_index().map(|all| all[0][index].clone()),
        offset_index: metadata.offset_index().map(|all| all[0][index].clone()),
    }
}

fn keys(group: i64) -> Vec<(&'static str, ArrayRef)> {
    let first = group * GROUP_ROWS;
    // Even keys, so that the odd ones are within the bounds of a group and in none.
    let key = Int64Array::from_iter_values((first..first + GROUP_ROWS).map(|row| row * 2));
    let number = Int64Array::from_iter_values(first + 1..=first + GROUP_ROWS);
    vec![("key", Arc::new(key)), (ROW, Arc::new(number))]
}

fn payload() -> Vec<(String, ArrayRef)> {
    let place = (0..GROUP_ROWS).map(|row| PLACES[row as usize % PLACES.len()]);
    let amount = (0..GROUP_ROWS).map(|row| row as f64 / 4.0);
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("place".into(), Arc::new(StringArray::from_iter_values(place))),
        ("amount".into(), Arc::new(Float64Array::from_iter_values(amount))),
    ];
    // Characters that no encoding makes smaller.
    let mut state = 1_u64;
    for note in 0..NOTES {
        let mut text = String::with_capacity(NOTE_BYTES);
        let values: Vec<String> = (0..GROUP_ROWS)
            .map(|_| {
                text.clear();
                for _ in 0..NOTE_BYTES {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    text.push(char::from(b'0' + (state >> 58) as u8));
                }
                text.clone()
            })
            .collect();
        columns.push((format!("note_{note}"), Arc::new(StringArray::from(values))));
    }
    columns
}

impl Sparse {
    /// The store, and the tables in it.
    pub fn new() -> (Arc<Self>, Vec<TableSource>) {
        let payload = payload();
        let (same, same_described) =
            written(payload.iter().map(|(name, array)| (name.as_str(), array.clone())).collect());
        let all =
            keys(0).into_iter().chain(payload.iter().map(|(name, array)| (name.as_str(), array.clone())));
        let schema = RecordBatch::try_from_iter(all).unwrap().schema();
        let schema = ArrowSchemaConverter::new().convert(&schema).unwrap().root_schema_ptr();
        let gate = Gate { is_open: Arc::default(), kept: Arc::default() };
        let mut writer = SerializedFileWriter::new(gate.clone(), schema, Arc::new(properties())).unwrap();
        let mut sources = Vec::new();
        for group in 0..GROUPS {
            let (own, own_described) = written(keys(group));
            let mut out = writer.next_row_group().unwrap();
            for (bytes, described) in [(&own, &own_described), (&same, &same_described)] {
                for index in 0..described.row_group(0).num_columns() {
                    out.append_column(bytes, close(described, index)).unwrap();
                    let (start, length) = described.row_group(0).column(index).byte_range();
                    sources.push(bytes.slice(start as usize..(start + length) as usize));
                }
            }
            out.close().unwrap();
        }
        writer.flush().unwrap();
        let tail = writer.bytes_written() as u64;
        gate.is_open.store(true, Ordering::SeqCst);
        let metadata = writer.close().unwrap();
        let end = Bytes::from(std::mem::take(&mut *gate.kept.lock().unwrap()));
        let size = tail + end.len() as u64;
        let chunks = metadata.row_groups().iter().flat_map(|group| group.columns());
        let mut parts: Vec<Part> = chunks
            .zip(sources)
            .map(|(chunk, bytes)| {
                let (start, length) = chunk.byte_range();
                assert_eq!(length as usize, bytes.len());
                Part { at: start..start + length, bytes }
            })
            .collect();
        parts.push(Part { at: tail..size, bytes: end });
        let names: Vec<BlobId> = (0..TABLES).map(|table| BlobId::of(format!("{table}").as_bytes())).collect();
        let types =
            [("key", ColumnType::Integer), ("place", ColumnType::Text), ("amount", ColumnType::Number)];
        let notes: Vec<String> = (0..NOTES).map(|note| format!("note_{note}")).collect();
        let tables = names.iter().map(|blob| TableSource {
            id: TableId::new(),
            version: 1,
            blob: *blob,
            rows: (GROUPS * GROUP_ROWS) as u64,
            columns: types
                .into_iter()
                .chain(notes.iter().map(|name| (name.as_str(), ColumnType::Text)))
                .map(|(name, kind)| column(name, kind))
                .collect(),
            live: None,
            sentinels: BTreeMap::new(),
        });
        let tables = tables.collect();
        let names = names.into_iter().collect();
        let (reads, sizes) = Default::default();
        (Arc::new(Self { parts, metadata, size, tail, names, reads, sizes }), tables)
    }

    /// The bytes of columns in a row group.
    pub fn chunks(&self, group: usize, names: &[&str]) -> u64 {
        let chunks = self.metadata.row_group(group).columns().iter();
        let wanted = chunks.filter(|chunk| names.contains(&chunk.column_path().string().as_str()));
        wanted.map(|chunk| chunk.compressed_size() as u64).sum()
    }

    /// The bytes that describe the file.
    pub fn described(&self) -> u64 {
        self.size - self.tail
    }

    /// What was asked since the last time.
    pub fn taken(&self) -> Reads {
        let reads = std::mem::take(&mut *self.reads.lock().unwrap());
        let sizes = std::mem::take(&mut *self.sizes.lock().unwrap());
        Reads {
            bytes: reads.iter().map(|(_, range)| range.end - range.start).sum(),
            requests: reads.len() as u64,
            sizes,
        }
    }
}

#[async_trait]
impl ReadBlob for Sparse {
    async fn size(&self, blob: &BlobId) -> Result<Option<u64>, ReadError> {
        *self.sizes.lock().unwrap() += 1;
        Ok(self.names.contains(blob).then_some(self.size))
    }

    async fn range(&self, blob: &BlobId, range: Range<u64>) -> Result<Bytes, ReadError> {
        if !self.names.contains(blob) || range.end > self.size {
            return Err(ReadError("no such bytes".to_owned()));
        }
        self.reads.lock().unwrap().push((*blob, range.clone()));
        let mut bytes = Vec::with_capacity((range.end - range.start) as usize);
        let first = self.parts.partition_point(|part| part.at.end <= range.start);
        for part in &self.parts[first..] {
            if part.at.start >= range.end {
                break;
            }
            let from = range.start.max(part.at.start) - part.at.start;
            let to = range.end.min(part.at.end) - part.at.start;
            bytes.extend_from_slice(&part.bytes[from as usize..to as usize]);
        }
        // What lies before the first part is the mark of the format.
        let missing = (range.end - range.start) as usize - bytes.len();
        let mut whole = b"PAR1"[..missing].to_vec();
        whole.extend_from_slice(&bytes);
        Ok(whole.into())
    }
}

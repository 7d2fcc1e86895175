//! What the reader hands out, one at a time.

use townhall_model::record::{Record, RecordKind, Version};
use townhall_model::{Finding, Position};

use crate::limits;

/// How a catalogue is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Most bytes of the file, counted after decompression.
    pub decompressed_bytes_max: u64,
    /// Most bytes of one record; a larger one is refused, the others are read.
    pub record_bytes_max: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            decompressed_bytes_max: limits::DECOMPRESSED_BYTES_MAX,
            record_bytes_max: limits::RECORD_BYTES_MAX,
        }
    }
}

/// One thing that the reader found.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// What stands around the records of a catalogue, without them. It comes when its catalogue is read to the
    /// end, after its records, because files may put their header last.
    Header(ReadRecord),
    /// A dataset, service, series or catalogue record.
    Record(ReadRecord),
    /// Something in the place of a record that could not be read as one.
    Refused(Refused),
}

/// A record with the place where it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRecord {
    /// Which record of its kind it is in the file, counted from 0, refused ones included.
    pub index: u64,
    /// The JSON pointer to it, such as `/dataset/17`; empty for the whole file.
    pub pointer: String,
    /// Where it begins.
    pub position: Position,
    /// The record with its original bytes. Only for UTF-16 files they are not the bytes of the file but UTF-8.
    pub record: Record,
    /// What was repaired or did not fit. Pointers and positions are those of the file.
    pub findings: Vec<Finding>,
}

/// Something that could not be read as a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// Which record of its kind it would have been, counted from 0.
    pub index: u64,
    /// The kind of record that belongs in its place.
    pub kind: RecordKind,
    /// The JSON pointer to it.
    pub pointer: String,
    /// Where it begins.
    pub position: Position,
    /// Why it was refused, and where exactly.
    pub reason: Finding,
    /// Its bytes; of one that is too large, the first part.
    pub original: Vec<u8>,
}

/// What the whole file was.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// The schema, from `conformsTo` or else from the shape of the records.
    pub version: Option<Version>,
    /// Catalogues, nested ones included.
    pub catalogs: u64,
    /// Datasets that were read.
    pub datasets: u64,
    /// Data services that were read.
    pub services: u64,
    /// Dataset series that were read.
    pub series: u64,
    /// Catalogue records that were read.
    pub catalog_records: u64,
    /// Records of any kind that were refused.
    pub refused: u64,
    /// Bytes after decompression.
    pub bytes: u64,
    /// Whether the file breaks off before its end. Nothing may be deleted on the word of such a file.
    pub is_truncated: bool,
    /// Whether the receiver asked to stop.
    pub is_stopped: bool,
    /// What was repaired or noticed about the file as a whole.
    pub findings: Vec<Finding>,
}

impl Summary {
    /// Whether every record that the file lists was read.
    pub fn is_complete(&self) -> bool {
        !self.is_truncated && !self.is_stopped && self.refused == 0
    }

    pub(crate) fn count(&mut self, kind: RecordKind) {
        match kind {
            RecordKind::Catalog => self.catalogs += 1,
            RecordKind::Dataset => self.datasets += 1,
            RecordKind::DataService => self.services += 1,
            RecordKind::DatasetSeries => self.series += 1,
            RecordKind::CatalogRecord => self.catalog_records += 1,
        }
    }
}

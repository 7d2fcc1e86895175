//! What the reader hands to those who want the bytes of records rather than typed ones.

use std::ops::ControlFlow;

use townhall_model::{Finding, Position};

use super::item::Refused;
use super::record::Place;

/// Takes what the reader found.
pub trait RawSink {
    /// The length of the record at the start of the bytes, if it is whole and sound. Then it is taken next, and
    /// nobody scans for its end; else the reader looks for the end by itself, and mends what it can.
    fn measure(&mut self, bytes: &[u8]) -> Option<usize>;

    /// Takes one thing. An error refuses a record: the reader then looks for the next one.
    fn take(&mut self, item: RawItem<'_>) -> Result<ControlFlow<()>, Box<Finding>>;
}

/// One thing that the reader found, in bytes.
pub enum RawItem<'r> {
    /// What stands around the records of a catalogue; the lists of records in it are emptied.
    Header {
        /// Where it stands.
        place: Place<'r>,
        /// Its bytes, without the records.
        bytes: &'r [u8],
        /// Where the members among the bytes stood in the file.
        marks: &'r [Mark],
    },
    /// A record.
    Record {
        /// Where it stands.
        place: Place<'r>,
        /// Its bytes.
        bytes: &'r [u8],
    },
    /// The whole file is one object without lists of records: a record, an empty catalogue, or something else.
    Alone {
        /// Where it begins.
        start: Position,
        /// Its bytes.
        bytes: &'r [u8],
    },
    /// Something in the place of a record that could not be read as one.
    Refused(Box<Refused>),
}

/// Where a byte of a header stood in the file.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// The index of the byte in the header.
    pub at: usize,
    /// Its place in the file.
    pub position: Position,
}

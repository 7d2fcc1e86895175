//! From the bytes of a record to lines and columns of the file.

use std::cell::{Cell, RefCell};

use townhall_model::Position;

use crate::reader::{Mark, advance, locate, position_in};

/// How the bytes of a record lie in the file.
pub enum Places<'r> {
    /// As they are, from one place on.
    Plain(Plain<'r>),
    /// With gaps where the records were: the header of a catalogue.
    Header {
        /// The bytes.
        bytes: &'r [u8],
        /// Where they begin.
        start: Position,
        /// Where parts of them stood.
        marks: &'r [Mark],
    },
    /// Mended before they were parsed, so that only a pointer leads back.
    Mended {
        /// The bytes as they were.
        bytes: &'r [u8],
        /// Where they begin.
        start: Position,
        /// How many places are looked up yet; each look-up reads the bytes from the start.
        lookups: Cell<u32>,
    },
}

/// Bytes that lie in the file as they are.
#[derive(Clone)]
pub struct Plain<'r> {
    bytes: &'r [u8],
    start: Position,
    /// The place of every [`STEP_BYTES`]th byte, as far as was asked.
    steps: RefCell<Vec<Position>>,
}

/// How many bytes are counted at most for one place.
const STEP_BYTES: usize = 4096;

/// Places that are looked up in a record that was mended.
const LOOKUPS_MAX: u32 = 100;

impl<'r> Places<'r> {
    /// The places of bytes that begin here.
    pub fn plain(bytes: &'r [u8], start: Position) -> Self {
        Self::Plain(Plain { bytes, start, steps: RefCell::default() })
    }

    /// The places of bytes that were mended.
    pub fn mended(bytes: &'r [u8], start: Position) -> Self {
        Self::Mended { bytes, start, lookups: Cell::new(LOOKUPS_MAX) }
    }

    /// The place of a byte, or of the value with this pointer.
    pub fn position(&self, at: usize, pointer: &str) -> Position {
        match self {
            Self::Plain(plain) => plain.position(at),
            Self::Header { bytes, start, marks } => position_in(bytes, *start, marks, at),
            Self::Mended { bytes, start, lookups } => {
                let Some(left) = lookups.get().checked_sub(1) else { return *start };
                lookups.set(left);
                locate(bytes, pointer).map_or(*start, |at| advance(*start, &bytes[..at]))
            }
        }
    }
}

impl Plain<'_> {
    fn position(&self, at: usize) -> Position {
        let mut steps = self.steps.borrow_mut();
        let at = at.min(self.bytes.len());
        let wanted = at / STEP_BYTES;
        while steps.len() < wanted {
            let from = steps.len() * STEP_BYTES;
            let before = steps.last().copied().unwrap_or(self.start);
            steps.push(advance(before, &self.bytes[from..from + STEP_BYTES]));
        }
        let before = wanted.checked_sub(1).map_or(self.start, |last| steps[last]);
        advance(before, &self.bytes[wanted * STEP_BYTES..at])
    }
}

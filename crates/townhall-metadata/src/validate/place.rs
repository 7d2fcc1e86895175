//! From the bytes of a record to lines and columns of the file.

use std::cell::{Cell, RefCell};

use townhall_model::Position;

use crate::reader::{Mark, advance, locate};

/// How the bytes of a record lie in the file.
pub enum Places<'r> {
    /// As they are, from one place on.
    Plain(Plain<'r>),
    /// With gaps where the records were: the header of a catalogue.
    Header(Plain<'r>, &'r [Mark]),
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

    /// The places of a header that begins here.
    pub fn header(bytes: &'r [u8], start: Position, marks: &'r [Mark]) -> Self {
        Self::Header(Plain { bytes, start, steps: RefCell::default() }, marks)
    }

    /// The places of bytes that were mended.
    pub fn mended(bytes: &'r [u8], start: Position) -> Self {
        Self::Mended { bytes, start, lookups: Cell::new(LOOKUPS_MAX) }
    }

    /// The place of a byte, or of the value with this pointer.
    pub fn position(&self, at: usize, pointer: &str) -> Position {
        match self {
            Self::Plain(plain) => plain.position(at, &[]),
            Self::Header(plain, marks) => plain.position(at, marks),
            Self::Mended { bytes, start, lookups } => {
                let Some(left) = lookups.get().checked_sub(1) else { return *start };
                lookups.set(left);
                locate(bytes, pointer).map_or(*start, |at| advance(*start, &bytes[..at]))
            }
        }
    }
}

impl Plain<'_> {
    fn position(&self, at: usize, marks: &[Mark]) -> Position {
        let mut steps = self.steps.borrow_mut();
        let at = at.min(self.bytes.len());
        let wanted = at / STEP_BYTES;
        while steps.len() < wanted {
            let position = self.from(steps.len(), &steps, (steps.len() + 1) * STEP_BYTES, marks);
            steps.push(position);
        }
        self.from(wanted, &steps, at, marks)
    }

    /// Counts from the last place that is known: that of so many steps, or a mark.
    fn from(&self, step: usize, steps: &[Position], at: usize, marks: &[Mark]) -> Position {
        let position = step.checked_sub(1).map_or(self.start, |last| steps[last]);
        let known = Mark { at: step * STEP_BYTES, position };
        let marked = marks.partition_point(|mark| mark.at <= at).checked_sub(1).map(|index| marks[index]);
        let Mark { at: from, position } = marked.filter(|mark| mark.at >= known.at).unwrap_or(known);
        advance(position, &self.bytes[from..at])
    }
}

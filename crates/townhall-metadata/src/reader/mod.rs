//! Reads a catalogue of any size record by record, tolerantly, and says what it had to tolerate.
//!
//! A byte scanner ([`scan`]) splits the stream into records, one of which is in memory at a time. Each is
//! parsed strictly, then once more after mending; what can't be mended is refused alone, and the reading
//! goes on with the next.

mod container;
mod input;
mod item;
mod lines;
mod list;
mod locate;
mod parse;
mod plain;
mod raw;
mod record;
mod repair;
mod resync;
mod scan;
mod walk;
mod window;

pub(crate) use input::{Transcoder, Unwrapping, unwrap};
pub use item::{Item, ReadOptions, ReadRecord, Refused, Summary};
pub use locate::locate;
pub(crate) use plain::Plain;
pub(crate) use raw::{Mark, RawItem, RawSink};
pub(crate) use record::{
    Place, broken, cut_off, decoded_text, doubled_key, not_an_object, read_object, too_deep, too_large,
};
pub(crate) use repair::decode;
pub use walk::read_catalog;
pub(crate) use walk::walk_catalog;
pub(crate) use window::advance;

//! Catalogues in, records out, catalogues back: what is promised of every file, good or bad.

mod convert;
mod fixtures;
mod repairs;
mod round_trip;
mod scanner;
mod write;

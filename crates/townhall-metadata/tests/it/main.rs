//! Catalogues in, records out, catalogues back: what is promised of every file, good or bad.

mod fixtures;
mod round_trip;

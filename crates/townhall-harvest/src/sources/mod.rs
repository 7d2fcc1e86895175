//! Every kind of source, in one list.

mod catalog_file;
mod local;

use crate::source::Source;

/// The kinds of sources, the most certain of an address first.
pub const SOURCES: &[&dyn Source] = &[&local::Local, &catalog_file::CatalogFile];

/// The kind of source of this name.
pub fn source(id: &str) -> Option<&'static dyn Source> {
    SOURCES.iter().copied().find(|source| source.info().id == id)
}

//! Files that are read more than once: for what must be known before the first record can be written.

use std::io::{self, Read};
use std::ops::ControlFlow;

use townhall_model::record::{Body, Catalog, Version};

use crate::{Item, ReadError, ReadOptions, ReadRecord, Summary, read_catalog};

/// A file that can be read from its beginning as often as needed, with the name that reports call it by.
pub trait Rereadable {
    /// What people call it, such as its path or address.
    fn name(&self) -> &str;

    /// Its bytes from the beginning, the same every time.
    ///
    /// # Errors
    ///
    /// Whatever keeps the file from being opened.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;
}

/// A file that is in memory.
#[derive(Debug, Clone, Copy)]
pub struct InMemory<'b> {
    /// What people call it.
    pub name: &'b str,
    /// Its bytes.
    pub bytes: &'b [u8],
}

impl Rereadable for InMemory<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.bytes))
    }
}

/// The header of the outermost catalogue, which may stand behind the records; an empty one for a file without.
pub(crate) fn read_header(input: &dyn Rereadable, options: &ReadOptions) -> Result<Catalog, ReadError> {
    let mut header = Catalog::default();
    read_catalog(input.open()?, options, &mut |item| match item {
        Item::Header(read) if read.pointer.is_empty() => {
            if let Body::Catalog(catalog) = read.record.body {
                header = *catalog;
            }
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })?;
    Ok(header)
}

/// The version of a file, as far as its beginning up to the first record tells.
pub(crate) fn peek_version(
    input: &dyn Rereadable,
    options: &ReadOptions,
) -> Result<Option<Version>, ReadError> {
    let summary = read_catalog(input.open()?, options, &mut |_| ControlFlow::Break(()))?;
    Ok(summary.version)
}

/// Reads the records alone.
pub(crate) fn each_record(
    input: &dyn Rereadable,
    options: &ReadOptions,
    visit: &mut dyn FnMut(ReadRecord) -> ControlFlow<()>,
) -> Result<Summary, ReadError> {
    read_catalog(input.open()?, options, &mut |item| match item {
        Item::Record(read) => visit(read),
        Item::Header(_) | Item::Refused(_) => ControlFlow::Continue(()),
    })
}

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

/// The version of a file, as far as its beginning up to the first record tells.
pub(crate) fn peek_version(
    input: &dyn Rereadable,
    options: &ReadOptions,
) -> Result<Option<Version>, ReadError> {
    let summary = read_catalog(input.open()?, options, &mut |_| ControlFlow::Break(()))?;
    Ok(summary.version)
}

/// What a file gave besides its records.
pub(crate) struct Passed {
    pub summary: Summary,
    /// The header of the outermost catalogue, which may stand behind the records; an empty one for a file without.
    pub header: Catalog,
}

/// Reads the file and shows its records.
pub(crate) fn each_record(
    input: &dyn Rereadable,
    options: &ReadOptions,
    visit: &mut dyn FnMut(ReadRecord) -> ControlFlow<()>,
) -> Result<Passed, ReadError> {
    let mut header = Catalog::default();
    let summary = read_catalog(input.open()?, options, &mut |item| match item {
        Item::Record(read) => visit(read),
        Item::Header(read) => {
            if let (Body::Catalog(catalog), true) = (read.record.body, read.pointer.is_empty()) {
                header = *catalog;
            }
            ControlFlow::Continue(())
        }
        Item::Refused(_) => ControlFlow::Continue(()),
    })?;
    Ok(Passed { summary, header })
}

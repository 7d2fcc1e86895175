//! The bytes of a file that is no JSON: unpacked, as UTF-8, and counted.

use std::io::{self, Read};

use townhall_model::{Finding, Severity};

use super::input::{Unwrapping, unwrap};
use super::item::{ReadOptions, Summary};
use super::walk::is_damage;
use crate::ReadError;

/// A stream that ends with an error where the file becomes larger than the options allow.
pub struct Plain<'r> {
    input: Box<dyn Read + 'r>,
    bytes: u64,
    limit_bytes: u64,
    is_packed: bool,
}

impl<'r> Plain<'r> {
    /// Looks at the first bytes and gives the stream behind them.
    pub fn open(input: &'r mut dyn Read, options: &ReadOptions, summary: &mut Summary) -> io::Result<Self> {
        let (input, unwrappings) = unwrap(input)?;
        let is_packed = unwrappings.contains(&Unwrapping::Gzip);
        // Byte-order marks and UTF-16 are a mistake in JSON; elsewhere they are customary.
        summary.findings.extend(is_packed.then(|| Unwrapping::Gzip.finding()));
        Ok(Self { input, bytes: 0, limit_bytes: options.decompressed_bytes_max, is_packed })
    }

    /// Completes the summary when the reading has ended with this error, or well.
    ///
    /// # Errors
    ///
    /// [`ReadError::TooLarge`], and what is neither damage in a packed file nor a limit of the reader.
    pub fn close(self, ended: io::Result<()>, summary: &mut Summary) -> Result<(), ReadError> {
        summary.bytes = self.bytes;
        let Err(error) = ended else { return Ok(()) };
        if error.kind() == io::ErrorKind::FileTooLarge {
            return Err(ReadError::TooLarge { limit_bytes: self.limit_bytes });
        }
        if !is_damage(&error) {
            return Err(error.into());
        }
        summary.is_truncated = true;
        let finding = if self.is_packed {
            Finding::new("READ-GZIP-DAMAGED", Severity::Error, format!("the gzip file is damaged: {error}"))
                .with_fix("fetch the file again; what stands before this place was read")
        } else {
            Finding::new(
                "READ-TRUNCATED",
                Severity::Error,
                format!("the file can't be read to its end: {error}"),
            )
            .with_fix("mend this place; what stands before it was read")
        };
        summary.findings.push(finding);
        Ok(())
    }
}

impl Read for Plain<'_> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(output)?;
        self.bytes += read as u64;
        if self.bytes > self.limit_bytes {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(read)
    }
}

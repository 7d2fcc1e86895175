//! Stub.
use crate::{FormatError, FormatInfo, Ingest, Ingested};
pub(crate) fn ingest(task: Ingest<'_>, info: &'static FormatInfo) -> Result<Ingested, FormatError> {
    Err(FormatError::CannotRead { name: task.name.to_owned(), format: info.label })
}

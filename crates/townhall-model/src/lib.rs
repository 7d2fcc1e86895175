#![doc = include_str!("../README.md")]

pub mod dictionary;
mod error_kind;
mod finding;
mod ids;
mod months;
pub mod record;
pub mod table;
pub mod words;

pub use error_kind::ErrorKind;
pub use finding::{Finding, Position, Severity};
pub use ids::{BlobId, IdError, JobId, OrganizationId, RecordId, ReportId, TableId};
pub use months::{MONTHS, month_named};

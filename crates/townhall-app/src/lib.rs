#![doc = include_str!("../README.md")]

pub mod access;
mod app;
mod blobs;
mod catalog;
mod doctor;
mod error;
mod exports;
mod imports;
mod jobs;
pub mod licence;
pub mod limits;
pub mod places;
mod records;
mod search;
mod stream;
mod tables;

pub use access::Audience;
pub use app::{App, AppSettings, CatalogueSettings};
pub use catalog::{DatasetDetail, HostedFile, OrganizationName, OrganizationSummary, RevisionSummary};
pub use error::Error;
pub use exports::CatalogueForm;
pub use imports::{ImportEvent, ImportOptions, ImportReport, InputReport, TablePolicy};
pub use jobs::{JOBS, JobInfo};
pub use search::{DatasetCard, Named, ParameterProblem, SearchOrder, SearchPage, SearchRequest};
pub use stream::ByteStream;
pub use tables::{TablePreview, TableSummary};
pub use townhall_formats::{Header, ReadOptions, column_type};
pub use townhall_search::{Facet, FacetValue, Hit, SearchAnswer, Segment};

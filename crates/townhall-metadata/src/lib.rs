#![doc = include_str!("../README.md")]

mod canonical;
mod convert;
mod dialect;
mod diff;
mod error;
mod fuzz;
pub mod limits;
mod lists;
mod rdf;
mod reader;
mod self_record;
pub mod validate;
mod version;
mod write;

pub use canonical::canonical_hash;
pub use convert::{SCHEMA_1_1, SCHEMA_3_0, convert, convert_body, convert_header};
pub use dialect::{CatalogWriter, DIALECTS, Dialect, DialectInfo, dialect};
pub use diff::{Change, ChangeKind, changed_fields, changes};
pub use error::{ReadError, WriteError};
#[doc(hidden)]
pub use fuzz::{fuzz_catalog, fuzz_convert, fuzz_validate};
pub use rdf::{CatalogLink, JsonLd, JsonLdWriter, SchemaOrg, Turtle, TurtleWriter, schema_org};
pub use reader::{Item, ReadOptions, ReadRecord, Refused, Summary, locate, read_catalog};
pub use self_record::{SelfRecord, self_record};
pub use version::{declared, guess};
pub use write::{DcatUs, DcatUsWriter};

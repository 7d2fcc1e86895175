//! schema.org, the vocabulary of the large search engines.

mod write;

pub use write::{CatalogLink, SchemaOrg, schema_org};

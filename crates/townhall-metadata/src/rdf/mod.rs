//! Records as linked data: Turtle and JSON-LD from one graph of nodes, and schema.org for search engines.

mod json_ld;
mod node;
mod prefixes;
mod schema_org;
mod turtle;

pub use json_ld::{JsonLd, JsonLdWriter};
pub use schema_org::{CatalogLink, SchemaOrg, schema_org};
pub use turtle::{Turtle, TurtleWriter};

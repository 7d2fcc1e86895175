//! schema.org, the vocabulary of the large search engines, with Croissant, which describes data for machine learning in it.

mod croissant;
mod downloads;
mod html;
mod normal;
mod people;
mod places;
mod read;
mod record;
mod write;

pub use croissant::Croissant;
pub use record::{CROISSANT_KEY, SCHEMA_ORG_KEY};
pub use write::{CatalogLink, SchemaOrg, schema_org};

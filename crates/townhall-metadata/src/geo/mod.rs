//! Metadata of geodata in XML: ISO 19139, ISO 19115-3, FGDC CSDGM, and the Dublin Core that catalogue services answer with.
//!
//! Records become DCAT-US 3.0, which has more places for what they say than 1.1. Nothing is invented: what a record does
//! not say is absent and told as a finding. The document itself is kept beside the record, byte for byte.

mod codes;
mod dialect;
mod draft;
mod dublin_core;
mod element;
mod fgdc;
mod iso;
mod links;
mod people;
mod places;
mod xml;

pub use dialect::{DublinCore, FgdcCsdgm, Iso19115Part3, Iso19139};
pub use draft::GEO_KEY;

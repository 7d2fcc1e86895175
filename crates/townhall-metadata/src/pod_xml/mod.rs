//! The XML of Project Open Data.
//!
//! Version 1.0 gave an example: `datasets`, in it each `dataset`, in it an `attribute` for each value, whose `property`
//! names it. Nobody ever wrote a schema, and agencies wrote `data.xml` as their tools did: an element for each property.
//! Both are read, whatever the prefixes, the case of letters, and the elements around lists.
//!
//! What is written is this: a root `catalog` with an element for each property of the header; in it `dataset` (or
//! `service`, `datasetSeries`, `catalogRecord`, `catalog`) for each record; in that an element for each property, named
//! by its key in DCAT-US 1.1, again for each item of a list, with elements in it for the members of an object. A key
//! that is no name of XML, or would be taken for another, stands in `<attribute key="...">`. A value that XML can't say
//! plainly (a number, null, an empty list, a list in a list) stands as JSON in an element with `type="json"`. So what is
//! written and read is the same record.

mod dialect;
mod names;
mod node;
mod read;
mod subtree;
mod tape;
mod token;
mod value;
mod write;

pub use dialect::PodXml;
pub(crate) use tape::Tape;
pub(crate) use token::Tokens;

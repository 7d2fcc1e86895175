//! The typed record: one model for DCAT-US 1.1 and 3.0 that loses nothing of either.
//!
//! A class (such as [`Dataset`]) has an optional, typed field for every property of both versions. Whatever
//! is unknown, null or of the wrong type stays in `extra`, so that `to_json` writes what `from_json` read.
//! [`View`] is the other side: what pages and search need, the same for every version.

mod body;
mod catalog;
mod class;
mod dataset;
mod dates;
mod distribution;
mod extent;
mod format;
mod people;
mod place;
mod reference;
mod shape;
mod terms;
mod view;

pub use body::{Body, Record, RecordKind, Version};
pub use catalog::{Catalog, CatalogRecord};
pub use class::{ClassInfo, FieldInfo, Meaning};
pub use dataset::{Dataset, DatasetSeries};
pub use dates::{Extent, When, periodicity_in_words};
pub use distribution::{Checksum, DataService, Distribution};
pub use extent::{Location, PeriodOfTime, Place};
pub use format::{format_label, is_service_label, media_type_of};
pub use people::{Activity, Address, Agent, Attribution, Kind, Organization};
pub use place::BoundingBox;
pub use reference::{Concept, ConceptScheme, Document, Identifier, Relationship, Standard};
pub use shape::{Geometry, OneOrMany, Quantity, Reference, Shape, Trail};
pub use terms::{AccessRestriction, CuiRestriction, Metric, QualityMeasurement, UseRestriction};
pub use view::{AccessLevel, Contact, DistributionView, Link, Parent, View};

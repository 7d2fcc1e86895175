//! Other portals: CKAN, Socrata, ArcGIS Hub and DataCite, as their interfaces answer.

mod arcgis;
mod ckan;
mod datacite;
mod kept;
mod listing;
mod socrata;
mod words;

pub use arcgis::ArcGisHub;
pub use ckan::{CKAN_KEY, Ckan};
pub use datacite::DataCite;
pub use socrata::Socrata;
pub(crate) use words::plain;

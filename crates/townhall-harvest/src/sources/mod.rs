//! Every kind of source, in one list.

mod arcgis_hub;
mod arcgis_server;
mod catalog_file;
mod catalog_of;
mod ckan;
mod dkan;
mod documents;
mod local;
mod opendatasoft;
mod pages;
mod portal;
mod s3;
mod sitemap;
mod socrata;
mod waf;
mod whole;

pub use waf::parent_part;

use crate::source::Source;

/// The kinds of sources, the most certain of an address first: what the beginning of a page tells comes before what has to be
/// asked, and portals before the files that they, too, answer with.
pub const SOURCES: &[&dyn Source] = &[
    &local::Local,
    &s3::S3,
    &waf::Waf,
    &arcgis_server::ArcGisServer,
    &arcgis_hub::ArcGisHub,
    &socrata::Socrata,
    &opendatasoft::Opendatasoft,
    &dkan::Dkan,
    &ckan::Ckan,
    &catalog_file::CatalogFile,
    &sitemap::Sitemap,
];

/// The kind of source of this name.
pub fn source(id: &str) -> Option<&'static dyn Source> {
    SOURCES.iter().copied().find(|source| source.info().id == id)
}

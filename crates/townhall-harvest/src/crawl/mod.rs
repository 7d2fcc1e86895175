//! A polite walk through a website that lists the data files on it, and tells which of them its catalog does not.

mod compare;
mod crawler;
mod draft;
mod endpoints;
mod found;
mod series;
mod sitemap;
mod state;
mod traps;

pub use compare::{Comparison, Listed, compare, unmet};
pub use crawler::{CrawlEvent, Crawler};
pub use draft::draft_catalog;
pub use endpoints::Endpoint;
pub use found::{FoundFile, is_data_label};
pub use series::{FileSeries, series_of};
pub use state::{CrawlOptions, CrawlState, Ended};

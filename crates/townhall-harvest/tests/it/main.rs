//! What is found at other people's addresses, played by sites on this machine.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod arcgis;
mod bucket;
mod catalog;
mod ckan;
mod crawl_sites;
mod detect;
mod folders;
mod links_check;
mod links_rounds;
mod local;
mod opendatasoft;
mod site;
mod sitemap;
mod socrata;
mod support;

use townhall_fetch::{FetchSettings, Fetcher, Manners, parse_ranges};

/// A fetcher that may reach this machine.
fn fetcher(obeys_robots: bool) -> Fetcher {
    let allow = parse_ranges(&["127.0.0.0/8".into()]).unwrap();
    let fetcher = Fetcher::new(FetchSettings { allow, ..FetchSettings::default() }).unwrap();
    fetcher.with(Manners { obeys_robots, ..Manners::default() })
}

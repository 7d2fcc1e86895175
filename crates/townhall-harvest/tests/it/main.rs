//! What is found at other people's addresses, played by sites on this machine.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod crawl_sites;
mod links_check;
mod links_rounds;
mod site;

use townhall_fetch::{FetchSettings, Fetcher, Manners, parse_ranges};

/// A fetcher that may reach this machine.
fn fetcher(obeys_robots: bool) -> Fetcher {
    let allow = parse_ranges(&["127.0.0.0/8".into()]).unwrap();
    let fetcher = Fetcher::new(FetchSettings { allow, ..FetchSettings::default() }).unwrap();
    fetcher.with(Manners { obeys_robots, ..Manners::default() })
}

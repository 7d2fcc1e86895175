#![doc = include_str!("../README.md")]

mod error;
mod fetcher;
mod guard;
pub mod limits;
mod resolve;

pub use error::FetchError;
pub use fetcher::{Fetched, FetchSettings, Fetcher, Conditions};
pub use guard::{is_public, parse_ranges};
pub use resolve::{Lookup, SystemLookup};
pub use ipnet::IpNet;

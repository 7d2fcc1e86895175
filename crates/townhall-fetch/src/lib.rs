#![doc = include_str!("../README.md")]

mod error;
mod fetcher;
mod guard;
pub mod limits;
mod resolve;

pub use error::FetchError;
pub use fetcher::{Answered, Conditions, FetchSettings, Fetched, Fetcher, Question};
pub use guard::{is_public, parse_ranges};
pub use ipnet::IpNet;
pub use resolve::{Lookup, SystemLookup};

#![doc = include_str!("../README.md")]

mod blocked;
mod error;
mod fetcher;
mod guard;
pub mod limits;
mod manners;
mod probe;
mod resolve;
mod robots;

pub use error::FetchError;
pub use fetcher::{Answered, Conditions, FetchSettings, Fetched, Fetcher, Question};
pub use guard::{is_public, parse_ranges};
pub use ipnet::IpNet;
pub use manners::Manners;
pub use probe::{Look, Seen};
pub use resolve::{Lookup, SystemLookup};
pub use robots::Robots;

#![doc = include_str!("../README.md")]

mod asking;
pub mod crawl;
mod detect;
mod error;
pub mod limits;
pub mod links;
mod page;
pub mod sniff;
mod source;
mod sources;

pub use asking::{Asking, Taken};
pub use detect::{Detected, detect};
pub use error::HarvestError;
pub use page::{Page, PageLink, read_page};
pub use source::{Address, Found, Listing, Memory, NoMemory, PartState, Source, SourceInfo, SourceOption};
pub use sources::{SOURCES, parent_part, source};

#![doc = include_str!("../README.md")]

mod error;
pub mod limits;
mod reader;
mod version;

pub use error::{ReadError, WriteError};
pub use reader::{Item, ReadOptions, ReadRecord, Refused, Summary, locate, read_catalog};
pub use version::{declared, guess};

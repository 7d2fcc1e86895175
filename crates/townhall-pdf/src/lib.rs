//! PDF files: what stands on their pages, and the tables in it.
//!
//! Pure: bytes in, pages and tables out. See ISO 32000-1 for the format.

mod device;
mod direction;
mod document;
mod error;
pub mod limits;
mod page;
mod sideways;
mod tables;
mod text;
mod turner;

pub use document::{Document, PageReader};
pub use error::PdfError;
pub use page::{Fill, Glyph, Page, Rect, Ruling};
pub use tables::{Cell, Evidence, Table, find_tables, find_tables_in};
pub use text::{Line, Word, lines};

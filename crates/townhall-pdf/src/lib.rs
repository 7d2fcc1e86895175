//! PDF files: what stands on their pages, the tables in it, and forms.
//!
//! Pure: bytes in, pages and tables out, or bytes in and a filled form out. See ISO 32000-1 for the format.

mod device;
mod document;
mod error;
pub mod forms;
pub mod limits;
mod page;
mod tables;
mod text;

pub use document::{Document, PageReader};
pub use error::PdfError;
pub use page::{Fill, Glyph, Page, Rect, Ruling};
pub use tables::{Cell, Evidence, Table, find_tables};
pub use text::{Line, Word, lines};

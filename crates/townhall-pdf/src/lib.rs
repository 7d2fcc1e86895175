//! PDF files: what stands on their pages, the tables in it, and forms.
//!
//! Pure: bytes in, pages and tables out, or bytes in and a filled form out. See ISO 32000-1 for the format.

mod device;
mod direction;
mod document;
mod error;
mod extract;
pub mod forms;
pub mod fuzz;
pub mod limits;
mod ocr;
mod page;
mod pages;
mod recipe;
mod render;
mod scan;
mod sheet;
mod sideways;
mod structure;
mod tables;
mod text;
mod turner;

pub use document::{Document, PageReader};
pub use error::PdfError;
pub use extract::{
    Extraction, PageFacts, Trouble, TroubleKind, Wanted, extract, is_mostly_picture, is_scan, settled,
    template_of,
};
pub use ocr::{OcrEngine, RecognizedWord, with_words};
pub use page::{Fill, Glyph, Page, Rect, Ruling, TaggedCell};
pub use pages::page_ranges;
pub use recipe::{Anchor, Method, Reach, Selection, anchored, place, read_recipe, write_recipe};
pub use render::Picture;
pub use scan::Scan;
pub use sheet::{
    ChangedCell, Column, Doubt, Kind, Part, Record, Sheet, SheetCell, SheetDifference, Value, cleaned,
    compare,
};
pub use tables::{Cell, Evidence, Table, find_tables, find_tables_in};
pub use text::{Line, Word, lines};

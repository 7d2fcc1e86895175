//! A catalogue as spreadsheets, and back.
//!
//! Two sheets hold everything: one row a record in the first, one row a distribution in the second, joined by the
//! column `record`. The wide form has both in one row. Rows are lists of texts, so that CSV and XLSX can both be
//! written from them and read into them.
//!
//! Nothing is lost on the way there and back, up to the order of keys: simple values have columns of their own, and
//! whatever has none, or does not fit its column, travels as JSON in the column `other`. [`SHEET_COLUMNS`] and
//! [`DISTRIBUTION_COLUMNS`] say what each column holds.

mod catalog;
mod cell;
mod columns;
mod csv_wide;
mod items;
mod reader;
mod template;
mod writer;

pub use catalog::{catalog_from_rows, catalog_to_rows};
pub use columns::{DISTRIBUTION_COLUMNS, SHEET_COLUMNS, SheetColumn};
pub use csv_wide::CsvWide;
pub(crate) use csv_wide::no_room_for;
pub use items::read_sheets;
pub use reader::{SheetReader, SheetRecord};
pub use template::{DATA_CALL_COLUMNS, TEMPLATE_COLUMNS, Template, template_row};
pub use writer::{SheetRows, WideSheet, distribution_header, record_to_rows, sheet_header};

/// Most characters that Excel keeps in one cell. Longer ones are whole in CSV, and cut by Excel.
pub const CELL_CHARACTERS_MAX: usize = 32_767;

/// What separates the items of a list in one cell.
pub const LIST_SEPARATOR: &str = "; ";

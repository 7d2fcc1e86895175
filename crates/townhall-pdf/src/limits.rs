//! What is taken of a file that somebody else made.

/// The largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 512 * 1024 * 1024;

/// Most pages of a file.
pub const PAGES_MAX: usize = 20_000;

/// Most glyphs of a page; what comes after them is left out.
pub const GLYPHS_MAX: usize = 200_000;

/// Most lines and filled boxes of a page, each; what comes after them is left out.
pub const LINES_MAX: usize = 50_000;

/// Most things that a page may draw; it is not read on after them.
pub const OPERATIONS_MAX: usize = 2_000_000;

/// The longest side of a page in points: 200 inches, as the standard has it (ISO 32000-1, Annex C).
pub const SIDE_MAX: f64 = 14_400.0;

/// Most selections of a template.
pub const SELECTIONS_MAX: usize = 10_000;

/// Most columns, rows or merged cells that a selection names.
pub const SEPARATORS_MAX: usize = 1_000;

/// Most pixels of a picture of a page.
pub const PIXELS_MAX: usize = 16_000_000;

//! Bounds of charts.

/// How long a specification may be, in bytes.
pub const SPEC_BYTES_MAX: usize = 64 * 1024;

/// How long a text of a specification may be (a title, a name), in characters; the rest is cut.
pub const TEXT_CHARS_MAX: usize = 1_000;

/// The most points of a scatter plot or a map.
pub const POINTS_MAX: usize = 5_000;

/// The most groups that a chart asks for.
pub const GROUPS_MAX: usize = 10_000;

/// The most categories that are drawn; the others are added up as one, or left out where they can't be.
pub const CATEGORIES_MAX: usize = 50;

/// The most rows or columns of a heat map.
pub const CELLS_SIDE_MAX: usize = 60;

/// The most series, each with a colour of its own.
pub const SERIES_MAX: usize = 8;

/// The most slices of a pie.
pub const SLICES_MAX: usize = 8;

/// The most points of a line.
pub const LINE_POINTS_MAX: usize = 2_000;

/// The most ranges that numbers are sorted into.
pub const BINS_MAX: u16 = 100;

/// Ranges that numbers are sorted into unless asked otherwise.
pub const BINS: u16 = 20;

/// The most rows of the table beside a chart.
pub const TABLE_ROWS_MAX: usize = 500;

/// How long a page document may be, in bytes.
pub const PAGE_BYTES_MAX: usize = 256 * 1024;

/// The most panes of a page.
pub const PANES_MAX: usize = 24;

/// The most filters of a page.
pub const FILTERS_MAX: usize = 24;

/// The narrowest and the widest drawing, in its own units.
pub const WIDTHS: (f64, f64) = (240.0, 2_000.0);

/// The most pixels of a picture.
pub const PIXELS_MAX: u64 = 16_000_000;

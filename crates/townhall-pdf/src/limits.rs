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

/// Most elements of the structure of a file that are looked at for tables, columns that cells go over among them.
pub const STRUCTURE_MAX: usize = 2_000_000;

/// How deeply they may be nested.
pub const STRUCTURE_DEPTH_MAX: usize = 64;

/// Most columns of a table that the structure of a file names.
pub const TAGGED_COLUMNS_MAX: usize = 1_000;

/// The longest side of a page in points: 200 inches, as the standard has it (ISO 32000-1, Annex C).
pub const SIDE_MAX: f64 = 14_400.0;

/// Most selections of a template.
pub const SELECTIONS_MAX: usize = 1_000;

/// Most selections that are looked at on a page; those after them are left out.
pub const SELECTIONS_OF_PAGE_MAX: usize = 100;

/// Most lines of a page that are looked at for the landmark of a selection.
pub const LANDMARK_LINES_MAX: usize = 2_000;

/// Most columns, rows or merged cells that a selection names.
pub const SEPARATORS_MAX: usize = 1_000;

/// Most pixels of a picture of a page.
pub const PIXELS_MAX: usize = 16_000_000;

/// The largest form, in bytes: forms are held in memory as objects, which takes several times as much.
pub const FORM_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Most objects of a form.
pub const OBJECTS_MAX: usize = 1_000_000;

/// The most that a stream of objects of a form may unpack to, in bytes: all of them are unpacked when a form is opened.
pub const OBJECTS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The longest text of a field that is a stream, in bytes.
pub const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Most fields of a form; those after them are left out. The largest form among the samples has 814.
pub const FIELDS_MAX: usize = 20_000;

/// Most places at which fields of a form are shown.
pub const WIDGETS_MAX: usize = 50_000;

/// How deeply the names of fields, and the pages, may be nested.
pub const FIELD_DEPTH_MAX: usize = 32;

/// Most options that a field lets choose from; those after them are left out.
pub const OPTIONS_MAX: usize = 10_000;

/// The longest text of a field, in characters; what comes after them is cut off.
pub const VALUE_CHARS_MAX: usize = 100_000;

/// Most characters that are drawn into the fields of a form, all together; a text that comes after them is not seen. A field may be shown
/// in many places, and each of them is drawn.
pub const DRAWN_CHARS_MAX: usize = 2_000_000;

/// Most stamps of one filling.
pub const STAMPS_MAX: usize = 10_000;

/// The largest picture, in bytes as it comes.
pub const IMAGE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The largest picture, in pixels.
pub const IMAGE_PIXELS_MAX: u64 = 40_000_000;

/// The most that is put together into one file, in bytes.
pub const MERGE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// The largest file of field values (FDF or XFDF), in bytes.
pub const VALUES_BYTES_MAX: usize = 16 * 1024 * 1024;

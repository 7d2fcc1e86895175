//! How much a page takes in.

/// Longest description that is rendered; the rest is cut. The longest in two thousand real records has 31 kB.
pub const MARKDOWN_BYTES_MAX: usize = 200_000;

/// Deepest heading that HTML has.
pub const MARKDOWN_HEADING_LEVEL_MAX: u8 = 6;

/// Largest file of a theme folder that is served or read.
pub const THEME_FILE_BYTES_MAX: u64 = 2_000_000;

/// Most files that are taken from a theme folder.
pub const THEME_FILES_MAX: usize = 500;

/// Most boxes on a locator drawing.
pub const LOCATOR_BOXES_MAX: usize = 50;

/// How deep templates may include and call one another.
pub const TEMPLATE_DEPTH_MAX: usize = 80;

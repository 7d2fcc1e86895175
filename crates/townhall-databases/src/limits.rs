//! Bounds of what is taken from a database.

/// Rows of a batch.
pub const BATCH_ROWS: usize = 8_192;

/// Bytes of texts in a batch, after which it is sent however few rows it has.
pub const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// Batches that wait for whoever takes them.
pub const BATCHES_WAITING: usize = 2;

/// Tables of one database that are listed.
pub const TABLES_MAX: usize = 10_000;

/// Columns of one table.
pub const COLUMNS_MAX: usize = 2_000;

/// Values of an enumeration that are told.
pub const VALUES_MAX: usize = 1_000;

/// Characters of a comment that are told.
pub const COMMENT_CHARS_MAX: usize = 10_000;

/// Characters of one cell; what is longer is cut by no one, but refused.
pub const CELL_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Rows of a SQLite table that are looked at to learn what a column without a type holds.
pub const SURVEY_ROWS: usize = 1_000;

/// Bytes of one cell that comes by ODBC.
pub const ODBC_CELL_BYTES_MAX: usize = 64 * 1024;

//! How much of anything is taken from outside. Hitting a limit is a normal answer, not an accident.

/// Most bytes of one record. The largest in the fixtures has 1.6 MB; the largest known in the wild about 9 MB.
pub const RECORD_BYTES_MAX: usize = 32 << 20;

/// Most bytes of a catalogue besides its records.
pub const HEADER_BYTES_MAX: usize = 8 << 20;

/// Deepest nesting of one record. The deepest in the fixtures has 12; `serde_json` itself stops at 128.
pub const RECORD_DEPTH_MAX: u32 = 100;

/// Deepest nesting of catalogues in catalogues.
pub const CATALOG_LEVELS_MAX: usize = 8;

/// Most bytes of a catalogue after decompression, unless the caller says otherwise.
pub const DECOMPRESSED_BYTES_MAX: u64 = 4 << 30;

/// Most bytes that are scanned a second time in the search for the next good record after a broken one.
pub const RESCANNED_BYTES_MAX: u64 = 512 << 20;

/// Bytes that are asked from the input at a time.
pub(crate) const CHUNK_BYTES: usize = 128 << 10;

/// Most findings about a file as a whole; records have their own.
pub const FILE_FINDINGS_MAX: usize = 100;

/// Deepest nesting of JSON that is made a table. Each level is a step of a column's name.
pub const TABLE_DEPTH_MAX: usize = 256;

/// Most columns of a table that is made of JSON. The widest catalogue in the fixtures has 3,500.
pub const TABLE_COLUMNS_MAX: usize = 50_000;

/// Most bytes of one value, and of all values of one row, when JSON is made a table.
pub const TABLE_ROW_BYTES_MAX: usize = 32 << 20;

/// Most bytes of one line of a CSV file, all its cells together.
pub const CSV_ROW_BYTES_MAX: usize = 32 << 20;

/// Bytes of older records that a comparison holds at a time. If more have changed, the files are read again.
pub const COMPARED_BYTES_MAX: usize = 128 << 20;

/// Most elements of one record in XML. Each takes far more memory than the few bytes that it may be written with.
pub const XML_ELEMENTS_MAX: usize = 500_000;

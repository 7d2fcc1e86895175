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

/// Most different codes that are listed of a file. All agencies together have about 2,000 program codes.
pub const CODES_MAX: usize = 10_000;

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

/// Most bytes of a file of linked data or a web page, after decompression. Its graph is held in memory.
pub const LINKED_BYTES_MAX: u64 = 256 << 20;

/// Most statements of a file of linked data. A dataset makes about 60.
pub const STATEMENTS_MAX: usize = 4_000_000;

/// Most syntax errors of a file of linked data before its reading stops.
pub const LINKED_ERRORS_MAX: usize = 1000;

/// Deepest nesting of things in a record that is read from a graph; what lies deeper is named, not described.
pub const LINKED_DEPTH_MAX: usize = 12;

/// Most findings of one record about properties that DCAT-US has no place for.
pub const LEFTOVER_FINDINGS_MAX: usize = 50;

/// Most bytes of contexts times the times they apply, in one JSON-LD file.
pub const CONTEXT_WORK_MAX: usize = 256 << 20;

/// Most bytes of one XML tag with its attributes.
pub const XML_TAG_BYTES_MAX: usize = 64 << 10;

/// Most bytes of a file of schema.org, or of a page around it. It is held in memory as a whole.
pub const SCHEMA_ORG_BYTES_MAX: u64 = 64 << 20;

/// Most scripts of JSON-LD that are read in one page.
pub const SCRIPTS_MAX: usize = 1000;
/// Most organizations whose scores are added up apart. The largest catalog known has about 500.
pub const SCORED_ORGANIZATIONS_MAX: usize = 2000;

/// Most levels of organizations above each other whose scores are added up apart.
pub const SCORED_LEVELS_MAX: usize = 8;

/// Most elements of one record in XML. Each takes far more memory than the few bytes that it may be written with.
pub const XML_ELEMENTS_MAX: usize = 500_000;

/// Most attributes of one element of XML that are looked at.
pub(crate) const XML_ATTRIBUTES_MAX: usize = 64;

/// Most elements of XML around records that are remembered by name.
pub(crate) const XML_LEVELS_MAX: usize = 64;

/// Most points of an outline in a record of geodata; a longer one is told by its box alone.
pub(crate) const OUTLINE_POINTS_MAX: usize = 500;

/// Most findings about one record of geodata; a hostile one must not fill the memory with our remarks.
pub(crate) const GEO_FINDINGS_MAX: usize = 50;

//! Every limit on what comes in, with the reason for its size.

/// Bytes of a file that guesses are made from.
pub const SNIFF_BYTES: usize = 256 * 1024;

/// Bytes within which the header row must end. A thousand columns with titles of a thousand characters fit.
pub const HEAD_BYTES_MAX: usize = 1024 * 1024;

/// Columns of a table. The widest public survey files have about 3,000.
pub const COLUMNS_MAX: usize = 4_096;

/// Bytes of one cell.
pub const FIELD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes of one row. It also bounds how far an unclosed quotation mark is followed.
pub const ROW_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Characters of a column's name; the original header is kept as its label.
pub const NAME_CHARS_MAX: usize = 100;

/// Characters of a column's label.
pub const LABEL_CHARS_MAX: usize = 1_000;

/// Rows above the header that are taken for titles.
pub const PREAMBLE_ROWS_MAX: usize = 20;

/// Rejects that are kept in the manifest; the file of rejects has all of them.
pub const REJECTS_KEPT_MAX: usize = 100;

/// Rejects of rows that were made of other tables that are kept; the count goes on.
pub const MADE_REJECTS_MAX: u64 = 1_000_000;

/// Characters of a reject's value; what is longer is cut and marked.
pub const REJECT_VALUE_CHARS_MAX: usize = 1_000;

/// Share of the values, in percent, that must fit a type before the others count as rejects instead of making it text.
pub const FIT_PERCENT_MIN: u64 = 99;

/// Values that must fit before a misfit is called one: in a small column, every value counts.
pub const FIT_VALUES_MIN: u64 = 100;

/// Distinct values that are counted exactly, a column.
pub const DISTINCT_EXACT_MAX: usize = 65_536;

/// Distinct values that are remembered for all columns of a table together, which bounds the memory of wide tables.
pub const DISTINCT_TABLE_MAX: usize = 1 << 19;

/// Most frequent values that a profile lists.
pub const TOP_VALUES_MAX: usize = 20;

/// Bytes of a value in a profile; longer ones are cut in `min` and `max` and left out of the most frequent values.
pub const PROFILE_VALUE_BYTES_MAX: usize = 200;

/// Smallest rows of a Parquet row group: point look-ups and filtered pages read little more than they need.
pub const GROUP_ROWS_MIN: usize = 8_192;

/// Largest rows of a Parquet row group.
pub const GROUP_ROWS_MAX: usize = 65_536;

/// Row groups that a table is aimed to have between those two, so that footers stay small and scans still skip.
pub const GROUPS_AIM: u64 = 64;

/// Rows that are taken at a time from a file whose columns have types.
pub const TYPED_BATCH_ROWS: usize = 8_192;

/// Bytes of one batch of an Arrow file, unpacked: it is held in memory.
pub const ARROW_BATCH_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Bytes of the description of one batch of an Arrow file.
pub const ARROW_MESSAGE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Source bytes of a row group, which bounds memory when rows are long.
pub const GROUP_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Cells of a row group, which bounds memory when rows are short and tables wide.
pub const GROUP_CELLS_MAX: usize = 4 * 1024 * 1024;

/// Column chunks (row groups times columns) that a table is aimed to have at most: their descriptions are held in memory
/// until the footer is written.
pub const CHUNKS_AIM: u64 = 1 << 19;

/// Cells that short rows may leave out in all, so that a small file does not become a huge table.
pub const MISSING_CELLS_MAX: u64 = 50_000_000;

/// Source bytes that a thread takes at a time while typing.
pub const BLOCK_BYTES: usize = 4 * 1024 * 1024;

/// Rows of a sheet, header included: the format's own limit.
pub const XLSX_ROWS_MAX: u64 = 1_048_576;

/// Columns of a sheet: the format's own limit.
pub const XLSX_COLUMNS_MAX: usize = 16_384;

/// Characters of a cell of a sheet: the format's own limit.
pub const XLSX_CELL_CHARS_MAX: usize = 32_767;

/// Bytes of a workbook after unpacking: shared texts of it are held in memory.
pub const WORKBOOK_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Bytes of a file after unpacking or laying out, so that a small file does not fill a disk.
pub const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024 * 1024;

/// How many times larger a file may be when it is unpacked; tables pack well, but hardly a hundredfold.
pub const UNPACKED_RATIO_MAX: u64 = 250;

/// Bytes up to which no ratio is too large.
pub const UNPACKED_SMALL_BYTES: u64 = 64 * 1024 * 1024;

/// How often a file may be packed in another.
pub const PACKINGS_MAX: usize = 3;

/// Bytes of the texts of one row of JSON.
pub const JSON_ROW_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Columns of a table in SQL: what PostgreSQL holds at most; SQLite holds 2,000.
pub const SQL_COLUMNS_MAX: usize = 1_600;

/// Bytes of a name in SQL: PostgreSQL cuts longer ones.
pub const SQL_NAME_BYTES_MAX: usize = 63;

/// Rows of one `INSERT`.
pub const SQL_INSERT_ROWS: usize = 500;

/// Bytes from which one `INSERT` takes no more rows.
pub const SQL_INSERT_BYTES: usize = 1024 * 1024;

/// Bytes of the cells of an OpenDocument spreadsheet, repeated ones counted, and before they are packed: beyond, its archive
/// would need an extension (ZIP64) that not every program knows.
pub const ODS_BYTES_MAX: u64 = u32::MAX as u64;

/// Lists and collections that a geometry may stand in.
pub const GEOMETRY_DEPTH_MAX: usize = 8;

/// Deepest nesting of XML that is read.
pub const XML_DEPTH_MAX: usize = 64;

/// Bytes of the name of an element or attribute of XML: ways to columns are made of them.
pub const XML_NAME_BYTES_MAX: usize = 256;

/// Bytes of the names and texts of one row of XML, and of any one tag or text.
pub const XML_ROW_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes of XML within which its rows must show themselves.
pub const XML_SURVEY_BYTES: u64 = 64 * 1024 * 1024;

/// Different ways to elements that are told apart while the rows are looked for.
pub const XML_PATHS_MAX: usize = 20_000;

/// Attributes of one element that are read.
pub const XML_ATTRIBUTES_MAX: usize = 1_024;

/// Bytes of a web page: its tables are held in memory.
pub const HTML_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Cells of all tables of a web page; rows and tables count as one.
pub const HTML_CELLS_MAX: usize = 4 * 1024 * 1024;

/// Bytes of a table of a web page when cells stand in every row and column that they span.
pub const HTML_TABLE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Tables that stand in each other.
pub const HTML_DEPTH_MAX: usize = 64;

/// White space, quotes and slashes within one tag or comment, which bounds its attributes: looking for one that stands
/// twice takes a look at all others.
pub const HTML_TAG_PARTS_MAX: usize = 64 * 1024;

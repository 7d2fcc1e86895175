//! Bounds of questions and answers.

/// Rows of a page unless asked otherwise.
pub const PAGE_ROWS: usize = 100;

/// The most rows of a page; exports have no such bound.
pub const PAGE_ROWS_MAX: usize = 10_000;

/// The most rows of an answer that is held before it is sent, whatever the dialect allows.
pub const ANSWER_ROWS_MAX: usize = 50_000;

/// How deep a `_where` expression may nest.
pub const WHERE_DEPTH_MAX: usize = 32;

/// How long a `_where` expression may be, in bytes.
pub const WHERE_BYTES_MAX: usize = 8 * 1024;

/// How many values a list (`__in`) may have.
pub const LIST_MAX: usize = 1_000;

/// How many conditions a question may have.
pub const CONDITIONS_MAX: usize = 200;

/// How many values of a facet are counted.
pub const FACET_VALUES_MAX: usize = 100;

/// How many facets one question may ask for.
pub const FACETS_MAX: usize = 10;

/// How many words a search may have.
pub const SEARCH_WORDS_MAX: usize = 10;

/// How long an expression in another dialect may be, in bytes.
pub const EXPRESSION_BYTES_MAX: usize = 16 * 1024;

/// How deep such an expression may nest.
pub const EXPRESSION_DEPTH_MAX: usize = 48;

/// How many results a question may ask for beyond the columns of its table.
pub const OUTPUTS_MAX: usize = 1_000;

/// How many positions a shape may have: each is looked at for every row.
pub const SHAPE_POSITIONS_MAX: usize = 2_000;

/// Rows of an answer in LQL unless asked otherwise, and at most; a group has at most as many elements.
pub const LQL_ROWS: usize = 1_000;

/// The most rows of an answer in LQL.
pub const LQL_ROWS_MAX: usize = 10_000;

/// How many fields an answer in LQL may be grouped by: each is a question of its own.
pub const LQL_GROUPS_MAX: usize = 8;

/// How deep questions may stand in questions in LQL, and how many there may be in all.
pub const LQL_DEPTH_MAX: usize = 3;

/// How many questions about other sources one question in LQL may ask.
pub const LQL_SUB_QUERIES_MAX: usize = 8;

/// How long a path into an answer may be, in bytes.
pub const JSON_PATH_BYTES_MAX: usize = 500;

/// How many tables a question may join outside of SQL.
pub const JOINED_TABLES_MAX: usize = 4;

/// How long a regular expression may be, in bytes: each is matched in linear time, but has to be built first.
pub const REGEX_BYTES_MAX: usize = 256;

/// How long an SQL query may be, in bytes.
pub const SQL_BYTES_MAX: usize = 64 * 1024;

/// How deep an SQL query may nest.
pub const SQL_DEPTH_MAX: usize = 40;

/// How many expressions an SQL query may have, each part of each counted.
pub const SQL_PARTS_MAX: usize = 4_000;

/// How many tables an SQL query may name.
pub const SQL_TABLES_MAX: usize = 32;

/// How many characters `lpad` and `rpad` may fill up to.
pub const SQL_PADDING_MAX: usize = 1_000;

/// How long a recipe may be, in bytes.
pub const RECIPE_BYTES_MAX: usize = 256 * 1024;

/// How many steps a recipe may have.
pub const RECIPE_STEPS_MAX: usize = 100;

/// How many cells that a cast lost are kept of a batch of rows, and of rows before they become groups; the count goes on.
pub const LOST_CELLS_KEPT_MAX: usize = 10_000;

/// Characters of a cell that a cast lost that are kept; what is longer is cut and marked.
pub const LOST_CELL_CHARS_MAX: usize = 1_000;

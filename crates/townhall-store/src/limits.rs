//! Bounds of the store.

/// The longest slug, in characters.
pub const SLUG_CHARACTERS_MAX: usize = 90;

/// How many keys one look-up names: SQLite allows 32,766 parameters, and long statements are no faster.
pub const KEYS_PER_LOOKUP: usize = 500;

/// Pages of the database that the writing connection keeps, in KiB.
pub const WRITER_CACHE_KIB: u32 = 16 * 1024;

/// Pages of the database that each reading connection keeps, in KiB. The operating system keeps them all anyway, once
/// for all connections.
pub const READER_CACHE_KIB: u32 = 2 * 1024;

/// Connections that read at the same time.
pub const READERS_MAX: u32 = 8;

/// How long a change or a question waits for a free connection, in seconds.
pub const CONNECTION_SECONDS_MAX: u64 = 30;

/// How long a statement waits for another process's lock, in milliseconds.
pub const BUSY_TIMEOUT_MS: u64 = 10_000;

/// How often a job is tried before it is parked.
pub const JOB_ATTEMPTS_MAX: i64 = 5;

/// The longest pause between two tries of a job, in seconds.
pub const JOB_PAUSE_SECONDS_MAX: i64 = 3_600;

/// How many rows one statement inserts: with more, preparing it costs what fewer round trips save.
pub const ROWS_PER_INSERT: usize = 40;

/// How many records a page of a streaming export holds in memory.
pub const RECORDS_PER_PAGE: u32 = 100;

/// How long a registered blob that nothing refers to yet counts as fresh, in seconds: keeping the same bytes again
/// within that time writes nothing. A sweep must leave at least as much time before it takes a blob.
pub const BLOB_RENEWAL_SECONDS: i64 = 900;

/// How many reports one transaction forgets.
pub const REPORTS_PER_ROUND: u32 = 200;

/// How many blobs a sweep looks up at a time.
pub const BLOBS_PER_PAGE: u32 = 500;

/// How often a request to the object storage is repeated.
pub const OBJECT_TRIES_MAX: usize = 4;

/// How long a request to the object storage may be repeated, in seconds.
pub const OBJECT_RETRY_SECONDS_MAX: u64 = 30;

/// How long one request to the object storage may take with its body, in seconds.
pub const OBJECT_REQUEST_SECONDS_MAX: u64 = 300;

/// How long connecting to the object storage may take, in seconds.
pub const OBJECT_CONNECT_SECONDS_MAX: u64 = 5;

/// How long the name of a document may be, in bytes.
pub const DOCUMENT_NAME_BYTES_MAX: usize = 200;

/// How long a document may be, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long nothing may be heard of a harvest before another process takes it over, in seconds.
pub const HARVEST_SILENCE_SECONDS: i64 = 120;

/// How many runs of checks that found the same are kept of a link.
pub const LINK_RUNS_KEPT_MAX: i64 = 24;

/// The longest address that is kept as a link, in bytes.
pub const LINK_URL_BYTES_MAX: usize = 4_096;

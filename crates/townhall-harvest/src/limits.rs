//! Bounds of what sources hand over, with their reasons.

/// The largest catalog that is fetched, in bytes after decompression.
pub const CATALOG_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// The largest document that holds a single record or a page of them. The largest ISO record in the fixtures has 1.9 MB.
pub const DOCUMENT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The largest page of a listing: a folder of 300,000 files has some 60 MB of HTML.
pub const LISTING_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The most parts (documents, pages, packages) that a source may list.
pub const PARTS_MAX: usize = 2_000_000;

/// How deep folders are followed below the address of a source.
pub const FOLDER_DEPTH_MAX: usize = 20;

/// How many findings may wait for whoever takes them: enough to keep both sides busy, few enough to stay small.
pub const FOUND_WAITING_MAX: usize = 256;

/// How many documents of a source are fetched at the same time; the host's own share is less.
pub const DOCUMENTS_AT_ONCE: usize = 8;

/// How much of an address is looked at to tell what it is.
pub const HEAD_BYTES: usize = 64 * 1024;

/// How long a look may take.
pub const LOOK_SECONDS: u64 = 30;

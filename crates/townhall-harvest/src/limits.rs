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

/// The most folders of a source that are listed.
pub const FOLDERS_MAX: usize = 20_000;

/// How many records are asked for in a page. More than CKAN gives by its own settings, and than others give in good time, is a gain
/// for nobody.
pub const PAGE_ROWS: usize = 1_000;

/// How often a listing that changes while it is read is read from its beginning.
pub const LISTING_ROUNDS_MAX: usize = 3;

/// How many times a page, or a piece of one, may fail before the listing is left as it is.
pub const PAGES_FAILED_MAX: usize = 20;

/// The most pages of a feed, sitemaps of a site, and lists of a bucket.
pub const PAGES_MAX: usize = 20_000;

/// The most addresses that are taken from one sitemap; its specification allows 50,000.
pub const SITEMAP_ADDRESSES_MAX: usize = 50_000;

/// The largest sitemap after decompression; its specification allows 50 MiB.
pub const SITEMAP_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How deep sitemaps may list sitemaps.
pub const SITEMAP_DEPTH_MAX: usize = 3;

/// The largest answer that is about the source itself, not its records.
pub const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How much of a listing's HTML is held at a time.
pub const LISTING_MEMORY_BYTES: usize = 1024 * 1024;

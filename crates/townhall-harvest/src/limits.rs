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

/// How much of a packed file is unpacked to tell what is in it.
pub const SNIFF_UNPACKED_MAX: usize = 16 * 1024;

/// How many names of an archive are looked at to tell what is in it.
pub const ZIP_NAMES_MAX: usize = 500;

/// How much of a link is taken to tell what it is: the local headers of most archives and the head of any page fit.
pub const LINK_HEAD_BYTES: usize = 64 * 1024;

/// How many hosts are remembered by what they answer to an address that can't be there.
pub const SIBLINGS_KEPT_MAX: usize = 4_096;

/// After so many links of a host in a row that nothing answered to, the others are not asked this time.
pub const SILENT_LINKS_MAX: u32 = 5;

/// How many hosts are asked at the same time while links are checked.
pub const LINK_HOSTS_AT_ONCE: usize = 64;

/// How many results of link checks are handed over together.
pub const LINK_BATCH: usize = 300;

/// How long a result waits for others to be handed over with it.
pub const LINK_BATCH_PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// How many characters of a title, a header or a reason are kept.
pub const LINK_TEXT_CHARACTERS_MAX: usize = 300;

/// How many links of a page are kept.
pub const PAGE_LINKS_MAX: usize = 50_000;

/// How much memory the parser of pages may take: it holds open elements and one tag at a time.
pub const PAGE_PARSER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The longest address that a crawl follows, in bytes.
pub const CRAWL_URL_BYTES_MAX: usize = 2_000;

/// How many parts the path of an address may have for a crawl to follow it.
pub const CRAWL_PATH_PARTS_MAX: usize = 24;

/// How often one part of a path may come again in it.
pub const CRAWL_REPEATS_MAX: usize = 3;

/// How many parameters an address may have for a crawl to follow it.
pub const CRAWL_QUERY_PAIRS_MAX: usize = 8;

/// How many pages of one path with different queries are visited.
pub const CRAWL_QUERIES_OF_A_PATH_MAX: u32 = 100;

/// How many pages are visited whose paths differ in numbers alone.
pub const CRAWL_SHAPE_PAGES_MAX: u32 = 1_000;

/// The same for calendars, which go on without end.
pub const CRAWL_CALENDAR_PAGES_MAX: u32 = 24;

/// How many addresses wait to be visited: some 100 MB.
pub const CRAWL_FRONTIER_MAX: usize = 500_000;

/// How many files a crawl lists.
pub const CRAWL_FILES_MAX: usize = 200_000;

/// How much of a page is read, in bytes.
pub const CRAWL_PAGE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// How many pages are asked for at the same time; the host's own share may be less.
pub const CRAWL_AT_ONCE: usize = 4;

/// How many addresses of a sitemap are taken (sitemaps.org allows 50,000).
pub const SITEMAP_URLS_MAX: usize = 50_000;

/// How many files have to differ in a year, month, place or number alone to be a series.
pub const SERIES_FILES_MIN: usize = 3;

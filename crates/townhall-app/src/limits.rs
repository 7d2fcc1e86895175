//! Every bound the use cases put on what comes from outside, with its reason.

/// How deep `import FOLDER` walks.
pub const FOLDER_DEPTH_MAX: usize = 12;

/// How many files `import FOLDER` looks at.
pub const FOLDER_FILES_MAX: usize = 100_000;

/// How many records one transaction of an import holds: large enough to spread the cost of a flush, small enough
/// that other writers wait only a moment.
pub const IMPORT_BATCH_RECORDS: usize = 500;

/// How many bytes of originals one transaction of an import holds.
pub const IMPORT_BATCH_BYTES: usize = 8 * 1024 * 1024;

/// How many findings of one import are kept; the counts go on.
pub const FINDINGS_KEPT_MAX: usize = 2_000;

/// How many change-log entries are read, and their records held, at a time while indexing.
pub const INDEX_BATCH_CHANGES: u32 = 250;

/// After how many change-log entries the index commits while it catches up: each commit costs a segment.
pub const INDEX_COMMIT_CHANGES: usize = 20_000;

/// How many records a page of an export reads at a time.
pub const EXPORT_PAGE_RECORDS: u32 = 200;

/// The longest text searched for, in characters.
pub const SEARCH_TEXT_MAX: usize = 500;

/// The largest page of search results.
pub const SEARCH_LIMIT_MAX: usize = 100;

/// How far search results can be paged; beyond it, filters serve better.
pub const SEARCH_OFFSET_MAX: usize = 10_000;

/// The most results that a CSV or JSON download of a search holds.
pub const SEARCH_EXPORT_MAX: usize = 10_000;

/// How long a job's lease lasts before another worker may take it over.
pub const JOB_LEASE_SECONDS: u64 = 60;

/// How often a running job renews its lease and says how far it is.
pub const JOB_HEARTBEAT_SECONDS: u64 = 10;

/// How long bytes that nothing refers to are kept: an import that is under way has not referred to its own yet.
pub const SWEEP_AGE_HOURS: i64 = 24;

/// How many days an ended job is remembered.
pub const JOB_DAYS: i64 = 30;

/// How many days it is remembered what a harvest did.
pub const HARVEST_DAYS: i64 = 180;

/// How many harvests of a source are remembered whatever their age.
pub const HARVESTS_KEPT: u32 = 30;

/// How often what has had its time is forgotten.
pub const TIDY_EVERY: std::time::Duration = std::time::Duration::from_secs(3_600);

/// How many files the workshop works on at a time.
pub const WORKSHOP_TURNS: usize = 4;

/// How long a file waits for its turn in the workshop.
pub const WORKSHOP_PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// How many mended or doubtful records an answer lists; the counts are always complete.
pub const FIX_RECORDS_KEPT_MAX: usize = 2_000;

/// How many minutes a report is held for whoever goes on working with it.
pub const REPORT_HELD_MINUTES: i64 = 60;

/// The most bytes of files that are kept with reports at a time; when there are more, no other is kept.
pub const REPORT_INPUTS_BYTES_MAX: u64 = 20 * 1024 * 1024 * 1024;

/// How many days a report that is kept to be shared can be read.
pub const REPORT_DAYS: i64 = 7;

/// The largest report that is kept, in bytes.
pub const REPORT_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// The largest data file that is fetched or imported, in bytes.
pub const DATA_FILE_BYTES_MAX: u64 = 20 * 1024 * 1024 * 1024;

/// The largest CSV file of another server that is asked through this portal, in bytes.
pub const CSV_SOURCE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// How long fetching such a file may take.
pub const CSV_SOURCE_PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// How long such a file is asked without looking whether it has changed.
pub const CSV_SOURCE_AGE: std::time::Duration = std::time::Duration::from_secs(3_600);

/// How many such files are kept, and the bytes of their tables together; those that were not asked longest go first.
pub const CSV_SOURCES_KEPT_MAX: usize = 200;

/// The bytes of the tables of such files together.
pub const CSV_SOURCES_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// How many such files are fetched and read at the same time.
pub const CSV_SOURCE_TURNS: usize = 4;

/// The largest answer in rows that a job keeps, in bytes.
pub const ANSWER_PAGE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The largest answer in a file that a job keeps, in bytes.
pub const ANSWER_BYTES_MAX: u64 = 20 * 1024 * 1024 * 1024;

/// How long an answer that a job has computed is kept, in hours.
pub const ANSWER_HOURS: i64 = 24;

/// How long a question that a job could not answer is not tried again, in minutes.
pub const ANSWER_FAILED_MINUTES: i64 = 60;

/// How many heavy questions and files may wait for their job or be at it.
pub const ANSWERS_WAITING_MAX: u64 = 64;

/// A prepared file counts as used anew after so many minutes: each use is a write.
pub const USED_AGAIN_MINUTES: i64 = 60;

/// How many columns of text a table may have whose words are indexed.
pub const WORD_COLUMNS_MAX: usize = 64;

/// How many indexes of words are held open.
pub const WORD_INDEXES_OPEN_MAX: usize = 64;

/// How long whoever reads a download may take nothing of it before it is broken off, in seconds.
pub const STALLED_SECONDS: u64 = 120;

/// The largest catalogue that is fetched, in bytes after decompression.
pub const CATALOGUE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// The most rows that the table of a concept may have: it is held while references to it are looked up.
pub const REFERENCE_ROWS_MAX: usize = 2_000_000;

/// The most rows of a concept's table that are told with it.
pub const CONCEPT_ROWS_MAX: usize = 50_000;

/// How many answers to `/qu` may be under way after their askers were told to come again.
pub const QU_COMPUTING_MAX: usize = 64;

/// How many offices the scorecard watches.
pub const OFFICES_MAX: usize = 10_000;

/// The largest listing of an office that is fetched, in bytes: the largest seen has a quarter of it.
pub const LISTING_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// The largest page or digital strategy of an office that is read, in bytes.
pub const SCORECARD_PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long an office's server may take to answer a look, in seconds.
pub const SCORECARD_LOOK_SECONDS: u64 = 60;

/// How many listings are judged at the same time: each takes a processor.
pub const SCORECARD_JUDGED_AT_ONCE: usize = 2;

/// How many errors of a listing its page shows.
pub const SCORECARD_ERRORS_SHOWN_MAX: usize = 200;

/// How many errors of each of two listings are compared.
pub const SCORECARD_ERRORS_COMPARED_MAX: usize = 100_000;

/// How much of the errors of a listing is read, in bytes.
pub const ERRORS_READ_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How many looks at an office are gone through: a new one comes only when something changed.
pub const SCORECARD_LOOKS_SHOWN_MAX: u32 = 200;

/// The largest listings that are compared on a page, in bytes.
pub const SCORECARD_COMPARE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How much of what got worse the feed tells.
pub const SCORECARD_FEED_MAX: u32 = 100;

/// How many changes are looked at together for the links that their records name.
pub const LINK_BATCH_CHANGES: u32 = 250;

/// Changes that are taken into the list of links together at first.
pub const LINK_BATCH_CHANGES_FIRST: u32 = 8;

/// Links that are taken into their list together, about.
pub const LINK_BATCH_USES: usize = 20_000;

/// How many links of one record are kept. The record with the most distributions that was met has 8,327.
pub const LINKS_OF_A_RECORD_MAX: usize = 20_000;

/// How many hosts with links that are due are looked up at a time.
pub const LINK_HOSTS_PER_PAGE: u32 = 200;

/// How many links of a host are held while they wait to be checked.
pub const LINKS_PER_PAGE: u32 = 100;

/// How many files are copied at the same time.
pub const MIRRORS_AT_ONCE: usize = 8;

/// How many days a copy of a file is kept that no record names any more.
pub const MIRROR_DAYS: i64 = 90;

/// How many links a page of a list has at most.
pub const LINKS_LISTED_MAX: u32 = 1_000;

/// How many other places of a file are suggested.
pub const LINK_SUGGESTIONS_MAX: u32 = 3;

/// How long counts of links hold in a catalog where counting takes a while.
pub const LINK_COUNTS_AGE: std::time::Duration = std::time::Duration::from_secs(300);

/// How much of an address is looked at to tell a catalog from something else.
pub const LINK_HEAD_BYTES: usize = 64 * 1024;

/// How many links of a file are checked at once: they are held in memory.
pub const FILE_LINKS_MAX: usize = 1_000_000;

/// After how many pages a crawl is kept, so that it goes on from there.
pub const CRAWL_KEPT_EVERY: u64 = 500;

/// The largest crawl that is read again, in bytes: half a million addresses that wait have some 150 MB.
pub const CRAWL_KEPT_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// How many jobs are looked at for crawls under way.
pub const CRAWLS_LISTED_MAX: u32 = 200;

/// Most forms that are filled of one table.
pub const FILLED_FORMS_MAX: usize = 10_000;

/// The most that filled forms of one table may have together, in bytes.
pub const FILLED_FORMS_BYTES_MAX: u64 = 256 * 1024 * 1024;

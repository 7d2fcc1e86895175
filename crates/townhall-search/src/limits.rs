//! How much of everything the index takes in, and how much a question may ask for.

/// Longest query text that is read, in bytes; the rest is ignored.
pub const QUERY_BYTES_MAX: usize = 1_000;
/// Most words (a phrase counts each of its words) that are read from a query text; the rest are ignored.
pub const QUERY_WORDS_MAX: usize = 24;
/// Most hits one answer may carry.
pub const HITS_MAX: usize = 1_000;
/// Deepest hit that can be asked for (`offset` + `limit`); whoever wants all of them reads the store instead.
pub const DEPTH_MAX: usize = 10_000;
/// Most values one facet lists, selected values not counted.
pub const FACET_VALUES_MAX: usize = 1_000;
/// Most values that can be selected over all facets; the rest are ignored.
pub const FILTER_VALUES_MAX: usize = 256;
/// Most words of the vocabulary that one unfinished word may stand for; the most frequent are taken.
pub const PREFIX_WORDS_MAX: usize = 128;
/// Shortest unfinished word, in letters, that is completed from the vocabulary.
pub const PREFIX_LETTERS_MIN: usize = 2;
/// Most words of the vocabulary that one mistyped word may stand for; the most frequent are taken.
pub const FUZZY_WORDS_MAX: usize = 24;
/// Shortest word, in letters, in which one typo is forgiven.
pub const ONE_TYPO_LETTERS_MIN: usize = 4;
/// Shortest word, in letters, in which two typos are forgiven.
pub const TWO_TYPOS_LETTERS_MIN: usize = 8;
/// A word counts as rare, so that typos are considered, when fewer than one document in this many has it.
pub const RARE_ONE_IN: u64 = 100_000;
/// Longest word that is indexed, in bytes; longer ones are keys or rubbish.
pub const WORD_BYTES_MAX: usize = 64;
/// Most of a description that is indexed and stored for snippets, in bytes.
pub const DESCRIPTION_BYTES_MAX: usize = 32 * 1024;
/// Most of a title, a publisher's name or another single line that is indexed, in bytes.
pub const LINE_BYTES_MAX: usize = 2 * 1024;
/// Most keywords of one document that are indexed.
pub const KEYWORDS_MAX: usize = 500;
/// Most column names of one document that are indexed.
pub const COLUMNS_MAX: usize = 4_000;
/// Longest value of a facet, in bytes; longer ones are cut.
pub const FACET_VALUE_BYTES_MAX: usize = 256;
/// Most years one document counts for in the year facet; of a longer span the latest are kept.
pub const YEARS_MAX: usize = 200;
/// Longest snippet, in bytes of description, before the ellipses.
pub const SNIPPET_BYTES_MAX: usize = 280;
/// Most names of matched columns that a hit lists.
pub const MATCHED_COLUMNS_MAX: usize = 8;
/// Most suggestions for one prefix.
pub const SUGGESTIONS_MAX: usize = 50;
/// Memory that the writer may fill with documents not yet on disk, in bytes, over all its threads.
pub const WRITER_MEMORY_BYTES: usize = 64 * 1024 * 1024;
/// Threads that turn documents into segments.
pub const WRITER_THREADS_MAX: usize = 2;
/// Threads that share the work of one question.
pub const SEARCH_THREADS_MAX: usize = 8;
/// Segments larger than this many documents are left alone by merging, so that threads can share them fairly.
pub const SEGMENT_DOCUMENTS_MAX: usize = 100_000;
/// Memory that the words of a table may fill while they are written, in bytes.
pub const ROW_WRITER_MEMORY_BYTES: usize = 48 * 1024 * 1024;

//! What only the portal can know of a dataset.

use jiff::civil::Date;

/// What is known beside the metadata. What is absent is unknown, and is not judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The day on which the score is made. Without it nothing that depends on time is judged.
    pub today: Option<Date>,
    /// What came of trying the addresses of its distributions.
    pub links: Option<Links>,
    /// Whether a login, a key or a registration is needed to get the data.
    pub needs_login: Option<bool>,
    /// The formats that were found in the files themselves, as labels such as `CSV`.
    pub formats: Option<Vec<String>>,
    /// Whether its texts are in UTF-8.
    pub is_utf8: Option<bool>,
    /// Whether pages of other sites may read it (CORS).
    pub allows_other_sites: Option<bool>,
    /// The table that the portal made of it.
    pub table: Option<Table>,
    /// Whether the contact answered when it was tried last.
    pub contact_answers: Option<bool>,
    /// What people asked in public, and what was answered.
    pub feedback: Option<Feedback>,
    /// When the data itself changed last.
    pub last_change: Option<Date>,
    /// Whether earlier versions of metadata and data are kept.
    pub is_archived: Option<bool>,
    /// Whether there is a page for people about it.
    pub has_page: Option<bool>,
    /// Whether the metadata can be harvested over HTTP.
    pub is_harvestable: Option<bool>,
    /// Whether its identifier leads to the metadata.
    pub identifier_resolves: Option<bool>,
}

/// What came of trying addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// How many were tried.
    pub tried: u64,
    /// How many gave what they should.
    pub working: u64,
    /// One that does not work.
    pub broken: Option<String>,
}

/// A table that the portal made of the data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Table {
    /// Its rows.
    pub rows: u64,
    /// The rows that its publisher says it has.
    pub stated_rows: Option<u64>,
    /// Its columns.
    pub columns: u64,
    /// The columns that are described.
    pub described_columns: u64,
}

/// What people asked in public.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Feedback {
    /// How many asked.
    pub received: u64,
    /// How many were answered within the time that the portal has set.
    pub answered_in_time: u64,
}

//! What the index is told about a record.

use townhall_model::RecordId;

/// A value with a name for people: an organization, a topic, a license.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The stable key that filters and URLs use.
    pub value: String,
    /// What people read.
    pub label: String,
}

impl Named {
    /// A value with its label.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// One record, as far as searching is concerned. Everything but the id may be empty.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexDocument {
    /// The record; indexing the same id again replaces the document.
    pub id: RecordId,
    /// The number of the record's content revision, for drift checks; see [`crate::SearchIndex::revisions`].
    pub revision: u64,
    /// The name in URLs.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The description, as plain text or Markdown.
    pub description: String,
    /// Keywords as the publisher wrote them; the facet ignores case and extra spaces.
    pub keywords: Vec<String>,
    /// The publisher's name.
    pub publisher: String,
    /// The organization that owns the record: slug and name.
    pub organization: Option<Named>,
    /// Topics: slug and label.
    pub topics: Vec<Named>,
    /// Names of the columns of the record's tables.
    pub columns: Vec<String>,
    /// The publisher's identifier.
    pub identifier: String,
    /// Short names of the formats, such as `CSV`; the facet ignores case.
    pub formats: Vec<String>,
    /// The license: key and label.
    pub license: Option<Named>,
    /// The access level, such as `public`.
    pub access_level: String,
    /// What kind of record, such as `dataset` or `service`.
    pub kind: String,
    /// Whether something can be downloaded.
    pub has_download: bool,
    /// Whether there is an API.
    pub has_api: bool,
    /// Whether there is a place to show on a map.
    pub has_map: bool,
    /// Whether there is a table to explore.
    pub has_table: bool,
    /// West, south, east, north in degrees; west greater than east crosses the antimeridian.
    pub bbox: Option<[f64; 4]>,
    /// Names of the places it covers.
    pub places: Vec<String>,
    /// First and last day covered, in days since 1970-01-01. Use the extremes for an open end.
    pub temporal: Option<(i32, i32)>,
    /// When the publisher released it, in seconds since 1970-01-01 UTC.
    pub issued: Option<i64>,
    /// When the publisher says it last changed, in seconds since 1970-01-01 UTC.
    pub modified: Option<i64>,
    /// When our record of it last changed, in seconds since 1970-01-01 UTC.
    pub changed: Option<i64>,
    /// The years for the year facet: those covered or, failing that, the year of change.
    pub years: Vec<i32>,
    /// Whatever the page needs to draw a hit; kept and given back as it is.
    pub display: serde_json::Value,
}

impl IndexDocument {
    /// An empty document for `id`, to be filled in with struct update syntax.
    pub fn new(id: RecordId) -> Self {
        Self {
            id,
            revision: 0,
            slug: String::new(),
            title: String::new(),
            description: String::new(),
            keywords: Vec::new(),
            publisher: String::new(),
            organization: None,
            topics: Vec::new(),
            columns: Vec::new(),
            identifier: String::new(),
            formats: Vec::new(),
            license: None,
            access_level: String::new(),
            kind: String::new(),
            has_download: false,
            has_api: false,
            has_map: false,
            has_table: false,
            bbox: None,
            places: Vec::new(),
            temporal: None,
            issued: None,
            modified: None,
            changed: None,
            years: Vec::new(),
            display: serde_json::Value::Null,
        }
    }
}

//! A dataset's first page (`dataset.html`) and the head that all its tabs share.

use serde::Serialize;

use super::{Contact, DatasetCard, Download, Fact, Field, Link, Notice, QualitySummary};
use crate::pages::charts::LocatorView;

/// The top of a dataset's page, the same on every tab.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetHead {
    /// Its title.
    pub title: String,
    /// The name in addresses.
    pub slug: String,
    /// Its page.
    pub url: String,
    /// Who publishes it.
    pub organization: Option<Link>,
    /// The tabs, as [`Tab::all`] gives them.
    pub tabs: Vec<Tab>,
    /// The access level, as the standard words it.
    pub access_level: Option<String>,
    /// It isn't published yet.
    pub is_draft: bool,
    /// Back to the search one came from.
    pub return_url: Option<String>,
    /// When the data last changed.
    pub modified: Option<String>,
    /// Messages under the title.
    pub notices: Vec<Notice>,
}

/// A tab of a dataset's page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tab {
    /// Its last path segment; empty for the first.
    pub name: String,
    /// The words.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// Whether one is there.
    pub current: bool,
}

impl Tab {
    /// The tabs of a dataset with `current` marked. Without a table there is none to show; without a place no map.
    pub fn all(dataset_url: &str, current: &str, has_table: bool, has_place: bool) -> Vec<Self> {
        let names = [
            ("", "Overview", true),
            ("table", "Table", has_table),
            ("charts", "Charts", has_table),
            ("map", "Map", has_place),
            ("dictionary", "Dictionary", has_table),
            ("api", "API", true),
            ("quality", "Quality", true),
            ("versions", "Versions", true),
            ("cite", "Cite", true),
            ("feedback", "Feedback", true),
        ];
        names
            .into_iter()
            .filter(|(.., shown)| *shown)
            .map(|(name, label, _)| Self {
                name: name.into(),
                label: label.into(),
                url: if name.is_empty() { dataset_url.into() } else { format!("{dataset_url}/{name}") },
                current: name == current,
            })
            .collect()
    }
}

/// A dataset's first page.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetView {
    /// The top.
    pub head: DatasetHead,
    /// The description in markdown or HTML.
    pub description: Option<String>,
    /// The fields (`title`, `description`, ...) that were worked out from the file, for drafts.
    pub suggested: Vec<String>,
    /// The keywords, each with its search.
    pub keywords: Vec<Link>,
    /// The topics.
    pub topics: Vec<Link>,
    /// When the publisher last changed the data.
    pub data_updated: Option<String>,
    /// When we last looked at the metadata.
    pub metadata_checked: Option<String>,
    /// When it was first issued.
    pub issued: Option<String>,
    /// How often the data changes, in words, such as `every year`.
    pub frequency: Option<String>,
    /// The access level in one plain sentence.
    pub access: Option<String>,
    /// The publisher's remark on access and rights.
    pub rights: Option<String>,
    /// The license.
    pub license: Option<License>,
    /// The time that the data covers.
    pub temporal: Option<TimeSpan>,
    /// The places that the data covers.
    pub place: Option<Place>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// More facts beside these, such as the identifier or the parent series.
    pub facts: Vec<Fact>,
    /// What can be downloaded or called.
    pub distributions: Vec<Distribution>,
    /// The tables with their first rows.
    pub tables: Vec<TableCard>,
    /// Pages that the publisher refers to: landing page, documentation, dictionary.
    pub references: Vec<Link>,
    /// The datasets it belongs to or that belong to it.
    pub related: Vec<DatasetCard>,
    /// All fields of the record.
    pub metadata: Vec<Field>,
    /// How well it is published, for datasets.
    pub quality: Option<QualitySummary>,
    /// Where the record came from, in one sentence.
    pub provenance: Option<String>,
    /// The record in other forms.
    pub other_formats: Vec<Download>,
    /// The schema.org description as JSON; `<` is escaped for it here.
    pub json_ld: Option<serde_json::Value>,
}

/// The terms of use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct License {
    /// The name that people know, or the address when we don't know it.
    pub label: String,
    /// What one may do, in one sentence.
    pub plain: Option<String>,
    /// The publisher's address of it.
    pub url: Option<String>,
    /// Whether it is open as the Open Definition has it; none when we can't tell.
    pub is_open: Option<bool>,
}

/// The time that the data covers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TimeSpan {
    /// The first day.
    pub start: Option<String>,
    /// The last day; none while it goes on.
    pub end: Option<String>,
    /// The publisher's words, when they are no dates.
    pub text: Option<String>,
}

/// The places that the data covers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Place {
    /// Names, or the publisher's words.
    pub names: Vec<String>,
    /// A small drawing of the extent, from [`crate::pages::charts::locator`].
    pub locator: Option<LocatorView>,
    /// Data in the same place.
    pub search_url: Option<String>,
}

/// A way to get at the data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Distribution {
    /// Its title, or the file's name.
    pub title: String,
    /// What it is, in markdown.
    pub description: Option<String>,
    /// The format, such as `CSV`.
    pub format: Option<String>,
    /// Where the file or service is.
    pub url: Option<String>,
    /// The size in bytes.
    pub bytes: Option<u64>,
    /// The checksum: algorithm and value.
    pub checksum: Option<String>,
    /// It is asked rather than fetched.
    pub is_api: bool,
    /// It is a page that leads to the data.
    pub is_page: bool,
    /// Where the tables of a PDF are taken out.
    pub pdf_tables: Option<String>,
    /// The host, when it isn't ours.
    pub host: Option<String>,
    /// The same rows in other formats, made by us.
    pub conversions: Vec<Download>,
    /// Its table, when we have one.
    pub table_url: Option<String>,
    /// What is good to know before one uses it.
    pub notes: Vec<String>,
    /// Whether its address works, where that is known.
    pub link: Option<super::LinkBadge>,
    /// The copy of its file that we keep.
    pub copy: Option<KeptCopy>,
}

/// A copy of a file of somebody else's server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct KeptCopy {
    /// Where it is.
    pub url: String,
    /// How large it is.
    pub bytes: u64,
    /// When it was taken.
    pub at: String,
}

/// A table with its first rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TableCard {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many columns it has.
    pub column_count: u64,
    /// The first columns.
    pub columns: Vec<String>,
    /// Which of them hold numbers, so that they are set flush right.
    pub numeric: Vec<bool>,
    /// The first rows; none is an empty cell.
    pub preview: Vec<Vec<Option<String>>>,
    /// Cells or rows that did not fit.
    pub problems: u64,
    /// The list of them.
    pub problems_url: Option<String>,
}

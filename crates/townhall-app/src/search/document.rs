//! What the index is told of a record, and what a hit shows of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use townhall_metadata::recognize_license;
use townhall_model::record::{View, When};
use townhall_search::{IndexDocument, Named as IndexNamed};

use super::request::{DRAFT, days};
use crate::catalog::{DatasetDetail, plain_summary, plain_text};

/// A value with the words for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The value in URLs.
    pub value: String,
    /// The words.
    pub label: String,
}

/// A dataset as lists show it; it travels with the index, so that a page of hits asks the store nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DatasetCard {
    /// The name in URLs.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The publisher's identifier.
    pub identifier: Option<String>,
    /// The beginning of the description, without marks.
    pub summary: Option<String>,
    /// Who publishes it.
    pub organization: Option<Named>,
    /// Short names of its formats.
    pub formats: Vec<String>,
    /// The first keywords.
    pub keywords: Vec<String>,
    /// The access level.
    pub access_level: Option<String>,
    /// When the publisher last changed the data, as written.
    pub modified: Option<String>,
    /// When our record last changed, RFC 3339.
    pub changed: String,
    /// When our record was first there, RFC 3339.
    pub added: String,
    /// How many rows its tables have together.
    pub rows: Option<u64>,
    /// Whether it is a draft.
    pub is_draft: bool,
}

/// How many keywords travel with a hit.
const KEYWORDS_SHOWN: usize = 10;

impl DatasetCard {
    /// What a list shows of a dataset.
    pub fn of(dataset: &DatasetDetail) -> Self {
        let view = &dataset.view;
        Self {
            slug: dataset.slug.clone(),
            title: dataset.title(),
            identifier: view.identifier.clone(),
            summary: dataset.summary(),
            organization: dataset.organization.as_ref().map(|organization| Named {
                value: organization.slug.clone(),
                label: organization.name.clone(),
            }),
            formats: view.formats().into_iter().map(str::to_owned).collect(),
            keywords: view.keywords.iter().take(KEYWORDS_SHOWN).cloned().collect(),
            access_level: view.access_level.map(|level| level.name().to_owned()),
            modified: view.modified.as_ref().map(|when| when.text.clone()),
            changed: dataset.changed_at.to_string(),
            added: dataset.added_at.to_string(),
            rows: (!dataset.tables.is_empty()).then(|| dataset.tables.iter().map(|table| table.rows).sum()),
            is_draft: dataset.is_draft(),
        }
    }

    /// Reads the card back; an older or odd one gives an empty card rather than no page.
    pub(super) fn read(display: &Value) -> Self {
        Self::deserialize(display).unwrap_or_default()
    }
}

/// The document of a dataset; `columns` are the names in its tables.
pub(super) fn of(dataset: &DatasetDetail, columns: Vec<String>) -> IndexDocument {
    let view = &dataset.view;
    let temporal =
        view.temporal.map(|extent| (extent.start.map_or(i32::MIN, days), extent.end.map_or(i32::MAX, days)));
    IndexDocument {
        revision: dataset.revision,
        slug: dataset.slug.clone(),
        title: dataset.title(),
        description: view.description.as_deref().map(plain_text).unwrap_or_default(),
        keywords: view.keywords.clone(),
        publisher: view.publishers.join(", "),
        organization: dataset
            .organization
            .as_ref()
            .map(|organization| IndexNamed::new(&organization.slug, &organization.name)),
        topics: dataset.topics.iter().map(|topic| IndexNamed::new(&topic.value, &topic.label)).collect(),
        columns,
        identifier: view.identifier.clone().unwrap_or_default(),
        formats: view.formats().into_iter().map(str::to_owned).collect(),
        license: view.license.as_deref().map(|text| match recognize_license(text).certain() {
            Some(license) => IndexNamed::new(license.id.to_ascii_lowercase(), license.name),
            None => IndexNamed::new("other", "Other terms"),
        }),
        access_level: view.access_level.map(|level| level.name().to_owned()).unwrap_or_default(),
        kind: if dataset.is_draft() { DRAFT.to_owned() } else { dataset.view.kind.name().to_owned() },
        has_download: view.has_download(),
        has_api: view.has_api() || !dataset.tables.is_empty(),
        has_map: view.bounding_box.is_some(),
        has_table: !dataset.tables.is_empty(),
        bbox: view.bounding_box.as_ref().map(|b| [b.west, b.south, b.east, b.north]),
        places: view.places.clone(),
        temporal,
        issued: view.issued.as_ref().and_then(seconds),
        modified: view.modified.as_ref().and_then(seconds),
        changed: Some(dataset.changed_at.as_second()),
        years: years(view),
        display: serde_json::to_value(DatasetCard::of(dataset)).unwrap_or_default(),
        ..IndexDocument::new(dataset.id)
    }
}

fn seconds(when: &When) -> Option<i64> {
    const DAY_SECONDS: i64 = 86_400;
    when.instant
        .map(|instant| instant.as_second())
        .or_else(|| when.date.map(|date| i64::from(days(date)) * DAY_SECONDS))
}

/// The most years that one record counts for: a record of all geological time would count for every year.
const YEARS_MAX: i32 = 200;

/// The years covered; without any, the year of the last change.
fn years(view: &View) -> Vec<i32> {
    let year = |date: Date| i32::from(date.year());
    match view.temporal {
        Some(extent) => {
            let first = extent.start.or(extent.end).map(year);
            let last = extent.end.or(extent.start).map(year);
            match (first, last) {
                (Some(first), Some(last)) if first <= last => (first.max(last - YEARS_MAX)..=last).collect(),
                _ => Vec::new(),
            }
        }
        None => view.modified.as_ref().and_then(|when| when.date).map(year).into_iter().collect(),
    }
}

/// The name of a topic in URLs; spelling variants in case and punctuation are one topic.
pub(crate) fn topic_slug(label: &str) -> String {
    let mut slug = String::new();
    for character in label.chars() {
        if character.is_alphanumeric() {
            slug.extend(character.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The words under which a hit's description begins.
pub(crate) fn summary(view: &View) -> Option<String> {
    view.description.as_deref().map(plain_summary).filter(|text| !text.is_empty())
}

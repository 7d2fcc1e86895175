//! One dataset with everything that doors show of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};
use townhall_model::record::View;
use townhall_model::{BlobId, RecordId};
use townhall_store::{RecordStatus, StoredFile, StoredRecord};

use super::{body_of, view_of};
use crate::Error;
use crate::search::{Named, topic_slug};
use crate::tables::TableSummary;

/// A dataset, data service or series as doors see it.
#[derive(Debug, Clone)]
pub struct DatasetDetail {
    /// Its id.
    pub id: RecordId,
    /// The name in URLs.
    pub slug: String,
    /// Whether it is a draft, published, or retired.
    pub status: townhall_store::RecordStatus,
    /// Why it was withdrawn, when it was.
    pub retired: Option<String>,
    /// What we read of it.
    pub view: View,
    /// Who publishes it.
    pub organization: Option<OrganizationName>,
    /// The topics, from its themes.
    pub topics: Vec<Named>,
    /// The dialect it was written in, such as `dcat-us-1.1`.
    pub dialect: String,
    /// The document as we write it.
    pub document: Map<String, Value>,
    /// The publisher's exact bytes; empty for drafts.
    pub original: Vec<u8>,
    /// Where it came from.
    pub source: String,
    /// When it was first here.
    pub added_at: Timestamp,
    /// When it last changed here.
    pub changed_at: Timestamp,
    /// When it was last compared with its source.
    pub checked_at: Timestamp,
    /// How many revisions it has had.
    pub revision: u64,
    /// The fields that are our suggestion.
    pub suggested: Vec<String>,
    /// Its tables.
    pub tables: Vec<TableSummary>,
    /// Its files that we host.
    pub files: Vec<HostedFile>,
    /// How it stands at the harvest sources that list it.
    pub harvested: Vec<crate::HarvestedFrom>,
}

/// An organization by its two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationName {
    /// The name in URLs.
    pub slug: String,
    /// The name for people.
    pub name: String,
}

/// A distribution's file that we host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedFile {
    /// Which distribution: its download address as written.
    pub distribution: String,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub blob: BlobId,
    /// Its size.
    pub bytes: u64,
}

impl DatasetDetail {
    /// A record with its tables and files.
    pub(crate) fn new(
        record: StoredRecord,
        tables: Vec<TableSummary>,
        files: Vec<StoredFile>,
    ) -> Result<Self, Error> {
        let body = body_of(&record)?;
        let view = view_of(&body);
        let mut topics: BTreeMap<String, Named> = BTreeMap::new();
        for theme in &view.themes {
            let slug = topic_slug(theme);
            if !slug.is_empty() {
                topics.entry(slug.clone()).or_insert_with(|| Named { value: slug, label: theme.clone() });
            }
        }
        Ok(Self {
            id: record.id,
            slug: record.slug,
            status: record.status,
            retired: (record.status == RecordStatus::Retired).then(|| {
                record.note.unwrap_or_else(|| "The publisher has withdrawn this dataset.".to_owned())
            }),
            organization: record.organization.map(|(slug, name)| OrganizationName { slug, name }),
            topics: topics.into_values().collect(),
            dialect: record.dialect,
            document: body.to_json(),
            view,
            original: record.original,
            source: record.source,
            added_at: record.created_at,
            changed_at: record.changed_at,
            checked_at: record.checked_at,
            revision: record.revision,
            suggested: record.suggested.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
            tables,
            files: files.into_iter().map(HostedFile::from).collect(),
            harvested: Vec::new(),
        })
    }

    /// The title, or what stands in for one.
    pub fn title(&self) -> String {
        self.view
            .title
            .clone()
            .filter(|title| !title.trim().is_empty())
            .or_else(|| self.view.identifier.clone())
            .unwrap_or_else(|| "Untitled".to_owned())
    }

    /// The beginning of the description as plain text.
    pub fn summary(&self) -> Option<String> {
        crate::search::summary(&self.view)
    }

    /// Whether it is not published yet.
    pub fn is_draft(&self) -> bool {
        self.status == townhall_store::RecordStatus::Draft
    }
}

/// How long a summary is, in characters.
const SUMMARY_CHARACTERS: usize = 280;

/// The beginning of a text in Markdown or HTML without marks, cut at a word.
pub(crate) fn plain_summary(text: &str) -> String {
    let beginning: String = text.chars().take(SUMMARY_CHARACTERS * 4).collect();
    let plain = plain_text(&beginning);
    match plain.char_indices().nth(SUMMARY_CHARACTERS) {
        None => plain,
        Some((end, _)) => {
            let cut = &plain[..end];
            format!("{}…", cut.rsplit_once(' ').map_or(cut, |(words, _)| words))
        }
    }
}

/// A text in Markdown or HTML without marks, in one line.
pub(crate) fn plain_text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut in_tag = false;
    let mut previous = ' ';
    for character in text.chars() {
        match character {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            '#' | '_' if previous.is_whitespace() || matches!(previous, '*' | '#' | '`' | '_') => {}
            '*' | '`' => {}
            c if c.is_whitespace() || c.is_control() => {
                if !plain.ends_with(' ') && !plain.is_empty() {
                    plain.push(' ');
                }
            }
            c => plain.push(c),
        }
        previous = character;
    }
    plain.truncate(plain.trim_end().len());
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_has_no_marks_and_ends_at_a_word() {
        assert_eq!(
            plain_summary("Known as the **Keeling curve**.\n\n### Columns\n- `a`"),
            "Known as the Keeling curve. Columns - a"
        );
        assert_eq!(plain_summary("<p>Bold <b>words</b></p>"), "Bold words");
        let long = plain_summary(&"word ".repeat(200));
        assert!(long.ends_with("word…") && long.chars().count() <= SUMMARY_CHARACTERS + 1);
    }
}

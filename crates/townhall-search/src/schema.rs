//! The fields of the index and how a document fills them.
//!
//! `stem` answers most questions alone: it holds all words of a document, stemmed, each as often as the place
//! it stands in is worth. One posting list a word then gives both the matches and a BM25F-like score, which
//! is what makes a search over half a million documents cheap.

use tantivy::TantivyDocument;
use tantivy::schema::{
    BytesOptions, FAST, Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing,
    TextOptions,
};

use crate::document::{IndexDocument, Named};
use crate::facet::{Facet, squeeze};
use crate::limits;
use crate::text::{Analyzers, STEM, WORDS, cut};

/// Raised whenever what is written changes, so that an older index is rebuilt instead of misread.
pub(crate) const FORMAT: u64 = 1;

/// How much a word is worth by where it stands: times that it is counted.
const TITLE_WORTH: usize = 6;
const KEYWORD_WORTH: usize = 4;
const COLUMN_WORTH: usize = 3;
const PUBLISHER_WORTH: usize = 2;

/// Separates value and label in a facet column; control characters are squeezed out of both.
pub(crate) const LABEL_MARK: char = '\u{1f}';

/// The fields, by what they are for.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    pub id: Field,
    pub stem: Field,
    pub words: Field,
    pub title_words: Field,
    pub title_stem: Field,
    pub keyword_stem: Field,
    pub publisher_stem: Field,
    pub column_words: Field,
    pub identifier_words: Field,
    pub exact: Field,
    pub stored_slug: Field,
    pub stored_title: Field,
    pub stored_description: Field,
    pub stored_column: Field,
    pub stored_display: Field,
    facets: [Field; Facet::ALL.len()],
    title_sort: Field,
    id_high: Field,
    id_low: Field,
    revision: Field,
    issued: Field,
    modified: Field,
    changed: Field,
    bbox: [Field; 4],
    days: [Field; 2],
}

/// Names of the columns that are read by name.
pub(crate) const BBOX_COLUMNS: [&str; 4] = ["west", "south", "east", "north"];
pub(crate) const DAY_COLUMNS: [&str; 2] = ["first_day", "last_day"];

impl Fields {
    /// The schema and its fields.
    pub fn build() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let indexed = |tokenizer: &str, record: IndexRecordOption, norms: bool| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(tokenizer)
                    .set_index_option(record)
                    .set_fieldnorms(norms),
            )
        };
        let positions = IndexRecordOption::WithFreqsAndPositions;
        let fast_text = || TextOptions::default().set_fast("raw");
        let number = || NumericOptions::default().set_fast();
        let fields = Self {
            id: schema.add_bytes_field("id", BytesOptions::default().set_indexed()),
            stem: schema.add_text_field("stem", indexed(STEM, IndexRecordOption::WithFreqs, true)),
            words: schema.add_text_field("words", indexed(WORDS, positions, true)),
            title_words: schema.add_text_field("title_words", indexed(WORDS, positions, true)),
            title_stem: schema.add_text_field("title_stem", indexed(STEM, positions, true)),
            keyword_stem: schema.add_text_field("keyword_stem", indexed(STEM, positions, true)),
            publisher_stem: schema.add_text_field("publisher_stem", indexed(STEM, positions, true)),
            column_words: schema.add_text_field("column_words", indexed(WORDS, positions, true)),
            identifier_words: schema.add_text_field("identifier_words", indexed(WORDS, positions, true)),
            exact: schema.add_text_field("exact", indexed("raw", IndexRecordOption::Basic, false)),
            stored_slug: schema.add_text_field("slug", STORED),
            stored_title: schema.add_text_field("title", STORED),
            stored_description: schema.add_text_field("description", STORED),
            stored_column: schema.add_text_field("column", STORED),
            stored_display: schema.add_text_field("display", STORED),
            facets: Facet::ALL.map(|facet| schema.add_text_field(facet.name(), fast_text())),
            title_sort: schema.add_text_field("title_sort", fast_text()),
            id_high: schema.add_u64_field("id_high", FAST),
            id_low: schema.add_u64_field("id_low", FAST),
            revision: schema.add_u64_field("revision", FAST),
            issued: schema.add_i64_field("issued", number()),
            modified: schema.add_i64_field("modified", number()),
            changed: schema.add_i64_field("changed", number()),
            bbox: BBOX_COLUMNS.map(|name| schema.add_f64_field(name, number())),
            days: DAY_COLUMNS.map(|name| schema.add_i64_field(name, number())),
        };
        (schema.build(), fields)
    }

    /// The index's form of a document.
    pub fn document(&self, analyzers: &mut Analyzers, source: &IndexDocument) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        self.add_text(analyzers, source, &mut document);
        self.add_facets(source, &mut document);
        self.add_columns(source, &mut document);
        document
    }

    fn add_text(&self, analyzers: &mut Analyzers, source: &IndexDocument, document: &mut TantivyDocument) {
        let title = cut(&source.title, limits::LINE_BYTES_MAX);
        let description = cut(&source.description, limits::DESCRIPTION_BYTES_MAX);
        let identifier = cut(&source.identifier, limits::LINE_BYTES_MAX);
        let publisher = cut(&source.publisher, limits::LINE_BYTES_MAX);
        let organization =
            source.organization.as_ref().map_or("", |organization| organization.label.as_str());
        let keywords = || source.keywords.iter().take(limits::KEYWORDS_MAX).map(String::as_str);
        let labels = || source.topics.iter().map(|topic| topic.label.as_str());
        let columns: Vec<String> =
            source.columns.iter().take(limits::COLUMNS_MAX).map(|name| with_parts(name)).collect();

        let mut add = |worth: usize, text: &str| {
            let text = cut(text, limits::DESCRIPTION_BYTES_MAX);
            if text.is_empty() {
                return;
            }
            document.add_text(self.words, text);
            for _ in 0..worth {
                document.add_text(self.stem, text);
            }
        };
        add(TITLE_WORTH, title);
        keywords().chain(labels()).for_each(|keyword| add(KEYWORD_WORTH, keyword));
        columns.iter().for_each(|column| add(COLUMN_WORTH, column));
        add(PUBLISHER_WORTH, publisher);
        if organization != publisher {
            add(PUBLISHER_WORTH, organization);
        }
        source.places.iter().for_each(|place| add(PUBLISHER_WORTH, place));
        source.formats.iter().for_each(|format| add(1, format));
        add(1, identifier);
        add(1, description);

        document.add_text(self.title_words, title);
        document.add_text(self.title_stem, title);
        keywords().for_each(|keyword| document.add_text(self.keyword_stem, keyword));
        document.add_text(self.publisher_stem, publisher);
        document.add_text(self.publisher_stem, organization);
        columns.iter().for_each(|column| document.add_text(self.column_words, column));
        document.add_text(self.identifier_words, identifier);
        for key in [exact_title(analyzers, title), exact_identifier(identifier)].into_iter().flatten() {
            document.add_text(self.exact, key);
        }
        let sort_key = analyzers.key(title);
        if !sort_key.is_empty() {
            document.add_text(self.title_sort, cut(&sort_key, limits::FACET_VALUE_BYTES_MAX));
        }

        document.add_text(self.stored_slug, &source.slug);
        document.add_text(self.stored_title, &source.title);
        document.add_text(self.stored_description, description);
        for column in source.columns.iter().take(limits::COLUMNS_MAX) {
            document.add_text(self.stored_column, column);
        }
        document.add_text(self.stored_display, source.display.to_string());
    }

    fn add_facets(&self, source: &IndexDocument, document: &mut TantivyDocument) {
        let plain = |values: &[String]| -> Vec<Named> {
            values.iter().map(|value| Named::new(value.as_str(), value.as_str())).collect()
        };
        let one = |value: &str| plain(&[value.to_owned()]);
        let has = [
            (source.has_download, "download"),
            (source.has_api, "api"),
            (source.has_map, "map"),
            (source.has_table, "table"),
        ];
        let mut years = source.years.clone();
        years.sort_unstable_by(|a, b| b.cmp(a));
        years.truncate(limits::YEARS_MAX);
        for (facet, field) in Facet::ALL.into_iter().zip(self.facets) {
            let values = match facet {
                Facet::Organization => source.organization.iter().cloned().collect(),
                Facet::Topic => source.topics.clone(),
                Facet::Keyword => plain(&source.keywords[..source.keywords.len().min(limits::KEYWORDS_MAX)]),
                Facet::Format => plain(&source.formats),
                Facet::License => source.license.iter().cloned().collect(),
                Facet::AccessLevel => one(&source.access_level),
                Facet::Has => has.iter().filter(|(yes, _)| *yes).flat_map(|(_, name)| one(name)).collect(),
                Facet::Year => years.iter().flat_map(|year| one(&year.to_string())).collect(),
                Facet::Kind => one(&source.kind),
            };
            let mut seen = Vec::new();
            for Named { value, label } in values {
                let value = cut(&facet.normalize(&value), limits::FACET_VALUE_BYTES_MAX).to_owned();
                if value.is_empty() || seen.contains(&value) {
                    continue;
                }
                let label = squeeze(cut(&label, limits::FACET_VALUE_BYTES_MAX));
                document.add_text(field, format!("{value}{LABEL_MARK}{label}"));
                seen.push(value);
            }
        }
    }

    fn add_columns(&self, source: &IndexDocument, document: &mut TantivyDocument) {
        let uuid = source.id.as_uuid();
        document.add_bytes(self.id, uuid.as_bytes());
        let (high, low) = uuid.as_u64_pair();
        document.add_u64(self.id_high, high);
        document.add_u64(self.id_low, low);
        document.add_u64(self.revision, source.revision);
        let times =
            [(self.issued, source.issued), (self.modified, source.modified), (self.changed, source.changed)];
        for (field, time) in times {
            if let Some(time) = time {
                document.add_i64(field, time);
            }
        }
        if let Some(bbox) = source.bbox.filter(|bbox| bbox.iter().all(|degree| degree.is_finite())) {
            self.bbox.iter().zip(bbox).for_each(|(field, degree)| document.add_f64(*field, degree));
        }
        if let Some((first, last)) = source.temporal {
            document.add_i64(self.days[0], first.min(last).into());
            document.add_i64(self.days[1], first.max(last).into());
        }
    }
}

/// The key under which a title is found when it is asked for word by word.
pub(crate) fn exact_title(analyzers: &mut Analyzers, title: &str) -> Option<String> {
    let key = analyzers.key(title);
    (!key.is_empty()).then(|| cut(&format!("t {key}"), limits::LINE_BYTES_MAX).to_owned())
}

/// The key under which an identifier is found when it is pasted whole.
pub(crate) fn exact_identifier(identifier: &str) -> Option<String> {
    let key = squeeze(identifier).to_lowercase();
    (!key.is_empty()).then(|| cut(&format!("i {key}"), limits::LINE_BYTES_MAX).to_owned())
}

/// A column name followed by its parts where case shows them: `CountyName` is also `County Name`.
fn with_parts(name: &str) -> String {
    let mut parts = String::new();
    let mut previous = ' ';
    for c in name.chars() {
        if c.is_uppercase() && previous.is_lowercase() {
            parts.push(' ');
        }
        parts.push(c);
        previous = c;
    }
    if parts.len() == name.len() { parts } else { format!("{name} {parts}") }
}

#[cfg(test)]
mod tests {
    use super::with_parts;

    #[test]
    fn a_column_name_in_camel_case_is_also_its_parts() {
        assert_eq!(with_parts("CountyName"), "CountyName County Name");
        assert_eq!(with_parts("county_name"), "county_name");
        assert_eq!(with_parts("NOX"), "NOX");
    }
}

//! What the columns of a table mean: told, written, and put in the place of codes.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use townhall_formats::{Labels, WriteOptions, text_rows};
use townhall_metadata::{DICTIONARY_FORMS, DICTIONARY_HEADER, Described, DictionaryForm, read_dictionary};
use townhall_model::dictionary::Dictionary;
use townhall_model::{ErrorKind, TableId};
use townhall_store::{Actor, StoredDictionary};

use super::{Cut, Export, Known, TableDetail, Tables};
use crate::{Audience, Error};

/// A table and its dictionary.
#[derive(Debug, Clone)]
pub struct TableDictionary {
    /// The table.
    pub table: Arc<TableDetail>,
    /// What is said of its columns.
    pub dictionary: Arc<Dictionary>,
    /// The number of the revision; 0 when nobody has written one.
    pub revision: u32,
}

/// What became of a dictionary that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DictionaryWritten {
    /// The number of the revision.
    pub revision: u32,
    /// How many columns of the table it describes.
    pub described: u64,
    /// The names in it that are no columns of the table: what they say was left out.
    pub unknown: Vec<String>,
}

impl TableDictionary {
    /// The JSON Schema of a row. `url` is the address of the table's rows as CSV.
    pub fn row_schema(&self, url: &str) -> serde_json::Value {
        let described = Described {
            title: &self.table.table.title,
            url,
            columns: &self.table.manifest.columns,
            dictionary: &self.dictionary,
        };
        let form = DictionaryForm::by_name("json-schema");
        let written = form.map(|form| form.written(&described)).unwrap_or_default();
        serde_json::from_slice(&written).unwrap_or_default()
    }

    /// The dictionary as a file: in one of [`DICTIONARY_FORMS`], or as any format of tables, a row for each column. `url`
    /// is the address of the table's rows as CSV.
    pub fn file(&self, form: &str, url: &str) -> Result<Export, Error> {
        let name = format!("{}-dictionary", self.table.table.dataset_slug);
        let described = Described {
            title: &self.table.table.title,
            url,
            columns: &self.table.manifest.columns,
            dictionary: &self.dictionary,
        };
        if let Some(form) = DictionaryForm::by_name(form) {
            let bytes = Bytes::from(form.written(&described));
            return Ok(Export {
                content_type: form.media_type.to_owned(),
                name: format!("{name}.{}", form.extension),
                bytes: futures::stream::once(async { Ok(bytes) }).boxed(),
                cut: Cut::default(),
            });
        }
        let format = super::writable(form).map_err(|error| {
            let forms: Vec<_> = DICTIONARY_FORMS.iter().map(|form| form.name).collect();
            Error::new(error.kind(), error.to_string()).with_hint(format!(
                "use one of {}, or a format of tables such as xlsx or html",
                forms.join(", ")
            ))
        })?;
        let rows = text_rows(&DICTIONARY_HEADER, &described.rows())?;
        let options = WriteOptions {
            title: Some(format!("{}: dictionary", described.title)),
            ..WriteOptions::default()
        };
        let stream = futures::stream::once(std::future::ready(Ok(rows.clone()))).boxed();
        super::exported(format, rows.schema(), stream, options, name, None, None)
    }
}

impl Tables<'_> {
    /// The dictionary of a table.
    pub async fn dictionary(&self, audience: Audience, id: TableId) -> Result<TableDictionary, Error> {
        let Known { detail, dictionary, revision, .. } = self.known(audience, id, None).await?;
        Ok(TableDictionary { table: detail, dictionary, revision })
    }

    /// The newest revisions of a table's dictionary.
    pub async fn dictionary_revisions(
        &self,
        audience: Audience,
        id: TableId,
        limit: u32,
    ) -> Result<Vec<StoredDictionary>, Error> {
        self.find(audience, id).await?;
        Ok(self.app.store().dictionaries(id, limit).await?)
    }

    /// Writes the dictionary of a table from a file in any form. Columns may be called as here or as in their source. What
    /// was said before and is not said now is gone from the new revision, unless it is to be kept.
    pub async fn describe(
        &self,
        actor: &Actor,
        id: TableId,
        file: &[u8],
        keep: bool,
    ) -> Result<DictionaryWritten, Error> {
        let given =
            read_dictionary(file).map_err(|error| Error::new(ErrorKind::Malformed, error.to_string()))?;
        self.put_dictionary(actor, id, given, keep).await
    }

    /// Puts an earlier revision of a dictionary in force again, as a new one.
    pub async fn restore_dictionary(
        &self,
        actor: &Actor,
        id: TableId,
        revision: u32,
    ) -> Result<DictionaryWritten, Error> {
        let all = self.app.store().dictionaries(id, u32::MAX >> 1).await?;
        let earlier = all.into_iter().find(|one| one.revision == revision);
        let earlier = earlier.ok_or_else(|| Error::not_found("revision", &revision.to_string()))?;
        self.put_dictionary(actor, id, earlier.dictionary, false).await
    }

    /// Writes the dictionary of a table; see [`describe`](Self::describe).
    pub(crate) async fn put_dictionary(
        &self,
        actor: &Actor,
        id: TableId,
        given: Dictionary,
        keep: bool,
    ) -> Result<DictionaryWritten, Error> {
        let known = self.known(Audience::Staff, id, None).await?;
        let columns = &known.detail.manifest.columns;
        let mut dictionary = if keep { Dictionary::clone(&known.dictionary) } else { Dictionary::default() };
        let mut unknown = Vec::new();
        for (name, mut meaning) in given.columns {
            let column = columns.iter().find(|column| column.name == name).or_else(|| {
                let is_called = |text: &str| text.trim().eq_ignore_ascii_case(name.trim());
                columns
                    .iter()
                    .find(|column| is_called(&column.name) || column.label.as_deref().is_some_and(is_called))
            });
            // A heading that only repeats the source's says nothing: forms are written with it.
            if let Some(column) = column
                && meaning
                    .label
                    .as_ref()
                    .is_some_and(|label| *label == column.name || Some(label) == column.label.as_ref())
            {
                meaning.label = None;
            }
            match column {
                Some(column) if !meaning.is_empty() => {
                    dictionary.columns.insert(column.name.clone(), meaning);
                }
                Some(_) => {}
                None => unknown.push(name),
            }
        }
        if dictionary.is_empty() && !unknown.is_empty() {
            let known: Vec<&str> = columns.iter().take(20).map(|column| column.name.as_str()).collect();
            return Err(Error::invalid("it describes no column of this table")
                .with_hint(format!("the table's columns are {}", known.join(", "))));
        }
        let described = dictionary.described(columns.iter().map(|column| column.name.as_str()));
        let revision = self.app.store().put_dictionary(actor, id, &dictionary, described).await?;
        Ok(DictionaryWritten { revision, described, unknown })
    }
}

/// The labels that stand for codes.
pub(super) fn labels_of(dictionary: &Dictionary) -> Labels {
    let labels = dictionary.columns.iter().filter_map(|(name, meaning)| {
        let codes = meaning.codes.iter().chain(&meaning.sentinels).filter(|code| !code.label.is_empty());
        let codes: HashMap<_, _> = codes.map(|code| (code.value.clone(), code.label.clone())).collect();
        (!codes.is_empty()).then(|| (name.clone(), codes))
    });
    Labels(labels.collect())
}

/// Whether a question wants labels in the place of codes.
pub(super) fn wants_labels(pairs: &[(String, String)]) -> bool {
    pairs.iter().any(|(key, value)| key == "_labels" && !matches!(value.as_str(), "0" | "false" | "no"))
}

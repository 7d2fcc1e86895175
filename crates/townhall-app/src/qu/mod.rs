//! Datasets as CFPB's Qu had them: a definition in the store, and a table for each slice and each concept with codes.
//!
//! References are joined and derived slices are computed when the files are loaded, so that asking is asking one table.

mod ask;
mod load;
mod prepare;
mod rows;

use std::sync::Arc;

use serde_json::{Map, Value};
use townhall_metadata::{QuConcept, QuDefinition, QuSlice, read_qu_definition};
use townhall_model::{ErrorKind, RecordId, TableId};

pub(crate) use ask::Computing;
pub use ask::{QuAnswer, QuQuestion};
pub use load::{QuLoad, QuLoaded};
pub use prepare::QuComposed;
pub use rows::QuForm;

use crate::limits::CONCEPT_ROWS_MAX;
use crate::{App, Audience, Error};

/// The kind of documents that definitions are.
pub(crate) const DEFINITION: &str = "qu-definition";

/// How many datasets are listed.
const DATASETS_MAX: u32 = 1_000;

/// The use cases.
pub struct Qu<'a> {
    pub(crate) app: &'a App,
}

/// A dataset that may be seen.
#[derive(Debug, Clone)]
pub struct QuDataset {
    /// Its name in addresses.
    pub name: String,
    /// Its definition.
    pub definition: Arc<QuDefinition>,
    /// The slug of the dataset that it is in the catalogue.
    pub slug: String,
    /// When anything about it last changed.
    pub changed: String,
    tables: Vec<(String, TableId, u32)>,
}

impl QuDataset {
    /// What its publisher says of it, without markup.
    pub fn description(&self) -> String {
        let said = self.definition.info.get("description").and_then(Value::as_str);
        said.map(load::plain).unwrap_or_default()
    }

    /// A slice by its name.
    pub fn slice(&self, name: &str) -> Result<&QuSlice, Error> {
        let missing = || Error::new(ErrorKind::NotFound, format!("No such slice: {}/{name}", self.name));
        self.definition.slice(name).ok_or_else(missing)
    }

    /// A concept by its name.
    pub fn concept(&self, name: &str) -> Result<&QuConcept, Error> {
        let missing = || Error::new(ErrorKind::NotFound, format!("No such concept: {}/{name}", self.name));
        self.definition.concept(name).ok_or_else(missing)
    }

    /// What changes when anything of it does.
    pub fn version(&self) -> String {
        let versions: Vec<_> = self.tables.iter().map(|(_, id, version)| format!("{id}-{version}")).collect();
        let text = format!("{}{}", self.changed, versions.join(" "));
        townhall_model::BlobId::of(text.as_bytes()).to_string()[..32].to_owned()
    }

    fn table(&self, distribution: &str) -> Option<TableId> {
        self.tables.iter().find(|(known, ..)| known == distribution).map(|(_, id, _)| *id)
    }
}

/// The name of the distribution that a slice is.
fn slice_file(name: &str) -> String {
    format!("slices/{name}.csv")
}

/// The name of the distribution that the table of a concept is.
fn table_file(name: &str) -> String {
    format!("tables/{name}.csv")
}

impl Qu<'_> {
    /// The datasets that an audience may see, by name.
    pub async fn datasets(&self, audience: Audience) -> Result<Vec<QuDataset>, Error> {
        let mut datasets = Vec::new();
        for document in self.app.store().documents(DEFINITION, None, None, DATASETS_MAX).await? {
            match self.opened(audience, document).await {
                Ok(dataset) => datasets.push(dataset),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(datasets)
    }

    /// A dataset by its name.
    pub async fn dataset(&self, audience: Audience, name: &str) -> Result<QuDataset, Error> {
        let missing = || Error::new(ErrorKind::NotFound, format!("No such dataset: {name}"));
        let document = self.app.store().document(DEFINITION, name).await?.ok_or_else(missing)?;
        self.opened(audience, document).await.map_err(|error| match error.kind() {
            ErrorKind::NotFound => missing(),
            _ => error,
        })
    }

    /// A definition with its tables, when its record may be seen.
    async fn opened(
        &self,
        audience: Audience,
        document: townhall_store::Document,
    ) -> Result<QuDataset, Error> {
        let missing = || Error::not_found("dataset", &document.name);
        let record: RecordId =
            document.subject.as_deref().and_then(|id| id.parse().ok()).ok_or_else(missing)?;
        let detail = self.app.catalog().dataset(audience, &record.to_string()).await?;
        let definition = read_qu_definition(document.text.as_bytes())
            .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        let tables = detail.tables.into_iter().map(|table| (table.distribution, table.id, table.version));
        Ok(QuDataset {
            name: document.name,
            definition: Arc::new(definition),
            slug: detail.slug,
            changed: format!("{} {}", document.at, document.revision),
            tables: tables.collect(),
        })
    }

    /// The codes of a concept, an object for each; none when it has no table.
    pub async fn codes(
        &self,
        audience: Audience,
        dataset: &QuDataset,
        concept: &QuConcept,
    ) -> Result<Option<Vec<Map<String, Value>>>, Error> {
        let Some(table) = concept.table.as_deref().and_then(|name| dataset.definition.table(name)) else {
            return Ok(None);
        };
        let Some(id) = dataset.table(&table_file(&table.id)) else { return Ok(Some(Vec::new())) };
        let tables = self.app.tables();
        let (question, ()) = tables
            .question_of(audience, id, |_| {
                let query = townhall_query::RowsQuery {
                    limit: Some(CONCEPT_ROWS_MAX),
                    total: false,
                    ..townhall_query::RowsQuery::default()
                };
                (query, ())
            })
            .await?;
        let answer = tables.answer(&question).await?;
        let names = question.labels();
        let objects = answer.values()?.into_iter().map(|row| {
            let cells = names.iter().cloned().zip(row).filter(|(_, value)| !value.is_null());
            cells.collect::<Map<String, Value>>()
        });
        Ok(Some(objects.collect()))
    }
}

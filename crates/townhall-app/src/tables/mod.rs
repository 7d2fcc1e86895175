//! Tables: from a stored file to rows under an address.

mod ask;
mod charts;
mod data_pages;
mod dictionary;
mod difference;
mod explain;
mod files;
mod known;
mod large;
mod later;
mod lql;
mod packing;
mod pages;
mod prepared;
mod refresh;
mod rejects;
mod remote;
mod reports;
mod settled;
mod sql;
mod word_index;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub use ask::{Answer, AnswerColumn, Question};
pub use charts::{ChartFacts, TableChart};
pub use data_pages::{DATA_PAGE, KeptPage, PageWritten};
use dictionary::labels_of;
pub use dictionary::{DictionaryWritten, TableDictionary};
pub(crate) use difference::page as page_of_differences;
pub use difference::{DIFFERENCES_MAX, Differences, RowDifference, TableDifference};
pub use explain::{RowsExplanation, SqlExplanation};
pub(crate) use files::writable;
pub use files::{Cut, Export};
use files::{exported, file_name, writable_for};
use jiff::Timestamp;
pub(crate) use known::{Known, KnownTables};
pub use large::{LargeQueries, WhenAway};
pub use later::{AnswerQuestion, Pending, class_of};
pub use lql::LqlAnswer;
pub use packing::Packing;
use packing::packed;
pub use pages::{JsonPage, Shape, TablePage, TablePreview, TableRow};
pub use prepared::{PrepareFile, WholeFile};
pub use refresh::Refreshed;
pub use rejects::{REJECTS_PAGE_MAX, RejectsPage};
pub use remote::CsvRequest;
pub(crate) use remote::RemoteTables;
pub use reports::Report;
pub use settled::{Retyped, Retyping, TableTypes};
pub use sql::{SQL_ROWS_MAX, SqlAnswer, table_word};
use townhall_model::dictionary::Dictionary;
use townhall_model::table::TableManifest;
use townhall_model::{BlobId, ErrorKind, RecordId, TableId};
use townhall_query::{QUERY_DIALECTS, QueryDialect, RowsQuery, TableSource};
use townhall_store::{Actor, RecordStatus, StoredTable, TableVersion};
pub use word_index::IndexWords;
pub(crate) use word_index::WordIndexes;

use crate::catalog::statuses;
use crate::jobs::{CookRecipe, IngestTable, Job};
use crate::{App, Audience, Error};

/// The table use cases.
pub struct Tables<'a> {
    pub(crate) app: &'a App,
}

/// A table in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSummary {
    /// Its id.
    pub id: TableId,
    /// Its title.
    pub title: String,
    /// Its dataset.
    pub dataset: RecordId,
    /// The slug of its dataset.
    pub dataset_slug: String,
    /// The title of its dataset.
    pub dataset_title: String,
    /// Which distribution it was made of.
    pub distribution: String,
    /// The version served now.
    pub version: u32,
    /// The rows of that version.
    pub rows: u64,
    /// The columns of that version.
    pub columns: u64,
    /// When that version came.
    pub updated_at: Timestamp,
    /// How many columns its dictionary describes.
    pub described: u64,
}

/// A version of a table with everything known of it.
#[derive(Debug, Clone)]
pub struct TableDetail {
    /// The table.
    pub table: TableSummary,
    /// The number of the version.
    pub number: u32,
    /// Its columns, sizes, rejects.
    pub manifest: TableManifest,
}

impl Tables<'_> {
    /// Asks for a table version of stored bytes, unless the current one was made of just these.
    pub(crate) async fn request(&self, actor: &Actor, job: IngestTable) -> Result<(), Error> {
        for table in self.app.store().tables_of(&[job.dataset]).await? {
            if table.distribution != job.distribution {
                continue;
            }
            if let Some(current) = self.app.store().table_version(table.id, None).await?
                && current.source == job.source
            {
                return Ok(());
            }
        }
        self.app.jobs().enqueue(actor, &job).await
    }

    /// Makes a version visible. Returns its number.
    pub(crate) async fn publish(
        &self,
        actor: &Actor,
        job: &IngestTable,
        manifest: &TableManifest,
    ) -> Result<u32, Error> {
        let (_, number) =
            self.publish_made(actor, job.dataset, &job.distribution, &job.title, manifest).await?;
        Ok(number)
    }

    /// Makes a version visible, and asks, in the same breath, for the recipes that read the table.
    pub(crate) async fn publish_made(
        &self,
        actor: &Actor,
        dataset: RecordId,
        distribution: &str,
        title: &str,
        manifest: &TableManifest,
    ) -> Result<(TableId, u32), Error> {
        let recipes = self.app.recipes().reading(dataset, distribution).await?;
        let jobs = |table: TableId, version: u32| {
            let job = |recipe: &String| {
                CookRecipe { recipe: recipe.clone(), because_of: Some((table, version)) }.asked().ok()
            };
            recipes.iter().filter_map(job).collect()
        };
        let store = self.app.store();
        let (id, number) =
            store.publish_version_and(actor, dataset, distribution, title, manifest, &jobs).await?;
        self.index_words(actor, id, number, manifest).await?;
        Ok((id, number))
    }

    /// The tables of these datasets.
    pub(crate) async fn of(
        &self,
        datasets: &[RecordId],
    ) -> Result<HashMap<RecordId, Vec<TableSummary>>, Error> {
        let mut found: HashMap<RecordId, Vec<TableSummary>> = HashMap::new();
        for table in self.app.store().tables_of(datasets).await? {
            found.entry(table.record).or_default().push(summary(table));
        }
        Ok(found)
    }

    /// The names of all columns of these tables.
    pub(crate) async fn column_names(&self, tables: &[TableSummary]) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for table in tables {
            if let Some(version) = self.app.store().table_version(table.id, None).await? {
                let manifest = self.app.databases().permitted(version.manifest).await?;
                names.extend(manifest.columns.into_iter().map(|column| column.label.unwrap_or(column.name)));
            }
        }
        Ok(names)
    }

    /// Tables that an audience may see, oldest first, after an id.
    pub async fn list(
        &self,
        audience: Audience,
        after: Option<TableId>,
        limit: u32,
    ) -> Result<Vec<TableSummary>, Error> {
        let tables = self.app.store().tables_after(&statuses(audience), after, limit).await?;
        Ok(tables.into_iter().map(summary).collect())
    }

    async fn find(&self, audience: Audience, id: TableId) -> Result<StoredTable, Error> {
        let missing = || Error::not_found("table", &id.to_string());
        let table = self.app.store().table(id).await?.ok_or_else(missing)?;
        match (table.status, audience) {
            (RecordStatus::Draft, Audience::Public) | (RecordStatus::Retired, Audience::Public) => {
                Err(missing())
            }
            _ => Ok(table),
        }
    }

    /// A version of a table: the current one, or the one of a number or a time.
    pub async fn manifest(
        &self,
        audience: Audience,
        id: TableId,
        as_of: Option<&str>,
    ) -> Result<Arc<TableDetail>, Error> {
        Ok(self.known(audience, id, as_of).await?.detail)
    }

    async fn version(&self, id: TableId, as_of: Option<&str>) -> Result<TableVersion, Error> {
        let store = self.app.store();
        let found = match as_of {
            None => store.table_version(id, None).await?,
            Some(text) => match (text.parse::<u32>(), moment(text)) {
                (Ok(number), _) => store.table_version(id, Some(number)).await?,
                (Err(_), Some(at)) => store.table_version_at(id, at).await?,
                (Err(_), None) => {
                    return Err(Error::invalid(format!(
                        "`_as_of={text}` is neither a version number nor a time"
                    ))
                    .with_hint("write it like `_as_of=3` or `_as_of=2025-06-30`"));
                }
            },
        };
        found.ok_or_else(|| Error::not_found("version", as_of.unwrap_or("current")))
    }

    /// The versions of a table, newest first.
    pub async fn versions(&self, audience: Audience, id: TableId) -> Result<Vec<TableVersion>, Error> {
        self.find(audience, id).await?;
        Ok(self.app.store().table_versions(id).await?)
    }

    /// The version that a question of our own is about, and the question.
    async fn asked(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
    ) -> Result<(Known, RowsQuery), Error> {
        let as_of = pairs.iter().find(|(key, _)| key == "_as_of").map(|(_, value)| value.as_str());
        let mut known = self.known(audience, id, as_of).await?;
        known.source = as_asked(known.source, pairs);
        let query = dialect().parse(pairs, &known.source)?;
        Ok((known, query))
    }

    /// What changes when the answer to a question would: the version and the question itself; none when the answer may be
    /// another the next moment.
    pub async fn etag(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        form: &str,
    ) -> Result<Option<String>, Error> {
        let as_of = pairs.iter().find(|(key, _)| key == "_as_of").map(|(_, value)| value.as_str());
        let known = self.known(audience, id, as_of).await?;
        if known.source.live.is_some() {
            return Ok(None);
        }
        let reads_dictionary = dictionary::wants_labels(pairs) || !known.source.sentinels.is_empty();
        let revision = if reads_dictionary { known.revision } else { 0 };
        let question = BlobId::of(format!("{pairs:?}{form}{revision}").as_bytes()).to_string();
        Ok(Some(format!("\"{id}-{}-{}\"", known.detail.number, &question[..16])))
    }
}

fn dialect() -> &'static dyn QueryDialect {
    QUERY_DIALECTS[0]
}

fn source_of(detail: &TableDetail, dictionary: &Dictionary) -> TableSource {
    TableSource {
        id: detail.table.id,
        version: detail.number,
        blob: detail.manifest.parquet,
        rows: detail.manifest.rows,
        columns: detail.manifest.columns.clone(),
        live: detail.manifest.database.clone().filter(|database| database.live),
        sentinels: sentinels_of(dictionary),
    }
}

/// The values of columns that mean that there is none.
fn sentinels_of(dictionary: &Dictionary) -> BTreeMap<String, Vec<String>> {
    let declared = dictionary.columns.iter().filter(|(_, meaning)| !meaning.sentinels.is_empty());
    let values = declared.map(|(name, meaning)| {
        (name.clone(), meaning.sentinels.iter().map(|code| code.value.clone()).collect())
    });
    values.collect()
}

/// Whether a question wants sentinels to count as the values that they are written as.
fn wants_raw(pairs: &[(String, String)]) -> bool {
    pairs.iter().any(|(key, value)| key == "_raw" && !matches!(value.as_str(), "0" | "false" | "no"))
}

/// The table as a question of these pairs sees it.
fn as_asked(source: Arc<TableSource>, pairs: &[(String, String)]) -> Arc<TableSource> {
    match wants_raw(pairs) && !source.sentinels.is_empty() {
        true => Arc::new(TableSource { sentinels: BTreeMap::new(), ..TableSource::clone(&source) }),
        false => source,
    }
}

fn summary(table: StoredTable) -> TableSummary {
    TableSummary {
        id: table.id,
        title: table.title,
        dataset: table.record,
        dataset_slug: table.dataset_slug,
        dataset_title: table.dataset_title,
        distribution: table.distribution,
        version: table.version,
        rows: table.rows,
        columns: table.columns,
        updated_at: table.updated_at,
        described: table.described,
    }
}

/// A time, or the end of a day.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let day: jiff::civil::Date = text.parse().ok()?;
    day.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

impl From<townhall_query::QueryProblem> for Error {
    fn from(problem: townhall_query::QueryProblem) -> Self {
        let mut error = Self::new(ErrorKind::Invalid, problem.to_string());
        error.position = problem.at;
        match problem.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

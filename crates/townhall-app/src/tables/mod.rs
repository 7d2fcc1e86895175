//! Tables: from a stored file to rows under an address.

mod ask;
mod charts;
mod data_pages;
mod dictionary;
mod difference;
mod explain;
mod known;
mod large;
mod later;
mod lql;
mod packing;
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
use std::sync::atomic::{AtomicBool, Ordering};

pub use ask::{Answer, AnswerColumn, Question};
pub use charts::{ChartFacts, TableChart};
pub use data_pages::{DATA_PAGE, KeptPage, PageWritten};
use dictionary::labels_of;
pub use dictionary::{DictionaryWritten, TableDictionary};
pub(crate) use difference::page as page_of_differences;
pub use difference::{DIFFERENCES_MAX, Differences, RowDifference, TableDifference};
pub use explain::{RowsExplanation, SqlExplanation};
use jiff::Timestamp;
pub(crate) use known::{Known, KnownTables};
pub use large::{LargeQueries, WhenAway};
pub use later::{AnswerQuestion, Pending, class_of};
pub use lql::LqlAnswer;
pub use packing::Packing;
use packing::packed;
pub use prepared::{PrepareFile, WholeFile};
pub use refresh::Refreshed;
pub use rejects::{REJECTS_PAGE_MAX, RejectsPage};
pub use remote::CsvRequest;
pub(crate) use remote::RemoteTables;
pub use reports::Report;
pub use settled::{Retyped, Retyping, TableTypes};
pub use sql::{SQL_ROWS_MAX, SqlAnswer, table_word};
use townhall_formats::{Format, FormatError, FormatInfo, Labels, WriteOptions, value_text};
use townhall_model::dictionary::Dictionary;
use townhall_model::table::{Column, TableManifest};
use townhall_model::{BlobId, ErrorKind, RecordId, TableId};
use townhall_query::{
    Allowance, Class, Page, QUERY_DIALECTS, QueryDialect, RowStream, RowsQuery, SchemaRef, TableSource, Whole,
};
use townhall_store::{Actor, RecordStatus, StoredTable, TableVersion};
pub use word_index::IndexWords;
pub(crate) use word_index::WordIndexes;

use crate::catalog::{DatasetDetail, statuses};
use crate::jobs::{CookRecipe, IngestTable, Job};
use crate::stream::ByteStream;
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

/// The first rows of a table.
#[derive(Debug, Clone)]
pub struct TablePreview {
    /// The table.
    pub table: TableSummary,
    /// The columns shown.
    pub columns: Vec<Column>,
    /// The cells as the API prints them.
    pub rows: Vec<Vec<Option<String>>>,
    /// Cells or rows that did not fit.
    pub rejects: u64,
}

/// A page of a table for people.
#[derive(Debug, Clone)]
pub struct TablePage {
    /// The version it is of.
    pub version: u32,
    /// The columns shown, in order.
    pub columns: Vec<Column>,
    /// All columns.
    pub all_columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<TableRow>,
    /// How many rows the table has.
    pub rows_total: u64,
    /// How many rows match.
    pub total: Option<u64>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// The cursor of the page before.
    pub previous: Option<String>,
    /// How many matching rows stand before these.
    pub offset: u64,
    /// Cells or rows that did not fit.
    pub rejects: u64,
    /// Whether the numbers of the rows are their addresses; among some rows of a database they only count.
    pub has_addresses: bool,
}

/// A row for people.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// Its number, from 1.
    pub number: u64,
    /// Its cells as the API prints them.
    pub cells: Vec<Option<String>>,
}

/// A page of a table for programs.
#[derive(Debug, Clone)]
pub struct JsonPage {
    /// The names of the results, in order.
    pub columns: Vec<String>,
    /// The rows as a JSON array.
    pub rows: String,
    /// How many rows match.
    pub total: Option<u64>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// The cursor of the page before.
    pub previous: Option<String>,
    /// The version it is of.
    pub version: u32,
    /// Whether groups were cut.
    pub truncated: bool,
    /// The counts of the facets asked for.
    pub facets: serde_json::Value,
}

/// How the rows of a page stand in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// Each as an object.
    #[default]
    Objects,
    /// Each as an array.
    Arrays,
}

/// Rows as a file, made as it is sent.
pub struct Export {
    /// Its media type.
    pub content_type: String,
    /// Its file name.
    pub name: String,
    /// Its bytes.
    pub bytes: ByteStream,
    /// Whether a limit cuts it short.
    pub cut: Cut,
}

impl Export {
    /// The same file, packed.
    pub fn packed(self, packing: Packing) -> Result<Self, Error> {
        packed(self, packing)
    }
}

/// Whether a file is cut short by a limit.
#[derive(Debug, Clone, Default)]
pub struct Cut {
    /// It is known before the first row is sent.
    pub is_sure: bool,
    flag: Arc<AtomicBool>,
}

impl Cut {
    /// Whether it was cut, as far as it has been sent.
    pub fn happened(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

/// How many rows and columns a preview has.
const PREVIEW: (usize, usize) = (5, 8);

/// How many tables a dataset's page previews.
const PREVIEWS_MAX: usize = 6;

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

    /// The first rows of a dataset's tables.
    pub async fn previews(
        &self,
        audience: Audience,
        dataset: &DatasetDetail,
    ) -> Result<Vec<TablePreview>, Error> {
        let mut previews = Vec::new();
        for table in dataset.tables.iter().take(PREVIEWS_MAX) {
            let page = self.page(audience, table.id, &[("_limit".to_owned(), PREVIEW.0.to_string())]).await?;
            previews.push(TablePreview {
                table: table.clone(),
                columns: page.columns.into_iter().take(PREVIEW.1).collect(),
                rows: page
                    .rows
                    .into_iter()
                    .map(|row| row.cells.into_iter().take(PREVIEW.1).collect())
                    .collect(),
                rejects: page.rejects,
            });
        }
        Ok(previews)
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

    /// A page of rows for people.
    pub async fn page(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
    ) -> Result<TablePage, Error> {
        let (Known { detail, source, .. }, query) = self.asked(audience, id, pairs).await?;
        let page = self.page_of(class_of(audience), &source, &query).await?;
        Ok(table_page(&detail, &page))
    }

    /// One row for people.
    pub async fn row(
        &self,
        audience: Audience,
        id: TableId,
        number: u64,
        as_of: Option<&str>,
    ) -> Result<TablePage, Error> {
        let Known { detail, source, .. } = self.known(audience, id, as_of).await?;
        let page = self.app.engine().of(class_of(audience)).row(&source, number).await?;
        Ok(table_page(&detail, &page))
    }

    /// A page of rows for programs.
    pub async fn page_json(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
    ) -> Result<JsonPage, Error> {
        self.page_json_in(audience, id, pairs, Shape::Objects).await
    }

    /// The same, its rows in a shape.
    pub async fn page_json_in(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        shape: Shape,
    ) -> Result<JsonPage, Error> {
        let (Known { detail, source, dictionary, .. }, query) = self.asked(audience, id, pairs).await?;
        let page = self.page_of(class_of(audience), &source, &query).await?;
        let labelled = match dictionary::wants_labels(pairs) {
            true => Some(labels_of(&dictionary).put(&page.rows)?),
            false => None,
        };
        let batch = labelled.as_ref().unwrap_or(&page.rows);
        let mut rows = vec![b'['];
        match shape {
            Shape::Objects => townhall_formats::json_objects(batch, &mut rows),
            Shape::Arrays => townhall_formats::json_arrays(batch, &mut rows),
        }
        rows.push(b']');
        let columns = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        let facets = page
            .facets
            .iter()
            .map(|facet| {
                let (values, counts) = (facet.counts.column(0), facet.counts.column(1));
                let listed: Vec<serde_json::Value> = (0..facet.counts.num_rows())
                    .map(|row| {
                        let count = value_text(counts, row).and_then(|text| text.parse::<u64>().ok());
                        serde_json::json!({"value": value_text(values, row), "count": count})
                    })
                    .collect();
                (facet.column.clone(), serde_json::Value::Array(listed))
            })
            .collect();
        Ok(JsonPage {
            columns,
            rows: String::from_utf8_lossy(&rows).into_owned(),
            total: page.total,
            next: page.next.clone(),
            previous: page.previous.clone(),
            version: detail.number,
            truncated: page.has_more && query.is_grouped(),
            facets: serde_json::Value::Object(facets),
        })
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

    /// All matching rows as a file.
    pub async fn export(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        format: &str,
    ) -> Result<Export, Error> {
        self.export_with(audience, id, pairs, format, WriteOptions::default()).await
    }

    /// The same, written in a way of its own.
    pub async fn export_with(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        format: &str,
        options: WriteOptions,
    ) -> Result<Export, Error> {
        let (known, query) = self.asked(audience, id, pairs).await?;
        if query.cursor.is_some() {
            return Err(Error::invalid("a file has all rows: `_cursor` has no meaning for it")
                .with_hint("leave it out"));
        }
        let with_labels = dictionary::wants_labels(pairs);
        self.written(class_of(audience), &known, &query, format, options, with_labels).await
    }

    /// The answer to a question as a file: made as it is sent, or when it is too much for that by a job.
    async fn written(
        &self,
        class: Class,
        known: &Known,
        query: &RowsQuery,
        format: &str,
        options: WriteOptions,
        with_labels: bool,
    ) -> Result<Export, Error> {
        let info = writable(format)?.info();
        let engine = self.app.engine().of(class);
        if !engine.is_light(&known.source).await?
            && self.is_heavy(class, &known.source, query, Whole::Stream).await?
        {
            let asked = AnswerQuestion::File {
                table: known.source.id,
                version: known.source.version,
                query: query.clone(),
                format: info.name.to_owned(),
                options,
                labels: with_labels.then_some(known.revision),
                sentinels: known.source.sentinels.clone(),
            };
            let export = Export {
                content_type: info.content_type(),
                name: file_name(&known.detail, info, Packing::Plain),
                bytes: later::nothing(),
                cut: Cut::default(),
            };
            return self.kept_file(&asked, export).await;
        }
        let labels = with_labels.then(|| labels_of(&known.dictionary));
        let allowance = Allowance::new(engine.limits());
        self.file_now(class, known, query, format, options, labels, Some(allowance)).await
    }

    /// The answer to a question as a file, made as it is sent.
    #[allow(clippy::too_many_arguments, reason = "each is another thing to say about a file")]
    async fn file_now(
        &self,
        class: Class,
        known: &Known,
        query: &RowsQuery,
        format: &str,
        options: WriteOptions,
        labels: Option<Labels>,
        allowance: Option<Allowance>,
    ) -> Result<Export, Error> {
        let format = writable(format)?;
        let (schema, rows) = self.app.engine().of(class).stream(&known.source, query).await?;
        let title = options.title.clone().unwrap_or_else(|| known.detail.table.title.clone());
        let options = WriteOptions { title: Some(title), ..options };
        let name = file_stem(&known.detail);
        let rows_max = self.app.engine().of(class).limits().rows;
        let is_sure = allowance.is_some()
            && !query.is_grouped()
            && query.matches_everything()
            && query.limit.is_none()
            && rows_max.is_some_and(|most| known.source.rows.saturating_sub(query.offset) > most);
        let mut export = exported(format, schema, rows, options, name, labels, allowance)?;
        export.cut.is_sure = is_sure;
        Ok(export)
    }
}

fn file_stem(detail: &TableDetail) -> String {
    format!("{}-v{}", detail.table.dataset_slug, detail.number)
}

fn file_name(detail: &TableDetail, format: &FormatInfo, packing: Packing) -> String {
    format!("{}.{}{}", file_stem(detail), format.extensions[0], packing.ending())
}

/// The format of a name or extension, if a table can be written as it.
fn writable_for(format: &str, known: &Known) -> Result<&'static dyn Format, Error> {
    let format = writable(format)?;
    let columns = known.source.columns.iter().map(|column| (column.name.clone(), column.kind));
    match format.suits(&townhall_formats::schema_of(columns)) {
        true => Ok(format),
        false => Err(FormatError::NoPlaces { format: format.info().label }.into()),
    }
}

/// The format of a name or extension that tables are written as.
pub(crate) fn writable(format: &str) -> Result<&'static dyn Format, Error> {
    townhall_formats::by_extension(format)
        .or_else(|| townhall_formats::by_name(format))
        .filter(|format| format.info().can_write)
        .ok_or_else(|| {
            let known: Vec<_> = crate::table_formats().map(|format| format.name).collect();
            Error::not_found("format", format).with_hint(format!("use one of {}", known.join(", ")))
        })
}

/// Rows as a file, made as it is sent. `name` is the file's without its extension.
fn exported(
    format: &'static dyn Format,
    schema: SchemaRef,
    mut rows: RowStream,
    options: WriteOptions,
    name: String,
    labels: Option<Labels>,
    allowance: Option<Allowance>,
) -> Result<Export, Error> {
    let info = format.info();
    let cut = Cut { is_sure: false, flag: allowance.as_ref().map(Allowance::cut).unwrap_or_default() };
    let labels = labels.unwrap_or_default();
    let schema = labels.schema(&schema);
    // Told before the answer has begun.
    if !format.suits(&schema) {
        return Err(FormatError::NoPlaces { format: info.label }.into());
    }
    let (batches, mut received) = tokio::sync::mpsc::channel(2);
    // Rows are computed on the reactor and written on a thread; whoever is slower sets the pace.
    tokio::spawn(async move {
        use futures::StreamExt;
        while let Some(batch) = rows.next().await {
            let failed = batch.is_err();
            if batches.send(batch).await.is_err() || failed {
                return;
            }
        }
    });
    let bytes = crate::stream::written_by(move |out| {
        let sent = out.sent();
        let mut writer = format.writer(schema, &options, Box::new(out))?;
        let mut allowance = allowance;
        while let Some(batch) = received.blocking_recv() {
            let mut batch = batch?;
            if let Some(allowance) = &mut allowance {
                if batch.num_rows() > 0 && allowance.is_used_up(sent.load(Ordering::Relaxed)) {
                    break;
                }
                batch = batch.slice(0, allowance.take_rows(batch.num_rows()));
                if batch.num_rows() == 0 && allowance.cut().load(Ordering::Relaxed) {
                    break;
                }
            }
            if labels.0.is_empty() {
                writer.write(&batch)?;
            } else {
                writer.write(&labels.put(&batch)?)?;
            }
        }
        writer.finish()?;
        Ok(())
    });
    Ok(Export {
        content_type: info.content_type(),
        name: format!("{name}.{}", info.extensions[0]),
        bytes,
        cut,
    })
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

fn table_page(detail: &TableDetail, page: &Page) -> TablePage {
    let schema = page.rows.schema();
    let columns: Vec<Column> = schema
        .fields()
        .iter()
        .map(|field| match detail.manifest.columns.iter().find(|column| column.name == *field.name()) {
            Some(column) => column.clone(),
            None => computed(field.name(), townhall_formats::column_type(field.data_type())),
        })
        .collect();
    let rows = (0..page.rows.num_rows())
        .map(|row| TableRow {
            number: page.numbers.get(row).copied().unwrap_or(page.offset + row as u64 + 1),
            cells: page.rows.columns().iter().map(|column| value_text(column, row)).collect(),
        })
        .collect();
    TablePage {
        version: detail.number,
        columns,
        all_columns: detail.manifest.columns.clone(),
        rows,
        rows_total: detail.manifest.rows,
        total: page.total,
        next: page.next.clone(),
        previous: page.previous.clone(),
        offset: page.offset,
        rejects: detail.manifest.rejects_total,
        has_addresses: page.numbers.len() == page.rows.num_rows()
            || detail.manifest.database.as_ref().is_none_or(|database| !database.live),
    }
}

/// A column that was computed, and so has no profile.
fn computed(name: &str, kind: townhall_model::table::ColumnType) -> Column {
    Column {
        name: name.to_owned(),
        label: None,
        kind,
        type_reason: None,
        values: 0,
        nulls: 0,
        rejects: 0,
        distinct: u64::MAX,
        distinct_exact: false,
        min: None,
        max: None,
        mean: None,
        top: Vec::new(),
        spread: None,
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

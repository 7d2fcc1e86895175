//! Tables: from a stored file to rows under an address.

mod ask;
mod charts;
mod data_pages;
mod dictionary;
mod known;
mod large;
mod sql;

use std::collections::HashMap;
use std::sync::Arc;

pub use ask::{Answer, AnswerColumn, Question};
pub use charts::{ChartFacts, TableChart};
pub use data_pages::{DATA_PAGE, KeptPage, PageWritten};
use dictionary::labels_of;
pub use dictionary::{DictionaryWritten, TableDictionary};
use jiff::Timestamp;
pub(crate) use known::{Known, KnownTables};
pub use large::{LargeQueries, WhenAway};
pub use sql::{SQL_ROWS_MAX, SqlAnswer, table_word};
use townhall_formats::{Format, FormatError, Labels, WriteOptions, value_text};
use townhall_model::table::{Column, TableManifest};
use townhall_model::{BlobId, ErrorKind, RecordId, TableId};
use townhall_query::{Page, QUERY_DIALECTS, QueryDialect, RowStream, RowsQuery, SchemaRef, TableSource};
use townhall_store::{Actor, RecordStatus, StoredTable, TableVersion};

use crate::catalog::{DatasetDetail, statuses};
use crate::jobs::IngestTable;
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

/// Rows as a file, made as it is sent.
pub struct Export {
    /// Its media type.
    pub content_type: String,
    /// Its file name.
    pub name: String,
    /// Its bytes.
    pub bytes: ByteStream,
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
        let (_, number) = self
            .app
            .store()
            .publish_version(actor, job.dataset, &job.distribution, &job.title, manifest)
            .await?;
        Ok(number)
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
                names.extend(
                    version.manifest.columns.into_iter().map(|column| column.label.unwrap_or(column.name)),
                );
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
        let known = self.known(audience, id, as_of).await?;
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
        let page = self.app.engine().page(&source, &query).await?;
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
        let page = self.app.engine().row(&source, number).await?;
        Ok(table_page(&detail, &page))
    }

    /// A page of rows for programs.
    pub async fn page_json(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
    ) -> Result<JsonPage, Error> {
        let (Known { detail, source, dictionary, .. }, query) = self.asked(audience, id, pairs).await?;
        let page = self.app.engine().page(&source, &query).await?;
        let mut rows = vec![b'['];
        match dictionary::wants_labels(pairs) {
            true => townhall_formats::json_objects(&labels_of(&dictionary).put(&page.rows)?, &mut rows),
            false => townhall_formats::json_objects(&page.rows, &mut rows),
        }
        rows.push(b']');
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
            rows: String::from_utf8_lossy(&rows).into_owned(),
            total: page.total,
            next: page.next.clone(),
            previous: page.previous.clone(),
            version: detail.number,
            truncated: page.has_more && page.numbers.is_empty(),
            facets: serde_json::Value::Object(facets),
        })
    }

    /// What changes when the answer to a question would: the version and the question itself.
    pub async fn etag(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        form: &str,
    ) -> Result<String, Error> {
        let as_of = pairs.iter().find(|(key, _)| key == "_as_of").map(|(_, value)| value.as_str());
        let known = self.known(audience, id, as_of).await?;
        let revision = if dictionary::wants_labels(pairs) { known.revision } else { 0 };
        let question = BlobId::of(format!("{pairs:?}{form}{revision}").as_bytes()).to_string();
        Ok(format!("\"{id}-{}-{}\"", known.detail.number, &question[..16]))
    }

    /// All matching rows as a file.
    pub async fn export(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        format: &str,
    ) -> Result<Export, Error> {
        let (Known { detail, source, dictionary, .. }, query) = self.asked(audience, id, pairs).await?;
        if query.cursor.is_some() {
            return Err(Error::invalid("a file has all rows: `_cursor` has no meaning for it")
                .with_hint("leave it out"));
        }
        let labels = dictionary::wants_labels(pairs).then(|| labels_of(&dictionary));
        self.written(&detail, &source, &query, format, WriteOptions::default(), labels).await
    }

    /// The answer to a question as a file, made as it is sent.
    async fn written(
        &self,
        detail: &TableDetail,
        source: &TableSource,
        query: &RowsQuery,
        format: &str,
        options: WriteOptions,
        labels: Option<Labels>,
    ) -> Result<Export, Error> {
        let format = writable(format)?;
        let name = format!("{}-v{}", detail.table.dataset_slug, detail.number);
        let (schema, rows) = self.app.engine().stream(source, query).await?;
        let options = WriteOptions { title: Some(detail.table.title.clone()), ..options };
        exported(format, schema, rows, options, name, labels)
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
) -> Result<Export, Error> {
    let info = format.info();
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
        let mut writer = format.writer(schema, &options, Box::new(out))?;
        while let Some(batch) = received.blocking_recv() {
            let batch = batch?;
            if labels.0.is_empty() {
                writer.write(&batch)?;
            } else {
                writer.write(&labels.put(&batch)?)?;
            }
        }
        writer.finish()?;
        Ok(())
    });
    Ok(Export { content_type: info.content_type(), name: format!("{name}.{}", info.extensions[0]), bytes })
}

fn dialect() -> &'static dyn QueryDialect {
    QUERY_DIALECTS[0]
}

fn source_of(detail: &TableDetail) -> TableSource {
    TableSource {
        id: detail.table.id,
        version: detail.number,
        blob: detail.manifest.parquet,
        rows: detail.manifest.rows,
        columns: detail.manifest.columns.clone(),
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
            number: page.numbers.get(row).copied().unwrap_or(row as u64 + 1),
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
        let error = Self::new(ErrorKind::Invalid, problem.to_string());
        match problem.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

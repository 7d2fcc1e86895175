//! Questions that take too long to wait for: the answer is computed by a job and kept for a while, and asking again gives it.
//!
//! It makes no difference in which words a question was asked: what is kept is the page, the rows or the file, and each
//! dialect shapes it as if it had been answered at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_formats::WriteOptions;
use townhall_model::{BlobId, ErrorKind, JobId, TableId};
use townhall_query::{
    Class, Cost, Granted, Page, RecordBatch, RowsQuery, Sql, SqlValue, TableName, TableSource, Whole,
    batch_from_bytes, batch_to_bytes,
};
use townhall_store::{Actor, ActorKind, Derived, JobState, StoredJob};

use super::{Export, Known, Tables};
use crate::jobs::{Job, JobContext, QUIET_QUEUE};
use crate::limits::{
    ANSWER_BYTES_MAX, ANSWER_FAILED_MINUTES, ANSWER_HOURS, ANSWER_PAGE_BYTES_MAX, ANSWERS_WAITING_MAX,
};
use crate::{App, Audience, Error};

/// The beginning of the names that answers are kept under.
const KEPT: &str = "answer:";

/// A question that is being answered by a job: asking again later gives the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The job.
    pub job: JobId,
    /// Where it stands: `queued` or `running`.
    pub state: &'static str,
    /// Units done.
    pub done: u64,
    /// Units to do; nought when it is not known.
    pub total: u64,
    /// What is being done.
    pub message: String,
}

/// The limits that a reader's questions are under.
pub const fn class_of(audience: Audience) -> Class {
    match audience {
        Audience::Public => Class::Anonymous,
        Audience::Staff => Class::Staff,
    }
}

/// The values of columns that mean that there is none.
type Sentinels = BTreeMap<String, Vec<String>>;

/// Answers a question in the background.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerQuestion {
    /// A page of rows or groups.
    Page {
        /// The table.
        table: TableId,
        /// Its version.
        version: u32,
        /// The question.
        query: RowsQuery,
        /// The values that mean that there is none, as the question saw them.
        sentinels: Sentinels,
    },
    /// A file of rows or groups.
    File {
        /// The table.
        table: TableId,
        /// Its version.
        version: u32,
        /// The question.
        query: RowsQuery,
        /// The format by its name.
        format: String,
        /// How it is written.
        options: WriteOptions,
        /// The revision of the dictionary whose labels stand for codes, if they do.
        labels: Option<u32>,
        /// The values that mean that there is none, as the question saw them.
        sentinels: Sentinels,
    },
    /// The rows that answer an SQL query.
    Sql {
        /// The query.
        sql: String,
        /// The values of its parameters.
        values: Vec<(String, SqlValue)>,
        /// The tables that it was granted, each with its version.
        tables: Vec<(Option<String>, String, TableId, u32)>,
        /// The most rows.
        rows_max: usize,
        /// The format of the file that is wanted; rows when there is none.
        format: Option<String>,
    },
}

impl AnswerQuestion {
    /// An SQL query over granted tables.
    pub(super) fn sql(sql: &Sql, granted: &[Granted], rows_max: usize, format: Option<&str>) -> Self {
        let table = |grant: &Granted| {
            let TableName { dataset, table } = grant.name.clone();
            (dataset, table, grant.source.id, grant.source.version)
        };
        Self::Sql {
            sql: sql.text().to_owned(),
            values: sql.values().to_vec(),
            tables: granted.iter().map(table).collect(),
            rows_max,
            format: format.map(str::to_owned),
        }
    }

    /// The name that its answer is kept under.
    fn name(&self) -> Result<String, Error> {
        let text = serde_json::to_string(self).map_err(unreadable)?;
        // What can't be read back can't be done by a job.
        match serde_json::from_str::<Self>(&text) {
            Ok(read) if read == *self => Ok(format!("{KEPT}{}", BlobId::of(text.as_bytes()))),
            _ => Err(Error::new(
                ErrorKind::TooLarge,
                "the question is too intricate to be answered in the background",
            )
            .with_hint("ask for less, or in parts")),
        }
    }

    async fn compute(&self, app: &App) -> Result<BlobId, Error> {
        let tables = app.tables();
        match self {
            Self::Page { table, version, query, sentinels } => {
                let known = tables.known(Audience::Staff, *table, Some(&version.to_string())).await?;
                let source = TableSource { sentinels: sentinels.clone(), ..(*known.source).clone() };
                let page = app.engine().of(Class::Job).page(&source, query).await?;
                Ok(app.blobs().put_bytes(&page.to_bytes()?).await?)
            }
            Self::File { table, version, query, format, options, labels, sentinels } => {
                let mut known = tables.known(Audience::Staff, *table, Some(&version.to_string())).await?;
                known.source =
                    Arc::new(TableSource { sentinels: sentinels.clone(), ..(*known.source).clone() });
                let labels = match labels {
                    None => None,
                    Some(revision) => Some(tables.labels_at(&known, *revision).await?),
                };
                let file =
                    tables.file_now(Class::Job, &known, query, format, options.clone(), labels, None).await?;
                Ok(app.blobs().put_stream(file.bytes, ANSWER_BYTES_MAX).await?)
            }
            Self::Sql { sql, values, tables: named, rows_max, format } => {
                let sql = Sql::read(sql)?.with_values(values.clone());
                let mut granted = Vec::new();
                for (dataset, table, id, version) in named {
                    let known = tables.known(Audience::Staff, *id, Some(&version.to_string())).await?;
                    let name = TableName { dataset: dataset.clone(), table: table.clone() };
                    granted.push(Granted { name, source: known.source });
                }
                let (schema, rows) = tables.sql_now(Class::Job, &sql, &granted, *rows_max).await?;
                match format {
                    Some(format) => {
                        let file = super::sql::sql_export(format, schema, rows, "query", None)?;
                        Ok(app.blobs().put_stream(file.bytes, ANSWER_BYTES_MAX).await?)
                    }
                    None => {
                        let batches: Vec<RecordBatch> = rows.try_collect().await?;
                        let all = townhall_query::joined(&schema, &batches)?;
                        Ok(app.blobs().put_bytes(&batch_to_bytes(&all)?).await?)
                    }
                }
            }
        }
    }
}

impl Job for AnswerQuestion {
    const KIND: &'static str = "answer-question";
    const TITLE: &'static str = "Answer a question about tables";
    const QUEUE: &'static str = QUIET_QUEUE;

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let name = self.name()?;
        if ctx.app.store().derived(&name).await?.is_some() {
            return Ok(json!({"kept": true}));
        }
        ctx.progress.set(0, 0, "computing");
        let computed = tokio::select! {
            computed = self.compute(&ctx.app) => computed,
            () = ctx.cancelled.wait() => return Err(Error::invalid("it was cancelled")),
        };
        let blob = match computed {
            // More time was never asked for: the same would take as long again.
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                return Err(Error::new(ErrorKind::TooLarge, error.to_string()));
            }
            computed => computed?,
        };
        ctx.app.store().keep_derived(&name, &blob).await?;
        Ok(json!({"kept": true, "bytes": ctx.app.blob_size(&blob).await?}))
    }
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Internal, format!("a question can't be written down: {error}"))
}

impl Tables<'_> {
    /// A page of rows or groups: at once, or when it is too much for that from a job's answer, if there is one by now.
    pub(super) async fn page_of(
        &self,
        class: Class,
        source: &Arc<TableSource>,
        query: &RowsQuery,
    ) -> Result<Arc<Page>, Error> {
        let engine = self.app.engine().of(class);
        if engine.is_light(source).await? || !self.is_heavy(class, source, query, Whole::Page).await? {
            return Ok(engine.page(source, query).await?);
        }
        let asked = AnswerQuestion::Page {
            table: source.id,
            version: source.version,
            query: query.clone(),
            sentinels: source.sentinels.clone(),
        };
        let kept = self.later(&asked).await?;
        let bytes = self.app.blobs().read(&kept.blob, ANSWER_PAGE_BYTES_MAX).await?;
        let page = Arc::new(Page::from_bytes(&bytes)?);
        engine.remember(source, query, &page);
        Ok(page)
    }

    /// Whether a question is too much for those of a class to wait for.
    pub(super) async fn is_heavy(
        &self,
        class: Class,
        source: &TableSource,
        query: &RowsQuery,
        whole: Whole,
    ) -> Result<bool, Error> {
        // Joined tables can't be told to a job, and a database has limits of its own.
        if source.live.is_some() || query.joined.is_some() {
            return Ok(false);
        }
        // What is asked of the answer to another question takes as much as that one.
        let (mut query, mut whole) = (query, whole);
        while let Some(inner) = &query.of {
            (query, whole) = (inner, Whole::Stream);
        }
        let engine = self.app.engine().of(class);
        let cost: Cost = engine.cost(source, query, whole).await?;
        Ok(cost.is_heavy(engine.limits()))
    }

    /// The rows of an SQL query that a job has answered.
    pub(super) async fn kept_rows(&self, asked: &AnswerQuestion) -> Result<RecordBatch, Error> {
        let kept = self.later(asked).await?;
        let bytes = self.app.blobs().read(&kept.blob, ANSWER_PAGE_BYTES_MAX).await?;
        Ok(batch_from_bytes(&bytes)?)
    }

    /// The file that a job has made of a question.
    pub(super) async fn kept_file(&self, asked: &AnswerQuestion, export: Export) -> Result<Export, Error> {
        let kept = self.later(asked).await?;
        let bytes = self.app.blob_stream(&kept.blob, 0..kept.bytes).await?.boxed();
        Ok(Export { bytes, ..export })
    }

    /// What a job has made of a question. Until then, an error that says which job is at it.
    pub(super) async fn later(&self, asked: &AnswerQuestion) -> Result<Derived, Error> {
        let store = self.app.store();
        let name = asked.name()?;
        if let Some(kept) = store.derived(&name).await? {
            return Ok(kept);
        }
        let job = asked.asked()?;
        if let Some(known) = store.newest_job(&job.dedupe).await? {
            let recent = Timestamp::now().duration_since(known.updated_at)
                < SignedDuration::from_mins(ANSWER_FAILED_MINUTES);
            match known.state {
                JobState::Queued | JobState::Running => return Err(Error::pending(pending(&known))),
                JobState::Parked if recent => {
                    let reason = known.reason.unwrap_or_default();
                    return Err(Error::new(
                        ErrorKind::TooLarge,
                        format!("the question could not be answered: {reason}"),
                    )
                    .with_hint("ask for less: fewer columns, a narrower filter, fewer groups"));
                }
                _ => {}
            }
        }
        if store.count_waiting(QUIET_QUEUE).await? >= ANSWERS_WAITING_MAX {
            return Err(townhall_query::QueryError::Busy.into());
        }
        let id = store.enqueue(&Actor::new(ActorKind::System, "questions"), &job).await?;
        self.app.jobs().wake();
        let state = JobState::Queued.name();
        Err(Error::pending(Pending { job: id, state, done: 0, total: 0, message: String::new() }))
    }

    /// The labels of a revision of a table's dictionary.
    async fn labels_at(&self, known: &Known, revision: u32) -> Result<townhall_formats::Labels, Error> {
        if known.revision == revision {
            return Ok(super::labels_of(&known.dictionary));
        }
        let all = self.app.store().dictionaries(known.source.id, u32::MAX >> 1).await?;
        let found = all.into_iter().find(|one| one.revision == revision);
        Ok(found.map(|found| super::labels_of(&found.dictionary)).unwrap_or_default())
    }

    /// Forgets answers that were computed long ago. Returns how many went.
    pub(crate) async fn forget_answers(&self) -> Result<u64, Error> {
        let before =
            Timestamp::now().checked_sub(SignedDuration::from_hours(ANSWER_HOURS)).unwrap_or(Timestamp::MIN);
        let mut gone = 0;
        for kept in self.app.store().derived_of(KEPT).await? {
            if kept.used_at >= before {
                break;
            }
            self.app.store().forget_derived(&kept.name).await?;
            self.app.blobs().discard(&kept.blob).await?;
            gone += 1;
        }
        Ok(gone)
    }
}

fn pending(job: &StoredJob) -> Pending {
    Pending {
        job: job.id,
        state: job.state.name(),
        done: job.progress.done,
        total: job.progress.total,
        message: job.progress.message.clone(),
    }
}

/// Bytes that nobody waits for.
pub(super) fn nothing() -> crate::ByteStream {
    futures::stream::empty::<std::io::Result<Bytes>>().boxed()
}

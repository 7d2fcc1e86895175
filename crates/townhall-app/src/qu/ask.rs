//! Questions to slices and their answers. What takes long is computed on after its asker has been told so, and is there when
//! the same is asked again.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use futures::{FutureExt, StreamExt};
use tokio::sync::watch;
use townhall_model::ErrorKind;
use townhall_query::dialects::{QuReading, QuRules, read_qu};
use townhall_query::{Page, RowStream, RowsQuery, SchemaRef, TableSource};

use super::rows::Rows;
use super::{Qu, QuDataset, QuForm, slice_file};
use crate::limits::QU_COMPUTING_MAX;
use crate::stream::{ByteStream, written_by};
use crate::tables::Question;
use crate::{Audience, Error};

/// Rows above which an answer is not held but sent as it is made.
const HELD_ROWS_MAX: usize = 1_000;

/// Groups of an answer that are held; when all are wanted and there are more, they are sent as they are made.
const HELD_GROUPS_MAX: usize = 20_000;

/// A question to a slice, with what is wrong with it.
#[derive(Debug, Clone)]
pub struct QuQuestion {
    /// The question as it was understood.
    pub reading: QuReading,
    question: Question,
}

/// The answer to a question.
pub struct QuAnswer {
    /// Whether it is still being computed: then there are no rows yet.
    pub computing: bool,
    /// How many rows are here.
    pub size: Option<u64>,
    /// How many rows there are in all.
    pub total: Option<u64>,
    rows: Found,
}

enum Found {
    Nothing,
    Held(Arc<Page>),
    Coming(SchemaRef, RowStream),
}

/// What is being computed, and how it went when it went wrong after its asker had been told to come again.
#[derive(Debug, Default)]
pub(crate) struct Computing(Mutex<HashMap<String, Entry>>);

#[derive(Debug)]
enum Entry {
    /// Its sender is dropped when it is done, however it went.
    UnderWay(watch::Receiver<()>),
    Failed(ErrorKind, String),
}

enum State {
    Ours(watch::Sender<()>),
    UnderWay(watch::Receiver<()>),
}

impl Computing {
    /// Whether somebody is at it already; if not, the caller is.
    fn begin(&self, key: &str) -> Result<State, Error> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.remove(key) {
            Some(Entry::Failed(kind, message)) => return Err(Error::new(kind, message)),
            Some(Entry::UnderWay(done)) if done.has_changed().is_ok() => {
                all.insert(key.to_owned(), Entry::UnderWay(done.clone()));
                return Ok(State::UnderWay(done));
            }
            _ => {}
        }
        if all.len() >= QU_COMPUTING_MAX {
            all.retain(|_, entry| matches!(entry, Entry::UnderWay(done) if done.has_changed().is_ok()));
        }
        if all.len() >= QU_COMPUTING_MAX {
            return Err(Error::new(ErrorKind::Limited, "too many questions are being computed right now"));
        }
        let (sender, done) = watch::channel(());
        all.insert(key.to_owned(), Entry::UnderWay(done));
        Ok(State::Ours(sender))
    }

    fn end(&self, key: &str, failed: Option<(ErrorKind, String)>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match failed {
            None => all.remove(key),
            Some((kind, message)) => all.insert(key.to_owned(), Entry::Failed(kind, message)),
        };
    }
}

impl QuQuestion {
    /// Whether it can be answered.
    pub fn is_valid(&self) -> bool {
        self.reading.errors.is_empty()
    }
}

impl QuAnswer {
    fn none() -> Self {
        Self { computing: false, size: None, total: None, rows: Found::Nothing }
    }

    /// The rows as the text of a document, with something before and behind.
    pub fn bytes(self, form: QuForm, before: String, behind: &'static str) -> ByteStream {
        let (batches, mut received) = tokio::sync::mpsc::channel(2);
        let schema = match self.rows {
            Found::Nothing => None,
            Found::Held(page) => {
                let schema = page.rows.schema();
                // The channel has room for it.
                let _ = batches.try_send(Ok(page.rows.clone()));
                Some(schema)
            }
            Found::Coming(schema, mut rows) => {
                tokio::spawn(async move {
                    while let Some(batch) = rows.next().await {
                        let failed = batch.is_err();
                        if batches.send(batch).await.is_err() || failed {
                            return;
                        }
                    }
                });
                Some(schema)
            }
        };
        written_by(move |mut out| {
            out.write_all(before.as_bytes())?;
            if let Some(schema) = schema {
                let mut rows = Rows::new(form, &schema);
                rows.begin(&mut out)?;
                while let Some(batch) = received.blocking_recv() {
                    rows.write(&batch?, &mut out)?;
                }
            }
            out.write_all(behind.as_bytes())?;
            Ok(out.flush()?)
        })
    }

    /// The cells of the rows that are held, for pages.
    pub fn texts(&self) -> Vec<Vec<Option<String>>> {
        let Found::Held(page) = &self.rows else { return Vec::new() };
        let mut rows = Vec::with_capacity(page.rows.num_rows());
        // The sink takes everything.
        let _ = townhall_formats::each_row_text(&page.rows, &mut |row| {
            rows.push(row.iter().map(|cell| cell.map(str::to_owned)).collect());
            Ok(())
        });
        rows
    }
}

impl Qu<'_> {
    /// Reads a question to a slice. A page for people shows `page_rows_max` rows at most.
    pub async fn question(
        &self,
        audience: Audience,
        dataset: &QuDataset,
        slice: &str,
        pairs: &[(String, String)],
        page_rows_max: Option<u64>,
    ) -> Result<QuQuestion, Error> {
        let slice = dataset.slice(slice)?;
        let rules = QuRules {
            fields: slice.fields().map(str::to_owned).collect(),
            dimensions: slice.dimensions.clone(),
            group_fields_max: slice.max_group_fields,
            page_rows_max,
        };
        let id = dataset.table(&slice_file(&slice.id)).ok_or_else(|| {
            let name = format!("{}/{}", dataset.name, slice.id);
            Error::new(ErrorKind::NotFound, format!("No such slice: {name}"))
                .with_hint("its files were not there when the dataset was loaded")
        })?;
        let tables = self.app.tables();
        let (question, reading) = tables
            .question_of(audience, id, |table| {
                let reading = read_qu(pairs, table, &rules);
                (reading.query.clone(), reading)
            })
            .await?;
        Ok(QuQuestion { reading, question })
    }

    /// Answers a question. One with something wrong has no rows.
    pub async fn answer(&self, asked: &QuQuestion) -> Result<QuAnswer, Error> {
        if !asked.is_valid() {
            return Ok(QuAnswer::none());
        }
        match asked.reading.is_grouped() {
            true => self.groups(asked).await,
            false => self.rows(asked).await,
        }
    }

    async fn rows(&self, asked: &QuQuestion) -> Result<QuAnswer, Error> {
        let engine = self.app.engine();
        let (source, query) = asked.question.parts();
        let wanted = query.limit.unwrap_or(usize::MAX);
        if wanted <= HELD_ROWS_MAX {
            return Ok(held(engine.page(source, query).await?));
        }
        let one = townhall_query::RowsQuery { limit: Some(1), ..query.clone() };
        let total = engine.page(source, &one).await?.total;
        let size = total.map(|total| total.saturating_sub(query.offset).min(wanted as u64));
        let (schema, rows) = engine.stream(source, query).await?;
        Ok(QuAnswer { computing: false, size, total, rows: Found::Coming(schema, rows) })
    }

    async fn groups(&self, asked: &QuQuestion) -> Result<QuAnswer, Error> {
        let (source, query) = asked.question.parts();
        let wanted = query.limit.unwrap_or(usize::MAX);
        let held_query =
            townhall_query::RowsQuery { limit: Some(wanted.min(HELD_GROUPS_MAX)), ..query.clone() };
        let Some(page) = self.groups_page(source, held_query).await? else {
            return Ok(QuAnswer { computing: true, ..QuAnswer::none() });
        };
        if wanted > HELD_GROUPS_MAX && page.has_more {
            let size = page.total.map(|total| total.saturating_sub(query.offset).min(wanted as u64));
            let (schema, rows) = self.app.engine().stream(source, query).await?;
            return Ok(QuAnswer {
                computing: false,
                size,
                total: page.total,
                rows: Found::Coming(schema, rows),
            });
        }
        Ok(held(page))
    }

    /// The page of a question about groups; none when it takes longer than its asker is kept waiting.
    async fn groups_page(
        &self,
        source: &TableSource,
        held_query: RowsQuery,
    ) -> Result<Option<Arc<Page>>, Error> {
        if let Some(page) = self.app.engine().kept(source, &held_query) {
            return Ok(Some(page));
        }
        let key = format!("{}:{}:{held_query:?}", source.blob, source.version);
        let patience = self.app.settings().qu_patience;
        let sender = match self.app.qu_computing().begin(&key)? {
            State::Ours(sender) => Some(sender),
            State::UnderWay(mut done) => match tokio::time::timeout(patience, done.changed()).await {
                Err(_) => return Ok(None),
                // What the other has found is kept by the engine.
                Ok(_) => None,
            },
        };
        let (outcome, ended) = tokio::sync::oneshot::channel();
        let (app, table) = (self.app.clone(), source.clone());
        tokio::spawn(async move {
            let result = app.engine().page(&table, &held_query).await.map_err(Error::from);
            let failed = result.as_ref().err().map(|error| (error.kind(), error.to_string()));
            // Told to the asker who waits, or kept for the one who comes again.
            let is_told = outcome.send(result).is_ok();
            if let Some(sender) = sender {
                app.qu_computing().end(&key, failed.filter(|_| !is_told));
                drop(sender);
            }
        });
        // Who has no patience does not wait for the clock either.
        let waited = match patience.is_zero() {
            true => ended.now_or_never(),
            false => tokio::time::timeout(patience, ended).await.ok(),
        };
        match waited {
            None => Ok(None),
            Some(Err(_)) => Err(Error::new(ErrorKind::Internal, "a computation ended badly")),
            Some(Ok(page)) => Ok(Some(page?)),
        }
    }
}

fn held(page: Arc<Page>) -> QuAnswer {
    QuAnswer {
        computing: false,
        size: Some(page.rows.num_rows() as u64),
        total: page.total,
        rows: Found::Held(page),
    }
}

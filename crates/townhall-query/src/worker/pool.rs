//! The parent's side: keeps a few workers warm, hands each one query at a time, and ends what takes too long.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::SchemaRef;
use futures::future::BoxFuture;
use futures::stream::{self, FuturesUnordered};
use futures::{FutureExt, StreamExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::Instant;

use super::frame::{self, Incoming, Kind};
use super::{Piece, Refusal, Request, Table};
use crate::bridge::ReadBlob;
use crate::class::{Class, Turn, Turns};
use crate::engine::RowStream;
use crate::error::{QueryError, QueryProblem};
use crate::sql::{Granted, Sql};

/// How workers are started and bounded.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// The program that calls [`run_worker`](super::run_worker).
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Workers at the same time, of each class of askers: nobody waits for another class.
    pub count: usize,
    /// Queries that may wait for a worker, of each class.
    pub queue: usize,
    /// How long a query waits for a worker.
    pub patience: Duration,
    /// How long a query may take, to its last row.
    pub timeout: Duration,
    /// How long the query of a job may take.
    pub job_timeout: Duration,
    /// Threads that one query may use.
    pub threads: usize,
}

/// Workers that answer queries. Cheap to clone.
#[derive(Clone)]
pub struct Workers {
    inner: Arc<Inner>,
    class: Class,
}

struct Inner {
    settings: WorkerSettings,
    blobs: Arc<dyn ReadBlob>,
    turns: [Turns; Class::ALL.len()],
    idle: Mutex<Vec<Worker>>,
}

/// A process that waits for a query or answers one. It is killed when it is dropped.
struct Worker {
    process: Child,
    input: ChildStdin,
    output: ChildStdout,
    incoming: Incoming,
    answered: u32,
}

/// Queries after which a worker is replaced: what an allocator does not give back does not pile up.
const ANSWERED_MAX: u32 = 200;

/// A query that is being answered.
struct Answering {
    worker: Option<Worker>,
    inner: Arc<Inner>,
    deadline: Instant,
    timeout: Duration,
    decoder: StreamDecoder,
    /// Bytes that came and were not decoded yet.
    left: Buffer,
    /// Pieces of files that are being read for the worker, several at a time: a store elsewhere takes its time for each.
    pieces: FuturesUnordered<BoxFuture<'static, Vec<u8>>>,
    _turn: Turn,
}

/// What an answer goes on with.
enum Event {
    Message(std::io::Result<(Kind, Vec<u8>)>),
    Piece(Vec<u8>),
}

impl Workers {
    /// Workers over blobs; none is started before it is needed.
    pub fn new(settings: WorkerSettings, blobs: Arc<dyn ReadBlob>) -> Self {
        let turns = Class::ALL.map(|class| {
            let count = if class == Class::Job { 1 } else { settings.count };
            Turns::new(count, settings.queue, settings.patience)
        });
        let inner = Inner { settings, blobs, turns, idle: Mutex::default() };
        Self { inner: Arc::new(inner), class: Class::default() }
    }

    /// The same workers for another sort of asker.
    #[must_use]
    pub fn of(&self, class: Class) -> Self {
        Self { inner: self.inner.clone(), class }
    }

    /// The rows that answer a query over granted tables, one more than `rows_max` when there are more.
    pub async fn sql(
        &self,
        sql: &Sql,
        granted: &[Granted],
        rows_max: usize,
    ) -> Result<(SchemaRef, RowStream), QueryError> {
        let inner = &self.inner;
        let turn = inner.turns[self.class as usize].take().await?;
        let timeout = match self.class {
            Class::Job => inner.settings.job_timeout,
            _ => inner.settings.timeout,
        };
        let deadline = Instant::now() + timeout;
        let request = inner.request(sql, granted, rows_max).await?;
        let message = serde_json::to_vec(&request).map_err(|error| failed(&error))?;
        let mut worker = inner.worker()?;
        if frame::send(&mut worker.input, Kind::Query, &message).await.is_err() {
            // It was idle and has gone in the meantime.
            worker = inner.start()?;
            frame::send(&mut worker.input, Kind::Query, &message).await.map_err(|error| failed(&error))?;
        }
        let mut answering = Answering {
            worker: Some(worker),
            inner: inner.clone(),
            deadline,
            timeout,
            decoder: StreamDecoder::new(),
            left: Buffer::from_vec(Vec::<u8>::new()),
            pieces: FuturesUnordered::new(),
            _turn: turn,
        };
        let first = answering.next().await?;
        let schema = answering.decoder.schema().ok_or_else(|| failed(&"a worker sent no schema"))?;
        let first = stream::iter(first.map(Ok));
        let rest = stream::unfold(Some(answering), |answering| async {
            let mut answering = answering?;
            match answering.next().await {
                Ok(Some(batch)) => Some((Ok(batch), Some(answering))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        Ok((schema, first.chain(rest).boxed()))
    }
}

impl Inner {
    async fn request(&self, sql: &Sql, granted: &[Granted], rows_max: usize) -> Result<Request, QueryError> {
        let mut tables = Vec::with_capacity(granted.len());
        for grant in granted {
            let size = self.blobs.size(&grant.source.blob).await.map_err(|error| failed(&error))?;
            tables.push(Table {
                dataset: grant.name.dataset.clone(),
                name: grant.name.table.clone(),
                source: (*grant.source).clone(),
                file_bytes: size.ok_or_else(|| failed(&"the rows of a table are missing"))?,
                path: self
                    .blobs
                    .local_path(&grant.source.blob)
                    .and_then(|path| std::path::absolute(path).ok()),
            });
        }
        Ok(Request {
            sql: sql.text().to_owned(),
            values: sql.values().to_vec(),
            is_explained: sql.is_explained(),
            tables,
            rows_max,
            threads: self.settings.threads,
        })
    }

    fn worker(&self) -> Result<Worker, QueryError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| self.start(), Ok)
    }

    fn start(&self) -> Result<Worker, QueryError> {
        let mut process = Command::new(&self.settings.program)
            .args(&self.settings.arguments)
            .env_clear()
            // Each arena of the allocator takes addresses, which are bounded.
            .env("MALLOC_ARENA_MAX", "2")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(&format!("a worker could not be started: {error}")))?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(input), Some(output)) => {
                Ok(Worker { process, input, output, incoming: Incoming::default(), answered: 0 })
            }
            _ => Err(failed(&"a worker has no pipes")),
        }
    }

    fn give_back(&self, mut worker: Worker) {
        worker.answered += 1;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if worker.answered < ANSWERED_MAX && idle.len() < self.settings.count {
            idle.push(worker);
        }
    }
}

impl Answering {
    /// The next batch; none at the end, when the worker goes back to the others.
    async fn next(&mut self) -> Result<Option<arrow_array::RecordBatch>, QueryError> {
        loop {
            if !self.left.is_empty() {
                let batch = self.decoder.decode(&mut self.left).map_err(|error| failed(&error))?;
                if batch.is_some() {
                    return Ok(batch);
                }
            }
            let Some(worker) = &mut self.worker else { return Ok(None) };
            let event = async {
                tokio::select! {
                    // What the worker says is heard before it is given more, so that neither waits for the other.
                    biased;
                    message = worker.incoming.next(&mut worker.output) => Event::Message(message),
                    Some(piece) = self.pieces.next() => Event::Piece(piece),
                }
            };
            let received = match tokio::time::timeout_at(self.deadline, event).await {
                Ok(Event::Piece(piece)) => {
                    frame::send(&mut worker.input, Kind::Bytes, &piece)
                        .await
                        .map_err(|error| failed(&error))?;
                    continue;
                }
                Ok(Event::Message(message)) => Ok(message),
                Err(late) => Err(late),
            };
            let (kind, bytes) = match received {
                Err(_) => {
                    self.worker = None;
                    return Err(QueryError::TimedOut { seconds: self.timeout.as_secs() });
                }
                // A process that ends by itself was not given the memory that it asked for.
                Ok(Err(_)) => {
                    let ended = match self.worker.take() {
                        Some(mut worker) => worker.process.wait().await.ok(),
                        None => None,
                    };
                    tracing::warn!(status = ?ended, "a worker ended in the middle of a query");
                    return Err(QueryError::TooLarge);
                }
                Ok(Ok(message)) => message,
            };
            match kind {
                Kind::Rows => self.left = Buffer::from_vec(bytes),
                Kind::Piece => self.piece(&bytes)?,
                Kind::End => {
                    self.worker.take().into_iter().for_each(|worker| self.inner.give_back(worker));
                    return Ok(None);
                }
                Kind::Refusal => {
                    self.worker.take().into_iter().for_each(|worker| self.inner.give_back(worker));
                    return Err(refusal(&bytes));
                }
                Kind::Query | Kind::Bytes => return Err(failed(&"a worker spoke out of turn")),
            }
        }
    }

    /// Begins to read a piece of a file for the worker.
    fn piece(&mut self, bytes: &[u8]) -> Result<(), QueryError> {
        let piece: Piece = serde_json::from_slice(bytes).map_err(|error| failed(&error))?;
        let blobs = self.inner.blobs.clone();
        let read = async move {
            // What can't be read is an empty piece, which the worker takes for a failure.
            let read = blobs.range(&piece.blob, piece.begin..piece.end).await.unwrap_or_default();
            let mut message = Vec::with_capacity(read.len() + 4);
            message.extend_from_slice(&piece.number.to_le_bytes());
            message.extend_from_slice(&read);
            message
        };
        self.pieces.push(read.boxed());
        Ok(())
    }
}

fn refusal(bytes: &[u8]) -> QueryError {
    match serde_json::from_slice(bytes) {
        Ok(Refusal::Problem { parameter, message, hint, at }) => {
            QueryError::Problem(QueryProblem { parameter, message, hint, at })
        }
        Ok(Refusal::TooLarge) => QueryError::TooLarge,
        Ok(Refusal::Engine(message)) => QueryError::Engine(message),
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::fmt::Display) -> QueryError {
    QueryError::Engine(error.to_string())
}

//! The worker's side: bounds itself, then answers queries one after the other until its parent hangs up.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_ipc::writer::StreamWriter;
use async_trait::async_trait;
use bytes::Bytes;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use futures::StreamExt;
use tokio::sync::{mpsc, oneshot};
use townhall_model::BlobId;

use super::frame::{self, Kind};
use super::{Piece, Refusal, Request};
use crate::bridge::{Bridge, OnlyBridge, ReadBlob, ReadError};
use crate::error::QueryError;
use crate::sql::{self, Granted, Sql, TableName};

/// What a worker bounds itself by.
#[derive(Debug, Clone)]
pub struct WorkerLimits {
    /// Memory for rows, in bytes: what the engine counts. Beyond it, it spills.
    pub memory_bytes: usize,
    /// Where it spills to.
    pub spill_dir: PathBuf,
    /// Disk for spilling, in bytes.
    pub spill_bytes: u64,
}

/// What a process takes without any row: code, stacks, tables of the allocator.
const PROCESS_BYTES: u64 = 1 << 30;

/// Bytes of rows that are sent at a time.
const ROWS_BYTES: usize = 256 * 1024;

/// Answers queries from standard input on standard output, until there are no more.
///
/// Nothing else may write to standard output. Fails when its parent speaks in another way.
pub fn run_worker(limits: &WorkerLimits) -> io::Result<()> {
    bound(limits)?;
    let (messages, mut received) = mpsc::channel(PIECES_WAITING_MAX);
    std::thread::spawn(move || {
        let mut input = io::stdin().lock();
        // The end of the input, or what is no message, ends the worker.
        while let Ok(Some(message)) = frame::read(&mut input) {
            if messages.blocking_send(message).is_err() {
                return;
            }
        }
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build()?;
    runtime.block_on(async {
        while let Some((kind, bytes)) = received.recv().await {
            // A piece may still come that nobody waits for any more.
            if kind == Kind::Query {
                answer(&mut received, limits, serde_json::from_slice(&bytes)?).await?;
            }
        }
        Ok(())
    })
}

/// Pieces that may have come and not been handed on.
const PIECES_WAITING_MAX: usize = 16;

/// Gives up what a query does not need.
fn bound(limits: &WorkerLimits) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, nice, setrlimit};
    let most = |bytes: u64| Rlimit { current: Some(bytes), maximum: Some(bytes) };
    setrlimit(Resource::As, most(PROCESS_BYTES + limits.memory_bytes as u64 * 2))?;
    setrlimit(Resource::Core, most(0))?;
    // Whoever asks for a page goes first.
    nice(5)?;
    Ok(())
}

async fn answer(
    received: &mut mpsc::Receiver<(Kind, Vec<u8>)>,
    limits: &WorkerLimits,
    request: Request,
) -> io::Result<()> {
    let blobs = Arc::new(Files::open(&request)?);
    let mut work = tokio::spawn(query(blobs.clone(), limits.clone(), request));
    let ended = loop {
        tokio::select! {
            ended = &mut work => break ended,
            message = received.recv() => match message {
                Some((_, bytes)) => blobs.hand(&bytes),
                None => return Ok(()),
            },
        }
    };
    let refusal = match ended {
        Ok(Ok(())) => None,
        Ok(Err(QueryError::Problem(problem))) => Some(Refusal::Problem {
            parameter: problem.parameter,
            message: problem.message,
            hint: problem.hint,
            at: problem.at,
        }),
        Ok(Err(QueryError::TooLarge)) => Some(Refusal::TooLarge),
        Ok(Err(error)) => Some(Refusal::Engine(error.to_string())),
        Err(error) => Some(Refusal::Engine(error.to_string())),
    };
    let mut out = io::stdout().lock();
    match refusal {
        None => frame::write(&mut out, Kind::End, b""),
        Some(refusal) => frame::write(&mut out, Kind::Refusal, &serde_json::to_vec(&refusal)?),
    }
}

async fn query(blobs: Arc<Files>, limits: WorkerLimits, request: Request) -> Result<(), QueryError> {
    let failed = |error: &dyn std::fmt::Display| QueryError::Engine(error.to_string());
    let spill = DiskManagerBuilder::default()
        .with_mode(DiskManagerMode::Directories(vec![limits.spill_dir.clone()]))
        .with_max_temp_directory_size(limits.spill_bytes);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory_bytes)))
        .with_disk_manager_builder(spill)
        .with_object_store_registry(Arc::new(OnlyBridge(Arc::new(Bridge::new(blobs)))))
        .build_arc()?;
    let granted: Vec<Granted> = request
        .tables
        .into_iter()
        .map(|table| Granted {
            name: TableName { dataset: table.dataset, table: table.name },
            source: Arc::new(table.source),
        })
        .collect();
    let sql = Sql::read(&request.sql)?.with_values(request.values);
    let sql = if request.is_explained { sql.explained() } else { sql };
    let (schema, mut rows) = sql::run(runtime, request.threads, &sql, &granted, request.rows_max).await?;
    let mut writer = StreamWriter::try_new(Chunks(Vec::new()), &schema).map_err(|error| failed(&error))?;
    writer.get_mut().send(true).map_err(|error| failed(&error))?;
    while let Some(batch) = rows.next().await {
        writer.write(&batch?).map_err(|error| failed(&error))?;
    }
    writer.finish().map_err(|error| failed(&error))?;
    writer.get_mut().send(true).map_err(|error| failed(&error))
}

/// Bytes of the answer, sent when there are enough.
struct Chunks(Vec<u8>);

impl Chunks {
    fn send(&mut self, all: bool) -> io::Result<()> {
        if self.0.len() >= ROWS_BYTES || (all && !self.0.is_empty()) {
            frame::write(&mut io::stdout().lock(), Kind::Rows, &self.0)?;
            self.0.clear();
        }
        Ok(())
    }
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        self.send(false)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The files of the tables that were granted.
#[derive(Debug)]
struct Files {
    sizes: HashMap<BlobId, u64>,
    open: HashMap<BlobId, std::fs::File>,
    waiting: Mutex<(u32, HashMap<u32, oneshot::Sender<Bytes>>)>,
}

impl Files {
    fn open(request: &Request) -> io::Result<Self> {
        let mut files = Self { sizes: HashMap::new(), open: HashMap::new(), waiting: Mutex::default() };
        for table in &request.tables {
            files.sizes.insert(table.source.blob, table.file_bytes);
            if let Some(path) = &table.path {
                files.open.insert(table.source.blob, std::fs::File::open(path)?);
            }
        }
        Ok(files)
    }

    /// Hands a piece to whoever waits for it.
    fn hand(&self, message: &[u8]) {
        let Some((number, bytes)) = message.split_first_chunk::<4>() else { return };
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = waiting.1.remove(&u32::from_le_bytes(*number)) {
            let _ = waiting.send(Bytes::copy_from_slice(bytes));
        }
    }
}

#[async_trait]
impl ReadBlob for Files {
    async fn size(&self, blob: &BlobId) -> Result<Option<u64>, ReadError> {
        Ok(self.sizes.get(blob).copied())
    }

    async fn range(&self, blob: &BlobId, range: Range<u64>) -> Result<Bytes, ReadError> {
        let failed = |error: &dyn std::fmt::Display| ReadError(error.to_string());
        let size = self.sizes.get(blob).ok_or_else(|| failed(&"that table was not granted"))?;
        if range.end > *size || range.start > range.end {
            return Err(failed(&"a piece beyond the end of a file was asked for"));
        }
        let length = usize::try_from(range.end - range.start).map_err(|error| failed(&error))?;
        if let Some(file) = self.open.get(blob) {
            let mut bytes = vec![0; length];
            file.read_exact_at(&mut bytes, range.start).map_err(|error| failed(&error))?;
            return Ok(bytes.into());
        }
        let (sender, receiver) = oneshot::channel();
        let number = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.0 = waiting.0.wrapping_add(1);
            let number = waiting.0;
            waiting.1.insert(number, sender);
            number
        };
        let piece = Piece { number, blob: *blob, begin: range.start, end: range.end };
        let message = serde_json::to_vec(&piece).map_err(|error| failed(&error))?;
        frame::write(&mut io::stdout().lock(), Kind::Piece, &message).map_err(|error| failed(&error))?;
        let bytes = receiver.await.map_err(|error| failed(&error))?;
        if bytes.len() != length {
            return Err(failed(&"a piece of a file could not be read"));
        }
        Ok(bytes)
    }
}

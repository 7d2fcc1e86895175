//! Opening the index, keeping it up to date, looking at it.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use tantivy::{Executor, Index, IndexReader, IndexWriter, ReloadPolicy, Term};
use townhall_model::RecordId;
use uuid::Uuid;

use crate::document::IndexDocument;
use crate::error::{SearchError, While};
use crate::limits;
use crate::merges::BoundedMerges;
use crate::schema::{FORMAT, Fields};
use crate::text::Analyzers;
use crate::view::{ColumnCache, View};

/// The search index in a directory of its own.
///
/// It is derived from the store: whoever owns it tails the store's change log from
/// [`committed_seq`](Self::committed_seq) and feeds it. All methods may be called from several threads.
pub struct SearchIndex {
    path: PathBuf,
    fields: Arc<Fields>,
    analyzers: Analyzers,
    index: Index,
    reader: IndexReader,
    writer: Option<Mutex<Writer>>,
    executor: Executor,
    cache: Mutex<ColumnCache>,
    view: RwLock<Arc<View>>,
    rebuild_reason: Option<String>,
}

/// The one writer, and what it holds that is not committed.
struct Writer {
    /// Opened when it is first needed; the library underneath closes it to wait for merges.
    engine: Option<IndexWriter>,
    staged: HashSet<RecordId>,
    /// Held for as long as the writer lives; the operating system lets go of it when the process ends.
    _lock: File,
}

impl Writer {
    fn engine(&mut self, index: &Index) -> Result<&mut IndexWriter, SearchError> {
        if self.engine.is_none() {
            let threads = threads(limits::WRITER_THREADS_MAX);
            let engine = index
                .writer_with_num_threads(threads, limits::WRITER_MEMORY_BYTES)
                .while_doing("be opened for writing")?;
            engine.set_merge_policy(Box::new(BoundedMerges));
            self.engine = Some(engine);
        }
        Ok(self.engine.as_mut().expect("it was just opened"))
    }
}

/// How full the index is, for operations pages and `doctor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexStatus {
    /// Documents that can be found.
    pub documents: u64,
    /// Segments they are spread over.
    pub segments: usize,
    /// The change number up to which the index knows the store.
    pub seq: u64,
}

impl SearchIndex {
    /// Opens the index in `dir` for reading and writing, and makes it when there is none.
    ///
    /// An index that is damaged or of another format is emptied: then [`rebuild_reason`](Self::rebuild_reason)
    /// says why, and [`committed_seq`](Self::committed_seq) is 0, so that tailing the log rebuilds it.
    ///
    /// # Errors
    /// [`SearchError::Busy`] when another process has it open for writing, [`SearchError::Directory`] when the
    /// directory can't be made or emptied.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, SearchError> {
        let path = dir.as_ref().to_owned();
        let directory_failed = |source| SearchError::Directory { path: path.clone(), source };
        let inner = path.join(INNER);
        fs::create_dir_all(&path).map_err(directory_failed)?;
        let lock = lock(&path)?;

        let (index, rebuild_reason) = match open_existing(&inner) {
            Ok(index) => (index, None),
            Err(reason) => {
                if let Some(reason) = &reason {
                    tracing::warn!(
                        reason,
                        "search index in `{}` is emptied and must be rebuilt",
                        path.display()
                    );
                }
                if inner.exists() {
                    fs::remove_dir_all(&inner).map_err(directory_failed)?;
                }
                fs::create_dir_all(&inner).map_err(directory_failed)?;
                let index = Index::create_in_dir(&inner, Fields::build().0).while_doing("be created")?;
                (index, reason)
            }
        };
        let analyzers = Analyzers::new();
        analyzers.register(index.tokenizers());
        let writer = Writer { engine: None, staged: HashSet::new(), _lock: lock };
        Self::assemble(path, index, analyzers, Some(Mutex::new(writer)), rebuild_reason)
    }

    /// Opens the index in `dir` for reading, also while another process writes to it. Call
    /// [`refresh`](Self::refresh) now and then to see what that one commits.
    ///
    /// # Errors
    /// [`SearchError::Unusable`] when there is none, or it is damaged or of another format.
    pub fn open_read_only(dir: impl AsRef<Path>) -> Result<Self, SearchError> {
        let path = dir.as_ref().to_owned();
        let index = open_existing(&path.join(INNER)).map_err(|reason| SearchError::Unusable {
            path: path.clone(),
            reason: reason.unwrap_or_else(|| "there is none".to_owned()),
        })?;
        let analyzers = Analyzers::new();
        analyzers.register(index.tokenizers());
        Self::assemble(path, index, analyzers, None, None)
    }

    fn assemble(
        path: PathBuf,
        index: Index,
        analyzers: Analyzers,
        writer: Option<Mutex<Writer>>,
        rebuild_reason: Option<String>,
    ) -> Result<Self, SearchError> {
        let fields = Arc::new(Fields::build().1);
        let executor = Executor::multi_thread(threads(limits::SEARCH_THREADS_MAX), "townhall-search-")
            .while_doing("start its threads")?;
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .while_doing("be opened for reading")?;
        let mut cache = ColumnCache::default();
        let (segments, vocabularies) = cache.segments(&reader.searcher()).while_doing("read its columns")?;
        let view = View {
            searcher: reader.searcher(),
            segments,
            vocabularies,
            seq: payload_seq(&index).while_doing("read its description")?,
            fields: fields.clone(),
            analyzers: analyzers.clone(),
            executor: executor.clone(),
            everything: OnceLock::new(),
        };
        Ok(Self {
            path,
            fields,
            analyzers,
            index,
            reader,
            writer,
            executor,
            cache: Mutex::new(cache),
            view: RwLock::new(Arc::new(view)),
            rebuild_reason,
        })
    }

    /// Whether another process writes it, and this one only reads.
    pub fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }

    /// Why the index was emptied when it was opened; nothing when it was fine or new.
    pub fn rebuild_reason(&self) -> Option<&str> {
        self.rebuild_reason.as_deref()
    }

    /// The change number up to which the index knows the store: feed it every change after this one.
    pub fn committed_seq(&self) -> u64 {
        self.view().seq
    }

    /// How many documents can be found.
    pub fn document_count(&self) -> u64 {
        self.view().searcher.num_docs()
    }

    /// How full the index is.
    pub fn status(&self) -> IndexStatus {
        let view = self.view();
        IndexStatus { documents: view.searcher.num_docs(), segments: view.segments.len(), seq: view.seq }
    }

    /// Applies a batch of changes and commits: after this they can be found, and survive a power cut.
    ///
    /// Of changes to the same record in one batch, the last upsert wins, and a deletion wins over an upsert.
    ///
    /// # Errors
    /// [`SearchError::ReadOnly`], or [`SearchError::Engine`] when writing failed; then nothing of the batch counts.
    pub fn apply(
        &self,
        upserts: impl IntoIterator<Item = IndexDocument>,
        deletes: impl IntoIterator<Item = RecordId>,
        seq: u64,
    ) -> Result<(), SearchError> {
        self.stage(upserts)?;
        self.stage_deletes(deletes)?;
        self.commit(seq)
    }

    /// Hands over documents without making them visible or durable: for rebuilding in a few large commits.
    /// Memory is bounded, full segments go to disk.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn stage(&self, upserts: impl IntoIterator<Item = IndexDocument>) -> Result<(), SearchError> {
        let mut analyzers = self.analyzers.clone();
        let view = self.view();
        let mut writer = self.writer()?;
        for document in upserts {
            let is_known = !writer.staged.insert(document.id) || self.is_known(&view, document.id)?;
            let engine = writer.engine(&self.index)?;
            if is_known {
                engine.delete_term(self.id_term(document.id));
            }
            let document = self.fields.document(&mut analyzers, &document);
            if let Err(source) = engine.add_document(document) {
                return Err(self.give_up(writer, "take in a document", source));
            }
        }
        Ok(())
    }

    /// Hands over deletions without making them visible or durable.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn stage_deletes(&self, deletes: impl IntoIterator<Item = RecordId>) -> Result<(), SearchError> {
        let mut writer = self.writer()?;
        for id in deletes {
            writer.engine(&self.index)?.delete_term(self.id_term(id));
            writer.staged.insert(id);
        }
        Ok(())
    }

    /// Commits what was staged: the index now knows the store up to change `seq`.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn commit(&self, seq: u64) -> Result<(), SearchError> {
        let mut writer = self.writer()?;
        let committed = writer.engine(&self.index)?.prepare_commit().and_then(|mut commit| {
            commit.set_payload(&serde_json::json!({ "format": FORMAT, "seq": seq }).to_string());
            commit.commit()
        });
        if let Err(source) = committed {
            return Err(self.give_up(writer, "commit", source));
        }
        writer.staged.clear();
        drop(writer);
        self.refresh().map(|_| ())
    }

    /// Empties the index and sets its change number to 0, so that tailing the log rebuilds it.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn clear(&self) -> Result<(), SearchError> {
        let mut writer = self.writer()?;
        if let Err(source) = writer.engine(&self.index)?.delete_all_documents() {
            return Err(self.give_up(writer, "be emptied", source));
        }
        drop(writer);
        self.commit(0)
    }

    /// Forgets what was staged and names the failure.
    fn give_up(
        &self,
        mut writer: MutexGuard<'_, Writer>,
        doing: &'static str,
        source: tantivy::TantivyError,
    ) -> SearchError {
        writer.staged.clear();
        // Closing the writer drops what it holds; the next change opens a new one on the last commit.
        writer.engine = None;
        SearchError::Engine { doing, source }
    }

    /// Looks for commits and finished merges, also of another process; true when there was something new.
    ///
    /// # Errors
    /// [`SearchError::Engine`] when the index can't be read.
    pub fn refresh(&self) -> Result<bool, SearchError> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let seq = payload_seq(&self.index).while_doing("read its description")?;
        self.reader.reload().while_doing("be read again")?;
        let searcher = self.reader.searcher();
        let old = self.view();
        if old.seq == seq && old.searcher.generation().segments() == searcher.generation().segments() {
            return Ok(false);
        }
        let (segments, vocabularies) = cache.segments(&searcher).while_doing("read its columns")?;
        let view = View {
            searcher,
            segments,
            vocabularies,
            seq,
            fields: self.fields.clone(),
            analyzers: self.analyzers.clone(),
            executor: self.executor.clone(),
            everything: OnceLock::new(),
        };
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        Ok(true)
    }

    /// Waits for merges in progress and shows their result: for the end of a rebuild, after the commit. What
    /// is staged and not committed is forgotten.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn settle(&self) -> Result<(), SearchError> {
        let mut writer = self.writer()?;
        if let Some(engine) = writer.engine.take() {
            engine.wait_merging_threads().while_doing("wait for its merges")?;
        }
        writer.staged.clear();
        drop(writer);
        self.refresh().map(|_| ())
    }

    /// Every record in the index with the content revision it was indexed from, in no particular order: what
    /// `doctor` compares with the store.
    ///
    /// # Errors
    /// [`SearchError::Engine`] when the index can't be read.
    pub fn revisions(&self) -> Result<Vec<(RecordId, u64)>, SearchError> {
        let view = self.view();
        let mut revisions = Vec::with_capacity(view.searcher.num_docs() as usize);
        for reader in view.searcher.segment_readers() {
            let fast = reader.fast_fields();
            let column = |name| fast.u64(name).while_doing("read its ids");
            let (high, low, revision) = (column("id_high")?, column("id_low")?, column("revision")?);
            for doc in reader.doc_ids_alive() {
                let value = |column: &tantivy::columnar::Column<u64>| column.first(doc).unwrap_or_default();
                let id = Uuid::from_u64_pair(value(&high), value(&low));
                revisions.push((RecordId::from_uuid(id), value(&revision)));
            }
        }
        Ok(revisions)
    }

    pub(crate) fn view(&self) -> Arc<View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, SearchError> {
        let writer = self.writer.as_ref().ok_or_else(|| SearchError::ReadOnly { path: self.path.clone() })?;
        Ok(writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn id_term(&self, id: RecordId) -> Term {
        Term::from_field_bytes(self.fields.id, id.as_uuid().as_bytes())
    }

    /// Whether the committed index has the record. Deletions are dear when millions pile up, so a rebuild
    /// should not ask for deletions of what isn't there.
    fn is_known(&self, view: &View, id: RecordId) -> Result<bool, SearchError> {
        Ok(view.searcher.doc_freq(&self.id_term(id)).while_doing("look for a record")? > 0)
    }
}

/// The folder inside ours that the library underneath owns, and that may be deleted as a whole.
const INNER: &str = "current";

fn threads(most: usize) -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).clamp(1, most)
}

fn lock(path: &Path) -> Result<File, SearchError> {
    let failed = |source| SearchError::Directory { path: path.to_owned(), source };
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path.join("write.lock"))
        .map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(SearchError::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Opens an index after checking its format and every byte of it; otherwise says why it can't be used, or
/// nothing when there is none.
///
/// Reading every byte also brings the index into the page cache, which the first questions are glad of.
fn open_existing(inner: &Path) -> Result<Index, Option<String>> {
    let is_empty = fs::read_dir(inner).map_or(true, |mut files| files.next().is_none());
    if is_empty {
        return Err(None);
    }
    let because = |error: tantivy::TantivyError| Some(error.to_string());
    let index = Index::open_in_dir(inner).map_err(because)?;
    if index.schema() != Fields::build().0 {
        return Err(Some("it has the fields of another version".to_owned()));
    }
    let metas = index.load_metas().map_err(because)?;
    let is_ours = metas.payload.as_deref().map_or(metas.segments.is_empty(), |payload| {
        parse_payload(payload).is_some_and(|(format, _)| format == FORMAT)
    });
    if !is_ours {
        return Err(Some("it has the format of another version".to_owned()));
    }
    let damaged = index.validate_checksum().map_err(because)?;
    if let Some(file) = damaged.iter().next() {
        return Err(Some(format!("`{}` is damaged", file.display())));
    }
    let probe: Result<IndexReader, _> = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
    probe.map_err(because)?;
    Ok(index)
}

/// The change number in the last commit; 0 before the first.
fn payload_seq(index: &Index) -> tantivy::Result<u64> {
    let payload = index.load_metas()?.payload;
    Ok(payload.and_then(|payload| parse_payload(&payload)).map_or(0, |(_, seq)| seq))
}

fn parse_payload(payload: &str) -> Option<(u64, u64)> {
    let payload: serde_json::Value = serde_json::from_str(payload).ok()?;
    Some((payload.get("format")?.as_u64()?, payload.get("seq")?.as_u64()?))
}

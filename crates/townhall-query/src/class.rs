//! Who asks, and how much each sort of asker may take, so that nobody's questions stop everybody else's.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use datafusion::error::{DataFusionError, Result as EngineResult};
use datafusion::execution::memory_pool::{
    FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::QueryError;

/// A sort of asker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Class {
    /// Whoever comes along.
    #[default]
    Anonymous,
    /// Whoever has a key.
    Key,
    /// Those who run the portal.
    Staff,
    /// Work in the background, for which nobody holds a line open.
    Job,
}

impl Class {
    /// Every class, as the documentation lists them.
    pub const ALL: [Self; 4] = [Self::Anonymous, Self::Key, Self::Staff, Self::Job];

    /// The word in settings and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Key => "key",
            Self::Staff => "staff",
            Self::Job => "job",
        }
    }
}

/// What the questions of a class may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassLimits {
    /// How long a page, or the next rows of a file, may take.
    pub timeout: Duration,
    /// Rows of a file; none for all.
    pub rows: Option<u64>,
    /// Bytes of a file; none for all.
    pub bytes: Option<u64>,
    /// Memory of one question, in bytes; what does not fit goes to the disk.
    pub memory_bytes: usize,
    /// Pages answered at the same time, and as many files besides.
    pub concurrency: usize,
    /// Questions that may wait for their turn.
    pub queue: usize,
    /// Bytes that a question may have to go through before it becomes a job; none for any.
    pub work_bytes: Option<u64>,
}

/// What the questions of each class may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes([ClassLimits; 4]);

impl Default for Classes {
    /// Bounds for a machine of two cores.
    fn default() -> Self {
        const MEGABYTE: usize = 1024 * 1024;
        let usual = ClassLimits {
            timeout: Duration::from_secs(20),
            rows: None,
            bytes: None,
            memory_bytes: 256 * MEGABYTE,
            concurrency: 8,
            queue: 64,
            work_bytes: Some(2048 * MEGABYTE as u64),
        };
        let key = ClassLimits { work_bytes: Some(4096 * MEGABYTE as u64), ..usual.clone() };
        let staff = ClassLimits { concurrency: 4, ..key.clone() };
        let job = ClassLimits {
            timeout: Duration::from_secs(900),
            concurrency: 2,
            queue: 16,
            work_bytes: None,
            ..usual.clone()
        };
        Self([usual, key, staff, job])
    }
}

impl Classes {
    /// What a class may take.
    pub fn of(&self, class: Class) -> &ClassLimits {
        &self.0[class as usize]
    }

    /// Changes what a class may take.
    pub fn set(&mut self, class: Class, limits: ClassLimits) {
        self.0[class as usize] = limits;
    }

    /// The same for every class.
    #[must_use]
    pub fn all(limits: &ClassLimits) -> Self {
        Self(std::array::from_fn(|_| limits.clone()))
    }
}

/// Turns of one kind of work: so many at a time, so many waiting, the rest sent away.
#[derive(Debug)]
pub(crate) struct Turns {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    patience: Duration,
}

/// Work whose turn it is.
pub(crate) type Turn = OwnedSemaphorePermit;

/// A place in the queue, given back however the waiting ends.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Turns {
    pub(crate) fn new(count: usize, queue: usize, patience: Duration) -> Self {
        let free = Arc::new(Semaphore::new(count.clamp(1, Semaphore::MAX_PERMITS)));
        Self { free, waiting: AtomicUsize::new(0), queue, patience }
    }

    /// Waits for a turn. Fails at once when too many wait already, and when patience ends.
    pub(crate) async fn take(&self) -> Result<Turn, QueryError> {
        if let Ok(turn) = self.free.clone().try_acquire_owned() {
            return Ok(turn);
        }
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _place = Waiting(&self.waiting);
        if waiting >= self.queue {
            return Err(QueryError::Busy);
        }
        match tokio::time::timeout(self.patience, self.free.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(QueryError::Busy),
        }
    }
}

/// The memory of all questions together.
#[derive(Debug)]
pub(crate) struct WholeMemory {
    used: AtomicUsize,
    limit: usize,
}

impl WholeMemory {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { used: AtomicUsize::new(0), limit })
    }

    fn try_take(&self, bytes: usize) -> bool {
        let taken = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.limit);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }
}

/// The memory of one question: its own share, out of what all have together.
#[derive(Debug)]
pub(crate) struct Share {
    own: FairSpillPool,
    whole: Arc<WholeMemory>,
}

impl Share {
    pub(crate) fn new(bytes: usize, whole: Arc<WholeMemory>) -> Self {
        Self { own: FairSpillPool::new(bytes.min(whole.limit)), whole }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("share of a question")
    }
}

impl MemoryPool for Share {
    fn name(&self) -> &str {
        "share"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.own.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.own.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.own.grow(reservation, additional);
        self.whole.used.fetch_add(additional, Ordering::Relaxed);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.own.shrink(reservation, shrink);
        self.whole.used.fetch_sub(shrink, Ordering::Relaxed);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> EngineResult<()> {
        self.own.try_grow(reservation, additional)?;
        if self.whole.try_take(additional) {
            return Ok(());
        }
        self.own.shrink(reservation, additional);
        // Whoever can spill does so now; whoever can't ends.
        Err(DataFusionError::ResourcesExhausted("all questions together have no memory left".to_owned()))
    }

    fn reserved(&self) -> usize {
        self.own.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.own.memory_limit()
    }
}

/// What is left of a file's rows and bytes while it is sent, and whether that ran out.
#[derive(Debug, Clone)]
pub struct Allowance {
    rows: u64,
    bytes: u64,
    cut: Arc<AtomicBool>,
}

impl Allowance {
    /// All that a class may take.
    pub fn new(limits: &ClassLimits) -> Self {
        let all = |limit: Option<u64>| limit.unwrap_or(u64::MAX);
        Self { rows: all(limits.rows), bytes: all(limits.bytes), cut: Arc::default() }
    }

    /// How many of these rows may still be sent.
    pub fn take_rows(&mut self, rows: usize) -> usize {
        let taken = rows.min(usize::try_from(self.rows).unwrap_or(usize::MAX));
        self.rows -= taken as u64;
        if taken < rows {
            self.cut.store(true, Ordering::Relaxed);
        }
        taken
    }

    /// Whether no more rows may be sent since so many bytes have been.
    pub fn is_used_up(&self, bytes_sent: u64) -> bool {
        let used = bytes_sent >= self.bytes;
        if used {
            self.cut.store(true, Ordering::Relaxed);
        }
        used
    }

    /// Where it can be seen later whether the file was cut.
    pub fn cut(&self) -> Arc<AtomicBool> {
        self.cut.clone()
    }
}

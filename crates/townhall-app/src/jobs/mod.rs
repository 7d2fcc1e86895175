//! Slow work: asked for in the store, done by a worker, visible all the while.

mod cook_recipe;
mod fetch_table;
mod harvest_source;
mod ingest_table;
mod look_at_listing;
mod refresh_database;
mod refresh_table;
mod registry;
mod run_tool;
mod tell_people;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use townhall_model::JobId;
use townhall_store::{Actor, ActorKind, Claimed, JobProgress, JobState};

pub use cook_recipe::CookRecipe;
pub use fetch_table::FetchTable;
pub use harvest_source::HarvestSource;
pub use ingest_table::IngestTable;
pub(crate) use ingest_table::options_of;
pub use look_at_listing::LookAtListing;
pub use refresh_database::RefreshDatabase;
pub use refresh_table::RefreshTables;
pub use registry::{JOBS, Job, JobInfo};
pub use run_tool::RunTool;
pub use tell_people::TellPeople;

use crate::imports::{ImportEvent, Notify};
use crate::limits::{JOB_HEARTBEAT_SECONDS, JOB_LEASE_SECONDS};
use crate::{App, Error};

/// The job use cases.
pub struct Jobs<'a> {
    pub(crate) app: &'a App,
}

/// What a job gets to work with.
pub struct JobContext {
    /// The app.
    pub app: App,
    /// In whose name it works.
    pub actor: Actor,
    /// Where it says how far it is.
    pub progress: Progress,
    /// Where it sees that it should stop.
    pub cancelled: Cancelled,
}

/// How far a job is; kept in memory, and written with each heartbeat.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Mutex<JobProgress>>);

impl Progress {
    /// Says how far the job is.
    pub fn set(&self, done: u64, total: u64, message: &str) {
        let mut progress = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *progress = JobProgress { done, total, message: message.to_owned() };
    }

    /// What was said last: units done, units to do, what is being done.
    pub fn told(&self) -> (u64, u64, String) {
        let JobProgress { done, total, message } = self.get();
        (done, total, message)
    }

    fn get(&self) -> JobProgress {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Whether a job should stop.
#[derive(Debug, Clone, Default)]
pub struct Cancelled(Arc<(AtomicBool, tokio::sync::Notify)>);

impl Cancelled {
    /// Whether it should stop.
    pub fn is_set(&self) -> bool {
        self.0.0.load(Ordering::Relaxed)
    }

    /// Ends when it should stop.
    pub async fn wait(&self) {
        loop {
            let told = self.0.1.notified();
            if self.is_set() {
                return;
            }
            told.await;
        }
    }

    /// Asks it to stop.
    pub fn set(&self) {
        self.0.0.store(true, Ordering::Relaxed);
        self.0.1.notify_waiters();
    }
}

const LEASE: SignedDuration = SignedDuration::from_secs(JOB_LEASE_SECONDS as i64);
const HEARTBEAT: Duration = Duration::from_secs(JOB_HEARTBEAT_SECONDS);

/// The queue of work that others must not wait for: answers to heavy questions, files, indexes. It has a worker of its own,
/// so that tables go on being made meanwhile.
pub const QUIET_QUEUE: &str = "quiet";

/// The queue of harvests, which wait for other people's servers most of the time.
pub const HARVEST_QUEUE: &str = "harvest";

/// The queue of rounds: long walks along other people's servers, which nothing else should wait for.
pub const ROUNDS_QUEUE: &str = "rounds";

/// The queues, each with a worker of its own; harvests have two, so that a slow source does not hold up all others.
const QUEUES: [&str; 5] = ["", QUIET_QUEUE, HARVEST_QUEUE, HARVEST_QUEUE, ROUNDS_QUEUE];

/// How often a worker looks for work when it found none.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often a worker looks at the schedules.
const PLAN_EVERY: Duration = Duration::from_secs(20);

/// How often a progress bar is told how far a table is.
const SHOW_EVERY: Duration = Duration::from_millis(100);

impl Jobs<'_> {
    /// Asks for a job; one of the same kind and payload that waits already is enough.
    pub async fn enqueue<J: Job>(&self, actor: &Actor, job: &J) -> Result<(), Error> {
        self.app.store().enqueue(actor, &job.asked()?).await?;
        Ok(())
    }

    /// Does the work of a job here and now, without its standing in a queue.
    pub(crate) async fn run_here<J: Job>(&self, actor: &Actor, job: J) -> Result<Value, Error> {
        let ctx = JobContext {
            app: self.app.clone(),
            actor: actor.clone(),
            progress: Progress::default(),
            cancelled: Cancelled::default(),
        };
        job.run(&ctx).await
    }

    /// Tells workers of this process that there is something to do.
    pub(crate) fn wake(&self) {
        self.app.woken().notify_waiters();
    }

    /// Runs jobs until told to stop; those under way are taken up again later.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let stop = stop.shared();
        futures::future::join_all(QUEUES.map(|queue| self.run_queue(queue, stop.clone()))).await;
    }

    async fn run_queue(&self, queue: &str, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let (worker, queues) = (worker_name(), [queue]);
        let mut planned: Option<Instant> = None;
        loop {
            let woken = self.app.woken().notified();
            // One of the workers looks at the schedules for all.
            if queue.is_empty() && planned.is_none_or(|planned| planned.elapsed() >= PLAN_EVERY) {
                planned = Some(Instant::now());
                let now = jiff::Timestamp::now();
                let planned = self.app.schedules().plan(now).await.and(self.app.harvests().plan(now).await);
                if let Err(error) = planned {
                    tracing::error!(error = %error, "schedules could not be looked at: {error}");
                }
                if let Err(error) = self.app.scorecard().plan(jiff::Timestamp::now()).await {
                    tracing::error!(error = %error, "the next round could not be asked for: {error}");
                }
                if let Err(error) = self.app.links().plan(jiff::Timestamp::now()).await {
                    tracing::error!(error = %error, "the next check of links could not be planned: {error}");
                }
            }
            let found = tokio::select! {
                () = &mut stop => return,
                found = self.run_one(&queues, &worker) => found,
            };
            let wait = match found {
                Ok(true) => continue,
                Ok(false) => LOOK_EVERY,
                Err(error) => {
                    tracing::error!(error = %error, "a worker could not work: {error}");
                    LOOK_EVERY * 5
                }
            };
            tokio::select! {
                () = &mut stop => return,
                () = woken => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Runs jobs until none is waiting. Returns how many were done.
    pub async fn run_until_idle(&self) -> Result<u64, Error> {
        let worker = worker_name();
        let mut done = 0;
        while self.run_one(&[], &worker).await? {
            done += 1;
        }
        self.app.search().catch_up().await?;
        Ok(done)
    }

    /// Runs waiting jobs and shows the tables being made. Returns how many table versions came of it.
    pub(crate) async fn run_tables(&self, notify: Notify<'_>) -> Result<u64, Error> {
        let worker = worker_name();
        let mut tables = 0;
        loop {
            // What may as well be done later is left for later.
            let claimed = self.app.store().claim_from(&[""], &worker, LEASE).await?;
            let Some(claimed) = claimed else { return Ok(tables) };
            let name = serde_json::from_str::<Value>(&claimed.payload)
                .ok()
                .and_then(|payload| payload["file_name"].as_str().map(str::to_owned))
                .unwrap_or_else(|| claimed.kind.clone());
            let is_table = claimed.kind == IngestTable::KIND;
            let progress = Progress::default();
            let mut work = std::pin::pin!(self.work(&worker, claimed, progress.clone()));
            let mut tick = tokio::time::interval(SHOW_EVERY);
            let ended = loop {
                tokio::select! {
                    ended = &mut work => break ended?,
                    _ = tick.tick() => {
                        let JobProgress { done, total, .. } = progress.get();
                        notify(ImportEvent::Table { name: &name, done, total });
                    }
                }
            };
            tables += u64::from(is_table && ended == JobState::Done);
        }
    }

    /// Claims and runs one job of these queues, or of any. `false`: none is waiting.
    async fn run_one(&self, queues: &[&str], worker: &str) -> Result<bool, Error> {
        match self.app.store().claim_from(queues, worker, LEASE).await? {
            Some(claimed) => self.work(worker, claimed, Progress::default()).await.map(|_| true),
            None => Ok(false),
        }
    }

    /// Runs a claimed job to its end, renewing the lease meanwhile.
    async fn work(&self, worker: &str, claimed: Claimed, progress: Progress) -> Result<JobState, Error> {
        let store = self.app.store();
        let ctx = JobContext {
            app: self.app.clone(),
            actor: Actor::new(ActorKind::Job, format!("{} {}", claimed.kind, claimed.id)),
            progress: progress.clone(),
            cancelled: Cancelled::default(),
        };
        tracing::info!(job.id = %claimed.id, job.kind = %claimed.kind, "begins job `{}`", claimed.kind);
        let cancelled = ctx.cancelled.clone();
        let payload = serde_json::from_str(&claimed.payload).unwrap_or(Value::Null);
        let outcome = {
            let work = async {
                match JOBS.iter().find(|info| info.kind == claimed.kind) {
                    Some(info) => (info.run)(&ctx, payload).await,
                    None => Err(Error::invalid(format!("this release has no job `{}`", claimed.kind))),
                }
            };
            let mut work = std::pin::pin!(work);
            let mut beat = tokio::time::interval(HEARTBEAT);
            beat.tick().await;
            loop {
                tokio::select! {
                    outcome = &mut work => break outcome,
                    _ = beat.tick() => {
                        if !store.renew(claimed.id, worker, LEASE, &progress.get()).await? {
                            cancelled.set();
                        }
                    }
                }
            }
        };
        match outcome {
            Ok(result) => {
                store.complete(claimed.id, worker, &result.to_string()).await?;
                Ok(JobState::Done)
            }
            Err(_) if cancelled.is_set() => {
                store.stop(claimed.id, worker).await?;
                Ok(JobState::Cancelled)
            }
            Err(error) => {
                let may_retry = !ingest_table::is_final(&error);
                let state =
                    store.fail(claimed.id, worker, claimed.attempt, &error.to_string(), may_retry).await?;
                tracing::warn!(job.id = %claimed.id, "job `{}` failed and is {}: {error}", claimed.kind, state.name());
                Ok(state)
            }
        }
    }

    /// A job as programs see it.
    pub async fn show(&self, id: &str) -> Result<Value, Error> {
        let missing = || Error::not_found("job", id);
        let parsed: JobId = id.parse().map_err(|_| missing())?;
        let job = self.app.store().job(parsed).await?.ok_or_else(missing)?;
        let result: Value =
            job.result.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
        Ok(json!({
            "id": job.id,
            "kind": job.kind,
            "title": JOBS.iter().find(|info| info.kind == job.kind).map(|info| info.title),
            "state": job.state.name(),
            "attempts": job.attempts,
            "progress": {"done": job.progress.done, "total": job.progress.total, "message": job.progress.message},
            "result": result,
            "reason": job.reason,
            "created": job.created_at.to_string(),
            "updated": job.updated_at.to_string(),
        }))
    }

    /// How many jobs wait and how many are parked: for metrics and readiness.
    pub async fn counts(&self) -> Result<(u64, u64), Error> {
        let store = self.app.store();
        Ok((store.count_jobs(JobState::Queued).await?, store.count_jobs(JobState::Parked).await?))
    }
}

/// A name that no other worker has.
fn worker_name() -> String {
    format!("{}-{}", std::process::id(), uuid::Uuid::now_v7())
}

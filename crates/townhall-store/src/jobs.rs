//! Jobs: slow work that survives the process that does it.
//!
//! A worker claims a job with a lease and renews it while it works. A lease that runs out puts the job back, so a job
//! may run more than once and must bear it.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::JobId;

use crate::actor::Actor;
use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::limits::{JOB_ATTEMPTS_MAX, JOB_PAUSE_SECONDS_MAX};
use crate::store::Store;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for a worker, perhaps until a time.
    Queued,
    /// A worker has it.
    Running,
    /// It did its work.
    Done,
    /// It failed for good, or too often; the reason says why.
    Parked,
    /// Somebody stopped it.
    Cancelled,
}

impl JobState {
    const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Parked, Self::Cancelled];

    /// The word in the database and in APIs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Parked => "parked",
            Self::Cancelled => "cancelled",
        }
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| StoreError::Corrupt { what: "a job state", found: text.to_owned() })
    }
}

/// A job to do.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its kind.
    pub kind: String,
    /// What it needs to know, as JSON text.
    pub payload: String,
    /// Of waiting and running jobs, only one has this key.
    pub dedupe: String,
    /// Higher first.
    pub priority: i64,
}

/// A job that a worker has claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// What it needs to know, as JSON text.
    pub payload: String,
    /// Who asked for it.
    pub actor: String,
    /// Which try this is, counted from 1.
    pub attempt: i64,
}

/// How far a job is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobProgress {
    /// Units done.
    pub done: u64,
    /// Units to do.
    pub total: u64,
    /// What is being done.
    pub message: String,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredJob {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// What it needs to know, as JSON text.
    pub payload: String,
    /// Where it stands.
    pub state: JobState,
    /// How often it was tried.
    pub attempts: i64,
    /// How far it is.
    pub progress: JobProgress,
    /// What came of it, as JSON text.
    pub result: Option<String>,
    /// Why it failed or waits.
    pub reason: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "select id, kind, payload, state, attempts, done, total, message, result, reason, created_at,
        updated_at
    from jobs";

impl Store {
    /// Asks for a job. When one with the same key waits or runs, nothing is added.
    pub async fn enqueue(&self, actor: &Actor, job: &NewJob) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let now = self.now();
        sqlx::query(
            "insert into jobs (id, kind, payload, actor, dedupe, state, priority, attempts, run_after, cancel, done, total,
                 message, created_at, updated_at)
             values ($1, $2, $3, $4, $5, 'queued', $6, 0, $7, 0, 0, 0, '', $7, $7)
             on conflict do nothing",
        )
        .bind(JobId::new().to_string())
        .bind(&job.kind)
        .bind(&job.payload)
        .bind(actor.to_string())
        .bind(&job.dedupe)
        .bind(job.priority)
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(StoreError::db("ask for a job"))?;
        self.commit(tx).await
    }

    /// Gives a worker the next job whose time has come, for as long as the lease. Jobs whose lease ran out count too.
    pub async fn claim(&self, worker: &str, lease: SignedDuration) -> Result<Option<Claimed>, StoreError> {
        let doing = StoreError::db("claim a job");
        let now = self.inner.clock.now();
        let mut tx = self.begin().await?;
        let sql = format!(
            "select id, kind, payload, actor, attempts
             from jobs
             where (state = 'queued' and run_after <= $1) or (state = 'running' and lease_until < $1)
             order by priority desc, run_after, id
             limit 1
             {}",
            self.inner.dialect.claim_lock()
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(to_text(now))
            .fetch_optional(&mut *tx)
            .await
            .map_err(&doing)?;
        let Some(row) = row else { return Ok(None) };
        let id: String = row.try_get(0).map_err(&doing)?;
        let attempts: i64 = row.try_get(4).map_err(&doing)?;
        let claimed = Claimed {
            id: job_id(&id)?,
            kind: row.try_get(1).map_err(&doing)?,
            payload: row.try_get(2).map_err(&doing)?,
            actor: row.try_get(3).map_err(&doing)?,
            attempt: attempts + 1,
        };
        sqlx::query(
            "update jobs
             set state = 'running', attempts = $2, worker = $3, lease_until = $4, updated_at = $5
             where id = $1",
        )
        .bind(id)
        .bind(claimed.attempt)
        .bind(worker)
        .bind(to_text(now.saturating_add(lease).unwrap_or(now)))
        .bind(to_text(now))
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        self.commit(tx).await?;
        Ok(Some(claimed))
    }

    /// Renews the lease and says how far the job is. `false` means: stop, somebody cancelled it or another worker has it.
    pub async fn renew(
        &self,
        id: JobId,
        worker: &str,
        lease: SignedDuration,
        progress: &JobProgress,
    ) -> Result<bool, StoreError> {
        let doing = StoreError::db("renew a lease");
        let now = self.inner.clock.now();
        let mut tx = self.begin().await?;
        let row = sqlx::query(
            "update jobs
             set lease_until = $3, done = $4, total = $5, message = $6, updated_at = $7
             where id = $1 and worker = $2 and state = 'running'
             returning cancel",
        )
        .bind(id.to_string())
        .bind(worker)
        .bind(to_text(now.saturating_add(lease).unwrap_or(now)))
        .bind(i64::try_from(progress.done).unwrap_or(i64::MAX))
        .bind(i64::try_from(progress.total).unwrap_or(i64::MAX))
        .bind(&progress.message)
        .bind(to_text(now))
        .fetch_optional(&mut *tx)
        .await
        .map_err(&doing)?;
        let goes_on = match row {
            Some(row) => row.try_get::<i64, _>(0).map_err(&doing)? == 0,
            None => false,
        };
        self.commit(tx).await?;
        Ok(goes_on)
    }

    /// The job did its work.
    pub async fn complete(&self, id: JobId, worker: &str, result: &str) -> Result<(), StoreError> {
        self.end(id, worker, JobState::Done, Some(result), None).await
    }

    /// The job failed: it is tried again after a growing pause, or parked when it may not be or was tried too often.
    pub async fn fail(
        &self,
        id: JobId,
        worker: &str,
        attempt: i64,
        reason: &str,
        may_retry: bool,
    ) -> Result<JobState, StoreError> {
        if !may_retry || attempt >= JOB_ATTEMPTS_MAX {
            self.end(id, worker, JobState::Parked, None, Some(reason)).await?;
            return Ok(JobState::Parked);
        }
        let pause = 2_i64.saturating_pow(u32::try_from(attempt).unwrap_or(30).min(30)).min(JOB_PAUSE_SECONDS_MAX);
        let now = self.inner.clock.now();
        let mut tx = self.begin().await?;
        sqlx::query(
            "update jobs
             set state = 'queued', run_after = $3, reason = $4, worker = null, lease_until = null, updated_at = $5
             where id = $1 and worker = $2 and state = 'running'",
        )
        .bind(id.to_string())
        .bind(worker)
        .bind(to_text(now.saturating_add(SignedDuration::from_secs(pause)).unwrap_or(now)))
        .bind(reason)
        .bind(to_text(now))
        .execute(&mut *tx)
        .await
        .map_err(StoreError::db("put a job back"))?;
        self.commit(tx).await?;
        Ok(JobState::Queued)
    }

    /// The worker gave the job up because it was cancelled.
    pub async fn stop(&self, id: JobId, worker: &str) -> Result<(), StoreError> {
        self.end(id, worker, JobState::Cancelled, None, Some("cancelled")).await
    }

    async fn end(
        &self,
        id: JobId,
        worker: &str,
        state: JobState,
        result: Option<&str>,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "update jobs
             set state = $3, result = $4, reason = $5, worker = null, lease_until = null, updated_at = $6
             where id = $1 and worker = $2 and state = 'running'",
        )
        .bind(id.to_string())
        .bind(worker)
        .bind(state.name())
        .bind(result)
        .bind(reason)
        .bind(self.now())
        .execute(&mut *tx)
        .await
        .map_err(StoreError::db("end a job"))?;
        self.commit(tx).await
    }

    /// Cancels a job: one that waits at once, one that runs as soon as its worker looks up. `false`: it had ended.
    pub async fn cancel(&self, id: JobId) -> Result<bool, StoreError> {
        let doing = StoreError::db("cancel a job");
        let mut tx = self.begin().await?;
        let waiting = sqlx::query(
            "update jobs set state = 'cancelled', updated_at = $2 where id = $1 and state = 'queued' returning id",
        )
        .bind(id.to_string())
        .bind(self.now())
        .fetch_optional(&mut *tx)
        .await
        .map_err(&doing)?;
        let running = sqlx::query("update jobs set cancel = 1 where id = $1 and state = 'running' returning id")
            .bind(id.to_string())
            .fetch_optional(&mut *tx)
            .await
            .map_err(&doing)?;
        self.commit(tx).await?;
        Ok(waiting.is_some() || running.is_some())
    }

    /// The job of an id.
    pub async fn job(&self, id: JobId) -> Result<Option<StoredJob>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where id = $1")))
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::db("read a job"))?;
        row.as_ref().map(read).transpose()
    }

    /// Jobs in a state, newest first.
    pub async fn jobs(&self, state: JobState, limit: u32) -> Result<Vec<StoredJob>, StoreError> {
        let sql = format!("{COLUMNS} where state = $1 order by updated_at desc, id limit $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(state.name())
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db("list jobs"))?;
        rows.iter().map(read).collect()
    }

    /// How many jobs are in a state.
    pub async fn count_jobs(&self, state: JobState) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query("select count(*) from jobs where state = $1")
            .bind(state.name())
            .fetch_one(self.readers())
            .await
            .and_then(|row| row.try_get(0))
            .map_err(StoreError::db("count jobs"))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

fn job_id(text: &str) -> Result<JobId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { what: "a job id", found: text.to_owned() })
}

fn read(row: &AnyRow) -> Result<StoredJob, StoreError> {
    let doing = StoreError::db("read a job");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let count = |index: usize| row.try_get::<i64, _>(index).map_err(&doing);
    Ok(StoredJob {
        id: job_id(&text(0)?)?,
        kind: text(1)?,
        payload: text(2)?,
        state: JobState::read(&text(3)?)?,
        attempts: count(4)?,
        progress: JobProgress {
            done: u64::try_from(count(5)?).unwrap_or(0),
            total: u64::try_from(count(6)?).unwrap_or(0),
            message: text(7)?,
        },
        result: row.try_get(8).map_err(&doing)?,
        reason: row.try_get(9).map_err(&doing)?,
        created_at: from_text(&text(10)?)?,
        updated_at: from_text(&text(11)?)?,
    })
}

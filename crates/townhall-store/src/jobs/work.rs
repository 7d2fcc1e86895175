//! Doing jobs: the worker's side. A worker's name must be its own, a new one each time the process starts.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use townhall_model::JobId;

use super::{Claimed, JobProgress, JobState, job_id};
use crate::clock::to_text;
use crate::error::StoreError;
use crate::limits::{JOB_ATTEMPTS_MAX, JOB_PAUSE_SECONDS_MAX};
use crate::records::places;
use crate::store::Store;
use crate::tx::Tx;

impl Store {
    /// Gives a worker the next job whose time has come, of any queue, for as long as the lease. Jobs whose lease ran
    /// out are put back first; one that took its worker down with it too often is parked.
    pub async fn claim(&self, worker: &str, lease: SignedDuration) -> Result<Option<Claimed>, StoreError> {
        self.claim_from(&[], worker, lease).await
    }

    /// The same, of these queues only.
    pub async fn claim_from(
        &self,
        queues: &[&str],
        worker: &str,
        lease: SignedDuration,
    ) -> Result<Option<Claimed>, StoreError> {
        let now = self.inner.clock.now();
        // Asking is free, claiming takes the writer: idle workers only ask.
        if !self.has_work(now).await? {
            return Ok(None);
        }
        let mut tx = self.begin_bookkeeping().await?;
        let reaped = tx.reap(now).await?;
        let claimed = tx.claim(queues, worker, now, lease).await?;
        if reaped > 0 || claimed.is_some() {
            tx.commit().await?;
        }
        Ok(claimed)
    }

    /// Puts back, parks or cancels running jobs whose lease ran out, and returns how many there were. A claim does
    /// the same.
    pub async fn reap(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        let reaped = tx.reap(self.inner.clock.now()).await?;
        if reaped > 0 {
            tx.commit().await?;
        }
        Ok(reaped)
    }

    /// Renews the lease and says how far the job is. `false` means: stop, somebody cancelled it or another worker
    /// has it.
    pub async fn renew(
        &self,
        id: JobId,
        worker: &str,
        lease: SignedDuration,
        progress: &JobProgress,
    ) -> Result<bool, StoreError> {
        let doing = "renew a lease";
        let now = self.inner.clock.now();
        let mut tx = self.begin_bookkeeping().await?;
        let query = sqlx::query(
            "update jobs
             set lease_until = $3, done = $4, total = $5, message = $6, updated_at = $7
             where id = $1 and worker = $2 and state = 'running'
             returning cancel",
        )
        .bind(id.to_string())
        .bind(worker.to_owned())
        .bind(to_text(later(now, lease)))
        .bind(i64::try_from(progress.done).unwrap_or(i64::MAX))
        .bind(i64::try_from(progress.total).unwrap_or(i64::MAX))
        .bind(progress.message.clone())
        .bind(to_text(now));
        let goes_on = match tx.row(doing, query).await? {
            Some(row) => row.try_get::<i64, _>(0).map_err(StoreError::db(doing))? == 0,
            None => false,
        };
        tx.commit().await?;
        Ok(goes_on)
    }

    /// The job did its work. `false`: its lease had run out and it is somebody else's by now.
    pub async fn complete(&self, id: JobId, worker: &str, result: &str) -> Result<bool, StoreError> {
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
        let now = self.inner.clock.now();
        let mut tx = self.begin_bookkeeping().await?;
        let query = sqlx::query(
            "update jobs
             set state = 'queued', run_after = $3, reason = $4, worker = null, lease_until = null, updated_at = $5
             where id = $1 and worker = $2 and state = 'running'",
        )
        .bind(id.to_string())
        .bind(worker.to_owned())
        .bind(to_text(later(now, pause(attempt))))
        .bind(reason.to_owned())
        .bind(to_text(now));
        tx.run("put a job back", query).await?;
        tx.commit().await?;
        Ok(JobState::Queued)
    }

    /// The worker gave the job up because it was cancelled.
    pub async fn stop(&self, id: JobId, worker: &str) -> Result<bool, StoreError> {
        self.end(id, worker, JobState::Cancelled, None, Some("cancelled while it ran")).await
    }

    /// Forgets jobs that ended before a time; parked ones stay, somebody should look at them. Returns how many.
    pub async fn forget_jobs(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        let query = sqlx::query("delete from jobs where state in ('done', 'cancelled') and updated_at < $1");
        let gone = tx.run("forget jobs", query.bind(to_text(before))).await?;
        tx.commit().await?;
        Ok(gone)
    }

    async fn has_work(&self, now: Timestamp) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "select 1
             from jobs
             where (state = 'queued' and run_after <= $1) or (state = 'running' and lease_until < $1)
             limit 1",
        )
        .bind(to_text(now))
        .fetch_optional(self.readers())
        .await
        .map_err(StoreError::db("look for a job"))?;
        Ok(row.is_some())
    }

    async fn end(
        &self,
        id: JobId,
        worker: &str,
        state: JobState,
        result: Option<&str>,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        let query = sqlx::query(
            "update jobs
             set state = $3, result = $4, reason = $5, worker = null, lease_until = null, updated_at = $6
             where id = $1 and worker = $2 and state = 'running'",
        )
        .bind(id.to_string())
        .bind(worker.to_owned())
        .bind(state.name())
        .bind(result.map(str::to_owned))
        .bind(reason.map(str::to_owned))
        .bind(tx.now.clone());
        let ended = tx.run("end a job", query).await? > 0;
        tx.commit().await?;
        Ok(ended)
    }
}

impl Tx {
    async fn claim(
        &mut self,
        queues: &[&str],
        worker: &str,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<Claimed>, StoreError> {
        let doing = "claim a job";
        let failed = StoreError::db(doing);
        let of_queues = match queues.len() {
            0 => String::new(),
            count => format!(" and queue in ({})", places(2, count)),
        };
        let sql = format!(
            "select id, kind, payload, actor, attempts
             from jobs
             where state = 'queued' and run_after <= $1{of_queues}
             order by priority desc, run_after, id
             limit 1
             {}",
            self.store.inner.dialect.claim_lock()
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(to_text(now));
        let query = queues.iter().fold(query, |query, queue| query.bind((*queue).to_owned()));
        let Some(row) = self.row(doing, query).await? else { return Ok(None) };
        let claimed = Claimed {
            id: job_id(&row.try_get::<String, _>(0).map_err(&failed)?)?,
            kind: row.try_get(1).map_err(&failed)?,
            payload: row.try_get(2).map_err(&failed)?,
            actor: row.try_get(3).map_err(&failed)?,
            attempt: row.try_get::<i64, _>(4).map_err(&failed)? + 1,
        };
        let query = sqlx::query(
            "update jobs
             set state = 'running', attempts = $2, worker = $3, lease_until = $4, updated_at = $5, done = 0, total = 0,
                 message = ''
             where id = $1",
        )
        .bind(claimed.id.to_string())
        .bind(claimed.attempt)
        .bind(worker.to_owned())
        .bind(to_text(later(now, lease)))
        .bind(to_text(now));
        self.run(doing, query).await?;
        Ok(Some(claimed))
    }

    async fn reap(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let sql = format!(
            "update jobs
             set state = case
                     when cancel = 1 then 'cancelled'
                     when attempts >= $2 then 'parked'
                     else 'queued'
                 end,
                 reason = 'its worker was gone', run_after = $1, worker = null, lease_until = null, updated_at = $1
             where id in (
                 select id
                 from jobs
                 where state = 'running' and lease_until < $1
                 {}
             )",
            self.store.inner.dialect.claim_lock()
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(to_text(now)).bind(JOB_ATTEMPTS_MAX);
        self.run("put jobs back", query).await
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(now)
}

/// The pause after a failed try: 2, 4, 8, … seconds up to the limit.
fn pause(attempt: i64) -> SignedDuration {
    let exponent = u32::try_from(attempt).unwrap_or(0).min(30);
    SignedDuration::from_secs(2_i64.saturating_pow(exponent).min(JOB_PAUSE_SECONDS_MAX))
}

//! Asking for jobs, and taking it back.

use sqlx::Row;
use townhall_model::JobId;

use super::{NewJob, job_id};
use crate::actor::Actor;
use crate::clock::to_text;
use crate::error::StoreError;
use crate::store::Store;
use crate::tx::Tx;

impl Store {
    /// Asks for a job. When one with the same key waits or runs, nothing is added and its id is returned.
    pub async fn enqueue(&self, actor: &Actor, job: &NewJob) -> Result<JobId, StoreError> {
        let mut tx = self.begin(actor).await?;
        let id = tx.enqueue(job).await?;
        if tx.has_changes() {
            tx.commit().await?;
        }
        Ok(id)
    }

    /// Asks for a job unless one with the same key was ever asked for, as far as jobs are remembered: for what is to happen
    /// once at a time, whoever thinks of it. Returns whether it was added.
    pub async fn enqueue_once(&self, actor: &Actor, job: &NewJob) -> Result<bool, StoreError> {
        let mut tx = self.begin(actor).await?;
        let query = sqlx::query("select id from jobs where dedupe = $1 limit 1").bind(job.dedupe.clone());
        if tx.row("ask for a job", query).await?.is_some() {
            return Ok(false);
        }
        let id = JobId::new();
        let is_added = tx.add_job(id, job).await?;
        if is_added {
            tx.audited("job", &id.to_string(), "enqueued", Some(&job.kind));
            tx.commit().await?;
        }
        Ok(is_added)
    }

    /// Cancels a job: one that waits at once, one that runs as soon as its worker looks up. `false`: it had ended.
    pub async fn cancel(&self, actor: &Actor, id: JobId) -> Result<bool, StoreError> {
        let doing = "cancel a job";
        let mut tx = self.begin(actor).await?;
        let now = tx.now.clone();
        let waiting = sqlx::query(
            "update jobs
             set state = 'cancelled', reason = 'cancelled before it ran', updated_at = $2
             where id = $1 and state = 'queued'",
        );
        let running =
            sqlx::query("update jobs set cancel = 1, updated_at = $2 where id = $1 and state = 'running'");
        let stopped = tx.run(doing, waiting.bind(id.to_string()).bind(now.clone())).await?
            + tx.run(doing, running.bind(id.to_string()).bind(now)).await?;
        if stopped == 0 {
            return Ok(false);
        }
        tx.audited("job", &id.to_string(), "cancelled", None);
        tx.commit().await?;
        Ok(true)
    }

    /// Puts a parked or cancelled job back in its queue with all its tries. `false`: it is in no such state, or
    /// another one with its key has taken its place.
    pub async fn retry(&self, actor: &Actor, id: JobId) -> Result<bool, StoreError> {
        let mut tx = self.begin(actor).await?;
        let query = sqlx::query(
            "update jobs
             set state = 'queued', attempts = 0, cancel = 0, run_after = $2, updated_at = $2
             where id = $1 and state in ('parked', 'cancelled')
               and not exists (
                   select 1
                   from jobs o
                   where o.dedupe = jobs.dedupe and o.state in ('queued', 'running')
               )",
        );
        let now = tx.now.clone();
        if tx.run("put a job back", query.bind(id.to_string()).bind(now)).await? == 0 {
            return Ok(false);
        }
        tx.audited("job", &id.to_string(), "retried", None);
        tx.commit().await?;
        Ok(true)
    }
}

impl Tx {
    /// Asks for a job; see [`Store::enqueue`]. It waits from the moment this transaction is kept.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<JobId, StoreError> {
        let doing = "ask for a job";
        let id = JobId::new();
        // The one with this key may end between two statements; then there is room for this one.
        for _ in 0..ENQUEUE_TRIES_MAX {
            if self.add_job(id, job).await? {
                self.audited("job", &id.to_string(), "enqueued", Some(&job.kind));
                return Ok(id);
            }
            let query =
                sqlx::query("select id from jobs where dedupe = $1 and state in ('queued', 'running')");
            if let Some(row) = self.row(doing, query.bind(job.dedupe.clone())).await? {
                return job_id(&row.try_get::<String, _>(0).map_err(StoreError::db(doing))?);
            }
        }
        Err(StoreError::Conflict { what: "job", name: job.dedupe.clone() })
    }

    async fn add_job(&mut self, id: JobId, job: &NewJob) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "insert into jobs (id, kind, payload, actor, queue, dedupe, state, priority, attempts, run_after, cancel,
                 done, total, message, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, 'queued', $7, 0, $8, 0, 0, 0, '', $9, $9)
             on conflict do nothing",
        )
        .bind(id.to_string())
        .bind(job.kind.clone())
        .bind(job.payload.clone())
        .bind(self.actor.clone())
        .bind(job.queue.clone())
        .bind(Some(job.dedupe.clone()).filter(|key| !key.is_empty()))
        .bind(job.priority)
        .bind(job.run_after.map_or_else(|| self.now.clone(), to_text))
        .bind(self.now.clone());
        Ok(self.run("ask for a job", query).await? > 0)
    }
}

/// How often asking for a job is repeated when the one in its way has just gone.
const ENQUEUE_TRIES_MAX: usize = 3;

//! Looking at jobs.

use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::JobId;

use super::{JobProgress, JobState, StoredJob, job_id};
use crate::clock::from_text;
use crate::error::StoreError;
use crate::store::Store;

const COLUMNS: &str =
    "select id, kind, payload, queue, actor, state, run_after, lease_until, cancel, attempts, done,
        total, message, result, reason, created_at, updated_at
    from jobs";

impl Store {
    /// The job of an id.
    pub async fn job(&self, id: JobId) -> Result<Option<StoredJob>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where id = $1")))
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::db("read a job"))?;
        row.as_ref().map(read).transpose()
    }

    /// The newest job of a key, wherever it stands.
    pub async fn newest_job(&self, dedupe: &str) -> Result<Option<StoredJob>, StoreError> {
        let sql = format!("{COLUMNS} where dedupe = $1 order by created_at desc, id desc limit 1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(dedupe.to_owned())
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::db("look for a job"))?;
        row.as_ref().map(read).transpose()
    }

    /// How many jobs of a queue wait or run.
    pub async fn count_waiting(&self, queue: &str) -> Result<u64, StoreError> {
        let count: i64 =
            sqlx::query("select count(*) from jobs where state in ('queued', 'running') and queue = $1")
                .bind(queue.to_owned())
                .fetch_one(self.readers())
                .await
                .and_then(|row| row.try_get(0))
                .map_err(StoreError::db("count jobs"))?;
        Ok(u64::try_from(count).unwrap_or(0))
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

fn read(row: &AnyRow) -> Result<StoredJob, StoreError> {
    let doing = StoreError::db("read a job");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let maybe = |index: usize| row.try_get::<Option<String>, _>(index).map_err(&doing);
    let count = |index: usize| row.try_get::<i64, _>(index).map_err(&doing);
    Ok(StoredJob {
        id: job_id(&text(0)?)?,
        kind: text(1)?,
        payload: text(2)?,
        queue: text(3)?,
        actor: text(4)?,
        state: JobState::read(&text(5)?)?,
        run_after: from_text(&text(6)?)?,
        lease_until: maybe(7)?.as_deref().map(from_text).transpose()?,
        cancelling: count(8)? != 0,
        attempts: count(9)?,
        progress: JobProgress {
            done: u64::try_from(count(10)?).unwrap_or(0),
            total: u64::try_from(count(11)?).unwrap_or(0),
            message: text(12)?,
        },
        result: maybe(13)?,
        reason: maybe(14)?,
        created_at: from_text(&text(15)?)?,
        updated_at: from_text(&text(16)?)?,
    })
}

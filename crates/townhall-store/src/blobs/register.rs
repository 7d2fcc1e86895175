//! The register of blobs: which there are, and who refers to them.
//!
//! A blob is registered before its bytes are written, and its registration is renewed whenever the same bytes are kept
//! again, so that a sweep, which takes only what was registered long ago, never takes what somebody is about to refer to.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use townhall_model::BlobId;

use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::limits::{BLOB_RENEWAL_SECONDS, BLOBS_PER_PAGE};
use crate::store::Store;
use crate::tx::{Tx, row};

/// Blobs that nothing refers to. A job that waits, runs or is parked refers by its payload, which names the bytes it
/// will read.
const UNREFERENCED: &str = "not exists (select 1 from blob_references r where r.blob_id = blobs.id)
    and not exists (
        select 1
        from jobs j
        where j.state in ('queued', 'running', 'parked') and j.payload like '%' || blobs.id || '%'
    )";

impl Store {
    /// Registers bytes that are about to be written, or are there and about to be referred to.
    pub async fn register_blob(&self, id: &BlobId, bytes: u64) -> Result<(), StoreError> {
        if self.is_safely_registered(id).await? {
            return Ok(());
        }
        let mut tx = self.begin_bookkeeping().await?;
        let query = sqlx::query(
            "insert into blobs (id, bytes, created_at)
             values ($1, $2, $3)
             on conflict (id) do update set created_at = excluded.created_at",
        )
        .bind(id.to_string())
        .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
        .bind(tx.now.clone());
        tx.run("register a blob", query).await?;
        tx.commit().await
    }

    /// The registered size of a blob.
    pub async fn blob_bytes(&self, id: &BlobId) -> Result<Option<u64>, StoreError> {
        let doing = StoreError::db("look a blob up");
        let row = sqlx::query("select bytes from blobs where id = $1")
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await
            .map_err(&doing)?;
        row.map(|row| Ok(u64::try_from(row.try_get::<i64, _>(0).map_err(&doing)?).unwrap_or(0))).transpose()
    }

    /// Registered blobs in the order of their ids, after one, with their sizes.
    pub async fn blobs_after(
        &self,
        after: Option<&BlobId>,
        limit: u32,
    ) -> Result<Vec<(BlobId, u64)>, StoreError> {
        let doing = StoreError::db("list blobs");
        let rows = sqlx::query("select id, bytes from blobs where id > $1 order by id limit $2")
            .bind(after.map(BlobId::to_string).unwrap_or_default())
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                let bytes: i64 = row.try_get(1).map_err(&doing)?;
                Ok((
                    blob_id(&row.try_get::<String, _>(0).map_err(&doing)?)?,
                    u64::try_from(bytes).unwrap_or(0),
                ))
            })
            .collect()
    }

    /// Every blob that something refers to.
    pub async fn referenced_blobs(&self) -> Result<Vec<BlobId>, StoreError> {
        let doing = StoreError::db("list blobs");
        let rows = sqlx::query("select distinct blob_id from blob_references order by blob_id")
            .fetch_all(self.readers())
            .await
            .map_err(&doing)?;
        rows.iter().map(|row| blob_id(&row.try_get::<String, _>(0).map_err(&doing)?)).collect()
    }

    /// Blobs that a sweep may take, after one: registered before a time and referred to by nothing.
    pub(super) async fn sweepable(
        &self,
        before: Timestamp,
        after: Option<&BlobId>,
    ) -> Result<Vec<BlobId>, StoreError> {
        let doing = StoreError::db("look for blobs to sweep");
        let sql = format!(
            "select id from blobs where id > $1 and created_at < $2 and {UNREFERENCED} order by id limit $3"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(after.map(BlobId::to_string).unwrap_or_default())
            .bind(to_text(before))
            .bind(i64::from(BLOBS_PER_PAGE))
            .fetch_all(self.readers())
            .await
            .map_err(&doing)?;
        rows.iter().map(|row| blob_id(&row.try_get::<String, _>(0).map_err(&doing)?)).collect()
    }

    /// Whether a sweep can't take it in the near future: something refers to it, or it was registered just now.
    async fn is_safely_registered(&self, id: &BlobId) -> Result<bool, StoreError> {
        let doing = StoreError::db("look a blob up");
        let row = sqlx::query(
            "select created_at, (select count(*) from blob_references r where r.blob_id = blobs.id)
             from blobs
             where id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(self.readers())
        .await
        .map_err(&doing)?;
        let Some(row) = row else { return Ok(false) };
        let registered = from_text(&row.try_get::<String, _>(0).map_err(&doing)?)?;
        let references: i64 = row.try_get(1).map_err(&doing)?;
        let age = self.inner.clock.now().duration_since(registered);
        Ok(references > 0 || age < SignedDuration::from_secs(BLOB_RENEWAL_SECONDS))
    }
}

impl Tx {
    /// Keeps a blob from being swept for as long as this owner refers to it.
    pub(crate) async fn refer(&mut self, blob: &BlobId, owner: &str) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into blob_references (blob_id, owner)
             values ($1, $2)
             on conflict (blob_id, owner) do nothing",
        );
        match self.run("refer to a blob", query.bind(blob.to_string()).bind(owner.to_owned())).await {
            // Not registered: what refers to it must not become visible.
            Err(StoreError::Database { source: sqlx::Error::Database(error), .. })
                if error.is_foreign_key_violation() =>
            {
                Err(StoreError::NotFound { what: "blob", name: blob.to_string() })
            }
            outcome => outcome.map(|_| ()),
        }
    }

    /// Lets go of everything that this owner refers to.
    pub(crate) async fn let_go(&mut self, owner: &str) -> Result<(), StoreError> {
        let query = sqlx::query("delete from blob_references where owner = $1").bind(owner.to_owned());
        self.run("let go of blobs", query).await.map(|_| ())
    }

    /// Forgets a blob that was registered before a time, unless something refers to it by now. Until the end nobody
    /// can register it anew: its bytes may go in the meantime.
    pub(super) async fn forget_blob(&mut self, id: &BlobId, before: Timestamp) -> Result<bool, StoreError> {
        let sql = format!("delete from blobs where id = $1 and created_at < $2 and {UNREFERENCED}");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).bind(to_text(before));
        Ok(self.run("forget a blob", query).await? > 0)
    }

    /// Registers bytes that lie about without being known, as old as they are.
    pub(super) async fn adopt_blob(
        &mut self,
        id: &BlobId,
        bytes: u64,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let known = sqlx::query("select 1 from blobs where id = $1").bind(id.to_string());
        if self.row("look a blob up", known).await?.is_some() {
            return Ok(());
        }
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let rows = vec![row![id.to_string(), bytes, to_text(since)]];
        self.insert("register a blob", "blobs (id, bytes, created_at)", rows).await
    }
}

pub(crate) fn blob_id(text: &str) -> Result<BlobId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { what: "a blob id", found: text.to_owned() })
}

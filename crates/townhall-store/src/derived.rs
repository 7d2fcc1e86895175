//! Blobs that were made of others and can be made again, under a name each: files that were prepared, answers that were
//! computed. What was used longest ago goes first when there is no more room.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::BlobId;

use crate::blobs::blob_id;
use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::store::Store;
use crate::tx::Tx;

/// A blob that was made of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub blob: BlobId,
    /// How many.
    pub bytes: u64,
    /// When it was made or last used.
    pub used_at: Timestamp,
}

const COLUMNS: &str = "select r.owner, r.blob_id, b.bytes, b.created_at
    from blob_references r
    join blobs b on b.id = r.blob_id";

impl Store {
    /// Keeps a blob under a name, in the place of what was kept under it before.
    pub async fn keep_derived(&self, name: &str, blob: &BlobId) -> Result<(), StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        tx.let_go(name).await?;
        tx.refer(blob, name).await?;
        tx.use_derived(blob).await?;
        tx.commit().await
    }

    /// What is kept under a name.
    pub async fn derived(&self, name: &str) -> Result<Option<Derived>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where r.owner = $1")))
            .bind(name.to_owned())
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::db("look for what was made"))?;
        row.as_ref().map(read).transpose()
    }

    /// All that is kept under names with this beginning, what was used longest ago first.
    pub async fn derived_of(&self, beginning: &str) -> Result<Vec<Derived>, StoreError> {
        let sql =
            format!("{COLUMNS} where substr(r.owner, 1, length($1)) = $2 order by b.created_at, r.owner");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(beginning.to_owned())
            .bind(beginning.to_owned())
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db("list what was made"))?;
        rows.iter().map(read).collect()
    }

    /// Says that a blob was used just now.
    pub async fn use_derived(&self, blob: &BlobId) -> Result<(), StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        tx.use_derived(blob).await?;
        tx.commit().await
    }

    /// Lets go of what is kept under a name; its bytes are swept when nothing else needs them.
    pub async fn forget_derived(&self, name: &str) -> Result<(), StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        tx.let_go(name).await?;
        tx.commit().await
    }
}

impl Tx {
    async fn use_derived(&mut self, blob: &BlobId) -> Result<(), StoreError> {
        let query = sqlx::query("update blobs set created_at = $2 where id = $1")
            .bind(blob.to_string())
            .bind(to_text(self.store.inner.clock.now()));
        self.run("use what was made", query).await.map(|_| ())
    }
}

fn read(row: &AnyRow) -> Result<Derived, StoreError> {
    let doing = StoreError::db("read what was made");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let bytes: i64 = row.try_get(2).map_err(&doing)?;
    Ok(Derived {
        name: text(0)?,
        blob: blob_id(&text(1)?)?,
        bytes: u64::try_from(bytes).unwrap_or(0),
        used_at: from_text(&text(3)?)?,
    })
}

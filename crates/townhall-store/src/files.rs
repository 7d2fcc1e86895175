//! Files of distributions that we host: which bytes stand behind which address.

use sqlx::Row;
use townhall_model::{BlobId, RecordId};

use crate::error::StoreError;
use crate::store::{Store, Tx};

/// A hosted file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Which distribution: its download address as written.
    pub distribution: String,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub blob: BlobId,
    /// Its size.
    pub bytes: u64,
}

impl Store {
    /// Says which bytes stand behind a distribution. Nothing is written when it is so already.
    pub async fn put_file(&self, record: RecordId, file: &StoredFile) -> Result<(), StoreError> {
        if self.files(record).await?.contains(file) {
            return Ok(());
        }
        let doing = StoreError::db("keep a file");
        let mut tx = self.begin().await?;
        let owner = format!("file:{record}:{}", file.distribution);
        sqlx::query("delete from blob_references where owner = $1")
            .bind(&owner)
            .execute(&mut *tx)
            .await
            .map_err(&doing)?;
        refer(&mut tx, &file.blob, &owner).await?;
        sqlx::query(
            "insert into files (record_id, distribution, name, media_type, blob_id, bytes, at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (record_id, distribution) do update
             set name = excluded.name, media_type = excluded.media_type, blob_id = excluded.blob_id,
                 bytes = excluded.bytes, at = excluded.at",
        )
        .bind(record.to_string())
        .bind(&file.distribution)
        .bind(&file.name)
        .bind(&file.media_type)
        .bind(file.blob.to_string())
        .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
        .bind(self.now())
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        self.commit(tx).await
    }

    /// The hosted files of a record.
    pub async fn files(&self, record: RecordId) -> Result<Vec<StoredFile>, StoreError> {
        let doing = StoreError::db("list files");
        let rows = sqlx::query(
            "select distribution, name, media_type, blob_id, bytes
             from files
             where record_id = $1
             order by name, distribution",
        )
        .bind(record.to_string())
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                Ok(StoredFile {
                    distribution: row.try_get(0).map_err(&doing)?,
                    name: row.try_get(1).map_err(&doing)?,
                    media_type: row.try_get(2).map_err(&doing)?,
                    blob: blob_id(&row.try_get::<String, _>(3).map_err(&doing)?)?,
                    bytes: u64::try_from(row.try_get::<i64, _>(4).map_err(&doing)?).unwrap_or(0),
                })
            })
            .collect()
    }

    /// Registers bytes that the blob store has made durable; from now on they may be referred to.
    pub async fn register_blob(&self, id: &BlobId, bytes: u64) -> Result<(), StoreError> {
        let doing = StoreError::db("register a blob");
        let found = sqlx::query("select 1 from blobs where id = $1")
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await
            .map_err(&doing)?;
        if found.is_some() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        sqlx::query("insert into blobs (id, bytes, created_at) values ($1, $2, $3) on conflict (id) do nothing")
            .bind(id.to_string())
            .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
            .bind(self.now())
            .execute(&mut *tx)
            .await
            .map_err(&doing)?;
        self.commit(tx).await
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

    /// Every blob that something refers to.
    pub async fn referenced_blobs(&self) -> Result<Vec<BlobId>, StoreError> {
        let doing = StoreError::db("list blobs");
        let rows = sqlx::query("select distinct blob_id from blob_references")
            .fetch_all(self.readers())
            .await
            .map_err(&doing)?;
        rows.iter().map(|row| blob_id(&row.try_get::<String, _>(0).map_err(&doing)?)).collect()
    }

    /// Forgets blobs that nothing refers to and that are older than a time; their bytes may go afterwards. A job that
    /// waits counts as a reference: its payload names the bytes it will read.
    pub async fn forget_unreferenced_blobs(&self, before: jiff::Timestamp) -> Result<Vec<BlobId>, StoreError> {
        let doing = StoreError::db("sweep blobs");
        let mut tx = self.begin().await?;
        let rows = sqlx::query(
            "delete from blobs
             where created_at < $1
               and not exists (select 1 from blob_references r where r.blob_id = blobs.id)
               and not exists (
                   select 1
                   from jobs j
                   where j.state in ('queued', 'running') and j.payload like '%' || blobs.id || '%'
               )
             returning id",
        )
        .bind(crate::clock::to_text(before))
        .fetch_all(&mut *tx)
        .await
        .map_err(&doing)?;
        let gone = rows
            .iter()
            .map(|row| blob_id(&row.try_get::<String, _>(0).map_err(&doing)?))
            .collect::<Result<Vec<_>, _>>()?;
        self.commit(tx).await?;
        Ok(gone)
    }
}

pub(crate) async fn refer(tx: &mut Tx, blob: &BlobId, owner: &str) -> Result<(), StoreError> {
    sqlx::query("insert into blob_references (blob_id, owner) values ($1, $2) on conflict (blob_id, owner) do nothing")
        .bind(blob.to_string())
        .bind(owner)
        .execute(&mut **tx)
        .await
        .map_err(StoreError::db("refer to a blob"))?;
    Ok(())
}

pub(crate) fn blob_id(text: &str) -> Result<BlobId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { what: "a blob id", found: text.to_owned() })
}

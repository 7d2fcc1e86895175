//! Files of distributions that we host: which bytes stand behind which address.

use std::collections::HashMap;

use sqlx::Row;
use townhall_model::{BlobId, RecordId};

use crate::actor::Actor;
use crate::blobs::blob_id;
use crate::error::StoreError;
use crate::limits::KEYS_PER_LOOKUP;
use crate::records::{places, record_id};
use crate::store::Store;
use crate::tx::Tx;

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
    pub async fn put_file(
        &self,
        actor: &Actor,
        record: RecordId,
        file: &StoredFile,
    ) -> Result<(), StoreError> {
        if self.files(&[record]).await?.get(&record).is_some_and(|files| files.contains(file)) {
            return Ok(());
        }
        let mut tx = self.begin(actor).await?;
        tx.put_file(record, file).await?;
        tx.commit().await
    }

    /// The hosted files of these records, each record's by name; a record without files is not in the answer.
    pub async fn files(
        &self,
        records: &[RecordId],
    ) -> Result<HashMap<RecordId, Vec<StoredFile>>, StoreError> {
        let doing = StoreError::db("list files");
        let mut found: HashMap<RecordId, Vec<StoredFile>> = HashMap::new();
        for records in records.chunks(KEYS_PER_LOOKUP) {
            let sql = format!(
                "select record_id, distribution, name, media_type, blob_id, bytes
                 from files
                 where record_id in ({})
                 order by name, distribution",
                places(1, records.len())
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for record in records {
                query = query.bind(record.to_string());
            }
            for row in query.fetch_all(self.readers()).await.map_err(&doing)? {
                let record = record_id(&row.try_get::<String, _>(0).map_err(&doing)?)?;
                found.entry(record).or_default().push(StoredFile {
                    distribution: row.try_get(1).map_err(&doing)?,
                    name: row.try_get(2).map_err(&doing)?,
                    media_type: row.try_get(3).map_err(&doing)?,
                    blob: blob_id(&row.try_get::<String, _>(4).map_err(&doing)?)?,
                    bytes: u64::try_from(row.try_get::<i64, _>(5).map_err(&doing)?).unwrap_or(0),
                });
            }
        }
        Ok(found)
    }
}

impl Tx {
    /// Says which bytes stand behind a distribution.
    pub async fn put_file(&mut self, record: RecordId, file: &StoredFile) -> Result<(), StoreError> {
        let doing = "keep a file";
        let owner = format!("file:{record}:{}", file.distribution);
        self.let_go(&owner).await?;
        self.refer(&file.blob, &owner).await?;
        let query = sqlx::query(
            "insert into files (record_id, distribution, name, media_type, blob_id, bytes, at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (record_id, distribution) do update
             set name = excluded.name, media_type = excluded.media_type, blob_id = excluded.blob_id,
                 bytes = excluded.bytes, at = excluded.at",
        )
        .bind(record.to_string())
        .bind(file.distribution.clone())
        .bind(file.name.clone())
        .bind(file.media_type.clone())
        .bind(file.blob.to_string())
        .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
        .bind(self.now.clone());
        self.run(doing, query).await?;
        self.audited("file", &record.to_string(), "attached", Some(&file.name));
        Ok(())
    }
}

//! Dictionaries of tables: each writing is a revision of its own, and the newest is in force.

use jiff::Timestamp;
use sqlx::Row;
use townhall_model::TableId;
use townhall_model::dictionary::Dictionary;

use crate::actor::Actor;
use crate::changes::Subject;
use crate::clock::from_text;
use crate::error::StoreError;
use crate::store::Store;
use crate::tx::row;

/// A dictionary as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDictionary {
    /// Its number, counted from 1.
    pub revision: u32,
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// What it says.
    pub dictionary: Dictionary,
}

const WRITING: &str = "write a dictionary";

impl Store {
    /// Writes the dictionary of a table, of whose columns it describes so many, as a new revision; one equal to that in
    /// force is not written again. Returns the number of the revision.
    pub async fn put_dictionary(
        &self,
        actor: &Actor,
        id: TableId,
        dictionary: &Dictionary,
        described: u64,
    ) -> Result<u32, StoreError> {
        let corrupt =
            |error: serde_json::Error| StoreError::Corrupt { what: "a dictionary", found: error.to_string() };
        let text = serde_json::to_string(dictionary).map_err(corrupt)?;
        let table = self
            .table(id)
            .await?
            .ok_or_else(|| StoreError::NotFound { what: "table", name: id.to_string() })?;
        let mut tx = self.begin(actor).await?;
        // Holds the table against others that write its dictionary, until the end.
        let query = sqlx::query("update tables set title = title where id = $1").bind(id.to_string());
        tx.run(WRITING, query).await?;
        let query = sqlx::query(
            "select revision, document from dictionaries where table_id = $1 order by revision desc limit 1",
        )
        .bind(id.to_string());
        let failed = StoreError::db(WRITING);
        let revision = match tx.row(WRITING, query).await? {
            None => 1,
            Some(row) => {
                let revision: i64 = row.try_get(0).map_err(&failed)?;
                if row.try_get::<String, _>(1).map_err(&failed)? == text {
                    return Ok(u32::try_from(revision).unwrap_or(0));
                }
                revision + 1
            }
        };
        let described = i64::try_from(described).unwrap_or(i64::MAX);
        let rows = vec![row![id.to_string(), revision, tx.now.clone(), tx.actor.clone(), described, text]];
        tx.insert(WRITING, "dictionaries (table_id, revision, at, actor, described, document)", rows).await?;
        tx.changed(
            Subject::Table,
            &table.record.to_string(),
            "dictionary",
            Some(&format!("{}: {revision}", table.distribution)),
        );
        tx.commit().await?;
        Ok(u32::try_from(revision).unwrap_or(0))
    }

    /// The dictionary of a table that is in force.
    pub async fn dictionary(&self, id: TableId) -> Result<Option<StoredDictionary>, StoreError> {
        Ok(self.dictionaries(id, 1).await?.into_iter().next())
    }

    /// The newest dictionaries of a table.
    pub async fn dictionaries(&self, id: TableId, limit: u32) -> Result<Vec<StoredDictionary>, StoreError> {
        let doing = StoreError::db("read a dictionary");
        let rows = sqlx::query(
            "select revision, at, actor, document from dictionaries where table_id = $1 order by revision desc limit $2",
        )
        .bind(id.to_string())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
                let document = text(3)?;
                Ok(StoredDictionary {
                    revision: u32::try_from(row.try_get::<i64, _>(0).map_err(&doing)?).unwrap_or(0),
                    at: from_text(&text(1)?)?,
                    actor: text(2)?,
                    dictionary: serde_json::from_str(&document).map_err(|error| StoreError::Corrupt {
                        what: "a dictionary",
                        found: error.to_string(),
                    })?,
                })
            })
            .collect()
    }
}

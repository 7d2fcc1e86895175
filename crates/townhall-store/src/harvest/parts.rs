//! What the parts of sources were like, so that what has not changed need not be fetched.

use sqlx::Row;

use crate::error::StoreError;
use crate::store::Store;
use crate::tx::{Tx, row};

impl Store {
    /// The parts of a source after one of them, by name, with what they were like as JSON text.
    pub async fn harvest_parts(
        &self,
        source: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let doing = StoreError::db("read the parts of a source");
        let rows = sqlx::query(
            "select part, state from harvest_parts where source = $1 and part > $2 order by part limit $3",
        )
        .bind(source.to_owned())
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| Ok((row.try_get(0).map_err(&doing)?, row.try_get(1).map_err(&doing)?)))
            .collect()
    }
}

impl Tx {
    /// Notes what parts of a source are like.
    pub async fn put_harvest_parts(
        &mut self,
        source: &str,
        parts: Vec<(String, String)>,
    ) -> Result<(), StoreError> {
        let rows = parts.into_iter().map(|(part, state)| row![source, part, state]).collect();
        let replacing = "on conflict (source, part) do update set state = excluded.state";
        self.upsert("note the parts of a source", "harvest_parts (source, part, state)", rows, replacing)
            .await
    }

    /// Forgets what a part was like, so that it is fetched anew.
    pub async fn forget_harvest_parts(&mut self, source: &str, parts: &[String]) -> Result<(), StoreError> {
        for part in parts {
            let query = sqlx::query("delete from harvest_parts where source = $1 and part = $2");
            self.run("forget a part", query.bind(source.to_owned()).bind(part.clone())).await?;
        }
        Ok(())
    }
}

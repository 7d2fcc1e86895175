//! Settings that the store keeps: small texts by name.

use sqlx::Row;

use crate::actor::Actor;
use crate::error::StoreError;
use crate::store::Store;
use crate::tx::Tx;

impl Store {
    /// A setting that the store keeps.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let doing = StoreError::db("read a setting");
        let row = sqlx::query("select value from meta where key = $1")
            .bind(key.to_owned())
            .fetch_optional(self.readers())
            .await
            .map_err(&doing)?;
        row.map(|row| row.try_get(0)).transpose().map_err(&doing)
    }

    /// Keeps a setting.
    pub async fn set_meta(&self, actor: &Actor, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.begin(actor).await?;
        tx.set_meta(key, value).await?;
        tx.commit().await
    }
}

impl Tx {
    /// Keeps a setting.
    pub async fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into meta (key, value)
             values ($1, $2)
             on conflict (key) do update set value = excluded.value",
        );
        self.run("keep a setting", query.bind(key.to_owned()).bind(value.to_owned())).await?;
        self.audited("setting", key, "set", None);
        Ok(())
    }
}

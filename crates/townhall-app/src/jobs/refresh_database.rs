//! Job `refresh-database`: what is published of a database is brought up to date.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Job, JobContext};
use crate::Error;

/// Looks at the tables of a connection and publishes what changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefreshDatabase {
    /// The name of the connection.
    pub connection: String,
}

impl Job for RefreshDatabase {
    const KIND: &'static str = "refresh-database";
    const TITLE: &'static str = "Bring the tables of a database up to date";

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let progress = ctx.progress.clone();
        let mut tell = move |table: &str, rows: u64| progress.set(rows, 0, table);
        let report = ctx.app.databases().refresh(&ctx.actor, &self.connection, &mut tell).await?;
        Ok(report.as_json())
    }
}

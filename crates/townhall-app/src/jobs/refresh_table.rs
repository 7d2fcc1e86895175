//! Job `refresh-tables`: the time of a schedule has come.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Job, JobContext};
use crate::Error;

/// Asks for the files of a schedule's tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshTables {
    /// The schedule.
    pub schedule: String,
    /// The moment that it is for.
    pub due: Timestamp,
}

impl Job for RefreshTables {
    const KIND: &'static str = "refresh-tables";
    const TITLE: &'static str = "Refresh tables by their schedule";

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let asked = ctx.app.schedules().come(&ctx.actor, &self.schedule, self.due).await?;
        Ok(json!({"schedule": self.schedule, "asked": asked}))
    }
}

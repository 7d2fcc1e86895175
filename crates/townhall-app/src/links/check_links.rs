//! Job `check-links`: takes in which links the records name, and checks those that are due.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Error;
use crate::jobs::{Job, JobContext, ROUNDS_QUEUE};

/// Checks the links that are due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckLinks {}

impl Job for CheckLinks {
    const KIND: &'static str = "check-links";
    const TITLE: &'static str = "Check the links of the catalog";
    const QUEUE: &'static str = ROUNDS_QUEUE;

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let links = ctx.app.links();
        links.collect().await?;
        let progress = |done, total| ctx.progress.set(done, total, "links");
        let report = links.check_due(progress, ctx.cancelled.wait()).await?;
        Ok(json!({
            "checked": report.checked,
            "works": report.works,
            "doubtful": report.doubtful,
            "broken": report.broken,
            "closed": report.closed,
            "unknown": report.unknown,
        }))
    }
}

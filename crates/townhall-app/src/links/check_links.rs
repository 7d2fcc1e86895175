//! Job `check-links`: takes in which links the records name, checks those that are due, and copies the files that are to be copied.

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
        let progress = |what, done, total| ctx.progress.set(done, total, what);
        let report = ctx.app.links().round(progress, ctx.cancelled.wait()).await?;
        let copies = &report.copies;
        Ok(json!({
            "checked": report.checked,
            "works": report.works,
            "doubtful": report.doubtful,
            "broken": report.broken,
            "closed": report.closed,
            "unknown": report.unknown,
            "copied": copies.copied,
            "too_large_to_copy": copies.too_large,
            "not_copied": copies.failed,
            "no_room_for_copies": copies.no_room,
        }))
    }
}

//! Job `run-tool`: a tool works on files that are too large to wait for.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_model::ReportId;

use super::{Job, JobContext};
use crate::Error;
use crate::workshop::{Material, Watch};

/// Works on a report that was begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunTool {
    /// The report; it knows the task and the files.
    pub report: ReportId,
}

/// How often it is told how far the work is.
const LOOK_EVERY: Duration = Duration::from_millis(200);

impl Job for RunTool {
    const KIND: &'static str = "run-tool";
    const TITLE: &'static str = "Work on a file";

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let reports = ctx.app.reports();
        let Some((task, materials)) = reports.asked(self.report).await? else { return Ok(json!(null)) };
        let watch = Watch::default();
        let mut total = 0;
        for material in &materials {
            total += material.bytes()? * task.passes();
        }
        let materials: Vec<Material> =
            materials.into_iter().map(|material| material.watched(watch.clone())).collect();
        let mut work = std::pin::pin!(ctx.app.workshop().run(&materials, &task));
        let mut look = tokio::time::interval(LOOK_EVERY);
        let worked = loop {
            tokio::select! {
                worked = &mut work => break worked?,
                _ = look.tick() => {
                    match watch.parts() {
                        Some((done, all)) => ctx.progress.set(done, all, "pages"),
                        None => ctx.progress.set(watch.bytes().min(total), total, "bytes read"),
                    }
                    if ctx.cancelled.is_set() {
                        watch.stop();
                    }
                }
            }
        };
        reports.finish(self.report, &worked).await?;
        Ok(json!({"report": self.report}))
    }
}

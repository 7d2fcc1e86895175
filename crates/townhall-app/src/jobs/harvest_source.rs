//! Job `harvest-source`: a source is harvested.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{HARVEST_QUEUE, Job, JobContext};
use crate::Error;
use crate::harvest::HarvestOptions;

/// Harvests a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HarvestSource {
    /// The name of the source.
    pub source: String,
    /// The moment of its schedule that it is for; by hand when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Whether everything is read anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_forced: bool,
}

impl Job for HarvestSource {
    const KIND: &'static str = "harvest-source";
    const TITLE: &'static str = "Harvest a source";
    const QUEUE: &'static str = HARVEST_QUEUE;

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let harvests = ctx.app.harvests();
        // A schedule that has changed meanwhile has other times.
        if let Some(due) = self.due
            && !harvests.is_due(&self.source, due).await?
        {
            return Ok(json!({"source": self.source, "state": "not due"}));
        }
        let options = HarvestOptions { is_trial: false, is_forced: self.is_forced };
        let report = harvests.run(&ctx.actor, &self.source, options, &ctx.progress, &ctx.cancelled).await?;
        Ok(report.to_json())
    }
}

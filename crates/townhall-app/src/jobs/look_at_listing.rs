//! Job `look-at-listing`: the offices of the scorecard are looked at.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Job, JobContext, ROUNDS_QUEUE};
use crate::Error;

/// Looks at the listing of one office, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAtListing {
    /// The office; all without.
    #[serde(default)]
    pub office: Option<String>,
    /// The moment that it is for. What was looked at since then is passed over.
    #[serde(default)]
    pub due: Option<Timestamp>,
}

impl Job for LookAtListing {
    const KIND: &'static str = "look-at-listing";
    const TITLE: &'static str = "Look at the listings of offices";
    const QUEUE: &'static str = ROUNDS_QUEUE;

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let progress = ctx.progress.clone();
        let tell = move |done: u64, total: u64, office: &str| progress.set(done, total, office);
        let scorecard = ctx.app.scorecard();
        let work = scorecard.run(&ctx.actor, self.office.as_deref(), self.due, Timestamp::now(), &tell);
        let report = tokio::select! {
            report = work => report?,
            () = ctx.cancelled.wait() => return Err(Error::new(townhall_model::ErrorKind::Conflict, "the round was stopped")),
        };
        Ok(json!({
            "looked": report.looked.len(),
            "changed": report.looked.iter().filter(|looked| looked.is_new).count(),
            "passed_over": report.passed_over,
            "failed": report.failed.iter().map(|(office, why)| json!({"office": office, "reason": why})).collect::<Vec<_>>(),
            "frozen": report.frozen,
        }))
    }
}

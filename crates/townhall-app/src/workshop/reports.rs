//! Reports of tools that are kept for a while, with what they are about, so that they can be shared and worked on.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use townhall_model::ReportId;
use townhall_store::{Actor, ActorKind, NewReport, StoredReport};

use super::Material;
use crate::limits::{REPORT_BYTES_MAX, REPORT_DAYS};
use crate::{App, Error};

/// The use cases of kept reports.
pub struct Reports<'a> {
    pub(crate) app: &'a App,
}

/// A report that was kept.
#[derive(Debug, Clone)]
pub struct KeptReport {
    /// Its id; whoever knows it may read it.
    pub id: ReportId,
    /// The tool, such as `validate`.
    pub kind: String,
    /// What it is about, for people.
    pub name: String,
    /// What the tool was asked to do.
    pub settings: Value,
    /// What it answered.
    pub result: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it goes away.
    pub expires_at: Timestamp,
}

impl Reports<'_> {
    /// Keeps a report for some days. Its material is kept as long, so that it can be mended or converted later.
    pub async fn keep(
        &self,
        kind: &str,
        material: &Material,
        settings: &Value,
        result: &Value,
    ) -> Result<ReportId, Error> {
        let input = self.app.blobs().put_file(material.path()).await?;
        let result = self.app.blobs().put_bytes(result.to_string().as_bytes()).await?;
        let report = NewReport {
            kind: kind.to_owned(),
            name: material.name().to_owned(),
            settings: settings.to_string(),
            input,
            result,
            lifetime: SignedDuration::from_hours(24 * REPORT_DAYS),
        };
        Ok(self.app.store().put_report(&actor(), &report).await?)
    }

    /// The report of an id, while it is kept.
    pub async fn show(&self, id: &str) -> Result<KeptReport, Error> {
        let stored = self.find(id).await?;
        let result = self.app.blobs().read(&stored.result, REPORT_BYTES_MAX).await?;
        let broken = |_| Error::new(townhall_model::ErrorKind::Internal, "the report can't be read");
        Ok(KeptReport {
            id: stored.id,
            kind: stored.kind,
            name: stored.name,
            settings: serde_json::from_str(&stored.settings).map_err(broken)?,
            result: serde_json::from_slice(&result).map_err(broken)?,
            created_at: stored.created_at,
            expires_at: stored.expires_at,
        })
    }

    /// What a report is about, to be worked on again.
    pub async fn material(&self, id: &str) -> Result<Material, Error> {
        let stored = self.find(id).await?;
        let size = self.app.blob_size(&stored.input).await?.unwrap_or(0);
        let stream = self.app.blob_stream(&stored.input, 0..size).await?;
        self.app.workshop().receive(&stored.name, stream, u64::MAX).await
    }

    /// Forgets a report before its time.
    pub async fn forget(&self, id: &str) -> Result<(), Error> {
        let stored = self.find(id).await?;
        self.app.store().forget_report(&actor(), stored.id).await?;
        Ok(())
    }

    async fn find(&self, id: &str) -> Result<StoredReport, Error> {
        let missing = || {
            Error::not_found("report", id)
                .with_hint("reports are kept for a few days; run the tool once more")
        };
        let id: ReportId = id.parse().map_err(|_| missing())?;
        self.app.store().report(id).await?.ok_or_else(missing)
    }
}

fn actor() -> Actor {
    Actor::new(ActorKind::System, "workshop")
}

//! Reports: what a tool was given and what it answered, kept for a while under an id that cannot be guessed.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use townhall_model::{BlobId, ReportId};

use crate::actor::Actor;
use crate::blobs::blob_id;
use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::limits::REPORTS_PER_ROUND;
use crate::store::Store;
use crate::tx::row;

/// A report to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// The tool, such as `validate`.
    pub kind: String,
    /// What it was about: the name of a file or an address.
    pub name: String,
    /// What the tool was asked to do, as JSON text.
    pub settings: String,
    /// What it was given.
    pub input: BlobId,
    /// What it answered.
    pub result: BlobId,
    /// How long it is kept.
    pub lifetime: SignedDuration,
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReport {
    /// Its id.
    pub id: ReportId,
    /// The tool, such as `validate`.
    pub kind: String,
    /// What it was about.
    pub name: String,
    /// What the tool was asked to do, as JSON text.
    pub settings: String,
    /// What it was given.
    pub input: BlobId,
    /// What it answered.
    pub result: BlobId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it goes away.
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps a report, and its bytes from being swept, until its time is over.
    pub async fn put_report(&self, actor: &Actor, report: &NewReport) -> Result<ReportId, StoreError> {
        let id = ReportId::new();
        let now = self.inner.clock.now();
        let expires = now.checked_add(report.lifetime).unwrap_or(Timestamp::MAX);
        let mut tx = self.begin(actor).await?;
        let owner = owner(&id);
        tx.refer(&report.input, &owner).await?;
        tx.refer(&report.result, &owner).await?;
        let values = row![
            id.to_string(),
            report.kind.clone(),
            report.name.clone(),
            report.settings.clone(),
            report.input.to_string(),
            report.result.to_string(),
            to_text(now),
            to_text(expires)
        ];
        let columns = "reports (id, kind, name, settings, input_blob, result_blob, created_at, expires_at)";
        tx.insert("keep a report", columns, vec![values]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The report of an id, while it is kept.
    pub async fn report(&self, id: ReportId) -> Result<Option<StoredReport>, StoreError> {
        let doing = StoreError::db("read a report");
        let found = sqlx::query(
            "select kind, name, settings, input_blob, result_blob, created_at, expires_at
             from reports
             where id = $1 and expires_at > $2",
        )
        .bind(id.to_string())
        .bind(self.now())
        .fetch_optional(self.readers())
        .await
        .map_err(&doing)?;
        let Some(row) = found else { return Ok(None) };
        let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
        Ok(Some(StoredReport {
            id,
            kind: text(0)?,
            name: text(1)?,
            settings: text(2)?,
            input: blob_id(&text(3)?)?,
            result: blob_id(&text(4)?)?,
            created_at: from_text(&text(5)?)?,
            expires_at: from_text(&text(6)?)?,
        }))
    }

    /// Forgets a report before its time; whether it was there.
    pub async fn forget_report(&self, actor: &Actor, id: ReportId) -> Result<bool, StoreError> {
        let mut tx = self.begin(actor).await?;
        let gone = tx.run("forget a report", delete(&id)).await? > 0;
        tx.let_go(&owner(&id)).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Forgets reports whose time is over. Returns how many went.
    pub async fn forget_expired_reports(&self) -> Result<u64, StoreError> {
        let doing = StoreError::db("look for old reports");
        let mut gone = 0;
        loop {
            let rows = sqlx::query("select id from reports where expires_at <= $1 order by id limit $2")
                .bind(self.now())
                .bind(i64::from(REPORTS_PER_ROUND))
                .fetch_all(self.readers())
                .await
                .map_err(&doing)?;
            if rows.is_empty() {
                return Ok(gone);
            }
            let mut tx = self.begin_bookkeeping().await?;
            for row in rows {
                let text: String = row.try_get(0).map_err(&doing)?;
                let id: ReportId = text
                    .parse()
                    .map_err(|_| StoreError::Corrupt { what: "a report id", found: text.clone() })?;
                gone += tx.run("forget a report", delete(&id)).await?;
                tx.let_go(&owner(&id)).await?;
            }
            tx.commit().await?;
        }
    }
}

fn delete(id: &ReportId) -> crate::tx::Query<'static> {
    sqlx::query("delete from reports where id = $1").bind(id.to_string())
}

fn owner(id: &ReportId) -> String {
    format!("report:{id}")
}

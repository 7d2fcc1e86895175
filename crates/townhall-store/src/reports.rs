//! Reports: what a tool was given and what it answered, kept for a while under an id that cannot be guessed.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::{BlobId, JobId, ReportId};

use crate::actor::Actor;
use crate::blobs::blob_id;
use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::jobs::{NewJob, job_id};
use crate::limits::REPORTS_PER_ROUND;
use crate::store::Store;
use crate::tx::{Tx, row};

/// A report to be kept.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// Its id; a fresh one.
    pub id: ReportId,
    /// The tool, such as `validate`.
    pub kind: String,
    /// What the tool was asked to do, as JSON text.
    pub settings: String,
    /// What it was given, each with its name for people.
    pub inputs: Vec<(String, BlobId)>,
    /// What it answered; nothing yet for one that a job works on.
    pub answer: Option<ReportAnswer>,
    /// The job that will answer.
    pub job: Option<NewJob>,
    /// How long it is kept.
    pub lifetime: SignedDuration,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportAnswer {
    /// The answer, as JSON.
    pub result: BlobId,
    /// The file that the tool made, if it makes one.
    pub made: Option<MadeFile>,
}

/// A file that a tool made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFile {
    /// Its name for people.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub blob: BlobId,
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReport {
    /// Its id.
    pub id: ReportId,
    /// The tool, such as `validate`.
    pub kind: String,
    /// What the tool was asked to do, as JSON text.
    pub settings: String,
    /// What it was given, each with its name for people.
    pub inputs: Vec<(String, BlobId)>,
    /// What it answered, once it has.
    pub answer: Option<ReportAnswer>,
    /// The job that answers, or has answered.
    pub job: Option<JobId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it goes away.
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps a report, and its bytes from being swept, until its time is over. A job that is to answer it is asked for
    /// in the same moment.
    pub async fn put_report(&self, actor: &Actor, report: &NewReport) -> Result<(), StoreError> {
        let NewReport { id, .. } = *report;
        let now = self.inner.clock.now();
        let expires = now.checked_add(report.lifetime).unwrap_or(Timestamp::MAX);
        let mut tx = self.begin(actor).await?;
        let job = match &report.job {
            Some(job) => Some(tx.enqueue(job).await?),
            None => None,
        };
        let values = row![
            id.to_string(),
            report.kind.clone(),
            report.settings.clone(),
            job.map(|job| job.to_string()),
            to_text(now),
            to_text(expires)
        ];
        let columns = "reports (id, kind, settings, job_id, created_at, expires_at)";
        tx.insert("keep a report", columns, vec![values]).await?;
        let mut inputs = Vec::new();
        for (position, (name, blob)) in report.inputs.iter().enumerate() {
            tx.refer(blob, &owner(&id)).await?;
            inputs.push(row![id.to_string(), position as i64, name.clone(), blob.to_string()]);
        }
        tx.insert("keep a report", "report_inputs (report_id, position, name, blob_id)", inputs).await?;
        if let Some(answer) = &report.answer {
            answer_in(&mut tx, &id, answer).await?;
        }
        tx.commit().await
    }

    /// Puts the answer into a report that a job has worked on; false when the report is gone.
    pub async fn answer_report(
        &self,
        actor: &Actor,
        id: ReportId,
        answer: &ReportAnswer,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin(actor).await?;
        let is_there = answer_in(&mut tx, &id, answer).await?;
        if is_there {
            tx.commit().await?;
        }
        Ok(is_there)
    }

    /// The report of an id, while it is kept.
    pub async fn report(&self, id: ReportId) -> Result<Option<StoredReport>, StoreError> {
        let doing = StoreError::db("read a report");
        let found = sqlx::query(
            "select kind, settings, result_blob, made_name, made_type, made_blob, job_id, created_at, expires_at
             from reports
             where id = $1 and expires_at > $2",
        )
        .bind(id.to_string())
        .bind(self.now())
        .fetch_optional(self.readers())
        .await
        .map_err(&doing)?;
        let Some(row) = found else { return Ok(None) };
        let inputs =
            sqlx::query("select name, blob_id from report_inputs where report_id = $1 order by position")
                .bind(id.to_string())
                .fetch_all(self.readers())
                .await
                .map_err(&doing)?;
        let text = |row: &AnyRow, index: usize| row.try_get::<String, _>(index).map_err(&doing);
        let inputs = inputs
            .iter()
            .map(|row| Ok((text(row, 0)?, blob_id(&text(row, 1)?)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let maybe = |index: usize| row.try_get::<Option<String>, _>(index).map_err(&doing);
        let made = match (maybe(3)?, maybe(4)?, maybe(5)?) {
            (Some(name), Some(media_type), Some(blob)) => {
                Some(MadeFile { name, media_type, blob: blob_id(&blob)? })
            }
            _ => None,
        };
        let answer = match maybe(2)? {
            Some(result) => Some(ReportAnswer { result: blob_id(&result)?, made }),
            None => None,
        };
        Ok(Some(StoredReport {
            id,
            kind: text(&row, 0)?,
            settings: text(&row, 1)?,
            inputs,
            answer,
            job: maybe(6)?.map(|job| job_id(&job)).transpose()?,
            created_at: from_text(&text(&row, 7)?)?,
            expires_at: from_text(&text(&row, 8)?)?,
        }))
    }

    /// How many bytes are kept for reports: what they were given and what was made.
    pub async fn report_bytes(&self) -> Result<u64, StoreError> {
        let doing = StoreError::db("count the bytes of reports");
        let row = sqlx::query(
            "select cast(coalesce(sum(b.bytes), 0) as bigint)
             from blobs b
             where exists (
                 select 1 from blob_references r where r.blob_id = b.id and r.owner like 'report:%'
             )",
        )
        .fetch_one(self.readers())
        .await
        .map_err(&doing)?;
        let bytes: i64 = row.try_get(0).map_err(&doing)?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// Forgets a report before its time; whether it was there.
    pub async fn forget_report(&self, actor: &Actor, id: ReportId) -> Result<bool, StoreError> {
        let mut tx = self.begin(actor).await?;
        let gone = forget(&mut tx, &id).await?;
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
                gone += u64::from(forget(&mut tx, &id).await?);
            }
            tx.commit().await?;
        }
    }
}

async fn answer_in(tx: &mut Tx, id: &ReportId, answer: &ReportAnswer) -> Result<bool, StoreError> {
    let made = answer.made.as_ref();
    tx.refer(&answer.result, &owner(id)).await?;
    if let Some(made) = made {
        tx.refer(&made.blob, &owner(id)).await?;
    }
    let query = sqlx::query(
        "update reports set result_blob = $2, made_name = $3, made_type = $4, made_blob = $5 where id = $1",
    )
    .bind(id.to_string())
    .bind(answer.result.to_string())
    .bind(made.map(|made| made.name.clone()))
    .bind(made.map(|made| made.media_type.clone()))
    .bind(made.map(|made| made.blob.to_string()));
    Ok(tx.run("answer a report", query).await? > 0)
}

async fn forget(tx: &mut Tx, id: &ReportId) -> Result<bool, StoreError> {
    let inputs = sqlx::query("delete from report_inputs where report_id = $1").bind(id.to_string());
    tx.run("forget a report", inputs).await?;
    let report = sqlx::query("delete from reports where id = $1").bind(id.to_string());
    let gone = tx.run("forget a report", report).await? > 0;
    tx.let_go(&owner(id)).await?;
    Ok(gone)
}

fn owner(id: &ReportId) -> String {
    format!("report:{id}")
}

//! Reports of tools that are kept for a while, with what they are about, so that they can be shared and worked on.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use townhall_model::{BlobId, ErrorKind, ReportId};
use townhall_store::{
    Actor, ActorKind, JobProgress, JobState, MadeFile, NewReport, ReportAnswer, StoredReport,
};

use super::{Made, Material, Task, Worked};
use crate::jobs::{Job, RunTool};
use crate::limits::{REPORT_BYTES_MAX, REPORT_DAYS, REPORT_HELD_MINUTES, REPORT_INPUTS_BYTES_MAX};
use crate::{App, Error};

/// The use cases of kept reports.
pub struct Reports<'a> {
    pub(crate) app: &'a App,
}

/// How long a report is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// As long as somebody needs to go on working with it.
    Hour,
    /// As long as somebody needs to show it to others.
    Week,
}

impl Keeping {
    fn lifetime(self) -> SignedDuration {
        match self {
            Self::Hour => SignedDuration::from_mins(REPORT_HELD_MINUTES),
            Self::Week => SignedDuration::from_hours(24 * REPORT_DAYS),
        }
    }
}

/// What a tool was asked, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) task: Task,
    /// What was filled into the page's form.
    form: Value,
}

/// A report that was kept.
#[derive(Debug, Clone)]
pub struct KeptReport {
    /// Its id; whoever knows it may read it.
    pub id: ReportId,
    /// The tool, such as `validate`.
    pub kind: String,
    /// What it is about, for people.
    pub inputs: Vec<String>,
    /// What was filled into the page's form.
    pub form: Value,
    /// How far it is.
    pub state: ReportState,
    /// The file that the tool made: its name, for tools that make one.
    pub made: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it goes away.
    pub expires_at: Timestamp,
}

/// How far a report is.
#[derive(Debug, Clone, PartialEq)]
pub enum ReportState {
    /// It is done, and this is the answer.
    Ready(Value),
    /// A worker has it, or will have it.
    Working(JobProgress),
    /// It could not be done; the reason.
    Failed(String),
}

impl Reports<'_> {
    /// Keeps a report. Its material is kept as long, so that it can be mended or converted later.
    pub async fn keep(
        &self,
        kind: &str,
        task: &Task,
        form: &Value,
        inputs: &[Material],
        worked: &Worked,
        keeping: Keeping,
    ) -> Result<ReportId, Error> {
        let answer = Some(self.answer(worked).await?);
        self.put(NewReport { answer, ..self.new_report(kind, task, form, inputs, keeping).await? }).await
    }

    /// Begins a report on large files: a job works on it.
    pub async fn begin(
        &self,
        kind: &str,
        task: &Task,
        form: &Value,
        inputs: &[Material],
        keeping: Keeping,
    ) -> Result<ReportId, Error> {
        let report = self.new_report(kind, task, form, inputs, keeping).await?;
        let job = Some(RunTool { report: report.id }.asked()?);
        self.put(NewReport { job, ..report }).await
    }

    async fn new_report(
        &self,
        kind: &str,
        task: &Task,
        form: &Value,
        inputs: &[Material],
        keeping: Keeping,
    ) -> Result<NewReport, Error> {
        if self.app.store().report_bytes().await? > REPORT_INPUTS_BYTES_MAX {
            let message = "too many files are kept for others at the moment";
            return Err(Error::new(ErrorKind::Limited, message)
                .with_hint("choose to have the file forgotten at once, or come back in an hour"));
        }
        let mut kept = Vec::new();
        for input in inputs {
            kept.push((input.name().to_owned(), self.app.blobs().put_file(input.path()).await?));
        }
        let settings = Settings { task: task.clone(), form: form.clone() };
        Ok(NewReport {
            id: ReportId::new(),
            kind: kind.to_owned(),
            settings: serde_json::to_string(&settings).map_err(|_| broken())?,
            inputs: kept,
            answer: None,
            job: None,
            lifetime: keeping.lifetime(),
        })
    }

    async fn put(&self, report: NewReport) -> Result<ReportId, Error> {
        self.app.store().put_report(&actor(), &report).await?;
        Ok(report.id)
    }

    async fn answer(&self, worked: &Worked) -> Result<ReportAnswer, Error> {
        let made = match &worked.made {
            Some(Made { material, media_type }) => Some(MadeFile {
                name: material.name().to_owned(),
                media_type: (*media_type).to_owned(),
                blob: self.app.blobs().put_file(material.path()).await?,
            }),
            None => None,
        };
        let result = self.app.blobs().put_bytes(worked.result.to_string().as_bytes()).await?;
        Ok(ReportAnswer { result, made })
    }

    /// The report of an id, while it is kept.
    pub async fn show(&self, id: &str) -> Result<KeptReport, Error> {
        let stored = self.find(id).await?;
        let settings: Settings = serde_json::from_str(&stored.settings).map_err(|_| broken())?;
        let state = match &stored.answer {
            Some(answer) => {
                let result = self.app.blobs().read(&answer.result, REPORT_BYTES_MAX).await?;
                ReportState::Ready(serde_json::from_slice(&result).map_err(|_| broken())?)
            }
            None => self.progress(&stored).await?,
        };
        Ok(KeptReport {
            id: stored.id,
            kind: stored.kind,
            inputs: stored.inputs.into_iter().map(|(name, _)| name).collect(),
            form: settings.form,
            state,
            made: stored.answer.and_then(|answer| answer.made).map(|made| made.name),
            created_at: stored.created_at,
            expires_at: stored.expires_at,
        })
    }

    async fn progress(&self, stored: &StoredReport) -> Result<ReportState, Error> {
        let job = match stored.job {
            Some(id) => self.app.store().job(id).await?,
            None => None,
        };
        let failed = |reason: &str| ReportState::Failed(reason.to_owned());
        Ok(match job {
            None => failed("the work on it was lost"),
            Some(job) => match job.state {
                JobState::Queued | JobState::Running | JobState::Done => ReportState::Working(job.progress),
                JobState::Parked => failed(job.reason.as_deref().unwrap_or("it could not be done")),
                JobState::Cancelled => failed("the work was stopped"),
            },
        })
    }

    /// What a report is about, to be worked on again.
    pub async fn materials(&self, id: &str) -> Result<Vec<Material>, Error> {
        let mut materials = Vec::new();
        for (name, blob) in self.find(id).await?.inputs {
            materials.push(self.fetch(&name, &blob).await?);
        }
        Ok(materials)
    }

    /// The file that a report's tool made, and its media type.
    pub async fn made(&self, id: &str) -> Result<(Material, String), Error> {
        let made = self.find(id).await?.answer.and_then(|answer| answer.made);
        let Some(made) = made else { return Err(Error::not_found("file of a report", id)) };
        Ok((self.fetch(&made.name, &made.blob).await?, made.media_type))
    }

    /// Stops the work on a report.
    pub async fn stop(&self, id: &str) -> Result<(), Error> {
        if let Some(job) = self.find(id).await?.job {
            self.app.store().cancel(&actor(), job).await?;
        }
        Ok(())
    }

    /// Forgets a report before its time.
    pub async fn forget(&self, id: &str) -> Result<(), Error> {
        let stored = self.find(id).await?;
        if let Some(job) = stored.job {
            self.app.store().cancel(&actor(), job).await?;
        }
        self.app.store().forget_report(&actor(), stored.id).await?;
        Ok(())
    }

    /// What a report asks for, with its files; nothing when it is gone or answered.
    pub(crate) async fn asked(&self, id: ReportId) -> Result<Option<(Task, Vec<Material>)>, Error> {
        let Some(stored) = self.app.store().report(id).await? else { return Ok(None) };
        if stored.answer.is_some() {
            return Ok(None);
        }
        let settings: Settings = serde_json::from_str(&stored.settings).map_err(|_| broken())?;
        let mut materials = Vec::new();
        for (name, blob) in &stored.inputs {
            materials.push(self.fetch(name, blob).await?);
        }
        Ok(Some((settings.task, materials)))
    }

    /// Puts what came of it into a report.
    pub(crate) async fn finish(&self, id: ReportId, worked: &Worked) -> Result<(), Error> {
        let answer = self.answer(worked).await?;
        self.app.store().answer_report(&actor(), id, &answer).await?;
        Ok(())
    }

    pub(super) async fn fetch(&self, name: &str, blob: &BlobId) -> Result<Material, Error> {
        let size = self.app.blob_size(blob).await?.unwrap_or(0);
        let stream = self.app.blob_stream(blob, 0..size).await?;
        self.app.workshop().receive(name, stream, u64::MAX).await
    }

    pub(super) async fn find(&self, id: &str) -> Result<StoredReport, Error> {
        let missing = || {
            Error::not_found("report", id)
                .with_hint("reports are kept for an hour or a week; run the tool once more")
        };
        let id: ReportId = id.parse().map_err(|_| missing())?;
        self.app.store().report(id).await?.ok_or_else(missing)
    }
}

pub(super) fn broken() -> Error {
    Error::new(ErrorKind::Internal, "the report can't be read")
}

fn actor() -> Actor {
    Actor::new(ActorKind::System, "workshop")
}

//! Every kind of job there is, in one list.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use townhall_model::{BlobId, ErrorKind};
use townhall_store::NewJob;

use super::{
    CookRecipe, FetchTable, HarvestSource, IngestTable, JobContext, LookAtListing, RefreshDatabase,
    RefreshTables, RunTool, TellPeople,
};
use crate::Error;
use crate::tables::{AnswerQuestion, IndexWords, PrepareFile};

/// A piece of slow work. It may run more than once: running it again must do no harm.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The word in the database and in APIs.
    const KIND: &'static str;
    /// What people see.
    const TITLE: &'static str;
    /// Which queue it waits in.
    const QUEUE: &'static str = "";

    /// Does the work; what it returns is kept with the job.
    fn run(self, ctx: &JobContext) -> impl Future<Output = Result<Value, Error>> + Send;

    /// The job as the store takes it; while one of the same payload waits or runs, no other is added.
    fn asked(&self) -> Result<NewJob, Error> {
        let payload = serde_json::to_string(self)
            .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        let dedupe = format!("{}:{}", Self::KIND, BlobId::of(payload.as_bytes()));
        let (kind, queue) = (Self::KIND.to_owned(), Self::QUEUE.to_owned());
        Ok(NewJob { kind, payload, dedupe, queue, ..NewJob::default() })
    }
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send + 'a>>;

/// A kind of job as the worker knows it.
pub struct JobInfo {
    /// The word in the database and in APIs.
    pub kind: &'static str,
    /// What people see.
    pub title: &'static str,
    /// Reads the payload and does the work.
    pub run: for<'a> fn(&'a JobContext, Value) -> Running<'a>,
}

impl JobInfo {
    const fn of<J: Job>() -> Self {
        Self { kind: J::KIND, title: J::TITLE, run: run::<J> }
    }
}

fn run<J: Job>(ctx: &JobContext, payload: Value) -> Running<'_> {
    Box::pin(async move {
        let job: J = serde_json::from_value(payload).map_err(|error| {
            Error::invalid(format!("the payload of a `{}` job can't be read: {error}", J::KIND))
        })?;
        job.run(ctx).await
    })
}

/// The jobs, in the order the documentation lists them.
pub const JOBS: &[JobInfo] = &[
    JobInfo::of::<IngestTable>(),
    JobInfo::of::<FetchTable>(),
    JobInfo::of::<CookRecipe>(),
    JobInfo::of::<RefreshTables>(),
    JobInfo::of::<RunTool>(),
    JobInfo::of::<RefreshDatabase>(),
    JobInfo::of::<AnswerQuestion>(),
    JobInfo::of::<PrepareFile>(),
    JobInfo::of::<IndexWords>(),
    JobInfo::of::<HarvestSource>(),
    JobInfo::of::<TellPeople>(),
    JobInfo::of::<LookAtListing>(),
    JobInfo::of::<crate::links::CheckLinks>(),
    JobInfo::of::<crate::crawls::CrawlSite>(),
];

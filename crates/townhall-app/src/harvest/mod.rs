//! Harvesting: other people's catalogs are brought in and kept true.
//!
//! A source is a document: its settings, each writing a revision, or an entry in the file of sources, which its owner writes. What
//! was found there is in the store, harvest by harvest.

mod advice;
mod batch;
mod decide;
mod finish;
mod known;
mod notices;
mod owners;
mod report;
mod require;
mod run;
mod settings;
mod shape;
mod take;
mod vanish;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use townhall_model::{ErrorKind, RecordId};
use townhall_store::{
    Actor, ActorKind, Document, HarvestItem, HarvestRun, ItemState, JobState, NewDocument, RunFinding,
    RunRecord,
};

pub use decide::{Decision, decision_as_json};
pub use report::{HarvestCounts, HarvestReport, HarvestTimes};
pub use require::Require;
pub use run::HarvestOptions;
pub use settings::{Assign, Filter, Mapping, Notify, Occasion, SourceSettings, SourcesFile, read_sources};

use crate::jobs::{Cancelled, HarvestSource, Job, Progress};
use crate::{App, Error};

/// The word for sources among documents.
pub(crate) const SOURCE: &str = "harvest-source";

/// How many sources there are at most.
const SOURCES_MAX: u32 = 10_000;

/// Sources that this process is harvesting.
#[derive(Debug, Default)]
pub(crate) struct Harvesting(Mutex<HashSet<String>>);

/// A source is being harvested as long as this lives.
struct Turn<'a> {
    harvesting: &'a Harvesting,
    name: String,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut names = self.harvesting.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.remove(&self.name);
    }
}

impl Harvesting {
    fn begin(&self, name: &str) -> Result<Turn<'_>, Error> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match names.insert(name.to_owned()) {
            true => Ok(Turn { harvesting: self, name: name.to_owned() }),
            false => Err(Error::new(
                ErrorKind::Conflict,
                format!("the source `{name}` is being harvested already"),
            )),
        }
    }
}

/// A source with how it stands.
#[derive(Debug, Clone)]
pub struct SourceDetail {
    /// Its settings.
    pub settings: SourceSettings,
    /// Whether they are in the file of sources, and can't be changed here.
    pub is_in_file: bool,
    /// The number of the revision of its settings, when they are kept here.
    pub revision: Option<u32>,
    /// How many of its records are in each state.
    pub counts: BTreeMap<ItemState, u64>,
    /// The newest harvest.
    pub last: Option<HarvestSummary>,
    /// When it is harvested next.
    pub next: Option<Timestamp>,
}

impl SourceDetail {
    /// How many of its records are in view.
    pub fn in_view(&self) -> u64 {
        self.counts.iter().filter(|(state, _)| state.is_in_view()).map(|(_, count)| count).sum()
    }

    /// How many of its records are in a state.
    pub fn count(&self, state: ItemState) -> u64 {
        self.counts.get(&state).copied().unwrap_or(0)
    }
}

/// A harvest with what it reported.
#[derive(Debug, Clone)]
pub struct HarvestSummary {
    /// The harvest.
    pub run: HarvestRun,
    /// What it reported, as far as it got.
    pub report: HarvestReport,
}

impl From<HarvestRun> for HarvestSummary {
    fn from(run: HarvestRun) -> Self {
        let report = serde_json::from_str(&run.report).unwrap_or_default();
        Self { run, report }
    }
}

/// How a record stands at a source, for its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarvestedFrom {
    /// The source's name.
    pub source: String,
    /// What people call it.
    pub title: String,
    /// How the record stands there.
    pub state: ItemState,
    /// Why.
    pub reason: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// The harvest use cases.
pub struct Harvests<'a> {
    pub(crate) app: &'a App,
}

impl Harvests<'_> {
    /// Every source by name, with how it stands.
    pub async fn list(&self) -> Result<Vec<SourceDetail>, Error> {
        let mut details = Vec::new();
        for (settings, revision) in self.all().await? {
            details.push(self.detail(settings, revision).await?);
        }
        Ok(details)
    }

    /// One source.
    pub async fn show(&self, name: &str) -> Result<SourceDetail, Error> {
        let (settings, revision) = self.find(name).await?;
        self.detail(settings, revision).await
    }

    /// Keeps the settings of a source, new or changed. Returns the number of the revision.
    pub async fn put(&self, actor: &Actor, settings: &SourceSettings) -> Result<u32, Error> {
        settings.check()?;
        if self.declared()?.iter().any(|declared| declared.name == settings.name) {
            return Err(Error::new(
                ErrorKind::Conflict,
                format!("the source `{}` is in the file of sources", settings.name),
            )
            .with_hint("change it there"));
        }
        let text = serde_json::to_string_pretty(settings)
            .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        let document = NewDocument {
            kind: SOURCE.to_owned(),
            name: settings.name.clone(),
            subject: None,
            title: settings.title().to_owned(),
            text,
        };
        let revision = self.app.store().put_document(actor, &document).await?;
        self.plan_one(settings, Timestamp::now()).await?;
        Ok(revision)
    }

    /// Takes a source away: it is not harvested any more, its records stay. Returns whether there was one.
    pub async fn retire(&self, actor: &Actor, name: &str) -> Result<bool, Error> {
        let was_there = self.app.store().retire_document(actor, SOURCE, name).await?;
        if was_there {
            let mut tx = self.app.store().begin(actor).await?;
            tx.forget_harvest_items(name).await?;
            tx.commit().await?;
        }
        Ok(was_there)
    }

    /// The settings of a source before they were changed, newest first.
    pub async fn revisions(&self, name: &str, limit: u32) -> Result<Vec<Document>, Error> {
        Ok(self.app.store().document_revisions(SOURCE, name, limit).await?)
    }

    /// Asks for a harvest as soon as a worker is free.
    pub async fn ask(&self, actor: &Actor, name: &str, options: HarvestOptions) -> Result<(), Error> {
        self.find(name).await?;
        let job = HarvestSource { source: name.to_owned(), due: None, is_forced: options.is_forced };
        self.app.jobs().enqueue(actor, &job).await?;
        self.app.jobs().wake();
        Ok(())
    }

    /// Stops a harvest that waits or is under way. Returns whether there was one.
    pub async fn cancel(&self, actor: &Actor, name: &str) -> Result<bool, Error> {
        let mut is_stopped = false;
        for state in [JobState::Queued, JobState::Running] {
            for job in self.app.store().jobs(state, JOBS_LOOKED_AT).await? {
                let asked: Option<HarvestSource> = (job.kind == HarvestSource::KIND)
                    .then(|| serde_json::from_str(&job.payload).ok())
                    .flatten();
                // What its schedule asks for at a later time stays.
                let is_it = asked.is_some_and(|asked| {
                    asked.source == name && (state == JobState::Running || asked.due.is_none())
                });
                if is_it {
                    is_stopped |= self.app.store().cancel(actor, job.id).await?;
                }
            }
        }
        Ok(is_stopped)
    }

    /// Harvests a source here and now, and tells who wants to be told.
    pub async fn run(
        &self,
        actor: &Actor,
        name: &str,
        options: HarvestOptions,
        progress: &Progress,
        cancelled: &Cancelled,
    ) -> Result<HarvestReport, Error> {
        let (settings, _) = self.find(name).await?;
        self.run_with(actor, &settings, options, progress, cancelled).await
    }

    /// The same with settings that are at hand.
    pub async fn run_with(
        &self,
        actor: &Actor,
        settings: &SourceSettings,
        options: HarvestOptions,
        progress: &Progress,
        cancelled: &Cancelled,
    ) -> Result<HarvestReport, Error> {
        settings.check()?;
        let _turn = self.app.harvesting().begin(&settings.name)?;
        let before = last(self.app, &settings.name).await?;
        let report =
            run::Harvest::carry_out(self.app, actor.clone(), settings, options, progress, cancelled).await?;
        tracing::info!(
            harvest.source = %settings.name, harvest.state = %report.state, duration_ms = report.times.total_ms,
            "harvested `{}`: {}: {}", settings.name, report.state, report.summary()
        );
        if !options.is_trial {
            self.tell(settings, before.as_ref(), &report).await?;
        }
        Ok(report)
    }

    /// The harvests of a source before a number, newest first; of all sources when none is named.
    pub async fn runs(
        &self,
        source: Option<&str>,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<HarvestSummary>, Error> {
        let runs = self.app.store().harvest_runs(source, before, limit).await?;
        Ok(runs.into_iter().map(HarvestSummary::from).collect())
    }

    /// One harvest.
    pub async fn run_of(&self, source: &str, number: u32) -> Result<HarvestSummary, Error> {
        let run = self.app.store().harvest_run(source, number).await?;
        run.map(HarvestSummary::from)
            .ok_or_else(|| Error::not_found("harvest", &format!("{source}/{number}")))
    }

    /// What a harvest did with records, after one of them; with one action, or with any.
    pub async fn records(
        &self,
        source: &str,
        number: u32,
        action: Option<&str>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<RunRecord>, Error> {
        Ok(self.app.store().run_records(source, number, action, after, limit).await?)
    }

    /// What a harvest noticed, after a number.
    pub async fn findings(
        &self,
        source: &str,
        number: u32,
        after: u32,
        limit: u32,
    ) -> Result<Vec<RunFinding>, Error> {
        Ok(self.app.store().run_findings(source, number, after, limit).await?)
    }

    /// Records of a source in some states, after one of them.
    pub async fn items(
        &self,
        source: &str,
        states: &[ItemState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<HarvestItem>, Error> {
        Ok(self.app.store().harvest_items(source, states, after, limit).await?)
    }

    /// How a record stands at the sources that list it.
    pub async fn of_record(&self, record: RecordId) -> Result<Vec<HarvestedFrom>, Error> {
        let mut found = Vec::new();
        for (source, item) in self.app.store().harvest_items_of(record).await? {
            let title = match self.find(&source).await {
                Ok((settings, _)) => settings.title().to_owned(),
                Err(error) if error.kind() == ErrorKind::NotFound => source.clone(),
                Err(error) => return Err(error),
            };
            found.push(HarvestedFrom {
                source,
                title,
                state: item.state,
                reason: item.reason,
                since: item.since,
            });
        }
        Ok(found)
    }

    /// Asks for the next time of every source that has a schedule. Returns how many were asked for.
    pub(crate) async fn plan(&self, now: Timestamp) -> Result<u64, Error> {
        let mut asked = 0;
        for (settings, _) in self.all().await? {
            asked += u64::from(self.plan_one(&settings, now).await?);
        }
        Ok(asked)
    }

    async fn plan_one(&self, settings: &SourceSettings, now: Timestamp) -> Result<bool, Error> {
        // One that a later release wrote is left to it.
        let Ok(Some(every)) = settings.schedule() else { return Ok(false) };
        let due = every.after(now);
        let job = HarvestSource { source: settings.name.clone(), due: Some(due), is_forced: false };
        let mut new = job.asked()?;
        new.dedupe = format!("harvest:{}:{due}", settings.name);
        new.run_after = Some(due);
        let actor = Actor::new(ActorKind::Job, "schedules");
        Ok(self.app.store().enqueue_once(&actor, &new).await?)
    }

    /// Whether a source is still to be harvested at a moment that was planned.
    pub(crate) async fn is_due(&self, name: &str, due: Timestamp) -> Result<bool, Error> {
        match self.find(name).await {
            Ok((settings, _)) => Ok(settings.schedule()?.is_some_and(|every| every.has(due))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn find(&self, name: &str) -> Result<(SourceSettings, Option<u32>), Error> {
        if let Some(declared) = self.declared()?.into_iter().find(|declared| declared.name == name) {
            return Ok((declared, None));
        }
        let document = self.app.store().document(SOURCE, name).await?;
        let document = document.ok_or_else(|| Error::not_found("source", name))?;
        Ok((read(&document)?, Some(document.revision)))
    }

    async fn all(&self) -> Result<Vec<(SourceSettings, Option<u32>)>, Error> {
        let declared = self.declared()?;
        let mut all: BTreeMap<String, (SourceSettings, Option<u32>)> = BTreeMap::new();
        for document in self.app.store().documents(SOURCE, None, None, SOURCES_MAX).await? {
            match read(&document) {
                Ok(settings) => {
                    all.insert(document.name.clone(), (settings, Some(document.revision)));
                }
                Err(error) => tracing::warn!("the source `{}` is left alone: {error}", document.name),
            }
        }
        all.extend(declared.into_iter().map(|settings| (settings.name.clone(), (settings, None))));
        Ok(all.into_values().collect())
    }

    /// The sources of the file of sources.
    fn declared(&self) -> Result<Vec<SourceSettings>, Error> {
        let Some(path) = self.app.sources_file() else { return Ok(Vec::new()) };
        let text = std::fs::read_to_string(path).map_err(|error| {
            let error = Error::from(error);
            Error::new(error.kind(), format!("the file of sources `{}`: {error}", path.display()))
        })?;
        let file: SourcesFile = toml::from_str(&text)
            .map_err(|error| Error::invalid(format!("the file of sources `{}`: {error}", path.display())))?;
        let mut names = HashSet::new();
        for source in &file.source {
            source
                .check()
                .map_err(|error| Error::invalid(format!("the source `{}`: {error}", source.name)))?;
            if !names.insert(source.name.as_str()) {
                return Err(Error::invalid(format!("the file of sources has `{}` twice", source.name)));
            }
        }
        Ok(file.source)
    }

    async fn detail(&self, settings: SourceSettings, revision: Option<u32>) -> Result<SourceDetail, Error> {
        let counts = self.app.store().harvest_counts(&settings.name).await?.into_iter().collect();
        let last = last(self.app, &settings.name).await?;
        let next = settings.schedule().ok().flatten().map(|every| every.after(Timestamp::now()));
        Ok(SourceDetail { is_in_file: revision.is_none(), settings, revision, counts, last, next })
    }
}

/// How many jobs are looked at to find the harvest of a source.
const JOBS_LOOKED_AT: u32 = 1_000;

fn read(document: &Document) -> Result<SourceSettings, Error> {
    serde_json::from_str(&document.text)
        .map_err(|error| Error::invalid(format!("the settings of the source `{}`: {error}", document.name)))
}

/// The newest harvest of a source.
async fn last(app: &App, source: &str) -> Result<Option<HarvestSummary>, Error> {
    let runs = app.store().harvest_runs(Some(source), None, 1).await?;
    Ok(runs.into_iter().next().map(HarvestSummary::from))
}

/// What the newest harvest that did its work reported.
async fn last_good(app: &App, source: &str) -> Result<Option<HarvestReport>, Error> {
    let mut before = None;
    loop {
        let runs = app.store().harvest_runs(Some(source), before, 20).await?;
        let Some(oldest) = runs.last() else { return Ok(None) };
        before = Some(oldest.number);
        let good = runs.into_iter().map(HarvestSummary::from).find(|one| {
            matches!(one.run.state, townhall_store::RunState::Done | townhall_store::RunState::Quarantined)
        });
        if let Some(good) = good {
            return Ok(Some(good.report));
        }
    }
}

/// Whether the newest harvest that has ended did its work and had the whole listing.
async fn went_well(app: &App, source: &str) -> Result<bool, Error> {
    use townhall_store::RunState;
    let runs = app.store().harvest_runs(Some(source), None, 5).await?;
    let ended = runs.into_iter().find(|run| run.state != RunState::Running).map(HarvestSummary::from);
    Ok(ended.is_some_and(|one| one.report.is_complete))
}

/// The rank of a source; one that is gone has the usual one.
async fn rank_of(app: &App, source: &str) -> Result<i32, Error> {
    match app.harvests().find(source).await {
        Ok((settings, _)) => Ok(settings.rank),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

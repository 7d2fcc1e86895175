//! Looks for anything that must never be, and rebuilds what is derived.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use townhall_model::{Finding, RecordId, Severity};
use townhall_store::{RecordFilter, RecordStatus};

use crate::catalog::LISTED;
use crate::limits::{
    EXPORT_PAGE_RECORDS, HARVEST_DAYS, HARVESTS_KEPT, JOB_DAYS, MIRROR_DAYS, SWEEP_AGE_HOURS, TIDY_EVERY,
};
use crate::{App, Error};

/// The doctor's use cases.
pub struct Doctor<'a> {
    pub(crate) app: &'a App,
}

impl Doctor<'_> {
    /// Examines store, blobs and index; `deep` reads every blob. No finding means that all is well.
    pub async fn examine(&self, deep: bool) -> Result<Vec<Finding>, Error> {
        let mut findings = self.app.store().check(self.app.blobs(), deep).await?;
        findings.extend(self.index_drift().await?);
        Ok(findings)
    }

    /// Compares what the index has with what the store says it should have.
    async fn index_drift(&self) -> Result<Option<Finding>, Error> {
        let index = self.app.index().clone();
        let indexed: HashMap<RecordId, u64> =
            self.app.compute(move || index.revisions()).await??.into_iter().collect();
        let filter = RecordFilter {
            kinds: LISTED.to_vec(),
            statuses: vec![RecordStatus::Published, RecordStatus::Draft],
        };
        let (mut position, mut known, mut drifted) = (0, 0_u64, 0_u64);
        loop {
            let page = self.app.store().records_after(&filter, position, EXPORT_PAGE_RECORDS).await?;
            let Some(last) = page.last() else { break };
            position = last.position;
            for record in &page {
                known += 1;
                drifted += u64::from(indexed.get(&record.id) != Some(&record.revision));
            }
        }
        let strays = (indexed.len() as u64).saturating_sub(known - drifted.min(known));
        if drifted == 0 && strays == 0 {
            return Ok(None);
        }
        Ok(Some(
            Finding::new(
                "INDEX-DRIFT",
                Severity::Error,
                format!("the search index differs from the records: {drifted} are old or missing, {strays} are not records"),
            )
            .with_fix("run `townhall doctor --rebuild-index`"),
        ))
    }

    /// Rebuilds the search index. Returns how many documents it has.
    pub async fn rebuild_index(&self) -> Result<u64, Error> {
        self.app.search().rebuild().await
    }

    /// Forgets what has had its time: reports, ended jobs, old harvests, computed answers, files and indexes that there is no room for,
    /// bytes that nothing refers to.
    pub async fn tidy(&self) -> Result<(), Error> {
        let reports = self.app.store().forget_expired_reports().await?;
        let age = SignedDuration::from_hours(24 * JOB_DAYS);
        let before = Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);
        let jobs = self.app.store().forget_jobs(before).await?;
        let age = SignedDuration::from_hours(24 * HARVEST_DAYS);
        let before = Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);
        let harvests = self.app.store().forget_harvests(before, HARVESTS_KEPT).await?;
        let answers = self.app.tables().forget_answers().await?;
        let files = self.app.tables().forget_prepared(self.app.settings().prepared_bytes).await?;
        let (indexes, limit) = (self.app.word_indexes().clone(), self.app.settings().word_index_bytes);
        let indexes = self.app.compute(move || indexes.sweep(limit)).await??;
        let age = SignedDuration::from_hours(24 * MIRROR_DAYS);
        let before = Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);
        let copies = self.app.store().forget_unnamed_mirrors(before).await?;
        let blobs = self.sweep().await?;
        tracing::debug!(reports, jobs, harvests, copies, answers, files, indexes, blobs, "tidied up");
        Ok(())
    }

    /// Tidies up every hour until told to stop.
    pub async fn keep_tidy(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut tick = tokio::time::interval(TIDY_EVERY);
        loop {
            tokio::select! {
                () = &mut stop => return,
                _ = tick.tick() => {}
            }
            if let Err(error) = self.tidy().await {
                tracing::error!(error = %error, "could not tidy up: {error}");
            }
        }
    }

    /// Removes bytes that nothing has referred to for a day. Returns how many blobs went.
    pub async fn sweep(&self) -> Result<u64, Error> {
        let age = SignedDuration::from_hours(SWEEP_AGE_HOURS);
        let before = Timestamp::now().checked_sub(age).unwrap_or(Timestamp::MIN);
        Ok(self.app.blobs().sweep(before).await?)
    }
}

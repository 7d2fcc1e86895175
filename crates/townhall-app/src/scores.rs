//! How well datasets are published: the scores of one, and their sums by organization.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Zoned;
use jiff::civil::Date;
use townhall_metadata::score::{Facts, RecordScore, Rollup, SCHEMES, Table, Tally, score_record};
use townhall_model::record::{Body, Version};
use townhall_store::{RecordFilter, RecordStatus, StoredFile};

use crate::catalog::{DatasetDetail, LISTED, body_of};
use crate::limits::EXPORT_PAGE_RECORDS;
use crate::{App, Error};

/// The use case.
pub struct Scores<'a> {
    pub(crate) app: &'a App,
}

/// The sums of all published datasets at one state of the catalog, by the slugs of organizations.
#[derive(Debug)]
pub struct CatalogScores {
    /// The change of the catalog up to which it counts.
    generation: i64,
    /// The day for which it was judged.
    day: Date,
    rollup: Rollup,
    /// For each organization the slugs from the highest one above it down to itself.
    paths: HashMap<String, Vec<String>>,
}

impl CatalogScores {
    /// The sums of all datasets.
    pub fn whole(&self) -> &Tally {
        self.rollup.whole()
    }

    /// The sums of an organization and its parts, by its slug.
    pub fn organization(&self, slug: &str) -> Option<&Tally> {
        self.rollup.organization(self.paths.get(slug)?)
    }
}

/// What was added up last.
#[derive(Debug, Default)]
pub(crate) struct ScoreCache {
    ready: Mutex<Option<Arc<CatalogScores>>>,
    /// Only one task at a time adds up.
    adding: Arc<tokio::sync::Mutex<()>>,
}

/// Of so many datasets the sums are ready before anybody grows impatient.
const WAITED_FOR_MAX: u64 = 5_000;

impl Scores<'_> {
    /// The scores of a dataset; nothing for services and series.
    pub fn dataset(&self, dataset: &DatasetDetail) -> Option<RecordScore> {
        let body = Body::from_json(dataset.view.kind, dataset.document.clone(), &mut Vec::new());
        let version: Version = dataset.dialect.parse().unwrap_or(Version::DcatUs11);
        let table = dataset.tables.first().map(|table| (table.rows, table.columns, table.described));
        let files = dataset.files.iter().map(|file| file.media_type.as_str());
        let facts = facts(today(), !dataset.is_draft(), files, table);
        score_record(&body, version, &facts, SCHEMES)
    }

    /// The sums of the catalog. In a large one they may be those of a moment ago, or none yet, while newer ones are
    /// added up in the background.
    pub async fn sums(&self) -> Result<Option<Arc<CatalogScores>>, Error> {
        let (generation, day) = (self.app.catalog().generation().await?, today());
        let known = self.app.scored().ready.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if known.as_ref().is_some_and(|known| known.generation == generation && known.day == day) {
            return Ok(known);
        }
        let app = self.app.clone();
        let adding = tokio::spawn(async move { app.scores().add_up(generation, day).await });
        let numbers = self.app.catalog().numbers(crate::Audience::Public).await?;
        if numbers.datasets <= WAITED_FOR_MAX {
            return Ok(Some(adding.await.map_err(crate::app::lost)??));
        }
        Ok(known)
    }

    async fn add_up(&self, generation: i64, day: Date) -> Result<Arc<CatalogScores>, Error> {
        let cache = self.app.scored();
        let turn = cache.adding.clone().lock_owned().await;
        let known = cache.ready.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.filter(|known| known.generation >= generation && known.day == day) {
            return Ok(known);
        }
        let paths = self.paths().await?;
        let store = self.app.store();
        let filter = RecordFilter { kinds: vec![LISTED[0]], statuses: vec![RecordStatus::Published] };
        let mut rollup = Rollup::default();
        let mut position = 0;
        loop {
            let page = store.records_after(&filter, position, EXPORT_PAGE_RECORDS).await?;
            let Some(last) = page.last() else { break };
            position = last.position;
            let ids: Vec<_> = page.iter().map(|record| record.id).collect();
            let files = store.files(&ids).await?;
            let tables: HashMap<_, _> = store
                .tables_of(&ids)
                .await?
                .into_iter()
                .rev()
                .map(|table| (table.record, (table.rows, table.columns, table.described)))
                .collect();
            let (sums, known) = (std::mem::take(&mut rollup), paths.clone());
            rollup = self
                .app
                .compute(move || {
                    let mut sums = sums;
                    for record in page {
                        let hosted = files.get(&record.id).map_or(&[][..], Vec::as_slice);
                        let media_types = hosted.iter().map(|file: &StoredFile| file.media_type.as_str());
                        let facts = facts(day, true, media_types, tables.get(&record.id).copied());
                        let version: Version = record.dialect.parse().unwrap_or(Version::DcatUs11);
                        let Ok(body) = body_of(&record) else { continue };
                        let Some(mut score) = score_record(&body, version, &facts, SCHEMES) else { continue };
                        let path = record.organization.as_ref().and_then(|(slug, _)| known.get(slug));
                        score.publishers =
                            path.map(|path| path.iter().rev().cloned().collect()).unwrap_or_default();
                        sums.add(&score);
                    }
                    sums
                })
                .await?;
        }
        let paths = Arc::unwrap_or_clone(paths);
        let scores = Arc::new(CatalogScores { generation, day, rollup, paths });
        *cache.ready.lock().unwrap_or_else(PoisonError::into_inner) = Some(scores.clone());
        drop(turn);
        Ok(scores)
    }

    async fn paths(&self) -> Result<Arc<HashMap<String, Vec<String>>>, Error> {
        let mut paths: HashMap<String, Vec<String>> = HashMap::new();
        // Parts come after the whole.
        for organization in self.app.catalog().organizations().await? {
            let above = organization.parent.and_then(|parent| paths.get(&parent).cloned());
            let mut path = above.unwrap_or_default();
            path.push(organization.slug.clone());
            paths.insert(organization.slug, path);
        }
        Ok(Arc::new(paths))
    }
}

fn today() -> Date {
    Zoned::now().date()
}

/// What this portal knows of each dataset that it shows: it keeps every edition, has a page for it and lists it for
/// harvesters; what it hosts can be had without a login, by other sites too.
fn facts<'f>(
    today: Date,
    is_published: bool,
    media_types: impl Iterator<Item = &'f str>,
    table: Option<(u64, u64, u64)>,
) -> Facts {
    let formats: Vec<String> = media_types
        .filter_map(townhall_formats::by_media_type)
        .map(|format| format.info().label.to_owned())
        .collect();
    let is_hosted = !formats.is_empty();
    Facts {
        today: Some(today),
        needs_login: is_hosted.then_some(false),
        allows_other_sites: is_hosted.then_some(true),
        formats: is_hosted.then_some(formats),
        table: table.map(|(rows, columns, described_columns)| Table {
            rows,
            columns,
            stated_rows: None,
            described_columns,
        }),
        is_archived: Some(true),
        has_page: Some(true),
        is_harvestable: Some(is_published),
        ..Facts::default()
    }
}

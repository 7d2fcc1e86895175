//! How many links work: of the whole catalog and of its organizations with their parts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use townhall_store::{DashboardLinkCounts, LinkCount};

use super::Links;
use crate::Error;
use crate::limits::LINK_COUNTS_AGE;

/// How many links there are by what is held of them. A link that several distributions name counts once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkCounts {
    /// All of them.
    pub links: u64,
    /// By what is held of them, such as `broken`.
    pub states: BTreeMap<String, u64>,
    /// By what was found the last time, such as `missing`.
    pub verdicts: BTreeMap<String, u64>,
}

impl LinkCounts {
    /// How many of a state.
    pub fn state(&self, state: &str) -> u64 {
        self.states.get(state).copied().unwrap_or(0)
    }

    fn add(&mut self, count: &LinkCount) {
        self.links += count.links;
        *self.states.entry(count.state.clone()).or_default() += count.links;
        *self.verdicts.entry(count.verdict.clone()).or_default() += count.links;
    }
}

/// The link metrics of the Project Open Data Dashboard. Each address counts as often as a distribution names it, and a redirect
/// counts as one, because the dashboard does not follow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DashboardLinks {
    /// How many addresses were checked.
    pub checked: u64,
    /// Good answers.
    pub http_2xx: u64,
    /// Redirects.
    pub http_3xx: u64,
    /// What is not there, or not for us.
    pub http_4xx: u64,
    /// Mistakes of servers.
    pub http_5xx: u64,
    /// No answer.
    pub http_0: u64,
    /// PDF files among good answers.
    pub pdf: u64,
    /// Web pages among good answers, where a format was declared.
    pub html: u64,
    /// Good answers whose media type is not the one declared.
    pub format_mismatch: u64,
}

impl DashboardLinks {
    fn add(&mut self, counts: &DashboardLinkCounts) {
        self.checked += counts.checked;
        let [none, _, good, redirected, missing, mistaken] = counts.http;
        self.http_0 += none;
        self.http_2xx += good;
        self.http_3xx += redirected;
        self.http_4xx += missing;
        self.http_5xx += mistaken;
        self.pdf += counts.pdf;
        self.html += counts.html;
        self.format_mismatch += counts.format_mismatch;
    }
}

/// What was counted last; counting takes a while in a large catalog.
#[derive(Debug, Default)]
pub(crate) struct CountsCache(Mutex<Option<(Instant, Arc<Vec<LinkCount>>)>>);

impl Links<'_> {
    /// How many links published records name, those of an organization and its parts where one is given. What was counted a moment
    /// ago counts.
    pub async fn counts(&self, organization: Option<&str>) -> Result<LinkCounts, Error> {
        let counted = self.counted().await?;
        let wanted = self.parts(organization).await?;
        let mut counts = LinkCounts::default();
        counted
            .iter()
            .filter(|count| is_of(&wanted, &count.organization))
            .for_each(|count| counts.add(count));
        Ok(counts)
    }

    /// The same of every organization by itself, by its slug; those without links are absent.
    pub async fn counts_by_organization(&self) -> Result<BTreeMap<String, LinkCounts>, Error> {
        let mut counts: BTreeMap<String, LinkCounts> = BTreeMap::new();
        for count in self.counted().await?.iter() {
            counts.entry(count.organization.clone()).or_default().add(count);
        }
        Ok(counts)
    }

    /// The dashboard's metrics, those of an organization and its parts where one is given.
    pub async fn dashboard(&self, organization: Option<&str>) -> Result<DashboardLinks, Error> {
        let wanted = self.parts(organization).await?;
        let mut links = DashboardLinks::default();
        for counts in self.app.store().dashboard_link_counts().await? {
            if is_of(&wanted, &counts.organization) {
                links.add(&counts);
            }
        }
        Ok(links)
    }

    async fn counted(&self) -> Result<Arc<Vec<LinkCount>>, Error> {
        let CountsCache(cache) = self.app.link_counts();
        let known = cache.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, counted)) = known.filter(|(at, _)| at.elapsed() < LINK_COUNTS_AGE) {
            return Ok(counted);
        }
        let begun = Instant::now();
        let counted = Arc::new(self.app.store().link_counts().await?);
        // What was quick to count is counted anew each time.
        if begun.elapsed().as_millis() > 100 {
            *cache.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), counted.clone()));
        }
        Ok(counted)
    }

    /// The slugs of an organization and all its parts; any when none is given.
    pub(super) async fn parts(&self, organization: Option<&str>) -> Result<Option<BTreeSet<String>>, Error> {
        let Some(slug) = organization else { return Ok(None) };
        let all = self.app.catalog().organizations().await?;
        if !all.iter().any(|known| known.slug == slug) {
            return Err(Error::not_found("organization", slug));
        }
        let mut parts = BTreeSet::from([slug.to_owned()]);
        // Parts come after the whole.
        for known in all {
            if known.parent.is_some_and(|parent| parts.contains(&parent)) {
                parts.insert(known.slug);
            }
        }
        Ok(Some(parts))
    }
}

fn is_of(wanted: &Option<BTreeSet<String>>, organization: &str) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted.contains(organization))
}

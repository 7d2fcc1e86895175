//! The boards: all offices in a quarter, and one office with everything about it.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use townhall_metadata::scorecard::{LookFacts, Milestone, Office, Standing, growth_percent};
use townhall_model::Finding;

use super::{Entered, Reached, Scorecard, day_of, read};
use crate::Error;
use crate::limits::{ERRORS_READ_BYTES_MAX, SCORECARD_ERRORS_SHOWN_MAX, SCORECARD_LOOKS_SHOWN_MAX};

/// The name under which the sums of a frozen quarter stand among its offices; no office has an empty one.
pub(super) const ALL_OFFICES: &str = "";

/// An office on the board.
pub type BoardRow = Reached;

/// All offices in a quarter.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// The quarter.
    pub milestone: Milestone,
    /// Whether it is frozen.
    pub is_final: bool,
    /// Whether it is under way.
    pub is_current: bool,
    /// The offices: the best first, then by name; those that nobody looked at last.
    pub rows: Vec<BoardRow>,
    /// The sums.
    pub sums: QuarterTotals,
    /// The sums of the frozen quarters before it, and its own, oldest first.
    pub trend: Vec<QuarterTotals>,
    /// The quarters that can be looked at, newest first, with whether each is frozen.
    pub quarters: Vec<(Milestone, bool)>,
}

/// The sums of a quarter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuarterTotals {
    /// The last day of the quarter.
    pub milestone: String,
    /// Offices.
    pub offices: u64,
    /// Offices whose listing was had.
    pub listings: u64,
    /// How many are green, yellow, red and not known.
    pub standings: [u64; 4],
    /// Datasets.
    pub datasets: u64,
    /// Datasets without errors.
    pub valid_datasets: u64,
    /// Addresses of access and downloads.
    pub links: u64,
    /// APIs.
    pub apis: u64,
    /// By how many percent the datasets have grown since the frozen quarter before.
    pub growth_percent: Option<f64>,
}

/// An office with everything about it.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficeDetail {
    /// What it reached.
    pub reached: Reached,
    /// The quarter.
    pub milestone: Milestone,
    /// Whether it is frozen.
    pub is_final: bool,
    /// The office that it is part of.
    pub parent: Option<Office>,
    /// Its bureaus, with what they reached.
    pub bureaus: Vec<BoardRow>,
    /// What it reached in the quarters before and this one, oldest first.
    pub history: Vec<Reached>,
    /// When something was seen that was new, newest first.
    pub looks: Vec<PastLook>,
    /// The first errors of its listing.
    pub errors: Vec<Finding>,
    /// The quarters that can be looked at, newest first, with whether each is frozen.
    pub quarters: Vec<(Milestone, bool)>,
}

/// When something was seen that was new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastLook {
    /// When it was first seen.
    pub at: Timestamp,
    /// When it was last seen.
    pub seen_at: Timestamp,
    /// The standing of the listing.
    pub standing: Standing,
    /// Whether the listing was had.
    pub has_listing: bool,
    /// How many datasets it had.
    pub datasets: u64,
    /// How many of them had errors.
    pub invalid: u64,
}

impl Scorecard<'_> {
    /// All offices in the quarter that ends on a day, or in the one under way.
    pub async fn board(&self, asked: Option<Date>, now: Timestamp) -> Result<Board, Error> {
        let milestone = self.quarter(asked, now)?;
        let name = milestone.date.to_string();
        let frozen = self.frozen_quarter(&name).await?;
        let is_final = frozen.is_some();
        let mut rows = match frozen {
            Some(rows) => rows,
            None => self.open_quarter(&name).await?,
        };
        let key = |row: &BoardRow| {
            let valid = row.facts.listing.valid_percent().unwrap_or(-1.0);
            (row.pdl.standing(), std::cmp::Reverse((valid * 1000.0) as i64))
        };
        rows.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.office.name.cmp(&b.office.name)));
        let mut sums = self.sums(&name, &rows);
        let mut trend: Vec<QuarterTotals> = Vec::new();
        for kept in self.app.store().finals_of(ALL_OFFICES).await?.into_iter().rev() {
            if kept.milestone < name {
                trend.push(read(&kept.reached.document)?);
            }
        }
        for at in 1..trend.len() {
            trend[at].growth_percent = growth_percent(trend[at - 1].datasets, trend[at].datasets);
        }
        sums.growth_percent = trend.last().and_then(|last| growth_percent(last.datasets, sums.datasets));
        trend.push(sums.clone());
        Ok(Board {
            is_current: milestone.date == self.milestones().current(day_of(now)).date,
            quarters: self.quarters(now).await?,
            milestone,
            is_final,
            rows,
            sums,
            trend,
        })
    }

    /// One office in the quarter that ends on a day, or in the one under way.
    pub async fn detail(
        &self,
        name: &str,
        asked: Option<Date>,
        now: Timestamp,
    ) -> Result<OfficeDetail, Error> {
        let offices = self.offices().await?;
        let milestone = self.quarter(asked, now)?;
        let quarter = milestone.date.to_string();
        let office = townhall_metadata::scorecard::find_office(&offices, name)
            .cloned()
            .ok_or_else(|| Error::not_found("office", name))?;
        let store = self.app.store();
        let frozen = self.frozen_quarter(&quarter).await?;
        let is_final = frozen.is_some();
        let rows = match frozen {
            Some(rows) => rows,
            None => self.open_quarter(&quarter).await?,
        };
        let (mut reached, mut bureaus) = (None, Vec::new());
        for row in rows {
            if row.office.id == office.id {
                reached = Some(row);
            } else if row.office.parent.as_deref() == Some(office.id.as_str()) {
                bureaus.push(row);
            }
        }
        let reached = reached.unwrap_or_else(|| Reached {
            office: office.clone(),
            milestone: quarter.clone(),
            ..Reached::default()
        });
        bureaus.sort_by(|a, b| a.office.name.cmp(&b.office.name));
        let mut history: Vec<Reached> = Vec::new();
        let finals = store.finals_of(&office.id).await?;
        for kept in finals.iter().rev().filter(|kept| kept.milestone < quarter) {
            history.push(read(&kept.reached.document)?);
        }
        history.push(reached.clone());
        let looks = store.looks_at(&office.id, SCORECARD_LOOKS_SHOWN_MAX).await?;
        let errors = match is_final {
            true => finals.iter().find(|kept| kept.milestone == quarter).and_then(|kept| kept.reached.errors),
            false => looks.iter().find(|look| look.milestone == quarter).and_then(|look| look.errors),
        };
        let errors = match errors {
            Some(blob) => self.errors(&blob, SCORECARD_ERRORS_SHOWN_MAX).await?,
            None => Vec::new(),
        };
        let looks = looks
            .iter()
            .map(|look| {
                let facts: LookFacts = read(&look.facts)?;
                Ok(PastLook {
                    at: look.at,
                    seen_at: look.seen_at,
                    standing: Standing::of(&look.standing).unwrap_or_default(),
                    has_listing: look.listing.is_some(),
                    datasets: facts.listing.total_records,
                    invalid: facts.listing.error_count,
                })
            })
            .collect::<Result<_, Error>>()?;
        let parent = office.parent.as_ref();
        Ok(OfficeDetail {
            parent: parent.and_then(|parent| offices.iter().find(|office| office.id == *parent)).cloned(),
            quarters: self.quarters(now).await?,
            reached,
            milestone,
            is_final,
            bureaus,
            history,
            looks,
            errors,
        })
    }

    /// The errors that a look kept, at most so many.
    pub(super) async fn errors(
        &self,
        blob: &townhall_model::BlobId,
        limit: usize,
    ) -> Result<Vec<Finding>, Error> {
        let bytes = self.app.blobs().range(blob, 0..ERRORS_READ_BYTES_MAX).await?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).take(limit);
        // The last line may be cut where there are very many.
        Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    /// The offices of a frozen quarter; none when it is not frozen.
    async fn frozen_quarter(&self, milestone: &str) -> Result<Option<Vec<Reached>>, Error> {
        let finals = self.app.store().finals(milestone).await?;
        if finals.is_empty() {
            return Ok(None);
        }
        let offices = finals.iter().filter(|kept| kept.reached.office != ALL_OFFICES);
        offices.map(|kept| read(&kept.reached.document)).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// The offices of a quarter that is not frozen.
    pub(super) async fn open_quarter(&self, milestone: &str) -> Result<Vec<Reached>, Error> {
        let store = self.app.store();
        let looks: HashMap<String, _> =
            store.last_looks(milestone).await?.into_iter().map(|look| (look.office.clone(), look)).collect();
        let mut entries: HashMap<String, Vec<Entered>> = HashMap::new();
        for stored in store.entries(milestone, None).await? {
            entries.entry(stored.entry.office.clone()).or_default().push(stored.into());
        }
        let before = match milestone.parse().ok().and_then(|date: Date| self.milestones().before(date)) {
            Some(before) => self.all_facts(&before.date.to_string()).await?,
            None => HashMap::new(),
        };
        let offices = self.offices().await?;
        offices
            .into_iter()
            .map(|office| {
                let (look, own) = (looks.get(&office.id), entries.remove(&office.id).unwrap_or_default());
                let earlier = before.get(&office.id);
                Reached::of(office, milestone, look, own, earlier)
            })
            .collect()
    }

    /// What was seen last of each office in a quarter.
    async fn all_facts(&self, milestone: &str) -> Result<HashMap<String, LookFacts>, Error> {
        let looks = self.app.store().last_looks(milestone).await?;
        looks.into_iter().map(|look| Ok((look.office, read(&look.facts)?))).collect()
    }

    /// What was seen last of an office in the quarter before one.
    pub(super) async fn facts_before(&self, office: &str, quarter: Date) -> Result<Option<LookFacts>, Error> {
        let Some(before) = self.milestones().before(quarter) else { return Ok(None) };
        let name = before.date.to_string();
        let looks = self.app.store().looks_at(office, SCORECARD_LOOKS_SHOWN_MAX).await?;
        looks.iter().find(|look| look.milestone == name).map(|look| read(&look.facts)).transpose()
    }

    /// The sums of rows.
    pub(super) fn sums(&self, milestone: &str, rows: &[Reached]) -> QuarterTotals {
        let mut sums = QuarterTotals { milestone: milestone.to_owned(), ..QuarterTotals::default() };
        for row in rows {
            sums.add(row);
        }
        sums
    }

    /// The quarters that can be looked at, newest first.
    async fn quarters(&self, now: Timestamp) -> Result<Vec<(Milestone, bool)>, Error> {
        let current = self.milestones().current(day_of(now)).clone();
        let mut quarters = vec![(current, false)];
        for (milestone, is_final) in self.app.store().known_milestones().await? {
            let known = milestone.parse().ok().and_then(|date| self.milestones().on(date));
            match known {
                Some(known) if known.date == quarters[0].0.date => quarters[0].1 = is_final,
                Some(known) => quarters.push((known.clone(), is_final)),
                None => {}
            }
        }
        quarters.sort_by_key(|(milestone, _)| std::cmp::Reverse(milestone.date));
        Ok(quarters)
    }
}

impl QuarterTotals {
    /// Adds an office.
    pub fn add(&mut self, row: &Reached) {
        self.offices += 1;
        let place = Standing::ALL.iter().position(|standing| *standing == row.pdl.standing()).unwrap_or(3);
        self.standings[place] += 1;
        let listing = &row.facts.listing;
        if listing.address.is_there() {
            self.listings += 1;
            self.datasets += listing.total_records;
            self.valid_datasets += listing.valid_count;
            self.links += listing.qa.access_url_total;
            self.apis += listing.qa.api_total;
        }
    }

    /// The sums of some rows.
    pub fn of<'r>(milestone: &str, rows: impl IntoIterator<Item = &'r Reached>) -> Self {
        let mut sums = Self { milestone: milestone.to_owned(), ..Self::default() };
        rows.into_iter().for_each(|row| sums.add(row));
        sums
    }
}

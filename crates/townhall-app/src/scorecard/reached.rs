//! What an office has reached in a quarter: what was seen, what people wrote down, and what comes of both. Frozen as JSON at
//! the end of the quarter, so fields are only ever added.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use townhall_metadata::scorecard::{
    Given, LookFacts, Office, Standing, Verdict, enterprise_inventory, growth_percent, is_best_practice,
    public_listing,
};
use townhall_store::{StoredEntry, StoredLook};

use super::read;
use crate::Error;

/// What an office has reached in a quarter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reached {
    /// The office as it was.
    pub office: Office,
    /// The last day of the quarter.
    pub milestone: String,
    /// When it was last looked at; none if it never was.
    pub last_crawl: Option<Timestamp>,
    /// What was seen.
    pub facts: LookFacts,
    /// The standing of its public listing.
    pub pdl: Judged,
    /// The standing of its inventory.
    pub edi: Judged,
    /// By how many percent the listing has grown since the quarter before.
    pub growth_percent: Option<f64>,
    /// Whether that is an example to others.
    pub is_best_practice: bool,
    /// What people wrote down.
    pub entries: Vec<Entered>,
}

/// A standing with its reasons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Judged {
    /// The name of the standing: green, yellow, red, unknown.
    pub standing: String,
    /// Why.
    pub reasons: Vec<String>,
    /// Who said otherwise than the rubric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overridden: Option<Overridden>,
}

/// Somebody said otherwise than the rubric.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overridden {
    /// What the rubric says.
    pub computed: String,
    /// Why it does not count.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What somebody wrote in a field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entered {
    /// The field.
    pub field: String,
    /// Its value.
    pub value: String,
    /// A note in Markdown.
    pub note: String,
    /// Why it is so.
    pub reason: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Judged {
    fn of(verdict: Verdict, entries: &[Entered], field: &str) -> Self {
        let computed = verdict.standing.name().to_owned();
        let own = entries.iter().find(|entry| entry.field == field && !entry.value.is_empty());
        match own {
            None => Self { standing: computed, reasons: verdict.reasons, overridden: None },
            Some(entry) => Self {
                standing: entry.value.clone(),
                reasons: verdict.reasons,
                overridden: Some(Overridden {
                    computed,
                    reason: entry.reason.clone(),
                    by: entry.by.clone(),
                    at: entry.at,
                }),
            },
        }
    }

    /// The standing.
    pub fn standing(&self) -> Standing {
        Standing::of(&self.standing).unwrap_or_default()
    }
}

impl Reached {
    /// Puts together what was seen in a quarter, what people wrote down, and what was seen in the quarter before.
    pub(super) fn of(
        office: Office,
        milestone: &str,
        look: Option<&StoredLook>,
        entries: Vec<Entered>,
        before: Option<&LookFacts>,
    ) -> Result<Self, Error> {
        let facts: LookFacts = look.map(|look| read(&look.facts)).transpose()?.unwrap_or_default();
        let growth = before
            .filter(|before| look.is_some() && before.listing.address.is_there())
            .and_then(|before| growth_percent(before.listing.total_records, facts.listing.total_records));
        let seen = match look {
            Some(_) => public_listing(&facts, before),
            None => {
                Verdict { standing: Standing::Unknown, reasons: vec!["Nobody has looked yet.".to_owned()] }
            }
        };
        let inventory = enterprise_inventory(&given(&entries), &facts.listing);
        Ok(Self {
            pdl: Judged::of(seen, &entries, "pdl_aggregate_score"),
            edi: Judged::of(inventory, &entries, "edi_aggregate_score"),
            office,
            milestone: milestone.to_owned(),
            last_crawl: look.map(|look| look.seen_at),
            facts,
            growth_percent: growth,
            is_best_practice: is_best_practice(growth),
            entries,
        })
    }

    /// What somebody wrote in a field.
    pub fn entry(&self, field: &str) -> Option<&Entered> {
        self.entries.iter().find(|entry| entry.field == field)
    }

    /// What is counted for a field that people may fill in.
    pub fn counted(&self, field: &str) -> Option<String> {
        let (listing, page) = (&self.facts.listing, &self.facts.page);
        self.last_crawl?;
        let yes = |truth: bool| Some(if truth { "yes" } else { "no" }.to_owned());
        let percent = |value: f64| Some(format!("{}", (value * 10.0).round() / 10.0));
        let share = |part: u64| {
            (listing.total_records > 0).then(|| part as f64 * 100.0 / listing.total_records as f64)
        };
        let links = listing.links.as_ref();
        let of_working = |part: u64| {
            links.filter(|links| links.http_2xx > 0).map(|links| part as f64 * 100.0 / links.http_2xx as f64)
        };
        match field {
            "pdl_listing_exists" => return yes(listing.address.is_there()),
            "pdl_page_exists" => return yes(page.address.is_there()),
            "pdl_page_readable" => return yes(page.is_readable()),
            _ => {}
        }
        if !listing.address.is_there() {
            return None;
        }
        let number = |number: u64| Some(number.to_string());
        let qa = &listing.qa;
        match field {
            "pdl_datasets" => number(listing.total_records),
            "pdl_collections" => number(qa.collections_total),
            "pdl_not_in_collection" => number(qa.non_collection_total),
            "pdl_downloadable" => number(qa.download_url_present),
            "pdl_apis_public" => number(qa.api_public),
            "pdl_apis_restricted" => number(qa.api_restricted),
            "pdl_apis_nonpublic" => number(qa.api_nonpublic),
            "pdl_links" => number(qa.access_url_total),
            "pdl_links_working" => links.and_then(|links| yes(links.broken_percent()? < 20.0)),
            "pdl_links_working_percent" => links.and_then(|links| percent(100.0 - links.broken_percent()?)),
            "pdl_format_match_percent" => percent(100.0 - of_working(links?.format_mismatch)?),
            "pdl_html_percent" => percent(of_working(links?.html)?),
            "pdl_pdf_percent" => percent(of_working(links?.pdf)?),
            "pdl_growth_percent" => self.growth_percent.and_then(percent),
            "pdl_valid_percent" => listing.valid_percent().and_then(percent),
            "pdl_public" => number(qa.access_level_public),
            "pdl_restricted" => number(qa.access_level_restricted),
            "pdl_nonpublic" => number(qa.access_level_nonpublic),
            "pdl_best_practice" => yes(self.is_best_practice),
            "pdl_no_license_percent" => {
                share(listing.total_records.saturating_sub(qa.license_present)).and_then(percent)
            }
            "edi_larger_than_listing" => {
                let datasets: f64 = self.entry("edi_datasets")?.value.parse().ok()?;
                yes(datasets > listing.total_records as f64)
            }
            _ => None,
        }
    }
}

/// What people have said of the inventory.
fn given(entries: &[Entered]) -> Given {
    let value =
        |field: &str| entries.iter().find(|entry| entry.field == field).map(|entry| entry.value.as_str());
    let truth = |field: &str| value(field).filter(|value| !value.is_empty()).map(|value| value == "yes");
    Given {
        datasets: value("edi_datasets").and_then(|value| value.parse().ok()),
        is_updated: truth("edi_updated"),
        has_schedule: truth("edi_schedule_delivered"),
    }
}

impl From<StoredEntry> for Entered {
    fn from(stored: StoredEntry) -> Self {
        let StoredEntry { entry, at, actor, .. } = stored;
        Self { field: entry.field, value: entry.value, note: entry.note, reason: entry.reason, by: actor, at }
    }
}

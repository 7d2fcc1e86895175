//! The verdicts: what the rubric of the dashboard says of an office, and why.

use super::facts::{ListingFacts, LookFacts};

/// Where an office stands. Each has a word, because not everybody sees colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Standing {
    /// All that is asked.
    Green,
    /// A part of it.
    Yellow,
    /// Too little of it.
    Red,
    /// Nobody knows yet.
    #[default]
    Unknown,
}

impl Standing {
    /// Every standing, the best first.
    pub const ALL: [Self; 4] = [Self::Green, Self::Yellow, Self::Red, Self::Unknown];

    /// The name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Unknown => "unknown",
        }
    }

    /// The word for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Green => "On track",
            Self::Yellow => "Partly",
            Self::Red => "Falls short",
            Self::Unknown => "Not known",
        }
    }

    /// The standing of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

/// A standing with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// The standing.
    pub standing: Standing,
    /// Why, in whole sentences, the weightiest first.
    pub reasons: Vec<String>,
}

/// The share of links that may lead to nothing, in percent.
const BROKEN_PERCENT_MAX: f64 = 20.0;

/// The growth from which an office is an example to others, in percent.
const GROWTH_PERCENT_GOOD: f64 = 10.0;

/// The verdict on the public listing. `before` is what was seen in the quarter before.
pub fn public_listing(facts: &LookFacts, before: Option<&LookFacts>) -> Verdict {
    let (listing, page) = (&facts.listing, &facts.page);
    let (mut red, mut yellow) = (Vec::new(), Vec::new());
    let address = &listing.address;
    if address.expected_url.is_empty() {
        return Verdict {
            standing: Standing::Unknown,
            reasons: vec!["Nobody has said where the listing is.".to_owned()],
        };
    }
    if !address.is_there() {
        red.push(match (&address.trouble, address.http_code) {
            (Some(trouble), _) => format!("The listing can't be had: {trouble}."),
            (None, code) => {
                format!("There is no listing at {}: the server answers {code}.", address.expected_url)
            }
        });
    } else if listing.total_records == 0 && !listing.fail.is_empty() {
        red.push(format!("The listing can't be read: {}.", listing.fail[0].trim_end_matches('.')));
    } else if listing.total_records == 0 {
        red.push("The listing has no datasets.".to_owned());
    } else if listing.valid_count == 0 {
        red.push("No dataset of the listing keeps to the schema.".to_owned());
    } else if listing.error_count > 0 {
        yellow.push(format!(
            "{} of {} datasets have errors ({} % are valid).",
            listing.error_count,
            listing.total_records,
            percent(listing.valid_percent().unwrap_or_default())
        ));
    } else if !listing.valid_json {
        yellow.push("The listing is not JSON as it comes; only a patient reader understands it.".to_owned());
    } else if !listing.valid_schema {
        yellow.push("What stands around the datasets does not keep to the schema.".to_owned());
    }
    let of = |facts: &ListingFacts| facts.links.as_ref().and_then(|links| links.broken_percent());
    if let Some(broken) = of(listing).filter(|broken| *broken >= BROKEN_PERCENT_MAX) {
        let again =
            before.and_then(|before| of(&before.listing)).is_some_and(|before| before >= BROKEN_PERCENT_MAX);
        let reason = format!("{} % of the links are broken", percent(broken));
        match again {
            true => red.push(format!("{reason}, as were a fifth or more in the quarter before.")),
            false => yellow.push(format!("{reason}; fewer than 20 % may be.")),
        }
    }
    if !page.address.is_there() {
        yellow.push("There is no page about the data for people.".to_owned());
    } else if !page.is_readable() {
        yellow.push(match page.is_partly_readable() {
            true => {
                "The page about the data has only some of the titles, descriptions and addresses.".to_owned()
            }
            false => "The page about the data does not list the datasets.".to_owned(),
        });
    }
    let standing = match (red.is_empty(), yellow.is_empty()) {
        (false, _) => Standing::Red,
        (true, false) => Standing::Yellow,
        (true, true) => Standing::Green,
    };
    red.append(&mut yellow);
    if standing == Standing::Green {
        red.push(format!(
            "All {} datasets keep to the schema, and people can read the listing at {}.",
            listing.total_records,
            page.address.url.as_deref().unwrap_or(&page.address.expected_url)
        ));
    }
    if listing.links.is_none() && address.is_there() {
        red.push("The links have not been checked.".to_owned());
    }
    Verdict { standing, reasons: red }
}

/// What people have said of the enterprise inventory.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Given {
    /// How many datasets it has.
    pub datasets: Option<f64>,
    /// Whether it was brought up to date this quarter.
    pub is_updated: Option<bool>,
    /// Whether its schedule was delivered.
    pub has_schedule: Option<bool>,
}

/// The verdict on the inventory of all data, public or not, which only the office itself can see whole.
pub fn enterprise_inventory(given: &Given, listing: &ListingFacts) -> Verdict {
    let Some(datasets) = given.datasets else {
        return Verdict {
            standing: Standing::Unknown,
            reasons: vec!["Nobody has said how many datasets the inventory has.".to_owned()],
        };
    };
    let public = listing.total_records as f64;
    if datasets < public {
        return Verdict {
            standing: Standing::Red,
            reasons: vec![format!(
                "The inventory has {datasets} datasets, fewer than the public listing with {public}."
            )],
        };
    }
    let mut reasons = Vec::new();
    if given.is_updated != Some(true) {
        reasons.push("The inventory was not brought up to date this quarter, as far as is known.".to_owned());
    }
    if given.has_schedule == Some(false) {
        reasons.push("The schedule for it was not delivered.".to_owned());
    }
    if reasons.is_empty() {
        let reason = format!(
            "The inventory has {datasets} datasets, of which the public listing has {public}, and is up to date."
        );
        return Verdict { standing: Standing::Green, reasons: vec![reason] };
    }
    Verdict { standing: Standing::Yellow, reasons }
}

/// By how many percent something has grown; none when there was nothing before.
pub fn growth_percent(before: u64, now: u64) -> Option<f64> {
    (before > 0).then(|| (now as f64 - before as f64) / before as f64 * 100.0)
}

/// Whether such growth is an example to others.
pub fn is_best_practice(growth: Option<f64>) -> bool {
    growth.is_some_and(|growth| growth > GROWTH_PERCENT_GOOD)
}

/// A percentage that never says 100 where something is missing, nor 0 where something is there.
fn percent(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    match rounded {
        _ if value < 100.0 && rounded >= 100.0 => "99.9".to_owned(),
        _ if value > 0.0 && rounded <= 0.0 => "0.1".to_owned(),
        _ => format!("{rounded}"),
    }
}

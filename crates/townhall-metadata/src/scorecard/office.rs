//! Offices: agencies and their bureaus, read from a CSV file or shipped as facts.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use townhall_model::{Finding, Position, Severity};
use url::Url;

use super::judge::LISTING_SCHEMAS;
use crate::csv::read_csv_rows;

/// An agency or a part of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Office {
    /// Its name in addresses: `department-of-energy`.
    pub id: String,
    /// The number that it had in a directory elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// Its short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abbreviation: Option<String>,
    /// Its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The id of the office that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Whether it is one of the large agencies of the Chief Financial Officers Act.
    pub cfo_act: bool,
    /// Whether the Office of Management and Budget watches it.
    pub omb_monitored: bool,
    /// The schema that its listing is judged by, one of [`LISTING_SCHEMAS`].
    pub schema: String,
    /// Where its listing is, when not at `/data.json` of its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing_url: Option<String>,
    /// Where the page about its data is, when not at `/data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
    /// Where its digital strategy is, when not at `/digitalstrategy.json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_url: Option<String>,
}

impl Office {
    /// Where its listing should be.
    pub fn listing(&self) -> Option<Url> {
        self.address(self.listing_url.as_deref(), "/data.json")
    }

    /// Where the page about its data should be.
    pub fn page(&self) -> Option<Url> {
        self.address(self.page_url.as_deref(), "/data")
    }

    /// Where its digital strategy should be.
    pub fn strategy(&self) -> Option<Url> {
        self.address(self.strategy_url.as_deref(), "/digitalstrategy.json")
    }

    /// An address of its own, or the path on the host of its website.
    fn address(&self, own: Option<&str>, path: &str) -> Option<Url> {
        if let Some(own) = own {
            return Url::parse(own).ok();
        }
        let mut url = Url::parse(self.website.as_deref()?).ok()?;
        url.set_path(path);
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    }
}

/// The office of this id, number or short name.
pub fn find_office<'o>(offices: &'o [Office], name: &str) -> Option<&'o Office> {
    let by = |matches: &dyn Fn(&Office) -> bool| offices.iter().find(|office| matches(office));
    by(&|office| office.id == name)
        .or_else(|| by(&|office| office.code.as_deref() == Some(name)))
        .or_else(|| {
            by(&|office| office.abbreviation.as_deref().is_some_and(|short| short.eq_ignore_ascii_case(name)))
        })
        .or_else(|| by(&|office| office.name.eq_ignore_ascii_case(name)))
}

/// Name, short name, host, number of the office above, `cfo`, own number: facts of 2013 and later.
const FEDERAL: &str = include_str!("federal.tsv");

/// The offices of the government of the United States, as far as they were known to be watched. Those that the Chief
/// Financial Officers Act names are taken as watched by the Office of Management and Budget.
pub fn federal_offices() -> Vec<Office> {
    let mut raw = Vec::new();
    for line in FEDERAL.lines() {
        let mut cells = line.split('\t').map(|cell| Some(cell.to_owned()).filter(|cell| !cell.is_empty()));
        let mut next = || cells.next().flatten();
        let (name, abbreviation, host, parent) = (next().unwrap_or_default(), next(), next(), next());
        let cfo_act = next().is_some();
        raw.push(Office {
            code: next(),
            name,
            abbreviation,
            website: host.map(|host| format!("https://{host}/")),
            parent,
            cfo_act,
            omb_monitored: cfo_act,
            schema: LISTING_SCHEMAS[0].0.to_owned(),
            ..Office::default()
        });
    }
    named(raw, &mut Vec::new())
}

/// The names of each column: ours first, then those of the dashboard's list of offices.
const COLUMNS: &[&[&str]] = &[
    &["name"],
    &["id"],
    &["abbreviation"],
    &["website", "url"],
    &["parent", "parent_office_id"],
    &["cfo_act", "cfo_act_agency"],
    &["omb_monitored"],
    &["schema"],
    &["listing_url"],
    &["page_url"],
    &["strategy_url"],
];

/// Reads offices from a CSV file. Only `name` is needed; `website` says where to look. Beside it may stand `id`,
/// `abbreviation`, `parent` (id, number or name of another), `cfo_act`, `omb_monitored`, `schema`, `listing_url`,
/// `page_url` and `strategy_url`. The columns of the dashboard's own list (`url`, `parent_office_id`, `cfo_act_agency`)
/// are understood, too. What is wrong with a row is a finding, and its office is kept as far as possible.
///
/// # Errors
///
/// What the input gives, and [`io::ErrorKind::InvalidData`] for a file without a column `name`.
pub fn read_offices(input: impl Read) -> io::Result<(Vec<Office>, Vec<Finding>)> {
    let (mut raw, mut findings) = (Vec::new(), Vec::new());
    let mut places: Option<Vec<Option<usize>>> = None;
    let mut has_name = true;
    let mut line = 0;
    read_csv_rows(input, None, &mut |row| {
        line += 1;
        let Some(places) = &places else {
            let head: Vec<String> =
                row.iter().map(|cell| cell.trim().trim_start_matches('\u{feff}').to_lowercase()).collect();
            let found: Vec<Option<usize>> = COLUMNS
                .iter()
                .map(|names| names.iter().find_map(|name| head.iter().position(|cell| cell == name)))
                .collect();
            has_name = found[0].is_some();
            places = Some(found);
            return if has_name { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
        };
        let cell = |column: usize| {
            let text = row.get(places[column]?)?.trim();
            Some(text.to_owned()).filter(|text| !text.is_empty())
        };
        let Some(name) = cell(0) else {
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                findings.push(finding(
                    "OFFICE-NAME",
                    line,
                    "an office without a name is left out".to_owned(),
                ));
            }
            return ControlFlow::Continue(());
        };
        let mut address = |column: usize, what: &str| {
            let text = cell(column)?;
            let whole = if text.contains("://") { text.clone() } else { format!("https://{text}") };
            let is_good = Url::parse(&whole)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !is_good {
                findings.push(finding(
                    "OFFICE-ADDRESS",
                    line,
                    format!("the {what} of `{name}` is no address: `{text}`"),
                ));
            }
            is_good.then_some(whole)
        };
        let (website, listing_url) = (address(3, "website"), address(8, "listing"));
        let (page_url, strategy_url) = (address(9, "page"), address(10, "digital strategy"));
        let schema = cell(7);
        let is_known =
            schema.as_ref().is_none_or(|schema| LISTING_SCHEMAS.iter().any(|(known, _)| known == schema));
        if !is_known {
            findings.push(finding(
                "OFFICE-SCHEMA",
                line,
                format!("`{}` is no schema for listings", schema.as_deref().unwrap_or_default()),
            ));
        }
        let cfo_act = cell(5).is_some_and(|cell| is_yes(&cell));
        raw.push(Office {
            id: String::new(),
            code: cell(1),
            name,
            abbreviation: cell(2),
            website,
            parent: cell(4),
            cfo_act,
            // The dashboard's list does not say; its large agencies were those watched.
            omb_monitored: cell(6).map_or(cfo_act && places[6].is_none(), |cell| is_yes(&cell)),
            schema: schema.filter(|_| is_known).unwrap_or_else(|| LISTING_SCHEMAS[0].0.to_owned()),
            listing_url,
            page_url,
            strategy_url,
        });
        ControlFlow::Continue(())
    })?;
    if !has_name {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file has no column `name`"));
    }
    let offices = named(raw, &mut findings);
    Ok((offices, findings))
}

fn is_yes(cell: &str) -> bool {
    matches!(cell.to_lowercase().as_str(), "true" | "yes" | "y" | "1" | "x")
}

fn finding(code: &str, line: u64, message: String) -> Finding {
    let mut finding = Finding::new(code, Severity::Warning, message);
    finding.position = Some(Position { line, column: 1 });
    finding
}

/// Gives every office an id, and to those above others in its place. An office above itself is above nothing.
fn named(mut offices: Vec<Office>, findings: &mut Vec<Finding>) -> Vec<Office> {
    let mut taken = HashSet::new();
    for office in &mut offices {
        // An id that is a word is meant for addresses; a number is one of somebody else's directory.
        let own = office.code.as_deref().filter(|code| code.chars().any(char::is_alphabetic)).map(slug);
        let wanted = own.filter(|own| !own.is_empty()).unwrap_or_else(|| slug(&office.name));
        let wanted = if wanted.is_empty() { "office".to_owned() } else { wanted };
        let mut id = wanted.clone();
        for number in 2.. {
            if taken.insert(id.clone()) {
                break;
            }
            id = format!("{wanted}-{number}");
        }
        if office.code.as_deref() == Some(id.as_str()) {
            office.code = None;
        }
        office.id = id;
    }
    let mut known: HashMap<String, String> = HashMap::new();
    for office in &offices {
        for name in [Some(&office.name), office.code.as_ref(), Some(&office.id)].into_iter().flatten() {
            known.insert(name.to_lowercase(), office.id.clone());
        }
    }
    let mut parents: HashMap<String, String> = HashMap::new();
    for office in &mut offices {
        let Some(asked) = office.parent.take() else { continue };
        match known.get(&asked.to_lowercase()) {
            Some(parent) if !leads_to(&parents, parent, &office.id) => {
                parents.insert(office.id.clone(), parent.clone());
                office.parent = Some(parent.clone());
            }
            Some(_) => findings.push(Finding::new(
                "OFFICE-PARENT",
                Severity::Warning,
                format!("`{}` would be a part of itself", office.name),
            )),
            None => findings.push(Finding::new(
                "OFFICE-PARENT",
                Severity::Warning,
                format!("`{}` is said to be a part of `{asked}`, which is not there", office.name),
            )),
        }
    }
    offices
}

/// Whether the way up from an office comes by another.
fn leads_to(parents: &HashMap<String, String>, from: &str, to: &str) -> bool {
    let mut at = from;
    loop {
        if at == to {
            return true;
        }
        match parents.get(at) {
            Some(next) => at = next,
            None => return false,
        }
    }
}

/// Small letters, digits and hyphens.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            '\'' | '.' => {}
            _ if !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
            _ => {}
        }
        if slug.len() >= 80 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

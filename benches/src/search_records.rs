//! Makes any number of realistic records by mixing those of real catalogues; the same seed gives the same records.
//!
//! Titles, sentences, keywords, publishers, themes, licences and access levels are real and recombined. Names of
//! places and stations, column names and identifiers are made up, so that the vocabulary has the long tail that
//! half a million real records would have.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};
use townhall_model::RecordId;
use townhall_search::{IndexDocument, Named};
use uuid::Uuid;

/// What real catalogues offer to be mixed.
pub struct Source {
    records: Vec<Base>,
    themes: Vec<String>,
    licenses: Vec<String>,
}

/// What is used of one real record.
struct Base {
    title: Vec<String>,
    sentences: Vec<String>,
    keywords: Vec<String>,
    publisher: String,
    access_level: String,
    formats: Vec<String>,
}

impl Source {
    /// Reads every `*.json` catalogue in a folder, in the order of their names.
    ///
    /// # Errors
    /// When there is none, or one can't be read.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let listing =
            std::fs::read_dir(folder).with_context(|| format!("no catalogues in `{}`", folder.display()))?;
        let mut files: Vec<_> = listing.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let mut source = Self { records: Vec::new(), themes: Vec::new(), licenses: Vec::new() };
        let (mut themes, mut licenses) = (BTreeSet::new(), BTreeSet::new());
        for file in files {
            let catalogue: Value = serde_json::from_slice(&std::fs::read(&file)?)
                .with_context(|| format!("`{}` is not JSON", file.display()))?;
            for dataset in catalogue["dataset"].as_array().into_iter().flatten() {
                themes.extend(texts(&dataset["theme"]));
                licenses.extend(dataset["license"].as_str().map(str::to_owned));
                source.records.push(Base::new(dataset));
            }
        }
        source.themes = themes.into_iter().collect();
        source.licenses = licenses.into_iter().collect();
        anyhow::ensure!(!source.records.is_empty(), "no datasets in `{}`", folder.display());
        Ok(source)
    }

    /// How many real records there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none; never after reading.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The n-th record.
    pub fn record(&self, number: u64) -> IndexDocument {
        let mut dice = Dice::new(number);
        let (first, second) = (dice.pick(&self.records), dice.pick(&self.records));
        let third = dice.pick(&self.records);
        let state = dice.pick(STATES);
        let place = made_up_name(&mut dice);

        let mut title = mixed(&first.title, &second.title, &mut dice);
        if dice.one_in(3) {
            title = format!(
                "{title}, {}",
                if dice.one_in(2) { state.0.to_owned() } else { format!("{place} County") }
            );
        }
        if dice.one_in(5) {
            title = format!("{title} {}", 1990 + dice.below(36));
        }
        let mut sentences: Vec<String> = Vec::new();
        for base in [first, first, second, third].into_iter().take(1 + dice.below(4) as usize) {
            sentences.extend((!base.sentences.is_empty()).then(|| dice.pick(&base.sentences).clone()));
        }
        if dice.one_in(4) {
            sentences.push(format!("Collected at {place} station in {}.", state.0));
        }
        let mut keywords = first.keywords.clone();
        keywords.extend(second.keywords.iter().take(dice.below(3) as usize).cloned());
        if dice.one_in(10) {
            keywords.push(place.to_lowercase());
        }
        let office = OFFICES[dice.skewed(OFFICES.len() as u64) as usize];
        let publisher = first.publisher.clone();
        let organization = format!("{publisher}{office}");
        let topics = (0..dice.below(3)).map(|_| &self.themes[dice.skewed(self.themes.len() as u64) as usize]);
        let topics = topics.map(|theme| Named::new(slug(theme), theme)).collect();
        let license = &self.licenses[dice.skewed(self.licenses.len() as u64) as usize];
        let columns = if dice.one_in(2) { columns(&mut dice) } else { Vec::new() };
        let first_day = 7_000 + dice.below(12_000) as i32;
        let temporal = dice.one_in(2).then(|| (first_day, first_day + dice.below(3_000) as i32));
        let changed = 1_600_000_000 + dice.below(170_000_000) as i64;
        let years = match temporal {
            Some((from, to)) => (year(from)..=year(to)).collect(),
            None => vec![year((changed / 86_400) as i32)],
        };
        let formats = if first.formats.is_empty() { vec!["CSV".to_owned()] } else { first.formats.clone() };
        let has_table = !columns.is_empty();
        IndexDocument {
            revision: 1,
            slug: format!("{}-{number}", slug(&title)),
            description: sentences.join(" "),
            display: json!({
                "organization": organization,
                "access_level": first.access_level,
                "formats": formats,
                "modified": changed,
                "identifier": format!("{}-{number:07}", slug(&publisher)),
            }),
            keywords,
            organization: Some(Named::new(slug(&organization), organization)),
            publisher,
            topics,
            columns,
            identifier: format!("GOV-{:08X}-{number:07}", dice.below(1 << 32)),
            license: Some(Named::new(slug(license), license.as_str())),
            access_level: first.access_level.clone(),
            kind: if dice.one_in(20) { "service".to_owned() } else { "dataset".to_owned() },
            has_download: !dice.one_in(5),
            has_api: dice.one_in(4),
            has_map: dice.one_in(5),
            has_table,
            bbox: bbox(state, &mut dice),
            places: vec![state.0.to_owned()],
            temporal,
            issued: dice.one_in(2).then(|| changed - 50_000_000),
            modified: Some(changed - dice.below(10_000_000) as i64),
            changed: Some(changed),
            years,
            formats,
            title,
            ..IndexDocument::new(RecordId::from_uuid(Uuid::from_u64_pair(dice.next(), number)))
        }
    }
}

impl Base {
    fn new(dataset: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let formats: BTreeSet<String> = dataset["distribution"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|file| file["format"].as_str().or(file["mediaType"].as_str()))
            .map(|format| format.rsplit('/').next().unwrap_or(format).to_uppercase())
            .filter(|format| format.len() < 20)
            .collect();
        Self {
            title: text(&dataset["title"]).split_whitespace().map(str::to_owned).collect(),
            sentences: text(&dataset["description"])
                .split_inclusive(". ")
                .map(|sentence| sentence.trim().to_owned())
                .filter(|sentence| sentence.len() > 10)
                .collect(),
            keywords: texts(&dataset["keyword"]),
            publisher: text(&dataset["publisher"]["name"]),
            access_level: text(&dataset["accessLevel"]),
            formats: formats.into_iter().collect(),
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// The first part of one title and the last of another.
fn mixed(first: &[String], second: &[String], dice: &mut Dice) -> String {
    let head = &first[..first.len() - dice.below(first.len() as u64 / 2 + 1) as usize];
    let tail = &second[dice.below(second.len() as u64 + 1) as usize..];
    let words: Vec<&str> = head.iter().chain(tail.iter().take(6)).map(String::as_str).collect();
    words.join(" ")
}

fn columns(dice: &mut Dice) -> Vec<String> {
    let count = 3 + dice.below(18);
    (0..count)
        .map(|_| {
            let (what, how) = (dice.pick(COLUMN_WORDS), dice.pick(COLUMN_ENDS));
            if dice.one_in(8) { format!("{what}_{how}_{}", dice.below(40)) } else { format!("{what}_{how}") }
        })
        .collect()
}

fn bbox(state: &(&str, [f64; 4]), dice: &mut Dice) -> Option<[f64; 4]> {
    let [west, south, east, north] = state.1;
    match dice.below(10) {
        0..4 => None,
        4 => Some([-125.0, 24.0, -66.0, 49.0]),
        5..7 => Some(state.1),
        _ => {
            let mut side = |from: f64, to: f64| {
                let start = from + (to - from) * dice.below(1_000) as f64 / 1_000.0;
                (start, start + (to - start) * dice.below(1_000) as f64 / 1_000.0)
            };
            let (west, east) = if west > east { (west, east) } else { side(west, east) };
            let (south, north) = side(south, north);
            Some([west, south, east, north])
        }
    }
}

/// The key of a name.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().take(80) {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn year(day: i32) -> i32 {
    1970 + (f64::from(day) / 365.2425) as i32
}

fn made_up_name(dice: &mut Dice) -> String {
    let mut name = String::new();
    for _ in 0..2 + dice.below(2) {
        name.push_str(dice.pick::<&str>(SYLLABLES));
    }
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A small generator of numbers (SplitMix64), so that the records never change with a dependency.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed_0f70_4a11)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// Small numbers are much more likely than great ones, as popularity goes.
    fn skewed(&mut self, end: u64) -> u64 {
        let chance = self.below(1_000_000) as f64 / 1_000_000.0;
        ((chance * chance * chance) * end as f64) as u64
    }

    fn one_in(&mut self, end: u64) -> bool {
        self.below(end) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

const OFFICES: &[&str] = &[
    "",
    ", Office of the Chief Data Officer",
    ", Region 1",
    ", Region 2",
    ", Region 3",
    ", Office of Research",
    ", Office of Statistics",
    ", Field Operations",
    ", Office of Planning",
];
const COLUMN_WORDS: &[&str] = &[
    "county",
    "facility",
    "provider",
    "hospital",
    "patient",
    "school",
    "district",
    "water",
    "energy",
    "price",
    "production",
    "emission",
    "permit",
    "contract",
    "vendor",
    "salary",
    "employee",
    "vehicle",
    "claim",
    "payment",
    "latitude",
    "longitude",
    "population",
    "income",
    "inspection",
    "violation",
    "sample",
    "site",
    "station",
    "county_fips",
];
const COLUMN_ENDS: &[&str] = &[
    "id", "name", "code", "date", "year", "count", "total", "rate", "amount", "type", "status", "pct",
    "flag", "desc",
];
const SYLLABLES: &[&str] = &[
    "al", "ba", "bel", "bor", "ca", "cor", "da", "del", "dor", "el", "fal", "far", "ga", "gal", "har", "hol",
    "is", "ka", "kel", "la", "lin", "lor", "ma", "mar", "mon", "na", "nor", "ol", "or", "pa", "per", "ra",
    "ren", "ro", "sa", "sel", "sha", "sol", "ta", "tar", "ter", "ton", "va", "vel", "ver", "wa", "wes",
    "win", "yo", "zan", "field", "ford", "ville", "burg", "mouth", "stead", "wick", "dale", "brook", "crest",
    "haven", "ridge",
];
/// Names of states and roughly where they lie; Alaska crosses the antimeridian.
const STATES: &[(&str, [f64; 4])] = &[
    ("Alabama", [-88.5, 30.2, -84.9, 35.0]),
    ("Alaska", [172.4, 51.2, -129.9, 71.4]),
    ("Arizona", [-114.8, 31.3, -109.0, 37.0]),
    ("California", [-124.4, 32.5, -114.1, 42.0]),
    ("Colorado", [-109.1, 37.0, -102.0, 41.0]),
    ("Florida", [-87.6, 24.5, -80.0, 31.0]),
    ("Georgia", [-85.6, 30.4, -80.8, 35.0]),
    ("Hawaii", [-160.2, 18.9, -154.8, 22.2]),
    ("Illinois", [-91.5, 37.0, -87.5, 42.5]),
    ("Kansas", [-102.1, 37.0, -94.6, 40.0]),
    ("Louisiana", [-94.0, 28.9, -88.8, 33.0]),
    ("Maine", [-71.1, 43.0, -66.9, 47.5]),
    ("Maryland", [-79.5, 37.9, -75.0, 39.7]),
    ("Michigan", [-90.4, 41.7, -82.4, 48.3]),
    ("Minnesota", [-97.2, 43.5, -89.5, 49.4]),
    ("Montana", [-116.1, 44.4, -104.0, 49.0]),
    ("Nevada", [-120.0, 35.0, -114.0, 42.0]),
    ("New Mexico", [-109.1, 31.3, -103.0, 37.0]),
    ("New York", [-79.8, 40.5, -71.9, 45.0]),
    ("Ohio", [-84.8, 38.4, -80.5, 42.0]),
    ("Oregon", [-124.6, 42.0, -116.5, 46.3]),
    ("Pennsylvania", [-80.5, 39.7, -74.7, 42.3]),
    ("Texas", [-106.6, 25.8, -93.5, 36.5]),
    ("Utah", [-114.1, 37.0, -109.0, 42.0]),
    ("Virginia", [-83.7, 36.5, -75.2, 39.5]),
    ("Washington", [-124.8, 45.5, -116.9, 49.0]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_gives_the_same_record_and_another_gives_another() {
        let dataset =
            json!({ "title": "A B C", "description": "One sentence here. Another one.", "keyword": ["x"] });
        let source = Source {
            records: vec![Base::new(&dataset)],
            themes: vec!["T".to_owned()],
            licenses: vec!["L".to_owned()],
        };
        assert_eq!(source.record(7), source.record(7));
        assert_ne!(source.record(7).id, source.record(8).id);
    }
}

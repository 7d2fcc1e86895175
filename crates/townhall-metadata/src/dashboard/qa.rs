//! What the dashboard counted in each file.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeSet, HashSet};
use std::hash::BuildHasher;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::limits::CODES_MAX;

/// The counts of a file, by the dashboard's names. Those it had from asking servers are not among them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DashboardQa {
    /// The program codes, each once.
    #[serde(rename = "programCodes")]
    pub program_codes: BTreeSet<String>,
    /// The bureau codes, each once.
    #[serde(rename = "bureauCodes")]
    pub bureau_codes: BTreeSet<String>,
    /// Datasets that are `public`.
    #[serde(rename = "accessLevel_public")]
    pub access_level_public: u64,
    /// Datasets that are `restricted public`.
    #[serde(rename = "accessLevel_restricted")]
    pub access_level_restricted: u64,
    /// Datasets that are `non-public`.
    #[serde(rename = "accessLevel_nonpublic")]
    pub access_level_nonpublic: u64,
    /// Datasets with a URL where data or access to it can be had.
    #[serde(rename = "accessURL_present")]
    pub access_url_present: u64,
    /// Such URLs: of access and of downloads.
    #[serde(rename = "accessURL_total")]
    pub access_url_total: u64,
    /// Datasets with a URL of a download.
    #[serde(rename = "downloadURL_present")]
    pub download_url_present: u64,
    /// URLs of downloads.
    #[serde(rename = "downloadURL_total")]
    pub download_url_total: u64,
    /// Distributions that give access by an API: the format says so.
    #[serde(rename = "API_total")]
    pub api_total: u64,
    /// Those of public datasets.
    #[serde(rename = "API_public")]
    pub api_public: u64,
    /// Those of restricted datasets.
    #[serde(rename = "API_restricted")]
    pub api_restricted: u64,
    /// Those of datasets that are not public.
    #[serde(rename = "API_nonpublic")]
    pub api_nonpublic: u64,
    /// Collections: different values of `isPartOf`.
    pub collections_total: u64,
    /// Datasets that are part of no collection.
    pub non_collection_total: u64,
    /// Datasets whose license is a URL.
    pub license_present: u64,
    /// Datasets in which something is redacted.
    pub redaction_present: u64,
    /// Those of them without `rights`, which would say why.
    pub redaction_no_explanation: u64,
    /// Datasets.
    pub total_records: u64,
}

/// Counts dataset by dataset.
#[derive(Debug, Default)]
pub struct Counter {
    /// What was counted so far.
    pub qa: DashboardQa,
    /// A keyed hash of each collection, so that memory stays small in a file of many.
    collections: HashSet<u64>,
    hasher: RandomState,
}

impl Counter {
    /// Counts a dataset.
    pub fn dataset(&mut self, dataset: &Map<String, Value>) {
        let field = |name: &str| dataset.get(name).unwrap_or(&Value::Null);
        let qa = &mut self.qa;
        qa.total_records += 1;
        codes(&mut qa.program_codes, field("programCode"));
        codes(&mut qa.bureau_codes, field("bureauCode"));
        let level = field("accessLevel").as_str().unwrap_or_default();
        match level {
            "public" => qa.access_level_public += 1,
            "restricted public" => qa.access_level_restricted += 1,
            "non-public" => qa.access_level_nonpublic += 1,
            _ => {}
        }
        if is_empty(field("isPartOf")) {
            qa.non_collection_total += 1;
        } else {
            self.collections.insert(self.hasher.hash_one(field("isPartOf").to_string()));
            qa.collections_total = self.collections.len() as u64;
        }
        qa.license_present += u64::from(is_url(field("license")));
        if dataset.values().any(is_redacted) {
            qa.redaction_present += 1;
            qa.redaction_no_explanation += u64::from(is_empty(field("rights")));
        }
        qa.distributions(field("distribution"), level);
    }

    /// Counts something in the place of a dataset that can't be read as one.
    pub fn refused(&mut self) {
        self.qa.total_records += 1;
        self.qa.non_collection_total += 1;
    }
}

impl DashboardQa {
    fn distributions(&mut self, list: &Value, level: &str) {
        let (mut access, mut download) = (0, 0);
        for distribution in list.as_array().into_iter().flatten() {
            if is_url(&distribution["accessURL"]) {
                access += 1;
                let format = distribution["format"].as_str().unwrap_or_default();
                if format.eq_ignore_ascii_case("api") {
                    self.api_total += 1;
                    match level {
                        "public" => self.api_public += 1,
                        "restricted public" => self.api_restricted += 1,
                        "non-public" => self.api_nonpublic += 1,
                        _ => {}
                    }
                }
            }
            download += u64::from(is_url(&distribution["downloadURL"]));
        }
        self.access_url_present += u64::from(access + download > 0);
        self.access_url_total += access + download;
        self.download_url_present += u64::from(download > 0);
        self.download_url_total += download;
    }
}

/// Adds codes, of which there are few hundred in the world.
fn codes(known: &mut BTreeSet<String>, value: &Value) {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for code in list.iter().filter_map(Value::as_str) {
        if known.len() < CODES_MAX && !code.is_empty() {
            known.insert(code.chars().take(40).collect());
        }
    }
}

/// What the dashboard took for a value that is not there.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty() || text == "0",
        Value::Array(list) => list.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
        _ => false,
    }
}

/// Whether it is a whole URL, in the letters that a URL may have.
fn is_url(value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    text.bytes().all(|byte| byte.is_ascii_graphic())
        && text.contains("://")
        && Url::parse(text).is_ok_and(|url| url.has_host())
}

/// Whether a text anywhere in it has the mark of a redaction.
fn is_redacted(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("[[REDACTED-EX"),
        Value::Array(list) => list.iter().any(is_redacted),
        Value::Object(map) => map.values().any(is_redacted),
        _ => false,
    }
}

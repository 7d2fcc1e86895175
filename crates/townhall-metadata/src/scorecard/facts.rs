//! What was seen of an office on one day. Kept as JSON, so fields are only ever added, each with what it was before.

use serde::{Deserialize, Serialize};

use crate::DashboardQa;

/// Everything that was seen of an office.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LookFacts {
    /// Its listing, `/data.json`.
    pub listing: ListingFacts,
    /// The page about its data, `/data`.
    pub page: PageFacts,
    /// Its `/digitalstrategy.json`.
    pub strategy: StrategyFacts,
}

/// What a server said of an address.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressFacts {
    /// Where it should be.
    pub expected_url: String,
    /// Where the redirects ended.
    pub url: Option<String>,
    /// How many redirects there were.
    pub redirect_count: u64,
    /// The status; 0 when nothing was answered.
    pub http_code: u16,
    /// The media type, as sent.
    pub content_type: Option<String>,
    /// Whether that is the media type that it should be, in UTF-8 where it names a charset.
    pub is_expected_type: bool,
    /// When it changed, as the server says.
    pub filetime: Option<String>,
    /// Its bytes.
    pub download_content_length: Option<u64>,
    /// The version that the server named, to be asked for changes only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Why nothing was had, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

impl AddressFacts {
    /// Whether something is there.
    pub fn is_there(&self) -> bool {
        (200..300).contains(&self.http_code) && self.trouble.is_none()
    }
}

/// A listing: what the server said, and what is in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListingFacts {
    /// What the server said.
    #[serde(flatten)]
    pub address: AddressFacts,
    /// Whether it is JSON as it came.
    pub valid_json: bool,
    /// Whether it keeps to its schema.
    pub valid_schema: bool,
    /// The schema that it was judged by.
    pub schema_version: String,
    /// Datasets with errors.
    pub error_count: u64,
    /// Datasets.
    pub total_records: u64,
    /// Datasets without errors.
    pub valid_count: u64,
    /// Errors in all, those around the datasets too.
    pub errors_total: u64,
    /// What kept the file from being read, and what is wrong around its datasets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fail: Vec<String>,
    /// What is counted in it.
    pub qa: DashboardQa,
    /// What became of its links; absent until they were checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<LinkCounts>,
}

impl ListingFacts {
    /// The share of datasets without errors, from 0 to 100; none without datasets.
    pub fn valid_percent(&self) -> Option<f64> {
        (self.total_records > 0).then(|| self.valid_count as f64 * 100.0 / self.total_records as f64)
    }
}

/// What became of the links of a listing, by the dashboard's names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkCounts {
    /// Links that worked.
    pub http_2xx: u64,
    /// Links that led elsewhere.
    pub http_3xx: u64,
    /// Links that the server refused.
    pub http_4xx: u64,
    /// Links at which the server failed.
    pub http_5xx: u64,
    /// Links where nobody answered. The dashboard never counted any of these.
    pub http_0: u64,
    /// PDF files.
    pub pdf: u64,
    /// Pages where a file was promised.
    pub html: u64,
    /// Files of another format than promised.
    pub format_mismatch: u64,
}

impl LinkCounts {
    /// All that were looked at.
    pub fn total(&self) -> u64 {
        self.http_2xx + self.http_3xx + self.http_4xx + self.http_5xx + self.http_0
    }

    /// Those that lead to nothing.
    pub fn broken(&self) -> u64 {
        self.http_4xx + self.http_5xx + self.http_0
    }

    /// The share that leads to nothing, from 0 to 100.
    pub fn broken_percent(&self) -> Option<f64> {
        (self.total() > 0).then(|| self.broken() as f64 * 100.0 / self.total() as f64)
    }
}

/// The page about the data, and whether a person can read the listing there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageFacts {
    /// What the server said.
    #[serde(flatten)]
    pub address: AddressFacts,
    /// Whether it is a page.
    pub is_html: bool,
    /// Datasets of the listing that were looked for.
    pub looked_for: u64,
    /// Those whose title is on the page.
    pub titles: u64,
    /// Those whose description begins there.
    pub descriptions: u64,
    /// Those of which an address is there.
    pub addresses: u64,
    /// Links to data files on it.
    pub data_links: u64,
}

impl PageFacts {
    /// How many entries make a listing that a person can read: enough to see that it is one.
    const ENOUGH: u64 = 5;

    /// Whether titles, descriptions and addresses of datasets are on it. A page may show the first of many.
    pub fn is_readable(&self) -> bool {
        let enough = self.looked_for.clamp(1, Self::ENOUGH);
        self.titles >= enough && self.descriptions >= enough && self.addresses >= enough
    }

    /// Whether something of that is on it.
    pub fn is_partly_readable(&self) -> bool {
        self.titles > 0 || self.descriptions > 0 || self.addresses > 0 || self.data_links >= Self::ENOUGH
    }
}

/// What an office says of its digital strategy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StrategyFacts {
    /// What the server said.
    #[serde(flatten)]
    pub address: AddressFacts,
    /// Whether it is JSON.
    pub valid_json: bool,
    /// When it was made, as it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
    /// Whose it is, as it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// Its items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<StrategyItem>,
}

/// An item of a digital strategy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StrategyItem {
    /// Its number, such as `1.2.4`.
    pub id: String,
    /// What is to be done.
    pub text: String,
    /// How far it is.
    pub status: Option<String>,
    /// What else is said of it: label and words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_an_earlier_release_can_be_read() {
        let old: LookFacts = serde_json::from_str(r#"{"listing": {"http_code": 200}}"#).unwrap();
        assert!(old.listing.address.is_there());
        assert_eq!(old.listing.valid_percent(), None);
        let text = serde_json::to_string(&old).unwrap();
        assert_eq!(serde_json::from_str::<LookFacts>(&text).unwrap(), old);
    }

    #[test]
    fn links_that_nobody_answers_are_broken() {
        let links = LinkCounts { http_2xx: 6, http_4xx: 2, http_0: 2, ..LinkCounts::default() };
        assert_eq!(links.broken_percent(), Some(40.0));
        assert_eq!(LinkCounts::default().broken_percent(), None);
    }
}

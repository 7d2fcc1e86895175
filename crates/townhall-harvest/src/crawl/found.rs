//! Files that were met, and which of them are data.

use serde::{Deserialize, Serialize};
use townhall_model::record::format_label;
use url::Url;

/// A file that was met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundFile {
    /// Its address.
    pub url: String,
    /// The label of its format, by its first bytes where they tell.
    pub format: String,
    /// What is packed inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
    /// What its server says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Its size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// When it changed, as its server says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// The words that led to it.
    #[serde(default)]
    pub text: String,
    /// The title of the page that led to it.
    #[serde(default)]
    pub page_title: String,
    /// How that page describes itself.
    #[serde(default)]
    pub page_description: String,
    /// The address of that page.
    #[serde(default)]
    pub page: String,
}

impl FoundFile {
    /// Whether it is data that programs can read, not a paper.
    pub fn is_data(&self) -> bool {
        is_data_label(&self.format) || (self.inside.as_deref().is_some_and(is_data_label))
    }
}

/// Formats that programs read rows, places or values from.
const DATA: [&str; 32] = [
    "CSV",
    "TSV",
    "XLSX",
    "XLS",
    "ODS",
    "JSON",
    "JSONL",
    "GEOJSON",
    "TOPOJSON",
    "JSON-LD",
    "XML",
    "KML",
    "KMZ",
    "GML",
    "SHP",
    "GDB",
    "GPKG",
    "PARQUET",
    "NETCDF",
    "HDF",
    "GEOTIFF",
    "SAS",
    "SPSS",
    "STATA",
    "MDB",
    "SQLITE",
    "DBF",
    "RDF",
    "TTL",
    "N-TRIPLES",
    "ARROW",
    "AVRO",
];

/// Formats that are listed besides, because data may be in them.
const PERHAPS: [&str; 8] = ["ZIP", "GZIP", "TAR", "7Z", "PDF", "TXT", "TIFF", "BZIP2"];

/// Whether a format is data that programs can read.
pub fn is_data_label(label: &str) -> bool {
    DATA.contains(&label)
}

/// Names of files that sites have for themselves.
const OWN_NAMES: [&str; 12] = [
    "manifest.json",
    "site.webmanifest",
    "package.json",
    "composer.json",
    "opensearch.xml",
    "browserconfig.xml",
    "robots.txt",
    "humans.txt",
    "ads.txt",
    "security.txt",
    "crossdomain.xml",
    "data.json",
];

/// Whether a file of this format at this address is listed.
pub(crate) fn is_listed(url: &Url, label: &str) -> bool {
    let path = url.path().to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_own = OWN_NAMES.contains(&name)
        || (name.starts_with("sitemap")
            && (name.ends_with(".xml") || name.ends_with(".xml.gz") || name.ends_with(".txt")))
        || path.contains("/wp-json/")
        || path.contains("/wp-includes/");
    !is_own && (DATA.contains(&label) || PERHAPS.contains(&label))
}

/// The label of the file that an address names, if it names one that is listed.
pub(crate) fn named_file(url: &Url) -> Option<String> {
    let mut plain = url.clone();
    plain.set_query(None);
    let label = format_label(None, None, Some(plain.as_str()))?;
    is_listed(url, &label).then_some(label)
}

/// Ends of names that neither lead on nor hold data.
const IDLE: [&str; 26] = [
    ".css", ".js", ".mjs", ".map", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp", ".woff",
    ".woff2", ".ttf", ".eot", ".mp3", ".mp4", ".avi", ".mov", ".wmv", ".doc", ".docx", ".ppt", ".pptx",
    ".exe", ".dmg",
];

/// Whether an address is worth no visit.
pub(crate) fn is_idle(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    IDLE.iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names_and_a_site_s_own_are_left_out() {
        let named = |url: &str| named_file(&url.parse().unwrap());
        assert_eq!(named("https://a.gov/x/permits.CSV?download=1").as_deref(), Some("CSV"));
        assert_eq!(named("https://a.gov/roads.zip").as_deref(), Some("ZIP"));
        assert_eq!(named("https://a.gov/report.pdf").as_deref(), Some("PDF"));
        for other in [
            "https://a.gov/data.json",
            "https://a.gov/sitemap-2.xml",
            "https://a.gov/",
            "https://a.gov/page.html",
        ] {
            assert_eq!(named(other), None, "{other}");
        }
        assert!(is_idle(&"https://a.gov/logo.PNG".parse().unwrap()));
    }
}

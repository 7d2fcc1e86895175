//! Ways to the data: what an online resource is, by its function, its protocol and its address, in that order.

use serde_json::{Value, json};
use townhall_model::record::{format_label, media_type_of};
use url::Url;

use super::draft::Draft;

/// An online resource.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its address.
    pub url: String,
    /// What it is called.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// How it is spoken to: `OGC:WMS`, `WWW:DOWNLOAD-1.0-http--download`, `https`.
    pub protocol: Option<String>,
    /// What for, as a code of ISO 19115: `download`, `information`.
    pub function: Option<String>,
    /// The format of what is there.
    pub format: Option<String>,
    /// Its size in bytes.
    pub bytes: Option<u64>,
}

impl Link {
    /// Whether it has this function.
    pub fn is_for(&self, function: &str) -> bool {
        self.function.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(function))
    }
}

/// An address that a browser or a harvester can follow; nothing for paths, mail and words, which is told.
pub fn address(draft: &mut Draft, text: &str) -> Option<String> {
    let text = text.trim();
    let is_followed = |url: &Url| matches!(url.scheme(), "http" | "https" | "ftp" | "ftps" | "sftp" | "s3");
    // Spaces in an address are a slip of the hand that every browser forgives.
    let url = if text.contains(' ') && !text.contains("://") { None } else { Url::parse(text).ok() };
    match url.filter(is_followed) {
        Some(url) if text.contains(char::is_whitespace) => Some(url.to_string()),
        Some(_) => Some(text.to_owned()),
        None => {
            let message = "the address of an online resource is none and was left out";
            draft.warn("READ-XML-LINK", "distribution", message, text, "write an address with https://");
            None
        }
    }
}

/// The services that addresses and protocols give away, with the format that is told.
const SERVICES: &[(&str, &str)] = &[
    ("wmts", "WMTS"),
    ("wms", "WMS"),
    ("wfs", "WFS"),
    ("wcs", "WCS"),
    ("wps", "WPS"),
    ("csw", "CSW"),
    ("sos", "SOS"),
];

const ARCGIS: &str = "ArcGIS GeoServices REST API";

/// The service that a resource is, if it is one.
pub fn service(link: &Link) -> Option<&'static str> {
    let protocol = link.protocol.as_deref().unwrap_or_default().to_ascii_lowercase();
    let by_words = |text: &str| {
        let words = || text.split(|letter: char| !letter.is_ascii_alphanumeric());
        SERVICES.iter().find(|(word, _)| words().any(|own| own == *word)).map(|(_, format)| *format)
    };
    if protocol.contains("esri") || protocol.contains("arcgis") {
        return Some(ARCGIS);
    }
    if protocol.contains("opendap") || protocol.contains("dods") || protocol.contains("erddap") {
        return Some("OPeNDAP").filter(|_| !protocol.contains("erddap")).or(Some("API"));
    }
    if let Some(format) = by_words(&protocol) {
        return Some(format);
    }
    let url = link.url.to_ascii_lowercase();
    if url.contains("/rest/services/")
        || ["/mapserver", "/featureserver", "/imageserver"].iter().any(|end| url.ends_with(end))
    {
        return Some(ARCGIS);
    }
    if let Some((_, query)) = url.split_once("service=") {
        let name = query.split('&').next().unwrap_or_default();
        if let Some(format) = by_words(name) {
            return Some(format);
        }
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    if url.contains("getcapabilities") {
        return by_words(path).or(Some("API"));
    }
    if path.contains("/dodsc/") && !path.ends_with(".html") {
        return Some("OPeNDAP");
    }
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    SERVICES
        .iter()
        .find(|(word, _)| last == *word || last == format!("{word}server"))
        .map(|(_, format)| *format)
}

/// Whether an address asks a service for data, so that what comes is a file.
fn asks_for_data(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    ["request=getfeature&", "request=getcoverage", "request=getmap"]
        .iter()
        .any(|word| format!("{url}&").contains(word))
}

/// What a resource is as a distribution.
pub fn distribution(link: &Link) -> Value {
    let function = link.function.as_deref().unwrap_or_default().to_ascii_lowercase();
    let protocol = link.protocol.as_deref().unwrap_or_default().to_ascii_lowercase();
    let service = service(link).filter(|_| !asks_for_data(&link.url));
    let by_address = format_label(None, None, Some(&link.url));
    let is_page = by_address.as_deref() == Some("HTML");
    let is_file = by_address.is_some() && !is_page;
    let is_download = service.is_none()
        && match function.as_str() {
            "download" | "fileaccess" => true,
            "information" | "search" | "order" | "offlineaccess" | "browsing" | "browsegraphic"
            | "upload" | "emailservice" | "completemetadata" => false,
            _ if protocol.contains("download") => !is_page,
            _ => is_file || asks_for_data(&link.url),
        };
    let mut found = json!({"@type": "Distribution"});
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            found[key] = value;
        }
    };
    set("title", link.name.as_ref().map(|name| json!(name)));
    set(
        "description",
        link.description.as_ref().filter(|it| Some(*it) != link.name.as_ref()).map(|text| json!(text)),
    );
    set(if is_download { "downloadURL" } else { "accessURL" }, Some(json!(link.url)));
    if let Some(service) = service {
        set("format", Some(json!(service)));
    } else if is_download {
        // What the address says is surer than what a record says of all its files at once.
        let label = by_address.or_else(|| format_label(link.format.as_deref(), None, None));
        set("mediaType", label.as_deref().and_then(media_type_of).map(|media_type| json!(media_type)));
        let format = label.map(Value::from).or_else(|| link.format.as_ref().map(|format| json!(format)));
        set("format", format);
    } else if is_page {
        set("mediaType", Some(json!("text/html")));
    }
    set("byteSize", link.bytes.filter(|_| is_download).map(|bytes| json!(bytes.to_string())));
    found
}

/// The distributions that resources are, each address once; what is there for people, not data, is left out.
pub fn distributions(links: &[Link]) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    let is_data = |link: &&Link| !link.is_for("browseGraphic") && !link.is_for("completeMetadata");
    links.iter().filter(is_data).filter(|link| seen.insert(link.url.as_str())).map(distribution).collect()
}

/// A document that is told by its address.
pub fn document(title: &str, url: &str) -> Value {
    json!({"@type": "Document", "title": title, "accessURL": url})
}

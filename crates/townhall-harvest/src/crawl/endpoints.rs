//! Services that are met on the way: catalogs and interfaces that say more of their data than any page does.

use serde::{Deserialize, Serialize};
use url::Url;

/// A service that was met.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Endpoint {
    /// What it is, such as `ckan` or `arcgis`.
    pub kind: String,
    /// Its address.
    pub url: String,
    /// The page that led there.
    pub page: String,
}

/// Tells a service by its address.
pub(crate) fn endpoint_of(url: &Url) -> Option<(&'static str, Url)> {
    let path = url.path().to_ascii_lowercase();
    let query = url.query().unwrap_or_default().to_ascii_lowercase();
    let cut_after = |words: &str| {
        let end = path.find(words)? + words.len();
        let mut cut = url.clone();
        cut.set_path(&url.path()[..end]);
        cut.set_query(None);
        Some(cut)
    };
    let alone = || {
        let mut alone = url.clone();
        alone.set_query(None);
        alone
    };
    for (words, kind) in [
        ("/api/3/action", "ckan"),
        ("/arcgis/rest/services", "arcgis"),
        ("/rest/services", "arcgis"),
        ("/api/views", "socrata"),
        ("/ogc/features", "ogc-features"),
        ("/ogcapi", "ogc-api"),
        ("/stac", "stac"),
        ("/odata", "odata"),
        ("/geoserver", "geoserver"),
    ] {
        if let Some(cut) = cut_after(words)
            && path[path.find(words).unwrap_or(0) + words.len()..]
                .chars()
                .next()
                .is_none_or(|next| next == '/')
        {
            return Some((kind, cut));
        }
    }
    for (service, kind) in [
        ("service=wms", "wms"),
        ("service=wfs", "wfs"),
        ("service=wmts", "wmts"),
        ("service=wcs", "wcs"),
        ("service=csw", "csw"),
        ("verb=", "oai-pmh"),
    ] {
        if query.split('&').any(|pair| pair.starts_with(service)) {
            return Some((kind, alone()));
        }
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    match name {
        "data.json" => Some(("data-json", alone())),
        "openapi.json" | "openapi.yaml" | "swagger.json" | "swagger.yaml" => Some(("openapi", alone())),
        _ => socrata(&path).then(|| ("socrata", alone())),
    }
}

/// Datasets of Socrata have names of four and four characters: `/resource/abcd-1234.json`, `/d/abcd-1234`.
fn socrata(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default().split('.').next().unwrap_or_default();
    let is_four = |text: &str| text.len() == 4 && text.chars().all(|c| c.is_ascii_alphanumeric());
    let is_named = name.split_once('-').is_some_and(|(a, b)| is_four(a) && is_four(b));
    is_named && matches!(parts.next(), Some("resource" | "d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<(&str, &str)>) {
        let found = endpoint_of(&url.parse().unwrap());
        assert_eq!(found.as_ref().map(|(kind, url)| (*kind, url.as_str())), expected);
    }

    #[test]
    fn services_are_known_by_their_addresses() {
        check("https://a.gov/api/3/action/package_list?x=1", Some(("ckan", "https://a.gov/api/3/action")));
        check(
            "https://a.gov/arcgis/rest/services/Roads/MapServer",
            Some(("arcgis", "https://a.gov/arcgis/rest/services")),
        );
        check("https://a.gov/ows?SERVICE=WFS&REQUEST=GetCapabilities", Some(("wfs", "https://a.gov/ows")));
        check(
            "https://a.gov/resource/ab12-cd34.json?$limit=5",
            Some(("socrata", "https://a.gov/resource/ab12-cd34.json")),
        );
        check("https://a.gov/data.json", Some(("data-json", "https://a.gov/data.json")));
        check("https://a.gov/oai?verb=Identify", Some(("oai-pmh", "https://a.gov/oai")));
        check("https://a.gov/stacks-of-books", None);
        check("https://a.gov/about", None);
    }
}

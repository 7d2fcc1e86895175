//! Which addresses may become links, and addresses with another query.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Url, form_urlencoded};

/// What a link in someone else's metadata may ask a browser to do.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel", "ftp"];

/// Everything but what RFC 3986 calls unreserved.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address as a link may carry it, or nothing when it could do anything but lead somewhere.
///
/// Addresses of ours begin with a single `/`, `?` or `#`; all others must be absolute with one of a few schemes, and come
/// out as the URL standard writes them, so that no browser reads them otherwise than we did.
pub fn safe_url(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if text.contains(|c: char| c.is_control()) {
        return None;
    }
    let is_local = match text.as_bytes() {
        [b'/', b'/' | b'\\', ..] => false,
        [b'/' | b'?' | b'#', ..] => !text.contains('\\'),
        _ => false,
    };
    if is_local {
        return Some(text.replace(' ', "%20"));
    }
    let url = Url::parse(text).ok()?;
    let is_plain = !matches!(url.scheme(), "http" | "https" | "ftp")
        || url.host_str().is_some_and(|host| !host.is_empty());
    (SCHEMES.contains(&url.scheme()) && is_plain).then(|| url.into())
}

/// Whether a safe address leaves the portal.
pub fn is_external(url: &str) -> bool {
    !matches!(url.as_bytes().first(), Some(b'/' | b'?' | b'#'))
}

/// A path with some parameters of its query set (the old ones of that name go) or, without a value, dropped.
pub fn with_query<'a>(path: &str, changes: impl IntoIterator<Item = (&'a str, Option<String>)>) -> String {
    let (base, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    for (name, value) in changes {
        pairs.retain(|(old, _)| old != name);
        if let Some(value) = value {
            pairs.push((name.to_owned(), value));
        }
    }
    if pairs.is_empty() {
        return base.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{base}?{query}")
}

/// Text as one segment of a path or one value of a query.
pub fn component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_lead_somewhere_are_links() {
        for good in [
            "/data?q=a%20b",
            "?sort=title",
            "#top",
            "https://example.gov/a",
            "mailto:a@example.gov",
            "tel:+1",
        ] {
            assert_eq!(safe_url(good).as_deref(), Some(good));
        }
        assert_eq!(safe_url(" HTTPS://Example.GOV "), Some("https://example.gov/".into()));
        for bad in [
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "\\\\evil.example",
            "file:///etc/passwd",
            "blob:https://example.gov/1",
            "view-source:https://example.gov",
            "example.gov/no-scheme",
            "",
        ] {
            assert_eq!(safe_url(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_query_is_changed_and_the_rest_kept() {
        let change = |path, name, value: Option<&str>| with_query(path, [(name, value.map(str::to_owned))]);
        assert_eq!(change("/data?q=a&sort=title", "sort", Some("changed")), "/data?q=a&sort=changed");
        assert_eq!(change("/data?q=a&q=b", "q", None), "/data");
        assert_eq!(change("/data", "q", Some("a b&c")), "/data?q=a+b%26c");
    }
}

//! A door for fuzzers and their replayed corpora: any bytes as a publisher's description or address.

use super::{links, markdown};

/// Draws the bytes as a description and as an address: nothing in either may do harm, and drawing what was drawn adds
/// nothing.
///
/// # Panics
///
/// When something does harm.
pub fn description(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let html = markdown::to_html(&text, 3);
    assert_eq!(faults(&html), Vec::<String>::new(), "{text:?} became {html:?}");
    assert!(!markdown::to_text(&text).contains('\0'));
    if let Some(url) = links::safe_url(&text) {
        let lower = url.trim_start().to_lowercase();
        assert!(
            !["javascript:", "vbscript:", "data:", "//"].iter().any(|bad| lower.starts_with(bad)),
            "{url:?}"
        );
    }
}

/// What the sanitised HTML or the page must never hold. Text shown as text has its `<` escaped and so is not found.
pub(super) fn faults(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_lowercase();
        if [
            "script", "style", "iframe", "object", "embed", "img", "form", "input", "base", "meta", "link",
            "math", "svg", "textarea", "details",
        ]
        .contains(&name.as_str())
        {
            found.push(format!("<{tag}>"));
        }
        for (attribute, value) in attributes(tag) {
            let value = value.trim_start().to_lowercase();
            let leads_astray =
                ["javascript:", "vbscript:", "data:", "//"].iter().any(|bad| value.starts_with(bad));
            if attribute.starts_with("on")
                || attribute == "style"
                || attribute.starts_with("hx-")
                || (["href", "src", "action"].contains(&attribute.as_str()) && leads_astray)
            {
                found.push(format!("<{tag}>"));
            }
        }
    }
    found
}

/// The attributes of a tag with double-quoted values, which is how both the sanitiser and our templates write them.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut rest = tag;
    let mut found = Vec::new();
    while let Some(at) = rest.find("=\"") {
        let name = rest[..at].rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
        let value = &rest[at + 2..];
        let end = value.find('"').unwrap_or(value.len());
        found.push((name, value[..end].to_owned()));
        rest = value.get(end + 1..).unwrap_or_default();
    }
    found
}

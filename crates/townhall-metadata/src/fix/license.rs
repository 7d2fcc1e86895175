//! Licences that are named instead of linked.

use serde_json::Value;
use townhall_model::record::Version;

use super::object::{Object, Verdict};
use crate::convert::{is_iri, unknown_license};

/// Writes the address of a licence for its name.
pub fn addresses(object: &mut Object<'_>) {
    let is_old = object.log.version == Version::Pod10;
    object.judge("license", |value| {
        let Value::String(text) = value else { return Verdict::Fine };
        if is_iri(text) || text.trim().is_empty() {
            return Verdict::Fine;
        }
        if let Some(url) = by_name(text) {
            return Verdict::text(text, url, "the field is the address of the license");
        }
        let bare = text.trim().trim_start_matches("//");
        if HOSTS.iter().any(|host| bare.to_ascii_lowercase().starts_with(host)) && !bare.contains(' ') {
            return Verdict::text(text, format!("https://{bare}"), "the field is a whole address");
        }
        if is_old {
            let why = "version 1.1 keeps a license that is only words so";
            return Verdict::text(text, unknown_license(text), why);
        }
        if matches!(normal(text).as_str(), "none" | "n a" | "no license" | "not applicable") {
            let why = "this may mean that there is no license, or that nothing is restricted; remove it or write an address";
            return Verdict::suggest(why, PUBLIC_DOMAIN);
        }
        let why = "the field is the address of a license, not words; write its address, and the words in `rights`";
        Verdict::suggest(why, meant(text))
    });
}

/// The licence that a longer text links to, if it is one only; or what `public domain` usually is.
fn meant(text: &str) -> Option<String> {
    if normal(text).contains("public domain") && text.len() < 60 {
        return Some(PUBLIC_DOMAIN.to_owned());
    }
    let starts = text.match_indices("://").filter_map(|(at, _)| text[..at].rfind("http"));
    let ends = |character: char| character.is_whitespace() || "'\"<>)(,;".contains(character);
    let mut urls = starts.filter_map(|start| text[start..].split(ends).next()).filter(|url| is_known(url));
    let first = urls.next()?.trim_end_matches('.');
    urls.all(|url| url.trim_end_matches('.') == first).then(|| first.to_owned())
}

fn is_known(url: &str) -> bool {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest).to_ascii_lowercase();
    HOSTS.iter().any(|host| bare.starts_with(host))
}

const PUBLIC_DOMAIN: &str = "https://creativecommons.org/publicdomain/zero/1.0/";

/// Sites whose addresses are often written without the scheme.
const HOSTS: [&str; 6] = [
    "creativecommons.org/",
    "www.creativecommons.org/",
    "opendatacommons.org/",
    "www.opendatacommons.org/",
    "www.usa.gov/",
    "usa.gov/",
];

/// A name in small letters and American spelling, with single spaces for everything between its words.
fn normal(text: &str) -> String {
    let letters = text.chars().map(|character| match character {
        'a'..='z' | '0'..='9' | '.' | '+' => character,
        'A'..='Z' => character.to_ascii_lowercase(),
        _ => ' ',
    });
    let words = letters.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace("licence", "license")
}

/// The address of the licence that is known by this name.
pub fn by_name(text: &str) -> Option<String> {
    let name = normal(text);
    let name = name.strip_prefix("the ").unwrap_or(&name);
    let short = name.strip_suffix(" license").unwrap_or(name);
    let is_named = |names: &[&str]| names.contains(&name) || names.contains(&short);
    match NAMES.iter().find(|(names, _)| is_named(names)) {
        Some((_, url)) => Some((*url).to_owned()),
        None => creative_commons(short),
    }
}

/// The licences of Creative Commons: their parts, and a version, without which it is not known which one is meant.
fn creative_commons(name: &str) -> Option<String> {
    let name = name.replace("creative commons", "cc").replace("international", "").replace("unported", "");
    let name = name
        .replace("attribution", "by")
        .replace("non commercial", "nc")
        .replace("noncommercial", "nc")
        .replace("share alike", "sa")
        .replace("sharealike", "sa")
        .replace("no derivatives", "nd")
        .replace("noderivatives", "nd")
        .replace("noderivs", "nd");
    let mut words = name.split_whitespace().peekable();
    words.next_if_eq(&"cc")?;
    let mut parts = Vec::new();
    let mut version = None;
    for word in words {
        match word {
            "by" | "nc" | "sa" | "nd" if version.is_none() => parts.push(word),
            "1.0" | "2.0" | "2.5" | "3.0" | "4.0" if version.is_none() => version = Some(word),
            _ => return None,
        }
    }
    let parts = parts.join("-");
    let is_known = matches!(parts.as_str(), "by" | "by-sa" | "by-nd" | "by-nc" | "by-nc-sa" | "by-nc-nd");
    is_known.then_some(format!("https://creativecommons.org/licenses/{parts}/{}/", version?))
}

const NAMES: &[(&[&str], &str)] = &[
    (
        &[
            "cc0",
            "cc 0",
            "cc0 1.0",
            "cc zero",
            "cc0 1.0 universal",
            "cc0 public domain dedication",
            "creative commons zero",
            "creative commons cc0",
            "creative commons cco",
            "creative commons 1.0 universal",
            "creative commons cc0 1.0 universal",
            "creative commons zero 1.0",
            // The harvester guide maps this one.
            "other public domain",
        ],
        PUBLIC_DOMAIN,
    ),
    (
        &["public domain mark", "public domain mark 1.0", "cc public domain mark 1.0", "cc pdm 1.0"],
        "https://creativecommons.org/publicdomain/mark/1.0/",
    ),
    (
        &[
            "us government work",
            "u.s. government work",
            "u.s. government works",
            "us government works",
            "government work",
            "us pd",
            "u.s. public domain",
            "us public domain",
        ],
        "https://www.usa.gov/government-works",
    ),
    (
        &[
            "pddl",
            "odc pddl",
            "odc pddl 1.0",
            "open data commons public domain dedication and license",
            "open data commons public domain dedication and license pddl",
        ],
        "https://opendatacommons.org/licenses/pddl/1-0/",
    ),
    (
        &[
            "odc by",
            "odc by 1.0",
            "open data commons attribution",
            "open data commons attribution license v1.0",
        ],
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
    (
        &[
            "odbl",
            "odbl 1.0",
            "odc odbl",
            "odc odbl 1.0",
            "open database",
            "open data commons open database",
            "open data commons open database license odbl",
        ],
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    (&["gfdl", "gnu free documentation"], "https://www.gnu.org/licenses/fdl-1.3.html"),
    (&["mit", "mit expat"], "https://opensource.org/license/mit"),
    (
        &["apache 2.0", "apache license 2.0", "apache license version 2.0", "apache2"],
        "https://www.apache.org/licenses/LICENSE-2.0",
    ),
];

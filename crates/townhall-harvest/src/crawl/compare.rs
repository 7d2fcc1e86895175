//! What a catalog lists beside what is on the site: listed and there, listed and gone, there and not listed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};
use url::Url;

use super::found::FoundFile;

/// An address that a catalog lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The address.
    pub url: String,
    /// The title of its dataset.
    pub title: String,
    /// The identifier of its dataset.
    pub identifier: Option<String>,
    /// Whether it can be had; absent when nobody has looked.
    pub works: Option<bool>,
    /// What a look found, in a sentence.
    pub reason: String,
}

/// A catalog beside a site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Listed, and there.
    pub live: Vec<Listed>,
    /// Listed, and can't be had.
    pub dead: Vec<Listed>,
    /// Listed, and nobody has looked.
    pub unknown: Vec<Listed>,
    /// There, and not listed: places in the list of files.
    pub unlisted: Vec<usize>,
}

/// Compares files that were met with what a catalog lists. What was met is there without a look.
pub fn compare(files: &[FoundFile], listed: Vec<Listed>) -> Comparison {
    let mut comparison = Comparison::default();
    let met: BTreeMap<String, usize> =
        files.iter().enumerate().map(|(at, file)| (key(&file.url), at)).collect();
    let mut known: BTreeSet<usize> = BTreeSet::new();
    for mut one in listed {
        if let Some(at) = met.get(&key(&one.url)) {
            known.insert(*at);
            one.works = Some(true);
        }
        match one.works {
            Some(true) => comparison.live.push(one),
            Some(false) => comparison.dead.push(one),
            None => comparison.unknown.push(one),
        }
    }
    comparison.unlisted = (0..files.len()).filter(|at| !known.contains(at)).collect();
    comparison
}

/// What a catalog lists and nobody has met or looked at: places in the list.
pub fn unmet(files: &[FoundFile], listed: &[Listed]) -> Vec<usize> {
    let met: HashSet<String> = files.iter().map(|file| key(&file.url)).collect();
    let is_unmet = |one: &Listed| one.works.is_none() && !met.contains(&key(&one.url));
    listed.iter().enumerate().filter(|(_, one)| is_unmet(one)).map(|(at, _)| at).collect()
}

/// What makes two addresses the same place: scheme, `www.`, escapes and a final slash do not matter.
pub(crate) fn key(url: &str) -> String {
    let Ok(url) = Url::parse(url.trim()) else { return url.trim().to_lowercase() };
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let path = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy().into_owned();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{port}{}{query}", path.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_place_is_known_however_it_is_written() {
        assert_eq!(key("http://www.a.gov/x%20y.csv"), key("https://a.gov/x y.csv"));
        assert_ne!(key("https://a.gov/x.csv?v=1"), key("https://a.gov/x.csv"));
    }

    #[test]
    fn three_groups_come_of_it() {
        let file = |url: &str| FoundFile { url: url.to_owned(), ..FoundFile::default() };
        let listed = |url: &str, works| Listed { url: url.to_owned(), works, ..Listed::default() };
        let comparison = compare(
            &[file("https://a.gov/a.csv"), file("https://a.gov/b.csv")],
            vec![
                listed("http://a.gov/a.csv", None),
                listed("https://a.gov/gone.csv", Some(false)),
                listed("https://b.gov/c.csv", None),
                listed("https://a.gov/hidden.csv", Some(true)),
            ],
        );
        assert_eq!((comparison.live.len(), comparison.dead.len(), comparison.unknown.len()), (2, 1, 1));
        assert_eq!(comparison.unlisted, [1]);
    }
}

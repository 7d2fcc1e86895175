//! Addresses that lead round in circles or on without end: calendars, sessions, filters upon filters.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::limits::{
    CRAWL_CALENDAR_PAGES_MAX, CRAWL_PATH_PARTS_MAX, CRAWL_QUERIES_OF_A_PATH_MAX, CRAWL_QUERY_PAIRS_MAX,
    CRAWL_REPEATS_MAX, CRAWL_SHAPE_PAGES_MAX, CRAWL_URL_BYTES_MAX,
};

/// Parameters that say who is asking and not what is asked for.
const SESSION_KEYS: [&str; 14] = [
    "jsessionid",
    "phpsessid",
    "sid",
    "sessionid",
    "session_id",
    "cfid",
    "cftoken",
    "aspsessionid",
    "fbclid",
    "gclid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "s_kwcid",
];

/// Words of paths whose pages go on into the past and the future.
const CALENDAR_WORDS: [&str; 4] = ["calendar", "events", "event", "agenda"];

/// An address as it is compared and asked for: without fragment, session and campaign. `None` for one that is not followed.
pub(crate) fn tidy(url: &Url) -> Option<Url> {
    let mut url = url.clone();
    url.set_fragment(None);
    if let Some((path, _)) = url.path().to_owned().split_once(";jsessionid=") {
        url.set_path(path);
    }
    let is_wanted = |key: &str| {
        let key = key.to_ascii_lowercase();
        !SESSION_KEYS.contains(&key.as_str()) && !key.starts_with("utm_")
    };
    if let Some(query) = url.query().map(str::to_owned) {
        // What a listing of a folder is sorted by (Apache): `?C=M;O=A`.
        let is_sorting = query.len() <= 9 && query.starts_with("C=") && query[2..].contains("O=");
        let kept: Vec<&str> =
            query.split('&').filter(|pair| is_wanted(pair.split('=').next().unwrap_or(pair))).collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty() && !is_sorting).then_some(&kept));
    }
    let parts: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    let repeats = |part: &str| parts.iter().filter(|other| **other == part).count();
    let is_trap = url.as_str().len() > CRAWL_URL_BYTES_MAX
        || parts.len() > CRAWL_PATH_PARTS_MAX
        || parts.iter().any(|part| !part.is_empty() && repeats(part) > CRAWL_REPEATS_MAX)
        || url.query().is_some_and(|query| query.split('&').count() > CRAWL_QUERY_PAIRS_MAX);
    (!is_trap).then_some(url)
}

/// How many pages of each sort were met: of a path with different queries, and of paths that differ in numbers alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shapes {
    queries: HashMap<String, u32>,
    shapes: HashMap<String, u32>,
    /// How many addresses were left out because there were enough of their sort.
    pub left_out: u64,
}

impl Shapes {
    /// Whether there is room for one more page of this sort; it is counted then.
    pub(crate) fn admit(&mut self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let shape = format!("{host}{}", without_numbers(url.path()));
        let path = format!("{host}{}", url.path());
        let lower = url.as_str().to_ascii_lowercase();
        let is_calendar = CALENDAR_WORDS.iter().any(|word| lower.contains(word));
        let most = if is_calendar { CRAWL_CALENDAR_PAGES_MAX } else { CRAWL_SHAPE_PAGES_MAX };
        // A path without numbers is a shape of its own and can be met once without a query.
        let is_shaped = shape.contains('#') || is_calendar;
        let known = |counts: &HashMap<String, u32>, key: &str| counts.get(key).copied().unwrap_or(0);
        let is_full = (is_shaped && known(&self.shapes, &shape) >= most)
            || (url.query().is_some() && known(&self.queries, &path) >= CRAWL_QUERIES_OF_A_PATH_MAX);
        if is_full {
            self.left_out += 1;
            return false;
        }
        if is_shaped {
            *self.shapes.entry(shape).or_default() += 1;
        }
        if url.query().is_some() {
            *self.queries.entry(path).or_default() += 1;
        }
        true
    }
}

/// A path with `#` for every number in it.
fn without_numbers(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    for character in path.chars() {
        match character.is_ascii_digit() {
            true if shape.ends_with('#') => {}
            true => shape.push('#'),
            false => shape.push(character),
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(url: &str) -> Option<String> {
        tidy(&url.parse().unwrap()).map(|url| url.to_string())
    }

    #[test]
    fn sessions_campaigns_and_fragments_are_no_part_of_an_address() {
        assert_eq!(tidied("https://a.gov/x;jsessionid=AB12?y=1#z").unwrap(), "https://a.gov/x?y=1");
        assert_eq!(tidied("https://a.gov/x?PHPSESSID=1&a=b&utm_source=mail").unwrap(), "https://a.gov/x?a=b");
        assert_eq!(tidied("https://a.gov/files/?C=M;O=D").unwrap(), "https://a.gov/files/");
    }

    #[test]
    fn addresses_that_grow_are_not_followed() {
        assert_eq!(tidied(&format!("https://a.gov/{}", "a/".repeat(9))), None);
        assert_eq!(tidied(&format!("https://a.gov/{}", "x".repeat(3_000))), None);
        assert_eq!(tidied("https://a.gov/?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9"), None);
    }

    #[test]
    fn of_each_sort_so_many_pages_are_enough() {
        let mut shapes = Shapes::default();
        let admitted = |shapes: &mut Shapes, make: &dyn Fn(u32) -> String| {
            (0..5_000).filter(|n| shapes.admit(&make(*n).parse().unwrap())).count() as u32
        };
        let calendar = |n: u32| format!("https://a.gov/calendar/{}/{}", 1900 + n / 12, n % 12);
        assert_eq!(admitted(&mut shapes, &calendar), CRAWL_CALENDAR_PAGES_MAX);
        let filters = |n: u32| format!("https://a.gov/search?facet={n}");
        assert_eq!(admitted(&mut shapes, &filters), CRAWL_QUERIES_OF_A_PATH_MAX);
        let years = |n: u32| format!("https://a.gov/reports/{n}");
        assert_eq!(admitted(&mut shapes, &years), CRAWL_SHAPE_PAGES_MAX);
        assert!(shapes.left_out > 10_000);
        assert!(shapes.admit(&"https://a.gov/another".parse().unwrap()));
    }
}

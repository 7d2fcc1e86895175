//! Files that are one thing in parts: the same name but for a year, a month, a place or a number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use townhall_model::month_named;

use super::found::FoundFile;
use crate::limits::SERIES_FILES_MIN;

/// Files that differ in a year, month, place or number alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSeries {
    /// Their address with `{year}`, `{month}`, `{state}` and `{number}` in the places of what differs.
    pub pattern: String,
    /// Which files, by their places in the list.
    pub files: Vec<usize>,
}

/// Two-letter codes of states and territories.
const STATES: [&str; 56] = [
    "al", "ak", "az", "ar", "ca", "co", "ct", "de", "fl", "ga", "hi", "id", "il", "in", "ia", "ks", "ky",
    "la", "me", "md", "ma", "mi", "mn", "ms", "mo", "mt", "ne", "nv", "nh", "nj", "nm", "ny", "nc", "nd",
    "oh", "ok", "or", "pa", "ri", "sc", "sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy", "dc",
    "pr", "gu", "vi", "as", "mp",
];

const STATE_NAMES: [&str; 51] = [
    "alabama",
    "alaska",
    "arizona",
    "arkansas",
    "california",
    "colorado",
    "connecticut",
    "delaware",
    "florida",
    "georgia",
    "hawaii",
    "idaho",
    "illinois",
    "indiana",
    "iowa",
    "kansas",
    "kentucky",
    "louisiana",
    "maine",
    "maryland",
    "massachusetts",
    "michigan",
    "minnesota",
    "mississippi",
    "missouri",
    "montana",
    "nebraska",
    "nevada",
    "hampshire",
    "jersey",
    "mexico",
    "york",
    "carolina",
    "dakota",
    "ohio",
    "oklahoma",
    "oregon",
    "pennsylvania",
    "rhode",
    "tennessee",
    "texas",
    "utah",
    "vermont",
    "virginia",
    "washington",
    "wisconsin",
    "wyoming",
    "columbia",
    "guam",
    "samoa",
    "puerto",
];

/// The series among files; those that stand alone are in none.
pub fn series_of(files: &[FoundFile]) -> Vec<FileSeries> {
    let mut patterns: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let pattern = pattern_of(&file.url);
        if pattern.contains('{') {
            patterns.entry(pattern).or_default().push(index);
        }
    }
    patterns
        .into_iter()
        .filter(|(_, files)| files.len() >= SERIES_FILES_MIN)
        .map(|(pattern, files)| FileSeries { pattern, files })
        .collect()
}

/// An address with marks in the places of years, months, states and numbers. Its host stays as it is.
fn pattern_of(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let path = url[start..].find('/').map_or(url.len(), |at| start + at);
    let (host, path) = url.split_at(path);
    let mut pattern = host.to_owned();
    let mut word = String::new();
    for character in path.chars().chain(std::iter::once('\0')) {
        let is_same = word.chars().last().is_none_or(|last: char| {
            last.is_ascii_digit() == character.is_ascii_digit() && character.is_alphanumeric()
        });
        if character.is_alphanumeric() && is_same {
            word.push(character);
            continue;
        }
        pattern.push_str(mark_of(&word).unwrap_or(&word));
        word.clear();
        match character {
            '\0' => {}
            character if character.is_alphanumeric() => word.push(character),
            character => pattern.push(character),
        }
    }
    pattern
}

fn mark_of(word: &str) -> Option<&'static str> {
    let is_number = !word.is_empty() && word.chars().all(|character| character.is_ascii_digit());
    if is_number {
        let is_year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
        return Some(if is_year { "{year}" } else { "{number}" });
    }
    let lower = word.to_lowercase();
    if month_named(&lower).is_some() {
        return Some("{month}");
    }
    let is_state = STATES.contains(&lower.as_str()) || STATE_NAMES.contains(&lower.as_str());
    is_state.then_some("{state}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(urls: &[&str]) -> Vec<(String, usize)> {
        let files: Vec<FoundFile> =
            urls.iter().map(|url| FoundFile { url: (*url).to_owned(), ..FoundFile::default() }).collect();
        series_of(&files).into_iter().map(|series| (series.pattern, series.files.len())).collect()
    }

    #[test]
    fn files_that_differ_in_a_year_a_month_a_state_or_a_number_are_one_series() {
        assert_eq!(
            series(&[
                "https://a2.gov/x/2019/permits-2019.csv",
                "https://a2.gov/x/2020/permits-2020.csv",
                "https://a2.gov/x/2021/permits-2021.csv"
            ]),
            [("https://a2.gov/x/{year}/permits-{year}.csv".to_owned(), 3)]
        );
        assert_eq!(
            series(&[
                "https://a.gov/roads_AL.zip",
                "https://a.gov/roads_AK.zip",
                "https://a.gov/roads_WY.zip"
            ]),
            [("https://a.gov/roads_{state}.zip".to_owned(), 3)]
        );
        assert_eq!(
            series(&["https://a.gov/jan.csv", "https://a.gov/February.csv", "https://a.gov/mar.csv"]).len(),
            1
        );
        assert_eq!(
            series(&["https://a.gov/q1.csv", "https://a.gov/q2.csv", "https://a.gov/q3.csv"]).len(),
            1
        );
    }

    #[test]
    fn two_are_no_series_and_other_names_are_others() {
        assert_eq!(series(&["https://a.gov/p2019.csv", "https://a.gov/p2020.csv"]).len(), 0);
        assert_eq!(series(&["https://a.gov/a.csv", "https://a.gov/b.csv", "https://a.gov/c.csv"]).len(), 0);
        assert_eq!(
            series(&["https://a.gov/p2019.csv", "https://a.gov/p2020.xlsx", "https://a.gov/p2021.pdf"]).len(),
            0
        );
    }
}

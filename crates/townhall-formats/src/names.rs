//! Turns headers into column names that are safe in URLs and files.

use std::collections::HashSet;

use crate::limits::{LABEL_CHARS_MAX, NAME_CHARS_MAX};

/// Returns a unique name for every header, and the header itself where it differs.
///
/// Names are lower-case letters, digits and single underscores. They never begin with `_`, which is for controls such as
/// `_limit`, and never contain `__`, which stands between a column and an operator as in `year__gte`.
pub fn column_names<S: AsRef<str>>(headers: &[S]) -> Vec<(String, Option<String>)> {
    let mut taken = HashSet::new();
    let name = |(index, header): (usize, &S)| {
        let header = header.as_ref().trim();
        let stem = match clean(header) {
            stem if stem.is_empty() => format!("column_{}", index + 1),
            stem => stem,
        };
        let mut name = stem.clone();
        let mut copy = 2;
        while !taken.insert(name.clone()) {
            name = format!("{stem}_{copy}");
            copy += 1;
        }
        let label =
            (!header.is_empty() && header != name).then(|| header.chars().take(LABEL_CHARS_MAX).collect());
        (name, label)
    };
    headers.iter().enumerate().map(name).collect()
}

fn clean(header: &str) -> String {
    let mut name = String::new();
    let starts_with_underscore = header.starts_with('_');
    for c in header.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            name.push(c);
        } else if !name.ends_with('_') && !name.is_empty() && !matches!(c, '\'' | '’') {
            name.push('_');
        }
    }
    // A name such as `_id` keeps a mark of its own, so that it is not mistaken for `id`.
    if starts_with_underscore && !name.is_empty() {
        name.insert_str(0, "x_");
    }
    let cut: String = name.chars().take(NAME_CHARS_MAX).collect();
    cut.trim_end_matches('_').to_owned()
}

/// Whether the name says that the column holds codes, so that its digits are no quantity: ZIP, FIPS and phone numbers.
pub(crate) fn names_a_code(name: &str) -> bool {
    const CODES: [&str; 25] = [
        "zip",
        "zipcode",
        "zip4",
        "zip5",
        "postal",
        "postcode",
        "fips",
        "geoid",
        "geoid10",
        "geoid20",
        "ein",
        "tin",
        "ssn",
        "npi",
        "duns",
        "uei",
        "phone",
        "telephone",
        "fax",
        "cusip",
        "isbn",
        "upc",
        "ndc",
        "tract",
        "apn",
    ];
    const TAILS: [&str; 8] = ["code", "codes", "number", "no", "nbr", "num", "cd", "id"];
    let mut words: Vec<_> =
        name.split('_').filter(|word| !word.chars().all(|c| c.is_ascii_digit())).collect();
    while words.len() > 1 && words.last().is_some_and(|last| TAILS.contains(last)) {
        words.pop();
    }
    words.last().is_some_and(|last| CODES.contains(last))
}

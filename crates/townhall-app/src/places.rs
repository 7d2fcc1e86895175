//! Names of states and counties and the boxes that hold them, so that a search can say "in Boulder County".
//!
//! `data/places.tsv` lists the 56 states and territories and 3,231 counties by Census FIPS code with the
//! extents of their generalised outlines (Census cartographic boundary files, 2017 edition).

use std::sync::LazyLock;

/// A named area.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The Census FIPS code: two digits for a state, five for a county.
    pub code: &'static str,
    /// The name with its state, such as `Boulder County, Colorado`.
    pub label: String,
    /// West, south, east, north in degrees; west is greater than east across the antimeridian.
    pub bbox: [f64; 4],
    name: &'static str,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// Exactly this place.
    One(&'static Place),
    /// Several places bear the name; the first few of them.
    Several(Vec<&'static Place>),
    /// None that we know.
    None,
}

/// Finds a place by name (`Colorado`, `CO`, `Boulder County, CO`, `Orleans Parish`) or FIPS code (`08`, `08013`).
pub fn find(text: &str) -> Lookup {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return one_of(PLACES.iter().filter(|place| place.code == text).collect());
    }
    let (name, state) = match text.rsplit_once(',') {
        Some((name, state)) => (name.trim(), Some(state.trim())),
        None => (text, None),
    };
    if state.is_none()
        && let Some(state) = find_state(name)
    {
        return Lookup::One(state);
    }
    let within = match state {
        Some(state) => match find_state(state) {
            Some(state) => Some(state.code),
            None => return Lookup::None,
        },
        None => None,
    };
    let wanted = plain_county(name);
    one_of(
        counties()
            .filter(|place| within.is_none_or(|code| place.code.starts_with(code)))
            .filter(|place| place.name.eq_ignore_ascii_case(&wanted))
            .collect(),
    )
}

/// Every state and territory, by name.
pub fn states() -> impl Iterator<Item = &'static Place> {
    PLACES.iter().filter(|place| place.code.len() == 2)
}

fn counties() -> impl Iterator<Item = &'static Place> {
    PLACES.iter().filter(|place| place.code.len() == 5)
}

fn find_state(text: &str) -> Option<&'static Place> {
    let code = POSTAL.iter().find(|(postal, _)| postal.eq_ignore_ascii_case(text)).map(|(_, code)| *code);
    states().find(|place| Some(place.code) == code || place.name.eq_ignore_ascii_case(text))
}

fn one_of(mut found: Vec<&'static Place>) -> Lookup {
    match found.len() {
        0 => Lookup::None,
        1 => Lookup::One(found[0]),
        _ => {
            found.truncate(CANDIDATES_MAX);
            Lookup::Several(found)
        }
    }
}

/// How many places of one name are offered.
const CANDIDATES_MAX: usize = 12;

/// `Boulder County` → `Boulder`: the list has counties without the word.
fn plain_county(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let kind = COUNTY_WORDS.iter().find(|word| lower.ends_with(*word)).map_or(0, |word| word.len());
    name[..name.len() - kind].trim().to_owned()
}

const COUNTY_WORDS: [&str; 6] =
    [" county", " parish", " borough", " census area", " municipality", " municipio"];

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let rows: Vec<(&str, &str, [f64; 4])> = include_str!("../data/places.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| read_row(line).expect("data/places.tsv is ours and has three columns"))
        .collect();
    let state_name = |code: &str| rows.iter().find(|row| row.0 == &code[..2]).map_or("", |row| row.1);
    rows.iter()
        .map(|&(code, name, bbox)| Place { code, name, bbox, label: label(code, name, state_name(code)) })
        .collect()
});

fn label(code: &str, name: &str, state: &str) -> String {
    match (code.len(), &code[..2]) {
        (2, _) => name.to_owned(),
        (_, "22") => format!("{name} Parish, {state}"),
        (_, "02" | "11" | "60" | "66" | "69" | "72" | "78") => format!("{name}, {state}"),
        _ if name.ends_with("city") || name.ends_with("City") => format!("{name}, {state}"),
        _ => format!("{name} County, {state}"),
    }
}

fn read_row(line: &'static str) -> Option<(&'static str, &'static str, [f64; 4])> {
    let mut cells = line.split('\t');
    let (code, name, numbers) = (cells.next()?, cells.next()?, cells.next()?);
    let mut bbox = [0.0; 4];
    for (edge, text) in bbox.iter_mut().zip(numbers.split(',')) {
        *edge = text.parse().ok()?;
    }
    Some((code, name, bbox))
}

/// Postal abbreviations and their FIPS codes (USPS Publication 28, appendix B).
const POSTAL: [(&str, &str); 56] = [
    ("AL", "01"),
    ("AK", "02"),
    ("AZ", "04"),
    ("AR", "05"),
    ("CA", "06"),
    ("CO", "08"),
    ("CT", "09"),
    ("DE", "10"),
    ("DC", "11"),
    ("FL", "12"),
    ("GA", "13"),
    ("HI", "15"),
    ("ID", "16"),
    ("IL", "17"),
    ("IN", "18"),
    ("IA", "19"),
    ("KS", "20"),
    ("KY", "21"),
    ("LA", "22"),
    ("ME", "23"),
    ("MD", "24"),
    ("MA", "25"),
    ("MI", "26"),
    ("MN", "27"),
    ("MS", "28"),
    ("MO", "29"),
    ("MT", "30"),
    ("NE", "31"),
    ("NV", "32"),
    ("NH", "33"),
    ("NJ", "34"),
    ("NM", "35"),
    ("NY", "36"),
    ("NC", "37"),
    ("ND", "38"),
    ("OH", "39"),
    ("OK", "40"),
    ("OR", "41"),
    ("PA", "42"),
    ("RI", "44"),
    ("SC", "45"),
    ("SD", "46"),
    ("TN", "47"),
    ("TX", "48"),
    ("UT", "49"),
    ("VT", "50"),
    ("VA", "51"),
    ("WA", "53"),
    ("WV", "54"),
    ("WI", "55"),
    ("WY", "56"),
    ("AS", "60"),
    ("GU", "66"),
    ("MP", "69"),
    ("PR", "72"),
    ("VI", "78"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        match find(text) {
            Lookup::One(place) => Some(place.code),
            _ => None,
        }
    }

    #[test]
    fn a_place_is_found_by_any_of_its_names() {
        for text in ["Colorado", "co", "08", " CO "] {
            assert_eq!(code(text), Some("08"), "{text}");
        }
        for text in ["Boulder County, CO", "boulder, colorado", "08013", "Boulder County"] {
            assert_eq!(code(text), Some("08013"), "{text}");
        }
        assert_eq!(code("Orleans Parish, LA"), Some("22071"));
        assert_eq!(code("Narnia"), None);
    }

    #[test]
    fn a_shared_name_gives_its_candidates() {
        let Lookup::Several(found) = find("Washington County") else { panic!("many states have one") };
        assert!(found.len() > 5);
        assert!(found[0].label.starts_with("Washington County, "));
    }
}

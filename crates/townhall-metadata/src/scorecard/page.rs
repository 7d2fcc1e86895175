//! Judges the page about an office's data: whether a person finds there what programs find in the listing.

use super::facts::PageFacts;
use super::judge::Sample;

/// How many characters of a description are looked for: its beginning, as pages often cut the rest.
const DESCRIPTION_CHARACTERS: usize = 40;

/// The least number of characters that a title must have to be looked for: `Data` is on every page.
const TITLE_CHARACTERS_MIN: usize = 4;

/// The endings of data files.
const DATA_ENDINGS: [&str; 12] = [
    ".csv", ".json", ".xml", ".xls", ".xlsx", ".zip", ".kml", ".geojson", ".txt", ".tsv", ".ods", ".parquet",
];

/// Looks on a page for the datasets of a listing: for their titles, the beginnings of their descriptions, their addresses.
pub fn judge_page(html: &str, samples: &[Sample]) -> PageFacts {
    let page = Page::read(html);
    let mut facts = PageFacts {
        is_html: page.is_html,
        looked_for: samples.len() as u64,
        data_links: page.links.iter().filter(|link| is_data(link)).count() as u64,
        ..PageFacts::default()
    };
    for sample in samples {
        let title = plain(&sample.title);
        let has_title = title.chars().count() >= TITLE_CHARACTERS_MIN && page.text.contains(&title);
        let beginning: String = plain(&sample.description).chars().take(DESCRIPTION_CHARACTERS).collect();
        let has_description =
            beginning.chars().count() >= TITLE_CHARACTERS_MIN && page.text.contains(beginning.trim());
        let is_linked = sample.addresses.iter().any(|address| {
            let address = bare(address);
            page.links.iter().any(|link| bare(link) == address) || page.text.contains(&address)
        });
        facts.titles += u64::from(has_title);
        facts.descriptions += u64::from(has_description);
        // Of a dataset that has no address nothing is missing.
        facts.addresses += u64::from(is_linked || (sample.addresses.is_empty() && has_title));
    }
    facts
}

fn is_data(link: &str) -> bool {
    let path = link.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    DATA_ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// An address without what differs where the same is meant.
fn bare(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    rest.trim_end_matches('/').to_owned()
}

/// Small letters, one space between words.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What is on a page.
struct Page {
    is_html: bool,
    /// Its words, without tags, scripts and styles.
    text: String,
    /// Where its links lead.
    links: Vec<String>,
}

impl Page {
    fn read(html: &str) -> Self {
        let (mut words, mut links) = (String::new(), Vec::new());
        let mut rest = html;
        let mut is_html = false;
        while let Some(at) = rest.find('<') {
            words.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
                continue;
            }
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            let tag = &rest[..end];
            rest = &rest[end..];
            let name: String = tag[1..]
                .trim_start_matches('/')
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_ascii_lowercase();
            is_html |= matches!(name.as_str(), "html" | "body" | "head" | "title");
            if matches!(name.as_str(), "script" | "style") && !tag.starts_with("</") {
                let close = format!("</{name}");
                rest = find_ignoring_case(rest, &close).map_or("", |end| &rest[end..]);
            }
            if name == "a" {
                links.extend(attribute(tag, "href").map(|link| entities(&link)));
            }
            // A tag ends a word unless it stands inside of one.
            if !matches!(name.as_str(), "b" | "i" | "em" | "strong" | "span" | "mark" | "wbr") {
                words.push(' ');
            }
        }
        words.push_str(rest);
        Self { is_html, text: plain(&entities(&words)), links }
    }
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut from = 0;
    loop {
        let at = from + find_ignoring_case(&tag[from..], name)?;
        let after = tag[at + name.len()..].trim_start();
        let is_alone = tag[..at].ends_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        if let Some(value) = after.strip_prefix('=').filter(|_| is_alone) {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            return Some(match quote {
                Some(quote) => value[1..].split(quote).next().unwrap_or_default().to_owned(),
                None => {
                    value.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default().to_owned()
                }
            });
        }
        from = at + name.len();
    }
}

/// Puts characters in the place of the few references that titles have.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(10).position(|byte| byte == b';');
        let character = end.and_then(|end| match &rest[1..end] {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" | "rsquo" => Some('\''),
            "nbsp" => Some(' '),
            "ndash" => Some('–'),
            "mdash" => Some('—'),
            number => {
                let digits = number.strip_prefix('#')?;
                let code = match digits.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => digits.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (character, end) {
            (Some(character), Some(end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

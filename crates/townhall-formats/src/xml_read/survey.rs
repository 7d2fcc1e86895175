//! Finds the elements that are rows.
//!
//! Rows are elements that stand beside others of their name and hold something besides text. Of several, the outermost
//! count, and among them those that are most; but what repeats more than a hundred times within each is a row itself: a
//! file may have sections. Without any, the innermost element around everything is the only row.

use std::collections::HashMap;

use super::XmlFile;
use super::tokens::{Tag, Token, Tokens};
use crate::FormatError;
use crate::limits::{XML_PATHS_MAX, XML_SURVEY_BYTES};

/// How often an element must repeat within another to be the row instead.
const SECTION_ROWS: u64 = 100;

/// A way to elements.
#[derive(Default)]
struct Way {
    parent: Option<usize>,
    name: String,
    count: u64,
    /// The element in which one was seen last.
    last_parent: u64,
    /// Whether one stood beside another in the same element.
    repeats: bool,
    /// Whether one had an attribute or another element in it.
    holds_more: bool,
    children: Vec<usize>,
}

/// Returns the way to the rows: the names of elements from the outside.
pub(super) fn find_rows(tokens: &mut Tokens, file: &XmlFile<'_>) -> Result<Vec<String>, FormatError> {
    let ways = survey(tokens)?;
    let found = choose(&ways);
    let path = |way| path(&ways, way);
    let Some(wanted) = &file.options.row_path else {
        return found.map(path).ok_or_else(|| FormatError::Empty { name: file.name.to_owned() });
    };
    let wanted: Vec<&str> = wanted.split('/').filter(|name| !name.is_empty()).collect();
    let is_wanted =
        |way: &usize| path(*way).iter().map(String::as_str).collect::<Vec<_>>().ends_with(&wanted);
    match (0..ways.len()).find(is_wanted).filter(|_| !wanted.is_empty()) {
        Some(way) => Ok(path(way)),
        None => {
            let instead = found.map(|way| format!("; it has `{}`", path(way).join("/"))).unwrap_or_default();
            let reason = format!("`{}` has no elements `{}`{instead}", file.name, wanted.join("/"));
            Err(FormatError::BadOption { option: "row_path", reason })
        }
    }
}

fn path(ways: &[Way], way: usize) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = Some(way);
    while let Some(at) = next {
        names.push(ways[at].name.clone());
        next = ways[at].parent;
    }
    names.reverse();
    names
}

/// Counts the elements by the ways to them, each in the order in which it first came.
fn survey(tokens: &mut Tokens) -> Result<Vec<Way>, FormatError> {
    let mut ways: Vec<Way> = Vec::new();
    let mut known: HashMap<(Option<usize>, String), usize> = HashMap::new();
    // The open elements: their ways, unless there were too many, and their numbers.
    let mut open: Vec<(Option<usize>, u64)> = Vec::new();
    let mut elements = 0;
    while tokens.passed() < XML_SURVEY_BYTES {
        match tokens.next()? {
            Token::Start(Tag { name, attributes, .. }) => {
                elements += 1;
                let (parent, parent_number) = open.last().copied().unwrap_or((None, 0));
                let is_known_place = open.is_empty() || parent.is_some();
                let key = (parent, name);
                let way = match known.get(&key) {
                    _ if !is_known_place => None,
                    Some(way) => Some(*way),
                    None if ways.len() == XML_PATHS_MAX => None,
                    None => {
                        let way = ways.len();
                        ways.push(Way { parent, name: key.1.clone(), ..Way::default() });
                        known.insert(key, way);
                        if let Some(parent) = parent {
                            ways[parent].holds_more = true;
                            ways[parent].children.push(way);
                        }
                        Some(way)
                    }
                };
                if let Some(way) = way.map(|way| &mut ways[way]) {
                    way.count += 1;
                    way.repeats |= way.last_parent == parent_number && way.count > 1;
                    way.last_parent = parent_number;
                    way.holds_more |= !attributes.is_empty();
                }
                open.push((way, elements));
            }
            Token::End => {
                open.pop();
            }
            Token::Text(_) => {}
            Token::Eof => break,
        }
    }
    Ok(ways)
}

fn choose(ways: &[Way]) -> Option<usize> {
    let is_row = |way: &Way| way.repeats && way.holds_more;
    // A list of texts and nothing else is a table of one column.
    let is_text_row =
        |way: &Way| way.repeats && way.parent.is_some_and(|parent| ways[parent].children.len() == 1);
    most(ways, &is_row).or_else(|| most(ways, &is_text_row)).or_else(|| {
        let has_value = |way: &Way| way.children.iter().any(|child| !ways[*child].holds_more);
        let single = ways.iter().position(has_value);
        single.or_else(|| ways.iter().position(|way| way.children.is_empty()))
    })
}

/// The outermost elements that may be rows and are most, or those within that are far more.
fn most(ways: &[Way], is_row: &dyn Fn(&Way) -> bool) -> Option<usize> {
    // A parent stands before its children.
    let mut outermost: Vec<Option<usize>> = Vec::with_capacity(ways.len());
    let mut best_within: HashMap<usize, usize> = HashMap::new();
    for (at, way) in ways.iter().enumerate() {
        let above = way.parent.and_then(|parent| outermost[parent]);
        let root = above.or(is_row(way).then_some(at));
        outermost.push(root);
        if let Some(root) = root.filter(|_| is_row(way)) {
            let best = best_within.entry(root).or_insert(at);
            // Measured against those found so far, so that sections may have sections.
            if way.count > ways[*best].count.saturating_mul(SECTION_ROWS) {
                *best = at;
            }
        }
    }
    // Of equally many, the first.
    best_within.into_values().max_by_key(|at| (ways[*at].count, std::cmp::Reverse(*at)))
}

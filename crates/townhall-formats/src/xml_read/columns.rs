//! Makes columns of the elements of a row.
//!
//! A column is called after the way to its values, `address/city`. Elements that repeat anywhere in the file are numbered
//! everywhere: `phone/0`, `phone/1`. Attributes have an `@`; the text of the row itself is called after the row.

use std::collections::{HashMap, HashSet};

use super::row::Node;
use crate::FormatError;

/// The ways within a row at which elements stand beside others of their name.
#[derive(Default)]
pub(super) struct Repeats {
    ways: HashSet<String>,
}

impl Repeats {
    /// Looks at another row.
    pub(super) fn see(&mut self, row: &Node) {
        let mut nodes = vec![(row, String::new())];
        while let Some((node, way)) = nodes.pop() {
            let mut names = HashSet::new();
            for child in &node.children {
                let way = joined(&way, &child.name);
                if !names.insert(&child.name) && !self.ways.contains(&way) {
                    self.ways.insert(way.clone());
                }
                if !child.children.is_empty() {
                    nodes.push((child, way));
                }
            }
        }
    }
}

/// Shows the values of a row with the names of their columns, in the order of the file. Empty ones are none.
pub(super) fn each_value(
    row: &Node,
    repeats: &Repeats,
    each: &mut dyn FnMut(&str, &str) -> Result<(), FormatError>,
) -> Result<(), FormatError> {
    if !row.text.is_empty() {
        each(&row.name, &row.text)?;
    }
    values_in(row, "", "", repeats, each)
}

/// `way` has the numbers of those that repeat, `plain` has not. It goes no deeper than the file may.
fn values_in(
    node: &Node,
    way: &str,
    plain: &str,
    repeats: &Repeats,
    each: &mut dyn FnMut(&str, &str) -> Result<(), FormatError>,
) -> Result<(), FormatError> {
    for (name, value) in node.attributes.iter().filter(|(_, value)| !value.is_empty()) {
        each(&joined(way, &format!("@{name}")), value)?;
    }
    let mut places: HashMap<&str, usize> = HashMap::new();
    for child in &node.children {
        let plain = joined(plain, &child.name);
        let mut way = joined(way, &child.name);
        if repeats.ways.contains(&plain) {
            let place = places.entry(&child.name).or_default();
            way = joined(&way, &place.to_string());
            *place += 1;
        }
        if !child.text.is_empty() {
            each(&way, &child.text)?;
        }
        values_in(child, &way, &plain, repeats, each)?;
    }
    Ok(())
}

fn joined(way: &str, name: &str) -> String {
    if way.is_empty() { name.to_owned() } else { format!("{way}/{name}") }
}

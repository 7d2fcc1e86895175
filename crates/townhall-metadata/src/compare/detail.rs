//! Where inside of a value two states differ.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::canonical::value_hash;
use crate::diff::ChangeKind;

/// One place inside of a value that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// The JSON pointer from the value; in the newer one, unless the place is there no longer.
    pub pointer: String,
    /// What happened there.
    pub kind: ChangeKind,
    /// What stood there.
    pub before: Option<Value>,
    /// What stands there now.
    pub after: Option<Value>,
}

/// The places in which two values differ, as deep as they can be told apart. Items of a list are paired by what
/// they are (an address, a title), not by where they stand.
pub fn details(before: &Value, after: &Value) -> Vec<Detail> {
    let mut found = Vec::new();
    walk(before, after, &mut String::new(), &mut found);
    found
}

fn walk(before: &Value, after: &Value, pointer: &mut String, found: &mut Vec<Detail>) {
    if value_hash(before) == value_hash(after) {
        return;
    }
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => objects(before, after, pointer, found),
        (Value::Array(before), Value::Array(after)) => lists(before, after, pointer, found),
        _ => push(pointer, ChangeKind::Changed, Some(before), Some(after), found),
    }
}

fn push(
    pointer: &str,
    kind: ChangeKind,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<Detail>,
) {
    found.push(Detail { pointer: pointer.to_owned(), kind, before: before.cloned(), after: after.cloned() });
}

fn at(pointer: &mut String, step: &str, visit: impl FnOnce(&mut String)) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
    visit(pointer);
    pointer.truncate(length);
}

fn objects(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    pointer: &mut String,
    found: &mut Vec<Detail>,
) {
    for (key, value) in after {
        at(pointer, key, |pointer| match before.get(key) {
            Some(old) => walk(old, value, pointer, found),
            None => push(pointer, ChangeKind::Added, None, Some(value), found),
        });
    }
    for (key, value) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        at(pointer, key, |pointer| push(pointer, ChangeKind::Removed, Some(value), None, found));
    }
}

fn lists(before: &[Value], after: &[Value], pointer: &mut String, found: &mut Vec<Detail>) {
    let pairs = pair(before, after);
    let first = found.len();
    for (index, value) in after.iter().enumerate() {
        at(pointer, &index.to_string(), |pointer| match pairs[index] {
            Some(old) => walk(&before[old], value, pointer, found),
            None => push(pointer, ChangeKind::Added, None, Some(value), found),
        });
    }
    let mut is_kept = vec![false; before.len()];
    pairs.iter().flatten().for_each(|old| is_kept[*old] = true);
    for (index, value) in before.iter().enumerate().filter(|(index, _)| !is_kept[*index]) {
        at(pointer, &index.to_string(), |pointer| {
            push(pointer, ChangeKind::Removed, Some(value), None, found);
        });
    }
    if found.len() == first {
        // Every item has its equal, so only their order can differ.
        found.push(Detail {
            pointer: pointer.clone(),
            kind: ChangeKind::Reordered,
            before: Some(Value::Array(before.to_vec())),
            after: Some(Value::Array(after.to_vec())),
        });
    }
}

/// For each item of the newer list the index of its counterpart in the older: an equal one, else one of the same
/// name, else one that neither has a counterpart nor a name and stands in the same place.
fn pair(before: &[Value], after: &[Value]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; after.len()];
    let mut is_taken = vec![false; before.len()];
    for key in [equal as fn(&Value) -> Option<Vec<u8>>, name] {
        let mut places: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (index, value) in before.iter().enumerate().filter(|(index, _)| !is_taken[*index]).rev() {
            if let Some(key) = key(value) {
                places.entry(key).or_default().push(index);
            }
        }
        for (pair, value) in pairs.iter_mut().zip(after).filter(|(pair, _)| pair.is_none()) {
            let Some(old) = key(value).and_then(|key| places.get_mut(&key)?.pop()) else { continue };
            *pair = Some(old);
            is_taken[old] = true;
        }
    }
    for (index, (pair, value)) in pairs.iter_mut().zip(after).enumerate() {
        let is_free = |old: &Value| !is_taken[index] && old.is_object() && value.is_object();
        if pair.is_none() && before.get(index).is_some_and(is_free) {
            *pair = Some(index);
        }
    }
    pairs
}

fn equal(value: &Value) -> Option<Vec<u8>> {
    Some(value_hash(value).to_vec())
}

fn name(value: &Value) -> Option<Vec<u8>> {
    const NAMES: [&str; 8] =
        ["@id", "identifier", "downloadURL", "accessURL", "endpointURL", "hasEmail", "title", "name"];
    let map = value.as_object()?;
    NAMES.iter().find_map(|key| Some(format!("{key} {}", map.get(*key)?.as_str()?).into_bytes()))
}

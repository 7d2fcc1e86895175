//! The fields in which two states of a record differ, with their values.

use serde_json::{Map, Value};

use super::CompareOptions;
use super::detail::{Detail, details};
use crate::canonical::value_hash;
use crate::diff::{ChangeKind, changes};

/// Whether the order of a list of texts or objects means something. Coordinates are always in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// Another order is a change, of the kind [`ChangeKind::Reordered`].
    #[default]
    Counts,
    /// The same items in another order are the same.
    IsNothing,
}

/// A field that differs, with both its values.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The JSON key.
    pub field: String,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Its value before; absent when it was added.
    pub before: Option<Value>,
    /// Its value now; absent when it was removed.
    pub after: Option<Value>,
    /// Where inside of an object or list the two differ, with pointers that begin at the field.
    pub details: Vec<Detail>,
}

/// The fields in which two records differ, under the options.
pub fn field_changes(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    options: &CompareOptions,
) -> Vec<FieldChange> {
    let changes = changes(&normal(before.clone(), options), &normal(after.clone(), options));
    let changes = changes.into_iter().map(|change| {
        let (before, after) = (before.get(&change.field), after.get(&change.field));
        let details = match (before, after) {
            (Some(before), Some(after)) if change.kind == ChangeKind::Changed => details(before, after),
            _ => Vec::new(),
        };
        FieldChange {
            field: change.field,
            kind: change.kind,
            before: before.cloned(),
            after: after.cloned(),
            details,
        }
    });
    changes.collect()
}

/// The record without what the options ignore: equal for two records exactly if they differ in nothing else.
pub fn normal(mut map: Map<String, Value>, options: &CompareOptions) -> Map<String, Value> {
    for path in &options.ignore {
        let steps = path.split('/').filter(|step| !step.is_empty()).collect::<Vec<_>>();
        remove(&mut map, &steps);
    }
    if options.order == ListOrder::IsNothing {
        map.values_mut().for_each(sort);
    }
    map
}

fn remove(map: &mut Map<String, Value>, steps: &[&str]) {
    match steps {
        [] => {}
        [last] => drop(map.shift_remove(*last)),
        [first, rest @ ..] => {
            if let Some(value) = map.get_mut(*first) {
                remove_within(value, rest);
            }
        }
    }
}

fn remove_within(value: &mut Value, steps: &[&str]) {
    match value {
        Value::Object(map) => remove(map, steps),
        Value::Array(items) => items.iter_mut().for_each(|item| remove_within(item, steps)),
        _ => {}
    }
}

/// Puts lists of texts and objects in an order of their own; numbers and lists of lists are coordinates.
fn sort(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(sort),
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            if items.iter().all(|item| item.is_string() || item.is_object()) {
                items.sort_by_cached_key(value_hash);
            }
        }
        _ => {}
    }
}

//! What the contexts of a JSON-LD document would cost its parser, which copies the active one where it changes.

use std::collections::BTreeSet;

use serde_json::Value;

/// The contexts of a document.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ContextCost {
    /// Bytes of contexts, counted as often as they are applied.
    pub work: usize,
    /// The addresses of contexts that are not in the document.
    pub remote: BTreeSet<String>,
}

/// Weighs the contexts of a document.
pub fn context_cost(document: &Value) -> ContextCost {
    let mut cost = ContextCost::default();
    weigh(document, Active::default(), &mut cost);
    cost
}

/// Most addresses that are remembered.
const REMOTE_MAX: usize = 20;

/// What a context that is named by its address is taken to weigh; ours has about 12 KB.
const REMOTE_BYTES: usize = 16 << 10;

#[derive(Clone, Copy, Default)]
struct Active {
    bytes: usize,
    /// Those in definitions of terms and classes, any of which may apply to any object.
    scoped_bytes: usize,
}

fn weigh(value: &Value, mut active: Active, cost: &mut ContextCost) {
    match value {
        Value::Object(map) => {
            if let Some(context) = map.get("@context") {
                active.bytes += size(context, &mut cost.remote);
                active.scoped_bytes += scoped(context);
                cost.work = cost.work.saturating_add(active.bytes);
            }
            cost.work = cost.work.saturating_add(active.scoped_bytes);
            map.iter()
                .filter(|(key, _)| *key != "@context")
                .for_each(|(_, value)| weigh(value, active, cost));
        }
        Value::Array(values) => values.iter().for_each(|value| weigh(value, active, cost)),
        _ => {}
    }
}

fn size(context: &Value, remote: &mut BTreeSet<String>) -> usize {
    match context {
        Value::String(url) => {
            if remote.len() < REMOTE_MAX {
                remote.insert(url.clone());
            }
            REMOTE_BYTES
        }
        Value::Array(contexts) => contexts.iter().map(|context| size(context, remote)).sum(),
        Value::Object(terms) => {
            if let Some(Value::String(url)) = terms.get("@import") {
                remote.insert(url.clone());
            }
            terms.iter().map(|(key, definition)| key.len() + bytes(definition)).sum()
        }
        _ => 0,
    }
}

fn bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 8,
        Value::Array(values) => values.iter().map(bytes).sum::<usize>() + 8,
        Value::Object(map) => map.iter().map(|(key, value)| key.len() + bytes(value)).sum::<usize>() + 8,
        _ => 8,
    }
}

fn scoped(context: &Value) -> usize {
    match context {
        Value::Array(contexts) => contexts.iter().map(scoped).sum(),
        Value::Object(terms) => {
            let inner = terms.values().filter_map(|definition| definition.get("@context"));
            inner.map(bytes).sum()
        }
        _ => 0,
    }
}

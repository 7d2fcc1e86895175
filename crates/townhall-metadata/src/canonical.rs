//! The identity of a record's content, whatever the order of its keys and the spaces between them.

use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

/// The SHA-256 of a record's content: equal for two objects that differ only in key order, white space,
/// escapes, or the way a number is written. The order of lists counts.
pub fn canonical_hash(map: &Map<String, Value>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    feed_map(map, &mut hasher);
    hasher.finalize().into()
}

/// The canonical hash of any value.
pub(crate) fn value_hash(value: &Value) -> [u8; 32] {
    let mut hasher = Sha256::new();
    feed(value, &mut hasher);
    hasher.finalize().into()
}

// Each value is a letter for its type, then what it holds; texts and lists say their length first, so that no
// two different values feed the same bytes.
fn feed(value: &Value, hasher: &mut Sha256) {
    match value {
        Value::Null => hasher.update(b"n"),
        Value::Bool(truth) => hasher.update(if *truth { b"t" } else { b"f" }),
        Value::Number(number) => feed_number(number, hasher),
        Value::String(text) => feed_text(text, hasher),
        Value::Array(values) => {
            hasher.update(b"a");
            hasher.update((values.len() as u64).to_le_bytes());
            values.iter().for_each(|value| feed(value, hasher));
        }
        Value::Object(map) => feed_map(map, hasher),
    }
}

fn feed_map(map: &Map<String, Value>, hasher: &mut Sha256) {
    hasher.update(b"o");
    hasher.update((map.len() as u64).to_le_bytes());
    let mut members = map.iter().collect::<Vec<_>>();
    members.sort_unstable_by_key(|(key, _)| *key);
    for (key, value) in members {
        feed_text(key, hasher);
        feed(value, hasher);
    }
}

fn feed_text(text: &str, hasher: &mut Sha256) {
    hasher.update(b"s");
    hasher.update((text.len() as u64).to_le_bytes());
    hasher.update(text);
}

fn feed_number(number: &Number, hasher: &mut Sha256) {
    /// Up to here every whole number has a float of its own, so `1` and `1.0` can be told to be the same.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    hasher.update(b"d");
    match (number.as_i64(), number.as_f64()) {
        (None, Some(float)) if float.fract() == 0.0 && float.abs() <= EXACT_MAX => {
            feed_text(&(float as i64).to_string(), hasher);
        }
        _ => feed_text(&number.to_string(), hasher),
    }
}

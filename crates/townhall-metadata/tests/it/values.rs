//! Values for property tests.

use proptest::prelude::*;
use serde_json::Value;

/// Any JSON value of a small size.
pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any_text(), inner), 0..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A short text of the characters that make trouble: separators, quotes, brackets, spaces, digits.
pub fn any_text() -> impl Strategy<Value = String> {
    "[a-c;,'\"=\\[\\]{}/~ \n\u{e9}0-9+@-]{0,6}"
}

//! Small steps with JSON values that all translations are made of.

use serde_json::{Map, Value};

/// A JSON object.
pub type Object = Map<String, Value>;

/// The text of a member, unless it is absent, empty or something else.
pub fn text<'o>(object: &'o Object, key: &str) -> Option<&'o str> {
    object.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// The texts of a member that is a text or a list of them.
pub fn texts(object: &Object, key: &str) -> Vec<Value> {
    let items = listed(object.get(key)).iter();
    items.filter(|item| item.as_str().is_some_and(|text| !text.trim().is_empty())).cloned().collect()
}

/// The items of a list; of anything else, the one item.
pub fn listed(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => items,
        Some(single) => std::slice::from_ref(single),
    }
}

/// Sets a member if there is something to set it to.
pub fn put(object: &mut Object, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value.into());
    }
}

/// Sets a member to a list unless that is empty.
pub fn put_list(object: &mut Object, key: &str, items: Vec<Value>) {
    put(object, key, (!items.is_empty()).then_some(items));
}

/// An object of a class.
pub fn thing(class: &str) -> Object {
    Map::from_iter([("@type".to_owned(), Value::from(class))])
}

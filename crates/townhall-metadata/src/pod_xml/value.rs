//! Elements as JSON values, and values as elements.

use serde_json::{Map, Value};

use super::names::{Class, class_in, is_item, is_list, is_single, is_truth, key_of, name_of};
use super::node::{Name, Node, Notes, is_space};

/// What an element says of its property.
enum Said {
    /// One value of perhaps several.
    Item(Value),
    /// All of it.
    Whole(Value),
}

/// The object whose members the elements are.
pub fn object_of(nodes: &[Node], class: Class, notes: &mut Notes) -> Map<String, Value> {
    let mut all = indexed::Members::default();
    for node in nodes {
        let (key, is_plural) = key_of(&node.name, class);
        let inner = class_in(class, &key);
        let is_wrapper = (is_plural || is_list(class, &key))
            && !node.children.is_empty()
            && node.children.iter().all(|child| is_item(&child.name, &key));
        let items = if is_wrapper { node.children.as_slice() } else { std::slice::from_ref(node) };
        for item in items {
            if let Some(said) = said(item, &key, class, inner, notes) {
                all.add(&key, said);
            }
        }
    }
    let members = all.into_members().map(|(key, said)| {
        let value = join(&key, said, class, notes);
        (key, value)
    });
    members.collect()
}

fn said(node: &Node, key: &str, class: Class, inner: Class, notes: &mut Notes) -> Option<Said> {
    let text = if node.keeps_space { node.text.as_str() } else { node.text.trim_matches(is_space) };
    if node.is_json {
        match serde_json::from_str(text) {
            Ok(value) => return Some(Said::Whole(value)),
            Err(_) => {
                notes.warn("READ-XML-JSON", key, format!("`{key}` is said to be JSON and is not"), text)
            }
        }
    }
    if !node.children.is_empty() {
        if !text.trim_matches(is_space).is_empty() {
            let message = format!("`{key}` has both elements and text; the text was not read");
            notes.warn("READ-XML-MIXED", key, message, text);
        }
        let object = object_of(&node.children, inner, notes);
        return (!object.is_empty()).then(|| Said::Item(Value::Object(object)));
    }
    if text.is_empty() {
        return None;
    }
    if is_truth(class, key)
        && let Ok(truth) = text.to_ascii_lowercase().parse::<bool>()
    {
        return Some(Said::Item(Value::Bool(truth)));
    }
    Some(Said::Item(Value::from(text)))
}

fn join(key: &str, mut said: Vec<Said>, class: Class, notes: &mut Notes) -> Value {
    if said.len() == 1 {
        return match said.remove(0) {
            Said::Item(value) if is_list(class, key) => Value::Array(vec![value]),
            Said::Item(value) | Said::Whole(value) => value,
        };
    }
    let mut values = said.into_iter().map(|said| match said {
        Said::Item(value) | Said::Whole(value) => value,
    });
    if !is_single(class, key) {
        return values.collect();
    }
    let first = values.next().unwrap_or_default();
    if let Some(other) = values.find(|value| *value != first) {
        let message = format!("`{key}` stands more than once; the first one counts");
        notes.warn("READ-DOUBLED-KEY", key, message, &other.to_string());
    }
    first
}

/// The elements for one property. They give the same value back.
pub fn nodes_of(key: &str, value: &Value, class: Class) -> Vec<Node> {
    let name = name_of(key, class);
    let nodes = plain(&name, key, value, class).filter(|nodes| {
        let read = object_of(nodes, class, &mut Notes::default());
        read.len() == 1 && read.get(key) == Some(value)
    });
    nodes.unwrap_or_else(|| vec![Node { is_json: true, text: json(value), ..Node::new(name) }])
}

/// The elements for a property without JSON, if there is such a way.
fn plain(name: &Name, key: &str, value: &Value, class: Class) -> Option<Vec<Node>> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let inner = class_in(class, key);
    let nodes = items.iter().map(|item| match item {
        Value::String(text) if text.chars().all(is_character) => {
            let keeps_space = text.trim_matches(is_space).len() < text.len();
            Some(Node { keeps_space, text: text.clone(), ..Node::new(name.clone()) })
        }
        Value::Bool(truth) => Some(Node { text: truth.to_string(), ..Node::new(name.clone()) }),
        Value::Object(members) => {
            let members = members.iter().flat_map(|(key, value)| {
                let name = name_of(key, inner);
                // Whether all of it can be read back is asked once, for the whole.
                plain(&name, key, value, inner)
                    .filter(|nodes| !nodes.is_empty() && !is_ambiguous(value))
                    .unwrap_or_else(|| vec![Node { is_json: true, text: json(value), ..Node::new(name) }])
            });
            Some(Node { children: members.collect(), ..Node::new(name.clone()) })
        }
        _ => None,
    });
    nodes.collect()
}

/// Whether a value inside an object would be read as another one: a list of one item as the item, a truth as text,
/// nothing as absent.
fn is_ambiguous(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.len() < 2 || items.iter().any(is_ambiguous),
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => true,
    }
}

/// JSON of characters that XML allows.
pub fn json(value: &Value) -> String {
    value.to_string().replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

/// Whether XML can have the character at all (XML 1.0, section 2.2).
pub fn is_character(character: char) -> bool {
    is_space(character) || (character >= ' ' && !matches!(character, '\u{fffe}' | '\u{ffff}'))
}

/// Members in the order in which they first came.
mod indexed {
    use std::collections::HashMap;

    use super::Said;

    #[derive(Default)]
    pub struct Members {
        places: HashMap<String, usize>,
        members: Vec<(String, Vec<Said>)>,
    }

    impl Members {
        pub fn add(&mut self, key: &str, said: Said) {
            let place = match self.places.get(key) {
                Some(place) => *place,
                None => {
                    self.places.insert(key.to_owned(), self.members.len());
                    self.members.push((key.to_owned(), Vec::new()));
                    self.members.len() - 1
                }
            };
            self.members[place].1.push(said);
        }

        pub fn into_members(self) -> impl Iterator<Item = (String, Vec<Said>)> {
            self.members.into_iter()
        }
    }
}

//! Gives again what a record keeps as JSON-LD because DCAT-US has no place for it.

use oxrdf::NamedNode;
use serde_json::{Map, Value};

use super::node::{Name, Node, Object, Property};
use crate::limits::RECORD_DEPTH_MAX;

/// Adds what was kept to the node of the object it was kept on.
pub fn add(kept: &Map<String, Value>, node: &mut Node) {
    fill(kept, node, 0);
    for value in listed(kept.get("@included")) {
        node.included.extend(value.as_object().map(|map| thing(map, 0)));
    }
}

fn fill(map: &Map<String, Value>, node: &mut Node, depth: u32) {
    for class in listed(map.get("@type")) {
        let name = class.as_str().and_then(|iri| NamedNode::new(iri).ok()).map(Name::Full);
        node.classes.extend(name.filter(|name| node.classes.iter().all(|class| class.iri() != name.iri())));
    }
    for (term, values) in map.iter().filter(|(key, _)| !key.starts_with('@')) {
        let Ok(term) = NamedNode::new(term) else { continue };
        for value in listed(Some(values)) {
            let Some(value) = object(value, depth) else { continue };
            node.properties.push(Property { key: "", term: Name::Full(term.clone()), value });
        }
    }
}

fn object(value: &Value, depth: u32) -> Option<Object> {
    let map = value.as_object()?;
    if let Some(text) = map.get("@value").and_then(Value::as_str) {
        let datatype = map.get("@type").and_then(Value::as_str).and_then(|iri| NamedNode::new(iri).ok());
        let text = text.to_owned();
        return Some(match (datatype, map.get("@language").and_then(Value::as_str)) {
            (Some(datatype), _) => Object::Typed(text, Name::Full(datatype)),
            (None, Some(language)) => Object::InLanguage(text, language.to_owned()),
            (None, None) => Object::Text(text),
        });
    }
    if depth >= RECORD_DEPTH_MAX {
        return None;
    }
    match map.get("@id").and_then(Value::as_str) {
        Some(iri) if map.len() == 1 => NamedNode::new(iri).ok().map(Object::Iri),
        _ => Some(Object::Node(Box::new(thing(map, depth + 1)))),
    }
}

fn thing(map: &Map<String, Value>, depth: u32) -> Node {
    let id = map.get("@id").and_then(Value::as_str).and_then(|iri| NamedNode::new(iri).ok());
    let mut node = Node { id, classes: Vec::new(), properties: Vec::new(), included: Vec::new() };
    fill(map, &mut node, depth);
    node
}

fn listed(value: Option<&Value>) -> &[Value] {
    match value {
        None => &[],
        Some(Value::Array(values)) => values,
        Some(single) => std::slice::from_ref(single),
    }
}

//! Keeps things of the same address apart where they are not the same thing.
//!
//! In RDF all that is said of one IRI is said of one thing. In DCAT-US a dataset is often known by the address of its page,
//! and many datasets have one page, each under its own title. What is the first to have an address keeps it as its name;
//! what differs from it stays nameless, and still says the address.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::BuildHasher;

use oxrdf::NamedNode;

use super::node::{Node, Object, Property};

/// The addresses that are taken, as keyed hashes, each with that of what has it.
#[derive(Debug, Default)]
pub struct Apart {
    taken: HashMap<u64, u64>,
    hasher: RandomState,
}

impl Apart {
    /// Goes through a record before it is written.
    pub fn keep(&mut self, record: &mut Node) {
        let own = record.id.clone();
        self.inside(record, own.as_ref());
    }

    fn inside(&mut self, node: &mut Node, own: Option<&NamedNode>) {
        for property in &mut node.properties {
            let Object::Node(inner) = &mut property.value else { continue };
            if let Some(id) = inner.id.clone().filter(|id| inner.properties.iter().any(|it| says(it, id))) {
                let content = self.hasher.hash_one(&**inner);
                let is_other = match self.taken.entry(self.hasher.hash_one(&id)) {
                    _ if own == Some(&id) => true,
                    Entry::Occupied(first) => *first.get() != content,
                    Entry::Vacant(free) => {
                        free.insert(content);
                        false
                    }
                };
                if is_other {
                    inner.id = None;
                }
            }
            self.inside(inner, own);
        }
    }
}

/// Whether a property says the address, which is then not lost with the name.
fn says(property: &Property, address: &NamedNode) -> bool {
    match &property.value {
        Object::Iri(iri) => iri == address,
        Object::Text(text) | Object::Typed(text, _) => text == address.as_str(),
        Object::InLanguage(..) | Object::Node(_) => false,
    }
}

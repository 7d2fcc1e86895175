//! The statements about one record, as N-Triples: what is kept as its original.

use std::collections::{HashMap, HashSet};
use std::io::Write;

use oxrdf::{BlankNode, NamedOrBlankNode, Term};

use super::graph::Graph;

/// Writes what is said of a thing and of the blank nodes it leads to, unless that takes more bytes than allowed.
///
/// Blank nodes are numbered in the order in which they are met, so that the same statements give the same bytes. Those
/// that many records share are copied for each while the budget of bytes lasts; after that they are only named.
pub fn original(graph: &Graph, number: usize, bytes_max: usize, budget: &mut usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut labels = Labels::default();
    let mut waiting = vec![number];
    let mut seen = HashSet::from([number]);
    while let Some(number) = waiting.pop() {
        let thing = &graph.things()[number];
        let subject = labels.subject(&thing.name);
        for (predicate, object) in &thing.said {
            if matches!(object, Term::BlankNode(_))
                && *budget > out.len()
                && let Some(inner) = graph.number(object)
                && seen.insert(inner)
            {
                waiting.push(inner);
            }
            let object = labels.object(object);
            writeln!(out, "{subject} {} {object} .", graph.predicate(*predicate))
                .expect("memory does not fail");
            if out.len() > bytes_max {
                return None;
            }
        }
    }
    *budget = budget.saturating_sub(out.len());
    Some(out)
}

#[derive(Default)]
struct Labels {
    numbers: HashMap<BlankNode, usize>,
}

impl Labels {
    fn subject(&mut self, name: &NamedOrBlankNode) -> String {
        match name {
            NamedOrBlankNode::NamedNode(node) => node.to_string(),
            NamedOrBlankNode::BlankNode(node) => self.label(node),
        }
    }

    fn object(&mut self, term: &Term) -> String {
        match term {
            Term::BlankNode(node) => self.label(node),
            other => other.to_string(),
        }
    }

    fn label(&mut self, node: &BlankNode) -> String {
        let next = self.numbers.len();
        let number = *self.numbers.entry(node.clone()).or_insert(next);
        format!("_:b{number}")
    }
}

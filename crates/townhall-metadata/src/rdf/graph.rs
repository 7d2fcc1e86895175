//! The graph of one file: what is said of each thing, in the order in which it is said.

use std::collections::HashMap;

use oxrdf::vocab::rdf;
use oxrdf::{NamedNode, NamedOrBlankNode, Term, Triple};

/// The statements of a file, by subject.
#[derive(Debug, Default)]
pub struct Graph {
    things: Vec<Thing>,
    numbers: HashMap<NamedOrBlankNode, usize>,
    predicates: Vec<NamedNode>,
    predicate_numbers: HashMap<NamedNode, u32>,
    statements: usize,
}

/// One subject with what is said of it.
#[derive(Debug)]
pub struct Thing {
    /// Its IRI or blank label.
    pub name: NamedOrBlankNode,
    /// What is said of it, each with the number of its predicate.
    pub said: Vec<(u32, Term)>,
    /// Whether something else refers to it.
    pub is_referred: bool,
}

impl Graph {
    /// Adds a statement.
    pub fn add(&mut self, triple: Triple) {
        if let Some(object) = subject_of(&triple.object)
            && object != triple.subject
            && triple.predicate != rdf::TYPE
        {
            let number = self.number_or_new(object);
            self.things[number].is_referred = true;
        }
        let predicate = match self.predicate_numbers.get(&triple.predicate) {
            Some(number) => *number,
            None => {
                let number = self.predicates.len() as u32;
                self.predicates.push(triple.predicate.clone());
                self.predicate_numbers.insert(triple.predicate, number);
                number
            }
        };
        let number = self.number_or_new(triple.subject);
        self.things[number].said.push((predicate, triple.object));
        self.statements += 1;
    }

    /// How many statements there are.
    pub fn len(&self) -> usize {
        self.statements
    }

    /// Every thing, in the order in which they are met.
    pub fn things(&self) -> &[Thing] {
        &self.things
    }

    /// The number of a thing that a term names, if the file says anything of it.
    pub fn number(&self, term: &Term) -> Option<usize> {
        let number = *self.numbers.get(&subject_of(term)?)?;
        (!self.things[number].said.is_empty()).then_some(number)
    }

    /// The predicate with this number.
    pub fn predicate(&self, number: u32) -> &NamedNode {
        &self.predicates[number as usize]
    }

    /// How many different predicates there are.
    pub fn predicates(&self) -> &[NamedNode] {
        &self.predicates
    }

    /// The classes of a thing.
    pub fn classes(&self, number: usize) -> impl Iterator<Item = &NamedNode> {
        self.things[number].said.iter().filter_map(|(predicate, object)| match object {
            Term::NamedNode(class) if *self.predicate(*predicate) == rdf::TYPE => Some(class),
            _ => None,
        })
    }

    fn number_or_new(&mut self, name: NamedOrBlankNode) -> usize {
        *self.numbers.entry(name).or_insert_with_key(|name| {
            self.things.push(Thing { name: name.clone(), said: Vec::new(), is_referred: false });
            self.things.len() - 1
        })
    }
}

fn subject_of(term: &Term) -> Option<NamedOrBlankNode> {
    match term {
        Term::NamedNode(node) => Some(node.clone().into()),
        Term::BlankNode(node) => Some(node.clone().into()),
        Term::Literal(_) => None,
    }
}

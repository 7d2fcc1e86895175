//! What only the whole file tells: identifiers and titles that stand twice, and collections.

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use townhall_model::record::{RecordKind, Version};
use townhall_model::{Finding, Position};

use crate::validate::collect::{About, Collector};
use crate::validate::engine::{Check, name_of};
use crate::validate::profile::Profile;
use crate::validate::rule::{self, Rule};
use crate::validate::tree::{Kind, Value};
use crate::validate::words::{Words, quote};

/// Members of collections whose names are remembered until the end of the file; of others only the number.
const MEMBERS_NAMED_MAX: usize = 10_000;

/// What is remembered of the records: hashes, which nobody can choose to collide, as they are keyed at random.
#[derive(Default)]
pub struct Across {
    hasher: RandomState,
    /// Identifiers by kind, and which record had them first.
    identifiers: HashMap<u64, u64>,
    titles: HashMap<u64, u64>,
    members: Vec<Member>,
}

/// A dataset that is part of another.
struct Member {
    index: u64,
    own: u64,
    collection: u64,
    named: Option<Box<Named>>,
}

struct Named {
    identifier: Option<String>,
    title: Option<String>,
    collection: String,
    pointer: String,
    position: Position,
}

impl Across {
    /// Looks at a record that was compared with its shape.
    pub fn record(&mut self, check: &mut Check<'_, '_, '_>, kind: RecordKind, dataset: Option<u64>) {
        let root = check.subject.root;
        let version = check.profile.version();
        let key = match (version, kind) {
            // The harvester makes an identifier for a catalogue record that has none.
            (_, RecordKind::CatalogRecord) => return,
            (_, RecordKind::DatasetSeries) => "@id",
            _ => "identifier",
        };
        let value = root.get(key);
        let name = value.and_then(name_of).filter(|name| !name.trim().is_empty());
        if version == Version::DcatUs30 {
            usable(check, key, root, name);
            nested(check, kind, root);
        } else if let Some(value) = value
            && value.text().is_some_and(|text| !text.is_empty() && text.trim().is_empty())
        {
            check.note(&rule::ID_BLANK, key, value, || Words::new("`identifier` has nothing but spaces"));
        }
        let own = name.map(|name| self.hasher.hash_one((kind as u8, name)));
        if let (Some(own), Some(value), Some(name)) = (own, value, name) {
            self.identifier(check, own, value, name);
        }
        let Some(index) = dataset else { return };
        if let Some(title) = root.get("title").and_then(Value::text).filter(|title| !title.trim().is_empty())
        {
            self.title(check, index, root, title);
        }
        if version != Version::DcatUs30
            && let Some(value) = root.get("isPartOf")
            && let Some(collection) = value.text().filter(|text| !text.is_empty())
        {
            self.member(check, index, own, name, (value, collection));
        }
    }

    fn identifier(&mut self, check: &mut Check<'_, '_, '_>, own: u64, value: Value<'_>, name: &str) {
        let index = check.subject.dataset.unwrap_or_default();
        match self.identifiers.entry(own) {
            Entry::Vacant(entry) => {
                entry.insert(index);
            }
            Entry::Occupied(first) => {
                let first = *first.get();
                let words = || {
                    Words::new(format!(
                        "the identifier {} is already that of record {first}, counted from 0",
                        quote(name)
                    ))
                };
                if check.profile == Profile::Harvester30 {
                    check.refuse_too(&rule::DUPLICATE, "identifier", value, words);
                } else {
                    check.note(&rule::ID_REPEATED, "identifier", value, words);
                }
            }
        }
    }

    fn title(&mut self, check: &mut Check<'_, '_, '_>, index: u64, root: Value<'_>, title: &str) {
        match self.titles.entry(self.hasher.hash_one(title.trim())) {
            Entry::Vacant(entry) => {
                entry.insert(index);
            }
            Entry::Occupied(first) => {
                let first = *first.get();
                let value = root.get("title").unwrap_or(root);
                check.note(&rule::TITLE_REPEATED, "title", value, || {
                    Words::new(format!(
                        "dataset {first}, counted from 0, has the same title: {}",
                        quote(title)
                    ))
                });
            }
        }
    }

    fn member(
        &mut self,
        check: &mut Check<'_, '_, '_>,
        index: u64,
        own: Option<u64>,
        name: Option<&str>,
        (value, collection): (Value<'_>, &str),
    ) {
        if name == Some(collection) {
            check.note(&rule::PART_OF_ITSELF, "isPartOf", value, || {
                Words::new(format!("the dataset is part of itself: {}", quote(collection)))
            });
            return;
        }
        let subject = check.subject;
        let named = (self.members.len() < MEMBERS_NAMED_MAX).then(|| {
            let pointer = format!("{}/isPartOf", subject.pointer);
            Box::new(Named {
                identifier: name.map(beginning),
                title: subject.root.get("title").and_then(Value::text).map(beginning),
                collection: beginning(collection),
                position: subject.places.position(value.at(), "/isPartOf"),
                pointer,
            })
        });
        let collection = self.hasher.hash_one((RecordKind::Dataset as u8, collection));
        self.members.push(Member { index, own: own.unwrap_or_default(), collection, named });
    }

    /// Tells of collections that are not there, and of those that are members themselves.
    pub fn finish(self, collector: &mut Collector<'_>) {
        let parts = self.members.iter().map(|member| member.own).collect::<HashSet<_>>();
        for member in &self.members {
            if !self.identifiers.contains_key(&member.collection) {
                tell(collector, &rule::PART_DANGLING, member, |collection| {
                    format!("the file has no dataset {collection}, of which this one is said to be part")
                });
            } else if parts.contains(&member.collection) {
                tell(collector, &rule::PART_NESTED, member, |collection| {
                    format!("the collection {collection} is part of another one")
                });
            }
        }
    }
}

fn tell(collector: &mut Collector<'_>, rule: &'static Rule, member: &Member, words: impl Fn(&str) -> String) {
    let about =
        About { rule, class: "Dataset", field: "isPartOf", official: false, dataset: Some(member.index) };
    collector.add(about, || {
        let named = member.named.as_deref();
        let collection = named.map_or_else(|| "that it names".to_owned(), |named| quote(&named.collection));
        let finding = Finding::new(rule.code, rule.severity, words(&collection))
            .with_source(rule.source)
            .with_fix(rule.fix);
        match named {
            None => finding.with_dataset(member.index, None, None),
            Some(named) => finding
                .with_dataset(member.index, named.identifier.as_deref(), named.title.as_deref())
                .with_pointer(named.pointer.as_str())
                .with_position(named.position)
                .with_value(&named.collection),
        }
    });
}

/// As much of a text as a finding shows.
fn beginning(text: &str) -> String {
    const CHARACTERS_MAX: usize = 250;
    text.chars().take(CHARACTERS_MAX).collect()
}

/// Whether a record of 3.0 can be told from others.
fn usable(check: &mut Check<'_, '_, '_>, key: &'static str, record: Value<'_>, name: Option<&str>) {
    if name.is_some() {
        return;
    }
    let value = record.get(key);
    let words = || match value.map(Value::kind) {
        None => Words::absent(format!("the record has no `{key}`, so that harvesters leave it out")),
        Some(Kind::Object) => {
            Words::new("`identifier` is an object without `@id`, so that harvesters leave the record out")
        }
        Some(Kind::Null) => Words::new(format!("`{key}` is null, so that harvesters leave the record out")),
        Some(_) => Words::new(format!("`{key}` names nothing, so that harvesters leave the record out")),
    };
    let at = value.unwrap_or(record);
    match check.profile {
        Profile::Harvester30 => check.refuse_too(&rule::NO_IDENTIFIER, key, at, words),
        _ => check.note(&rule::IDENTIFIER_UNUSABLE, key, at, words),
    }
}

/// Datasets within services and series are harvested as records of their own.
fn nested(check: &mut Check<'_, '_, '_>, kind: RecordKind, root: Value<'_>) {
    let fields: &[&'static str] = match kind {
        RecordKind::DataService => &["servesDataset"],
        RecordKind::DatasetSeries => &["seriesMember", "first", "last"],
        _ => return,
    };
    for field in fields {
        let Some(value) = root.get(field) else { continue };
        check.within(field, |check| {
            if value.kind() == Kind::Object {
                usable(check, "identifier", value, value.get("identifier").and_then(name_of));
            }
            for (index, item) in value.items().enumerate().filter(|(_, item)| item.kind() == Kind::Object) {
                check.within_item(index, |check| {
                    usable(check, "identifier", item, item.get("identifier").and_then(name_of));
                });
            }
        });
    }
}

//! Facets count exactly, whatever is selected.

use std::collections::{BTreeMap, BTreeSet};

use townhall_search::{Facet, IndexDocument, Named, SearchQuery};

use crate::support::{Fixture, catalogue, index, slugs, titled};

fn draw(small: &Fixture, query: &SearchQuery, facet: Facet) -> String {
    let query = SearchQuery { facets: vec![facet], ..query.clone() };
    let answer = small.ask(&query);
    let values = answer.facet(facet).iter().map(|value| {
        let mark = if value.selected { "*" } else { "" };
        format!("{}{mark}={}", value.value, value.count)
    });
    values.collect::<Vec<_>>().join(" ")
}

#[test]
fn facets_count_what_was_found_most_frequent_first() {
    let small = index(catalogue());
    let all = SearchQuery::default();
    assert_eq!(draw(&small, &all, Facet::Organization), "ed=2 epa=2");
    assert_eq!(draw(&small, &all, Facet::Format), "csv=2 json=1 xlsx=1");
    assert_eq!(draw(&small, &all, Facet::Has), "download=3 api=1 map=1 table=1");
    assert_eq!(draw(&small, &SearchQuery::text("water "), Facet::Topic), "environment=2 education=1");
    assert_eq!(draw(&small, &SearchQuery { facet_size: 2, ..all }, Facet::Year), "2019=2 2020=2");
}

#[test]
fn keywords_and_formats_ignore_case_and_show_the_usual_spelling() {
    let small = index(catalogue());
    let answer = small.ask(&SearchQuery::default().with_all_facets());
    let keyword = &answer.facet(Facet::Keyword)[1];
    assert_eq!((keyword.value.as_str(), keyword.count), ("water", 2));
    assert_eq!(slugs(&small.ask(&SearchQuery::default().with(Facet::Keyword, " WATER"))), "r2 r1");
    assert_eq!(answer.facet(Facet::Organization)[0].label, "Department of Education");
}

#[test]
fn values_of_one_facet_are_any_and_facets_are_all() {
    let small = index(catalogue());
    let query = SearchQuery::default().with(Facet::Format, "csv").with(Facet::Format, "xlsx");
    assert_eq!(slugs(&small.ask(&query)), "r2 r3 r1");
    assert_eq!(slugs(&small.ask(&query.with(Facet::License, "cc0"))), "r1");
}

#[test]
fn the_counts_of_a_facet_ignore_its_own_selection() {
    let small = index(catalogue());
    let query = SearchQuery::default().with(Facet::Organization, "epa");
    assert_eq!(draw(&small, &query, Facet::Organization), "ed=2 epa*=2");
    assert_eq!(draw(&small, &query, Facet::Topic), "environment=2");
    let both = query.with(Facet::Topic, "education");
    assert_eq!(draw(&small, &both, Facet::Organization), "ed=2 epa*=0");
    assert_eq!(draw(&small, &both, Facet::Topic), "environment=2 education*=0");
    assert_eq!(small.ask(&both).total, 0);
}

#[test]
fn what_is_selected_is_listed_even_when_it_is_rare_or_unknown() {
    let small = index(catalogue());
    let query = SearchQuery { facet_size: 1, ..SearchQuery::default().with(Facet::Format, "xlsx") };
    assert_eq!(draw(&small, &query, Facet::Format), "csv=2 xlsx*=1");
    let unknown = SearchQuery { facet_size: 1, ..SearchQuery::default().with(Facet::Format, "tape") };
    assert_eq!(draw(&small, &unknown, Facet::Format), "csv=2 tape*=0");
}

#[test]
fn a_renamed_organization_is_one_value_with_its_new_name() {
    let small = index(catalogue());
    let renamed = catalogue().into_iter().take(2).map(|document| IndexDocument {
        organization: Some(Named::new("epa", "Agency for Clean Water")),
        ..document
    });
    small.index.apply(renamed, [], 2).unwrap();
    let answer = small.ask(&SearchQuery::default().with_all_facets());
    let epa = answer.facet(Facet::Organization).iter().find(|value| value.value == "epa").unwrap();
    assert_eq!((epa.label.as_str(), epa.count), ("Agency for Clean Water", 2));
}

#[test]
fn counts_follow_every_commit() {
    let small = index(catalogue());
    let all = SearchQuery::default();
    assert_eq!(draw(&small, &all, Facet::Kind), "dataset=3 service=1");
    small
        .index
        .apply([IndexDocument { kind: "series".into(), ..titled(7, "A series") }], [crate::support::id(4)], 2)
        .unwrap();
    assert_eq!(draw(&small, &all, Facet::Kind), "dataset=3 series=1");
}

/// Many records with values drawn by a small generator of our own, so that every run is the same.
fn many(records: u64) -> Vec<IndexDocument> {
    let mut state = 42_u64;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let words = ["water", "air", "school", "health", "energy"];
    (0..records)
        .map(|number| {
            let word = |index: u64| words[index as usize];
            IndexDocument {
                organization: Some(Named::new(format!("org{}", draw(4)), "An organization")),
                keywords: (0..draw(4)).map(|_| format!("k{}", draw(9))).collect(),
                formats: (0..draw(3)).map(|_| word(draw(5)).to_owned()).collect(),
                access_level: word(draw(2)).to_owned(),
                has_download: draw(2) == 0,
                has_api: draw(3) == 0,
                years: vec![2000 + draw(5) as i32],
                ..titled(u128::from(number), &format!("{} {}", word(draw(5)), word(draw(5))))
            }
        })
        .collect()
}

/// The values of a facet in a document, counted by hand.
fn values(document: &IndexDocument, facet: Facet) -> BTreeSet<String> {
    match facet {
        Facet::Organization => document.organization.iter().map(|named| named.value.clone()).collect(),
        Facet::Keyword => document.keywords.iter().cloned().collect(),
        Facet::Format => document.formats.iter().cloned().collect(),
        Facet::AccessLevel => [document.access_level.clone()].into(),
        Facet::Year => document.years.iter().map(ToString::to_string).collect(),
        Facet::Has => [(document.has_download, "download"), (document.has_api, "api")]
            .into_iter()
            .filter(|(has, _)| *has)
            .map(|(_, name)| name.to_owned())
            .collect(),
        _ => BTreeSet::new(),
    }
}

fn passes(document: &IndexDocument, filters: &[(Facet, Vec<String>)], ignored: Option<Facet>) -> bool {
    filters
        .iter()
        .filter(|(facet, _)| Some(*facet) != ignored)
        .all(|(facet, wanted)| wanted.iter().any(|value| values(document, *facet).contains(value)))
}

#[test]
fn every_count_equals_a_count_by_hand_over_several_segments() {
    let mut documents = many(600);
    let small = index(documents[..250].to_vec());
    small.index.apply(documents[250..].to_vec(), [], 2).unwrap();
    // Some are replaced and some deleted, so that the segments have holes.
    let changed: Vec<IndexDocument> = documents
        .iter()
        .step_by(7)
        .map(|document| IndexDocument { years: vec![1999], ..document.clone() })
        .collect();
    let deleted: Vec<_> = documents.iter().step_by(11).map(|document| document.id).collect();
    small.index.apply(changed.clone(), deleted.clone(), 3).unwrap();
    for document in changed {
        let place = documents.iter().position(|old| old.id == document.id).unwrap();
        documents[place] = document;
    }
    documents.retain(|document| !deleted.contains(&document.id));
    assert_eq!(small.index.document_count() as usize, documents.len());

    let filter =
        |facet: Facet, values: &[&str]| (facet, values.iter().map(|&value| value.to_owned()).collect());
    let selections: [Vec<(Facet, Vec<String>)>; 5] = [
        vec![],
        vec![filter(Facet::Organization, &["org1"])],
        vec![filter(Facet::Organization, &["org1", "org3"]), filter(Facet::Keyword, &["k1", "k2", "k3"])],
        vec![
            filter(Facet::Has, &["download"]),
            filter(Facet::Year, &["1999", "2001"]),
            filter(Facet::Format, &["air"]),
        ],
        vec![filter(Facet::AccessLevel, &["water"]), filter(Facet::Keyword, &["k7", "missing"])],
    ];
    for text in ["", "water ", "-water", "air school "] {
        let has = |document: &IndexDocument, word: &str| {
            document.title.contains(word) || document.formats.iter().any(|format| format == word)
        };
        let words = |document: &IndexDocument| match text {
            "water " => has(document, "water"),
            "-water" => !has(document, "water"),
            "air school " => has(document, "air") && has(document, "school"),
            _ => true,
        };
        for filters in &selections {
            let query = SearchQuery { filters: filters.clone(), facet_size: 100, ..SearchQuery::text(text) };
            let answer = small.ask(&query.with_all_facets());
            let total = documents
                .iter()
                .filter(|document| words(document) && passes(document, filters, None))
                .count();
            assert_eq!(answer.total as usize, total, "{text:?} {filters:?}");
            for facet in Facet::ALL {
                let mut by_hand = BTreeMap::new();
                for document in documents
                    .iter()
                    .filter(|document| words(document) && passes(document, filters, Some(facet)))
                {
                    for value in values(document, facet) {
                        *by_hand.entry(value).or_insert(0) += 1;
                    }
                }
                let counted: BTreeMap<String, u64> = answer
                    .facet(facet)
                    .iter()
                    .filter(|value| value.count > 0)
                    .map(|value| (value.value.clone(), value.count))
                    .collect();
                assert_eq!(counted, by_hand, "{facet:?} for {text:?} {filters:?}");
            }
        }
    }
}

//! No question and no document is an error.

use std::sync::OnceLock;

use proptest::prelude::*;
use townhall_search::{Facet, IndexDocument, Named, PlaceFilter, PlaceRelation, SearchQuery, Sort, limits};

use crate::support::{Fixture, catalogue, draw, id, index};

fn shared() -> &'static Fixture {
    static SHARED: OnceLock<Fixture> = OnceLock::new();
    SHARED.get_or_init(|| index(catalogue()))
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"".to_owned()),
        Just("-".to_owned()),
        Just("title:".to_owned()),
        Just("column:\"".to_owned()),
        Just(" ".to_owned()),
        Just("water".to_owned()),
        Just("the".to_owned()),
        Just("watre".to_owned()),
        Just("é\u{301}ß\u{0}".to_owned()),
        Just("水".to_owned()),
        "[a-z]{1,12}",
        "\\PC{0,4}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in pieces(), value in ".{0,20}", offset in 0_usize..20_000) {
        let query = SearchQuery { offset, ..SearchQuery::text(text.clone()) }.with_all_facets();
        let answer = shared().ask(&query);
        prop_assert!(answer.total <= 4);
        for sort in [Sort::Title(townhall_search::Direction::Ascending), Sort::Relevance] {
            let query = SearchQuery { sort, ..SearchQuery::text(text.clone()) }.with(Facet::Keyword, value.clone());
            let answer = shared().ask(&query);
            prop_assert_eq!(answer.hits.len() as u64, answer.total);
        }
        shared().index.suggest(&text, 5).unwrap();
    }

    #[test]
    fn any_box_and_time_are_answered(bbox in any::<[f64; 4]>(), time in any::<(i32, i32)>(), within in any::<bool>()) {
        let relation = if within { PlaceRelation::Within } else { PlaceRelation::Intersects };
        let query = SearchQuery { place: Some(PlaceFilter { bbox, relation }), time: Some(time), ..SearchQuery::default() };
        shared().ask(&query.with_all_facets());
    }
}

#[test]
fn a_phrase_that_stands_nowhere_can_be_excluded() {
    for text in ["-water\"water \u{18df3}", "-\"water the\"", "water -\"the water\""] {
        shared().ask(&SearchQuery::text(text.to_owned()).with_all_facets());
    }
}

#[test]
fn any_document_is_taken_and_found_by_its_title() {
    let huge = "word ".repeat(200_000);
    let long = "x".repeat(100_000);
    let mut documents = vec![
        IndexDocument::new(id(1)),
        IndexDocument {
            title: format!("Needle {huge}"),
            description: huge.clone(),
            keywords: vec![long.clone(); 3],
            publisher: long.clone(),
            organization: Some(Named::new("", "")),
            columns: vec!["c".to_owned(); limits::COLUMNS_MAX * 2],
            identifier: long.clone(),
            bbox: Some([f64::NAN, f64::INFINITY, 0.0, 0.0]),
            temporal: Some((i32::MAX, i32::MIN)),
            changed: Some(i64::MIN),
            years: (0..10_000).collect(),
            ..IndexDocument::new(id(2))
        },
    ];
    documents.extend((3..40).map(|number| IndexDocument {
        title: format!("Odd \u{0}\u{1f}{}", char::from_u32(number * 997).unwrap_or('\u{fffd}')),
        keywords: vec!["\u{1f}".into(), "a\u{1f}b".into()],
        ..IndexDocument::new(id(number.into()))
    }));
    let odd = index(documents);
    assert_eq!(odd.index.document_count(), 39);
    let answer = odd.ask(&SearchQuery::text("needle").with_all_facets());
    assert_eq!(answer.total, 1);
    assert_eq!(answer.facet(Facet::Keyword)[0].value.len(), limits::FACET_VALUE_BYTES_MAX);
    let answer = odd.ask(&SearchQuery::text("odd ").with_all_facets());
    assert_eq!((answer.total, answer.facet(Facet::Keyword)[0].value.as_str()), (37, "a b"));
    assert!(draw(&answer.hits[0].title).starts_with("[Odd] \u{0}"));
}

#[test]
fn an_empty_index_answers_everything() {
    let empty = index(Vec::new());
    for text in ["", "water", "-water", "\"a b\"", "title:x"] {
        let answer = empty.ask(&SearchQuery::text(text).with(Facet::Topic, "x").with_all_facets());
        assert_eq!((answer.total, answer.relaxed, answer.did_you_mean), (0, false, None));
    }
    assert!(empty.index.suggest("wa", 5).unwrap().is_empty());
    assert!(empty.index.revisions().unwrap().is_empty());
}

//! Where, when and in which order.

use townhall_search::{Direction, PlaceFilter, PlaceRelation, SearchQuery, Sort, limits};

use crate::support::{catalogue, index, slugs, titled};

fn in_box(bbox: [f64; 4], relation: PlaceRelation) -> String {
    let place = Some(PlaceFilter { bbox, relation });
    let query = SearchQuery { place, sort: Sort::Title(Direction::Ascending), ..SearchQuery::default() };
    slugs(&index(catalogue()).ask(&query))
}

#[test]
fn a_box_finds_what_it_touches_or_what_is_inside() {
    assert_eq!(in_box([-78.0, 38.0, -76.0, 39.0], PlaceRelation::Intersects), "r1 r3");
    assert_eq!(in_box([-78.0, 38.0, -76.0, 39.0], PlaceRelation::Within), "");
    assert_eq!(in_box([-90.0, 30.0, -70.0, 45.0], PlaceRelation::Within), "r3");
    assert_eq!(in_box([0.0, 0.0, 10.0, 10.0], PlaceRelation::Intersects), "");
}

#[test]
fn boxes_may_cross_the_antimeridian() {
    assert_eq!(in_box([-179.0, -18.0, -170.0, -10.0], PlaceRelation::Intersects), "r2");
    assert_eq!(in_box([170.0, -30.0, -170.0, 0.0], PlaceRelation::Within), "r2");
    assert_eq!(in_box([-170.0, -30.0, 170.0, 0.0], PlaceRelation::Intersects), "");
    assert_eq!(in_box([-180.0, -90.0, 180.0, 90.0], PlaceRelation::Within), "r1 r3 r2");
}

#[test]
fn an_odd_box_finds_nothing_and_is_no_error() {
    assert_eq!(in_box([f64::NAN, 0.0, f64::INFINITY, 1.0], PlaceRelation::Intersects), "");
    assert_eq!(in_box([0.0, 50.0, 10.0, 10.0], PlaceRelation::Intersects), "");
}

#[test]
fn a_time_range_finds_what_overlaps() {
    let small = index(catalogue());
    let in_time =
        |first, last| slugs(&small.ask(&SearchQuery { time: Some((first, last)), ..SearchQuery::default() }));
    let year = |year: i32| (year - 1970) * 365 + (year - 1969) / 4;
    assert_eq!(in_time(year(2019), year(2019)), "r2 r1");
    assert_eq!(in_time(year(2021), year(2030)), "r2");
    assert_eq!(in_time(i32::MIN, year(2001)), "r4");
    assert_eq!(in_time(year(2001), i32::MIN), "r4", "turned around means the same");
    assert_eq!(in_time(year(2005), year(2010)), "");
}

#[test]
fn every_order_goes_both_ways_and_puts_missing_values_last() {
    let small = index(catalogue());
    let sorted = |sort| slugs(&small.ask(&SearchQuery { sort, ..SearchQuery::default() }));
    use Direction::{Ascending, Descending};
    assert_eq!(sorted(Sort::Title(Ascending)), "r4 r1 r3 r2");
    assert_eq!(sorted(Sort::Title(Descending)), "r2 r3 r1 r4");
    assert_eq!(sorted(Sort::Changed(Descending)), "r2 r3 r1 r4");
    assert_eq!(sorted(Sort::Changed(Ascending)), "r1 r3 r2 r4");
    assert_eq!(sorted(Sort::Modified(Descending)), "r1 r4 r2 r3");
    assert_eq!(sorted(Sort::Modified(Ascending)), "r2 r4 r1 r3");
    assert_eq!(sorted(Sort::Released(Descending)), "r2 r3 r1 r4");
    assert_eq!(sorted(Sort::Relevance), "r2 r3 r1 r4", "without words the newest change comes first");
}

#[test]
fn the_order_is_the_same_over_several_segments_and_ties_are_broken_by_id() {
    let titles = ["b", "a", "c", "a", "b", "a"];
    let documents = |range: std::ops::Range<usize>| {
        range.map(|number| titled(number as u128 + 1, titles[number])).collect::<Vec<_>>()
    };
    let one = index(documents(0..6));
    let several = index(documents(4..6));
    several.index.apply(documents(0..2), [], 2).unwrap();
    several.index.apply(documents(2..4), [], 3).unwrap();
    let query = |sort, text: &str| SearchQuery { sort, ..SearchQuery::text(text) };
    for (sort, expected) in [
        (Sort::Title(Direction::Ascending), "r2 r4 r6 r1 r5 r3"),
        (Sort::Title(Direction::Descending), "r3 r1 r5 r2 r4 r6"),
        (Sort::Changed(Direction::Descending), "r1 r2 r3 r4 r5 r6"),
    ] {
        assert_eq!(slugs(&one.ask(&query(sort, ""))), expected);
        assert_eq!(slugs(&several.ask(&query(sort, ""))), expected);
    }
    let found: Vec<_> = ["r1 r5", "r3"].into();
    assert_eq!(slugs(&several.ask(&query(Sort::Relevance, "b "))), found[0]);
    assert_eq!(slugs(&several.ask(&query(Sort::Relevance, "c "))), found[1]);
}

#[test]
fn pages_follow_one_another_without_gap_or_overlap() {
    let many = index((1..=95).map(|number| titled(number, &format!("Title {number:03}"))).collect());
    let mut seen = Vec::new();
    for offset in (0..100).step_by(10) {
        let query = SearchQuery {
            offset,
            limit: 10,
            sort: Sort::Title(Direction::Ascending),
            ..SearchQuery::default()
        };
        let answer = many.ask(&query);
        assert_eq!(answer.total, 95);
        seen.extend(answer.hits.into_iter().map(|hit| hit.slug));
    }
    let expected: Vec<String> = (1..=95).map(|number| format!("r{number}")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn the_page_is_capped() {
    let many = index((1..=1_100).map(|number| titled(number, "Same")).collect());
    let query = SearchQuery { limit: usize::MAX, highlight: false, ..SearchQuery::default() };
    assert_eq!(many.ask(&query).hits.len(), limits::HITS_MAX);
    let beyond = SearchQuery { offset: usize::MAX, ..query };
    let answer = many.ask(&beyond);
    assert_eq!((answer.total, answer.hits.len()), (1_100, 0));
}

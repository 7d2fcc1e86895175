//! Turns, memory and time: each class of askers has its own, and what it would take is told before.

use std::time::Duration;

use futures::StreamExt;
use townhall_model::ErrorKind;
use townhall_query::{Class, ClassLimits, Classes, EngineSettings, Page, RowsQuery, Way, Whole};

use crate::support::{CITIES, City, Fixture, cities, fixture_with};

fn limited(change: impl FnOnce(&mut ClassLimits)) -> Fixture {
    fixture_with(&CITIES, 3, |settings| {
        let mut classes = Classes::default();
        let mut limits = classes.of(Class::Anonymous).clone();
        change(&mut limits);
        classes.set(Class::Anonymous, limits);
        EngineSettings { classes, patience: Duration::from_millis(10), ..settings }
    })
}

#[tokio::test]
async fn one_class_never_waits_for_another_and_a_full_queue_sends_away() {
    let fixture = limited(|limits| (limits.concurrency, limits.queue) = (1, 0));
    let all = RowsQuery::default();
    let (_, held) = fixture.engine.stream(&fixture.table, &all).await.unwrap();
    let error = fixture.engine.stream(&fixture.table, &all).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    // Files don't stand in the way of pages, nor one class in that of another.
    fixture.ask("_sort=people").await.unwrap();
    let staff = fixture.engine.of(Class::Staff);
    assert!(staff.stream(&fixture.table, &all).await.is_ok());
    drop(held);
    assert!(fixture.engine.stream(&fixture.table, &all).await.is_ok(), "a turn comes back with what held it");
}

#[tokio::test]
async fn whoever_waits_too_long_is_sent_away() {
    let fixture = limited(|limits| (limits.concurrency, limits.queue) = (1, 5));
    let all = RowsQuery::default();
    let (_, _held) = fixture.engine.stream(&fixture.table, &all).await.unwrap();
    assert!(fixture.engine.stream(&fixture.table, &all).await.is_err());
}

#[tokio::test]
async fn a_question_has_its_own_share_of_memory() {
    let rows: Vec<City> = (0..40_000).map(|n| ("some name or other", None, Some(n), None, None)).collect();
    let fixture = fixture_with(&rows, 10_000, |settings| {
        let limits = ClassLimits { memory_bytes: 4_096, ..Classes::default().of(Class::Anonymous).clone() };
        EngineSettings { classes: Classes::all(&limits), spill_bytes: 0, hot_bytes: 0, ..settings }
    });
    let error = fixture.ask("_group=people&_aggregate=count").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    assert!(fixture.ask("_aggregate=count").await.is_ok());
}

#[tokio::test]
async fn a_page_that_is_kept_is_the_page_that_was_computed() {
    let fixture = cities();
    for question in ["_sort=-people&_limit=2&_facet=state", "_group=state&_aggregate=count", "people=9999"] {
        let page = fixture.ask(question).await.unwrap();
        let read = Page::from_bytes(&page.to_bytes().unwrap()).unwrap();
        assert_eq!(format!("{read:?}"), format!("{page:?}"), "{question}");
    }
    let bytes = fixture.ask("_limit=1").await.unwrap().to_bytes().unwrap();
    assert!(Page::from_bytes(&bytes[..bytes.len() / 2]).is_err());
}

#[tokio::test]
async fn every_question_survives_being_written_down() {
    let fixture = cities();
    for question in [
        "_sort=-people&_limit=2&_facet=state&city__icontains=a",
        "_group=state&_aggregate=count,avg(people):mean&_sort=-mean",
        "_where=(people > 5 or not (state like 'M%')) and founded >= '1970-01-01'",
        "_search=arden end",
    ] {
        let query = fixture.parse(question).unwrap();
        let text = serde_json::to_string(&query).unwrap();
        assert_eq!(serde_json::from_str::<RowsQuery>(&text).unwrap(), query, "{text}");
    }
}

#[tokio::test]
async fn the_cost_is_told_from_the_description_of_the_file() {
    let fixture = cities();
    let cost = async |question: &str, whole| {
        fixture.engine.cost(&fixture.table, &fixture.parse(question).unwrap(), whole).await.unwrap()
    };
    let some = cost("people=200&_select=city", Whole::Page).await;
    assert_eq!((some.way, some.row_groups, some.row_groups_kept, some.rows_scanned), (Way::Hot, 3, 2, 6));
    assert_eq!(some.columns, ["city", "people"]);
    assert!(some.bytes > 0 && some.work_bytes > 0);
    let stream = cost("_select=city", Whole::Stream).await;
    assert_eq!((stream.work_bytes, stream.rows_sorted), (0, 0), "a stream in the table's order is no work");
    let sorted = cost("_sort=city", Whole::Stream).await;
    assert!(sorted.work_bytes > 0 && sorted.rows_sorted == 7);
    fixture.ask("_sort=city").await.unwrap();
    assert_eq!(cost("_sort=city", Whole::Page).await.way, Way::Cached);
}

#[tokio::test]
async fn rows_that_nobody_reads_are_not_computed() {
    let rows: Vec<City> = (0..50_000).map(|n| ("a city", None, Some(n), None, None)).collect();
    let fixture = fixture_with(&rows, 1_000, |settings| settings);
    let (_, mut stream) = fixture.engine.stream(&fixture.table, &RowsQuery::default()).await.unwrap();
    assert!(stream.next().await.unwrap().unwrap().num_rows() > 0);
    drop(stream);
    // Its turn is free at once for whoever comes next.
    assert!(fixture.engine.stream(&fixture.table, &RowsQuery::default()).await.is_ok());
}

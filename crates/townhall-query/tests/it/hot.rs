//! The short way and the long way have the same answers.

use proptest::prelude::*;
use townhall_query::EngineSettings;

use crate::support::{City, Fixture, fixture_with};

const CITIES: [&str; 5] = ["Arden", "Bree", "Camelot", "", "100%_sure"];
const STATES: [Option<&str>; 4] = [Some("MD"), Some("VA"), Some("va"), None];

fn rows() -> impl Strategy<Value = Vec<City>> {
    let row = (
        prop::sample::select(&CITIES[..]),
        prop::sample::select(&STATES[..]),
        prop::option::weighted(0.8, -3_i64..4),
        prop::option::weighted(0.8, prop::sample::select(vec![-1.5, 0.0, 2.5, 1e9])),
        prop::option::weighted(0.8, -2_i32..3),
    );
    prop::collection::vec(row, 1..60)
}

fn question() -> impl Strategy<Value = String> {
    let condition = prop::sample::select(vec![
        "state=MD",
        "state__ne=MD",
        "state=ZZ",
        "state__in=VA,va",
        "state__null=true",
        "state__null=false",
        "state__startswith=V",
        "city__contains=%25",
        "city__endswith=e",
        "people=2",
        "people__ne=2",
        "people__lt=0",
        "people__gte=1",
        "people__between=-1,2",
        "people__gt=0.5",
        "area=2.5",
        "area__lte=0",
        "founded=1970-01-01",
        "founded__gt=1969-12-31",
        "_where=not (state = 'MD' or people > 1)",
        "_where=(people is null and area < 3) or city like 'A%25'",
        "_search=md",
    ]);
    let order = prop::sample::select(vec![
        "",
        "_sort=people",
        "_sort=-people,city",
        "_sort=state,-founded",
        "_sort=-area",
    ]);
    let select = prop::sample::select(vec!["", "_select=people,city", "_select=state"]);
    (prop::collection::vec(condition, 0..3), order, select, 1_usize..7).prop_map(
        |(conditions, order, select, limit)| {
            let mut parts: Vec<String> =
                conditions.into_iter().map(|part| part.replace("%25", "%")).collect();
            parts.extend([order, select].into_iter().filter(|part| !part.is_empty()).map(str::to_owned));
            parts.push(format!("_limit={limit}"));
            parts.join("&")
        },
    )
}

/// Questions about groups, with orders that leave nothing to chance.
fn grouped() -> impl Strategy<Value = String> {
    let condition = prop::sample::select(vec![
        "",
        "state=MD",
        "state__null=false",
        "people__gte=1",
        "area__lte=0",
        "state=ZZ",
        "_where=not (state = 'MD' or people > 1)",
    ]);
    let group = prop::sample::select(vec![
        "",
        "_group=state",
        "_group=people",
        "_group=founded,state",
        "_group=state,people,city",
    ]);
    let aggregate = prop::sample::select(vec![
        "_aggregate=count(*)",
        "_aggregate=count(people),count_distinct(state),count_distinct(people)",
        "_aggregate=sum(people),avg(people),min(people),max(people)",
        "_aggregate=sum(area),avg(area),min(area),max(area),min(founded),max(founded)",
        "_aggregate=count(*),median(people)",
        "_aggregate=max(city)",
    ]);
    let order = prop::sample::select(vec!["", "_sort=-count", "_sort=sum_people"]);
    (condition, group, aggregate, order, 1_usize..9).prop_map(
        |(condition, group, aggregate, order, limit)| {
            let order = match order {
                "_sort=-count" if aggregate.contains("count(*)") => order,
                "_sort=sum_people" if aggregate.contains("sum(people)") => order,
                _ => "",
            };
            let parts = [condition, group, aggregate, order];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            format!("{}&_limit={limit}", parts.join("&"))
        },
    )
}

/// An answer with its facets, as text.
async fn told(cities: &Fixture, question: &str) -> String {
    let page = cities.ask(question).await.unwrap_or_else(|error| panic!("{question}: {error}"));
    let drawn =
        |rows| arrow_cast::pretty::pretty_format_batches(std::slice::from_ref(rows)).unwrap().to_string();
    let facets: Vec<String> =
        page.facets.iter().map(|facet| format!("{}\n{}", facet.column, drawn(&facet.counts))).collect();
    format!("{:?} {}\n{}\n{}", page.total, page.has_more, drawn(&page.rows), facets.join("\n"))
}

/// Every page from the first to the last and back, as text.
async fn walk(cities: &Fixture, question: &str) -> String {
    let mut story = String::new();
    let (mut cursor, mut backwards) = (None, false);
    loop {
        let asked = match &cursor {
            None => question.to_owned(),
            Some(cursor) => format!("{question}&_cursor={cursor}"),
        };
        let page = cities.ask(&asked).await.unwrap();
        story += &format!("{:?} {:?} {} {}\n", page.numbers, page.total, page.offset, page.has_more);
        story += &format!(
            "{}\n",
            arrow_cast::pretty::pretty_format_batches(std::slice::from_ref(&page.rows)).unwrap()
        );
        let step = if backwards { &page.previous } else { &page.next };
        cursor = match (step, backwards) {
            (Some(step), _) => Some(step.clone()),
            (None, false) if page.previous.is_some() => {
                backwards = true;
                page.previous.clone()
            }
            (None, _) => return story,
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_short_way_answers_as_the_long_way(rows in rows(), group in 1_usize..20, question in question()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let short = fixture_with(&rows, group, |settings| settings);
        let mut long = fixture_with(&rows, group, |settings| EngineSettings { hot_bytes: 0, ..settings });
        long.table.id = short.table.id;
        let (short, long) = runtime.block_on(async { (walk(&short, &question).await, walk(&long, &question).await) });
        prop_assert_eq!(short, long, "{}", question);
    }

    #[test]
    fn groups_are_the_same_the_short_way_and_the_long_way(rows in rows(), group in 1_usize..20, question in grouped()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // Answers are not kept, so that the second asking, which is what the short way waits for, is one.
        let short = fixture_with(&rows, group, |settings| EngineSettings { cache_bytes: 0, ..settings });
        let long = fixture_with(&rows, group, |settings| EngineSettings { hot_bytes: 0, ..settings });
        let answers = runtime.block_on(async {
            (told(&short, &question).await, told(&short, &question).await, told(&long, &question).await)
        });
        prop_assert_eq!(&answers.0, &answers.2, "{}", question);
        prop_assert_eq!(&answers.1, &answers.2, "{}", question);
    }

    #[test]
    fn facets_are_the_same_the_short_way_and_the_long_way(rows in rows(), group in 1_usize..20, question in question()) {
        let question = format!("{question}&_facet=state,people,founded");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let short = fixture_with(&rows, group, |settings| settings);
        let mut long = fixture_with(&rows, group, |settings| EngineSettings { hot_bytes: 0, ..settings });
        long.table.id = short.table.id;
        let (short, long) = runtime.block_on(async { (told(&short, &question).await, told(&long, &question).await) });
        prop_assert_eq!(short, long, "{}", question);
    }
}

//! What each operator and control answers.

use crate::support::cities;

#[tokio::test]
async fn filters_find_the_rows_they_say() {
    let cities = cities();
    for (question, expected) in [
        ("", vec![1, 2, 3, 4, 5, 6, 7]),
        ("state=MD", vec![1, 2, 7]),
        ("state__ne=MD", vec![3, 4, 5, 6]),
        ("state__ieq=VA", vec![3, 5, 6]),
        ("state__null=true", vec![4]),
        ("state__null=false", vec![1, 2, 3, 5, 6, 7]),
        ("state__in=VA,va", vec![3, 5, 6]),
        ("people__gte=200", vec![2, 4, 5]),
        ("people__lt=0", vec![6]),
        ("people__gt=99.5", vec![1, 2, 4, 5]),
        ("people__between=0,200", vec![1, 4, 7]),
        ("area=2.5", vec![2, 6]),
        ("founded=1970-01-01", vec![1, 6]),
        ("founded__lt=1970-01-01", vec![4]),
        ("city__contains=%_", vec![7]),
        ("city__icontains=FOY'S \"", vec![6]),
        ("city__startswith=B", vec![2]),
        ("city__endswith=e", vec![2, 4, 7]),
        ("_search=md arden", vec![1]),
        ("_search=nothing like it", vec![]),
        ("_where=state = 'MD' and (people > 100 or not (area >= 1))", vec![2, 7]),
        ("_where=state is null or people between -10 and -1", vec![4, 6]),
        ("_where=city in ('Bree', 'Elis') and not state = 'MD'", vec![5]),
        ("_where=\"city\" ilike '%EL%'", vec![3, 5]),
        ("_where=people != 300", vec![1, 3, 4, 6, 7]),
    ] {
        assert_eq!(cities.rows(question).await, expected, "{question}");
    }
}

#[tokio::test]
async fn rows_come_in_the_order_asked_for_and_gaps_come_last() {
    let cities = cities();
    assert_eq!(cities.rows("_sort=people").await, [6, 7, 1, 4, 2, 5, 3]);
    assert_eq!(cities.rows("_sort=-people").await, [2, 5, 4, 1, 7, 6, 3]);
    assert_eq!(cities.rows("_sort=-people,-city").await, [5, 2, 4, 1, 7, 6, 3]);
}

#[tokio::test]
async fn columns_are_those_asked_for_in_that_order() {
    assert_eq!(cities().draw("_select=people,city&_limit=2").await, "100 Arden\n300 Bree");
}

#[tokio::test]
async fn the_total_counts_all_matches_whatever_the_page() {
    let page = cities().ask("state__null=false&_limit=2").await.unwrap();
    assert_eq!((page.total, page.rows.num_rows()), (Some(6), 2));
}

#[tokio::test]
async fn groups_are_counted_and_computed() {
    let cities = cities();
    assert_eq!(
        cities.draw("_group=state&_aggregate=count,sum(people),max(area):largest&_sort=-count").await,
        "MD 3 400 2.5\nVA 2 300 7.0\nva 1 -5 2.5\n∅ 1 200 ∅"
    );
    assert_eq!(cities.draw("_aggregate=count,count_distinct(people)").await, "7 5");
}

#[tokio::test]
async fn facets_count_the_values_of_what_matches() {
    let page = cities().ask("people__gte=0&_facet=state&_limit=1").await.unwrap();
    let counts = &page.facets[0].counts;
    let drawn = arrow_cast::pretty::pretty_format_batches(std::slice::from_ref(counts)).unwrap().to_string();
    assert!(drawn.contains("| MD    | 3 "), "{drawn}");
    assert!(drawn.contains("| VA    | 1 "), "{drawn}");
}

#[tokio::test]
async fn a_row_has_an_address_of_its_own() {
    let cities = cities();
    let page = cities.engine.row(&cities.table, 5).await.unwrap();
    assert_eq!(page.numbers, [5]);
    assert!(cities.engine.row(&cities.table, 8).await.is_err());
}

//! A wrong question is refused with what is wrong, where, and how to mend it.

use crate::support::cities;

#[test]
fn a_problem_names_the_parameter_and_what_was_probably_meant() {
    let cities = cities();
    for (question, parameter, hint) in [
        ("ctiy=x", "ctiy", "did you mean `city`?"),
        ("people__gtt=1", "people__gtt", "did you mean `people__gt`?"),
        ("_srot=city", "_srot", "did you mean `_sort`?"),
        ("_sort=poeple", "_sort", "did you mean `people`?"),
        ("_select=city,stat", "_select", "did you mean `state`?"),
        ("people=many", "people", ""),
        ("founded=yesterday", "founded", ""),
        ("people__contains=1", "people__contains", "between"),
        ("_limit=0", "_limit", "meta.next"),
        ("_limit=1000000", "_limit", "rows.csv"),
        ("_aggregate=sum(city)", "_aggregate", "count,sum(amount)"),
        ("_group=state&_sort=people", "_sort", "_group"),
        ("_where=state = ", "_where", "state = 'MD'"),
        ("_where=state = 'MD", "_where", ""),
        ("_where=state = 'MD' drop table x", "_where", ""),
        ("_where=sleep(10) = 1", "_where", ""),
        ("_where=city like 'a%b'", "_where", ""),
    ] {
        let error = cities.parse(question).expect_err(question);
        assert!(error.to_string().contains(&format!("`{parameter}`")), "{question}: {error}");
        assert!(error.hint().unwrap_or_default().contains(hint), "{question}: {:?}", error.hint());
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let cities = cities();
    let deep = format!("_where={}state is null{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(cities.parse(&deep).is_err());
    let nots = format!("_where={}state is null", "not ".repeat(1_500));
    assert!(cities.parse(&nots).is_err());
    let list = format!("people__in={}", vec!["1"; 5_000].join(","));
    assert!(cities.parse(&list).is_err());
}

#[tokio::test]
async fn whatever_is_typed_is_a_problem_or_an_answer_and_never_a_failure() {
    let cities = cities();
    for text in ["'", "\"", "\\", "%", "_", "\u{0}", "🙂", "' or '1'='1", "); drop table x; --", "NULL", "∅"]
    {
        for key in ["city", "city__contains", "city__in", "_search", "_where", "people", "_sort", "_cursor"] {
            let pairs = vec![(key.to_owned(), text.to_owned())];
            let parsed = townhall_query::QUERY_DIALECTS[0].parse(&pairs, &cities.table);
            if let Ok(query) = parsed
                && let Err(error) = cities.engine.page(&cities.table, &query).await
            {
                assert_eq!(error.kind(), townhall_model::ErrorKind::Invalid, "{key}={text}: {error}");
            }
        }
    }
}

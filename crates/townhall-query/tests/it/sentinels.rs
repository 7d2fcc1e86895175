//! Values that mean that there is none, in aggregates.

use townhall_query::{QUERY_DIALECTS, RowsQuery};

use crate::shelf::{Shelf, lines};
use crate::support::pairs;

const LOANS: &str = "income|rate:number|term:integer
100|3.5|360
NA|8888|8888
20|4.5|180
Exempt|∅|360";

async fn ask(shelf: &Shelf, question: &str) -> String {
    let table = &shelf.tables["loans"];
    let query: RowsQuery = match QUERY_DIALECTS[0].parse(&pairs(question), table) {
        Ok(query) => query,
        Err(problem) => return problem.to_string(),
    };
    lines(&shelf.engine.page(table, &query).await.unwrap().rows).trim_start().to_owned()
}

#[tokio::test]
async fn aggregates_leave_sentinels_out() {
    let plain = Shelf::of(&[("loans", LOANS)]);
    assert!(ask(&plain, "_aggregate=sum(income)").await.contains("holds text, which has no sum"));
    assert_eq!(ask(&plain, "_aggregate=sum(rate),max(term)").await, "8896.0 | 8888");
    let shelf = plain
        .with_sentinels("loans", "income", &["NA", "Exempt"])
        .with_sentinels("loans", "rate", &["8888"])
        .with_sentinels("loans", "term", &["8888", "NA"]);
    for (question, expected) in [
        ("_aggregate=sum(income),avg(income),median(income)", "120.0 | 60.0 | 60.0"),
        ("_aggregate=count(income),count_distinct(income),count", "2 | 2 | 4"),
        ("_aggregate=sum(rate),avg(rate),min(rate),max(rate)", "8.0 | 4.0 | 3.5 | 4.5"),
        ("_aggregate=max(term),count(term),count_distinct(term)", "360 | 3 | 2"),
        // Conditions and rows see the values as they are.
        ("_aggregate=count&rate=8888", "1"),
        ("_select=income&_where=income = 'NA'", "NA"),
    ] {
        assert_eq!(ask(&shelf, question).await, expected, "{question}");
    }
}

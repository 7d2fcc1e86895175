//! SQL: what is answered, and what is refused.

use std::sync::Arc;

use futures::TryStreamExt;
use townhall_query::{Granted, QueryError, Sql, TableName};

use crate::support::{Fixture, cities};

async fn run(cities: &Fixture, text: &str) -> Result<String, QueryError> {
    let sql = Sql::read(text)?;
    for name in sql.tables() {
        assert!(matches!(name.table.as_str(), "cities" | "towns"), "asked for {name:?}");
    }
    let name = |table: &str| TableName { dataset: None, table: table.to_owned() };
    let source = Arc::new(cities.table.clone());
    let granted = [
        Granted { name: name("cities"), source: source.clone() },
        Granted { name: TableName { dataset: Some("places".to_owned()), table: "towns".to_owned() }, source },
    ];
    let (_, rows) = cities.engine.sql(&sql, &granted, 100).await?;
    let batches: Vec<_> = rows.try_collect().await?;
    let options = arrow_cast::display::FormatOptions::default().with_null("∅");
    let mut lines = Vec::new();
    for batch in &batches {
        let cells: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| arrow_cast::display::ArrayFormatter::try_new(column, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            lines.push(cells.iter().map(|cell| cell.value(row).to_string()).collect::<Vec<_>>().join(" "));
        }
    }
    Ok(lines.join("\n"))
}

#[tokio::test]
async fn queries_are_answered() {
    let cities = cities();
    for (text, expected) in [
        ("select city from cities where state = 'MD' order by people desc", "Bree\nArden\n100%_sure"),
        ("SELECT City, PEOPLE FROM cities WHERE Area > 2 ORDER BY 1", "Bree 300\nElis 300\nFoy's \"End\" -5"),
        (
            "select state, count(*) n, sum(people) from cities group by state having count(*) > 1 order by 1;",
            "MD 3 400\nVA 2 300",
        ),
        ("with big as (select * from cities where people >= 200) select count(*) from big", "3"),
        (
            "select a.city from cities a join places.towns b on a.city = b.city and b.people = 300 order by 1",
            "Bree\nElis",
        ),
        (
            "select city, rank() over (order by people desc nulls last) r from cities order by r, city limit 2",
            "Bree 1\nElis 1",
        ),
        ("select count(*) from cities, (select max(people) m from cities) where people = m", "2"),
        (
            "select extract(year from founded) y, count(*) from cities where founded is not null group by y order by y limit 1",
            "1969 1",
        ),
        (
            "select case when people > 100 then 'big' else 'small' end, lpad(state, 4, '0') from cities limit 1",
            "small 00MD",
        ),
        ("select city from cities union all select 'x' order by 1 limit 2", "100%_sure\nArden"),
        ("select 1 + 1", "2"),
        ("select city from cities where city ~ '^B' order by 1", "Bree"),
    ] {
        let answer = run(&cities, text).await;
        match answer {
            Ok(answer) => assert_eq!(answer, expected, "{text}"),
            Err(error) => assert_eq!(format!("{error}"), expected, "{text}"),
        }
    }
}

/// Statements that try to change, read, learn or use up what they must not: one a line, under headings.
const ESCAPES: &str = include_str!("escapes.sql");

#[tokio::test]
async fn no_statement_escapes() {
    let cities = cities();
    let statements: Vec<&str> =
        ESCAPES.lines().filter(|line| !line.is_empty() && !line.starts_with("-- ")).collect();
    assert!(statements.len() >= 200, "{}", statements.len());
    let mut escaped = Vec::new();
    for statement in statements {
        let sql = match Sql::read(statement) {
            Ok(sql) => sql,
            Err(_) => continue,
        };
        // Only `cities` is granted, whatever else is named.
        let granted: Vec<Granted> = sql
            .tables()
            .iter()
            .filter(|name| name.dataset.is_none() && name.table == "cities")
            .map(|name| Granted { name: name.clone(), source: Arc::new(cities.table.clone()) })
            .collect();
        let answer = match cities.engine.sql(&sql, &granted, 100).await {
            Ok((_, rows)) => rows.try_collect::<Vec<_>>().await,
            Err(error) => Err(error),
        };
        match answer {
            Err(QueryError::Problem(_) | QueryError::TooLarge) => {}
            Err(error) => escaped.push(format!("`{statement}` failed with {error}")),
            Ok(_) => escaped.push(format!("`{statement}` was answered")),
        }
    }
    assert!(escaped.is_empty(), "{}", escaped.join("\n"));
}

#[tokio::test]
async fn one_row_more_than_the_limit_tells_that_there_are_more() {
    let cities = cities();
    let sql = Sql::read("select city from cities").unwrap();
    let granted = [Granted { name: sql.tables()[0].clone(), source: Arc::new(cities.table.clone()) }];
    let (_, rows) = cities.engine.sql(&sql, &granted, 2).await.unwrap();
    let batches: Vec<_> = rows.try_collect().await.unwrap();
    assert_eq!(batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), 3);
}

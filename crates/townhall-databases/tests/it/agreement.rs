//! The same conditions in every kind of database find the rows that they mean, and in the order that is meant.

use townhall_databases::{Comparison, Condition, Order, Pushes, RowsRequest, TextMatch, Value};

use crate::support::{Opened, mysql, postgres, sqlite};

type Town = (i64, Option<&'static str>, Option<i64>, Option<f64>, Option<bool>, Option<&'static str>);

/// `id, name, people, area, open, founded`, with what databases like to treat in ways of their own.
const TOWNS: [Town; 9] = [
    (1, Some("Arden"), Some(100), Some(1.5), Some(true), Some("2020-01-01")),
    (2, Some("arden"), Some(300), Some(2.5), Some(false), Some("1999-12-31")),
    (3, Some("Ärden"), None, Some(0.1), None, None),
    (4, Some("Arden "), Some(-5), None, Some(true), Some("2020-01-02")),
    (5, None, Some(300), Some(7.0), Some(false), Some("2020-01-01")),
    (6, Some("50%_!\\x"), Some(0), Some(-0.5), None, None),
    (7, Some(""), Some(9_007_199_254_740_993), Some(1e300), Some(true), Some("1601-01-01")),
    (8, Some("O'Hara \"Q\""), Some(1), Some(0.0), Some(false), Some("9999-12-31")),
    (9, Some("50 xyz"), Some(2), Some(0.0), Some(false), Some("2000-02-29")),
];

fn sql(text: &str, number: &str, yes: [&str; 2]) -> String {
    let mut sql = format!(
        "create table towns (id int primary key, name {text}, people bigint, area {number}, open boolean, founded date);\n"
    );
    for (id, name, people, area, open, founded) in TOWNS {
        let escaped = |text: &str| {
            let text = text.replace('\'', "''");
            if yes[0] == "mysql" { text.replace('\\', "\\\\") } else { text }
        };
        let quoted = |text: Option<&str>| text.map_or("null".into(), |text| format!("'{}'", escaped(text)));
        let shown = |number: Option<String>| number.unwrap_or("null".into());
        sql.push_str(&format!(
            "insert into towns values ({id}, {}, {}, {}, {}, {});\n",
            quoted(name),
            shown(people.map(|number| number.to_string())),
            shown(area.map(|number| format!("{number:?}"))),
            open.map_or("null", |open| if open { "true" } else { "false" }),
            quoted(founded),
        ));
    }
    sql
}

async fn everywhere() -> Vec<Opened> {
    let mut opened = vec![sqlite(&sql("text", "real", ["sqlite", ""])).await];
    opened.extend(postgres(&sql("text", "double precision", ["postgres", ""])).await);
    opened.extend(mysql(&sql("varchar(50)", "double", ["mysql", ""])).await);
    opened
}

fn days(text: &str) -> i32 {
    let day: jiff::civil::Date = text.parse().unwrap();
    jiff::civil::date(1970, 1, 1).until(day).unwrap().get_days()
}

/// Whether a town meets a condition, by the rules that we mean.
fn meets(town: &Town, condition: &Condition) -> bool {
    use std::cmp::Ordering;
    let (id, name, people, area, open, founded) = town;
    let against = |column: &str, value: &Value| -> Option<Ordering> {
        match (column, value) {
            ("id", Value::Integer(with)) => Some(id.cmp(with)),
            ("name", Value::Text(with)) => name.map(|name| name.as_bytes().cmp(with.as_bytes())),
            ("people", Value::Integer(with)) => people.map(|people| people.cmp(with)),
            ("people", Value::Number(with)) => people.map(|people| (people as f64).total_cmp(with)),
            ("area", Value::Number(with)) => area.map(|area| area.partial_cmp(with).unwrap()),
            ("open", Value::Boolean(with)) => open.map(|open| open.cmp(with)),
            ("founded", Value::Date(with)) => founded.map(|founded| days(founded).cmp(with)),
            other => panic!("{other:?}"),
        }
    };
    match condition {
        Condition::All(parts) => parts.iter().all(|part| meets(town, part)),
        Condition::Any(parts) => parts.iter().any(|part| meets(town, part)),
        Condition::Not(inner) => !meets(town, inner),
        Condition::Compare { column, how, value } => match (against(column, value), how) {
            (None, how) => *how == Comparison::Ne,
            (Some(order), Comparison::Eq) => order.is_eq(),
            (Some(order), Comparison::Ne) => order.is_ne(),
            (Some(order), Comparison::Lt) => order.is_lt(),
            (Some(order), Comparison::Lte) => order.is_le(),
            (Some(order), Comparison::Gt) => order.is_gt(),
            (Some(order), Comparison::Gte) => order.is_ge(),
        },
        Condition::In { column, values } => {
            values.iter().any(|value| against(column, value).is_some_and(Ordering::is_eq))
        }
        Condition::Text { how, text, ignore_case, .. } => {
            let Some(name) = name else { return false };
            let fold = |text: &str| if *ignore_case { text.to_ascii_lowercase() } else { text.to_owned() };
            let (name, text) = (fold(name), fold(text));
            match how {
                TextMatch::Contains => name.contains(&text),
                TextMatch::StartsWith => name.starts_with(&text),
                TextMatch::EndsWith => name.ends_with(&text),
                TextMatch::Equals => name == text,
                // The one pattern that is asked for.
                TextMatch::Like => name.starts_with("50%") && name.ends_with('x'),
            }
        }
        Condition::Null { column } => match column.as_str() {
            "name" => name.is_none(),
            "founded" => founded.is_none(),
            _ => open.is_none(),
        },
    }
}

fn compare(column: &str, how: Comparison, value: Value) -> Condition {
    Condition::Compare { column: column.into(), how, value }
}

fn text(how: TextMatch, text: &str, ignore_case: bool) -> Condition {
    Condition::Text { column: "name".into(), how, text: text.into(), ignore_case }
}

fn conditions() -> Vec<Condition> {
    use Comparison::*;
    let mut all = Vec::new();
    for how in [Eq, Ne, Lt, Lte, Gt, Gte] {
        all.push(compare("name", how, Value::Text("Arden".into())));
        all.push(compare("people", how, Value::Integer(300)));
        all.push(compare("people", how, Value::Number(0.5)));
        all.push(compare("area", how, Value::Number(0.1)));
        all.push(compare("open", how, Value::Boolean(true)));
        all.push(compare("founded", how, Value::Date(days("2020-01-01"))));
    }
    all.push(compare("people", Eq, Value::Integer(9_007_199_254_740_993)));
    for word in ["Arden", "%_!\\", "'Hara \"Q\"", "", "50", "x", "' or 1=1 --"] {
        for ignore_case in [false, true] {
            for how in [TextMatch::Contains, TextMatch::StartsWith, TextMatch::EndsWith, TextMatch::Equals] {
                all.push(text(how, word, ignore_case));
            }
        }
    }
    all.push(text(TextMatch::Like, r"50\%%x", false));
    all.push(Condition::Null { column: "name".into() });
    all.push(Condition::Null { column: "founded".into() });
    let values = [Value::Text("Arden".into()), Value::Text("".into())];
    all.push(Condition::In { column: "name".into(), values: values.into() });
    all.push(Condition::In {
        column: "id".into(),
        values: (1..900).step_by(2).map(Value::Integer).collect(),
    });
    all.push(Condition::In { column: "id".into(), values: vec![] });
    let opposites: Vec<_> = all.iter().map(|condition| Condition::Not(Box::new(condition.clone()))).collect();
    all.extend(opposites);
    all.push(Condition::Any(vec![
        Condition::All(vec![
            compare("people", Gt, Value::Integer(0)),
            compare("open", Eq, Value::Boolean(false)),
        ]),
        Condition::Not(Box::new(Condition::Any(vec![
            compare("area", Gte, Value::Number(0.0)),
            text(TextMatch::Contains, "a", true),
        ]))),
    ]));
    all
}

#[tokio::test]
async fn conditions_find_the_rows_that_they_mean() {
    for opened in everywhere().await {
        let table = opened.table("towns").await;
        let mut pushed = 0;
        for condition in conditions() {
            if opened.database.pushes(&table, &condition) != Pushes::Exact {
                continue;
            }
            pushed += 1;
            let order = vec![Order { column: "id".into(), descending: false }];
            let request = RowsRequest { condition: condition.clone(), order, ..RowsRequest::of(&["id"]) };
            let found = opened.draw(&table, &request).await;
            let wanted =
                TOWNS.iter().filter(|town| meets(town, &condition)).map(|town| format!("{}\n", town.0));
            assert_eq!(found, wanted.collect::<String>(), "{}: {condition:?}", opened.kind);
            let count = opened.database.count(&table, &condition).await.unwrap();
            assert_eq!(count, found.lines().count() as u64, "{}: {condition:?}", opened.kind);
        }
        let least = if opened.kind == "sqlite" { conditions().len() - 14 } else { conditions().len() };
        assert!(pushed >= least, "{} pushed {pushed} of {}", opened.kind, conditions().len());
    }
}

#[tokio::test]
async fn rows_come_in_the_order_of_characters_with_gaps_last() {
    for opened in everywhere().await {
        let table = opened.table("towns").await;
        for (column, descending, wanted) in [
            ("name", false, "7 9 6 1 4 8 2 3 5"),
            ("name", true, "3 2 8 4 1 6 9 7 5"),
            ("people", false, "4 6 8 9 1 2 5 7 3"),
            ("people", true, "7 2 5 1 9 8 6 4 3"),
            ("area", false, "6 8 9 3 1 2 5 7 4"),
        ] {
            let order = vec![
                Order { column: column.into(), descending },
                Order { column: "id".into(), descending: false },
            ];
            assert!(opened.database.orders(&table, column), "{}: {column}", opened.kind);
            let request = RowsRequest { order: order.clone(), ..RowsRequest::of(&["id"]) };
            let found = opened.draw(&table, &request).await;
            let found: Vec<&str> = found.lines().collect();
            assert_eq!(found.join(" "), wanted, "{}: {column} {descending}", opened.kind);
            let request = RowsRequest { limit: Some(3), offset: 2, ..request };
            let part = opened.draw(&table, &request).await;
            assert_eq!(part.lines().collect::<Vec<_>>(), found[2..5], "{}: {column}", opened.kind);
        }
    }
}

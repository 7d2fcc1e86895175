//! The text that is sent, and that values are never in it.

use expect_test::{Expect, expect};
use townhall_databases::{Comparison, Condition, Order, RowsRequest, TextMatch, Value};

use crate::support::{Opened, mysql, postgres, sqlite};

const SQL: &str = "create table towns (id int primary key, name varchar(50), people int, founded date);\n";

fn request() -> RowsRequest {
    let column = |name: &str| name.to_owned();
    RowsRequest {
        columns: vec![column("id"), column("name")],
        condition: Condition::All(vec![
            Condition::Compare {
                column: column("name"),
                how: Comparison::Eq,
                value: Value::Text("'; drop table towns; --".into()),
            },
            Condition::Compare { column: column("people"), how: Comparison::Gte, value: Value::Integer(5) },
            Condition::Text {
                column: column("name"),
                how: TextMatch::StartsWith,
                text: "50%".into(),
                ignore_case: false,
            },
            Condition::Not(Box::new(Condition::Null { column: column("people") })),
        ]),
        order: vec![
            Order { column: column("people"), descending: true },
            Order { column: column("id"), descending: false },
        ],
        limit: Some(11),
        offset: 20,
    }
}

async fn check(opened: Opened, expected: Expect) {
    let table = opened.table("towns").await;
    let statement = opened.database.statement(&table, &request()).unwrap();
    expected.assert_eq(&format!("{}\n{:?}\n", statement.text, statement.parameters));
    assert_eq!(opened.draw(&table, &request()).await, "");
}

#[tokio::test]
async fn postgresql_is_sent_names_and_places_for_values() {
    let Some(opened) = postgres(SQL).await else { return };
    let expected = expect![[r#"
        select "id"::int8, "name"::text from "public"."towns" where (("name" = $1 and "name" collate "C" = $2) and "people" >= $3 and "name" like $4 escape '!' and (("people" is null) is not true)) order by "people" desc nulls last, "id" asc limit 11 offset 20
        [Text("'; drop table towns; --"), Text("'; drop table towns; --"), Integer(5), Text("50!%%")]
    "#]];
    check(opened, expected).await;
}

#[tokio::test]
async fn mysql_is_sent_names_and_places_for_values() {
    let Some(opened) = mysql(SQL).await else { return };
    let table = opened.table("towns").await;
    let statement = opened.database.statement(&table, &request()).unwrap();
    let schema = table.name.schema.clone().unwrap();
    expect![[r#"
        select cast(`id` as char), convert(`name` using utf8mb4) from `DB`.`towns` where ((`name` = ? and cast(convert(`name` using utf8mb4) as binary) = cast(? as binary)) and `people` >= ? and convert(`name` using utf8mb4) collate utf8mb4_bin like ? collate utf8mb4_bin escape '!' and ((`people` is null) is not true)) order by (`people` is null), `people` desc, `id` asc limit 11 offset 20
        [Text("'; drop table towns; --"), Text("'; drop table towns; --"), Integer(5), Text("50!%%")]
    "#]]
    .assert_eq(&format!("{}\n{:?}\n", statement.text.replace(&schema, "DB"), statement.parameters));
    assert_eq!(opened.draw(&table, &request()).await, "");
}

#[tokio::test]
async fn sqlite_is_sent_names_and_places_for_values() {
    let expected = expect![[r#"
        select "id", "name" from "towns" where (("name" collate binary = ?1 and typeof("name") = 'text') and ("people" >= ?2 and typeof("people") = 'integer') and ("name" glob ?3 and typeof("name") = 'text') and ((("people" is null or not (typeof("people") = 'integer'))) is not true)) order by iif(typeof("people") = 'integer', 0, 1), "people" desc, iif(typeof("id") = 'integer', 0, 1), "id" asc limit 11 offset 20
        [Text("'; drop table towns; --"), Integer(5), Text("50%*")]
    "#]];
    check(sqlite(SQL).await, expected).await;
}

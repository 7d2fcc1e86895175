//! Names that would break out of a statement, and what is refused.

use townhall_databases::{Address, Comparison, Condition, DatabaseError, Order, RowsRequest, Value};

use crate::support::{Opened, mysql, postgres, settings, sqlite};

/// Names with the quotes of every kind, blanks, and letters of everywhere.
const TABLE: &str = "we\"ird `t`'; drop table x; --";
const COLUMN: &str = "größe in \"m\" `x` 'y' $1 ?";

async fn everywhere() -> Vec<Opened> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let ticked = |name: &str| format!("`{}`", name.replace('`', "``"));
    let sql = |table: String, column: String| {
        format!(
            "create table {table} (id int primary key, {column} int);\ninsert into {table} values (1, 5), (2, 6);\n"
        )
    };
    let mut opened = vec![sqlite(&sql(quoted(TABLE), quoted(COLUMN))).await];
    opened.extend(postgres(&sql(quoted(TABLE), quoted(COLUMN))).await);
    // MySQL's own client would not split statements at a quoted semicolon; this helper splits at line ends only.
    opened.extend(mysql(&sql(ticked(TABLE), ticked(COLUMN))).await);
    opened
}

#[tokio::test]
async fn names_are_names_whatever_they_hold() {
    for opened in everywhere().await {
        let table = opened.table(TABLE).await;
        let condition =
            Condition::Compare { column: COLUMN.into(), how: Comparison::Gt, value: Value::Integer(5) };
        let order = vec![Order { column: COLUMN.into(), descending: true }];
        let request = RowsRequest { condition, order, ..RowsRequest::of(&[COLUMN, "id"]) };
        assert_eq!(opened.draw(&table, &request).await, "6 | 2\n", "{}", opened.kind);
    }
}

#[tokio::test]
async fn what_is_kept_back_can_not_be_named_in_any_place() {
    for opened in everywhere().await {
        let table = opened.table(TABLE).await.with_columns(|name| name == "id");
        let compare =
            || Condition::Compare { column: COLUMN.into(), how: Comparison::Gt, value: Value::Integer(0) };
        let order = vec![Order { column: COLUMN.into(), descending: true }];
        for request in [
            RowsRequest::of(&[COLUMN]),
            RowsRequest { condition: compare(), ..RowsRequest::of(&["id"]) },
            RowsRequest { order, ..RowsRequest::of(&["id"]) },
        ] {
            assert!(opened.tried(&table, &request).await.is_err(), "{}: {request:?}", opened.kind);
        }
        assert!(!opened.database.orders(&table, COLUMN));
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_told_without_its_password() {
    let nowhere = Address::read("postgres://ann:s3cret@127.0.0.1:1/x").unwrap();
    let error = townhall_databases::open(&nowhere, &settings()).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Unreachable { .. }), "{error:?}");
    assert!(!format!("{error:?}").contains("s3cret"));
    let gone = Address::read("sqlite:/nowhere/at/all.db").unwrap();
    assert!(townhall_databases::open(&gone, &settings()).await.is_err());
}

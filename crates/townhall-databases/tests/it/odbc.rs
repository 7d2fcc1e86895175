//! ODBC, by the driver of SQLite: what the catalog functions tell, and that the little that is asked is done.

use expect_test::expect;
use townhall_databases::{Address, Comparison, Condition, Order, Pushes, RowsRequest, Value};

use crate::support::{all, columns, settings, sqlite};

const SQL: &str = "create table parents (id integer primary key);
    create table towns (
        id integer primary key not null, name varchar(50), people integer, area double, founded date, \"größe \"\" in m\" integer,
        file blob, parent integer references parents (id)
    );
    insert into towns values (1, 'Ärden', 100, 1.5, '2020-02-29', 5, x'00', null), (2, 'Bree', null, null, null, 6, null, null),
        (3, 'O''Hara 😀', 300, 0.1, '1999-12-31', 7, null, null);
    create view names as select name from towns;";

#[tokio::test]
async fn a_driver_of_the_system_is_asked_as_little_as_needed() {
    let Ok(driver) = std::env::var("TOWNHALL_TEST_ODBC") else { return };
    let made = sqlite(SQL).await;
    let address =
        Address::read(&format!("odbc:{driver};Database={};PWD=s3cret", made.path().display())).unwrap();
    assert!(!format!("{address:?}").contains("s3cret"));
    let database = townhall_databases::open(&address, &settings()).await.unwrap();
    let opened = crate::support::Opened::of("odbc", database);
    let table = opened.table("towns").await;
    expect![[r#"
        id: integer (INTEGER not null)
        name: text (varchar(50))
        people: integer (INTEGER)
        area: number (double)
        founded: date (date)
        größe " in m: integer (INTEGER)
        parent: integer (INTEGER)
        without file: values of type BLOB are not published
    "#]]
    .assert_eq(&columns(&table));
    assert_eq!(table.primary_key, ["id"]);
    assert_eq!(table.foreign_keys[0].table, "parents");
    assert!(opened.table("names").await.is_view);
    expect![[r#"
        1 | Ärden | 100 | 1.5 | 2020-02-29 | 5 | ∅
        2 | Bree | ∅ | ∅ | ∅ | 6 | ∅
        3 | O'Hara 😀 | 300 | 0.1 | 1999-12-31 | 7 | ∅
    "#]]
    .assert_eq(&opened.draw(&table, &all(&table)).await);

    let compare = |column: &str, how, value| Condition::Compare { column: column.into(), how, value };
    let name = compare("name", Comparison::Eq, Value::Text("O'Hara 😀".into()));
    assert_eq!(opened.database.pushes(&table, &name), Pushes::Superset);
    let size = compare("größe \" in m", Comparison::Gte, Value::Integer(6));
    assert_eq!(opened.database.pushes(&table, &size), Pushes::Exact);
    let has_people = Condition::Not(Box::new(Condition::Null { column: "people".into() }));
    assert_eq!(opened.database.pushes(&table, &has_people), Pushes::Exact);
    let order = vec![Order { column: "id".into(), descending: true }];
    for (condition, wanted) in [(name, "3\n"), (size.clone(), "3\n2\n"), (has_people, "3\n1\n")] {
        let request = RowsRequest { condition, order: order.clone(), ..RowsRequest::of(&["id"]) };
        assert_eq!(opened.draw(&table, &request).await, wanted);
    }
    let request = RowsRequest { order, limit: Some(1), offset: 1, ..RowsRequest::of(&["id"]) };
    assert_eq!(opened.draw(&table, &request).await, "2\n");
    assert_eq!(opened.database.count(&table, &size).await.unwrap(), 2);
    let founded = compare("founded", Comparison::Eq, Value::Date(0));
    assert_eq!(opened.database.pushes(&table, &founded), Pushes::No);
}

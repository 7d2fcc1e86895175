//! What columns are read as, and that their values come through.

use expect_test::expect;

use crate::support::{all, columns, mysql, postgres, sqlite};

#[tokio::test]
async fn the_types_of_postgresql_come_through() {
    let sql = r#"
        create type mood as enum ('good', 'so so');
        create domain cents as numeric(12, 2);
        create table parents (id int primary key);
        create table kinds (
            id bigint primary key, small smallint, whole numeric(9), price numeric(10,2), paid cents, huge numeric,
            ratio double precision, short real, yes boolean, day date, at timestamp, seen timestamptz, clock time,
            note text, code char(4), file bytea, doc jsonb, uid uuid, tags text[], net inet, feeling mood,
            status varchar(10) check (status in ('open', 'shut')), parent int references parents
        );
        comment on table kinds is 'One of each';
        comment on column kinds.price is 'In dollars';
        insert into parents values (7);
        insert into kinds values (1, -2, 123456789, 12.50, 0.10, 12345.678, 0.1, 0.1, true, '2020-02-29',
            '2020-01-02 03:04:05.25', '2020-01-02 03:04:05+02', '10:11:12', 'é "x"', 'ab', '\x00', '{"a": 1}',
            'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{x,"y z"}', '10.0.0.1', 'so so', 'open', 7);
        insert into kinds (id, day, at) values (2, 'infinity', '-infinity');
        create view seen as select id, note from kinds;
    "#;
    let Some(opened) = postgres(sql).await else { return };
    let table = opened.table("kinds").await;
    expect![[r#"
        id: integer (bigint not null)
        small: integer (smallint)
        whole: integer (numeric(9,0))
        price: number (numeric(10,2)) "In dollars"
        paid: number (cents)
        huge: number (numeric)
        ratio: number (double precision)
        short: number (real)
        yes: boolean (boolean)
        day: date (date)
        at: datetime (timestamp without time zone)
        seen: timestamp (timestamp with time zone)
        clock: text (time without time zone)
        note: text (text)
        code: text (character(4))
        doc: text (jsonb)
        uid: text (uuid)
        tags: text (text[])
        net: text (inet)
        feeling: text (mood) ["good", "so so"]
        status: text (character varying(10)) ["open", "shut"]
        parent: integer (integer)
        without file: bytes are not published
    "#]]
    .assert_eq(&columns(&table));
    assert_eq!(table.comment.as_deref(), Some("One of each"));
    assert_eq!(table.primary_key, ["id"]);
    let key = &table.foreign_keys[0];
    assert_eq!((&*key.columns[0], &*key.table, &*key.references[0]), ("parent", "parents", "id"));
    assert!(opened.table("seen").await.is_view);
    expect![[r#"
        1 | -2 | 123456789 | 12.5 | 0.1 | 12345.678 | 0.1 | 0.1 | true | 2020-02-29 | 2020-01-02T03:04:05.250 | 2020-01-02T01:04:05Z | 10:11:12 | é "x" | ab | {"a": 1} | a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 | ["x","y z"] | 10.0.0.1/32 | so so | open | 7
        2 | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅
    "#]]
    .assert_eq(&opened.draw(&table, &all(&table)).await);
}

#[tokio::test]
async fn the_types_of_mysql_come_through() {
    let sql = "create table parents (id int primary key);
create table kinds (
    id bigint unsigned primary key, small tinyint, yes tinyint(1), price decimal(10,2) comment 'In dollars', whole decimal(9),
    ratio double, short float, day date, at datetime(6), seen timestamp null, clock time, made year, note text,
    name varchar(20) character set latin1, file blob, doc json, feeling enum('good','it''s bad'), few set('a','b'),
    bits bit(1), parent int, foreign key (parent) references parents (id)
) comment 'One of each';
insert into parents values (7);
set time_zone = '+00:00';
insert into kinds values (1, -2, 1, 12.50, 123456789, 0.1, 0.1, '2020-02-29', '2020-01-02 03:04:05.25', '2020-01-02 01:04:05',
    '10:11:12', 2020, 'é \"x\" 😀', 'né', 'x', '{\"a\": 1}', 'it''s bad', 'a,b', b'1', 7);
insert into kinds (id) values (18446744073709551615);
create view seen_only as select id, note from kinds;
";
    let Some(opened) = mysql(sql).await else { return };
    let table = opened.table("kinds").await;
    expect![[r#"
        id: integer (bigint(20) unsigned not null)
        small: integer (tinyint(4))
        yes: boolean (tinyint(1))
        price: number (decimal(10,2)) "In dollars"
        whole: integer (decimal(9,0))
        ratio: number (double)
        short: number (float)
        day: date (date)
        at: datetime (datetime(6))
        seen: timestamp (timestamp)
        clock: text (time)
        made: integer (year(4))
        note: text (text)
        name: text (varchar(20))
        doc: text (longtext)
        feeling: text (enum('good','it''s bad')) ["good", "it's bad"]
        few: text (set('a','b'))
        bits: boolean (bit(1))
        parent: integer (int(11))
        without file: values of type blob are not published
    "#]]
    .assert_eq(&columns(&table));
    assert_eq!(
        (table.comment.as_deref(), &*table.primary_key),
        (Some("One of each"), &["id".to_owned()][..])
    );
    assert_eq!(table.foreign_keys[0].table, "parents");
    let view = opened.table("seen_only").await;
    assert_eq!((view.is_view, view.comment), (true, None));
    // A number beyond 64 bits is no value.
    expect![[r#"
        1 | -2 | true | 12.5 | 123456789 | 0.1 | 0.1 | 2020-02-29 | 2020-01-02T03:04:05.250 | 2020-01-02T01:04:05Z | 10:11:12 | 2020 | é "x" 😀 | né | {"a": 1} | it's bad | a,b | true | 7
        ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅
    "#]]
    .assert_eq(&opened.draw(&table, &all(&table)).await);
}

#[tokio::test]
async fn the_types_of_sqlite_are_what_the_values_are() {
    let opened = sqlite(
        r#"
        create table parents (id integer primary key);
        create table kinds (
            id integer primary key, size int, price decimal(10,2), ratio real, yes boolean, day date, at datetime,
            seen timestamp, note text, file blob, doc json, anything, counted, code string, mixed date,
            parent int references parents(id)
        );
        insert into kinds values (1, 5, 12.5, 0.1, 1, '2020-02-29', '2020-01-02 03:04:05.25', '2020-01-02T03:04:05Z',
            'é', x'00', '{"a": 1}', 'x', 3, 'a7', '2020-01-01', 7);
        insert into kinds (id, size, price, note, anything, counted, mixed) values (2, 'many', 'free', x'ff', 8, 4, 'soon');
        create view some as select id, note, size + 1 as more from kinds;
        "#,
    )
    .await;
    let table = opened.table("kinds").await;
    expect![[r#"
        id: integer (INTEGER not null)
        size: integer (INT)
        price: number (decimal(10,2))
        ratio: number (REAL)
        yes: boolean (boolean)
        day: date (date)
        at: datetime (datetime)
        seen: timestamp (timestamp)
        note: text (TEXT)
        doc: text (json)
        anything: text ()
        counted: integer ()
        code: text (string)
        mixed: text (date)
        parent: integer (INT)
        without file: bytes are not published
    "#]]
    .assert_eq(&columns(&table));
    assert_eq!(table.primary_key, ["id"]);
    assert_eq!(
        (table.foreign_keys[0].table.as_str(), &*table.foreign_keys[0].references),
        ("parents", &["id".to_owned()][..])
    );
    expect![[r#"
        1 | 5 | 12.5 | 0.1 | true | 2020-02-29 | 2020-01-02T03:04:05.250 | 2020-01-02T03:04:05Z | é | {"a": 1} | x | 3 | a7 | 2020-01-01 | 7
        2 | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | 8 | 4 | ∅ | soon | ∅
    "#]]
    .assert_eq(&opened.draw(&table, &all(&table)).await);
    let view = opened.table("some").await;
    assert!(view.is_view);
    assert_eq!(view.column("more").unwrap().kind.name(), "integer");
}

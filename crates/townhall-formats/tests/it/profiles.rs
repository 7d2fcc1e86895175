//! What is known of a column.

use std::fmt::Write;

use expect_test::expect;
use townhall_formats::ReadOptions;

use crate::support::read_csv;

fn draw(input: &str) -> String {
    let read = read_csv(input, &ReadOptions::default()).unwrap();
    let line = |column: &townhall_model::table::Column| {
        let top: Vec<_> = column.top.iter().map(|(value, count)| format!("{value}×{count}")).collect();
        format!(
            "{} {} values, {} nulls, {} distinct, {:?} to {:?}, mean {:?}, {}\n",
            column.name,
            column.values,
            column.nulls,
            column.distinct,
            column.min.as_deref().unwrap_or_default(),
            column.max.as_deref().unwrap_or_default(),
            column.mean,
            top.join(" ")
        )
    };
    read.ingested.columns.iter().map(line).collect()
}

#[test]
fn every_type_has_a_profile() {
    expect![[r#"
        text 3 values, 0 nulls, 2 distinct, "a" to "b", mean None, b×2 a×1
        integer 2 values, 1 nulls, 2 distinct, "-1" to "3", mean Some(1.0), -1×1 3×1
        number 3 values, 0 nulls, 3 distinct, "0.1" to "0.3", mean Some(0.19999999999999998), 0.1×1 0.2×1 0.3×1
        boolean 3 values, 0 nulls, 2 distinct, "false" to "true", mean None, true×2 false×1
        date 2 values, 1 nulls, 2 distinct, "1969-12-31" to "2020-01-31", mean None, 1969-12-31×1 2020-01-31×1
        timestamp 2 values, 1 nulls, 2 distinct, "1969-12-31T23:59:59.5Z" to "2020-01-31T12:00:00Z", mean None, 1969-12-31T23:59:59.5Z×1 2020-01-31T12:00:00Z×1
        datetime 2 values, 1 nulls, 1 distinct, "2020-01-31T12:00:00" to "2020-01-31T12:00:00", mean None, 2020-01-31T12:00:00×2
    "#]].assert_eq(&draw(
        "text,integer,number,boolean,date,timestamp,datetime\n\
         b,3,0.1,true,2020-01-31,2020-01-31T12:00:00Z,2020-01-31 12:00:00\n\
         a,-1,0.2,false,1969-12-31,1969-12-31T23:59:59.5Z,2020-01-31 12:00:00\n\
         b,,0.3,true,,,\n",
    ));
}

#[test]
fn sums_are_exact_whatever_the_order() {
    let drawn = draw("a,b\n1.0e300,1\n1,2\n-1.0e300,3.5\n");
    assert!(drawn.contains("mean Some(0.3333333333333333)"), "{drawn}");
}

#[test]
fn many_distinct_values_are_estimated_and_few_are_counted() {
    let mut input = "id,kind,even\n".to_owned();
    for row in 0..200_000 {
        writeln!(input, "{row},k{},{}", row % 1_000, row % 2 == 0).unwrap();
    }
    let read = read_csv(&input, &ReadOptions::default()).unwrap();
    let [id, kind, even] = read.ingested.columns.as_slice() else { panic!() };
    assert!(!id.distinct_exact && id.distinct.abs_diff(200_000) < 8_000, "{}", id.distinct);
    assert!(id.top.is_empty());
    assert_eq!((kind.distinct, kind.distinct_exact, kind.top.len()), (1_000, true, 20));
    assert_eq!(kind.top[0], ("k0".to_owned(), 200));
    assert_eq!(even.top, [("false".to_owned(), 100_000), ("true".to_owned(), 100_000)]);
}

#[test]
fn long_text_is_cut_in_the_profile_and_whole_in_the_table() {
    let long = "é".repeat(500);
    let read = read_csv(format!("a,b\n{long},1\n{long},2\n"), &ReadOptions::default()).unwrap();
    let column = &read.ingested.columns[0];
    assert_eq!(column.min.as_deref(), Some(format!("{}…", "é".repeat(100)).as_str()));
    assert_eq!(read.cells()[0][0].as_deref(), Some(long.as_str()));
}

#[test]
fn the_spread_of_values_is_told_whether_they_are_few_or_many() {
    let mut input = "few,many,amount,day\n".to_owned();
    for row in 0..200_000_u32 {
        // Each number once, in no order; amounts with a long tail.
        let many = (u64::from(row) * 7_919) % 200_003;
        let amount = f64::from(row % 1_000) * 1.5 + if row % 1_000 == 0 { f64::from(row) * 1e4 } else { 0.0 };
        writeln!(input, "{},{many},{amount},20{:02}-01-{:02}", row % 4, row % 20, row % 28 + 1).unwrap();
    }
    let read = read_csv(&input, &ReadOptions::default()).unwrap();
    let spread = |name: &str| {
        let column = read.ingested.columns.iter().find(|column| column.name == name).unwrap();
        column.spread.clone().unwrap()
    };
    let few = spread("few");
    assert_eq!((few.exact, few.counts.as_slice()), (true, &[50_000; 4][..]));
    assert_eq!(few.edges, ["0", "1", "2", "3", "4"]);
    let many = spread("many");
    assert!(!many.exact);
    assert_eq!(many.counts.iter().sum::<u64>(), 200_000);
    for (share, value) in &many.quantiles {
        let (value, exact) = (value.parse::<f64>().unwrap(), share * 200_003.0);
        assert!((value - exact).abs() < exact * 0.02 + 50.0, "{share}: {value} for {exact}");
    }
    let amount = spread("amount");
    let median = &amount.quantiles.iter().find(|(share, _)| *share == 0.5).unwrap().1;
    assert!((median.parse::<f64>().unwrap() - 750.0).abs() < 15.0, "{median}");
    let day = spread("day");
    assert!(day.exact && day.edges[0] == "2000-01-01", "{day:?}");
}

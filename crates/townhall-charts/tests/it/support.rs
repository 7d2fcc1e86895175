//! Columns and rows of our own, and what is drawn of them.

use townhall_charts::{Chart, Field, Look, Plan, Rows, Spec};
use townhall_model::table::ColumnType;

pub fn field(name: &str, kind: ColumnType, min: f64, max: f64, distinct: u64) -> Field {
    Field {
        name: name.into(),
        label: name.into(),
        kind,
        unit: None,
        min: Some(min),
        max: Some(max),
        distinct,
        is_currency: name == "amount",
    }
}

pub fn fields() -> Vec<Field> {
    vec![
        field("state", ColumnType::Text, 0.0, 0.0, 4),
        field("kind", ColumnType::Text, 0.0, 0.0, 2),
        field("amount", ColumnType::Number, 0.0, 100.0, 60),
        field("heads", ColumnType::Integer, 1.0, 9.0, 9),
        field("day", ColumnType::Date, 1_325_376_000.0, 1_420_070_400.0, 900),
        field("year", ColumnType::Integer, 1990.0, 2020.0, 31),
        field("lat", ColumnType::Number, 24.0, 49.0, 60),
        field("lon", ColumnType::Number, -125.0, -66.0, 60),
    ]
}

pub fn spec(address: &str) -> Spec {
    let pairs: Vec<(String, String)> = address
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    Spec::from_pairs(&pairs).unwrap().unwrap()
}

/// The chart of an address over rows, whose cells stand between bars; `-` is none.
pub fn chart(address: &str, rows: &[&str]) -> Chart {
    let plan = Plan::new(&spec(address), &fields()).unwrap();
    let cells = rows
        .iter()
        .map(|row| row.split('|').map(|cell| (cell != "-").then(|| cell.to_owned())).collect())
        .collect();
    Chart::new(plan, Rows { cells, has_more: false, total: None })
}

/// A drawing of a width, an element a line, without what is the same in all.
pub fn drawn(chart: &Chart, width: f64) -> String {
    let svg = chart.svg(&Look { width, id: "c", source: None });
    let svg = svg.split_once("</desc>").map_or(svg.as_str(), |(_, marks)| marks);
    svg.replace("><", ">\n<").replace("</svg>", "").trim().to_owned()
}

/// The description, the notes and the table.
pub fn told(chart: &Chart) -> String {
    let table = chart.table();
    let mut text = format!("{}\n{}\n", chart.title(), chart.description());
    for note in chart.notes() {
        text.push_str(&format!("note: {note}\n"));
    }
    let headings: Vec<String> = table.headings.iter().map(|(heading, _)| heading.clone()).collect();
    text.push_str(&format!("{}\n", headings.join(" | ")));
    for row in &table.rows {
        text.push_str(&format!("{}\n", row.join(" | ")));
    }
    text
}

//! A drawing, words and a table for each kind of chart.

use expect_test::{Expect, expect};
use townhall_charts::{Fonts, Kind, Look, png};

use crate::support::{chart, drawn, told};

const STATES: [&str; 3] = ["Iowa|12.5", "Utah|80", "-|3"];

/// Few rows for each kind of chart.
fn samples() -> Vec<(Kind, &'static str, Vec<&'static str>)> {
    vec![
        (Kind::Map, "mark=map&longitude=lon&latitude=lat&color=kind", vec!["-122.3|47.6|a", "-74|40.7|b"]),
        (Kind::Bar, "mark=bar&y=state&x=sum(amount)&sort=largest", STATES.to_vec()),
        (Kind::StackedBar, "mark=stacked-bar&x=state&y=count()&color=kind", vec!["Iowa|a|3", "Iowa|b|1", "Utah|a|2"]),
        (Kind::Line, "mark=line&x=yearmonth(day)&y=mean(amount)&color=kind", vec![
            "2012-01-01|a|5", "2012-02-01|a|7", "2012-01-01|b|1", "2012-03-01|b|9",
        ]),
        (Kind::Area, "mark=area&x=year&y=sum(heads)&color=kind", vec!["2001|a|5", "2002|a|7", "2001|b|1", "2002|b|9"]),
        (Kind::Pie, "mark=pie&color=state&theta=count()", vec!["Iowa|3", "Utah|1"]),
        (Kind::Histogram, "mark=histogram&x=bin(amount,10)", vec!["0|5", "10|9", "90|1"]),
        (Kind::Scatter, "mark=scatter&x=amount&y=heads&color=kind", vec!["1|2|a", "3|4|a", "5|1|b"]),
        (Kind::HeatMap, "mark=heat-map&x=state&y=kind&color=sum(amount)", vec!["Iowa|a|1", "Iowa|b|90", "Utah|a|50"]),
        (Kind::KeyFigure, "mark=key-figure&text=sum(amount)", vec!["1234567.5"]),
    ]
}

#[test]
fn every_kind_has_a_drawing_words_and_a_table() {
    for (kind, address, rows) in samples() {
        let chart = chart(address, &rows);
        assert_eq!(chart.plan().spec.kind, kind);
        assert!(!chart.is_empty() && !chart.description().is_empty(), "{address}");
        assert!(!chart.table().rows.is_empty(), "{address}");
        for width in [760.0, 360.0] {
            let svg = chart.svg(&Look { width, id: "c", source: None });
            assert!(svg.starts_with("<svg ") && svg.contains("role=\"img\"") && svg.contains("<title id=\"c-title\">"));
            assert!(!svg.contains("style=") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}

#[track_caller]
fn check(address: &str, rows: &[&str], drawing: Expect, words: Expect) {
    let chart = chart(address, rows);
    drawing.assert_eq(&drawn(&chart, 400.0));
    words.assert_eq(&told(&chart));
}

#[test]
fn bars_lie_with_their_numbers_at_their_ends() {
    check("mark=bar&y=state&x=sum(amount)&sort=largest", &STATES, expect![[r#""#]], expect![[r#""#]]);
}

#[test]
fn parts_stand_on_one_another() {
    check(
        "mark=stacked-bar&x=state&y=count()&color=kind",
        &["Iowa|a|3", "Iowa|b|1", "Utah|a|2"],
        expect![[r#""#]],
        expect![[r#""#]],
    );
}

#[test]
fn lines_are_broken_where_there_is_nothing() {
    check(
        "mark=line&x=yearmonth(day)&y=mean(amount)",
        &["2012-01-01|5", "2012-02-01|-", "2012-03-01|9", "2012-04-01|8"],
        expect![[r#""#]],
        expect![[r#""#]],
    );
}

#[test]
fn a_histogram_names_its_ranges() {
    check("mark=histogram&x=bin(amount,10)", &["0|5", "10|9", "90|1"], expect![[r#""#]], expect![[r#""#]]);
}

#[test]
fn a_pie_names_its_shares() {
    check("mark=pie&color=state&theta=count()", &["Iowa|3", "Utah|1"], expect![[r#""#]], expect![[r#""#]]);
}

#[test]
fn points_of_one_look_are_one_path() {
    check(
        "mark=scatter&x=amount&y=heads&color=kind",
        &["1|2|a", "3|4|a", "5|1|b", "5|1|b"],
        expect![[r#""#]],
        expect![[r#""#]],
    );
}

#[test]
fn cells_are_the_darker_the_more() {
    check(
        "mark=heat-map&x=state&y=kind&color=sum(amount)",
        &["Iowa|a|1", "Iowa|b|90", "Utah|a|50"],
        expect![[r#""#]],
        expect![[r#""#]],
    );
}

#[test]
fn a_key_figure_is_written_as_its_column_asks() {
    check("mark=key-figure&text=sum(amount)", &["1234567.5"], expect![[r#""#]], expect![[r#""#]]);
}

#[test]
fn what_is_too_much_is_added_up_and_said() {
    let rows: Vec<String> = (0..70).map(|i| format!("S{i:02}|{}", 100 - i)).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let chart = chart("mark=bar&y=state&x=sum(amount)&sort=largest", &rows);
    let table = chart.table();
    assert_eq!(table.rows.len(), 50);
    assert_eq!(table.rows[49], ["Other (21)", "$861"]);
    assert_eq!(chart.notes(), ["The 21 categories with the least are added up as “Other”."]);
}

#[test]
fn what_can_not_be_added_up_is_left_out_and_said() {
    let rows: Vec<String> = (0..52).map(|i| format!("S{i:02}|{i}")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let chart = chart("mark=bar&y=state&x=mean(heads)", &rows);
    assert_eq!(chart.table().rows.len(), 50);
    assert_eq!(chart.notes(), ["2 categories with the least are left out: mean of heads can't be added up."]);
}

#[test]
fn places_that_are_none_are_left_out_of_a_map() {
    let chart = chart("mark=map&longitude=lon&latitude=lat", &["-122.3|47.6", "999|0"]);
    assert_eq!(chart.notes(), ["1 row outside the map are left out."]);
}

#[test]
fn nothing_to_draw_is_said() {
    let chart = chart("mark=bar&y=state&x=sum(amount)", &[]);
    assert!(chart.is_empty());
    assert!(drawn(&chart, 400.0).contains("Nothing to draw"));
}

#[test]
fn a_picture_is_made_of_a_drawing_that_stands_alone() {
    let chart = chart("mark=bar&y=state&x=sum(amount)", &STATES);
    let svg = chart.svg(&Look { width: 400.0, id: "c", source: Some("Source: a portal") });
    assert!(svg.contains("Source: a portal") && svg.contains("fill=\"#005ea2\""), "{svg}");
    let picture = png(&svg, &Fonts::default(), 2.0).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
    assert_eq!(u32::from_be_bytes(picture[16..20].try_into().unwrap()), 896);
    assert_eq!(png(&svg, &Fonts::default(), 400.0), None);
}

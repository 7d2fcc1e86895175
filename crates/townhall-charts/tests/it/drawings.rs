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
        (
            Kind::StackedBar,
            "mark=stacked-bar&x=state&y=count()&color=kind",
            vec!["Iowa|a|3", "Iowa|b|1", "Utah|a|2"],
        ),
        (
            Kind::Line,
            "mark=line&x=yearmonth(day)&y=mean(amount)&color=kind",
            vec!["2012-01-01|a|5", "2012-02-01|a|7", "2012-01-01|b|1", "2012-03-01|b|9"],
        ),
        (
            Kind::Area,
            "mark=area&x=year&y=sum(heads)&color=kind",
            vec!["2001|a|5", "2002|a|7", "2001|b|1", "2002|b|9"],
        ),
        (Kind::Pie, "mark=pie&color=state&theta=count()", vec!["Iowa|3", "Utah|1"]),
        (Kind::Histogram, "mark=histogram&x=bin(amount,10)", vec!["0|5", "10|9", "90|1"]),
        (Kind::Scatter, "mark=scatter&x=amount&y=heads&color=kind", vec!["1|2|a", "3|4|a", "5|1|b"]),
        (
            Kind::HeatMap,
            "mark=heat-map&x=state&y=kind&color=sum(amount)",
            vec!["Iowa|a|1", "Iowa|b|90", "Utah|a|50"],
        ),
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
            assert!(
                svg.starts_with("<svg ")
                    && svg.contains("role=\"img\"")
                    && svg.contains("<title id=\"c-title\">")
            );
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
    check(
        "mark=bar&y=state&x=sum(amount)&sort=largest",
        &STATES,
        expect![[r##"
        <text class="th-soft" fill="#48525f" x="72.9" y="13">Sum of amount</text>
        <text class="th-label" fill="#1a1f27" x="64.9" y="42" text-anchor="end">Utah</text>
        <rect class="th-c0" fill="#005ea2" x="72.9" y="28" width="277" height="19">
        <title>Utah: $80</title>
        </rect>
        <text class="th-soft" fill="#48525f" x="354.9" y="42">$80</text>
        <text class="th-label" fill="#1a1f27" x="64.9" y="69" text-anchor="end">Iowa</text>
        <rect class="th-c0" fill="#005ea2" x="72.9" y="55" width="43.3" height="19">
        <title>Iowa: $12.50</title>
        </rect>
        <text class="th-soft" fill="#48525f" x="121.2" y="69">$12.50</text>
        <text class="th-label" fill="#1a1f27" x="64.9" y="96" text-anchor="end">(no value)</text>
        <rect class="th-c0" fill="#005ea2" x="72.9" y="82" width="10.4" height="19">
        <title>(no value): $3</title>
        </rect>
        <text class="th-soft" fill="#48525f" x="88.3" y="96">$3</text>
        <line class="th-zero" stroke="#858e9b" x1="72.9" y1="24" x2="72.9" y2="105"/>"##]],
        expect![[r#"
        Sum of amount by state
        Bar chart of sum of amount by state, 3 bars. The largest is Utah with $80; the smallest is (no value) with $3.
        state | Sum of amount
        Utah | $80
        Iowa | $12.50
        (no value) | $3
    "#]],
    );
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
    check(
        "mark=histogram&x=bin(amount,10)",
        &["0|5", "10|9", "90|1"],
        expect![[r##"
        <text class="th-soft" fill="#48525f" x="0" y="13">Rows</text>
        <line class="th-zero" stroke="#858e9b" x1="25.1" y1="252" x2="392" y2="252"/>
        <text class="th-soft" fill="#48525f" x="19.1" y="256" text-anchor="end">0</text>
        <line class="th-line" stroke="#dde1e7" x1="25.1" y1="208" x2="392" y2="208"/>
        <text class="th-soft" fill="#48525f" x="19.1" y="212" text-anchor="end">2</text>
        <line class="th-line" stroke="#dde1e7" x1="25.1" y1="164" x2="392" y2="164"/>
        <text class="th-soft" fill="#48525f" x="19.1" y="168" text-anchor="end">4</text>
        <line class="th-line" stroke="#dde1e7" x1="25.1" y1="120" x2="392" y2="120"/>
        <text class="th-soft" fill="#48525f" x="19.1" y="124" text-anchor="end">6</text>
        <line class="th-line" stroke="#dde1e7" x1="25.1" y1="76" x2="392" y2="76"/>
        <text class="th-soft" fill="#48525f" x="19.1" y="80" text-anchor="end">8</text>
        <line class="th-line" stroke="#dde1e7" x1="25.1" y1="32" x2="392" y2="32"/>
        <text class="th-soft" fill="#48525f" x="19.1" y="36" text-anchor="end">10</text>
        <rect class="th-c0" fill="#005ea2" x="25.1" y="142" width="35.2" height="110">
        <title>$0 to $10: 5</title>
        </rect>
        <rect class="th-c0" fill="#005ea2" x="61.8" y="54" width="35.2" height="198">
        <title>$10 to $20: 9</title>
        </rect>
        <rect class="th-c0" fill="#005ea2" x="355.3" y="230" width="35.2" height="22">
        <title>$90 to $100: 1</title>
        </rect>
        <line class="th-zero" stroke="#858e9b" x1="25.1" y1="252" x2="25.1" y2="257"/>
        <text class="th-soft" fill="#48525f" x="25.1" y="272" text-anchor="middle">$0</text>
        <line class="th-zero" stroke="#858e9b" x1="116.8" y1="252" x2="116.8" y2="257"/>
        <text class="th-soft" fill="#48525f" x="116.8" y="272" text-anchor="middle">$25</text>
        <line class="th-zero" stroke="#858e9b" x1="208.5" y1="252" x2="208.5" y2="257"/>
        <text class="th-soft" fill="#48525f" x="208.5" y="272" text-anchor="middle">$50</text>
        <line class="th-zero" stroke="#858e9b" x1="300.3" y1="252" x2="300.3" y2="257"/>
        <text class="th-soft" fill="#48525f" x="300.3" y="272" text-anchor="middle">$75</text>
        <line class="th-zero" stroke="#858e9b" x1="392" y1="252" x2="392" y2="257"/>
        <text class="th-soft" fill="#48525f" x="384.9" y="272" text-anchor="middle">$100</text>
        <text class="th-soft" fill="#48525f" x="208.5" y="294" text-anchor="middle">amount</text>"##]],
        expect![[r#"
        Rows by amount
        Histogram of amount, 3 ranges. The fullest range is $10 to $20 with 9 (rows). The ranges go from $0 to $10 up to $90 to $100.
        amount | Rows
        $0 to $10 | 5
        $10 to $20 | 9
        $90 to $100 | 1
    "#]],
    );
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
    assert_eq!(chart.notes(), ["1 row outside the map is left out."]);
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

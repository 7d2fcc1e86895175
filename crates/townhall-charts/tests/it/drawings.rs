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
        expect![[r##"
            <defs>
            <pattern id="c-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line class="th-gap" stroke="#ffffff" x1="0" x2="0" y1="0" y2="6" stroke-width="2.2" stroke-opacity="0.55"/>
            </pattern>
            </defs>
            <text class="th-label" fill="#1a1f27" x="0" y="13" font-weight="600">kind</text>
            <rect class="th-c0" fill="#005ea2" x="47" y="3" width="12" height="12"/>
            <text class="th-label" fill="#1a1f27" x="67" y="13">a</text>
            <rect class="th-c1" fill="#c05600" x="90.6" y="3" width="12" height="12"/>
            <rect x="90.6" y="3" width="12" height="12" fill="url(#c-hatch)"/>
            <text class="th-label" fill="#1a1f27" x="110.6" y="13">b</text>
            <text class="th-soft" fill="#48525f" x="0" y="46">Rows</text>
            <line class="th-zero" stroke="#858e9b" x1="17.5" y1="285" x2="392" y2="285"/>
            <text class="th-soft" fill="#48525f" x="11.5" y="289" text-anchor="end">0</text>
            <line class="th-line" stroke="#dde1e7" x1="17.5" y1="230" x2="392" y2="230"/>
            <text class="th-soft" fill="#48525f" x="11.5" y="234" text-anchor="end">1</text>
            <line class="th-line" stroke="#dde1e7" x1="17.5" y1="175" x2="392" y2="175"/>
            <text class="th-soft" fill="#48525f" x="11.5" y="179" text-anchor="end">2</text>
            <line class="th-line" stroke="#dde1e7" x1="17.5" y1="120" x2="392" y2="120"/>
            <text class="th-soft" fill="#48525f" x="11.5" y="124" text-anchor="end">3</text>
            <line class="th-line" stroke="#dde1e7" x1="17.5" y1="65" x2="392" y2="65"/>
            <text class="th-soft" fill="#48525f" x="11.5" y="69" text-anchor="end">4</text>
            <rect class="th-c0" fill="#005ea2" x="79.2" y="121" width="64" height="164">
            <title>Iowa, a: 3</title>
            </rect>
            <rect class="th-c1" fill="#c05600" x="79.2" y="66" width="64" height="54">
            <title>Iowa, b: 1</title>
            </rect>
            <rect x="79.2" y="66" width="64" height="54" fill="url(#c-hatch)" pointer-events="none"/>
            <rect class="th-c0" fill="#005ea2" x="266.4" y="176" width="64" height="109">
            <title>Utah, a: 2</title>
            </rect>
            <line class="th-zero" stroke="#858e9b" x1="111.2" y1="285" x2="111.2" y2="290"/>
            <text class="th-soft" fill="#48525f" x="111.2" y="305" text-anchor="middle">Iowa</text>
            <line class="th-zero" stroke="#858e9b" x1="298.4" y1="285" x2="298.4" y2="290"/>
            <text class="th-soft" fill="#48525f" x="298.4" y="305" text-anchor="middle">Utah</text>
            <text class="th-soft" fill="#48525f" x="204.8" y="327" text-anchor="middle">state</text>"##]],
        expect![[r#"
            Rows by state and kind
            Stacked bar chart of rows by state, 2 bars in parts for 2 values of kind. The largest is Iowa with 4; the smallest is Utah with 2.
            state | a | b
            Iowa | 3 | 1
            Utah | 2 | 
        "#]],
    );
}

#[test]
fn lines_are_broken_where_there_is_nothing() {
    check(
        "mark=line&x=yearmonth(day)&y=mean(amount)",
        &["2012-01-01|5", "2012-02-01|-", "2012-03-01|9", "2012-04-01|8"],
        expect![[r##"
            <text class="th-soft" fill="#48525f" x="0" y="13">Mean of amount</text>
            <line class="th-line" stroke="#dde1e7" x1="25.1" y1="252" x2="392" y2="252"/>
            <text class="th-soft" fill="#48525f" x="19.1" y="256" text-anchor="end">$5</text>
            <line class="th-line" stroke="#dde1e7" x1="25.1" y1="197" x2="392" y2="197"/>
            <text class="th-soft" fill="#48525f" x="19.1" y="201" text-anchor="end">$6</text>
            <line class="th-line" stroke="#dde1e7" x1="25.1" y1="142" x2="392" y2="142"/>
            <text class="th-soft" fill="#48525f" x="19.1" y="146" text-anchor="end">$7</text>
            <line class="th-line" stroke="#dde1e7" x1="25.1" y1="87" x2="392" y2="87"/>
            <text class="th-soft" fill="#48525f" x="19.1" y="91" text-anchor="end">$8</text>
            <line class="th-line" stroke="#dde1e7" x1="25.1" y1="32" x2="392" y2="32"/>
            <text class="th-soft" fill="#48525f" x="19.1" y="36" text-anchor="end">$9</text>
            <path class="th-l0" fill="none" stroke="#005ea2" d="M33.1 252L264.5 32L384 87" stroke-width="2.25" stroke-linejoin="round"/>
            <path class="th-l0" fill="none" stroke="#005ea2" d="M33.1 252h.01M264.5 32h.01M384 87h.01" stroke-width="6" stroke-linecap="round"/>
            <line class="th-zero" stroke="#858e9b" x1="33.1" y1="252" x2="33.1" y2="257"/>
            <text class="th-soft" fill="#48525f" x="33.1" y="272" text-anchor="middle">Jan 2012</text>
            <line class="th-zero" stroke="#858e9b" x1="264.5" y1="252" x2="264.5" y2="257"/>
            <text class="th-soft" fill="#48525f" x="264.5" y="272" text-anchor="middle">Mar 2012</text>
            <line class="th-zero" stroke="#858e9b" x1="384" y1="252" x2="384" y2="257"/>
            <text class="th-soft" fill="#48525f" x="372.3" y="272" text-anchor="middle">Apr 2012</text>
            <text class="th-soft" fill="#48525f" x="208.5" y="294" text-anchor="middle">day</text>"##]],
        expect![[r#"
            Mean of amount by month
            Line chart of mean of amount by month, 3 points from Jan 2012 to Apr 2012. It begins at $5, ends at $8, is lowest at $5 (Jan 2012) and highest at $9 (Mar 2012).
            day | Mean of amount
            Jan 2012 | $5
            Mar 2012 | $9
            Apr 2012 | $8
        "#]],
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
    check(
        "mark=pie&color=state&theta=count()",
        &["Iowa|3", "Utah|1"],
        expect![[r##"
        <defs>
        <pattern id="c-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line class="th-gap" stroke="#ffffff" x1="0" x2="0" y1="0" y2="6" stroke-width="2.2" stroke-opacity="0.55"/>
        </pattern>
        </defs>
        <path class="th-c0" fill="#005ea2" d="M200 115L200 10A105 105 0 1 1 95 115Z">
        <title>Iowa: 3 (75.0%)</title>
        </path>
        <path class="th-gap" stroke="#ffffff" d="M200 115L200 10A105 105 0 1 1 95 115Z" fill="none" stroke-width="1.5"/>
        <path class="th-c1" fill="#c05600" d="M200 115L95 115A105 105 0 0 1 200 10Z">
        <title>Utah: 1 (25.0%)</title>
        </path>
        <path d="M200 115L95 115A105 105 0 0 1 200 10Z" fill="url(#c-hatch)" pointer-events="none"/>
        <path class="th-gap" stroke="#ffffff" d="M200 115L95 115A105 105 0 0 1 200 10Z" fill="none" stroke-width="1.5"/>
        <rect class="th-c0" fill="#005ea2" x="0" y="234" width="12" height="12"/>
        <text class="th-label" fill="#1a1f27" x="20" y="244">Iowa</text>
        <text class="th-soft" fill="#48525f" x="134.2" y="244" text-anchor="end">3 (75.0%)</text>
        <rect class="th-c1" fill="#c05600" x="0" y="258" width="12" height="12"/>
        <rect x="0" y="258" width="12" height="12" fill="url(#c-hatch)"/>
        <text class="th-label" fill="#1a1f27" x="20" y="268">Utah</text>
        <text class="th-soft" fill="#48525f" x="134.2" y="268" text-anchor="end">1 (25.0%)</text>"##]],
        expect![[r#"
        Rows by state
        Pie chart of rows by state, 2 slices. The largest: Iowa 75.0%, Utah 25.0%.
        state | Rows | Share
        Iowa | 3 | 75.0%
        Utah | 1 | 25.0%
    "#]],
    );
}

#[test]
fn points_of_one_look_are_one_path() {
    check(
        "mark=scatter&x=amount&y=heads&color=kind",
        &["1|2|a", "3|4|a", "5|1|b", "5|1|b"],
        expect![[r##"
            <text class="th-label" fill="#1a1f27" x="0" y="13" font-weight="600">kind</text>
            <path class="th-l0" fill="none" stroke="#005ea2" d="M53 9h.01" stroke-width="8" stroke-linecap="round"/>
            <text class="th-label" fill="#1a1f27" x="67" y="13">a</text>
            <path class="th-l1" fill="none" stroke="#c05600" d="M96.6 9h.01" stroke-width="8" stroke-linecap="square"/>
            <text class="th-label" fill="#1a1f27" x="110.6" y="13">b</text>
            <text class="th-soft" fill="#48525f" x="0" y="46">heads</text>
            <line class="th-line" stroke="#dde1e7" x1="17.5" y1="325" x2="392" y2="325"/>
            <text class="th-soft" fill="#48525f" x="11.5" y="329" text-anchor="end">1</text>
            <line class="th-line" stroke="#dde1e7" x1="17.5" y1="238.3" x2="392" y2="238.3"/>
            <text class="th-soft" fill="#48525f" x="11.5" y="242.3" text-anchor="end">2</text>
            <line class="th-line" stroke="#dde1e7" x1="17.5" y1="151.7" x2="392" y2="151.7"/>
            <text class="th-soft" fill="#48525f" x="11.5" y="155.7" text-anchor="end">3</text>
            <line class="th-line" stroke="#dde1e7" x1="17.5" y1="65" x2="392" y2="65"/>
            <text class="th-soft" fill="#48525f" x="11.5" y="69" text-anchor="end">4</text>
            <path class="th-l0" fill="none" stroke="#005ea2" d="M205 65h.01M25.5 238.5h.01" stroke-width="7" stroke-linecap="round" stroke-opacity="0.55"/>
            <path class="th-l1" fill="none" stroke="#c05600" d="M384 325h.01" stroke-width="7" stroke-linecap="square" stroke-opacity="0.55"/>
            <line class="th-zero" stroke="#858e9b" x1="25.5" y1="325" x2="25.5" y2="330"/>
            <text class="th-soft" fill="#48525f" x="25.5" y="345" text-anchor="middle">$1</text>
            <line class="th-zero" stroke="#858e9b" x1="115.2" y1="325" x2="115.2" y2="330"/>
            <text class="th-soft" fill="#48525f" x="115.2" y="345" text-anchor="middle">$2</text>
            <line class="th-zero" stroke="#858e9b" x1="204.8" y1="325" x2="204.8" y2="330"/>
            <text class="th-soft" fill="#48525f" x="204.8" y="345" text-anchor="middle">$3</text>
            <line class="th-zero" stroke="#858e9b" x1="294.4" y1="325" x2="294.4" y2="330"/>
            <text class="th-soft" fill="#48525f" x="294.4" y="345" text-anchor="middle">$4</text>
            <line class="th-zero" stroke="#858e9b" x1="384" y1="325" x2="384" y2="330"/>
            <text class="th-soft" fill="#48525f" x="384" y="345" text-anchor="middle">$5</text>
            <text class="th-soft" fill="#48525f" x="204.8" y="367" text-anchor="middle">amount</text>"##]],
        expect![[r#"
            heads against amount
            Scatter plot of 4 points: amount from $1 to $5, heads from 1 to 4. The colours stand for kind.
            amount | heads | kind
            $1 | 2 | a
            $3 | 4 | a
            $5 | 1 | b
            $5 | 1 | b
        "#]],
    );
}

#[test]
fn cells_are_the_darker_the_more() {
    check(
        "mark=heat-map&x=state&y=kind&color=sum(amount)",
        &["Iowa|a|1", "Iowa|b|90", "Utah|a|50"],
        expect![[r##"
            <text class="th-label" fill="#1a1f27" x="0" y="13" font-weight="600">Sum of amount</text>
            <rect class="th-s0" fill="#cfe2f3" x="114.6" y="3" width="12" height="12"/>
            <text class="th-label" fill="#1a1f27" x="134.6" y="13">$0 to $20</text>
            <rect class="th-s1" fill="#9cc7ea" x="209.1" y="3" width="12" height="12"/>
            <text class="th-label" fill="#1a1f27" x="229.1" y="13">$20 to $40</text>
            <rect class="th-s2" fill="#5fa1d6" x="0" y="23" width="12" height="12"/>
            <text class="th-label" fill="#1a1f27" x="20" y="33">$40 to $60</text>
            <rect class="th-s3" fill="#1f74b8" x="102" y="23" width="12" height="12"/>
            <text class="th-label" fill="#1a1f27" x="122" y="33">$60 to $80</text>
            <rect class="th-s4" fill="#0b3f73" x="204.1" y="23" width="12" height="12"/>
            <text class="th-label" fill="#1a1f27" x="224.1" y="33">$80 to $100</text>
            <text class="th-soft" fill="#48525f" x="0" y="68">kind</text>
            <text class="th-label" fill="#1a1f27" x="9.5" y="96.5" text-anchor="end">a</text>
            <rect class="th-s0" fill="#cfe2f3" x="17.5" y="79" width="189.7" height="24.5">
            <title>Iowa, a: $1</title>
            </rect>
            <text class="th-ink-low" x="112.4" y="96" text-anchor="middle" fill="#1a1f27" pointer-events="none">$1</text>
            <rect class="th-s2" fill="#5fa1d6" x="208.8" y="79" width="189.7" height="24.5">
            <title>Utah, a: $50</title>
            </rect>
            <text class="th-ink-mid" x="303.6" y="96" text-anchor="middle" fill="#1a1f27" pointer-events="none">$50</text>
            <text class="th-label" fill="#1a1f27" x="9.5" y="122.5" text-anchor="end">b</text>
            <rect class="th-s4" fill="#0b3f73" x="17.5" y="105" width="189.7" height="24.5">
            <title>Iowa, b: $90</title>
            </rect>
            <text class="th-ink-high" x="112.4" y="122" text-anchor="middle" fill="#ffffff" pointer-events="none">$90</text>
            <line class="th-zero" stroke="#858e9b" x1="113.2" y1="131" x2="113.2" y2="136"/>
            <text class="th-soft" fill="#48525f" x="113.2" y="151" text-anchor="middle">Iowa</text>
            <line class="th-zero" stroke="#858e9b" x1="304.4" y1="131" x2="304.4" y2="136"/>
            <text class="th-soft" fill="#48525f" x="304.4" y="151" text-anchor="middle">Utah</text>
            <text class="th-soft" fill="#48525f" x="208.8" y="173" text-anchor="middle">state</text>"##]],
        expect![[r#"
            Sum of amount by state and kind
            Heat map of sum of amount by state and kind, 2 columns by 2 rows. The most is $90 for Iowa and b; the least is $1 for Iowa and a.
            state | a | b
            Iowa | $1 | $90
            Utah | $50 | 
        "#]],
    );
}

#[test]
fn a_key_figure_is_written_as_its_column_asks() {
    check(
        "mark=key-figure&text=sum(amount)",
        &["1234567.5"],
        expect![[r##"
        <text class="th-label" fill="#1a1f27" x="200" y="94" text-anchor="middle" font-size="64" font-weight="700">$1,234,568</text>
        <text class="th-soft" fill="#48525f" x="200" y="124" text-anchor="middle">Sum of amount</text>"##]],
        expect![[r#"
        Sum of amount
        Sum of amount: $1,234,568.
        Number | Value
        Sum of amount | $1,234,568
    "#]],
    );
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

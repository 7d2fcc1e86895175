//! Features become rows.

use expect_test::{Expect, expect};
use townhall_formats::ReadOptions;

use crate::support::{Read, read_as};

#[track_caller]
fn check(text: impl AsRef<[u8]>, expected: Expect) {
    let read = read_as("t.geojson", text, &ReadOptions::default());
    let draw = |read: Read| format!("{} {}\n{}", read.ingested.format, read.read_as(), read.draw());
    expected.assert_eq(&read.map_or_else(|error| format!("{error}\n"), draw));
}

#[test]
fn points_become_longitude_and_latitude() {
    check(
        r#"{"type": "FeatureCollection", "name": "sites", "features": [
            {"type": "Feature", "id": "007", "geometry": {"type": "Point", "coordinates": [-77.5, 38]},
             "properties": {"id": 1, "big": 12345678901234567890123, "tags": ["a", {"b": "c"}], "open": true}},
            {"type": "Feature", "geometry": null, "properties": {"id": 2, "note": "\ud800 x", "open": null}},
            {"type": "Feature", "properties": null}
        ], "bbox": [1, 2]}"#,
        expect![[r#"
            geojson {"header":true}
            id «@id»: text, leading zeros
            id_2 «id»: integer
            note: text
            big: text, more digits than a number holds
            tags_0 «tags/0»: text
            tags_1_b «tags/1/b»: text
            open: boolean
            longitude: number
            latitude: integer
            --
            007 │ 1 │ ∅ │ 12345678901234567890123 │ a │ c │ true │ -77.5 │ 38
            ∅ │ 2 │ \"\\ud800 x\" │ ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅
            ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅ │ ∅
        "#]],
    );
}

#[test]
fn places_that_the_properties_tell_are_not_told_twice() {
    check(
        r#"{"features": [{"geometry": {"type": "Point", "coordinates": [1.50, 2]}, "properties": {"Lat": 2.0, "Lon": 1.5}}]}"#,
        expect![[r#"
            geojson {"header":true}
            lat «Lat»: number
            lon «Lon»: number
            --
            2 │ 1.5
        "#]],
    );
}

#[test]
fn other_geometries_stay_whole() {
    check(
        r#"{"features": [
            {"geometry": {"type": "Point", "coordinates": [1.50, 2]}, "properties": {"n": 1}},
            {"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, "properties": {"n": 2}},
            {"geometry": {"type": "Point", "coordinates": [500000, 4100000]}, "properties": {"n": 3}}
        ]}"#,
        expect![[r#"
            geojson {"header":true}
            n: integer
            geometry: text
            --
            1 │ {\"type\":\"Point\",\"coordinates\":[1.5,2]}
            2 │ {\"type\":\"LineString\",\"coordinates\":[[1,2],[3,4]]}
            3 │ {\"type\":\"Point\",\"coordinates\":[500000,4100000]}
        "#]],
    );
}

#[test]
fn broken_and_hostile_files_say_what_is_wrong() {
    check(
        "",
        expect![[r#"
        `t.geojson` holds no rows and no header; send a file with at least a header row
    "#]],
    );
    check(
        "[]",
        expect![[r#"
        csv {"encoding":"utf-8","delimiter":",","quote":"\"","header":true}
        column_1 «[]»: text
        --
    "#]],
    );
    check(
        r#"{"type": "Topology"}"#,
        expect![[r#"
        `t.geojson` is JSON without a list of `features`, not a table; send the data file itself
    "#]],
    );
    check(
        r#"{"features": []}"#,
        expect![[r#"
        `t.geojson` holds no rows and no header; send a file with at least a header row
    "#]],
    );
    check(
        r#"{"features": [{"properties": {"a": 1}}, {"#,
        expect![[r#"
        `t.geojson` is not readable as GeoJSON: EOF while parsing an object at line 1 column 41
    "#]],
    );
    check(
        r#"{"features": [{"properties": 5}]}"#,
        expect![[r#"
        `t.geojson` is not readable as GeoJSON: invalid type: integer `5`, expected an object of properties at line 1 column 31
    "#]],
    );
    check(
        r#"{"features": [{"properties": {"a": "#.to_owned() + &"[".repeat(100_000),
        expect![[r#"
        `t.geojson` is not readable as GeoJSON: EOF while parsing a list at line 1 column 100035
    "#]],
    );
    check(
        r#"{"features": [{"properties": {"a": ""#.to_owned() + &"x".repeat(17_000_000),
        expect![[r#"
        `t.geojson` is not readable as GeoJSON: a feature has more than 16777216 bytes at line 1 column 16777216
    "#]],
    );
    let wide: Vec<String> = (0..5_000).map(|n| format!("\"c{n}\": 1")).collect();
    check(
        format!("{{\"features\": [{{\"properties\": {{{}}}}}]}}", wide.join(",")),
        expect![[r#"
        `t.geojson` has a table of more than 4096 columns at line 1; its properties seem to be keyed by values
    "#]],
    );
}

//! Whatever is asked of whatever rows: nothing breaks, what is drawn is XML, and no text becomes anything else.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::json;
use townhall_charts::{Chart, DataPage, Kind, Look, Plan, Rows, Spec};

use crate::support::fields;

const HOSTILE: &str = "</title><script>alert('\"&\u{0}\u{fffe}";

fn cell() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        Just(Some(HOSTILE.to_owned())),
        Just(Some(String::new())),
        any::<f64>().prop_map(|number| Some(number.to_string())),
        (-1000_i32..1000).prop_map(|number| Some(number.to_string())),
        (1800_i32..2100, 1..13, 1..29).prop_map(|(y, m, d)| Some(format!("{y:04}-{m:02}-{d:02}"))),
        "[a-c]{1,3}".prop_map(Some),
        "\\PC{0,30}".prop_map(Some),
    ]
}

fn channel() -> impl Strategy<Value = serde_json::Value> {
    let names = prop_oneof![
        Just("state"),
        Just("kind"),
        Just("amount"),
        Just("heads"),
        Just("day"),
        Just("year"),
        Just("lat"),
        Just("lon")
    ];
    let how = prop_oneof![
        4 => Just(json!({})),
        1 => Just(json!({"aggregate": "count"})),
        1 => Just(json!({"aggregate": "sum"})),
        1 => Just(json!({"aggregate": "distinct"})),
        1 => Just(json!({"bin": true})),
        1 => Just(json!({"timeUnit": "yearmonth"})),
        1 => Just(json!({"timeUnit": "day"})),
        1 => Just(json!({"type": "ordinal", "sort": "descending"})),
    ];
    (names, how).prop_map(|(name, mut how)| {
        how["field"] = json!(name);
        how["title"] = json!(HOSTILE);
        how
    })
}

fn spec() -> impl Strategy<Value = Spec> {
    let mark = prop::sample::select(Kind::ALL.to_vec());
    let maybe = || prop::option::weighted(0.7, channel());
    (mark, maybe(), maybe(), maybe(), maybe(), any::<bool>()).prop_filter_map(
        "a specification",
        |(kind, x, y, color, other, share)| {
            let mut encoding = serde_json::Map::new();
            let mut put = |name: &str, channel: Option<serde_json::Value>| {
                if let Some(channel) = channel {
                    encoding.insert(name.into(), channel);
                }
            };
            put("x", x);
            put("y", y);
            put("color", color);
            put(if kind == Kind::Pie { "theta" } else { "size" }, other);
            if kind == Kind::Map {
                put("longitude", Some(json!({"field": "lon"})));
                put("latitude", Some(json!({"field": "lat"})));
            }
            let mut spec = Spec::from_value(&json!({
                "mark": kind.mark(), "title": HOSTILE, "description": HOSTILE, "encoding": encoding,
                "usermeta": {"townhall": {"kind": kind.name()}},
            }))
            .ok()?;
            if share {
                spec.stack = townhall_charts::Stack::Normalize;
            }
            Some(spec)
        },
    )
}

fn name(start: &BytesStart<'_>) -> String {
    let name = start.name();
    let name: &str = name.as_ref();
    name.to_owned()
}

/// Reads a drawing as XML and returns the names of its elements.
fn elements(svg: &str) -> Vec<String> {
    let mut reader = Reader::from_str(svg);
    reader.config_mut().check_end_names = true;
    let (mut names, mut depth) = (Vec::new(), 0_i32);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {svg}")) {
            Event::Start(start) => {
                depth += 1;
                for attribute in start.attributes() {
                    attribute.unwrap();
                }
                names.push(name(&start));
            }
            Event::Empty(start) => names.push(name(&start)),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    names
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_chart_of_any_rows_is_well_formed(
        spec in spec(),
        rows in prop::collection::vec(prop::collection::vec(cell(), 5), 0..60),
        width in prop_oneof![Just(360.0), Just(760.0), any::<f64>()],
        has_more in any::<bool>(),
    ) {
        let Ok(plan) = Plan::new(&spec, &fields()) else { return Ok(()) };
        let chart = Chart::new(plan, Rows { cells: rows, has_more, total: None });
        for source in [None, Some(HOSTILE)] {
            let svg = chart.svg(&Look { width, id: "c\"><script>", source });
            let known = ["svg", "title", "desc", "g", "defs", "pattern", "clipPath", "rect", "circle", "line", "path", "text"];
            for name in elements(&svg) {
                prop_assert!(known.contains(&name.as_str()), "{}", name);
            }
            prop_assert!(!svg.contains("NaN") && !svg.contains("\u{0}"), "{}", svg);
        }
        chart.table();
        chart.description();
    }

    #[test]
    fn any_text_is_a_specification_a_page_or_a_problem(text in "\\PC{0,200}") {
        let _ = Spec::from_json(&text);
        let _ = DataPage::read(&text);
        let pairs = [("mark".to_owned(), "bar".to_owned()), ("x".to_owned(), text.clone()), ("sort".to_owned(), text)];
        if let Ok(Some(spec)) = Spec::from_pairs(&pairs) {
            let _ = Plan::new(&spec, &fields());
        }
    }
}

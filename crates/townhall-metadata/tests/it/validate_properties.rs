//! What holds for all input.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::fuzz_validate;
use townhall_metadata::validate::{Profile, ValidateOptions, validate};

/// JSON with the keys and some of the values that rules look at.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "[0-9RPTWZ:./+-]{0,24}",
        "(http|https|mailto)://?[a-z@:/.%\\[\\]? #]{0,16}",
        prop::sample::select(vec![
            "public",
            "non-public",
            "irregular",
            "R/P1Y",
            "2014-02-30",
            "2012/2011",
            "[[REDACTED-EX B6]]",
            "[[REDACTED-EX B6]]x[[/REDACTED]]",
            "text/csv",
            "018:10",
            "-77,38,-76,39",
            "â€™",
            "<b>",
            "&amp;",
            "CUI//",
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "@id",
        "@type",
        "title",
        "description",
        "identifier",
        "keyword",
        "modified",
        "issued",
        "created",
        "temporal",
        "spatial",
        "distribution",
        "downloadURL",
        "accessURL",
        "mediaType",
        "contactPoint",
        "hasEmail",
        "fn",
        "publisher",
        "name",
        "subOrganizationOf",
        "accessLevel",
        "rights",
        "license",
        "bureauCode",
        "programCode",
        "isPartOf",
        "language",
        "theme",
        "references",
        "accrualPeriodicity",
        "bbox",
        "geometry",
        "coordinates",
        "type",
        "startDate",
        "endDate",
        "restrictionStatus",
        "prefLabel",
        "conformsTo",
        "servesDataset",
        "seriesMember",
        "a/b",
        "a~b",
        "",
    ]);
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|members| {
                Value::Object(
                    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>(),
                )
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        fuzz_validate(&bytes);
    }

    #[test]
    fn no_json_makes_it_fail(value in any_json(), list in prop::sample::select(vec!["dataset", "service", "datasetSeries", "record", "catalog"])) {
        fuzz_validate(&serde_json::to_vec(&value).unwrap());
        fuzz_validate(&serde_json::to_vec(&json!({"conformsTo": "DCAT-US 3.0", list: [value.clone(), value.clone()]})).unwrap());
        fuzz_validate(&serde_json::to_vec_pretty(&json!([value])).unwrap());
    }

    #[test]
    fn places_in_a_file_are_where_the_pointers_lead(value in any_json()) {
        let file = serde_json::to_vec_pretty(&json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [value]})).unwrap();
        let options = ValidateOptions { profile: Some(Profile::HarvesterFederal), ..ValidateOptions::default() };
        let Ok(outcome) = validate(&file[..], &options) else { return Ok(()) };
        let text = String::from_utf8(file.clone()).unwrap();
        for finding in outcome.findings.iter().filter(|finding| finding.code.starts_with("SHAPE-")) {
            let at = townhall_metadata::locate(&file, &finding.pointer);
            let expected = at.map(|at| {
                let before = &text[..at];
                let line_start = before.rfind('\n').map_or(0, |end| end + 1);
                (before.matches('\n').count() as u64 + 1, before[line_start..].chars().count() as u64 + 1)
            });
            let position = finding.position.map(|position| (position.line, position.column));
            prop_assert_eq!(position, expected, "{:?}", finding);
        }
    }
}

//! Reports as pages that stand alone.

use proptest::prelude::*;
use serde_json::json;
use townhall_metadata::validate::{ValidateOptions, report, validate};
use townhall_metadata::{CompareOptions, InMemory, compare, comparison_as_html, message_as_html};

fn file(title: &str, modified: &str) -> Vec<u8> {
    json!({
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "dataset": [{"identifier": "a", "title": title, "modified": modified, "distribution": [{"title": "x"}]}],
    })
    .to_string()
    .into_bytes()
}

fn verdict(bytes: &[u8]) -> String {
    let outcome = validate(bytes, &ValidateOptions::default()).unwrap();
    let mut out = Vec::new();
    report::html(&outcome, "data.json", &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn comparison(old: &[u8], new: &[u8]) -> String {
    let held = |bytes| InMemory { name: "data.json", bytes };
    let comparison = compare(&held(old), &held(new), &CompareOptions::default()).unwrap();
    let mut out = Vec::new();
    comparison_as_html(&comparison, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_verdict_says_what_to_do_and_where() {
    let page = verdict(&file("Trees", "1/31/2014"));
    for words in [
        "Not valid",
        "<code>modified</code>",
        "When the data were last changed",
        "1/31/2014",
        "/dataset/0/modified",
        "To mend it:",
        "part of the verdict",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let valid = verdict(br#"{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": []}"#);
    assert!(valid.contains(">Valid<"), "{valid}");
}

#[test]
fn a_comparison_shows_values_before_and_after() {
    let page = comparison(&file("Trees", "2014-01-31"), &file("Street trees", "2014-01-31"));
    assert!(page.contains("<del>Trees</del>") && page.contains("<ins>Street trees</ins>"), "{page}");
    assert!(page.contains("0 added, 0 removed, 1 changed, 0 unchanged"), "{page}");
    let same = comparison(&file("Trees", "2014-01-31"), &file("Trees", "2014-01-31"));
    assert!(same.contains("Nothing differs"), "{same}");
}

#[test]
fn code_stands_between_backticks() {
    assert_eq!(message_as_html("`a` & `b`"), "<code>a</code> &amp; <code>b</code>");
    assert_eq!(message_as_html("one ` alone"), "one ` alone");
    assert_eq!(message_as_html("``"), "<code></code>");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_of_a_file_is_markup(title in ".{0,40}", modified in ".{0,20}") {
        let hostile = format!("<script>alert(1)</script>{title}");
        let (old, new) = (file(&hostile, &modified), file("Trees", "2014-01-31"));
        for page in [verdict(&old), comparison(&old, &new), message_as_html(&hostile)] {
            prop_assert!(!page.contains("<script"), "{}", page);
        }
    }
}

//! Mending records.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use townhall_metadata::{
    Doubt, FIXES, FixOptions, FixSummary, Fixed, Fixing, InMemory, fix_catalog, fix_record,
};
use townhall_model::record::{RecordKind, Version};

use crate::fixtures::shared_files;
use crate::values::any_json;

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

fn fix(record: Value) -> Fixed {
    fix_record(object(record), RecordKind::Dataset, Version::DcatUs11)
}

/// The record becomes the other, and by this repair.
#[track_caller]
fn becomes(code: &str, before: Value, after: Value) {
    let fixed = fix(before.clone());
    assert_eq!(Value::Object(fixed.record.clone()), after, "{before}");
    assert!(fixed.changes.iter().any(|change| change.code == code), "{before}: {:?}", fixed.changes);
    assert_eq!(fixed.doubts, [], "{before}");
    stays_fixed(&fixed, RecordKind::Dataset);
}

/// The field becomes the other value.
#[track_caller]
fn field(code: &str, key: &str, before: impl Into<Value>, after: impl Into<Value>) {
    becomes(code, json!({key: before.into()}), json!({key: after.into()}));
}

/// The field stays as it is, and the repair asks for a person.
#[track_caller]
fn doubtful(code: &str, key: &str, value: impl Into<Value>, suggestion: impl Into<Option<Value>>) {
    let value = value.into();
    let fixed = fix(json!({key: value}));
    assert_eq!(fixed.record[key], value);
    assert_eq!(fixed.changes, []);
    let [Doubt { code: found, pointer, suggestion: suggested, .. }] = fixed.doubts.as_slice() else {
        panic!("{key} {value}: {:?}", fixed.doubts)
    };
    assert_eq!((*found, pointer.as_str()), (code, format!("/{key}").as_str()), "{value}");
    assert_eq!(*suggested, suggestion.into(), "{value}");
}

/// Nothing is to be done.
#[track_caller]
fn fine(key: &str, value: impl Into<Value>) {
    let value = value.into();
    let fixed = fix(json!({key: value}));
    assert_eq!((fixed.changes, fixed.doubts), (vec![], vec![]), "{key} {value}");
}

#[track_caller]
fn stays_fixed(fixed: &Fixed, kind: RecordKind) {
    let again = fix_record(fixed.record.clone(), kind, fixed.version);
    assert_eq!(again.changes, [], "{:?}", fixed.record);
    assert_eq!(again.doubts, fixed.doubts);
    assert_eq!(again.record, fixed.record);
}

#[test]
fn every_repair_has_a_name_of_its_own_and_a_source() {
    let codes = FIXES.iter().map(|fix| fix.code).collect::<HashSet<_>>();
    assert_eq!(codes.len(), FIXES.len());
    for fix in FIXES {
        assert!(
            fix.code.starts_with("FIX-") && fix.what.ends_with('.') && !fix.source.is_empty(),
            "{}",
            fix.code
        );
    }
}

#[test]
fn dates_that_can_mean_one_day_only_are_written_as_iso_8601() {
    for (before, after) in [
        ("201603-01-01T00:00:00.000+00:00", "2016-03-01T00:00:00.000+00:00"),
        ("201404-01-01", "2014-04-01"),
        ("12/15/2012", "2012-12-15"),
        ("15/12/2012", "2012-12-15"),
        ("1/1/2013", "2013-01-01"),
        ("2013/1/5", "2013-01-05"),
        ("2013.01.05", "2013-01-05"),
        ("2015-1-5", "2015-01-05"),
        ("January 5, 2013", "2013-01-05"),
        ("5 Jan 2013", "2013-01-05"),
        ("Sept. 3rd, 2019", "2019-09-03"),
        ("Tue, 15 Nov 1994 08:12:31 GMT", "1994-11-15T08:12:31Z"),
        ("15-Nov-1994", "1994-11-15"),
        ("March 2014", "2014-03"),
        ("3/2014", "2014-03"),
        ("12/15/2012 3:45 PM", "2012-12-15T15:45"),
        ("12/15/2012 12:05:09 AM", "2012-12-15T00:05:09"),
        ("2015-01-05 10:00:00 UTC", "2015-01-05T10:00:00Z"),
        ("1420070400", "2015-01-01T00:00:00Z"),
        ("1420070400000", "2015-01-01T00:00:00Z"),
        ("20150105101010", "2015-01-05T10:10:10"),
        (" 2015-01-05\u{a0}", "2015-01-05"),
    ] {
        let code = if before.trim() == after { "FIX-SPACE" } else { "FIX-DATE" };
        field(code, "issued", before, after);
        field(code, "modified", before, after);
    }
    field("FIX-DATE", "modified", json!(1_420_070_400_000_i64), "2015-01-01T00:00:00Z");
    field("FIX-TYPE", "issued", 2015, "2015");
}

#[test]
fn dates_that_can_mean_two_days_or_none_need_a_person() {
    doubtful("FIX-DATE", "issued", "1/2/2013", json!("2013-01-02"));
    doubtful("FIX-DATE", "issued", "05-06-2013", json!("2013-05-06"));
    doubtful("FIX-DATE", "issued", "1/15/13", json!("2013-01-15"));
    doubtful("FIX-DATE", "issued", "201603-05-01", json!("2016-03-01"));
    doubtful("FIX-DATE", "issued", "201603", json!("2016-03"));
    doubtful("FIX-DATE", "issued", "2013/15/01", json!("2013-01-15"));
    doubtful("FIX-DATE", "issued", "2010-01-01/2011-03", json!("2011-03-31"));
    for nothing in
        ["soon", "2015-02-30", "13/13/2013", "2012-13", "2/30/2012", "99/99/9999", "10:00", "1/2/2013 25:00"]
    {
        doubtful("FIX-DATE", "issued", nothing, None);
    }
}

#[test]
fn dates_that_the_schema_takes_stay() {
    for text in [
        "2015",
        "2015-06",
        "20150101",
        "2015-366".replace("2015", "2016").as_str(),
        "2015-W10",
        "2015-01-01T10Z",
        "2015-01-01 10:00",
        "2011-11-19T12:00:00Z",
        "2019-01-01T00:00:00.000+00:00",
        "2019-01-01T00:00:00-0500",
    ] {
        fine("modified", text);
    }
    for text in ["R/P1Y", "P1D", "R/PT1S", "R/2010-01-01/P1M"] {
        fine("modified", text);
    }
    doubtful("FIX-DATE", "issued", "R/P1Y", None);
}

#[test]
fn version_3_takes_fewer_forms_of_dates() {
    let fix = |value: &str| {
        let record = object(json!({"modified": value, "temporal": [{"startDate": value}]}));
        fix_record(record, RecordKind::Dataset, Version::DcatUs30)
    };
    for (before, after) in
        [("20150105", "2015-01-05"), ("12/15/2012", "2012-12-15"), ("12/15/2012 3:45 PM", "2012-12-15")]
    {
        let fixed = fix(before);
        assert_eq!(fixed.record["modified"], after);
        assert_eq!(fixed.record["temporal"][0]["startDate"], after);
        stays_fixed(&fixed, RecordKind::Dataset);
    }
    assert_eq!(fix("2015-01").changes, []);
}

#[test]
fn the_time_covered_becomes_an_interval() {
    for (before, after) in [
        ("2001-2012", "2001/2012"),
        ("2001 - 2012", "2001/2012"),
        ("2001 to 2012", "2001/2012"),
        ("2001–2012", "2001/2012"),
        ("12/15/2001 - 12/31/2012", "2001-12-15/2012-12-31"),
        ("January 2001 through March 2002", "2001-01/2002-03"),
        ("2001-01-01 / 2012-12-31", "2001-01-01/2012-12-31"),
        ("2012", "2012-01-01/2012-12-31"),
        ("2012-05", "2012-05-01/2012-05-31"),
    ] {
        field("FIX-TEMPORAL", "temporal", before, after);
    }
    for text in ["2000/2010", "2000-01-15T00:45:00Z/2010-01-15T00:06:00Z", "R/2010-01-01/P1M", "P1Y/2010"] {
        fine("temporal", text);
    }
    doubtful("FIX-TEMPORAL", "temporal", "2013-01-01", json!("2013-01-01/2013-01-01"));
    doubtful("FIX-TEMPORAL", "temporal", "2012/2001", json!("2001/2012"));
    doubtful("FIX-TEMPORAL", "temporal", "1/2/2001 - 1/3/2001", json!("2001-01-02/2001-01-03"));
    for open in ["2001-current", "2001 - present", "2012-01-01/", "../2013", "today", "P1Y/P1Y"] {
        doubtful("FIX-TEMPORAL", "temporal", open, None);
    }
}

#[test]
fn words_become_durations() {
    for (before, after) in [
        ("Weekly", "R/P1W"),
        ("Monthly", "R/P1M"),
        ("Annual", "R/P1Y"),
        ("yearly", "R/P1Y"),
        ("Semi-Annual", "R/P6M"),
        ("6 months", "R/P6M"),
        ("every two years", "R/P2Y"),
        ("Every other week", "R/P2W"),
        ("Continuously updated", "R/PT1S"),
        ("No longer updated", "irregular"),
        ("Archived", "irregular"),
        ("Never", "irregular"),
        ("completely irregular", "irregular"),
        ("Irregular", "irregular"),
        ("P1Y", "R/P1Y"),
        ("r/p1y", "R/P1Y"),
        ("asNeeded", "irregular"),
        ("threeTimesAWeek", "R/P0.33W"),
        ("http://publications.europa.eu/resource/authority/frequency/ANNUAL_2", "R/P6M"),
        ("http://purl.org/cld/freq/quarterly", "R/P3M"),
    ] {
        field("FIX-FREQUENCY", "accrualPeriodicity", before, after);
    }
    for text in ["R/P1Y", "R/P3.5D", "R/PT1S", "irregular", "R/P0.33M"] {
        fine("accrualPeriodicity", text);
    }
    doubtful("FIX-FREQUENCY", "accrualPeriodicity", "Bimonthly", json!("R/P2M"));
    for text in ["unknown", "R/P", "sometimes", "0 days", "R5/P1Y"] {
        doubtful("FIX-FREQUENCY", "accrualPeriodicity", text, None);
    }
    let modern = object(json!({"accrualPeriodicity": "annually"}));
    assert_eq!(fix_record(modern, RecordKind::Dataset, Version::DcatUs30).changes, []);
}

#[test]
fn licences_become_addresses() {
    let zero = "https://creativecommons.org/publicdomain/zero/1.0/";
    for (before, after) in [
        ("CC0", zero),
        ("creative commons Cco", zero),
        ("Other (Public Domain)", zero),
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc-by-sa-3.0", "https://creativecommons.org/licenses/by-sa/3.0/"),
        ("Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/"),
        (
            "Creative Commons Attribution-NonCommercial-ShareAlike 4.0",
            "https://creativecommons.org/licenses/by-nc-sa/4.0/",
        ),
        ("U.S. Government Work", "https://www.usa.gov/government-works"),
        (
            "Open Data Commons Public Domain Dedication and Licence (PDDL)",
            "https://opendatacommons.org/licenses/pddl/1-0/",
        ),
        ("The MIT License", "https://opensource.org/license/mit"),
        ("ODbL", "https://opendatacommons.org/licenses/odbl/1-0/"),
        ("creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
    ] {
        field("FIX-LICENSE", "license", before, after);
    }
    fine("license", "http://www.usa.gov/publicdomain/label/1.0/");
    doubtful("FIX-LICENSE", "license", "None", json!(zero));
    doubtful("FIX-LICENSE", "license", "Public Domain", json!(zero));
    doubtful("FIX-LICENSE", "license", "CC-BY", None);
    let html = "<div>Under a <a href='https://creativecommons.org/licenses/by/4.0/'>licence</a> of http://a.gov.</div>";
    doubtful("FIX-LICENSE", "license", html, json!("https://creativecommons.org/licenses/by/4.0/"));
    let two = "https://creativecommons.org/licenses/by/4.0/ or https://creativecommons.org/licenses/by/3.0/";
    doubtful("FIX-LICENSE", "license", two, None);
    let named = "Creative Common By Attribution 4.0 (Australian Capital Territory). Please read our terms.";
    doubtful("FIX-LICENSE", "license", named, json!("https://creativecommons.org/licenses/by/4.0/"));
    doubtful("FIX-LICENSE", "license", "You may use this as you like.", None);
    let old = object(json!({"license": "Open data, say who made it"}));
    let fixed = fix_record(old, RecordKind::Dataset, Version::Pod10);
    let url =
        "https://project-open-data.cio.gov/unknown-license/#v1-legacy/Open%20data%2C%20say%20who%20made%20it";
    assert_eq!(fixed.record["license"], url);
}

fn contact(mail: &str) -> Value {
    json!({"contactPoint": {"@type": "vcard:Contact", "fn": "Ann", "hasEmail": mail}})
}

#[test]
fn an_address_is_one_mailto() {
    for (before, after) in [
        ("nhsn@cdc.gov", "mailto:nhsn@cdc.gov"),
        ("mailto:nhsn@cdc.gov (subject line: Hospital Respiratory Data)", "mailto:nhsn@cdc.gov"),
        ("mailto:mailto:a@b.gov", "mailto:a@b.gov"),
        ("MAILTO:a@b.gov", "mailto:a@b.gov"),
        ("Ann Onym <a@b.gov>", "mailto:a@b.gov"),
        ("mailto:a@b.gov; mailto:A@b.gov", "mailto:a@b.gov"),
        ("mailto:a@b.gov?subject=Wells", "mailto:a@b.gov"),
        ("mailto:a@b.gov.", "mailto:a@b.gov"),
    ] {
        becomes("FIX-EMAIL", contact(before), contact(after));
    }
    becomes("FIX-SPACE", contact("mailto:a@b.gov\u{200b} "), contact("mailto:a@b.gov"));
    let two = fix(contact("mailto:a@agency.gov, mailto:b@agency.gov"));
    assert_eq!(two.doubts[0].pointer, "/contactPoint/hasEmail");
    assert_eq!(two.doubts[0].suggestion, Some(json!("mailto:a@agency.gov")));
    assert_eq!(fix(contact("mailto:cdcinfo.cdc.gov")).doubts[0].code, "FIX-EMAIL");
    assert_eq!(fix(contact("mailto:a@b.gov")).changes, []);
    assert_eq!(fix(contact("[[REDACTED-EX B6]]")).doubts, []);
}

#[test]
fn lists_are_lists() {
    field("FIX-LIST", "keyword", "environment", json!(["environment"]));
    field("FIX-LIST", "keyword", "wells, water,  springs", json!(["wells", "water", "springs"]));
    field("FIX-LIST", "keyword", "wells, old; water", json!(["wells, old", "water"]));
    field("FIX-LIST", "keyword", r#"["a", "b"]"#, json!(["a", "b"]));
    field("FIX-LIST", "theme", "Health, Education", json!(["Health, Education"]));
    field("FIX-LIST", "bureauCode", "010:00, 010:04", json!(["010:00", "010:04"]));
    field("FIX-LIST", "language", "en-US", json!(["en-US"]));
    field(
        "FIX-LIST",
        "references",
        "http://a.gov/1,2, https://a.gov/3",
        json!(["http://a.gov/1,2", "https://a.gov/3"]),
    );
    field("FIX-LIST", "distribution", json!({"title": "x"}), json!([{"title": "x"}]));
    field("FIX-LIST", "license", json!(["https://a.gov/license"]), "https://a.gov/license");
    field("FIX-TYPE", "keyword", json!([1, "health"]), json!(["1", "health"]));
    field("FIX-DUPLICATE", "keyword", json!(["a", "b", " a"]), json!(["a", "b"]));
    field("FIX-EMPTY", "keyword", json!(["a", "", null]), json!(["a"]));
    doubtful("FIX-LIST", "keyword", json!(["a, b, c"]), json!(["a", "b", "c"]));
    doubtful("FIX-LIST", "rights", json!(["a", "b"]), json!("a"));
    doubtful("FIX-EMPTY", "keyword", json!([]), None);
    fine("distribution", json!([]));
    fine("keyword", "[[REDACTED-EX B5]]");
}

#[test]
fn lists_of_version_3_are_other_lists() {
    let record = json!({
        "rights": "None known", "keyword": "a, b", "contactPoint": {"@type": "Kind", "fn": "Ann", "hasEmail": "a@b.gov"},
        "publisher": {"name": "Wells", "subOrganizationOf": {"name": "Water"}}, "temporal": "2001/2002",
        "distribution": {"byteSize": 17, "conformsTo": {"title": "CSV"}}, "language": ["en-US"],
    });
    let fixed = fix_record(object(record), RecordKind::Dataset, Version::DcatUs30);
    let after = json!({
        "rights": ["None known"], "keyword": ["a", "b"],
        "contactPoint": {"@type": "Kind", "fn": "Ann", "hasEmail": "mailto:a@b.gov"},
        "publisher": {"name": "Wells", "subOrganizationOf": [{"name": "Water"}]}, "temporal": "2001/2002",
        "distribution": [{"byteSize": "17", "conformsTo": [{"title": "CSV"}]}], "language": ["en"],
    });
    assert_eq!(Value::Object(fixed.record.clone()), after);
    stays_fixed(&fixed, RecordKind::Dataset);
}

#[test]
fn levels_codes_languages_and_truth_are_spelt_as_the_schema_does() {
    for (before, after) in [
        ("Public", "public"),
        ("Restricted Public", "restricted public"),
        ("restricted-public", "restricted public"),
        ("NONPUBLIC", "non-public"),
        ("non public", "non-public"),
    ] {
        field("FIX-ACCESS-LEVEL", "accessLevel", before, after);
    }
    doubtful("FIX-ACCESS-LEVEL", "accessLevel", "private", None);
    field("FIX-CODE", "bureauCode", json!(["18:10"]), json!(["018:10"]));
    field("FIX-CODE", "bureauCode", json!(["18:10:00"]), json!(["018:10"]));
    field("FIX-CODE", "bureauCode", json!(["018-10"]), json!(["018:10"]));
    field("FIX-CODE", "programCode", json!(["018001"]), json!(["018:001"]));
    assert_eq!(fix(json!({"programCode": ["018:1"]})).doubts[0].suggestion, Some(json!("018:001")));
    assert_eq!(fix(json!({"bureauCode": ["wells"]})).doubts[0].pointer, "/bureauCode/0");
    for (before, after) in [("English", "en"), ("en_us", "en-US"), ("eng", "en"), ("us-EN", "en-US")] {
        field("FIX-LANGUAGE", "language", json!([before]), json!([after]));
    }
    fine("language", json!(["es-419", "haw", "en-US", "en-us", "sr-Latn-RS"]));
    assert_eq!(fix(json!({"language": ["Klingonese"]})).doubts[0].code, "FIX-LANGUAGE");
    field("FIX-TYPE", "dataQuality", "TRUE", true);
    field("FIX-TYPE", "dataQuality", "no", false);
    field("FIX-TYPE", "identifier", 17, "17");
    doubtful("FIX-TYPE", "dataQuality", "good", None);
}

#[test]
fn texts_are_restored_and_trimmed() {
    field("FIX-MOJIBAKE", "description", "donâ€™t â€œwellâ€\u{9d} cafÃ© 20Â°", "don’t “well” café 20°");
    field("FIX-MOJIBAKE", "description", "ÃƒÂ©tÃƒÂ©", "été");
    field("FIX-MOJIBAKE", "description", "it\u{92}s", "it’s");
    field("FIX-MOJIBAKE", "title", "\u{ef}\u{bb}\u{bf}Wells", "Wells");
    for text in ["Ríos y café “CAFÉ”", "Ünïcödé – ‘quoted’ € ™", "São João", "ÉCOLE", "日本語"]
    {
        fine("description", text);
    }
    doubtful("FIX-MOJIBAKE", "description", "it\u{fffd}s", None);
    field("FIX-ENTITY", "title", "Health &amp;amp; Safety &#8211; now", "Health & Safety – now");
    fine("description", "<p>Health &amp; Safety</p>");
    fine("title", "AT&T & Co; R&D");
    field("FIX-SPACE", "title", "  Wells\n of  the\tCounty ", "Wells of the County");
    field("FIX-SPACE", "description", " One.\n\nTwo. ", "One.\n\nTwo.");
    field("FIX-SPACE", "identifier", "\u{feff}abc\u{200b}d", "abcd");
}

#[test]
fn empty_values_are_removed_where_they_may_be_absent() {
    becomes("FIX-EMPTY", json!({"title": "x", "license": "", "landingPage": "N/A"}), json!({"title": "x"}));
    becomes("FIX-EMPTY", json!({"title": "x", "isPartOf": null, "theme": []}), json!({"title": "x"}));
    becomes(
        "FIX-EMPTY",
        json!({"distribution": [{}, {"title": "x", "downloadURL": null, "description": " "}]}),
        json!({"distribution": [{"title": "x"}]}),
    );
    doubtful("FIX-EMPTY", "title", "", None);
    fine("license", Value::Null);
}

fn file(distribution: Value) -> Value {
    json!({"distribution": [distribution]})
}

#[test]
fn media_types_are_written_and_found() {
    let url = "https://a.gov/x";
    for (before, after) in [
        ("csv", "text/csv"),
        (".CSV", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("Text/CSV", "text/csv"),
        ("application\\json", "application/json"),
        ("application/octet-steam", "application/octet-stream"),
        ("excel", "application/vnd.ms-excel"),
        ("https://www.iana.org/assignments/media-types/text/csv", "text/csv"),
    ] {
        becomes(
            "FIX-MEDIA-TYPE",
            file(json!({"downloadURL": url, "mediaType": before})),
            file(json!({"downloadURL": url, "mediaType": after})),
        );
    }
    for (found, media_type) in [
        (json!({"downloadURL": "https://a.gov/x.CSV?download=1"}), "text/csv"),
        (json!({"downloadURL": url, "format": "GeoJSON"}), "application/geo+json"),
        (json!({"downloadURL": "https://a.gov/x.zip", "format": "CSV"}), "application/zip"),
        (json!({"downloadURL": url, "format": "text/csv"}), "text/csv"),
    ] {
        let mut after = found.clone();
        after["mediaType"] = json!(media_type);
        becomes("FIX-MEDIA-TYPE", file(found), file(after));
    }
    for unknown in [
        json!({"downloadURL": url}),
        json!({"downloadURL": "https://a.gov/x.csv", "format": "XML"}),
        json!({"downloadURL": url, "mediaType": "a file of wells"}),
    ] {
        let fixed = fix(file(unknown));
        assert_eq!((fixed.changes.len(), fixed.doubts[0].code), (0, "FIX-MEDIA-TYPE"));
    }
    assert_eq!(fix(file(json!({"accessURL": url, "format": "API"}))).doubts, []);
}

#[test]
fn addresses_are_escaped() {
    for (before, after) in [
        ("https://a.gov/a b.csv", "https://a.gov/a%20b.csv"),
        ("http:\\\\a.gov/x", "http://a.gov/x"),
        ("https:/a.gov/x", "https://a.gov/x"),
        ("http://https://a.gov/x", "https://a.gov/x"),
        ("https://a.gov/ríos", "https://a.gov/r%C3%ADos"),
        ("https://a.gov/?q={x}|100%", "https://a.gov/?q=%7Bx%7D%7C100%25"),
    ] {
        field("FIX-URL", "landingPage", before, after);
    }
    field("FIX-ENTITY", "landingPage", "https://a.gov/?a=1&amp;b=2", "https://a.gov/?a=1&b=2");
    fine("landingPage", "https://a.gov/x%20y?q=1#z");
    fine("landingPage", "HTTP://WWW.A.GOV/X");
    doubtful("FIX-URL", "landingPage", "www.a.gov/x", json!("https://www.a.gov/x"));
    doubtful("FIX-URL", "landingPage", "ask Ann", None);
    doubtful("FIX-URL", "landingPage", "https://a b.gov/", None);
}

#[test]
fn keys_are_spelt_as_the_schema_does_and_keep_their_place() {
    let fixed = fix(json!({"Title": "x", "my own key": 1, "download_url": "y", "access_level": "public"}));
    let keys = fixed.record.keys().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(keys, ["title", "my own key", "download_url", "accessLevel"]);
    let both = fix(json!({"Title": "x", "title": "y", "Source": "a key of theirs"}));
    assert_eq!((both.changes.len(), both.doubts.len()), (0, 1));
}

#[test]
fn leftovers_of_1_0_move_to_their_place() {
    let before = json!({
        "title": "Wells", "mbox": "ann@a.gov", "contactPoint": "Ann", "publisher": "Wells Office",
        "accessLevelComment": "Ask first", "dataDictionary": "https://a.gov/d", "unknown": [1],
        "accessURL": "https://a.gov/x.csv", "format": "text/csv", "webService": "https://a.gov/api",
        "PrimaryITInvestmentUII": "021-006227212",
    });
    let after = json!({
        "title": "Wells",
        "contactPoint": {"@type": "vcard:Contact", "fn": "Ann", "hasEmail": "mailto:ann@a.gov"},
        "publisher": {"@type": "org:Organization", "name": "Wells Office"},
        "rights": "Ask first", "describedBy": "https://a.gov/d", "unknown": [1],
        "primaryITInvestmentUII": "021-006227212",
        "distribution": [
            {"@type": "dcat:Distribution", "downloadURL": "https://a.gov/x.csv", "mediaType": "text/csv"},
            {"@type": "dcat:Distribution", "accessURL": "https://a.gov/api", "format": "API"},
        ],
    });
    for version in [Version::Pod10, Version::DcatUs11] {
        let fixed = fix_record(object(before.clone()), RecordKind::Dataset, version);
        assert_eq!(Value::Object(fixed.record.clone()), after);
        assert_eq!((fixed.version, fixed.doubts.as_slice()), (Version::DcatUs11, &[][..]));
        stays_fixed(&fixed, RecordKind::Dataset);
    }
    let beside = fix(json!({
        "mbox": "ben@a.gov", "contactPoint": {"fn": "Ann", "hasEmail": "mailto:ann@a.gov"}, "rights": "No",
        "accessLevelComment": "Yes", "accessURL": "https://a.gov/x", "distribution": [{"accessURL": "https://a.gov/x"}],
    }));
    let codes = beside.doubts.iter().map(|doubt| doubt.pointer.as_str()).collect::<Vec<_>>();
    assert_eq!(codes, ["/accessLevelComment", "/mbox"]);
    assert_eq!(beside.record.get("accessURL"), None);
    assert_eq!(beside.record["distribution"].as_array().unwrap().len(), 1);
}

#[test]
fn the_list_of_files_of_1_0_gets_the_names_of_1_1() {
    let before = json!({"distribution": [{"accessURL": "https://a.gov/x.csv", "format": "text/csv"}]});
    let fixed = fix_record(object(before.clone()), RecordKind::Dataset, Version::Pod10);
    assert_eq!(fixed.record["distribution"][0]["downloadURL"], "https://a.gov/x.csv");
    assert_eq!(fix(before).changes, [], "in 1.1 an access address may lead to a page");
}

/// The output, the summary, and a line for each report.
fn catalog(file: &[u8]) -> (String, FixSummary, Vec<String>) {
    let input = InMemory { name: "file", bytes: file };
    let mut out = Vec::new();
    let mut lines = Vec::new();
    let summary = fix_catalog(&input, &FixOptions::default(), &mut out, &mut |fixing| match fixing {
        Fixing::Record(report) => {
            let changes = report.changes.iter().map(|change| format!(" {}{}", change.code, change.pointer));
            let doubts = report.doubts.iter().map(|doubt| format!(" ?{}{}", doubt.code, doubt.pointer));
            lines.push(format!("`{}`{}", report.pointer, changes.chain(doubts).collect::<String>()));
        }
        Fixing::Refused(refused) => lines.push(format!("`{}` refused", refused.pointer)),
    })
    .expect("a catalogue");
    (String::from_utf8(out).expect("UTF-8"), summary, lines)
}

#[test]
fn a_catalogue_keeps_its_shape() {
    let file = r#"{"title": "X", "catalog": [{"dataset": [], "title": "empty"}, {"@id": "n", "dataset": [
        {"Title": "inner"}], "after": 1}, {"service": [{"title": "s"}], "catalog": [{"title": "leaf", "dataset": []}]}],
        "extra": {"b": 1, "a": 2}, "dataset": [{"zzz": 1, "title": " outer "}],
        "conformsTo": "http://project-open-data.cio.gov/v1.1/schema/", "series": []}"#;
    let (out, summary, lines) = catalog(file.as_bytes());
    insta::assert_snapshot!(out);
    assert_eq!(
        lines,
        [
            "`` FIX-CONFORMS-TO/conformsTo",
            "`/catalog/1/dataset/0` FIX-KEY/Title FIX-KEY/title",
            "`/dataset/0` FIX-SPACE/title",
        ]
    );
    assert_eq!((summary.records, summary.changed, summary.version), (3, 3, Some(Version::DcatUs11)));
    assert!(summary.is_complete);
}

#[test]
fn a_bare_list_becomes_a_catalogue_and_a_record_stays_one() {
    let list = br#"[{"title": "Wells", "mbox": "a@b.gov", "contactPoint": "Ann", "identifier": "1"}, {"title": "Ponds"}]"#;
    let (out, _, lines) = catalog(list);
    let out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out["conformsTo"], "https://project-open-data.cio.gov/v1.1/schema");
    assert_eq!(out["dataset"][0]["contactPoint"]["fn"], "Ann");
    assert_eq!(out["dataset"][1]["title"], "Ponds");
    assert_eq!(lines.len(), 1);
    let (out, ..) = catalog(br#"{"title": " Wells", "description": "x"}"#);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), json!({"title": "Wells", "description": "x"}));
}

#[test]
fn what_the_reader_mends_and_what_it_refuses_is_told() {
    let mut file = b"\xef\xbb\xbf{\"dataset\": [{\"title\": \"caf\xe9\", \"description\": \"x\",}, 17, {\"title\": \"a\", \"title\": \"b\", \"identifier\": \"\\ud800\"}]".to_vec();
    file.push(b'}');
    let (out, summary, lines) = catalog(&file);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["dataset"][0]["title"], "café");
    assert_eq!(
        lines,
        [
            "`/dataset/0` READ-COMMA READ-WINDOWS-1252",
            "`/dataset/1` refused",
            "`/dataset/2` ?READ-DOUBLED-KEY ?READ-SURROGATE ?FIX-MOJIBAKE/identifier",
        ]
    );
    assert_eq!((summary.refused, summary.is_complete), (1, false));
    assert!(summary.findings.iter().any(|finding| finding.code == "READ-BOM"));
}

#[test]
fn what_is_fixed_is_a_catalogue_that_stays_as_it_is() {
    for folder in ["real/snapshots", "v1.0/real", "v1.0/pod-examples", "v1.1/pod-examples", "v3.0/harvester"]
    {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).expect("a file");
            let name = file.display();
            if serde_json::from_slice::<Value>(&bytes).is_err() {
                continue;
            }
            let (once, first, _) = catalog(&bytes);
            let (twice, second, lines) = catalog(once.as_bytes());
            assert_eq!(second.changes, Default::default(), "{name}: {lines:?}");
            assert_eq!(once, twice, "{name}");
            assert_eq!(first.records, second.records, "{name}");
        }
    }
}

/// A record with the keys that repairs look at and values that they may trip over.
fn any_record() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[ -~]{0,24}",
        "[0-9/: -]{0,14}",
        "[\u{80}-\u{ff}â€™Ã© ;&#a-z]{0,10}",
        "(https?:)?[/\\\\]{0,2}[a-z.]{0,8}[ ,;%{}?]?(https?://)?[a-z./ ]{0,6}",
        "(every |semi|bi-?)?[0-9]{0,2} ?(month|year|week|annual|R/P)(ly|s)?",
        "(mailto:){0,2}[a-z ,;@.]{0,12}",
        Just("[[REDACTED-EX B6]]".to_owned()),
    ];
    let value = prop_oneof![4 => text.prop_map(Value::from), 1 => any_json()];
    let value =
        prop_oneof![3 => value.clone(), 1 => prop::collection::vec(value, 0..3).prop_map(Value::from)];
    let key = prop::sample::select(vec![
        "title",
        "Title",
        "description",
        "keyword",
        "modified",
        "issued",
        "publisher",
        "contactPoint",
        "identifier",
        "accessLevel",
        "bureauCode",
        "programCode",
        "license",
        "rights",
        "temporal",
        "distribution",
        "accrualPeriodicity",
        "conformsTo",
        "dataQuality",
        "describedBy",
        "describedByType",
        "isPartOf",
        "language",
        "landing_page",
        "landingPage",
        "references",
        "systemOfRecords",
        "theme",
        "mbox",
        "accessURL",
        "format",
        "webService",
        "dataDictionary",
        "accessLevelComment",
        "fn",
        "hasEmail",
        "name",
        "downloadURL",
        "mediaType",
        "subOrganizationOf",
        "startDate",
        "byteSize",
        "unknown",
    ]);
    let inner = prop::collection::vec((key.clone(), value.clone()), 0..6)
        .prop_map(|members| members.into_iter().collect::<Value>());
    let value = prop_oneof![
        4 => value,
        1 => inner.clone(),
        1 => prop::collection::vec(inner, 0..3).prop_map(Value::from),
    ];
    prop::collection::vec((key, value), 0..10).prop_map(|members| members.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_mended_is_not_mended_again(record in any_record(), version in prop::sample::select(&Version::ALL[..])) {
        for kind in [RecordKind::Dataset, RecordKind::DataService] {
            let fixed = fix_record(object(record.clone()), kind, version);
            stays_fixed(&fixed, kind);
            for (key, value) in record.as_object().unwrap() {
                if value == "[[REDACTED-EX B6]]" && key != "Title" && key != "landing_page" && kind == RecordKind::DataService {
                    prop_assert_eq!(&fixed.record[key], value, "withheld values stay");
                }
                if key == "unknown" {
                    prop_assert_eq!(&fixed.record[key], value);
                }
            }
        }
    }
}

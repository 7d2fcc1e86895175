//! Licenses: recognized however they are written, explained, and combined.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;
use townhall_metadata::license::{
    Certainty, Evidence, Fitness, Openness, Outcome, Source, attribution, license,
};
use townhall_metadata::{LICENSES, License, combine, recognize_license};

use crate::fixtures::shared_files;

#[track_caller]
fn certain(text: &str, id: &str) {
    let said = recognize_license(text);
    assert_eq!(said.certain().map(|license| license.id), Some(id), "{text}: {said:?}");
}

#[track_caller]
fn likely(text: &str, id: &str) {
    let said = recognize_license(text);
    assert_eq!(said.license.map(|license| license.id), Some(id), "{text}: {said:?}");
    assert_eq!(said.certainty, Certainty::Likely, "{text}");
    assert!(said.note.is_some(), "{text}: what is left open is said");
}

#[track_caller]
fn unknown(text: &str) {
    let said = recognize_license(text);
    assert_eq!(said.license.map(|license| license.id), None, "{text}");
    assert_eq!((said.certainty, said.evidence), (Certainty::Unknown, Evidence::None));
    assert!(said.note.is_some());
}

fn get(id: &str) -> &'static License {
    license(id).unwrap()
}

#[test]
fn the_table_names_every_license_once_and_finds_it_by_all_it_has() {
    let ids = LICENSES.iter().map(|license| license.id.to_ascii_lowercase()).collect::<BTreeSet<_>>();
    assert_eq!(ids.len(), LICENSES.len());
    for license in LICENSES.iter() {
        certain(license.id, license.id);
        certain(license.name, license.id);
        if let Some(url) = license.url {
            certain(url, license.id);
            certain(&url.replace("https://", "http://"), license.id);
            certain(url.trim_end_matches('/'), license.id);
        }
        if let Some(code) = license.eu_code {
            certain(&format!("http://publications.europa.eu/resource/authority/licence/{code}"), license.id);
        }
        if license.is_spdx {
            certain(&format!("https://spdx.org/licenses/{}.html", license.id), license.id);
        }
        let explained = license.explain();
        assert!(!explained.summary.is_empty());
        assert_eq!(
            explained.openness.starts_with("Open"),
            license.openness == Openness::Open,
            "{}",
            license.id
        );
    }
}

#[test]
fn an_address_is_known_in_every_spelling() {
    for url in [
        "https://creativecommons.org/licenses/by/4.0/",
        "http://creativecommons.org/licenses/by/4.0",
        "https://www.creativecommons.org/licenses/by/4.0/",
        "HTTPS://CreativeCommons.org/Licenses/BY/4.0/",
        "https://creativecommons.org/licenses/by/4.0/deed.en",
        "https://creativecommons.org/licenses/by/4.0/deed.de",
        "https://creativecommons.org/licenses/by/4.0/legalcode",
        "https://creativecommons.org/licenses/by/4.0/legalcode.txt",
        "https://creativecommons.org/licences/by/4.0/",
        "https://creativecommons.org//licenses/by/4.0/?ref=chooser-v1",
        "creativecommons.org/licenses/by/4.0/",
        "//creativecommons.org/licenses/by/4.0/",
        " https://creativecommons.org:443/licenses/by/4.0/. ",
    ] {
        certain(url, "CC-BY-4.0");
    }
    certain("https://creativecommons.org/licenses/by/3.0/us/", "CC-BY-3.0");
    certain("https://creativecommons.org/licenses/by-sa-nc/4.0/", "CC-BY-NC-SA-4.0");
    certain("http://creativecommons.org/publicdomain/mark/1.0/other-pd", "CC-PDM-1.0");
    certain("http://opendatacommons.org/licenses/pddl/", "PDDL-1.0");
    certain("http://opendatacommons.org/licenses/odbl/1.0/", "ODbL-1.0");
    certain("http://www.usa.gov/publicdomain/label/1.0/", "us-government-work");
    certain("https://opensource.org/licenses/MIT-0", "MIT-0");
    certain("https://project-open-data.cio.gov/unknown-license/#v1-legacy/some%20words", "unknown");
    certain("http://www.opendefinition.org/licenses/odc-odbl", "ODbL-1.0");
    likely("https://creativecommons.org/licenses/by/", "CC-BY-4.0");
    likely("http://www.opendefinition.org/licenses/cc-by", "CC-BY-4.0");
    unknown("https://creativecommons.org");
    unknown("https://creativecommons.org/licenses/byx/4.0/");
    unknown("https://example.gov/terms");
    unknown("https://usa.gov.example.com/government-works");
    unknown("https://opensource.org/license/mitigation");
}

#[test]
fn a_name_is_known_in_every_spelling() {
    for (name, id) in [
        ("CC0", "CC0-1.0"),
        ("Creative Commons CCZero", "CC0-1.0"),
        ("CC-BY-4.0", "CC-BY-4.0"),
        ("cc by 4", "CC-BY-4.0"),
        ("CC_BY_4_0", "CC-BY-4.0"),
        ("Creative Commons Attribution 4.0 International License", "CC-BY-4.0"),
        ("Creative Commons Attribution-NonCommercial-NoDerivs 3.0 Unported", "CC-BY-NC-ND-3.0"),
        ("Creative Commons Attribution Share-Alike 2.0 Generic", "CC-BY-SA-2.0"),
        ("us-pd", "us-government-work"),
        ("U.S. Government Work", "us-government-work"),
        ("notspecified", "unknown"),
        ("other-at", "other-at"),
        ("uk-ogl", "OGL-UK-3.0"),
        ("Open Government Licence v2.0", "OGL-UK-2.0"),
        ("The MIT License", "MIT"),
        ("lov2", "etalab-2.0"),
    ] {
        certain(name, id);
    }
    for (name, id) in [
        ("CC-BY", "CC-BY-4.0"),
        ("cc-by-sa", "CC-BY-SA-4.0"),
        ("Public Domain", "CC0-1.0"),
        ("Open Databse License", "ODbL-1.0"),
        ("US Goverment Work", "us-government-work"),
        ("Creative Commons Attribution 9.9", "CC-BY-4.0"),
    ] {
        likely(name, id);
    }
    for name in ["", "   ", "no discrimination", "dataset-license-url", "CC", "1.0", "None", "public", "n/a"]
    {
        unknown(name);
    }
}

#[test]
fn a_license_is_found_among_other_words() {
    let html = "<div style='margin:0'>Under a <a href='https://creativecommons.org/licenses/by/4.0/'>licence</a> of http://a.gov.</div>";
    certain(html, "CC-BY-4.0");
    certain(
        "Creative Common By Attribution 4.0 (Australian Capital Territory)Please read Data Terms and Conditions statement before use of the data.",
        "CC-BY-4.0",
    );
    certain("This data set is licensed under the Open Database License (ODbL).", "ODbL-1.0");
    certain(
        "As a work of the United States Government, this database is in the public domain.",
        "us-government-work",
    );
    certain(
        "Not subject to copyright protection in the United States (17 U.S.C. § 105).",
        "us-government-work",
    );
    let notice = "Copyright (c) 2024 Somebody. All rights reserved. Permission is hereby granted, free of charge, to any \
                  person obtaining a copy of this software and associated documentation files, to deal in it in part, \
                  subject to the following conditions: it shall be used for good.";
    let said = recognize_license(notice);
    assert_eq!((said.license.map(|license| license.id), said.evidence), (Some("MIT"), Evidence::Text));
    assert_eq!(said.certainty, Certainty::Likely, "the text has been changed");
    let code = "Creative Commons Attribution-ShareAlike 4.0 International Public License\n By exercising ... \n\
                The text of the Creative Commons public licenses is dedicated to the public domain under the CC0 \
                Public Domain Dedication.";
    certain(code, "CC-BY-SA-4.0");
    likely("You may use it under a Creative Commons Attribution license", "CC-BY-4.0");
    likely("These maps are in the public domain; have fun.", "CC0-1.0");
    unknown("You may use this as you like.");
}

#[test]
fn a_long_text_is_known_by_its_title() {
    let filler = "The licensor grants these rights to everybody who keeps to these terms. ".repeat(60);
    let also = "It goes together with the Open Data Commons Attribution License and Creative Commons Attribution 4.0.";
    let text = |title: &str| format!("{title}\n\n{filler}{also}\n{filler}");
    certain(&text("Open Government Licence v3.0"), "OGL-UK-3.0");
    certain(&text("GNU Free Documentation License\nVersion 1.2, November 2002"), "GFDL-1.2");
    certain(&text("Creative Commons Legal Code\n\nAttribution-NonCommercial 3.0 Unported"), "CC-BY-NC-3.0");
    certain(&text("Community Data License Agreement - Sharing - Version 1.0"), "CDLA-Sharing-1.0");
    // Without one, what it names is no more than likely, and it may be one of several.
    let said = recognize_license(&text("Terms of the county"));
    assert_eq!((said.certainty, said.others.len()), (Certainty::Likely, 1));
    unknown(&format!("{filler} All rights reserved. Some parts are in the public domain."));
}

#[test]
fn two_licenses_in_one_text_are_told_and_not_chosen_between() {
    let said = recognize_license("CC BY 4.0 for the data, CC BY-NC-SA 3.0 for the pictures");
    assert_eq!(said.certain(), None);
    assert_eq!(said.license, license("cc-by-4.0"));
    assert_eq!(said.others, [get("CC-BY-NC-SA-3.0")]);
    assert!(said.note.unwrap().contains("NonCommercial"));
}

#[test]
fn the_licenses_of_real_files_are_known_or_are_pages_of_terms() {
    let mut values = BTreeSet::new();
    for folder in ["real/snapshots", "real/versions"] {
        for file in shared_files(folder) {
            let file = serde_json::from_slice::<Value>(&std::fs::read(file).unwrap()).unwrap();
            for dataset in file["dataset"].as_array().unwrap() {
                values.extend(dataset["license"].as_str().map(str::to_owned));
            }
        }
    }
    let unknown = values.iter().filter(|value| recognize_license(value).license.is_none());
    let unknown = unknown.map(String::as_str).collect::<Vec<_>>();
    if !values.is_empty() {
        let terms = [
            "http://pdw.hanford.gov/arpir/",
            "https://creativecommons.org",
            "https://gsa.inl.gov/smart/",
            "https://www.sandia.gov/ess-ssl/global-energy-storage-database/",
        ];
        assert_eq!(unknown, terms, "of {} values", values.len());
    }
}

#[test]
fn federal_and_contractor_works_have_different_licenses() {
    let fitness = |id: &str| (get(id).for_federal_works().fitness, get(id).for_contractor_works().fitness);
    assert_eq!(fitness("us-government-work"), (Fitness::Good, Fitness::Poor));
    assert_eq!(fitness("CC0-1.0"), (Fitness::Good, Fitness::Good));
    assert_eq!(fitness("CC-BY-4.0"), (Fitness::Poor, Fitness::Good));
    assert_eq!(fitness("CC-BY-SA-4.0"), (Fitness::Poor, Fitness::Possible));
    assert_eq!(fitness("CC-BY-NC-4.0"), (Fitness::Poor, Fitness::Poor));
    assert_eq!(fitness("unknown"), (Fitness::Poor, Fitness::Poor));
    let explained = get("CC-BY-NC-ND-4.0").explain();
    assert!(explained.must_not.iter().any(|text| text.contains("money")));
    assert!(!explained.may.iter().any(|text| text.contains("combine")));
}

#[track_caller]
fn together(ids: &[&str], outcome: Outcome, under: Option<&str>) {
    let licenses = ids.iter().map(|id| get(id)).collect::<Vec<_>>();
    let combination = combine(&licenses);
    assert_eq!(combination.outcome, outcome, "{ids:?}: {combination:?}");
    assert_eq!(combination.publish_under.map(|license| license.id), under, "{ids:?}");
    let is_told = combination.conflicts.iter().all(|conflict| !conflict.reason.is_empty());
    let is_clear = outcome < Outcome::Unclear || ids.is_empty();
    assert!(is_told && combination.conflicts.is_empty() == is_clear);
}

#[test]
fn licenses_go_together_or_not_for_a_reason() {
    use Outcome::{Conflict, Free, Unclear, WithObligations};
    together(&["us-government-work", "CC0-1.0", "PDDL-1.0"], Free, Some("CC0-1.0"));
    together(&["CC0-1.0", "CC-BY-4.0"], WithObligations, Some("CC-BY-4.0"));
    together(&["CC-BY-4.0", "CC-BY-SA-4.0"], WithObligations, Some("CC-BY-SA-4.0"));
    together(&["CC-BY-SA-3.0", "CC-BY-SA-4.0"], WithObligations, Some("CC-BY-SA-4.0"));
    together(&["CC-BY-SA-1.0", "CC-BY-SA-4.0"], Conflict, None);
    together(&["CC-BY-SA-4.0", "GPL-3.0-or-later"], WithObligations, Some("GPL-3.0-or-later"));
    together(&["CC-BY-SA-4.0", "ODbL-1.0"], Conflict, None);
    together(&["ODbL-1.0", "CDLA-Sharing-1.0"], Conflict, None);
    together(&["ODbL-1.0", "CC-BY-4.0"], Unclear, None);
    together(&["ODbL-1.0", "ODC-By-1.0"], WithObligations, Some("ODbL-1.0"));
    together(&["CC-BY-NC-4.0", "CC-BY-4.0"], WithObligations, Some("CC-BY-NC-4.0"));
    together(&["CC-BY-NC-4.0", "CC-BY-SA-4.0"], Conflict, None);
    together(&["CC-BY-NC-SA-4.0", "CC-BY-NC-4.0"], WithObligations, Some("CC-BY-NC-SA-4.0"));
    together(&["CC-BY-NC-SA-4.0", "CC-BY-SA-4.0"], Conflict, None);
    together(&["CC-BY-ND-4.0"], WithObligations, Some("CC-BY-ND-4.0"));
    together(&["CC-BY-ND-4.0", "CC0-1.0"], Conflict, None);
    together(&["unknown", "CC0-1.0"], Unclear, None);
    together(&["all-rights-reserved"], Conflict, None);
    together(&[], Unclear, None);
    let combination = combine(&[get("CC-BY-4.0"), get("ODC-By-1.0"), get("CC0-1.0")]);
    let named = &combination.obligations[0];
    assert_eq!(named.licenses, [get("CC-BY-4.0"), get("ODC-By-1.0")]);
}

#[test]
fn the_sources_of_a_combination_are_named() {
    let sources = [
        Source {
            title: "Wells\nof the county",
            publisher: Some("Water Office"),
            url: Some("https://a.gov/wells"),
            license: license("CC-BY-4.0"),
        },
        Source { title: "Rivers", publisher: None, url: None, license: license("other-at") },
    ];
    assert_eq!(
        attribution(&sources),
        "“Wells of the county”, Water Office, https://a.gov/wells, Creative Commons Attribution 4.0 \
         (https://creativecommons.org/licenses/by/4.0/).\n“Rivers”, Another license that asks for attribution.\n"
    );
}

fn some_licenses() -> impl Strategy<Value = Vec<&'static License>> {
    prop::collection::vec((0..LICENSES.len()).prop_map(|index| &LICENSES[index]), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read(text in any::<String>(), piece in "(cc|by|-|nc|/|https://|creativecommons.org|4.0| |é){0,30}") {
        recognize_license(&text);
        recognize_license(&piece);
    }

    #[test]
    fn the_order_of_licenses_does_not_count(licenses in some_licenses(), more in some_licenses()) {
        let forth = combine(&licenses);
        let back = licenses.iter().rev().chain(&licenses).copied().collect::<Vec<_>>();
        prop_assert_eq!(&forth, &combine(&back));
        // Nothing becomes easier by adding to it, beside that there is something at all.
        let all = licenses.iter().chain(&more).copied().collect::<Vec<_>>();
        prop_assert!(licenses.is_empty() || combine(&all).outcome >= forth.outcome);
    }
}

//! The scorecard: offices, milestones, verdicts, fields, and what got worse.

use serde_json::json;
use townhall_metadata::InMemory;
use townhall_metadata::scorecard::{
    FieldKind, Given, LinkCounts, LookFacts, SECTIONS, Standing, TRACKED_FIELDS, enterprise_inventory,
    federal_offices, find_office, growth_percent, is_best_practice, judge_listing, judge_page,
    judge_strategy, public_listing, read_offices, regressions, tracked_field,
};

use crate::fixtures::shared;

fn dataset(n: usize) -> serde_json::Value {
    json!({
        "@type": "dcat:Dataset", "title": format!("Levels of river {n}"), "description": format!("Readings at gauge {n}, each hour of the day."),
        "keyword": ["water"], "modified": "2024-01-31", "identifier": format!("river-{n}"), "accessLevel": "public",
        "bureauCode": ["010:04"], "programCode": ["010:001"],
        "publisher": {"@type": "org:Organization", "name": "Rivers"},
        "contactPoint": {"@type": "vcard:Contact", "fn": "Desk", "hasEmail": "mailto:desk@example.gov"},
        "distribution": [{"@type": "dcat:Distribution", "downloadURL": format!("https://rivers.example.gov/{n}.csv"), "mediaType": "text/csv"}],
    })
}

fn listing(datasets: &[serde_json::Value]) -> String {
    json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": datasets}).to_string()
}

fn page(count: usize) -> String {
    let rows: String = (0..count)
        .map(|n| {
            format!(
                "<li><h3>Levels of <b>river {n}</b></h3><p>Readings at gauge {n},\n each hour of the day.</p><a class=x href='https://rivers.example.gov/{n}.csv'>CSV</a></li>"
            )
        })
        .collect();
    format!(
        "<!doctype html><html><script>if (a < b) 'Levels of river 99'</script><body><ul>{rows}</ul></body></html>"
    )
}

/// What is seen of an office whose listing and page are these.
fn seen(text: &str, html: &str) -> LookFacts {
    let judged =
        judge_listing(&InMemory { name: "data.json", bytes: text.as_bytes() }, "federal-v1.1").unwrap();
    let mut facts =
        LookFacts { listing: judged.facts, page: judge_page(html, &judged.samples), ..LookFacts::default() };
    for address in [&mut facts.listing.address, &mut facts.page.address] {
        address.expected_url = "https://rivers.example.gov/data.json".to_owned();
        address.http_code = 200;
    }
    facts
}

#[test]
fn the_shipped_offices_make_a_tree_with_24_large_agencies() {
    let offices = federal_offices();
    assert_eq!(offices.len(), 465);
    assert_eq!(offices.iter().filter(|office| office.cfo_act).count(), 24);
    let energy = find_office(&offices, "DOE").unwrap();
    assert_eq!(energy.listing().unwrap().as_str(), "https://www.energy.gov/data.json");
    let parks: Vec<_> = offices.iter().filter(|office| office.name == "National Park Service").collect();
    assert_eq!(
        (parks[0].id.as_str(), parks[1].id.as_str()),
        ("national-park-service", "national-park-service-2")
    );
    for office in &offices {
        if let Some(parent) = &office.parent {
            assert!(find_office(&offices, parent).is_some(), "{office:?}");
        }
    }
    assert_eq!(find_office(&offices, "49019").unwrap().id, "department-of-energy");
}

#[test]
fn the_dashboards_own_list_is_read_as_the_shipped_one() {
    let Some(path) = shared("ref/dashboard_offices.csv") else { return };
    let (offices, findings) = read_offices(std::fs::File::open(path).unwrap()).unwrap();
    assert_eq!((offices.len(), findings.len()), (465, 0), "{findings:?}");
    let federal = federal_offices();
    for office in &offices {
        let same = find_office(&federal, office.code.as_deref().unwrap()).unwrap();
        assert_eq!(
            (&office.name, office.cfo_act, &office.abbreviation),
            (&same.name, same.cfo_act, &same.abbreviation)
        );
        let parent = |office: &townhall_metadata::scorecard::Office, all: &[_]| {
            let parent = office.parent.as_deref().and_then(|parent| find_office(all, parent));
            parent.and_then(|parent| parent.code.clone())
        };
        assert_eq!(parent(office, &offices), parent(same, &federal));
    }
}

#[test]
fn a_simple_list_of_offices_needs_names_only_and_says_what_is_wrong() {
    let text = "name,website,parent,omb_monitored,schema,listing_url\n\
        Parks,parks.example.gov,,yes,non-federal-v1.1,\n\
        Trees,,parks,,,https://example.gov/trees.json\n\
        ,,,,,\n\
        Lost,ftp://x,Nowhere,,klingon,\n";
    let (offices, findings) = read_offices(text.as_bytes()).unwrap();
    let ids: Vec<&str> = offices.iter().map(|office| office.id.as_str()).collect();
    assert_eq!(ids, ["parks", "trees", "lost"]);
    assert!(offices[0].omb_monitored && offices[0].schema == "non-federal-v1.1");
    assert_eq!(offices[0].listing().unwrap().as_str(), "https://parks.example.gov/data.json");
    assert_eq!(offices[1].parent.as_deref(), Some("parks"));
    assert_eq!(offices[1].listing().unwrap().as_str(), "https://example.gov/trees.json");
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["OFFICE-ADDRESS", "OFFICE-SCHEMA", "OFFICE-PARENT"]);
    assert!(read_offices("a,b\n1,2\n".as_bytes()).is_err());
    let (circle, findings) = read_offices("id,name,parent\na,A,b\nb,B,a\n".as_bytes()).unwrap();
    assert_eq!(
        (circle[0].parent.as_deref(), circle[1].parent.as_deref(), findings.len()),
        (Some("b"), None, 1)
    );
}

#[test]
fn a_good_listing_with_a_page_for_people_is_green() {
    let all: Vec<_> = (0..7).map(dataset).collect();
    let facts = seen(&listing(&all), &page(7));
    assert_eq!((facts.listing.total_records, facts.listing.valid_count), (7, 7), "{:?}", facts.listing.fail);
    assert_eq!((facts.page.titles, facts.page.descriptions, facts.page.addresses), (7, 7, 7));
    let verdict = public_listing(&facts, None);
    assert_eq!(verdict.standing, Standing::Green, "{verdict:?}");
    assert!(verdict.reasons[0].contains("All 7 datasets"), "{verdict:?}");
}

#[test]
fn errors_and_a_page_that_shows_little_are_yellow_and_each_is_a_reason() {
    let mut all: Vec<_> = (0..7).map(dataset).collect();
    all[2]["modified"] = json!("yesterday");
    let facts = seen(&listing(&all), &page(2));
    let verdict = public_listing(&facts, None);
    assert_eq!(verdict.standing, Standing::Yellow);
    assert!(verdict.reasons[0].starts_with("1 of 7 datasets have errors (85.7 % are valid)"), "{verdict:?}");
    assert!(verdict.reasons[1].contains("only some"), "{verdict:?}");
}

#[test]
fn a_listing_that_is_not_there_or_can_not_be_read_is_red() {
    let mut facts = seen(&listing(&[dataset(0)]), &page(1));
    facts.listing.address.http_code = 404;
    assert_eq!(public_listing(&facts, None).standing, Standing::Red);
    for text in ["<html>", &listing(&[]), &listing(&[json!({"title": "x"})])] {
        let verdict = public_listing(&seen(text, &page(1)), None);
        assert_eq!(verdict.standing, Standing::Red, "{text}: {verdict:?}");
    }
    assert_eq!(public_listing(&LookFacts::default(), None).standing, Standing::Unknown);
}

#[test]
fn a_fifth_of_broken_links_is_yellow_once_and_red_twice() {
    let all: Vec<_> = (0..7).map(dataset).collect();
    let mut facts = seen(&listing(&all), &page(7));
    let links = |http_4xx| Some(LinkCounts { http_2xx: 100 - http_4xx, http_4xx, ..LinkCounts::default() });
    facts.listing.links = links(19);
    assert_eq!(public_listing(&facts, None).standing, Standing::Green);
    facts.listing.links = links(20);
    assert_eq!(public_listing(&facts, None).standing, Standing::Yellow);
    assert_eq!(public_listing(&facts, Some(&facts)).standing, Standing::Red);
}

#[test]
fn an_inventory_smaller_than_the_listing_is_red() {
    let facts = seen(&listing(&[dataset(0), dataset(1)]), "");
    let check = |given: Given| enterprise_inventory(&given, &facts.listing).standing;
    assert_eq!(check(Given::default()), Standing::Unknown);
    assert_eq!(
        check(Given { datasets: Some(1.0), is_updated: Some(true), ..Given::default() }),
        Standing::Red
    );
    assert_eq!(
        check(Given { datasets: Some(9.0), is_updated: Some(true), ..Given::default() }),
        Standing::Green
    );
    assert_eq!(check(Given { datasets: Some(9.0), ..Given::default() }), Standing::Yellow);
}

#[test]
fn growth_is_told_from_the_earlier_quarter() {
    assert_eq!(growth_percent(200, 230), Some(15.0));
    assert_eq!(growth_percent(200, 100), Some(-50.0));
    assert_eq!(growth_percent(0, 5), None);
    assert!(is_best_practice(Some(10.1)) && !is_best_practice(Some(10.0)) && !is_best_practice(None));
}

#[test]
fn what_got_worse_is_told_once_and_what_got_better_is_not() {
    let all: Vec<_> = (0..7).map(dataset).collect();
    let good = seen(&listing(&all), &page(7));
    let mut bad_dataset = dataset(1);
    bad_dataset["modified"] = json!("never");
    let bad = seen(&listing(&[dataset(0), bad_dataset]), &page(2));
    let kinds = |from: &LookFacts, to: &LookFacts| {
        let (a, b) = (public_listing(from, None).standing, public_listing(to, None).standing);
        regressions("Rivers", (from, a), (to, b)).iter().map(|one| one.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&good, &bad), ["fell-from-green", "fewer-datasets", "more-errors"]);
    assert!(kinds(&bad, &good).is_empty());
    let mut gone = good.clone();
    gone.listing.address.http_code = 500;
    assert_eq!(kinds(&good, &gone), ["listing-gone", "fell-from-green"]);
    assert!(kinds(&gone, &gone).is_empty());
}

#[test]
fn errors_name_their_datasets_and_accents_stay() {
    let mut bad = dataset(3);
    bad["title"] = json!("Température");
    bad["modified"] = json!("hier");
    let text = listing(&[dataset(0), bad]);
    let judged =
        judge_listing(&InMemory { name: "data.json", bytes: text.as_bytes() }, "federal-v1.1").unwrap();
    let error = &judged.errors[0];
    assert_eq!((error.dataset_index, error.title.as_deref()), (Some(1), Some("Température")));
    assert!(judged.facts.valid_json);
    let with_comma = text.replace("]}", "],}");
    let judged =
        judge_listing(&InMemory { name: "data.json", bytes: with_comma.as_bytes() }, "federal-v1.1").unwrap();
    assert!(!judged.facts.valid_json);
    assert_eq!(judged.facts.total_records, 2);
}

#[test]
fn a_listing_that_says_it_is_of_3_0_is_judged_by_that() {
    let text =
        json!({"@type": "Catalog", "conformsTo": "https://resources.data.gov/dcat-us/v3.0", "dataset": []})
            .to_string();
    let judged =
        judge_listing(&InMemory { name: "data.json", bytes: text.as_bytes() }, "federal-v1.1").unwrap();
    assert_eq!(judged.facts.schema_version, "dcat-us-3.0", "{:?}", judged.facts.fail);
}

#[test]
fn a_digital_strategy_is_read_wherever_its_items_stand() {
    let text = json!({
        "generated": "2013-05-01", "agency": "Rivers",
        "items": [{"id": "1.2.4", "text": "Develop a list", "fields": [
            {"type": "select", "name": "1_2_4_status", "label": "Overall Status", "value": "Completed"},
            {"type": "textarea", "name": "desc", "label": "Description", "value": ["One", "Two"]},
        ]}, {"id": 7, "text": "More"}],
    });
    let facts = judge_strategy(format!("\u{feff}{text}").as_bytes());
    assert!(facts.valid_json);
    assert_eq!(facts.items.len(), 2);
    assert_eq!(facts.items[0].status.as_deref(), Some("Completed"));
    assert_eq!(facts.items[0].answers, [("Description".to_owned(), "One; Two".to_owned())]);
    assert!(!judge_strategy(b"<html>").valid_json);
}

#[test]
fn tracked_fields_have_six_sections_and_each_takes_what_it_should() {
    assert!((90..=100).contains(&TRACKED_FIELDS.len()), "{}", TRACKED_FIELDS.len());
    let mut ids: Vec<&str> = TRACKED_FIELDS.iter().map(|field| field.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), TRACKED_FIELDS.len());
    for section in SECTIONS {
        let first = TRACKED_FIELDS.iter().find(|field| field.section == section.id).unwrap();
        assert_eq!(first.kind, FieldKind::Traffic, "{}", section.id);
    }
    let read = |id: &str, value: &str| tracked_field(id).unwrap().read(value);
    assert_eq!(read("pdl_aggregate_score", " Green ").unwrap(), "green");
    assert_eq!(read("pdl_harvested", "Y").unwrap(), "yes");
    assert_eq!(read("edi_bureaus_percent", "85 %").unwrap(), "85");
    assert_eq!(read("edi_completeness", "Complete").unwrap(), "complete");
    for (id, value) in [
        ("pdl_aggregate_score", "unknown"),
        ("pdl_harvested", "maybe"),
        ("edi_datasets", "NaN"),
        ("edi_completeness", "half"),
    ] {
        assert!(read(id, value).unwrap_err().contains(id));
    }
    let schedule = tracked_field("edi_schedule_delivered").unwrap();
    assert!(
        schedule.is_asked("2014-02-28".parse().unwrap()) && !schedule.is_asked("2026-11-30".parse().unwrap())
    );
}

#[test]
fn the_counts_of_real_listings_are_those_of_the_dashboard() {
    let Some(path) = shared("ORACLE_dashboard_qa.json") else { return };
    let oracle: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for (file, expected) in oracle.as_object().unwrap() {
        let bytes = std::fs::read(shared(file).unwrap()).unwrap();
        let judged = judge_listing(&InMemory { name: file, bytes: &bytes }, "federal-v1.1").unwrap();
        assert_eq!(&serde_json::to_value(&judged.facts.qa).unwrap(), expected, "{file}");
        let facts: LookFacts = serde_json::from_value(json!({"listing": judged.facts})).unwrap();
        assert_eq!(facts.listing, judged.facts, "{file} is the same after it was kept");
    }
}

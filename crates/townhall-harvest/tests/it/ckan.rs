//! A portal of CKAN, well and unwell.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use townhall_harvest::{Address, Asking, HarvestError, NoMemory, source};

use crate::support::{
    Answer, Known, Request, Server, fetcher, fetcher_with, harvest_all, harvest_with, options,
};

/// The packages of a portal, by id, with the time of the last change.
type Packages = Arc<Mutex<Vec<(String, String)>>>;

fn packages(count: usize) -> Packages {
    let all = (0..count).map(|number| (format!("p{number:03}"), "2026-01-01T00:00:00.123456".to_owned()));
    Arc::new(Mutex::new(all.collect()))
}

fn package(id: &str, modified: &str) -> Value {
    json!({
        "id": id, "name": format!("name-of-{id}"), "title": format!("Title of {id}"), "notes": "Some notes",
        "metadata_created": "2020-01-01T00:00:00", "metadata_modified": modified, "owner_org": "o",
        "state": "active", "private": false, "type": "dataset",
        "resources": [{"id": "r", "url": "https://example.gov/x.csv", "format": "CSV"}], "extras": [],
    })
}

/// Answers as CKAN does.
fn answer(all: &[(String, String)], request: &Request) -> Answer {
    match request.path.as_str() {
        "/api/3/action/package_search" => {
            let (start, rows) = (request.number("start").unwrap_or(0), request.number("rows").unwrap_or(10));
            let page = all.iter().skip(start).take(rows);
            let results: Vec<Value> = match request.asks("fl") {
                "" => page.map(|(id, modified)| package(id, modified)).collect(),
                _ => page
                    .map(|(id, modified)| {
                        // The index writes times in another way than the packages do.
                        let time = format!("{}Z", &modified[..23]);
                        json!({"id": id, "name": format!("name-of-{id}"), "metadata_modified": time})
                    })
                    .collect(),
            };
            Answer::json(&json!({"success": true, "result": {"count": all.len(), "results": results}}))
        }
        "/api/3/action/package_show" => match all.iter().find(|(id, _)| id == request.asks("id")) {
            Some((id, modified)) => Answer::json(&json!({"success": true, "result": package(id, modified)})),
            None => Answer::status(404),
        },
        _ => Answer::status(404),
    }
}

fn portal(packages: &Packages) -> Server {
    let packages = packages.clone();
    Server::new(move |request| answer(&packages.lock().unwrap(), request))
}

#[tokio::test]
async fn every_package_comes_first_and_only_what_changed_afterwards() {
    let packages = packages(45);
    let server = portal(&packages);
    let rows = [("rows", "20")];
    let first = harvest_all("ckan", &server.at("/dataset?q=x"), &rows, &Known::default()).await;
    assert_eq!((first.records.len(), first.missing()), (45, ""));
    assert_eq!(first.known.0.len(), 45);
    // The short list of the first page, its whole, two more, and the empty one.
    assert_eq!(server.asked().len(), 5);

    let second = harvest_all("ckan", &server.at("/"), &rows, &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len(), second.missing()), (0, 45, ""));
    let asked = server.asked();
    assert_eq!(asked.len(), 4);
    assert!(asked.iter().all(|asked| asked.contains("fl=id")), "{asked:?}");

    packages.lock().unwrap()[7].1 = "2026-02-02T00:00:00.000001".to_owned();
    packages.lock().unwrap().remove(30);
    let third = harvest_all("ckan", &server.at("/"), &rows, &second.known).await;
    assert_eq!((third.titles.as_slice(), third.unchanged.len()), (&["Title of p007".to_owned()][..], 43));
    assert_eq!(third.known.0.len(), 44);
    let shown = server.asked().into_iter().filter(|asked| asked.contains("package_show")).count();
    assert_eq!(shown, 1);
}

#[tokio::test]
async fn filters_are_asked_in_the_words_of_solr() {
    let server = portal(&packages(1));
    let set = [("organization", "epa, -noaa"), ("group", "water"), ("query", "tags:air")];
    harvest_all("ckan", &server.at("/api/3/action/package_list"), &set, &Known::default()).await;
    let asked = server.asked().remove(0);
    let url = url::Url::parse(&server.at(&asked)).unwrap();
    let (_, filter) = url.query_pairs().find(|(name, _)| name == "fq").unwrap();
    assert_eq!(filter, "organization:(\"epa\") -organization:\"noaa\" groups:(\"water\") tags:air");
}

#[tokio::test]
async fn a_portal_that_refuses_the_short_list_is_read_without_it() {
    let packages = packages(5);
    let server = Server::new(move |request| match request.asks("fl") {
        "" => answer(&packages.lock().unwrap(), request),
        _ => Answer::json(&json!({"success": false, "error": {"message": "Unknown parameter: fl"}})),
    });
    let first = harvest_all("ckan", &server.at("/"), &[], &Known::default()).await;
    assert_eq!((first.records.len(), first.missing()), (5, ""));
    let second = harvest_all("ckan", &server.at("/"), &[], &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len()), (0, 5));
}

#[tokio::test]
async fn a_portal_that_ignores_the_short_list_is_asked_for_each_page_once() {
    let packages = packages(5);
    let server = Server::new(move |request| {
        let query = request.query.iter().filter(|(name, _)| *name != "fl");
        let query = query.map(|(name, value)| (name.clone(), value.clone())).collect();
        let request =
            Request { query, path: request.path.clone(), headers: Default::default(), origin: String::new() };
        answer(&packages.lock().unwrap(), &request)
    });
    let first = harvest_all("ckan", &server.at("/"), &[], &Known::default()).await;
    assert_eq!((first.records.len(), first.missing(), server.asked().len()), (5, "", 2));
}

#[tokio::test]
async fn an_answer_that_says_no_with_200_is_no_empty_portal() {
    let server =
        Server::new(|_| Answer::json(&json!({"success": false, "error": {"message": "Access denied"}})));
    let harvest = harvest_all("ckan", &server.at("/"), &[], &Known::default()).await;
    let error = harvest.listing.unwrap_err().to_string();
    assert!(error.contains("Access denied"), "{error}");
}

#[tokio::test]
async fn a_web_page_with_200_is_no_empty_portal() {
    let server = Server::new(|_| Answer::ok("<html>Please wait</html>").with("content-type", "text/html"));
    let harvest = harvest_all("ckan", &server.at("/"), &[], &Known::default()).await;
    assert!(harvest.listing.is_err());
}

#[tokio::test]
async fn a_page_that_comes_for_ever_ends_and_is_partial() {
    let packages = packages(20);
    let server = Server::new(move |request| {
        let all = packages.lock().unwrap();
        let results: Vec<Value> = all.iter().take(10).map(|(id, time)| package(id, time)).collect();
        match request.path.ends_with("package_search") {
            true => Answer::json(&json!({"success": true, "result": {"count": 20, "results": results}})),
            false => Answer::status(404),
        }
    });
    let harvest = harvest_all("ckan", &server.at("/"), &[("rows", "10")], &Known::default()).await;
    assert_eq!(harvest.records.len(), 10);
    assert!(harvest.missing().contains("again and again"), "{}", harvest.missing());
    assert!(server.asked().len() <= 3);
}

#[tokio::test]
async fn a_listing_that_names_less_than_it_counts_is_partial() {
    let packages = packages(20);
    let server = Server::new(move |request| {
        let all = packages.lock().unwrap();
        let results: Vec<Value> = all.iter().take(8).map(|(id, time)| package(id, time)).collect();
        let results = if request.number("start") == Some(0) { results } else { Vec::new() };
        Answer::json(&json!({"success": true, "result": {"count": 20, "results": results}}))
    });
    let harvest = harvest_all("ckan", &server.at("/"), &[], &Known::default()).await;
    assert_eq!(harvest.records.len(), 8);
    assert!(harvest.missing().contains("counts 20 records and names 8"), "{}", harvest.missing());
}

#[tokio::test]
async fn a_listing_that_changes_while_it_is_read_is_read_again() {
    let packages = packages(30);
    let asked = Arc::new(AtomicUsize::new(0));
    let server = Server::new(move |request| {
        let mut all = packages.lock().unwrap();
        // After the first page a package vanishes, and all that follow move up.
        if request.number("start") == Some(9) && asked.fetch_add(1, Ordering::SeqCst) == 0 {
            all.remove(3);
        }
        answer(&all, request)
    });
    let harvest = harvest_all("ckan", &server.at("/"), &[("rows", "10")], &Known::default()).await;
    // The one that moved over the edge of a page was found the second time.
    assert_eq!((harvest.records.len(), harvest.missing()), (30, ""));
}

#[tokio::test]
async fn a_change_that_leaves_the_count_as_it_was_is_noticed() {
    let packages = packages(30);
    let asked = Arc::new(AtomicUsize::new(0));
    let server = Server::new(move |request| {
        let mut all = packages.lock().unwrap();
        // One goes, another comes: as many are named as there should be, and one that was there all the time is not.
        if request.number("start") == Some(9) && asked.fetch_add(1, Ordering::SeqCst) == 0 {
            all.remove(3);
            all.push(("p999".to_owned(), "2026-01-01T00:00:00.123456".to_owned()));
        }
        answer(&all, request)
    });
    let harvest = harvest_all("ckan", &server.at("/"), &[("rows", "10")], &Known::default()).await;
    assert!(harvest.titles.contains(&"Title of p010".to_owned()));
    assert_eq!((harvest.records.len(), harvest.missing()), (31, ""));
}

#[tokio::test]
async fn a_listing_that_never_stands_still_is_partial() {
    let packages = packages(30);
    let server = Server::new(move |request| {
        let mut all = packages.lock().unwrap();
        if request.number("start") == Some(9) {
            all.pop();
        }
        answer(&all, request)
    });
    let harvest = harvest_all("ckan", &server.at("/"), &[("rows", "10")], &Known::default()).await;
    assert!(harvest.missing().contains("changed while it was read"), "{}", harvest.missing());
}

#[tokio::test]
async fn a_package_that_breaks_its_page_costs_only_itself() {
    let packages = packages(25);
    let server = Server::new(move |request| {
        let (start, rows) = (request.number("start").unwrap_or(0), request.number("rows").unwrap_or(10));
        match request.path.ends_with("package_search") && (start..start + rows).contains(&13) {
            true => Answer::status(500),
            false => answer(&packages.lock().unwrap(), request),
        }
    });
    let harvest = harvest_all("ckan", &server.at("/"), &[("rows", "10")], &Known::default()).await;
    assert_eq!(harvest.records.len(), 24);
    assert!(server.asked().len() < 25);
    assert!(harvest.missing().contains("can't be had"), "{}", harvest.missing());
}

#[tokio::test]
async fn a_package_that_can_not_be_had_is_failed_and_stays_as_it_was() {
    let packages = packages(20);
    let first = harvest_all("ckan", &portal(&packages).at("/"), &[], &Known::default()).await;
    packages.lock().unwrap()[4].1 = "2026-03-03T00:00:00.000000".to_owned();
    let server = Server::new(move |request| match request.path.ends_with("package_show") {
        true => Answer::json(&json!({"success": false})),
        false => answer(&packages.lock().unwrap(), request),
    });
    let second = harvest_all("ckan", &server.at("/"), &[], &first.known).await;
    assert_eq!(second.failed.len(), 1);
    assert_eq!((second.unchanged.len(), second.missing()), (19, ""));
    assert_eq!(second.known.0.get("p004"), first.known.0.get("p004"));
}

#[tokio::test]
async fn private_packages_and_sources_of_the_portal_are_not_taken() {
    let server = Server::new(|request| {
        let mut all: Vec<Value> =
            ["a", "b", "c"].iter().map(|id| package(id, "2026-01-01T00:00:00")).collect();
        all[0]["private"] = json!(true);
        all[1]["type"] = json!("harvest");
        let results = if request.number("start") == Some(0) { all } else { Vec::new() };
        Answer::json(&json!({"success": true, "result": {"count": 3, "results": results}}))
    });
    let harvest = harvest_all("ckan", &server.at("/"), &[], &Known::default()).await;
    assert_eq!(harvest.titles, ["Title of c"]);
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let server = Server::new(|_| Answer::status(302).with("location", "http://169.254.169.254/latest/"));
    let harvest = harvest_all("ckan", &server.at("/"), &[], &Known::default()).await;
    let error = harvest.listing.unwrap_err().to_string();
    assert!(error.contains("not public"), "{error}");
}

#[tokio::test]
async fn a_number_of_rows_that_is_none_is_refused() {
    let harvest = harvest_all("ckan", "http://127.0.0.1:1/", &[("rows", "many")], &Known::default()).await;
    assert_eq!(
        harvest.listing.unwrap_err().to_string(),
        "`many` is no value for `rows`: it is a number from 1 to 1000"
    );
}

#[tokio::test]
async fn a_harvest_ends_when_nobody_takes_its_records_any_more() {
    let server = portal(&packages(50));
    let folder = tempfile::tempdir().unwrap();
    let set = options(&[("rows", "10")]);
    let (out, mut found) = tokio::sync::mpsc::channel(1);
    let asking = Asking {
        address: Address::read(&server.at("/")).unwrap(),
        options: &set,
        fetcher: fetcher(),
        memory: &NoMemory,
        folder: folder.path(),
        out,
    };
    let leave = async move {
        found.recv().await;
        drop(found);
    };
    let (listing, ()) = futures::join!(source("ckan").unwrap().harvest(&asking), leave);
    assert!(matches!(listing, Err(HarvestError::Stopped)));
    assert!(server.asked().len() <= 2);
}

#[tokio::test]
async fn a_portal_that_falls_silent_is_left_after_a_few_tries() {
    let packages = packages(30);
    let server = Server::new(move |request| {
        while request.number("start") != Some(0) {
            std::thread::park();
        }
        answer(&packages.lock().unwrap(), request)
    });
    let patience = fetcher_with(std::time::Duration::from_secs(1));
    let harvest = harvest_with(patience, "ckan", &server.at("/"), &[("rows", "10")], &Known::default()).await;
    assert_eq!(harvest.records.len(), 10);
    assert!(harvest.missing().contains("took too long"), "{}", harvest.missing());
    assert!(server.asked().len() <= 6);
}

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % end).unwrap()
    }
}

#[tokio::test]
async fn a_listing_that_says_it_is_complete_names_all_that_was_there_all_the_time() {
    let mut complete = 0;
    for seed in 0..30 {
        let stay: Vec<String> = (0..20).map(|number| format!("p{:03}", number * 3)).collect();
        let time = "2026-01-01T00:00:00.123456".to_owned();
        let ids = (0..60).filter(|number| number % 3 != 1).map(|number| format!("p{number:03}"));
        let all: Vec<_> = ids.map(|id| (id, time.clone())).collect();
        let state = Mutex::new((all, Dice(seed)));
        let its = stay.clone();
        let trouble = seed % 4;
        let server = Server::new(move |request| {
            let (all, dice) = &mut *state.lock().unwrap();
            let is_first = request.number("start").unwrap_or(0) == 0;
            match dice.below(14) {
                // Of the others one goes and another comes, so that the count stays as it was.
                0 | 1 => {
                    let others: Vec<usize> = (0..all.len()).filter(|at| !its.contains(&all[*at].0)).collect();
                    all.remove(others[dice.below(others.len() as u64)]);
                    let free = (0..60).map(|number| format!("p{number:03}"));
                    let free: Vec<_> = free.filter(|id| all.iter().all(|(known, _)| known != id)).collect();
                    all.push((free[dice.below(free.len() as u64)].clone(), time.clone()));
                    all.sort();
                }
                2 if trouble > 0 => return Answer::status(500),
                3 if trouble > 1 => return Answer::ok("<html>Please wait</html>"),
                4 if trouble > 2 && !is_first => {
                    return Answer::json(
                        &json!({"success": true, "result": {"count": all.len(), "results": []}}),
                    );
                }
                _ => {}
            }
            answer(all, request)
        });
        let harvest = harvest_all("ckan", &server.at("/"), &[("rows", "7")], &Known::default()).await;
        assert!(server.asked().len() < 150);
        if harvest.listing.is_ok_and(|listing| listing.is_complete()) {
            complete += 1;
            let missed: Vec<_> =
                stay.iter().filter(|id| !harvest.titles.contains(&format!("Title of {id}"))).collect();
            let failed: Vec<_> = harvest.failed.iter().map(|(part, _)| part).collect();
            assert!(missed.iter().all(|id| failed.contains(id)), "seed {seed}: {missed:?}");
        }
    }
    assert!(complete > 5, "only {complete} were complete");
}

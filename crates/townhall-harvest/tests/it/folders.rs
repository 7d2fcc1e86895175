//! Web-accessible folders, as servers of many makes list them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use townhall_harvest::parent_part;

use crate::support::{self, Answer, Known, Server, harvest_all};

/// A document that one of the dialects reads: a catalog with one dataset.
fn document(name: &str, title: &str) -> String {
    serde_json::json!({
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "dataset": [{"@type": "dcat:Dataset", "identifier": format!("id-{name}"), "title": title,
            "description": "d", "accessLevel": "public"}],
    })
    .to_string()
}

/// Documents by path, each with the time that the listing says and its title.
type Files = Arc<Mutex<BTreeMap<String, (String, String)>>>;

fn files(names: &[&str]) -> Files {
    let file =
        |name: &&str| ((*name).to_owned(), ("2026-01-01 10:00".to_owned(), format!("Title of {name}")));
    Arc::new(Mutex::new(names.iter().map(file).collect()))
}

/// Lists what lies right in a folder, as Apache does without its table.
fn listing(files: &BTreeMap<String, (String, String)>, folder: &str) -> Option<String> {
    let below: Vec<_> =
        files.iter().filter_map(|(path, file)| Some((path.strip_prefix(folder)?, file))).collect();
    if below.is_empty() {
        return None;
    }
    let mut rows: Vec<String> = below
        .iter()
        .map(|(name, (time, _))| match name.split_once('/') {
            Some((folder, _)) => format!("<img> <a href=\"{folder}/\">{folder}/</a>   2026-01-01 10:00    -"),
            None => format!("<img> <a href=\"{name}\">{name}</a>   {time}  12K"),
        })
        .collect();
    rows.dedup();
    Some(format!(
        "<html><head><title>Index of {folder}</title></head><body><pre><a href=\"?C=N;O=D\">Name</a> \
         <a href=\"?C=M;O=A\">Last modified</a><hr><a href=\"/\">Parent Directory</a>  -\n{}\n<hr></pre></body></html>",
        rows.join("\n")
    ))
}

fn folder(files: &Files) -> Server {
    let files = files.clone();
    Server::new(move |request| {
        let files = files.lock().unwrap();
        match files.get(&request.path) {
            Some((_, title)) => Answer::ok(document(&request.path, title)),
            None => listing(&files, &request.path).map_or(Answer::status(404), Answer::ok),
        }
    })
}

#[tokio::test]
async fn documents_of_a_folder_and_the_folders_in_it_come_once() {
    let files = files(&["/waf/a.json", "/waf/b.json", "/waf/c.txt", "/waf/deep/er/d.json", "/other/e.json"]);
    let server = folder(&files);
    let first = harvest_all("waf", &server.at("/waf/"), &[], &Known::default()).await;
    assert_eq!(first.records, ["id-/waf/a.json", "id-/waf/b.json", "id-/waf/deep/er/d.json"]);
    assert_eq!((first.missing(), server.asked().len()), ("", 6));

    let second = harvest_all("waf", &server.at("/waf/"), &[], &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len(), second.missing()), (0, 3, ""));
    // Only the three listings.
    assert_eq!(server.asked().len(), 3);

    files.lock().unwrap().insert("/waf/b.json".into(), ("2026-02-02 11:00".into(), "New".into()));
    files.lock().unwrap().remove("/waf/a.json");
    let third = harvest_all("waf", &server.at("/waf/"), &[], &second.known).await;
    assert_eq!((third.titles.as_slice(), third.unchanged.len()), (&["New".to_owned()][..], 1));
    assert_eq!(third.known.0.len(), 2);
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_document_that_was_touched_and_not_changed_is_unchanged_and_not_fetched_again() {
    let files = files(&["/waf/a.json"]);
    let server = folder(&files);
    let first = harvest_all("waf", &server.at("/waf/"), &[], &Known::default()).await;
    files.lock().unwrap().get_mut("/waf/a.json").unwrap().0 = "2026-02-02 11:00".into();
    let second = harvest_all("waf", &server.at("/waf/"), &[], &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len()), (0, 1));
    server.asked();
    harvest_all("waf", &server.at("/waf/"), &[], &second.known).await;
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_listing_without_times_is_asked_for_what_changed() {
    let server = Server::new(|request| match request.path.as_str() {
        "/waf/" => {
            Answer::ok("<ul><li><a href='a.json'>a</a></li><li><a href='b.json'>b</a> 2026-01-01</li></ul>")
        }
        _ if request.headers.get("if-none-match").is_some_and(|etag| etag == "\"1\"") => Answer::status(304),
        path => Answer::ok(document(path, "t")).with("ETag", "\"1\""),
    });
    let first = harvest_all("waf", &server.at("/waf/"), &[], &Known::default()).await;
    assert_eq!(first.records.len(), 2);
    let second = harvest_all("waf", &server.at("/waf/"), &[], &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len()), (0, 2));
}

#[tokio::test]
async fn one_document_that_can_not_be_had_harms_no_other() {
    let server = Server::new(|request| match request.path.as_str() {
        "/waf/" => Answer::ok(
            "<a href=a.json>a</a><br><a href=b.json>b</a><br><a href=c.json>c</a><br><a href=d.json>d</a>",
        ),
        "/waf/a.json" => Answer::status(500),
        "/waf/b.json" => Answer::ok("<html>Not found</html>").with("content-type", "text/html"),
        "/waf/c.json" => Answer::status(302).with("location", "http://10.0.0.1/x.json"),
        path => Answer::ok(document(path, "t")),
    });
    let harvest = harvest_all("waf", &server.at("/waf/"), &[], &Known::default()).await;
    assert_eq!(harvest.records, ["id-/waf/d.json"]);
    assert_eq!(harvest.failed.len(), 3);
    assert_eq!(harvest.missing(), "");
    assert_eq!(harvest.known.0.len(), 1);
}

#[tokio::test]
async fn half_a_listing_with_200_is_partial() {
    let server = Server::new(|request| match request.path.as_str() {
        "/waf/" => {
            Answer::ok("<html><body><pre><a href=\"a.json\">a</a> 2026-01-01 10:00 1K\n<a href=\"b.js")
        }
        path => Answer::ok(document(path, "t")),
    });
    let harvest = harvest_all("waf", &server.at("/waf/"), &[], &Known::default()).await;
    assert_eq!(harvest.records, ["id-/waf/a.json"]);
    assert!(harvest.missing().contains("breaks off"), "{}", harvest.missing());
}

#[tokio::test]
async fn a_folder_that_can_not_be_listed_makes_the_listing_partial() {
    let server = Server::new(|request| match request.path.as_str() {
        "/waf/" => Answer::ok("<pre><a href=\"a.json\">a</a>\n<a href=\"x/\">x</a>\n</pre>"),
        "/waf/x/" => Answer::status(403),
        path => Answer::ok(document(path, "t")),
    });
    let harvest = harvest_all("waf", &server.at("/waf/"), &[], &Known::default()).await;
    assert_eq!(harvest.records, ["id-/waf/a.json"]);
    assert!(harvest.missing().contains("403"), "{}", harvest.missing());
    // Who wants only the first folder is not troubled by what lies below.
    let flat = harvest_all("waf", &server.at("/waf/"), &[("depth", "0")], &Known::default()).await;
    assert_eq!((flat.records.len(), flat.missing()), (1, ""));
}

#[tokio::test]
async fn a_folder_that_leads_into_itself_is_listed_once() {
    // As a symbolic link does that points to its own folder.
    let server = Server::new(|request| match request.path.ends_with('/') {
        true => Answer::ok(
            "<pre><a href=\"loop/\">loop</a>\n<a href=\"../\">up</a>\n<a href=\"./\">here</a>\n\
                            <a href=\"a.json\">a</a>\n</pre>",
        ),
        false => Answer::ok(document("a", "t")),
    });
    let harvest = harvest_all("waf", &server.at("/waf/"), &[], &Known::default()).await;
    assert_eq!((harvest.records.len(), harvest.missing(), server.asked().len()), (1, "", 3));
}

#[tokio::test]
async fn folders_without_end_end() {
    let server = Server::new(|request| {
        let depth = request.path.matches('/').count();
        Answer::ok(format!("<pre><a href=\"deeper-{depth}/\">deeper</a>\n</pre>"))
    });
    let harvest = harvest_all("waf", &server.at("/waf/"), &[], &Known::default()).await;
    assert!(harvest.missing().contains("deeper than 20"), "{}", harvest.missing());
    assert_eq!(server.asked().len(), 21);
}

#[tokio::test]
async fn a_page_without_links_is_no_listing() {
    let server = Server::new(|_| Answer::ok("<html>Down for maintenance</html>"));
    let harvest = harvest_all("waf", &server.at("/waf/"), &[], &Known::default()).await;
    assert!(harvest.listing.unwrap_err().to_string().contains("no links"));
}

#[tokio::test]
async fn listings_of_real_servers_are_read_with_their_times() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/metadata/waf");
    for (name, path, documents) in [
        ("apache-noaa-waf.html", "/waf/NOAA/nmfs/garfo/iso/xml/", 2),
        ("bts-waf.html", "/NTADmetadata/", 2),
        ("ms-iis-waf.html", "/WAFer_harvest/ISO/", 2),
        ("nginx-dggs-waf.html", "/webpubs/metadata/", 2),
    ] {
        // The samples lie beside the repository, not in it.
        let Ok(page) = std::fs::read_to_string(folder.join(name)) else { return };
        let server = Server::new(move |request| match request.path == path {
            true => Answer::ok(page.clone()),
            false => Answer::ok(document(&request.path, "t")),
        });
        let options = [("endings", ".xml")];
        let first = harvest_all("waf", &server.at(path), &options, &Known::default()).await;
        assert_eq!((first.records.len(), first.missing()), (documents, ""), "{name}");
        for (part, state) in &first.known.0 {
            let stamp = state.stamp.as_deref().unwrap();
            assert!(stamp.contains("20") && stamp.contains(':') && !stamp.contains("xml"), "{part}: {stamp}");
        }
        server.asked();
        harvest_all("waf", &server.at(path), &options, &first.known).await;
        assert_eq!(server.asked().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn the_document_of_a_collection_comes_before_its_members() {
    let server = folder(&files(&["/waf/a.json", "/waf/b.json", "/waf/z.json"]));
    let options = [("parent", "z.json")];
    let first = harvest_all("waf", &server.at("/waf/"), &options, &Known::default()).await;
    assert_eq!((first.records.len(), first.missing()), (3, ""));
    let asked = server.asked();
    assert_eq!((asked[0].as_str(), asked.len()), ("/waf/z.json", 4));
    let part = parent_part(&server.at("/waf/").parse().unwrap(), &support::options(&options)).unwrap();
    assert!(first.known.0.contains_key(&part));
}

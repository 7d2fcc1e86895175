//! Sites of ArcGIS Hub and directories of ArcGIS Server.

use std::io::Write;

use serde_json::json;

use crate::support::{Answer, Known, Server, harvest_all};

#[tokio::test]
async fn a_hub_is_read_by_its_feed_or_else_by_its_file() {
    let catalog = json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [
        {"@type": "dcat:Dataset", "identifier": "a", "title": "A", "description": "d", "accessLevel": "public"}]});
    for path in ["/api/feed/dcat-us/1.1.json", "/data.json"] {
        let catalog = catalog.clone();
        let server = Server::new(move |request| match request.path == path {
            true => Answer::json(&catalog),
            false => Answer::status(404),
        });
        let harvest = harvest_all("arcgis-hub", &server.at("/datasets/x::y"), &[], &Known::default()).await;
        assert_eq!((harvest.records.as_slice(), harvest.missing()), (&["a".to_owned()][..], ""), "{path}");
    }
}

#[tokio::test]
async fn a_feed_that_is_still_being_made_is_no_empty_hub() {
    let server = Server::new(|_| Answer::json(&json!({"message": "The feed is being generated"})));
    let harvest = harvest_all("arcgis-hub", &server.at("/"), &[], &Known::default()).await;
    assert!(harvest.records.is_empty() && !harvest.listing.unwrap().is_complete());
}

#[tokio::test]
async fn the_search_of_a_hub_is_read_page_by_page() {
    let server = Server::new(|request| {
        let start = request.number("startindex").unwrap();
        let items: Vec<_> = (start..start + 10)
            .filter(|number| *number <= 15)
            .map(|number| {
                json!({"id": format!("{number:032}"), "type": "Feature", "geometry": null, "properties": {
                "title": format!("T{number:02}"), "owner": "o", "snippet": "s", "type": "Feature Service",
                "modified": 1_700_000_000_000_u64, "access": "public"}})
            })
            .collect();
        Answer::json(&json!({"type": "FeatureCollection", "numberMatched": 15, "features": items}))
    });
    let options = [("feed", "search"), ("rows", "10")];
    let first = harvest_all("arcgis-hub", &server.at("/"), &options, &Known::default()).await;
    assert_eq!((first.titles.len(), first.titles[14].as_str(), first.missing()), (15, "T15", ""));
    let second = harvest_all("arcgis-hub", &server.at("/"), &options, &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len()), (0, 15));
}

fn directory(fails: &'static str) -> Server {
    Server::new(move |request| {
        let path = request.path.strip_prefix("/arcgis/rest/services").unwrap_or("?");
        if path == fails {
            return Answer::json(&json!({"error": {"code": 499, "message": "Token Required"}}));
        }
        let layers = |name: &str| {
            json!({"currentVersion": 11.1, "mapName": "Layers", "serviceDescription": "About it",
                "copyrightText": "Somebody", "supportedQueryFormats": "JSON, geoJSON",
                "documentInfo": {"Title": name, "Author": "County", "Keywords": "water,pipes"},
                "fullExtent": {"xmin": -80.0, "ymin": 30.0, "xmax": -70.0, "ymax": 40.0, "spatialReference": {"wkid": 4326}},
                "layers": [{"id": 0, "name": "All", "type": "Group Layer", "subLayerIds": [1]},
                    {"id": 1, "name": "Pipes", "type": "Feature Layer", "subLayerIds": null}],
                "tables": [{"id": 2, "name": "Owners"}]})
        };
        match path {
            "" => Answer::json(&json!({"folders": ["Deep"], "services": [
                {"name": "Water", "type": "MapServer"}, {"name": "Water", "type": "FeatureServer"},
                {"name": "Tools", "type": "GPServer"}]})),
            "/Deep" => {
                Answer::json(&json!({"folders": [], "services": [{"name": "Deep/Air", "type": "MapServer"}]}))
            }
            "/Water/FeatureServer" | "/Deep/Air/MapServer" => Answer::json(&layers(path)),
            _ => Answer::status(404),
        }
    })
}

#[tokio::test]
async fn layers_and_tables_of_a_server_are_datasets() {
    let server = directory("-");
    let url = server.at("/arcgis/rest/services?f=html");
    let first = harvest_all("arcgis-server", &url, &[], &Known::default()).await;
    let at = |path: &str| server.at(&format!("/arcgis/rest/services{path}"));
    let expected = [
        "/Deep/Air/MapServer/1",
        "/Deep/Air/MapServer/2",
        "/Water/FeatureServer/1",
        "/Water/FeatureServer/2",
    ];
    assert_eq!(first.records, expected.map(at));
    assert_eq!(first.titles[0], "/Deep/Air/MapServer: Owners");
    assert_eq!((first.missing(), first.failed.len()), ("", 0));
    let second = harvest_all("arcgis-server", &url, &[], &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len()), (0, 2));
}

#[tokio::test]
async fn a_folder_or_service_that_says_no_with_200_is_missed_or_failed() {
    let url = "/arcgis/rest/services";
    let folder = harvest_all("arcgis-server", &directory("/Deep").at(url), &[], &Known::default()).await;
    assert!(folder.missing().contains("Token Required") && folder.records.len() == 2);
    let service =
        harvest_all("arcgis-server", &directory("/Water/FeatureServer").at(url), &[], &Known::default())
            .await;
    assert_eq!((service.failed.len(), service.records.len(), service.missing()), (1, 2, ""));
    let whole = harvest_all("arcgis-server", &directory("").at(url), &[], &Known::default()).await;
    assert!(whole.listing.is_err());
}

#[tokio::test]
async fn the_address_of_a_folder_or_a_service_takes_that_alone() {
    let server = directory("-");
    for (path, count, asked) in [("/Deep", 2, 2), ("/Water/FeatureServer/1", 2, 1)] {
        let url = server.at(&format!("/arcgis/rest/services{path}"));
        let harvest = harvest_all("arcgis-server", &url, &[], &Known::default()).await;
        assert_eq!(
            (harvest.records.len(), harvest.missing(), server.asked().len()),
            (count, "", asked),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_unpacks_without_end_is_refused() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&vec![b' '; 5 * 1024 * 1024]).unwrap();
    let bomb = gzip.finish().unwrap();
    let server = Server::new(move |_| Answer::ok(bomb.clone()).with("content-encoding", "gzip"));
    let harvest = harvest_all("arcgis-server", &server.at("/rest/services"), &[], &Known::default()).await;
    let error = harvest.listing.unwrap_err().to_string();
    assert!(error.contains("sent more than"), "{error}");
}

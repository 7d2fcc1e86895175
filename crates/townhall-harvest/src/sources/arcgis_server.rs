//! Directories of services of ArcGIS Server: each layer and table of a map or feature service is a dataset.
//!
//! See <https://developers.arcgis.com/rest/services-reference/enterprise/catalog/>.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value, json};
use url::Url;

use super::catalog_of::catalog_of;
use super::portal::{cut_at, json as ask, with_query};
use crate::asking::{Asking, Taken};
use crate::error::HarvestError;
use crate::limits::{DOCUMENT_BYTES_MAX, DOCUMENTS_AT_ONCE, FOLDERS_MAX, PARTS_MAX};
use crate::source::{Address, Found, Listing, Source, SourceInfo};

/// A directory of services of ArcGIS Server.
pub struct ArcGisServer;

const INFO: SourceInfo = SourceInfo {
    id: "arcgis-server",
    name: "ArcGIS Server",
    description: "The layers and tables of the feature and map services that an ArcGIS Server lists, of a folder of it, or of one.",
    example: "https://gis.example.gov/arcgis/rest/services",
    options: &[],
};

const DIRECTORY: &str = "/rest/services";

#[async_trait]
impl Source for ArcGisServer {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, _: &str) -> Option<Address> {
        let url = asking.address.web()?;
        url.path().contains(DIRECTORY).then(|| Address::Web(url.clone()))
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let url = asking.url(INFO.name)?;
        let base = cut_at(url, &[DIRECTORY]);
        let base = with_query(&base, &DIRECTORY[1..], &[]);
        let below = url.path().split_once(DIRECTORY).map_or("", |(_, below)| below).trim_matches('/');
        if let Some(service) = service_of(&base, below) {
            take(asking, service).await?;
            return Ok(Listing::complete(INFO.name));
        }
        let mut folders: VecDeque<String> = VecDeque::from([below.to_owned()]);
        let mut seen: HashSet<String> = folders.iter().cloned().collect();
        let mut listing = Listing::complete(INFO.name);
        let mut count = 0;
        let mut is_first = true;
        while let Some(folder) = folders.pop_front() {
            let url = with_query(&base, &path_of(&folder), &[("f", "json")]);
            let found = match ask(asking, &url, INFO.name).await.and_then(|found| checked(found, &url)) {
                Ok(found) => found,
                Err(error) if is_first => return Err(error),
                Err(error) => {
                    listing.missing = Some(format!("a folder of services can't be listed: {error}"));
                    continue;
                }
            };
            is_first = false;
            for name in found["folders"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if seen.len() < FOLDERS_MAX && seen.insert(name.to_owned()) {
                    folders.push_back(name.to_owned());
                }
            }
            let mut services: Vec<Url> = services(&base, &found);
            if count + services.len() > PARTS_MAX {
                services.truncate(PARTS_MAX - count);
                folders.clear();
                listing.missing = Some(format!("it lists more than {PARTS_MAX} services"));
            }
            count += services.len();
            asking.tell(Found::Expecting(count as u64)).await?;
            stream::iter(services)
                .map(|service| take(asking, service))
                .buffer_unordered(DOCUMENTS_AT_ONCE)
                .try_collect::<()>()
                .await?;
        }
        if let Some(why) = &listing.missing {
            asking.note(why.clone()).await?;
        }
        Ok(listing)
    }
}

/// The service that a path below the directory leads to, or to a layer of it.
fn service_of(base: &Url, below: &str) -> Option<Url> {
    let steps: Vec<&str> = below.split('/').collect();
    let kind = steps.iter().position(|step| matches!(*step, "FeatureServer" | "MapServer"))?;
    Some(with_query(base, &format!("/{}", steps[..=kind].join("/")), &[]))
}

fn path_of(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("/{folder}") }
}

/// An answer, unless it is an error, which comes with the status 200.
fn checked(found: Value, url: &Url) -> Result<Value, HarvestError> {
    let unexpected =
        |why| HarvestError::Unexpected { url: url.to_string(), wanted: "directory of ArcGIS Server", why };
    if let Some(error) = found.get("error") {
        let message = error["message"].as_str().unwrap_or("no reason given");
        return Err(unexpected(format!("it says no: {}", message.chars().take(200).collect::<String>())));
    }
    match found.get("services").is_some_and(Value::is_array) {
        true => Ok(found),
        false => Err(unexpected("it lists no services".to_owned())),
    }
}

/// The services of a folder that have layers. Where there are both, the feature service says what the map service does and more.
fn services(base: &Url, found: &Value) -> Vec<Url> {
    let all = found["services"].as_array().into_iter().flatten();
    let all: Vec<(&str, &str)> =
        all.filter_map(|service| Some((service["name"].as_str()?, service["type"].as_str()?))).collect();
    let wanted = all.iter().filter(|(name, kind)| match *kind {
        "FeatureServer" => true,
        "MapServer" => !all.contains(&(name, "FeatureServer")),
        _ => false,
    });
    wanted.map(|(name, kind)| with_query(base, &format!("/{name}/{kind}"), &[])).collect()
}

async fn take(asking: &Asking<'_>, service: Url) -> Result<(), HarvestError> {
    let part: Arc<str> = service.as_str().into();
    let url = with_query(&service, "", &[("f", "json")]);
    let (body, state) = match asking.take(&part, &url, None, DOCUMENT_BYTES_MAX).await {
        Ok(Taken::New(body, state)) => (body, state),
        Ok(Taken::Unchanged) => return Ok(()),
        Err(error) => return asking.tell_failed(&part, error).await,
    };
    let unexpected =
        |why| HarvestError::Unexpected { url: url.to_string(), wanted: "service of ArcGIS", why };
    let about: Value = match serde_json::from_slice(&body) {
        Ok(about) => about,
        Err(error) => return asking.tell_failed(&part, unexpected(error.to_string())).await,
    };
    if let Some(error) = about.get("error") {
        let why = format!("it says no: {}", error["message"].as_str().unwrap_or("no reason given"));
        return asking.tell_failed(&part, unexpected(why)).await;
    }
    let datasets = datasets(&service, &about);
    if datasets.is_empty() {
        // It is remembered all the same, so that it need not be read again before it changes.
        return asking.tell(Found::Read { part, state, is_complete: true }).await;
    }
    asking.read_bytes_as("dcat-us-1.1", &part, catalog_of(datasets), state).await.map(drop)
}

/// The layers and tables of a service as DCAT-US has datasets. Layers that only hold others are none.
fn datasets(service: &Url, about: &Value) -> Vec<Value> {
    let lists = ["layers", "tables"].iter().filter_map(|list| about[list].as_array());
    let all = lists.flatten().filter(|layer| {
        let has_layers = layer["subLayerIds"].as_array().is_some_and(|ids| !ids.is_empty());
        !has_layers && layer["type"] != "Group Layer"
    });
    all.filter_map(|layer| dataset(service, about, layer)).collect()
}

fn dataset(service: &Url, about: &Value, layer: &Value) -> Option<Value> {
    let url = format!("{service}/{}", layer["id"].as_u64()?);
    let text =
        |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let info = &about["documentInfo"];
    let title = text(&layer["name"])?;
    let whole = text(&info["Title"]).or_else(|| text(&about["mapName"])).filter(|whole| *whole != title);
    let description =
        [&about["description"], &about["serviceDescription"], &info["Comments"], &info["Subject"]];
    let description = description.into_iter().find_map(text);
    let words = text(&info["Keywords"]).unwrap_or_default();
    let words: Vec<&str> = words.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()).collect();
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    put("@type", Some(json!("dcat:Dataset")));
    put("identifier", Some(json!(url)));
    put("landingPage", Some(json!(url)));
    put("accessLevel", Some(json!("public")));
    put("description", description.or_else(|| whole.clone()).map(Value::from));
    put("title", Some(json!(whole.map_or(title.clone(), |whole| format!("{whole}: {title}")))));
    put("keyword", (!words.is_empty()).then(|| json!(words)));
    put("publisher", text(&info["Author"]).map(|name| json!({"@type": "org:Organization", "name": name})));
    put("rights", text(&about["copyrightText"]).map(Value::from));
    put("spatial", extent(about).map(Value::from));
    let mut all = vec![json!({
        "@type": "dcat:Distribution",
        "title": "ArcGIS GeoServices REST API",
        "accessURL": url,
        "format": "ArcGIS GeoServices REST API",
    })];
    let gives_geojson = about["supportedQueryFormats"]
        .as_str()
        .is_some_and(|formats| formats.to_ascii_lowercase().contains("geojson"));
    if gives_geojson {
        all.push(json!({
            "@type": "dcat:Distribution",
            "title": "GeoJSON",
            "downloadURL": format!("{url}/query?where=1%3D1&outFields=*&f=geojson"),
            "mediaType": "application/geo+json",
            "format": "GeoJSON",
        }));
    }
    put("distribution", Some(Value::Array(all)));
    Some(Value::Object(map))
}

/// West, south, east and north, where they are degrees; services have extents in all kinds of systems.
fn extent(about: &Value) -> Option<String> {
    let extent =
        ["fullExtent", "initialExtent"].iter().map(|key| &about[key]).find(|extent| extent.is_object())?;
    let system = &extent["spatialReference"];
    let is_degrees =
        [&system["latestWkid"], &system["wkid"]].iter().any(|id| matches!(id.as_u64(), Some(4326 | 4269)));
    let [west, south, east, north] = ["xmin", "ymin", "xmax", "ymax"].map(|edge| extent[edge].as_f64());
    is_degrees.then_some(())?;
    Some(format!("{},{},{},{}", west?, south?, east?, north?))
}

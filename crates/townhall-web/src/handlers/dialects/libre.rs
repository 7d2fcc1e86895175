//! `/api/sources/…` and `/api/libre/`: the API of LIBRE, with LQL 1.1 for questions. Sources are the datasets that have
//! tables. The same stands under `/libre/api/`.

use axum::Router;
use axum::extract::{OriginalUri, Path};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use townhall_app::{LqlAnswer, TableSummary, WriteOptions, lql_pairs};
use townhall_model::ErrorKind;

use super::{markup, message};
use crate::handlers::{Site, respond};
use crate::pages::views::{AnswerView, Download, Link, PageMeta, Section};
use crate::server::Problem;

/// Sources that the list has at most.
const SOURCES_MAX: u32 = 1_000;

/// Versions of a source that are told with it.
const VERSIONS_MAX: usize = 100;

/// Rows and places that a page shows.
const PAGE_ROWS: usize = 200;

/// The routes.
pub fn routes() -> Router<Site> {
    let mut router = Router::new();
    for base in ["/api", "/libre/api"] {
        router = router
            .route(&format!("{base}/libre"), get(version))
            .route(&format!("{base}/libre/"), get(version))
            .route(&format!("{base}/sources"), get(sources))
            .route(&format!("{base}/sources/"), get(sources))
            .route(&format!("{base}/sources/{{*path}}"), get(below));
    }
    router.route("/libre/api", get(root)).route("/libre/api/", get(root))
}

/// A problem in the words of LIBRE.
struct Refusal(Problem);

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self.0.kind() {
            ErrorKind::Invalid => StatusCode::BAD_REQUEST,
            _ => self.0.status(),
        };
        let mut response = respond::json(&json!({"detail": message(&self.0)}));
        *response.status_mut() = status;
        response
    }
}

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Xml,
    Yaml,
    Csv,
    /// A page with the rows.
    Page,
    /// A page with the answer as text.
    Browser,
    /// A page with the places of the rows.
    Map,
}

impl Form {
    /// The form that a suffix, `format` or the browser asks for.
    fn wanted(
        suffix: Option<&str>,
        pairs: &[(String, String)],
        headers: &HeaderMap,
    ) -> Result<Self, Problem> {
        let named = pairs.iter().rev().find(|(key, _)| key == "format").map(|(_, value)| value.as_str());
        let Some(word) = suffix.or(named) else {
            let accept = headers.get("accept").and_then(|accept| accept.to_str().ok()).unwrap_or_default();
            return Ok(match accept.split(',').next().unwrap_or_default().trim() {
                "text/html" => Self::Browser,
                "application/xml" | "text/xml" => Self::Xml,
                "application/yaml" | "text/yaml" => Self::Yaml,
                "text/csv" => Self::Csv,
                _ => Self::Json,
            });
        };
        Ok(match word {
            "json" => Self::Json,
            "xml" => Self::Xml,
            "yaml" => Self::Yaml,
            "csv" => Self::Csv,
            "html" | "datagrid" => Self::Page,
            "api" => Self::Browser,
            "map_leaflet" => Self::Map,
            other => {
                let short: String = other.chars().take(40).collect();
                let problem = Problem::new(ErrorKind::NotFound, format!("there is no format `{short}`"));
                return Err(problem.with_hint("use json, xml, yaml, csv, html, api, datagrid or map_leaflet"));
            }
        })
    }
}

async fn root(site: Site) -> Response {
    let link = |path: &str| format!("{}/api/{path}/", site.base_url());
    respond::json(&json!({"libre": link("libre"), "sources": link("sources")}))
}

async fn version() -> Response {
    respond::json(&json!({
        "name": "Townhall", "version": env!("CARGO_PKG_VERSION"), "LQL version": "1.1", "LQL_version": "1.1",
    }))
}

async fn sources(site: Site, uri: OriginalUri, headers: HeaderMap) -> Result<Response, Refusal> {
    let pairs = lql_pairs(uri.query().unwrap_or_default()).map_err(townhall_app::Error::from)?;
    let form = Form::wanted(None, &pairs, &headers)?;
    let tables = site.app().tables().list(site.audience(), None, SOURCES_MAX).await?;
    let mut first: Vec<&TableSummary> = Vec::new();
    for table in &tables {
        if !first.iter().any(|known| known.dataset == table.dataset) {
            first.push(table);
        }
    }
    let listed = first.into_iter().map(|table| source(&site, table)).collect();
    valued(&site, &listed, form, "Sources", None)
}

/// What is told of a source in lists.
fn source(site: &Site, table: &TableSummary) -> Value {
    let base = format!("{}/api/sources/{}/", site.base_url(), table.dataset_slug);
    json!({
        "name": table.dataset_title, "slug": table.dataset_slug, "url": base, "data": format!("{base}data/"),
        "published": true,
    })
}

/// `{slug}/`, `{slug}/data/`, `{slug}/data/{id}/`, `data_versions/{id}/`, each with or without a final slash and a suffix.
async fn below(
    site: Site,
    Path(path): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let pairs = lql_pairs(uri.query().unwrap_or_default()).map_err(townhall_app::Error::from)?;
    let path = path.trim_end_matches('/');
    let (stem, suffix) = match path.rsplit_once('/').map_or(path, |(_, last)| last).rsplit_once('.') {
        Some((_, suffix)) => (&path[..path.len() - suffix.len() - 1], Some(suffix)),
        None => (path, None),
    };
    let form = Form::wanted(suffix, &pairs, &headers)?;
    let segments: Vec<&str> = stem.split('/').collect();
    match segments.as_slice() {
        ["data_version" | "data_versions"] => {
            let problem = Problem::new(ErrorKind::NotFound, "versions are listed with their sources");
            Err(problem.with_hint("see /api/sources/{slug}/").into())
        }
        ["data_version" | "data_versions", id] => data_version(&site, id, form).await,
        [slug] => detail(&site, slug, form).await,
        [slug, "data"] => data(&site, slug, &pairs, form).await,
        [slug, "data", number] => row(&site, slug, number, &pairs, form).await,
        _ => Err(Problem::new(ErrorKind::NotFound, "there is nothing at this address").into()),
    }
}

async fn detail(site: &Site, slug: &str, form: Form) -> Result<Response, Refusal> {
    let tables = site.app().tables();
    let table = tables.named(site.audience(), slug).await?;
    let dataset = site.app().catalog().dataset(site.audience(), &table.dataset_slug).await?;
    let known = tables.manifest(site.audience(), table.id, None).await?;
    let versions = tables.versions(site.audience(), table.id).await?;
    let base = site.base_url();
    let listed = versions.iter().take(VERSIONS_MAX).map(|version| {
        json!({
            "url": format!("{base}/api/sources/data_versions/{}-{}/", table.id, version.number),
            "timestamp": version.at.to_string(),
        })
    });
    let columns = known.manifest.columns.iter().map(|column| {
        json!({"name": column.name, "label": column.label.as_ref().unwrap_or(&column.name), "type": column.kind.name()})
    });
    let mut value = source(site, &table);
    value["description"] = json!(dataset.view.description);
    value["columns"] = columns.collect();
    value["data_versions"] = listed.collect();
    valued(site, &value, form, &table.dataset_title, Some(&table))
}

async fn data_version(site: &Site, id: &str, form: Form) -> Result<Response, Refusal> {
    let tables = site.app().tables();
    let missing = || Problem::new(ErrorKind::NotFound, "there is no such version");
    let (table, number) = id.rsplit_once('-').ok_or_else(missing)?;
    let table = tables.named(site.audience(), table).await?;
    let number: u32 = number.parse().map_err(|_| missing())?;
    let versions = tables.versions(site.audience(), table.id).await?;
    let version = versions.iter().find(|version| version.number == number).ok_or_else(missing)?;
    let value = json!({
        "source": format!("{}/api/sources/{}/", site.base_url(), table.dataset_slug), "version": version.number,
        "timestamp": version.at.to_string(), "checksum": version.source.to_string(), "ready": true,
        "active": version.number == table.version, "elements": version.rows,
        "data": format!("{}/api/sources/{}/data/?_timestamp={}", site.base_url(), table.dataset_slug, version.number),
        "metadata": {"format": version.manifest.format, "file": version.manifest.source_name},
    });
    valued(site, &value, form, "Data version", Some(&table))
}

async fn data(site: &Site, slug: &str, pairs: &[(String, String)], form: Form) -> Result<Response, Refusal> {
    let tables = site.app().tables();
    let table = tables.named(site.audience(), slug).await?;
    let answer = tables.lql(site.audience(), slug, pairs).await?;
    let title = format!("Data of {}", table.dataset_title);
    let mut response = match (&answer.rows, form) {
        (Some(rows), Form::Csv) => {
            respond::document("text/csv; charset=utf-8", rows.written("csv", &WriteOptions::default())?)
        }
        (Some(_), Form::Page | Form::Map) => page(site, &table, &answer, form, &title)?,
        (None, Form::Map) => {
            let problem = Problem::new(ErrorKind::Invalid, "only rows have places on a map");
            return Err(problem.with_hint("leave out groups and computed values").into());
        }
        _ => valued(site, &answer.value, form, &title, Some(&table))?,
    };
    if answer.truncated {
        respond::set(&mut response, HeaderName::from_static("x-townhall-truncated"), "true");
    }
    if let Some(total) = answer.total {
        respond::set(&mut response, HeaderName::from_static("x-total-count"), &total.to_string());
    }
    Ok(response)
}

async fn row(
    site: &Site,
    slug: &str,
    number: &str,
    pairs: &[(String, String)],
    form: Form,
) -> Result<Response, Refusal> {
    let tables = site.app().tables();
    let table = tables.named(site.audience(), slug).await?;
    let missing = || Problem::new(ErrorKind::NotFound, "there is no such row");
    let wanted: u64 =
        number.parse::<u64>().ok().and_then(|number| number.checked_sub(1)).ok_or_else(missing)?;
    let mut asked: Vec<(String, String)> = pairs
        .iter()
        .filter(|(key, _)| matches!(key.as_str(), "_timestamp" | "_json_path"))
        .cloned()
        .collect();
    asked.push(("_offset".to_owned(), wanted.to_string()));
    asked.push(("_limit".to_owned(), "1".to_owned()));
    let answer = tables.lql(site.audience(), slug, &asked).await?;
    let value = answer.value.get(0).cloned().ok_or_else(missing)?;
    valued(site, &value, form, &format!("Row {number} of {}", table.dataset_title), Some(&table))
}

/// A value in a form.
fn valued(
    site: &Site,
    value: &Value,
    form: Form,
    title: &str,
    table: Option<&TableSummary>,
) -> Result<Response, Refusal> {
    Ok(match form {
        Form::Json => respond::json(value),
        Form::Xml => {
            let xml = markup::as_xml(value, "root").map_err(townhall_app::Error::from)?;
            respond::document("application/xml; charset=utf-8", xml)
        }
        Form::Yaml => {
            respond::document("application/yaml; charset=utf-8", markup::as_yaml(value).into_bytes())
        }
        Form::Csv => return Err(no_table("CSV").into()),
        Form::Map => return Err(no_table("a map").into()),
        Form::Page | Form::Browser => {
            let text = serde_json::to_string_pretty(value).unwrap_or_default();
            let view = AnswerView { text: Some(text), ..head(title, table) };
            site.page("answer.html", meta(title), &view)?
        }
    })
}

fn no_table(form: &str) -> Problem {
    Problem::new(ErrorKind::Invalid, format!("only rows can be answered as {form}"))
        .with_hint("use json, xml or yaml")
}

fn head(title: &str, table: Option<&TableSummary>) -> AnswerView {
    let source = table.map(|table| Link::new(&table.dataset_title, format!("/data/{}", table.dataset_slug)));
    AnswerView { heading: title.to_owned(), source, ..AnswerView::default() }
}

fn meta(title: &str) -> PageMeta {
    let mut meta = PageMeta::new(title, "/api/sources/", Section::Developers);
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Developers", "/developers")];
    meta.noindex = true;
    meta
}

/// Rows for people: as a table, with their places above when those are asked for.
fn page(
    site: &Site,
    table: &TableSummary,
    answer: &LqlAnswer,
    form: Form,
    title: &str,
) -> Result<Response, Refusal> {
    let Some(rows) = &answer.rows else { return Err(no_table("a page").into()) };
    let mut view = head(title, Some(table));
    view.columns = rows.columns.iter().map(|column| column.name.clone()).collect();
    view.rows = rows.texts();
    view.truncated = answer.truncated || view.rows.len() > PAGE_ROWS;
    view.rows.truncate(PAGE_ROWS);
    if form == Form::Map {
        let places = rows.places().ok_or_else(|| {
            Problem::new(ErrorKind::Invalid, "the table has no columns of latitude and longitude")
                .with_hint("use datagrid for its rows")
        })?;
        (view.points, view.extent) = drawn(&places);
    }
    let base = format!("/api/sources/{}/data", table.dataset_slug);
    view.downloads = ["json", "csv", "xml", "yaml"]
        .map(|name| Download {
            label: name.to_uppercase(),
            url: format!("{base}.{name}"),
            ..Download::default()
        })
        .to_vec();
    Ok(site.page("answer.html", meta(title), &view)?)
}

/// Places in a square, north above, and how far they reach.
fn drawn(places: &[(f64, f64)]) -> (Vec<(f64, f64)>, Option<String>) {
    let places: Vec<_> = places.iter().take(PAGE_ROWS).copied().collect();
    let bounds = |of: fn(&(f64, f64)) -> f64| {
        let values = places.iter().map(of);
        (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
    };
    let ((west, east), (south, north)) = (bounds(|place| place.0), bounds(|place| place.1));
    if places.is_empty() {
        return (places, None);
    }
    let span = (east - west).max(north - south).max(f64::MIN_POSITIVE);
    let scaled = |value: f64| (value / span * 10_000.0).round() / 100.0;
    let points = places.iter().map(|(x, y)| (scaled(x - west), scaled(north - y)));
    let extent = format!("from {west} to {east} degrees east and from {south} to {north} degrees north");
    (points.collect(), Some(extent))
}

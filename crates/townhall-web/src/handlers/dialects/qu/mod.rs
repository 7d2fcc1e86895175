//! `/qu`: datasets, concepts and slices as CFPB's Qu served them, with its addresses below it. Each is a resource of HAL
//! (draft-kelly-json-hal) that is written as JSON, XML, a page or a script; a slice also as CSV.

mod form;
mod page;
mod resource;
mod slice;
mod swagger;

use axum::Router;
use axum::extract::{OriginalUri, Path};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use townhall_app::{QuConcept, QuDataset, QuMade, QuSlice};
use townhall_model::ErrorKind;

use self::form::{Form, Named};
use self::resource::Resource;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// Where everything is.
const BASE: &str = "/qu/data";

/// The routes. An address may end in a slash.
pub fn routes() -> Router<Site> {
    let mut router = Router::new();
    for slash in ["", "/"] {
        router = router
            .route(&format!("/qu{slash}"), get(start))
            .route(&format!("/qu/{{index}}{slash}"), get(index))
            .route(&format!("{BASE}/{{dataset}}{slash}"), get(dataset))
            .route(&format!("{BASE}/{{dataset}}/concept/{{concept}}{slash}"), get(concept))
            .route(&format!("{BASE}/{{dataset}}/slice/{{slice}}{slash}"), get(slice::show))
            .route(&format!("{BASE}/{{dataset}}/slice/{{slice}}/{{metadata}}{slash}"), get(metadata))
            .route(&format!("/qu/api-docs/{{api}}{slash}"), get(swagger::declaration));
    }
    router
}

/// What went wrong, as a line of text, or for people as our usual page.
struct Refusal(Problem);

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self.0.kind() {
            ErrorKind::NotFound => {
                let mut response =
                    respond::document("text/plain; charset=utf-8", self.0.detail().to_owned().into_bytes());
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
            _ => self.0.into_response(),
        }
    }
}

/// The form that nothing is written in.
fn no_such_form(name: &str) -> Response {
    let text = format!("Format not found: {name}.");
    let mut response = respond::document("text/plain; charset=utf-8", text.into_bytes());
    *response.status_mut() = StatusCode::NOT_ACCEPTABLE;
    response
}

async fn start() -> Response {
    let mut response = StatusCode::FOUND.into_response();
    respond::set(&mut response, LOCATION, BASE);
    response
}

/// What every handler but that of slices begins with: the name without its ending, and the form.
macro_rules! named {
    ($text:expr, $headers:expr, $forms:expr) => {
        match Named::of($text, $headers, $forms) {
            Ok(named) => named,
            Err(unknown) => return Ok(no_such_form(&unknown)),
        }
    };
}

async fn index(
    site: Site,
    Path(name): Path<String>,
    headers: HeaderMap,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Refusal> {
    if name == "api-docs" {
        return Ok(swagger::listing(&site).await?);
    }
    let Named { name, form } = named!(&name, &headers, &[Form::Html, Form::Json, Form::Xml]);
    if name != "data" {
        return Err(Problem::new(ErrorKind::NotFound, format!("No such page: {name}")).into());
    }
    let datasets = site.app().qu().datasets(site.audience()).await?;
    let mut resource = Resource::new(uri.path());
    let mut versions = String::new();
    for dataset in &datasets {
        versions.push_str(&dataset.version());
        let mut embedded = Resource::new(&dataset_path(dataset));
        embedded.property("id", json!(dataset.name));
        embedded.properties(&dataset.definition.info);
        resource.embed("dataset", embedded);
    }
    if form == Form::Html {
        return Ok(page::index(&site, &datasets)?);
    }
    Ok(answered(&resource, form, &headers, &params, &versions))
}

async fn dataset(
    site: Site,
    Path(name): Path<String>,
    headers: HeaderMap,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Refusal> {
    let Named { name, form } = named!(&name, &headers, &[Form::Html, Form::Json, Form::Xml, Form::Script]);
    let dataset = site.app().qu().dataset(site.audience(), &name).await?;
    if form == Form::Html {
        return Ok(page::dataset(&site, &dataset)?);
    }
    let mut resource = Resource::new(uri.path());
    resource.link("up", BASE);
    resource.property("id", json!(dataset.name));
    resource.properties(&dataset.definition.info);
    for slice in &dataset.definition.slices {
        let mut embedded = Resource::new(&slice_path(&dataset, slice));
        embedded.property("id", json!(slice.id));
        embedded.property("name", json!(slice.info("name").unwrap_or(&slice.id)));
        embedded.properties(&slice.definition);
        resource.embed("slice", embedded);
    }
    for concept in &dataset.definition.concepts {
        let mut embedded = Resource::new(&concept_path(&dataset, concept));
        embedded.property("id", json!(concept.id));
        embedded.properties(&concept.definition);
        resource.embed("concept", embedded);
    }
    Ok(answered(&resource, form, &headers, &params, &dataset.version()))
}

async fn concept(
    site: Site,
    Path((dataset, name)): Path<(String, String)>,
    headers: HeaderMap,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Refusal> {
    let Named { name, form } = named!(&name, &headers, &[Form::Html, Form::Json, Form::Xml, Form::Script]);
    let dataset = site.app().qu().dataset(site.audience(), &dataset).await?;
    let concept = dataset.concept(&name)?;
    let codes = site.app().qu().codes(site.audience(), &dataset, concept).await?;
    if form == Form::Html {
        return Ok(page::concept(&site, &dataset, concept, codes.as_deref())?);
    }
    let mut resource = Resource::new(uri.path());
    resource.link("up", &dataset_path(&dataset));
    resource.property("id", json!(concept.id));
    resource.property("dataset", json!(dataset.name));
    for (name, value) in concept.definition.iter().filter(|(name, _)| *name != "table") {
        resource.property(name, value.clone());
    }
    let rows = codes.map(|rows| rows.into_iter().map(Value::Object).collect::<Vec<_>>());
    resource.property("table", json!({"name": concept.table, "data": rows.unwrap_or_default()}));
    Ok(answered(&resource, form, &headers, &params, &dataset.version()))
}

async fn metadata(
    site: Site,
    Path((dataset, slice, name)): Path<(String, String, String)>,
    headers: HeaderMap,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Refusal> {
    let Named { name, form } = named!(&name, &headers, &[Form::Html, Form::Json, Form::Xml, Form::Script]);
    if name != "metadata" {
        return Err(Problem::new(ErrorKind::NotFound, format!("No such page: {name}")).into());
    }
    let dataset = site.app().qu().dataset(site.audience(), &dataset).await?;
    let slice = dataset.slice(&slice)?;
    let types = types(&dataset, slice);
    if form == Form::Html {
        return Ok(page::metadata(&site, &dataset, slice, &types)?);
    }
    let mut resource = Resource::new(uri.path());
    resource.link("up", &dataset_path(&dataset));
    resource.link("slice", &slice_path(&dataset, slice));
    resource.property("dataset", json!(dataset.name));
    resource.property("slice", json!(slice.id));
    resource.properties(&slice.definition);
    resource.property("types", Value::Object(types));
    if let QuMade::Table(table) = &slice.made {
        resource.property("table", json!(table));
    }
    Ok(answered(&resource, form, &headers, &params, &dataset.version()))
}

/// What each column of a slice holds.
fn types(dataset: &QuDataset, slice: &QuSlice) -> Map<String, Value> {
    let kind = |name: &str| (name.to_owned(), json!(dataset.definition.kind_of(slice, name).name()));
    slice.fields().map(kind).collect()
}

/// A resource in a form, unless the client has it.
fn answered(
    resource: &Resource,
    form: Form,
    headers: &HeaderMap,
    params: &Params,
    version: &str,
) -> Response {
    let etag = format!("\"{version}-{}\"", form.name());
    if respond::has_current(headers, &etag) {
        return respond::not_modified(&etag);
    }
    let bytes = match form {
        Form::Xml => resource.to_xml(),
        Form::Script => format!("{}({});", form::callback(params), resource.to_json()).into_bytes(),
        _ => resource.to_json().to_string().into_bytes(),
    };
    respond::with_etag(respond::document(form.content_type(), bytes), &etag)
}

fn dataset_path(dataset: &QuDataset) -> String {
    format!("{BASE}/{}", dataset.name)
}

fn concept_path(dataset: &QuDataset, concept: &QuConcept) -> String {
    format!("{BASE}/{}/concept/{}", dataset.name, crate::handlers::path_segment(&concept.id))
}

fn slice_path(dataset: &QuDataset, slice: &QuSlice) -> String {
    format!("{BASE}/{}/slice/{}", dataset.name, crate::handlers::path_segment(&slice.id))
}

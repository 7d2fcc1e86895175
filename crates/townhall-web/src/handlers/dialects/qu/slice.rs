//! A question to a slice and its answer.

use axum::extract::{OriginalUri, Path};
use axum::http::header::{CACHE_CONTROL, LINK};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};
use townhall_app::{QuAnswer, QuDataset, QuForm, QuQuestion, QuSlice};

use super::form::{Form, Named, callback};
use super::resource::Resource;
use super::{Refusal, dataset_path, no_such_form, page, slice_path};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};

const FORMS: [Form; 5] = [Form::Html, Form::Csv, Form::Json, Form::Xml, Form::Script];

/// The clauses that the address of a question has places for.
const TEMPLATE: [&str; 7] = ["select", "group", "where", "orderBy", "limit", "offset", "callback"];

/// `/qu/data/{dataset}/slice/{slice}[.ext]`.
pub async fn show(
    site: Site,
    Path((dataset, name)): Path<(String, String)>,
    headers: HeaderMap,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Refusal> {
    let Named { name, mut form } = match Named::of(&name, &headers, &FORMS) {
        Ok(named) => named,
        Err(unknown) => return Ok(no_such_form(&unknown)),
    };
    // The form on the page sends it as a field.
    if let Some(wanted) = params.get("$format") {
        form = match Form::by_name(wanted, &FORMS) {
            Some(form) => form,
            None => return Ok(no_such_form(wanted)),
        };
    }
    let qu = site.app().qu();
    let dataset = qu.dataset(site.audience(), &dataset).await?;
    let slice = dataset.slice(&name)?;
    let page_rows_max = (form == Form::Html).then_some(page::ROWS_MAX);
    let asked = qu.question(site.audience(), &dataset, &name, &params.0, page_rows_max).await?;
    let answer = qu.answer(&asked).await?;
    let computing = answer.computing;
    let is_valid = asked.is_valid();
    let mut response = match form {
        Form::Html => page::slice(&site, &dataset, slice, &asked, &answer, &params)?,
        _ => written(&dataset, slice, &asked, answer, form, &uri, &params),
    };
    if !is_valid {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    respond::set(&mut response, HeaderName::from_static("x-computing"), &computing.to_string());
    respond::set(&mut response, CACHE_CONTROL, if computing { "no-store" } else { "public, no-cache" });
    Ok(response)
}

/// The answer for programs.
fn written(
    dataset: &QuDataset,
    slice: &QuSlice,
    asked: &QuQuestion,
    answer: QuAnswer,
    form: Form,
    uri: &OriginalUri,
    params: &Params,
) -> Response {
    let resource = resource(dataset, slice, asked, &answer, uri);
    let link = resource.link_header();
    let (kind, before, behind) = match form {
        Form::Csv if !asked.is_valid() => {
            return respond::document("text/plain;charset=UTF-8", Vec::new());
        }
        Form::Csv => (QuForm::Csv, String::new(), ""),
        Form::Xml => {
            let text = String::from_utf8_lossy(&resource.to_xml()).into_owned();
            let head = text.strip_suffix("</resource>").unwrap_or(&text);
            (QuForm::Xml, format!("{head}<results>"), "</results></resource>")
        }
        Form::Script => (QuForm::Json, format!("{}({}", callback(params), open(&resource)), "]});"),
        _ => (QuForm::Json, open(&resource), "]}"),
    };
    let mut response = respond::stream(form.content_type(), answer.bytes(kind, before, behind));
    respond::set(&mut response, LINK, &link);
    response
}

/// The resource as JSON up to its results.
fn open(resource: &Resource) -> String {
    let mut text = resource.to_json().to_string();
    text.pop();
    text.push_str(",\"results\":[");
    text
}

fn resource(
    dataset: &QuDataset,
    slice: &QuSlice,
    asked: &QuQuestion,
    answer: &QuAnswer,
    uri: &OriginalUri,
) -> Resource {
    let reading = &asked.reading;
    let base = uri.path();
    let own = uri.path_and_query().map_or(base, |whole| whole.as_str());
    let mut resource = Resource::new(own);
    resource.link("up", &dataset_path(dataset));
    let places: Vec<String> = TEMPLATE.iter().map(|name| format!("${name}={{?{name}}}")).collect();
    resource.template("query", &format!("{base}?{}", places.join("&")));
    resource.property("dataset", json!(dataset.name));
    resource.property("slice", json!(slice.id));
    resource.property("computing", json!(answer.computing));
    if let Some(size) = answer.size {
        resource.property("size", json!(size));
    }
    if let Some(total) = answer.total {
        resource.property("total", json!(total));
    }
    if let Some(page) = reading.page {
        resource.property("page", json!(page));
    }
    let mut query: Map<String, Value> = Map::new();
    for name in ["select", "where", "group", "orderBy"] {
        query.insert(name.to_owned(), json!(reading.clause(name)));
    }
    query.insert("limit".to_owned(), json!(reading.limit));
    query.insert("offset".to_owned(), json!(reading.offset));
    if let Some(callback) = reading.clause("callback") {
        query.insert("callback".to_owned(), json!(callback));
    }
    resource.property("query", Value::Object(query));
    resource.property("errors", errors(asked));
    resource.property("dimensions", json!({}));
    resource
}

/// What is wrong, by clause.
fn errors(asked: &QuQuestion) -> Value {
    let mut errors: Map<String, Value> = Map::new();
    for (clause, message) in &asked.reading.errors {
        if let Value::Array(messages) = errors.entry((*clause).to_owned()).or_insert_with(|| json!([])) {
            messages.push(json!(message));
        }
    }
    Value::Object(errors)
}

/// The address of the same question in another form or of another page of it.
pub fn link(dataset: &QuDataset, slice: &QuSlice, ending: &str, params: &Params) -> String {
    let ending = if ending.is_empty() { String::new() } else { format!(".{ending}") };
    params.link(&format!("{}{ending}", slice_path(dataset, slice)))
}

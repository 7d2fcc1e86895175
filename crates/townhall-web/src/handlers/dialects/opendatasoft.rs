//! `/api/explore/v2.1`: the Explore API of Opendatasoft's portals, over datasets that have tables.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use townhall_app::{Question, TableDetail, TableSummary, WriteOptions};
use townhall_model::ErrorKind;
use townhall_model::table::ColumnType;

use super::message;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

const BASE: &str = "/api/explore/v2.1/catalog/datasets";

/// Rows of a page at most, groups of a page at most, and where the last row of a page may stand.
const ROWS_MAX: usize = 100;
const GROUPS_MAX: usize = 20_000;
const WINDOW_MAX: u64 = 10_000;

/// Datasets that the list has at most.
const DATASETS_MAX: u32 = 10_000;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route(BASE, get(list))
        .route(&format!("{BASE}/{{id}}"), get(show))
        .route(&format!("{BASE}/{{id}}/records"), get(records))
        .route(&format!("{BASE}/{{id}}/records/{{number}}"), get(record))
        .route(&format!("{BASE}/{{id}}/facets"), get(facets))
        .route(&format!("{BASE}/{{id}}/exports"), get(exports))
        .route(&format!("{BASE}/{{id}}/exports/{{format}}"), get(export))
}

/// A problem in the words of these portals.
struct Refusal(Problem);

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = self.0;
        // Not a refusal: the answer is being made.
        if problem.pending().is_some() {
            return problem.into_response();
        }
        let code = match problem.kind() {
            ErrorKind::NotFound => "ResourceNotFoundError",
            ErrorKind::Invalid if problem.detail().starts_with("parameter `limit`") => {
                "InvalidRESTParameterError"
            }
            ErrorKind::Invalid if problem.detail().starts_with("parameter `offset`") => {
                "InvalidRESTParameterError"
            }
            ErrorKind::Invalid => "ODSQLError",
            ErrorKind::Limited => "TooManyRequests",
            _ => "InternalServerError",
        };
        let mut response = respond::json(&json!({"error_code": code, "message": message(&problem)}));
        // There, whatever can't be understood is a bad request.
        *response.status_mut() =
            if problem.kind() == ErrorKind::Invalid { StatusCode::BAD_REQUEST } else { problem.status() };
        response
    }
}

async fn list(site: Site, params: Params) -> Result<Response, Refusal> {
    let number = |key: &str, usual: usize, most: usize| -> Result<usize, Problem> {
        let Some(text) = params.get(key) else { return Ok(usual) };
        text.parse().ok().filter(|number| *number <= most).ok_or_else(|| {
            Problem::new(
                ErrorKind::Invalid,
                format!("parameter `{key}`: it is not a whole number up to {most}"),
            )
        })
    };
    let (limit, offset) = (number("limit", 10, ROWS_MAX)?, number("offset", 0, DATASETS_MAX as usize)?);
    let tables = site.app().tables().list(site.audience(), None, DATASETS_MAX).await?;
    let mut first: Vec<TableSummary> = Vec::new();
    for table in tables {
        if !first.iter().any(|known| known.dataset == table.dataset) {
            first.push(table);
        }
    }
    let mut results = Vec::new();
    for table in first.iter().skip(offset).take(limit) {
        results.push(described(&site, table).await?);
    }
    Ok(respond::json(&json!({"total_count": first.len(), "results": results})))
}

async fn show(site: Site, Path(id): Path<String>) -> Result<Response, Refusal> {
    let table = site.app().tables().named(site.audience(), &id).await?;
    Ok(respond::json(&described(&site, &table).await?))
}

async fn described(site: &Site, table: &TableSummary) -> Result<Value, Problem> {
    let known = site.app().tables().manifest(site.audience(), table.id, None).await?;
    let dataset = site.app().catalog().dataset(site.audience(), &table.dataset_slug).await?;
    let view = &dataset.view;
    let default = json!({
        "title": view.title, "description": view.description, "theme": view.themes, "keyword": view.keywords,
        "license": view.license, "language": view.languages.first(), "publisher": view.publishers.first(),
        "modified": view.modified.as_ref().map(|when| &when.text), "records_count": known.manifest.rows,
        "data_processed": table.updated_at.to_string(), "metadata_processed": dataset.changed_at.to_string(),
    });
    Ok(json!({
        "visibility": "domain", "dataset_id": table.dataset_slug, "dataset_uid": table.id, "has_records": true,
        "features": ["analyze"], "attachments": [], "alternative_exports": [], "data_visible": true,
        "fields": fields(&known), "metas": {"default": default},
    }))
}

fn fields(table: &TableDetail) -> Value {
    let field = |column: &townhall_model::table::Column| {
        json!({
            "name": column.name, "label": column.label.as_ref().unwrap_or(&column.name), "type": type_name(column.kind),
            "description": null, "annotations": {},
        })
    };
    table.manifest.columns.iter().map(field).collect()
}

fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "text",
        ColumnType::Integer => "int",
        ColumnType::Number => "double",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Timestamp | ColumnType::Datetime => "datetime",
    }
}

async fn question(site: &Site, id: &str, params: &Params) -> Result<Question, Problem> {
    let tables = site.app().tables();
    let table = tables.named(site.audience(), id).await?;
    Ok(tables.question(site.audience(), table.id, None, "opendatasoft", &params.0).await?)
}

async fn records(site: Site, Path(id): Path<String>, params: Params) -> Result<Response, Refusal> {
    let question = question(&site, &id, &params).await?;
    let is_grouped = params.get("group_by").is_some();
    let most = if is_grouped { GROUPS_MAX } else { ROWS_MAX };
    let question = match question.limit() {
        Some(limit) if limit <= most => question,
        None => question.with_limit(most),
        Some(limit) => {
            let message = format!("parameter `limit`: {limit} is more than {most}");
            return Err(Problem::new(ErrorKind::Invalid, message)
                .with_hint("take all rows as a file: exports/csv")
                .into());
        }
    };
    if question.offset() + question.limit().unwrap_or(0) as u64 > WINDOW_MAX.max(most as u64) {
        let message = format!("parameter `offset`: offset and limit together are more than {WINDOW_MAX}");
        return Err(Problem::new(ErrorKind::Invalid, message)
            .with_hint("take all rows as a file: exports/csv")
            .into());
    }
    let answer = site.app().tables().answer(&question).await?;
    let mut head = json!({"total_count": answer.total().unwrap_or(answer.len() as u64)});
    if params.get("include_links").is_some_and(|wanted| matches!(wanted, "true" | "True" | "1")) {
        let base = format!("{}{BASE}/{id}", site.base_url());
        head["links"] = json!([
            {"rel": "self", "href": format!("{base}/records")}, {"rel": "dataset", "href": base},
        ]);
    }
    let mut text = head.to_string();
    text.pop();
    // The rows are JSON text already.
    let body = format!("{text},\"results\":{}}}", answer.objects());
    Ok(respond::document("application/json", body.into_bytes()))
}

async fn record(site: Site, Path((id, number)): Path<(String, u64)>) -> Result<Response, Refusal> {
    let tables = site.app().tables();
    let table = tables.named(site.audience(), &id).await?;
    let page = tables.row(site.audience(), table.id, number, None).await?;
    let cells = page.rows.first().map(|row| row.cells.clone()).unwrap_or_default();
    let known = tables.manifest(site.audience(), table.id, None).await?;
    let value = |column: &townhall_model::table::Column, text: Option<String>| match (text, column.kind) {
        (None, _) => Value::Null,
        (Some(text), ColumnType::Integer | ColumnType::Number | ColumnType::Boolean) => {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }
        (Some(text), _) => Value::String(text),
    };
    let record: Map<String, Value> = known
        .manifest
        .columns
        .iter()
        .zip(cells)
        .map(|(column, cell)| (column.name.clone(), value(column, cell)))
        .collect();
    Ok(respond::json(&Value::Object(record)))
}

async fn facets(site: Site, Path(id): Path<String>, params: Params) -> Result<Response, Refusal> {
    let params = match params.get("facet") {
        Some(_) => params,
        // Without a wish, the fields that have few values.
        None => {
            let tables = site.app().tables();
            let table = tables.named(site.audience(), &id).await?;
            let known = tables.manifest(site.audience(), table.id, None).await?;
            let few =
                known.manifest.columns.iter().filter(|column| column.distinct <= 100 && column.distinct > 0);
            let few: Vec<String> = few.take(10).map(|column| column.name.clone()).collect();
            few.iter().fold(params, |params, name| params.and("facet", name))
        }
    };
    let question = question(&site, &id, &params).await?.with_limit(0);
    let answer = site.app().tables().answer(&question).await?;
    let facet = |(name, values): (String, Vec<(Value, u64)>)| {
        let value = |(value, count): (Value, u64)| {
            let text = value.as_str().map(str::to_owned).unwrap_or_default();
            json!({"count": count, "path": text, "value": text, "name": text, "state": "displayed"})
        };
        let values: Vec<Value> =
            values.into_iter().filter(|(value, _)| !value.is_null()).map(value).collect();
        json!({"name": name, "facets": values})
    };
    let facets: Vec<Value> = answer.facets().into_iter().map(facet).collect();
    Ok(respond::json(&json!({"links": [], "facets": facets})))
}

async fn exports(site: Site, Path(id): Path<String>) -> Result<Response, Refusal> {
    let table = site.app().tables().named(site.audience(), &id).await?;
    let known = site.app().tables().manifest(site.audience(), table.id, None).await?;
    let base = format!("{}{BASE}/{id}/exports", site.base_url());
    let link = |rel: &str, href: String| json!({"rel": rel, "href": href});
    let mut links = vec![link("self", base.clone())];
    let columns = known.manifest.columns.iter().map(|column| (column.name.clone(), column.kind));
    let formats = townhall_app::table_formats_of(columns);
    links.extend(formats.map(|format| link(format.name, format!("{base}/{}", format.name))));
    Ok(respond::json(&json!({"links": links})))
}

async fn export(
    site: Site,
    Path((id, format)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Refusal> {
    let question = question(&site, &id, &params).await?;
    let question = if params.get("limit").is_none() { question.without_limit() } else { question };
    let is_on = |key: &str, usual: bool| {
        params.get(key).map_or(usual, |wanted| matches!(wanted, "true" | "True" | "1"))
    };
    let mut options = WriteOptions::default();
    if is_on("use_labels", false) {
        options.headers = Some(question.labels());
    }
    // There, cells are parted by semicolons unless something else is asked for.
    if format == "csv" {
        options.delimiter =
            params.get("delimiter").map_or(Some(';'), |wanted| wanted.replace("\\t", "\t").chars().next());
    }
    let export = site.app().tables().file_with(&question, &format, options).await?;
    let bytes = match format.as_str() {
        "csv" if is_on("with_bom", true) => townhall_app::with_byte_order_mark(export.bytes),
        _ => export.bytes,
    };
    let mut response = respond::stream(&export.content_type, bytes);
    let extension = export.name.rsplit_once('.').map_or(format.as_str(), |(_, extension)| extension);
    respond::attach(&mut response, &format!("{id}.{extension}"));
    Ok(response)
}

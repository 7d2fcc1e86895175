//! `/datasette/{database}/{table}`: tables as Datasette serves them; datasets are the databases.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use townhall_app::{Answer, TableSummary, table_word};
use townhall_model::ErrorKind;

use super::message;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// Tables that the list has at most.
const TABLES_MAX: u32 = 1_000;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/datasette/-/databases.json", get(databases))
        .route("/datasette/-/versions.json", get(versions))
        .route("/datasette/{database}", get(database))
        .route("/datasette/{database}/{table}", get(table))
        .route("/datasette/{database}/{table}/{row}", get(row))
}

/// A problem in Datasette's words.
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
        let status = match problem.kind() {
            ErrorKind::Invalid => StatusCode::BAD_REQUEST,
            _ => problem.status(),
        };
        let mut response = respond::json(&json!({
            "ok": false, "error": message(&problem), "errors": [message(&problem)], "status": status.as_u16(),
            "title": problem.kind().title(),
        }));
        *response.status_mut() = status;
        response
    }
}

/// The name, and what it ends in.
fn without_suffix(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        Some((stem, suffix @ ("json" | "csv" | "jsono"))) => (stem, Some(suffix)),
        _ => (name, None),
    }
}

async fn databases(site: Site) -> Result<Response, Refusal> {
    let tables = site.app().tables().list(site.audience(), None, TABLES_MAX).await?;
    let mut databases: Vec<Value> = Vec::new();
    for table in &tables {
        if !databases.iter().any(|known| known["name"] == table.dataset_slug.as_str()) {
            databases.push(json!({
                "name": table.dataset_slug, "route": table.dataset_slug, "path": null, "size": null, "is_mutable": false,
                "is_memory": false, "hash": null,
            }));
        }
    }
    Ok(respond::json(&Value::Array(databases)))
}

async fn versions() -> Response {
    respond::json(&json!({
        "datasette": {"version": "1.0"}, "townhall": {"version": env!("CARGO_PKG_VERSION")},
    }))
}

async fn database(site: Site, Path(name): Path<String>, params: Params) -> Result<Response, Refusal> {
    let (name, suffix) = without_suffix(&name);
    if let Some(sql) = params.get("sql") {
        return queried(&site, name, sql, suffix, &params).await;
    }
    let dataset = site.app().catalog().dataset(site.audience(), name).await?;
    let mut tables = Vec::new();
    for table in &dataset.tables {
        let known = site.app().tables().manifest(site.audience(), table.id, None).await?;
        let columns: Vec<&str> = known.manifest.columns.iter().map(|column| column.name.as_str()).collect();
        tables.push(json!({
            "name": table_word(&table.title), "columns": columns, "primary_keys": [], "count": known.manifest.rows,
            "hidden": false, "fts_table": null, "foreign_keys": {"incoming": [], "outgoing": []}, "private": false,
        }));
    }
    Ok(respond::json(&json!({
        "ok": true, "database": dataset.slug, "private": false, "path": format!("/datasette/{}", dataset.slug),
        "tables": tables, "hidden_count": 0, "views": [], "queries": [], "allow_execute_sql": true,
    })))
}

/// `?sql=` over the tables of the portal.
async fn queried(
    site: &Site,
    database: &str,
    sql: &str,
    suffix: Option<&str>,
    params: &Params,
) -> Result<Response, Refusal> {
    let tables = site.app().tables();
    // `:name` stands for the parameter of that name.
    let bound = tables.sql_in(database, sql, &params.0)?;
    let sql = bound.as_str();
    if suffix == Some("csv") {
        let export = tables.sql_file(site.audience(), sql, "csv").await?;
        return Ok(respond::stream(&export.content_type, export.bytes));
    }
    const ROWS_MAX: usize = 1_000;
    let answer = tables.sql(site.audience(), sql, ROWS_MAX).await?;
    let columns: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
    let head = json!({"ok": true, "database": database, "query": {"sql": sql, "params": {}}, "columns": columns, "truncated": answer.truncated});
    Ok(shaped(head, &columns, &answer.objects(), "", params)?)
}

async fn table(
    site: Site,
    Path((database, name)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Refusal> {
    let (name, suffix) = without_suffix(&name);
    let tables = site.app().tables();
    let table = tables.in_dataset(site.audience(), &database, name).await?;
    let question = tables.question(site.audience(), table.id, None, "datasette", &params.0).await?;
    if suffix == Some("csv") {
        let is_whole = params.get("_stream").is_some_and(|wanted| !matches!(wanted, "0" | "off"));
        let question = if is_whole { question.without_limit() } else { question };
        let export = tables.file(&question, "csv").await?;
        let mut response = respond::stream(&export.content_type, export.bytes);
        if params.get("_dl").is_some() {
            respond::attach(&mut response, &format!("{name}.csv"));
        }
        return Ok(response);
    }
    let answer = tables.answer(&question).await?;
    let columns: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
    let next_url = answer.next().map(|next| {
        let path = format!("/datasette/{database}/{name}.json");
        format!("{}{}", site.base_url(), params.with("_next", next).link(&path))
    });
    let mut head = json!({
        "ok": true, "next": answer.next(), "next_url": next_url, "database": database, "table": name, "is_view": false,
        "primary_keys": ["rowid"], "columns": columns, "truncated": false,
    });
    if let Some(total) = answer.total() {
        head["count"] = json!(total);
        head["filtered_table_rows_count"] = json!(total);
    }
    let facets = facets(&answer, &params);
    if !facets.is_empty() {
        head["facet_results"] = json!({"results": facets, "timed_out": []});
    }
    let mut response = shaped(head, &columns, &answer.objects(), "rowid", &params)?;
    if let Some(next) = next_url {
        respond::set(&mut response, HeaderName::from_static("link"), &format!("<{next}>; rel=\"next\""));
    }
    Ok(response)
}

fn facets(answer: &Answer, params: &Params) -> Map<String, Value> {
    let size = params.get("_facet_size").and_then(|size| size.parse().ok()).unwrap_or(30_usize);
    let facet = |(name, values): (String, Vec<(Value, u64)>)| {
        let truncated = values.len() > size;
        let values = values.into_iter().filter(|(value, _)| !value.is_null()).take(size);
        let results: Vec<Value> = values
            .map(|(value, count)| {
                let text = value.as_str().unwrap_or_default();
                let is_selected = params.get(&name) == Some(text);
                let toggle = if is_selected { params.without(&name) } else { params.with(&name, text) };
                json!({"value": value, "label": value, "count": count, "toggle_url": toggle.link(""), "selected": is_selected})
            })
            .collect();
        let kind = if params.all("_facet_date").any(|of| of == name) { "date" } else { "column" };
        let facet =
            json!({"name": name, "type": kind, "hideable": true, "results": results, "truncated": truncated});
        (name, facet)
    };
    answer.facets().into_iter().map(facet).collect()
}

/// Rows in the shape asked for by `_shape`.
fn shaped(
    mut head: Value,
    columns: &[&str],
    objects: &str,
    key: &str,
    params: &Params,
) -> Result<Response, Problem> {
    let rows = || -> Result<Vec<Map<String, Value>>, Problem> {
        serde_json::from_str(objects).map_err(|error| Problem::new(ErrorKind::Internal, error.to_string()))
    };
    let values = |row: &Map<String, Value>| -> Vec<Value> {
        columns.iter().map(|name| row.get(*name).cloned().unwrap_or_default()).collect()
    };
    match params.get("_shape").unwrap_or("objects") {
        "objects" => {
            let mut text = head.to_string();
            text.pop();
            // The rows are JSON text already.
            Ok(respond::document("application/json", format!("{text},\"rows\":{objects}}}").into_bytes()))
        }
        "arrays" => {
            head["rows"] = rows()?.iter().map(values).collect();
            Ok(respond::json(&head))
        }
        "array" if params.get("_nl").is_some_and(|wanted| wanted == "on") => {
            let lines: Vec<String> = rows()?.into_iter().map(|row| Value::Object(row).to_string()).collect();
            Ok(respond::document("text/plain; charset=utf-8", lines.join("\n").into_bytes()))
        }
        "array" => Ok(respond::document("application/json", objects.as_bytes().to_vec())),
        "arrayfirst" => {
            Ok(respond::json(&rows()?.iter().map(|row| values(row).into_iter().next()).collect()))
        }
        "object" if !key.is_empty() => {
            let by_key = rows()?
                .into_iter()
                .map(|row| (row.get(key).map(ToString::to_string).unwrap_or_default(), Value::Object(row)));
            Ok(respond::json(&Value::Object(by_key.collect())))
        }
        other => Err(Problem::new(ErrorKind::Invalid, format!("Invalid _shape: {other}"))
            .with_hint("use objects, arrays, array, arrayfirst or object")),
    }
}

/// A row by its number.
async fn row(
    site: Site,
    Path((database, table, row)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let (number, _) = without_suffix(&row);
    let tables = site.app().tables();
    let table: TableSummary = tables.in_dataset(site.audience(), &database, &table).await?;
    let missing = || Problem::new(ErrorKind::NotFound, format!("Record not found: [{number:?}]"));
    let wanted: u64 = number.parse().map_err(|_| missing())?;
    let pairs = [("rowid".to_owned(), wanted.to_string())];
    let question = tables.question(site.audience(), table.id, None, "datasette", &pairs).await?;
    let answer = tables.answer(&question).await?;
    if answer.is_empty() {
        return Err(missing().into());
    }
    let columns: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
    let head = json!({
        "ok": true, "database": database, "table": table_word(&table.title), "primary_keys": ["rowid"],
        "primary_key_values": [number], "columns": columns, "truncated": false,
    });
    Ok(shaped(head, &columns, &answer.objects(), "rowid", &Params::default())?)
}

//! `/resource/{id}`: SODA 2, as Socrata portals answer it. Numbers are texts and what has no value is left out of a row.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderName, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use townhall_app::{Answer, Question};
use townhall_model::ErrorKind;
use townhall_model::table::ColumnType;

use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// Bytes of a question that is sent as a body.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/resource/{name}", get(resource))
        .route("/api/v3/views/{id}/{answer}", get(view).post(view))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// `/api/v3/views/{id}/query.json` and `/export.csv`: SODA 3, whose question is one text, as a parameter or in a JSON body.
async fn view(site: Site, Path((id, wanted)): Path<(String, String)>, request: Request) -> Response {
    let headers = request.headers().clone();
    let params = match question_of(request).await {
        Ok(params) => params,
        Err(problem) => return refusal(&problem, &Params::default()),
    };
    let (stem, suffix) = wanted.rsplit_once('.').unwrap_or((&wanted, "json"));
    let answered = match stem {
        "query" | "export" => answer(&site, &id, Some(suffix), &headers, &params).await,
        _ => Err(Problem::new(ErrorKind::NotFound, format!("there is no `{stem}` of a view"))),
    };
    answered.unwrap_or_else(|problem| refusal(&problem, &params))
}

async fn question_of(request: Request) -> Result<Params, Problem> {
    let mut params = Params::read(request.uri().query().unwrap_or_default())?;
    params = Params(params.0.into_iter().map(|(key, value)| (as_parameter(&key), value)).collect());
    if request.method() != Method::POST {
        return Ok(params);
    }
    let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await.map_err(|_| {
        Problem::new(ErrorKind::TooLarge, format!("the body has more than {BODY_BYTES_MAX} bytes"))
    })?;
    let body: Value = serde_json::from_slice(&body)
        .map_err(|error| Problem::new(ErrorKind::Invalid, format!("the body is not JSON: {error}")))?;
    if let Some(query) = body.get("query").and_then(Value::as_str) {
        params = params.with("$query", query);
    }
    let number = |name: &str| body.get("page").and_then(|page| page.get(name)).and_then(Value::as_u64);
    if let Some(size) = number("pageSize") {
        let before = number("pageNumber").unwrap_or(1).saturating_sub(1).saturating_mul(size);
        params = params.with("$limit", &size.to_string()).with("$offset", &before.to_string());
    }
    Ok(params)
}

fn as_parameter(key: &str) -> String {
    if key == "query" { "$query".to_owned() } else { key.to_owned() }
}

async fn resource(site: Site, Path(name): Path<String>, headers: HeaderMap, params: Params) -> Response {
    let (name, suffix) = match name.rsplit_once('.') {
        Some((name, suffix)) => (name.to_owned(), Some(suffix.to_owned())),
        None => (name, None),
    };
    match answer(&site, &name, suffix.as_deref(), &headers, &params).await {
        Ok(response) => response,
        // Not a refusal: the answer is being made.
        Err(problem) if problem.pending().is_some() => problem.into_response(),
        Err(problem) => refusal(&problem, &params),
    }
}

async fn answer(
    site: &Site,
    name: &str,
    suffix: Option<&str>,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    let tables = site.app().tables();
    let table = tables.named(site.audience(), name).await?;
    let question = tables.question(site.audience(), table.id, None, "soda", &params.0).await?;
    let tag = format!("\"{}-{}-soda-{}\"", table.id, question.table.number, suffix.unwrap_or("json"));
    let is_csv = headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/csv"));
    let mut response = match suffix {
        None if is_csv => file(site, &question, "csv", params).await?,
        None | Some("json") => rows(&question, &tables.answer(&question).await?)?,
        Some(format) => file(site, &question, format, params).await?,
    };
    let modified = question.table.table.updated_at;
    respond::set(
        &mut response,
        HeaderName::from_static("x-soda2-truth-last-modified"),
        &modified.to_string(),
    );
    respond::set(&mut response, HeaderName::from_static("x-soda2-data-out-of-date"), "false");
    Ok(match question.is_live() {
        true => respond::momentary(response),
        false => respond::with_etag(response, &format!("W/{tag}")),
    })
}

async fn file(site: &Site, question: &Question, format: &str, params: &Params) -> Result<Response, Problem> {
    let export = site.app().tables().file(question, format).await?;
    let bytes = match (format, params.get("$$bom")) {
        ("csv", Some("true" | "1")) => townhall_app::with_byte_order_mark(export.bytes),
        _ => export.bytes,
    };
    Ok(respond::stream(&export.content_type, bytes))
}

fn rows(question: &Question, answer: &Answer) -> Result<Response, Problem> {
    let rows: Vec<Value> = answer
        .values()?
        .into_iter()
        .map(|row| {
            let cells = answer.columns.iter().zip(row).filter(|(_, value)| !value.is_null());
            let cells = cells.map(|(column, value)| (column.name.clone(), as_soda(value, column.kind)));
            Value::Object(cells.collect::<Map<_, _>>())
        })
        .collect();
    let mut response = respond::json(&Value::Array(rows));
    let names: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
    let types: Vec<&str> = answer.columns.iter().map(|column| type_name(column.kind)).collect();
    let mut head = |name, value: Value| {
        respond::set(&mut response, HeaderName::from_static(name), &value.to_string());
    };
    // Headers are bounded by most clients; a table of many columns is described by its own address.
    if names.len() <= 100 {
        head("x-soda2-fields", json!(names));
        head("x-soda2-types", json!(types));
    }
    let offset = question.offset();
    if answer.has_more() {
        head("x-townhall-next-offset", json!(offset + answer.len() as u64));
    }
    Ok(response)
}

/// A value as SODA writes it: numbers as texts, times with milliseconds and without a zone.
fn as_soda(value: Value, kind: ColumnType) -> Value {
    match (value, kind) {
        (Value::Number(number), _) => Value::String(number.to_string()),
        (Value::String(text), ColumnType::Date) => Value::String(format!("{text}T00:00:00.000")),
        (Value::String(text), ColumnType::Datetime | ColumnType::Timestamp) => {
            let bare = text.trim_end_matches('Z');
            let (time, fraction) = bare.split_once('.').unwrap_or((bare, ""));
            Value::String(format!("{time}.{:0<3.3}", fraction))
        }
        (other, _) => other,
    }
}

fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "text",
        ColumnType::Integer | ColumnType::Number => "number",
        ColumnType::Boolean => "checkbox",
        ColumnType::Date | ColumnType::Datetime => "floating_timestamp",
        ColumnType::Timestamp => "fixed_timestamp",
    }
}

fn refusal(problem: &Problem, params: &Params) -> Response {
    let code = match problem.kind() {
        ErrorKind::NotFound => "dataset.missing",
        ErrorKind::Invalid => "query.compiler.malformed",
        ErrorKind::TimedOut => "query.execution.timeout",
        ErrorKind::Limited | ErrorKind::Unavailable => "too-many-requests",
        _ => "internal-error",
    };
    let mut message = problem.detail().to_owned();
    if let Some(hint) = problem.hint() {
        message = format!("{message}; {hint}");
    }
    let data: Map<String, Value> = params.0.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let mut response = respond::json(&json!({"code": code, "error": true, "message": message, "data": data}));
    *response.status_mut() = problem.status();
    response
}

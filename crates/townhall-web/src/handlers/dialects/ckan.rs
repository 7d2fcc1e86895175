//! `/api/3/action/datastore_*` and `/datastore/dump/{id}`: CKAN's DataStore, as its clients ask it.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use townhall_app::{Answer, SQL_ROWS_MAX};
use townhall_model::ErrorKind;
use townhall_model::table::ColumnType;

use super::callback;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// Bytes of a question that is sent as a body.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// What CKAN calls the list of all tables.
const TABLES: &str = "_table_metadata";

/// Tables that the list has at most.
const TABLES_LISTED: u32 = 1_000;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/api/3/action/{name}", get(action).post(action))
        .route("/api/action/{name}", get(action).post(action))
        .route("/datastore/dump/{id}", get(dump))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn action(site: Site, Path(name): Path<String>, request: Request) -> Response {
    let params = match read(request).await {
        Ok(params) => params,
        // What can't be read at all is answered with a text, as CKAN does.
        Err(message) => return bad_request(&format!("Bad request: JSON Error: {message}")),
    };
    let answered = match name.as_str() {
        "datastore_search" => search(&site, &params).await,
        "datastore_search_sql" => search_sql(&site, &params).await,
        "datastore_info" => info(&site, &params).await,
        _ => return bad_request(&format!("Bad request: Action name not known: {name}")),
    };
    let help = format!("{}/api/3/action/help_show?name={name}", site.base_url());
    let (status, body) = match answered {
        Ok((result, records)) => {
            let result = match records {
                // The records are JSON text already: parsing them only to print them again would double the work.
                Some(records) => with_member(&result, "records", &records),
                None => result.to_string(),
            };
            (StatusCode::OK, format!("{{\"help\":{},\"success\":true,\"result\":{result}}}", json!(help)))
        }
        // Not a refusal: the answer is being made.
        Err(problem) if problem.pending().is_some() => return problem.into_response(),
        Err(problem) => {
            let (status, error) = refusal(&problem);
            (status, json!({"help": help, "success": false, "error": error}).to_string())
        }
    };
    let mut response = match callback(&params) {
        Some(callback) => {
            respond::document("application/javascript", format!("{callback}({body});").into_bytes())
        }
        None => respond::document("application/json;charset=utf-8", body.into_bytes()),
    };
    *response.status_mut() = status;
    response
}

/// An object with one member more, whose value is JSON text.
fn with_member(object: &Value, name: &str, text: &str) -> String {
    let mut object = object.to_string();
    object.pop();
    let comma = if object.len() > 1 { "," } else { "" };
    format!("{object}{comma}{}:{text}}}", json!(name))
}

/// The parameters of a query string and of a body: a JSON object, a form, or a form whose only key is a JSON object.
async fn read(request: Request) -> Result<Params, String> {
    let mut params = Params::read(request.uri().query().unwrap_or_default())
        .map_err(|problem| problem.detail().to_owned())?;
    if request.method() != Method::POST {
        return Ok(params);
    }
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX)
        .await
        .map_err(|_| format!("the body has more than {BODY_BYTES_MAX} bytes"))?;
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(params);
    }
    let object = |bytes: &[u8]| serde_json::from_slice::<Map<String, Value>>(bytes);
    if !kind.contains("json") {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
        match pairs.as_slice() {
            [(key, value)] if value.is_empty() && key.trim_start().starts_with('{') => {
                params.0.extend(texts(object(key.as_bytes()).map_err(|error| error.to_string())?));
            }
            _ => params.0.extend(pairs),
        }
        return Ok(params);
    }
    params
        .0
        .extend(texts(object(&body).map_err(|error| format!("Error decoding JSON data. Error: {error}"))?));
    Ok(params)
}

fn texts(object: Map<String, Value>) -> impl Iterator<Item = (String, String)> {
    object.into_iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| match value {
        Value::String(text) => (key, text),
        other => (key, other.to_string()),
    })
}

fn bad_request(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, "application/json;charset=utf-8")], json!(message).to_string())
        .into_response()
}

/// A result, and the text of its records if it has any.
type Answered = Result<(Value, Option<String>), Problem>;

fn resource(params: &Params) -> Result<&str, Problem> {
    params.get("resource_id").or_else(|| params.get("id")).ok_or_else(|| {
        Problem::new(ErrorKind::Invalid, "Missing value").with_member("field", json!("resource_id"))
    })
}

async fn search(site: &Site, params: &Params) -> Answered {
    let id = resource(params)?;
    if id == TABLES {
        return tables(site).await;
    }
    let tables = site.app().tables();
    let table = tables.named(site.audience(), id).await.map_err(|error| missing(error.into(), id))?;
    let question = tables.question(site.audience(), table.id, None, "ckan", &params.0).await?;
    let answer = tables.answer(&question).await?;
    let format = params.get("records_format").unwrap_or("objects");
    let records = match format {
        "objects" => answer.objects(),
        "lists" => answer.arrays(),
        "csv" => json!(delimited(&answer, ',')).to_string(),
        "tsv" => json!(delimited(&answer, '\t')).to_string(),
        other => {
            return Err(Problem::new(
                ErrorKind::Invalid,
                format!("Value must be one of ['objects', 'lists', 'csv', 'tsv'], not {other}"),
            )
            .with_member("field", json!("records_format")));
        }
    };
    let limit = question.limit().unwrap_or(0);
    let mut result = json!({
        "resource_id": id, "fields": fields(&answer), "records_format": format, "limit": limit,
        "_links": links(params, limit as u64, question.offset()), "total_estimation_threshold": null,
    });
    if params.get("include_next_page").is_some_and(|wanted| matches!(wanted, "true" | "True" | "1")) {
        result["next_page"] = match answer.has_more() {
            true => json!({"resource_id": id, "limit": limit, "offset": question.offset() + limit as u64}),
            false => Value::Null,
        };
    }
    result["include_total"] = json!(answer.total().is_some());
    if let Some(total) = answer.total() {
        result["total"] = json!(total);
        result["total_was_estimated"] = json!(false);
    }
    for key in ["filters", "q", "sort", "offset", "distinct"] {
        if let Some(value) = params.get(key) {
            result[key] = match key {
                "filters" => serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
                "offset" => json!(question.offset()),
                _ => json!(value),
            };
        }
    }
    Ok((result, Some(records)))
}

/// Where the list begins and goes on.
fn links(params: &Params, limit: u64, offset: u64) -> Value {
    const PATH: &str = "/api/3/action/datastore_search";
    let next = params.with("offset", &(offset + limit).to_string()).link(PATH);
    let mut links = json!({"start": params.without("offset").link(PATH), "next": next});
    if offset > 0 {
        links["prev"] = json!(params.with("offset", &offset.saturating_sub(limit).to_string()).link(PATH));
    }
    links
}

fn fields(answer: &Answer) -> Value {
    answer
        .columns
        .iter()
        .map(|column| json!({"id": column.name, "type": type_name(&column.name, column.kind)}))
        .collect()
}

/// The type as PostgreSQL calls it.
fn type_name(name: &str, kind: ColumnType) -> &'static str {
    match kind {
        _ if name == "_id" => "int",
        ColumnType::Text => "text",
        ColumnType::Integer => "int8",
        ColumnType::Number => "float8",
        ColumnType::Boolean => "bool",
        ColumnType::Date => "date",
        ColumnType::Timestamp => "timestamptz",
        ColumnType::Datetime => "timestamp",
    }
}

/// Rows as text, without a header.
fn delimited(answer: &Answer, delimiter: char) -> String {
    let cell = |text: Option<String>| {
        let text = text.unwrap_or_default();
        match text.contains([delimiter, '"', '\n', '\r']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text,
        }
    };
    let line = |row: Vec<Option<String>>| {
        let cells: Vec<String> = row.into_iter().map(cell).collect();
        cells.join(&delimiter.to_string()) + "\n"
    };
    answer.texts().into_iter().map(line).collect()
}

/// The tables that there are: the newest way to find them is `/api/tables`.
async fn tables(site: &Site) -> Answered {
    let tables = site.app().tables().list(site.audience(), None, TABLES_LISTED).await?;
    let records: Vec<Value> = tables
        .iter()
        .enumerate()
        .map(|(index, table)| json!({"_id": index + 1, "name": table.id, "oid": index + 1, "alias_of": null}))
        .collect();
    let fields = json!([{"id": "_id", "type": "text"}, {"id": "name", "type": "name"}, {"id": "oid", "type": "oid"}, {"id": "alias_of", "type": "name"}]);
    Ok((
        json!({
            "resource_id": TABLES, "fields": fields, "total": records.len(), "total_was_estimated": false,
            "limit": TABLES_LISTED, "records_format": "objects", "include_total": true, "records": records,
        }),
        None,
    ))
}

async fn search_sql(site: &Site, params: &Params) -> Answered {
    let sql = params.get("sql").ok_or_else(|| {
        Problem::new(ErrorKind::Invalid, "Missing value").with_member("field", json!("sql"))
    })?;
    let answer = site.app().tables().sql(site.audience(), sql, SQL_ROWS_MAX).await?;
    let fields: Vec<Value> = answer
        .columns
        .iter()
        .map(|column| json!({"id": column.name, "type": type_name(&column.name, column.kind)}))
        .collect();
    let mut result = json!({"sql": sql, "fields": fields});
    if answer.truncated {
        result["records_truncated"] = json!(true);
    }
    Ok((result, Some(answer.objects())))
}

async fn info(site: &Site, params: &Params) -> Answered {
    let id = resource(params)?;
    let tables = site.app().tables();
    let table = tables.named(site.audience(), id).await.map_err(|error| missing(error.into(), id))?;
    let known = tables.manifest(site.audience(), table.id, None).await?;
    let fields: Vec<Value> = known
        .manifest
        .columns
        .iter()
        .map(|column| {
            json!({
                "id": column.name,
                "type": type_name(&column.name, column.kind),
                "info": {"label": column.label.as_ref().unwrap_or(&column.name)},
                "schema": {
                    "native_type": type_name(&column.name, column.kind), "notnull": column.nulls == 0,
                    "index_name": null, "is_index": false, "uniquekey": false,
                },
            })
        })
        .collect();
    let meta = json!({
        "id": table.id, "count": known.manifest.rows, "size": known.manifest.parquet_bytes, "idx_size": 0,
        "db_size": known.manifest.parquet_bytes, "table_type": "BASE TABLE", "aliases": [table.dataset_slug],
    });
    let schema: Map<String, Value> = known
        .manifest
        .columns
        .iter()
        .map(|column| (column.name.clone(), json!(type_name(&column.name, column.kind))))
        .collect();
    Ok((json!({"meta": meta, "fields": fields, "schema": schema}), None))
}

/// `/datastore/dump/{id}`: all rows, or those asked for, as a file.
async fn dump(site: Site, Path(id): Path<String>, params: Params) -> Result<Response, Problem> {
    let tables = site.app().tables();
    let table = tables.named(site.audience(), &id).await?;
    let question = tables.question(site.audience(), table.id, None, "ckan", &params.0).await?;
    let question = if params.get("limit").is_none() { question.without_limit() } else { question };
    let format = params.get("format").unwrap_or("csv");
    let export = tables.file(&question, format).await?;
    let bytes = match params.get("bom") {
        // A byte-order mark, for spreadsheets that look for one.
        Some("true" | "1" | "True") if matches!(format, "csv" | "tsv") => {
            townhall_app::with_byte_order_mark(export.bytes)
        }
        _ => export.bytes,
    };
    let mut response = respond::stream(&export.content_type, bytes);
    let extension = export.name.rsplit_once('.').map_or(format, |(_, extension)| extension);
    respond::attach(&mut response, &format!("{id}.{extension}"));
    Ok(response)
}

fn missing(problem: Problem, id: &str) -> Problem {
    match problem.kind() {
        ErrorKind::NotFound => Problem::new(ErrorKind::NotFound, format!("Resource \"{id}\" was not found.")),
        _ => problem,
    }
}

/// An error as CKAN's clients know it.
fn refusal(problem: &Problem) -> (StatusCode, Value) {
    let hint = problem.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
    let message = format!("{}{hint}", problem.detail());
    match problem.kind() {
        ErrorKind::NotFound => (
            StatusCode::NOT_FOUND,
            json!({"__type": "Not Found Error", "message": format!("Not found: {message}")}),
        ),
        ErrorKind::Invalid => {
            let named = message.strip_prefix("parameter `").and_then(|rest| rest.split_once("`: "));
            let (field, message) = match (problem.member("field").and_then(Value::as_str), named) {
                (Some(field), _) => (field, message.as_str()),
                (None, Some(("sql", message))) => ("query", message),
                (None, Some((field, message))) => (field, message),
                (None, None) => ("data", message.as_str()),
            };
            (StatusCode::CONFLICT, json!({"__type": "Validation Error", field: [message]}))
        }
        ErrorKind::Forbidden => (
            StatusCode::FORBIDDEN,
            json!({"__type": "Authorization Error", "message": format!("Access denied: {message}")}),
        ),
        _ => (problem.status(), json!({"__type": "Internal Server Error", "message": message})),
    }
}

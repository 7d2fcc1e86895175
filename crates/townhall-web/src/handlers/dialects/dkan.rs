//! `/api/1/datastore`: DKAN's queries, by JSON or by brackets in the address, its SQL in square brackets, and its files.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use townhall_app::{Answer, TableDetail, TableSummary};
use townhall_model::table::ColumnType;
use townhall_model::{ErrorKind, TableId};

use super::message;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// Bytes of a question that is sent as a body.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// How deep brackets of an address may nest.
const BRACKETS_MAX: usize = 16;

/// The routes.
pub fn routes() -> Router<Site> {
    const QUERY: &str = "/api/1/datastore/query";
    Router::new()
        .route(QUERY, get(by_resources).post(by_resources))
        .route(&format!("{QUERY}/download"), get(download_by_resources).post(download_by_resources))
        .route(&format!("{QUERY}/{{id}}"), get(by_id).post(by_id))
        .route(&format!("{QUERY}/{{id}}/download"), get(download_by_id).post(download_by_id))
        .route(&format!("{QUERY}/{{id}}/{{index}}"), get(by_index).post(by_index))
        .route(&format!("{QUERY}/{{id}}/{{index}}/download"), get(download_by_index).post(download_by_index))
        .route("/api/1/datastore/imports/{id}", get(imported))
        .route("/api/1/datastore/sql", get(sql).post(sql))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// A problem in DKAN's words.
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
        let body = json!({
            "message": message(&problem), "status": status.as_u16(), "timestamp": jiff::Timestamp::now().to_string(),
        });
        let mut response = respond::json(&body);
        *response.status_mut() = status;
        response
    }
}

/// Whose rows are asked for.
enum Whose {
    /// The question names them.
    Resources,
    /// A table, or the first of a dataset.
    Id(String),
    /// One of the tables of a dataset, from 0.
    Index(String, usize),
}

async fn by_resources(site: Site, request: Request) -> Result<Response, Refusal> {
    asked(&site, Whose::Resources, request, false).await
}

async fn download_by_resources(site: Site, request: Request) -> Result<Response, Refusal> {
    asked(&site, Whose::Resources, request, true).await
}

async fn by_id(site: Site, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    asked(&site, Whose::Id(id), request, false).await
}

async fn download_by_id(site: Site, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    asked(&site, Whose::Id(id), request, true).await
}

async fn by_index(
    site: Site,
    Path((id, index)): Path<(String, usize)>,
    request: Request,
) -> Result<Response, Refusal> {
    asked(&site, Whose::Index(id, index), request, false).await
}

async fn download_by_index(
    site: Site,
    Path((id, index)): Path<(String, usize)>,
    request: Request,
) -> Result<Response, Refusal> {
    asked(&site, Whose::Index(id, index), request, true).await
}

async fn asked(site: &Site, whose: Whose, request: Request, is_file: bool) -> Result<Response, Refusal> {
    let question = read(request).await?;
    let tables = site.app().tables();
    let joined = match whose {
        Whose::Resources => joins(site, &question).await?,
        _ => Vec::new(),
    };
    let (table, alias) = table(site, whose, &question).await?;
    let pairs: Vec<(String, String)> = question
        .iter()
        .map(|(key, value)| {
            (
                key.clone(),
                value
                    .as_str()
                    .filter(|_| !is_structured(key))
                    .map_or_else(|| value.to_string(), str::to_owned),
            )
        })
        .collect();
    let asked = match joined.is_empty() {
        true => tables.question(site.audience(), table.id, None, "dkan", &pairs).await?,
        false => {
            let first = (table.id, alias.as_str());
            tables.joined_question(site.audience(), first, &joined, "dkan", &pairs).await?
        }
    };
    if is_file || question.get("format").and_then(Value::as_str) == Some("csv") {
        let asked = if question.contains_key("limit") { asked } else { asked.without_limit() };
        let export = tables.file(&asked, "csv").await?;
        let mut response = respond::stream(&export.content_type, export.bytes);
        respond::attach(&mut response, "data.csv");
        return Ok(response);
    }
    let answer = tables.answer(&asked).await?;
    let wants = |key: &str, usual: bool| {
        question.get(key).map_or(usual, |value| !matches!(plain(value).as_str(), "false" | "0"))
    };
    let mut body = Map::new();
    if wants("results", true) {
        body.insert("results".to_owned(), results(&answer, wants("keys", true)));
    }
    if wants("count", true) {
        body.insert("count".to_owned(), json!(answer.total().unwrap_or(answer.len() as u64)));
    }
    if wants("schema", true) {
        body.insert("schema".to_owned(), json!({table.id.to_string(): {"fields": schema(&asked.table)}}));
    }
    let mut echoed = question.clone();
    echoed.insert("limit".to_owned(), json!(asked.limit()));
    echoed.insert("offset".to_owned(), json!(asked.offset()));
    echoed.entry("resources").or_insert_with(|| json!([{"id": table.id, "alias": "t"}]));
    body.insert("query".to_owned(), Value::Object(echoed));
    Ok(respond::json(&Value::Object(body)))
}

/// Whether a member of a question is read as JSON.
fn is_structured(key: &str) -> bool {
    matches!(key, "properties" | "conditions" | "groupings" | "sorts" | "joins" | "resources")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Rows whose values are texts, as DKAN keeps them.
fn results(answer: &Answer, keys: bool) -> Value {
    let text = |cell: Option<String>| cell.map_or(Value::Null, Value::String);
    let rows = answer.texts().into_iter().map(|row| match keys {
        true => {
            let cells =
                answer.columns.iter().zip(row).map(|(column, cell)| (column.name.clone(), text(cell)));
            Value::Object(cells.collect())
        }
        false => row.into_iter().map(text).collect(),
    });
    rows.collect()
}

fn schema(table: &TableDetail) -> Value {
    let fields = table.manifest.columns.iter().map(|column| {
        let label = column.label.as_ref().unwrap_or(&column.name);
        (column.name.clone(), json!({"type": type_name(column.kind), "description": label}))
    });
    let number = (
        "record_number".to_owned(),
        json!({"type": "serial", "length": 10, "unsigned": true, "not null": true}),
    );
    Value::Object([number].into_iter().chain(fields).collect())
}

fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Text => "text",
        ColumnType::Integer => "int",
        ColumnType::Number => "numeric",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Timestamp | ColumnType::Datetime => "datetime",
    }
}

/// The question of an address or of a body.
async fn read(request: Request) -> Result<Map<String, Value>, Problem> {
    let params = Params::read(request.uri().query().unwrap_or_default())?;
    let mut question = brackets(&params.0)?;
    if request.method() == Method::POST {
        let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await.map_err(|_| {
            Problem::new(ErrorKind::TooLarge, format!("the body has more than {BODY_BYTES_MAX} bytes"))
        })?;
        if !body.iter().all(u8::is_ascii_whitespace) {
            let object: Map<String, Value> = serde_json::from_slice(&body)
                .map_err(|error| Problem::new(ErrorKind::Invalid, format!("Invalid JSON: {error}")))?;
            question.extend(object);
        }
    }
    question.retain(|_, value| !value.is_null());
    Ok(question)
}

/// Pairs such as `conditions[0][property]=a` as the document that they stand for.
fn brackets(pairs: &[(String, String)]) -> Result<Map<String, Value>, Problem> {
    let mut document = Value::Object(Map::new());
    for (key, value) in pairs {
        let bad =
            || Problem::new(ErrorKind::Invalid, format!("parameter `{key}`: its brackets do not match"));
        let mut path: Vec<&str> = Vec::new();
        let (first, mut rest) = key.split_at(key.find('[').unwrap_or(key.len()));
        path.push(first);
        while !rest.is_empty() {
            let inner = rest.strip_prefix('[').ok_or_else(bad)?;
            let (name, after) = inner.split_once(']').ok_or_else(bad)?;
            path.push(name);
            rest = after;
        }
        if path.len() > BRACKETS_MAX {
            return Err(bad());
        }
        let mut place = &mut document;
        for name in path {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(object) = place else { return Err(bad()) };
            // `a[]=x&a[]=y` numbers its items itself.
            let name = if name.is_empty() { object.len().to_string() } else { name.to_owned() };
            place = object.entry(name).or_insert(Value::Null);
        }
        *place = Value::String(value.clone());
    }
    let lists = as_lists(document);
    Ok(match lists {
        Value::Object(object) => object,
        _ => Map::new(),
    })
}

/// Objects whose keys are the numbers of items as lists.
fn as_lists(value: Value) -> Value {
    let Value::Object(object) = value else { return value };
    let is_list = !object.is_empty()
        && object.keys().all(|key| key.bytes().all(|byte| byte.is_ascii_digit()) && key.len() < 6);
    if !is_list {
        return Value::Object(object.into_iter().map(|(key, value)| (key, as_lists(value))).collect());
    }
    let mut items: Vec<(u32, Value)> =
        object.into_iter().map(|(key, value)| (key.parse().unwrap_or(u32::MAX), as_lists(value))).collect();
    items.sort_by_key(|(number, _)| *number);
    items.into_iter().map(|(_, value)| value).collect()
}

/// The table that is asked first, and what the question calls it.
async fn table(
    site: &Site,
    whose: Whose,
    question: &Map<String, Value>,
) -> Result<(TableSummary, String), Problem> {
    let tables = site.app().tables();
    let bare = |table: TableSummary| (table, "t".to_owned());
    match whose {
        Whose::Id(id) => Ok(bare(tables.named(site.audience(), &id).await?)),
        Whose::Index(id, index) => {
            Ok(bare(tables.in_dataset(site.audience(), &id, &(index + 1).to_string()).await?))
        }
        Whose::Resources => {
            let resources =
                question.get("resources").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let first = resources.first().ok_or_else(|| {
                Problem::new(ErrorKind::Invalid, "parameter `resources`: no resource is named")
                    .with_hint("write it like resources[0][id]=…")
            })?;
            let (id, alias) = named(first);
            Ok((tables.named(site.audience(), id).await?, alias.to_owned()))
        }
    }
}

/// The id of a resource, and what the question calls it.
fn named(resource: &Value) -> (&str, &str) {
    let text = |member: &str| resource.get(member).and_then(Value::as_str);
    (text("id").unwrap_or_default(), text("alias").unwrap_or("t"))
}

/// The tables after the first, each with the columns that join it: one of those before, and its own.
async fn joins(
    site: &Site,
    question: &Map<String, Value>,
) -> Result<Vec<(TableId, String, [String; 2])>, Problem> {
    let list =
        |name: &str| question.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let wrong = |message: String| {
        Problem::new(ErrorKind::Invalid, format!("parameter `joins`: {message}")).with_hint(
            "write it like {\"resource\": \"b\", \"condition\": {\"resource\": \"a\", \"property\": \"x\", \"value\": {\"resource\": \"b\", \"property\": \"y\"}}}",
        )
    };
    let mut joined = Vec::new();
    for resource in list("resources").iter().skip(1) {
        let (id, alias) = named(resource);
        let join =
            list("joins").iter().find(|join| join.get("resource").and_then(Value::as_str) == Some(alias));
        let join = join.ok_or_else(|| wrong(format!("nothing joins `{alias}`")))?;
        let condition = join.get("condition").or_else(|| join.get("on")).unwrap_or(&Value::Null);
        if condition.get("operator").and_then(Value::as_str).is_some_and(|operator| operator != "=") {
            return Err(wrong("tables are joined by columns that are equal".to_owned()));
        }
        let side = |side: &Value| {
            let text = |member: &str| side.get(member).and_then(Value::as_str).map(str::to_owned);
            text("resource").zip(text("property"))
        };
        let sides = side(condition).zip(condition.get("value").and_then(side));
        let sides = sides.ok_or_else(|| wrong("a condition compares two properties".to_owned()))?;
        let (before, own) = match sides {
            ((of, own), before) if of == alias => (before, own),
            (before, (of, own)) if of == alias => (before, own),
            _ => return Err(wrong(format!("no side of the condition is of `{alias}`"))),
        };
        let table = site.app().tables().named(site.audience(), id).await?;
        joined.push((table.id, alias.to_owned(), [format!("{}.{}", before.0, before.1), own]));
    }
    Ok(joined)
}

async fn imported(site: Site, Path(id): Path<String>) -> Result<Response, Refusal> {
    let tables = site.app().tables();
    let table = tables.named(site.audience(), &id).await?;
    let known = tables.manifest(site.audience(), table.id, None).await?;
    Ok(respond::json(&json!({
        "numOfRows": known.manifest.rows, "numOfColumns": known.manifest.columns.len(), "columns": schema(&known),
    })))
}

/// `[SELECT a,b FROM id][WHERE a = "x" AND b = "y"][ORDER BY a ASC][LIMIT 5 OFFSET 1];`
async fn sql(site: Site, request: Request) -> Result<Response, Refusal> {
    let question = read(request).await?;
    let text = question.get("query").map(plain).ok_or_else(|| {
        Problem::new(ErrorKind::Invalid, "parameter `query`: there is none")
            .with_hint("write it like [SELECT * FROM id][LIMIT 5];")
    })?;
    let (name, sql) = from_brackets(&text)?;
    let table = site.app().tables().named(site.audience(), &name).await?;
    let sql = sql.replace(PLACE, &format!("\"{}\"", table.id));
    let limit = townhall_app::SQL_ROWS_MAX;
    let answer = site.app().tables().sql(site.audience(), &sql, limit).await?;
    let names: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
    let row = |row: Vec<Option<String>>| {
        let cells = names
            .iter()
            .zip(row)
            .map(|(name, cell)| ((*name).to_owned(), cell.map_or(Value::Null, Value::String)));
        Value::Object(cells.collect())
    };
    Ok(respond::json(&answer.texts().into_iter().map(row).collect()))
}

/// Where the table's name will stand.
const PLACE: &str = "\u{1}table\u{1}";

/// The table, and the clauses without their brackets as SQL.
fn from_brackets(text: &str) -> Result<(String, String), Problem> {
    let bad = |message: &str| {
        Problem::new(ErrorKind::Invalid, format!("parameter `query`: {message}")).with_hint(
            "write it like [SELECT a,b FROM id][WHERE a = \"x\"][ORDER BY a ASC][LIMIT 5 OFFSET 1];",
        )
    };
    let mut rest = text.trim().trim_end_matches(';').trim();
    let (mut name, mut sql) = (None, String::new());
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').ok_or_else(|| bad("a clause stands in square brackets"))?;
        let mut quote = None;
        let end = inner.char_indices().find(|(_, character)| match quote {
            Some(open) => {
                if *character == open {
                    quote = None;
                }
                false
            }
            None if matches!(character, '"' | '\'') => {
                quote = Some(*character);
                false
            }
            None => *character == ']',
        });
        let (end, _) = end.ok_or_else(|| bad("a bracket is never closed"))?;
        let clause = inner[..end].trim();
        rest = inner[end + 1..].trim_start();
        if clause.contains(PLACE) {
            return Err(bad("it has characters that nobody can see"));
        }
        let upper = clause.to_ascii_uppercase();
        match (upper.starts_with("SELECT "), upper.rfind(" FROM ")) {
            (true, Some(at)) if name.is_none() => {
                name = Some(clause[at + 6..].trim().trim_matches(['"', '`']).to_owned());
                sql.push_str(&format!("{} FROM {PLACE}", &clause[..at]));
            }
            (true, _) => return Err(bad("there is one SELECT, and it names one table")),
            _ if name.is_none() => return Err(bad("it begins with [SELECT … FROM …]")),
            // Texts stand in double quotes here.
            _ => {
                sql.push(' ');
                sql.push_str(&with_single_quotes(clause));
            }
        }
    }
    Ok((name.ok_or_else(|| bad("it begins with [SELECT … FROM …]"))?, sql))
}

fn with_single_quotes(clause: &str) -> String {
    let mut out = String::with_capacity(clause.len());
    let mut quote = None;
    for character in clause.chars() {
        match (quote, character) {
            (None, '"' | '\'') => {
                quote = Some(character);
                out.push('\'');
            }
            (Some(open), _) if character == open => {
                quote = None;
                out.push('\'');
            }
            (Some('"'), '\'') => out.push_str("''"),
            _ => out.push(character),
        }
    }
    out
}

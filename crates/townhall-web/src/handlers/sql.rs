//! `/sql` and `/api/sql`: one `SELECT` over the tables that its reader may see.

use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Value, json};
use townhall_app::{Packing, SQL_ROWS_MAX, TableSummary};
use townhall_model::ErrorKind;

use super::params::Params;
use super::{Site, explain, respond, tables_api, wire};
use crate::pages::views::{
    ColumnHead, Download, Link, Notice, NoticeKind, PageMeta, Section, SqlTable, SqlView,
};
use crate::server::Problem;

/// The page.
pub const PATH: &str = "/sql";

/// Rows that the page shows.
const PAGE_ROWS: usize = 200;

/// Rows of an answer of the API unless asked otherwise.
const API_ROWS: usize = 1_000;

/// Tables that the page lists.
const TABLES_LISTED: u32 = 30;

/// Bytes of a query that is sent as a body.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route(PATH, get(page))
        .route("/api/sql", get(api).post(api))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// `/api/sql?sql=…`, or the query as the body: as text, as `sql` of a form, or as `sql` of a JSON object.
async fn api(site: Site, request: Request) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let mut params = Params::read(request.uri().query().unwrap_or_default())?;
    let is_head = request.method() == Method::HEAD;
    if request.method() == Method::POST {
        let kind =
            headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await.map_err(|_| {
            Problem::new(ErrorKind::TooLarge, format!("the body has more than {BODY_BYTES_MAX} bytes"))
        })?;
        params.0.extend(sent(&kind, &body)?);
    }
    let sql = params.get("sql").or_else(|| params.get("q")).or_else(|| params.get("query"));
    let sql = sql.ok_or_else(|| {
        Problem::new(ErrorKind::Invalid, "there is no query")
            .with_hint("send it as `sql`, like /api/sql?sql=select * from my_table limit 10")
    })?;
    let tables = site.app().tables();
    if explain::is_wanted(&params) {
        return explain::sql(&site, sql).await;
    }
    let format = params.get("_format").map(str::to_owned).or_else(|| tables_api::by_accept(&headers));
    if is_head {
        // Who asks for no more than the head is told what it would be, without an answer being computed.
        return Ok(match format.as_deref().filter(|format| *format != "json") {
            None => respond::bare_head("application/json"),
            Some(format) => {
                respond::head(&townhall_app::content_type_of(format)?, &format!("query.{format}"))
            }
        });
    }
    if let Some(format) = format.filter(|format| format != "json") {
        let (format, packing) = Packing::of_ending(&format);
        let export = tables.sql_file(site.audience(), sql, format).await?;
        return Ok(respond::export(export.packed(packing)?, &headers));
    }
    let limit = match params.get("_limit") {
        None => API_ROWS,
        Some(text) => {
            text.parse().ok().filter(|limit| (1..=SQL_ROWS_MAX).contains(limit)).ok_or_else(|| {
                Problem::new(ErrorKind::Invalid, format!("`_limit` is not a number from 1 to {SQL_ROWS_MAX}"))
                    .with_hint("for more rows take the answer as a file, such as `_format=csv`")
            })?
        }
    };
    let begun = Instant::now();
    let answer = tables.sql(site.audience(), sql, limit).await?;
    let columns: Vec<Value> = answer
        .columns
        .iter()
        .map(|column| json!({"name": column.name, "type": column.kind.name()}))
        .collect();
    let tables: Vec<Value> = answer.tables.iter().map(|table| wire::table(table, &site)).collect();
    let meta =
        json!({"columns": columns, "rows": answer.len(), "truncated": answer.truncated, "tables": tables});
    let text = format!("{{\"data\":{},\"meta\":{meta}}}", answer.objects());
    let mut response = respond::document("application/json", text.into_bytes());
    let took = format!("sql;dur={:.1}", begun.elapsed().as_secs_f64() * 1000.0);
    respond::set(&mut response, HeaderName::from_static("server-timing"), &took);
    Ok(response)
}

/// The pairs that a body holds.
fn sent(kind: &str, body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let wrong = |message: String| Problem::new(ErrorKind::Invalid, message);
    if kind.starts_with("application/x-www-form-urlencoded") {
        return Ok(url::form_urlencoded::parse(body).into_owned().collect());
    }
    if kind.contains("json") {
        let sent: serde_json::Map<String, Value> = serde_json::from_slice(body)
            .map_err(|error| wrong(format!("the body is not a JSON object: {error}")))?;
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        return Ok(sent.into_iter().map(|(key, value)| (key, text(value))).collect());
    }
    let text = std::str::from_utf8(body).map_err(|_| wrong("the body is not UTF-8".to_owned()))?;
    Ok(vec![("sql".to_owned(), text.to_owned())])
}

/// `/sql`.
async fn page(site: Site, params: Params) -> Result<Response, Problem> {
    // Older addresses, and those of other portals, name it in other words.
    if let Some(sql) = params.get("q").or_else(|| params.get("query"))
        && params.get("sql").is_none()
    {
        return Ok(Redirect::to(&link(PATH, sql, &[])).into_response());
    }
    let sql = params.get("sql").unwrap_or_default().trim().to_owned();
    let mut view = SqlView {
        api_url: format!("{}{}", site.base_url(), link("/api/sql", &sql, &[])),
        ..SqlView::default()
    };
    list_tables(&site, &mut view).await?;
    let timeout = site.app().sql_timeout().as_secs();
    view.limits = vec![
        format!("A query may take {timeout} seconds."),
        format!(
            "The page shows {PAGE_ROWS} rows, the API gives up to {SQL_ROWS_MAX}, and files have all of them."
        ),
        "Two tables are joined by an equality between their columns; recursion is not answered.".to_owned(),
    ];
    if !sql.is_empty() {
        match site.app().tables().sql(site.audience(), &sql, PAGE_ROWS).await {
            Ok(answer) => {
                view.answered = true;
                view.truncated = answer.truncated;
                view.columns = answer
                    .columns
                    .iter()
                    .map(|column| ColumnHead {
                        label: column.name.clone(),
                        kind: column.kind.name().to_owned(),
                        is_numeric: column.kind.is_numeric(),
                        ..ColumnHead::default()
                    })
                    .collect();
                view.rows = answer.texts();
                let kinds = answer.columns.iter().map(|column| (column.name.clone(), column.kind));
                view.downloads = townhall_app::table_formats_of(kinds)
                    .map(|format| Download {
                        label: format.label.to_owned(),
                        url: link("/api/sql", &sql, &[("_format", format.name)]),
                        ..Download::default()
                    })
                    .collect();
            }
            // What is being computed by a job is asked for again by the browser.
            Err(error) if error.job().is_some() => return Err(error.into()),
            Err(error) if matches!(error.kind(), ErrorKind::Internal) => return Err(error.into()),
            Err(error) => {
                let hint = error.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
                view.notices.push(Notice {
                    kind: NoticeKind::Error,
                    title: Some("The query was not answered.".to_owned()),
                    text: format!("{error}{hint}."),
                    link: None,
                });
            }
        }
    }
    view.sql = sql;
    let mut meta = PageMeta::new("Ask in SQL", PATH, Section::Developers);
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Developers", "/developers")];
    site.page("sql.html", meta, &view)
}

fn link(path: &str, sql: &str, more: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("sql", sql)
        .extend_pairs(more)
        .finish();
    format!("{path}?{query}")
}

async fn list_tables(site: &Site, view: &mut SqlView) -> Result<(), Problem> {
    let tables = site.app().tables().list(site.audience(), None, TABLES_LISTED + 1).await?;
    view.more_tables = tables.len() > TABLES_LISTED as usize;
    for table in tables.iter().take(TABLES_LISTED as usize) {
        let name = site.app().tables().sql_name(site.audience(), table).await?;
        let known = site.app().tables().manifest(site.audience(), table.id, None).await?;
        let columns = known.manifest.columns.iter();
        view.tables.push(SqlTable {
            example_url: link(PATH, &format!("select *\nfrom {name}\nlimit 100"), &[]),
            title: title(table),
            url: format!("/data/{}", table.dataset_slug),
            rows: table.rows,
            columns: columns.map(|column| (quoted(&column.name), column.kind.name().to_owned())).collect(),
            name,
        });
    }
    // Something to begin with: the values of a column that has a handful of them.
    if let Some((table, first)) = view.tables.first().zip(tables.first())
        && let known = site.app().tables().manifest(site.audience(), first.id, None).await?
        && let Some(column) =
            known.manifest.columns.iter().find(|column| (2..=200).contains(&column.distinct))
    {
        let (name, text) = (&table.name, quoted(&column.name));
        let count = format!(
            "select {text}, count(*) as rows\nfrom {name}\ngroup by {text}\norder by rows desc\nlimit 20"
        );
        view.examples =
            vec![Link::new(format!("How often each {text} stands in {name}"), link(PATH, &count, &[]))];
    }
    Ok(())
}

fn title(table: &TableSummary) -> String {
    match table.title == table.dataset_title {
        true => table.title.clone(),
        false => format!("{}: {}", table.dataset_title, table.title),
    }
}

/// A column's name as it has to be written.
fn quoted(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

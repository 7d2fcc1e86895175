//! `/sql` and `/api/sql`: one `SELECT` over the tables that its reader may see.

use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Value, json};
use townhall_app::{Error, Packing, SQL_ROWS_MAX, Sql, SqlAnswer, TableSummary};
use townhall_model::{ErrorKind, Position, TableId};

use super::console;
use super::params::Params;
use super::sql_chart::{Drawn, KINDS};
use super::{Site, explain, respond, tables_api, wire};
use crate::pages::views::{
    Choice, ColumnHead, Download, Link, Notice, NoticeKind, PageMeta, QueryRow, Section, SqlMistake,
    SqlTable, SqlView,
};
use crate::server::Problem;

/// The page.
pub const PATH: &str = "/sql";

/// Rows that the page shows.
const PAGE_ROWS: usize = 200;

/// Rows of an answer of the API unless asked otherwise.
const API_ROWS: usize = 1_000;

/// Tables that the page lists at a time, and tables that it looks through for those.
const TABLES_LISTED: usize = 40;
const TABLES_LOOKED_AT: u32 = 2_000;

/// Tables of the schema that an editor completes from, and columns of each.
const SCHEMA_TABLES: u32 = 300;
const SCHEMA_COLUMNS: usize = 200;

/// Saved queries that the page lists.
const SAVED_LISTED: u32 = 50;

/// Bytes of a query that is sent as a body.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route(PATH, get(page))
        .route("/api/sql", get(api).post(api))
        .route("/api/sql/schema", get(schema))
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
    let sql = Sql::read(sql).map_err(Error::from)?;
    if is_head && !explain::is_wanted(&params) {
        // Who asks for no more than the head is told what it would be, without an answer being computed.
        let format = params.get("_format").map(str::to_owned).or_else(|| tables_api::by_accept(&headers));
        return Ok(match format.as_deref().filter(|format| *format != "json") {
            None => respond::bare_head("application/json"),
            Some(format) => {
                respond::head(&townhall_app::content_type_of(format)?, &format!("query.{format}"))
            }
        });
    }
    answered(&site, &sql, &params, &headers, "query").await
}

/// The answer to a query, in the form that the parameters and headers want; `name` is what a file is called.
pub async fn answered(
    site: &Site,
    sql: &Sql,
    params: &Params,
    headers: &HeaderMap,
    name: &str,
) -> Result<Response, Problem> {
    let tables = site.app().tables();
    if explain::is_wanted(params) {
        return explain::sql(site, sql).await;
    }
    let format = params.get("_format").map(str::to_owned).or_else(|| tables_api::by_accept(headers));
    if let Some(format) = format.filter(|format| format != "json") {
        let (format, packing) = Packing::of_ending(&format);
        let export = tables.sql_file_of(site.audience(), sql, format, name).await?;
        return Ok(respond::export(export.packed(packing)?, headers));
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
    let answer = tables.sql_of(site.audience(), sql, limit).await?;
    let columns: Vec<Value> = answer
        .columns
        .iter()
        .map(|column| json!({"name": column.name, "type": column.kind.name()}))
        .collect();
    let tables: Vec<Value> = answer.tables.iter().map(|table| wire::table(table, site)).collect();
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

/// `/api/sql/schema`: names of tables and columns as they are written in queries, for editors to complete.
async fn schema(site: Site) -> Result<Response, Problem> {
    let found = site.app().tables().list(site.audience(), None, SCHEMA_TABLES + 1).await?;
    let mut tables = Vec::new();
    for table in found.iter().take(SCHEMA_TABLES as usize) {
        let name = site.app().tables().sql_name(site.audience(), table).await?;
        let known = site.app().tables().manifest(site.audience(), table.id, None).await?;
        let columns = known.manifest.columns.iter().take(SCHEMA_COLUMNS);
        let columns: Vec<Value> =
            columns.map(|column| json!({"name": quoted(&column.name), "type": column.kind.name()})).collect();
        tables.push(json!({"name": name, "title": title(table), "columns": columns}));
    }
    let is_cut = found.len() > SCHEMA_TABLES as usize;
    Ok(respond::json(&json!({"data": tables, "meta": {"truncated": is_cut}})))
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
        action: PATH.to_owned(),
        api_url: format!("{}{}", site.base_url(), link("/api/sql", &sql, &[])),
        share_url: format!("{}{}", site.base_url(), link(PATH, &sql, &[])),
        console_url: link(&console::address(console::OURS, "runSql"), &sql, &[(console::SEND, "1")]),
        plan_url: link(PATH, &sql, &[("explain", "1")]),
        ..SqlView::default()
    };
    if site.audience() == townhall_app::Audience::Staff {
        view.save_command = format!("townhall saved-query put NAME --title 'A title' --sql {}", shell(&sql));
    }
    beside(&site, &params, &mut view).await?;
    let saved = site.app().saved_queries().list(None, SAVED_LISTED).await?;
    view.saved = saved
        .into_iter()
        .map(|query| QueryRow {
            link: Link::new(query.title, format!("{PATH}/{}", query.name)),
            description: query.description,
        })
        .collect();
    if !sql.is_empty() {
        match Sql::read(&sql) {
            Ok(read) => {
                let file = |format: &str| link("/api/sql", &sql, &[("_format", format)]);
                run(&site, &read, &params, &mut view, &file).await?;
            }
            Err(problem) => mistaken(&mut view, &problem.into(), &sql),
        }
    }
    view.sql = sql;
    let title = if params.get("explain").is_some() { "How a query is answered" } else { "Ask in SQL" };
    let mut meta = PageMeta::new(title, PATH, Section::Developers);
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Developers", "/developers")];
    site.page("sql.html", meta, &view)
}

/// A text in the single quotes of a shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Puts the answer on the page, or what was wrong; `file` is the address of the whole answer in a format.
pub async fn run(
    site: &Site,
    sql: &Sql,
    params: &Params,
    view: &mut SqlView,
    file: &(dyn Fn(&str) -> String + Sync),
) -> Result<(), Problem> {
    let tables = site.app().tables();
    if params.get("explain").is_some() {
        match tables.sql_plan(site.audience(), sql).await {
            Ok(plan) => view.plan = plan,
            Err(error) if error.kind() == ErrorKind::Internal => return Err(error.into()),
            Err(error) => mistaken(view, &error, sql.text()),
        }
        return Ok(());
    }
    let begun = Instant::now();
    match tables.sql_of(site.audience(), sql, PAGE_ROWS).await {
        Ok(answer) => {
            view.answered = true;
            view.took = match begun.elapsed().as_millis() {
                0 => "less than a millisecond".to_owned(),
                millis => format!("{millis} ms"),
            };
            show(&answer, params, view);
            let kinds = answer.columns.iter().map(|column| (column.name.clone(), column.kind));
            view.downloads = townhall_app::table_formats_of(kinds)
                .map(|format| Download {
                    label: format.label.to_owned(),
                    url: file(format.name),
                    ..Download::default()
                })
                .collect();
        }
        // What is being computed by a job is asked for again by the browser.
        Err(error) if error.job().is_some() => return Err(error.into()),
        Err(error) if error.kind() == ErrorKind::Internal => return Err(error.into()),
        Err(error) => mistaken(view, &error, sql.text()),
    }
    Ok(())
}

/// Says what was wrong with a query, and where.
pub fn mistaken(view: &mut SqlView, error: &Error, sql: &str) {
    let hint = error.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
    let place =
        error.position().map(|at| format!("Line {}, column {}: ", at.line, at.column)).unwrap_or_default();
    let message = error.to_string();
    let message = message.strip_prefix("parameter `sql`: ").unwrap_or(&message);
    view.mistake = error.position().and_then(|at| pointed(sql, at));
    view.notices.push(Notice {
        kind: NoticeKind::Error,
        title: Some("The query was not answered.".to_owned()),
        text: format!("{place}{message}{hint}."),
        link: None,
    });
}

/// Longest part of a line that is shown around a mistake.
const LINE_CHARS_MAX: usize = 80;

/// The line of a mistake with a mark beneath it.
fn pointed(sql: &str, at: Position) -> Option<SqlMistake> {
    let line = sql.lines().nth(usize::try_from(at.line).ok()?.checked_sub(1)?)?;
    let column = usize::try_from(at.column).ok()?.checked_sub(1)?.min(line.chars().count());
    let from = column.saturating_sub(LINE_CHARS_MAX / 2);
    let shown: String =
        line.chars().skip(from).take(LINE_CHARS_MAX).map(|c| if c == '\t' { ' ' } else { c }).collect();
    let mark = " ".repeat(column - from);
    Some(SqlMistake { line: at.line, column: at.column, text: format!("{shown}\n{mark}^") })
}

/// Puts rows on the page, and a chart of them if one was asked for.
fn show(answer: &SqlAnswer, params: &Params, view: &mut SqlView) {
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
    let numbers: Vec<usize> =
        (0..answer.columns.len()).filter(|index| answer.columns[*index].kind.is_numeric()).collect();
    if view.rows.len() < 2 || answer.columns.len() < 2 || numbers.is_empty() {
        return;
    }
    let named = |key: &str| {
        let wanted = params.get(key)?;
        answer.columns.iter().position(|column| column.name == wanted)
    };
    let y = named("chart.y").filter(|index| numbers.contains(index)).unwrap_or_else(|| {
        // The first column is more often what is counted than how many.
        numbers.iter().copied().find(|index| *index > 0).unwrap_or(numbers[0])
    });
    let x = named("chart.x").unwrap_or(if y == 0 { 1 } else { 0 });
    let mark = params.get("chart.mark");
    let choice = |index: usize, chosen: usize| {
        let name = &answer.columns[index].name;
        Choice { label: name.clone(), value: name.clone(), url: String::new(), selected: index == chosen }
    };
    view.chart_labels = (0..answer.columns.len()).map(|index| choice(index, x)).collect();
    view.chart_values = numbers.iter().map(|index| choice(*index, y)).collect();
    view.chart_marks = KINDS
        .map(|kind| Choice {
            label: kind.label().into(),
            value: kind.name().into(),
            url: String::new(),
            selected: mark == Some(kind.name()),
        })
        .into();
    let kind = mark.and_then(|mark| KINDS.into_iter().find(|kind| kind.name() == mark));
    let drawn = Drawn { columns: &answer.columns, rows: &view.rows, has_more: answer.truncated, x, y };
    view.chart = kind.and_then(|kind| drawn.figure(kind));
}

fn link(path: &str, sql: &str, more: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("sql", sql)
        .extend_pairs(more)
        .finish();
    format!("{path}?{query}")
}

/// What stands beside a query: the tables that it can name, examples, limits.
pub async fn beside(site: &Site, params: &Params, view: &mut SqlView) -> Result<(), Problem> {
    let timeout = site.app().sql_timeout().as_secs();
    view.limits = vec![
        format!("A query may take {timeout} seconds."),
        format!(
            "The page shows {PAGE_ROWS} rows, the API gives up to {}, and files have all of them.",
            crate::pages::words::grouped(SQL_ROWS_MAX as u64)
        ),
        "Two tables are joined by an equality between their columns; recursion is not answered.".to_owned(),
    ];
    let after: Option<TableId> = params.get("tables.after").and_then(|text| text.parse().ok());
    let words = params.get("tables").unwrap_or_default().trim().to_lowercase();
    let all = site.app().tables().list(site.audience(), after, TABLES_LOOKED_AT).await?;
    let is_meant = |table: &&TableSummary| {
        let name = format!("{} {} {}", table.dataset_slug, table.dataset_title, table.title).to_lowercase();
        words.split_whitespace().all(|word| name.contains(word) || name.replace('-', "_").contains(word))
    };
    let found: Vec<&TableSummary> = all.iter().filter(is_meant).collect();
    view.can_find = all.len() > 5 || !words.is_empty() || after.is_some();
    if let Some(last) = found.get(TABLES_LISTED - 1).filter(|_| found.len() > TABLES_LISTED) {
        view.more_tables = params.with("tables.after", &last.id.to_string()).link(&view.action);
    }
    view.find = words;
    for table in found.into_iter().take(TABLES_LISTED) {
        let name = site.app().tables().sql_name(site.audience(), table).await?;
        let known = site.app().tables().manifest(site.audience(), table.id, None).await?;
        let columns = known.manifest.columns.iter();
        // Something to begin with: the values of a column that has a handful of them.
        if view.examples.is_empty()
            && let Some(column) = columns.clone().find(|column| (2..=200).contains(&column.distinct))
        {
            let text = quoted(&column.name);
            let count = format!(
                "select {text}, count(*) as rows\nfrom {name}\ngroup by {text}\norder by rows desc\nlimit 20"
            );
            let words = format!("How often each {text} stands in {name}");
            view.examples = vec![
                Link::new(words, link(PATH, &count, &[])),
                Link::new("The same as a chart", link(PATH, &count, &[("chart.mark", "bar")])),
            ];
        }
        view.tables.push(SqlTable {
            example_url: link(PATH, &format!("select *\nfrom {name}\nlimit 100"), &[]),
            title: title(table),
            url: format!("/data/{}", table.dataset_slug),
            rows: table.rows,
            columns: columns.map(|column| (quoted(&column.name), column.kind.name().to_owned())).collect(),
            name,
        });
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

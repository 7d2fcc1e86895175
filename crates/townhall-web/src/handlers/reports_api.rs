//! `/api/tables/{id}/reports`: the reports that a table can answer, and their answers.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};
use townhall_app::Report;
use townhall_model::TableId;

use super::params::Params;
use super::{Site, respond, tables_api};
use crate::server::Problem;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/api/tables/{id}/reports", get(list))
        .route("/api/tables/{id}/reports/{name}", get(show))
}

fn table_id(text: &str) -> Result<TableId, Problem> {
    text.parse().map_err(|_| townhall_app::Error::not_found("table", text).into())
}

fn described(site: &Site, id: TableId, query: &Report) -> Value {
    let params: Map<String, Value> =
        query.params.iter().map(|(key, text)| (key.clone(), json!(text))).collect();
    let drawn = query.chart.as_ref().map(|chart| {
        let mut chart = chart.clone();
        chart["title"] = json!(query.title);
        let mut words = Params(query.rows.clone());
        words.0.push(("spec".to_owned(), chart.to_string()));
        words.link(&format!("{}/api/tables/{id}/chart.svg", site.base_url()))
    });
    json!({
        "name": query.name, "title": query.title, "description": query.description, "dialect": query.dialect,
        "params": params, "chart": query.chart, "chart_url": drawn,
        "url": format!("{}/api/tables/{id}/reports/{}", site.base_url(), super::path_segment(&query.name)),
    })
}

/// The reports of a table.
async fn list(site: Site, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = table_id(&id)?;
    let queries = site.app().tables().reports(site.audience(), id).await?;
    let data: Vec<Value> = queries.iter().map(|query| described(&site, id, query)).collect();
    Ok(respond::json(&json!({"data": data, "meta": {"total": data.len()}})))
}

/// One report: its rows, what it is, and how it is drawn; or its rows as a file.
async fn show(
    site: Site,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let id = table_id(&id)?;
    let tables = site.app().tables();
    let (name, ending) = match name.rsplit_once('.') {
        Some((name, ending)) => (name.to_owned(), Some(ending.to_owned())),
        None => (name, None),
    };
    let (query, question) = tables.report(site.audience(), id, &name).await?;
    let wanted = ending
        .or_else(|| params.get("_format").map(str::to_owned))
        .or_else(|| tables_api::by_accept(&headers));
    if let Some(format) = wanted.filter(|format| format != "json") {
        let export = tables.file(&question, &format).await?;
        let mut response = respond::stream(&export.content_type, export.bytes);
        respond::attach(&mut response, &format!("{name}.{format}"));
        return Ok(response);
    }
    let labels = params.get("_labels").is_some_and(|wanted| !matches!(wanted, "0" | "false" | "no"));
    let answer = tables.report_answer(site.audience(), id, &question, labels).await?;
    let meta = json!({
        "report": described(&site, id, &query), "version": question.table.number, "truncated": answer.has_more(),
    });
    let text = format!("{{\"data\":{},\"meta\":{meta}}}", answer.objects());
    Ok(respond::document("application/json", text.into_bytes()))
}

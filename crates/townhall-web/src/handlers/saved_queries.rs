//! `/sql/{name}`, `/api/sql/{name}` and `/api/queries`: queries that staff keep under a name, with their parameters.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};
use townhall_app::SavedQuery;
use url::form_urlencoded;

use super::params::Params;
use super::{Site, console, path_segment, respond, sql};
use crate::pages::views::{Link, PageMeta, QueryField, Section, SqlView};
use crate::server::Problem;

/// Queries of a page of the list.
const LIST_SIZE: u32 = 100;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/api/queries", get(list))
        .route("/api/sql/{name}", get(api))
        .route(&format!("{}/{{name}}", sql::PATH), get(page))
}

/// `/api/queries`.
async fn list(site: Site, params: Params) -> Result<Response, Problem> {
    let found = site.app().saved_queries().list(params.get("cursor"), LIST_SIZE).await?;
    let next =
        (found.len() == LIST_SIZE as usize).then(|| found.last().map(|query| query.name.clone())).flatten();
    let data: Vec<Value> = found.iter().map(|query| wire(&site, query)).collect();
    Ok(respond::json(&json!({"data": data, "meta": {"next": next}})))
}

fn wire(site: &Site, query: &SavedQuery) -> Value {
    let parameters: Vec<Value> = query
        .parameters
        .iter()
        .map(|known| {
            json!({
                "name": known.name, "label": known.label, "type": known.kind.name(), "default": known.default,
            })
        })
        .collect();
    json!({
        "name": query.name, "title": query.title, "description": query.description, "sql": query.sql,
        "parameters": parameters, "revision": query.revision, "updated_at": query.at.to_string(),
        "url": format!("{}{}/{}", site.base_url(), sql::PATH, query.name),
        "api_url": format!("{}/api/sql/{}", site.base_url(), query.name),
    })
}

/// `/api/sql/{name}?year=2024`, also `/api/sql/{name}.csv` and its kin.
async fn api(
    site: Site,
    Path(name): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    // No name has a dot.
    let (name, format) = match name.split_once('.') {
        Some((name, format)) => (name, Some(format)),
        None => (name.as_str(), None),
    };
    let query = site.app().saved_queries().get(name).await?;
    let bound = query.bound(|parameter| params.get(parameter))?;
    let params = match format {
        Some(format) => params.with("_format", format),
        None => params,
    };
    sql::answered(&site, &bound, &params, &headers, name).await
}

/// `/sql/{name}`.
async fn page(site: Site, Path(name): Path<String>, params: Params) -> Result<Response, Problem> {
    let query = site.app().saved_queries().get(&name).await?;
    let path = format!("{}/{}", sql::PATH, path_segment(&name));
    let own: Vec<(String, String)> = query
        .parameters
        .iter()
        .filter_map(|known| Some((known.name.clone(), params.get(&known.name)?.to_owned())))
        .collect();
    let given = Params(own);
    let api = format!("/api/sql/{name}");
    let edit = form_urlencoded::Serializer::new(String::new()).append_pair("sql", &query.sql).finish();
    let to_console = given.with("path.name", &name).with(console::SEND, "1");
    let mut view = SqlView {
        sql: query.sql.clone(),
        action: path.clone(),
        description: query.description.clone(),
        is_saved: true,
        fields: query
            .parameters
            .iter()
            .map(|known| QueryField {
                name: known.name.clone(),
                label: known.label.clone(),
                kind: known.kind.name().to_owned(),
                required: known.default.is_none(),
                value: params.get(&known.name).or(known.default.as_deref()).unwrap_or_default().to_owned(),
            })
            .collect(),
        api_url: format!("{}{}", site.base_url(), given.link(&api)),
        share_url: format!("{}{}", site.base_url(), given.link(&path)),
        console_url: to_console.link(&console::address(console::OURS, "runQuery")),
        edit_url: format!("{}?{edit}", sql::PATH),
        plan_url: given.with("explain", "1").link(&path),
        ..SqlView::default()
    };
    sql::beside(&site, &params, &mut view).await?;
    // A query that has to be told something first shows its form.
    if query.is_complete(|parameter| params.get(parameter)) {
        match query.bound(|parameter| params.get(parameter)) {
            Ok(bound) => {
                let file = |format: &str| given.with("_format", format).link(&api);
                sql::run(&site, &bound, &params, &mut view, &file).await?;
            }
            Err(error) => sql::mistaken(&mut view, &error, &query.sql),
        }
    }
    let mut meta = PageMeta::new(&query.title, given.link(&path), Section::Developers);
    meta.breadcrumbs = vec![
        Link::new("Home", "/"),
        Link::new("Developers", "/developers"),
        Link::new("Ask in SQL", sql::PATH),
    ];
    site.page("sql.html", meta, &view)
}

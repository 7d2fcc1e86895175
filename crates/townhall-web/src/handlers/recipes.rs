//! `/api/recipes`: how tables are made of others.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::Response;
use axum::routing::get;
use axum::{Router, http};
use serde_json::{Value, json};
use townhall_app::{RecipeDetail, TableSummary};

use super::params::Params;
use super::{Site, respond};
use crate::server::Problem;

/// The media type of YAML (RFC 9512).
const YAML: &str = "application/yaml";

/// The routes of recipes.
pub fn routes() -> Router<Site> {
    Router::new().route("/api/recipes", get(list)).route("/api/recipes/{name}", get(show))
}

/// `/api/recipes`: those whose tables the reader may see.
async fn list(site: Site) -> Result<Response, Problem> {
    let recipes = site.app().recipes().list(site.audience()).await?;
    let data: Vec<Value> = recipes.iter().map(|recipe| summary(recipe, &site)).collect();
    Ok(respond::json(&json!({"meta": {"total": data.len(), "next": null}, "data": data})))
}

/// `/api/recipes/{name}`, `.yaml` or `.json`: the YAML as it was written, for those who ask for it; JSON otherwise.
async fn show(
    site: Site,
    Path(name): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let (name, suffix) = match name.rsplit_once('.') {
        Some((name, suffix)) => (name.to_owned(), Some(suffix.to_owned())),
        None => (name, None),
    };
    let recipe = site.app().recipes().show(site.audience(), &name).await?;
    let accepts = headers.get(ACCEPT).and_then(|accept: &http::HeaderValue| accept.to_str().ok());
    let wanted = suffix.as_deref().or_else(|| params.get("_format"));
    let is_yaml = match wanted {
        Some(wanted) => matches!(wanted, "yaml" | "yml"),
        None => accepts.is_some_and(|accept| accept.contains("yaml")),
    };
    if is_yaml {
        return Ok(respond::document(YAML, recipe.text.into_bytes()));
    }
    let mut value = summary(&recipe, &site);
    value["recipe"] = json!(recipe.recipe);
    Ok(respond::json(&value))
}

fn summary(recipe: &RecipeDetail, site: &Site) -> Value {
    let base = site.base_url();
    let table = |table: &TableSummary| {
        json!({
            "id": table.id, "title": table.title, "dataset": table.dataset_slug, "version": table.version,
            "url": format!("{base}/api/tables/{}", table.id),
        })
    };
    let reads: Vec<Value> = recipe
        .reads
        .iter()
        .map(|(called, read)| {
            let mut value = table(read);
            value["called"] = json!(called);
            value
        })
        .collect();
    json!({
        "name": recipe.recipe.name,
        "title": recipe.recipe.title,
        "description": recipe.recipe.description,
        "revision": recipe.revision,
        "at": recipe.at.to_string(),
        "refresh": recipe.recipe.refresh,
        "steps": recipe.recipe.steps.len(),
        "reads": reads,
        "table": recipe.table.as_ref().map(table),
        "url": format!("{base}/api/recipes/{}", recipe.recipe.name),
    })
}

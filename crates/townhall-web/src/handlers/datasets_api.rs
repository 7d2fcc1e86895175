//! `/api/datasets/{id}`, its revisions, and `/api/jobs/{id}`.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use super::{Site, respond, wire};
use crate::server::Problem;

/// One dataset, by id, slug or identifier.
pub async fn show(site: Site, Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let dataset = site.app().catalog().dataset(site.audience(), &name).await?;
    let versions: Vec<String> = dataset.tables.iter().map(|table| table.version.to_string()).collect();
    let checked = dataset.checked_at.as_second();
    let etag = format!("\"{}-{}-{checked}-{}\"", dataset.id, dataset.revision, versions.join("."));
    if respond::has_current(&headers, &etag) {
        return Ok(respond::not_modified(&etag));
    }
    Ok(respond::with_etag(respond::json(&wire::dataset(&dataset, &site)), &etag))
}

/// The record as it was at a revision.
pub async fn revision(site: Site, Path((name, number)): Path<(String, u64)>) -> Result<Response, Problem> {
    let dataset = site.app().catalog().dataset(site.audience(), &name).await?;
    let revision = site.app().catalog().revision(site.audience(), &dataset, number).await?;
    Ok(respond::json(&json!({
        "number": revision.number,
        "at": revision.at.to_string(),
        "actor": revision.actor,
        "action": revision.action,
        "fields": revision.fields,
        "metadata": revision.document,
        "original": revision.original,
    })))
}

/// A job: its state and how far it is.
pub async fn job(site: Site, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(respond::json(&site.app().jobs().show(&id).await?))
}

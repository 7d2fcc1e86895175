//! `/api/datasets/{id}`, its revisions, `/api/changes`, and `/api/jobs/{id}`.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use super::params::Params;
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

/// How many changes a page has.
const CHANGES_LIMIT: u32 = 500;

/// What changed after a number, oldest first, withdrawals with their reasons: for whoever keeps a copy. Without a number it
/// begins with the first change there was.
pub async fn changes(site: Site, params: Params) -> Result<Response, Problem> {
    let since = params.get("since").or_else(|| params.get("cursor"));
    let since = since.and_then(|since| since.parse().ok()).unwrap_or(0);
    let (changes, last) = site.app().catalog().changes(site.audience(), since, CHANGES_LIMIT).await?;
    let head = site.app().catalog().generation().await?;
    let base = site.base_url();
    let data: Vec<_> = changes
        .iter()
        .map(|change| {
            json!({
                "seq": change.seq, "at": change.at, "action": change.action, "id": change.id,
                "identifier": change.identifier, "title": change.title, "source": change.source, "reason": change.reason,
                "url": format!("{base}/data/{}", change.slug),
            })
        })
        .collect();
    let next = (last < head).then(|| last.to_string());
    Ok(respond::json(&json!({"data": data, "meta": {"next": next, "last": last}})))
}

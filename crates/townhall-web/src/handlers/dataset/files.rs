//! Files of distributions that we host, as their publisher sent them.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::handlers::{Site, respond};
use crate::server::Problem;

/// `/data/{slug}/files/{name}`: always a download, never a page of ours.
pub async fn show(
    site: Site,
    Path((slug, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let dataset = site.app().catalog().dataset(site.audience(), &slug).await?;
    let file = dataset
        .files
        .iter()
        .find(|file| file.name == name)
        .ok_or_else(|| townhall_app::Error::not_found("file", &name))?;
    respond::blob(site.app(), &file.blob, file.bytes, &file.media_type, Some(&file.name), &headers).await
}

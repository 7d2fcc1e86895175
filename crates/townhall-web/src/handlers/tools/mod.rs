//! The tools: what is sent is looked at or made into something else, and not kept unless asked.

mod convert;
mod diff;
mod fix;
mod merge;
mod page;
mod upload;
mod validate;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path};
use axum::response::Response;
use axum::routing::get;

use super::{Site, respond};
use crate::server::Problem;
use page::Tool;

/// Every tool with a page.
const TOOLS: [&Tool; 5] = [&validate::VALIDATE, &fix::FIX, &convert::CONVERT, &diff::DIFF, &merge::MERGE];

/// Whether files may be sent to a path.
pub fn takes_files(path: &str) -> bool {
    let name = path.strip_prefix("/tools/").or_else(|| path.strip_prefix("/api/"));
    name.is_some_and(|name| TOOLS.iter().any(|tool| tool.name == name))
}

/// The routes of the tools. Each bounds what it takes itself, while it comes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/tools/diff", get(diff::show).post(diff::run))
        .route("/api/diff", get(diff::api).post(diff::api))
        .route("/tools/validate", get(validate::show).post(validate::run))
        .route("/api/validate", get(validate::api).post(validate::api))
        .route("/api/validate/rules", get(validate::rules))
        .route("/tools/fix", get(fix::show).post(fix::run))
        .route("/api/fix", get(fix::api).post(fix::api))
        .route("/tools/convert", get(convert::show).post(convert::run))
        .route("/api/convert", get(convert::api).post(convert::api))
        .route("/tools/merge", get(merge::show).post(merge::run))
        .route("/api/merge", get(merge::api).post(merge::api))
        .route("/tools/reports/{id}", get(report))
        .layer(DefaultBodyLimit::disable())
}

/// A report that was kept, as a page or as JSON.
async fn report(site: Site, Path(name): Path<String>) -> Result<Response, Problem> {
    match name.strip_suffix(".json") {
        Some(id) => Ok(respond::json(&site.app().reports().show(id).await?.result)),
        None => page::kept(&site, site.app().reports().show(&name).await?),
    }
}

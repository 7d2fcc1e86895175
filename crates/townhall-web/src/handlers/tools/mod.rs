//! The tools: what is sent is looked at or made into something else, and not kept unless asked.

mod convert;
mod diff;
mod fix;
mod license;
mod merge;
mod page;
pub mod pdf_form;
mod pdf_tables;
mod report;
mod score;
pub mod upload;
mod validate;
mod would_harvest;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::routing::{get, post};

use super::Site;
use super::params::Params;
use crate::pages::views::ToolForm;
pub use page::{Tool, work};
pub use pdf_tables::offer as offer_tables;
pub use validate::VALIDATE;

/// Every tool with a page.
const TOOLS: [&Tool; 10] = [
    &validate::VALIDATE,
    &would_harvest::WOULD_HARVEST,
    &fix::FIX,
    &convert::CONVERT,
    &diff::DIFF,
    &merge::MERGE,
    &score::SCORE,
    &license::LICENSE,
    &pdf_tables::PDF_TABLES,
    &pdf_form::PDF_FORM,
];

/// Whether files may be sent to a path.
pub fn takes_files(path: &str) -> bool {
    if path == super::dashboard::PATH || pdf_form::takes_files(path) || super::dialects::takes_files(path) {
        return true;
    }
    let is_page = |name: &str| TOOLS.iter().any(|tool| tool.name == name);
    let is_api = |name: &str| TOOLS.iter().any(|tool| tool.api == name);
    path.strip_prefix("/tools/").is_some_and(is_page) || path.strip_prefix("/api/").is_some_and(is_api)
}

/// The tools, each with its form.
pub fn described(site: &Site) -> impl Iterator<Item = (&'static Tool, ToolForm)> + use<'_> {
    TOOLS.into_iter().map(|tool| (tool, (tool.form)(site, &Params::default())))
}

/// The routes of the tools. Each bounds what it takes itself, while it comes.
pub fn routes() -> Router<Site> {
    let mut router = Router::new()
        .route("/api/validate/rules", get(validate::rules))
        .route("/api/license/list", get(license::list))
        .route("/tools/reports/{id}", get(report::show))
        .route("/tools/reports/{id}/file", get(report::file))
        .route("/tools/reports/{id}/pages/{page}", get(pdf_tables::page_picture))
        .route(pdf_form::FILL, post(pdf_form::fill))
        .route("/api/pdf/form", get(pdf_form::web_form))
        .route("/tools/reports/{id}/fill", post(pdf_form::fill_held))
        .route("/tools/reports/{id}/{values}", get(pdf_form::values))
        .route("/tools/reports/{id}/tables", get(pdf_tables::tables))
        .route("/tools/reports/{id}/template.json", get(pdf_tables::template))
        .route("/tools/reports/{id}/publish", post(pdf_tables::publish))
        .route("/tools/reports/{id}/stop", post(report::stop))
        .route("/tools/reports/{id}/forget", post(report::forget));
    for tool in TOOLS {
        let show = move |site: Site, request: Request| page::show(site, tool, request);
        let run = move |site: Site, request: Request| page::run(site, tool, request);
        let api = move |site: Site, request: Request| page::api(site, tool, request);
        router = router
            .route(&format!("/tools/{}", tool.name), get(show).post(run))
            .route(&format!("/api/{}", tool.api), get(api).post(api));
    }
    router.layer(DefaultBodyLimit::disable())
}

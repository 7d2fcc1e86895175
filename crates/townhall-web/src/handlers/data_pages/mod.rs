//! Pages about tables, made by staff: `/data/{slug}/view` for everybody, `/data/{slug}/build` for those who make them, and
//! the rows at the addresses of DataVizWiz.

mod build;
mod dvwapi;
mod row;
mod sent;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use super::Site;

/// Bytes of the form that makes a page.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/data/{slug}/view", get(view::show))
        .route("/data/{slug}/view/{row}", get(row::show))
        .route(
            "/data/{slug}/build",
            get(build::show).post(build::take).layer(DefaultBodyLimit::max(BODY_BYTES_MAX)),
        )
        .route("/dvwapi/{table}/{form}", get(dvwapi::rows))
}

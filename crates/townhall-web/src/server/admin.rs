//! The admin listener: is it alive, is it ready, how is it doing.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;

/// A named question whose answer must be yes for the server to be ready; `Err` says why not.
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// Asks.
    #[allow(
        clippy::type_complexity,
        reason = "an async closure without captures of its own has no shorter type"
    )]
    pub ask: Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>,
}

/// How long one check may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Begins to count; what was counted is read through the handle. A second call in one process gets nothing.
pub fn install_metrics() -> Option<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().ok()
}

/// `/livez`, `/readyz`, `/metrics`, `/version`.
pub fn admin_routes(metrics: Option<PrometheusHandle>, checks: Vec<Check>) -> Router {
    let checks = Arc::new(checks);
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(move || ready(checks.clone())))
        .route("/version", get(|| async { axum::Json(json!({"version": env!("CARGO_PKG_VERSION")})) }))
        .route(
            "/metrics",
            get(move || {
                let text = metrics.as_ref().map(PrometheusHandle::render).unwrap_or_default();
                async move { ([("content-type", "text/plain; version=0.0.4")], text) }
            }),
        )
}

async fn ready(checks: Arc<Vec<Check>>) -> Response {
    let mut all_well = true;
    let mut told = serde_json::Map::new();
    for check in checks.iter() {
        let answer = tokio::time::timeout(CHECK_TIMEOUT, (check.ask)())
            .await
            .unwrap_or_else(|_| Err(format!("no answer in {} seconds", CHECK_TIMEOUT.as_secs())));
        all_well &= answer.is_ok();
        told.insert(check.name.to_owned(), json!(answer.err().unwrap_or_else(|| "ok".to_owned())));
    }
    let status = if all_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(json!({"ready": all_well, "checks": told}))).into_response()
}

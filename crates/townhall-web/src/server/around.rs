//! Around every request: an id, a time limit, a net for panics, headers, a log line, metrics, and for people an error page.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue, VARY};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use percent_encoding::percent_decode_str;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use townhall_model::ErrorKind;
use tracing::Instrument;

use super::headers;
use super::problem::Problem;
use crate::handlers::negotiate::quality;

/// Draws the page of a problem for people: the problem, the path asked for, the request's id.
pub type ErrorPage = dyn Fn(&Problem, &str, &str) -> Option<String> + Send + Sync;

/// What stands around every request.
#[derive(Clone)]
pub struct Around {
    /// How long a request may take until its answer begins.
    pub request_timeout: Duration,
    /// The largest body of a request, in bytes.
    pub body_bytes: u64,
    /// The most that may be sent to a tool, in bytes.
    pub upload_bytes: u64,
    /// Whether the site is reached by https.
    pub is_https: bool,
    /// The names under which the site answers, with ports; any when absent. A preview that shows drafts answers under
    /// its own names only: another site's name that leads to this machine would let that site read them.
    pub hosts: Option<Vec<String>>,
    /// The address of the page that explains kinds of problems.
    pub problems_url: String,
    /// Draws error pages.
    pub error_page: Arc<ErrorPage>,
}

/// The router with all of it around.
pub fn wrap(router: Router, around: Around) -> Router {
    let compressible = DefaultPredicate::new()
        .and(NotForContentType::const_new("application/vnd"))
        .and(NotForContentType::const_new("application/zip"));
    router
        .fallback(|request: Request| async move {
            Problem::new(ErrorKind::NotFound, format!("there is no page `{}`", request.uri().path()))
        })
        .method_not_allowed_fallback(|| async {
            Problem::new(ErrorKind::Invalid, "this address can't be asked that way")
                .with_status(StatusCode::METHOD_NOT_ALLOWED)
        })
        .layer(from_fn_with_state(around, handle))
        .layer(CompressionLayer::new().compress_when(compressible))
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

async fn handle(State(around): State<Around>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let wants_page = wants_page(&method, &path, request.headers());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", request.id = %id);

    let answer = async {
        if let Some(problem) = misdirected(&request, around.hosts.as_deref()) {
            return problem.into_response();
        }
        if percent_decode_str(request.uri().path()).decode_utf8().is_err() {
            return Problem::new(ErrorKind::Malformed, "the address is not written in UTF-8").into_response();
        }
        if let Some(problem) = too_large(&request, &around) {
            return problem.into_response();
        }
        let work = AssertUnwindSafe(next.run(request)).catch_unwind();
        match tokio::time::timeout(around.request_timeout, work).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => {
                tracing::error!("a request panicked");
                Problem::new(ErrorKind::Internal, "a handler panicked").into_response()
            }
            Err(_) => {
                Problem::new(ErrorKind::TimedOut, "the answer took too long; ask for less").into_response()
            }
        }
    };
    let mut response = answer.instrument(span.clone()).await;
    fill_problem(&mut response, &around, &path, &id, wants_page);
    headers::add(&path, around.is_https, response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
    if around.hosts.is_some() {
        response.headers_mut().append(VARY, HeaderValue::from_static("origin, sec-fetch-site"));
    }

    let status = response.status().as_u16();
    let duration_ms = started.elapsed().as_secs_f64() * 1_000.0;
    span.in_scope(|| tracing::info!(http.status = status, duration_ms, "{method} {path} {status}"));
    let labels = [("route", route), ("method", method.to_string()), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(duration_ms / 1_000.0);
    response
}

/// Writes the body of a problem: a page for people, the document for programs.
fn fill_problem(response: &mut Response, around: &Around, path: &str, id: &str, wants_page: bool) {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return };
    let page = if wants_page { (around.error_page)(&problem, path, id) } else { None };
    match page {
        Some(page) => {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            *response.body_mut() = Body::from(page);
        }
        None => *response.body_mut() = Body::from(problem.document(&around.problems_url, id)),
    }
}

/// Whether the client reads pages; under `/api` nobody does.
fn wants_page(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    method != Method::HEAD
        && !path.starts_with("/api/")
        && accept.contains("text/html")
        && quality(accept, "text/html") >= quality(accept, "application/json")
}

/// A problem when the site was asked under a name that isn't its own (RFC 9110, section 15.5.20).
fn misdirected(request: &Request, hosts: Option<&[String]>) -> Option<Problem> {
    let asked = request
        .uri()
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| request.headers().get(HOST)?.to_str().ok())
        .unwrap_or_default();
    (!hosts?.iter().any(|host| host.eq_ignore_ascii_case(asked))).then(|| {
        Problem::new(ErrorKind::Invalid, format!("this preview does not answer under the name `{asked}`"))
            .with_status(StatusCode::MISDIRECTED_REQUEST)
            .with_hint("use the address that it printed, or set `site.drafts` to `nobody`")
    })
}

fn too_large(request: &Request, around: &Around) -> Option<Problem> {
    let takes_files = crate::handlers::takes_files(request.uri().path());
    let limit = if takes_files { around.upload_bytes } else { around.body_bytes };
    let length: u64 = request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()?;
    (length > limit).then(|| {
        Problem::new(
            ErrorKind::TooLarge,
            format!("the body has {length} bytes, more than the {limit} allowed"),
        )
    })
}

/// The id that a proxy gave, when it is a decent one; else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    match given {
        Some(id)
            if (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') =>
        {
            id.to_owned()
        }
        _ => townhall_model::JobId::new().to_string(),
    }
}

//! Making a call: of our own routes in this process, of another API through the guard.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HOST};
use axum::http::{HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;
use townhall_app::api::Call;
use townhall_app::{API_ANSWER_BYTES_MAX, DescribedApi};
use townhall_model::{ErrorKind, JobId};

use crate::handlers::{PROBLEMS_PATH, Site};
use crate::server::Problem;

/// How long a call of ours may take until its answer begins, and to the last byte that is shown.
const TIMEOUT: Duration = Duration::from_secs(25);

/// Bytes of a body that is sent.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What came back.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The first bytes of the body.
    pub body: Vec<u8>,
    /// Whether there are more.
    pub is_cut: bool,
    /// How long it took.
    pub took: Duration,
}

/// Asks our own routes, as whoever asks for the page.
pub async fn to_us(site: &Site, call: &Call) -> Result<Reply, Problem> {
    bounded(call)?;
    let wrong = |error: &dyn std::fmt::Display| {
        Problem::new(ErrorKind::Invalid, format!("the call can't be made: {error}"))
    };
    let mut request = Request::builder().method(call.method.as_str()).uri(&call.target);
    let host = site.base_url().split_once("://").map_or(site.base_url(), |(_, host)| host);
    request = request.header(HOST, host);
    for (name, value) in &call.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| wrong(&error))?;
        request = request.header(name, HeaderValue::from_str(value).map_err(|error| wrong(&error))?);
    }
    if !call.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        request = request.header(ACCEPT, "*/*");
    }
    let body = match &call.body {
        Some((kind, text)) => {
            request = request.header(CONTENT_TYPE, kind);
            Body::from(text.clone())
        }
        None => Body::empty(),
    };
    let request = request.body(body).map_err(|error| wrong(&error))?;
    let begun = Instant::now();
    let work = async {
        let Ok(mut response) = crate::handlers::answering(site.clone()).oneshot(request).await;
        // What stands around every request fills in problems; here nothing does.
        if let Some(problem) = response.extensions_mut().remove::<Problem>() {
            let help = format!("{}{PROBLEMS_PATH}", site.base_url());
            *response.body_mut() = Body::from(problem.document(&help, &JobId::new().to_string()));
        }
        let (head, mut body) = response.into_parts();
        let text = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.to_string(), value.to_str().ok()?.to_owned()))
        };
        let headers = head.headers.iter().filter_map(text).collect();
        let (mut bytes, mut is_cut) = (Vec::new(), false);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| Problem::new(ErrorKind::Internal, error.to_string()))?;
            let Ok(chunk) = frame.into_data() else { continue };
            let room = API_ANSWER_BYTES_MAX - bytes.len();
            bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                is_cut = true;
                break;
            }
        }
        Ok(Reply { status: head.status.as_u16(), headers, body: bytes, is_cut, took: begun.elapsed() })
    };
    tokio::time::timeout(TIMEOUT, work).await.unwrap_or_else(|_| {
        Err(Problem::new(
            ErrorKind::TimedOut,
            format!("the answer took more than {} seconds", TIMEOUT.as_secs()),
        )
        .with_hint("ask for less"))
    })
}

/// Asks another API.
pub async fn to_another(
    site: &Site,
    api: &DescribedApi,
    call: &Call,
    key: Option<&str>,
) -> Result<Reply, Problem> {
    bounded(call)?;
    let answer = site.app().described_apis().ask(api, call, key).await?;
    Ok(Reply {
        status: answer.status,
        headers: answer.headers,
        body: answer.body,
        is_cut: answer.is_cut,
        took: answer.took,
    })
}

fn bounded(call: &Call) -> Result<(), Problem> {
    match &call.body {
        Some((_, text)) if text.len() > BODY_BYTES_MAX => Err(Problem::new(
            ErrorKind::TooLarge,
            format!(
                "the body has {} bytes, more than the {BODY_BYTES_MAX} that the console sends",
                text.len()
            ),
        )),
        _ => Ok(()),
    }
}

impl Reply {
    /// The words of the status.
    pub fn reason(&self) -> &'static str {
        StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason()).unwrap_or("")
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

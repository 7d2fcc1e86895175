//! Errors over HTTP: a problem document (RFC 9457) for programs; for people the same as a page.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFRESH, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use townhall_app::Pending;
use townhall_model::ErrorKind;

/// What went wrong, where, and how to mend it.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: ErrorKind,
    status: StatusCode,
    detail: String,
    members: Map<String, Value>,
    /// In a box: every refusal carries room for it.
    pending: Option<Box<Pending>>,
}

/// After how many seconds a client may try again what was too much or away.
const RETRY_AFTER_SECONDS: u64 = 5;

/// After how many seconds it is worth asking again for an answer that is being computed.
const PENDING_SECONDS: u64 = 2;

impl Problem {
    /// A problem of this kind with one sentence for people.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(kind.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { kind, status, detail: detail.into(), members: Map::new(), pending: None }
    }

    /// The job that computes the answer, when that is why there is none yet: then the answer is 202, whatever envelope
    /// refusals have (RFC 9110, section 15.3.3).
    pub fn pending(&self) -> Option<&Pending> {
        self.pending.as_deref()
    }

    /// Says how to mend it.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        self.with_member("hint", json!(hint.into()))
    }

    /// Adds a member of its own to the document.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    /// Answers with another status than the kind's usual one.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What is said to the client. What went wrong on our side is for the log, not for the world.
    pub fn detail(&self) -> &str {
        match self.kind {
            ErrorKind::Internal => "The details are in the server's log under the request id.",
            _ => &self.detail,
        }
    }

    /// A member of its own.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// How to mend it.
    pub fn hint(&self) -> Option<&str> {
        self.members.get("hint").and_then(Value::as_str)
    }

    /// After how many seconds it is worth trying again.
    pub fn retry_after_s(&self) -> Option<u64> {
        if self.pending.is_some() {
            return Some(PENDING_SECONDS);
        }
        matches!(self.kind, ErrorKind::Limited | ErrorKind::Unavailable).then_some(RETRY_AFTER_SECONDS)
    }

    /// The document, with the request's id. `problems_url` is the page that explains the kinds.
    pub(crate) fn document(&self, problems_url: &str, request_id: &str) -> Vec<u8> {
        if let Some(pending) = &self.pending {
            return json!({
                "job": pending.job,
                "state": pending.state,
                "progress": {"done": pending.done, "total": pending.total, "message": pending.message},
                "url": format!("/api/jobs/{}", pending.job),
                "detail": self.detail,
                "hint": self.hint(),
            })
            .to_string()
            .into_bytes();
        }
        let mut document = json!({
            "type": format!("{problems_url}#{}", self.kind.slug()),
            "title": self.kind.title(),
            "status": self.status.as_u16(),
            "detail": self.detail(),
            "request_id": request_id,
        });
        if let Value::Object(map) = &mut document {
            map.extend(self.members.clone());
        }
        document.to_string().into_bytes()
    }
}

impl From<townhall_app::Error> for Problem {
    fn from(error: townhall_app::Error) -> Self {
        if error.kind() == ErrorKind::Internal {
            tracing::error!(error = %error, "a request failed: {error}");
        }
        let mut problem = Self::new(error.kind(), error.to_string());
        if let Some(at) = error.position() {
            problem = problem.with_member("position", json!(at));
        }
        if let Some(pending) = error.job() {
            problem.status = StatusCode::ACCEPTED;
            problem.pending = Some(Box::new(pending.clone()));
        }
        match error.hint() {
            Some(hint) => problem.with_hint(hint),
            None => problem,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(pending) = &self.pending {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            // Browsers ask again by themselves.
            headers.insert(REFRESH, HeaderValue::from(PENDING_SECONDS));
            if let Ok(place) = HeaderValue::from_str(&format!("/api/jobs/{}", pending.job)) {
                headers.insert(LOCATION, place);
            }
        }
        if let Some(seconds) = self.retry_after_s() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // What stands around every request writes the body: it knows the request's id and what the client reads.
        response.extensions_mut().insert(self);
        response
    }
}

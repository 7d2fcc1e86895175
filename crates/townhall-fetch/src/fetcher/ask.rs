//! A question to somebody's API: any status is an answer, and only named hosts are asked.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, header};
use url::Url;

use super::{Fetcher, failure, next_address};
use crate::error::FetchError;
use crate::guard::check;
use crate::limits::{ANSWER_HEADERS_MAX, REDIRECTS_MAX};

/// A question to an API.
#[derive(Debug, Clone)]
pub struct Question {
    /// `GET` and the like.
    pub method: String,
    /// Where.
    pub url: Url,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Headers that are for this server alone: they do not follow a redirect to another.
    pub secrets: Vec<(String, String)>,
    /// The media type and bytes of a body.
    pub body: Option<(String, Bytes)>,
    /// The hosts that may be asked, as `example.gov` or `example.gov:8080`; redirects lead to no other.
    pub hosts: Vec<String>,
    /// Bytes of the answer that are read; the rest is cut off.
    pub limit_bytes: usize,
    /// How long it may take in all.
    pub timeout: Duration,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// Where the redirects ended.
    pub url: Url,
    /// The headers, as far as they are text.
    pub headers: Vec<(String, String)>,
    /// The first bytes of the body, after decompression.
    pub body: Bytes,
    /// Whether there were more.
    pub is_cut: bool,
}

impl Fetcher {
    /// Asks, and follows redirects of questions without a body.
    pub async fn ask(&self, question: Question) -> Result<Answered, FetchError> {
        let timeout = question.timeout.min(self.inner.settings.total_timeout);
        let url = shown(&question.url);
        tokio::time::timeout(timeout, self.asked(question)).await.unwrap_or(Err(FetchError::TimedOut { url }))
    }

    async fn asked(&self, question: Question) -> Result<Answered, FetchError> {
        let bad = |what: &str| FetchError::Question { what: what.chars().take(100).collect() };
        let method = Method::from_bytes(question.method.as_bytes()).map_err(|_| bad(&question.method))?;
        let follows = matches!(method, Method::GET | Method::HEAD);
        let mut url = question.url.clone();
        for _ in 0..=REDIRECTS_MAX {
            is_listed(&url, &question.hosts)?;
            check(&url, &self.inner.settings.allow)?;
            let _turn = self.turn(&url).await;
            let mut request = self.inner.client.request(method.clone(), url.clone());
            let is_same = url.origin() == question.url.origin();
            let secrets = question.secrets.iter().filter(|_| is_same);
            for (name, value) in question.headers.iter().chain(secrets) {
                // What a client may not say of a connection is the client's own matter.
                let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad(name))?;
                if RESERVED.contains(&name) {
                    continue;
                }
                let mut value = HeaderValue::from_str(value).map_err(|_| bad(name.as_str()))?;
                value.set_sensitive(true);
                request = request.header(name, value);
            }
            if let Some((kind, body)) = &question.body {
                request = request.header(header::CONTENT_TYPE, kind).body(body.clone());
            }
            let response = request.send().await.map_err(|error| failure(&url, error)).map_err(plain)?;
            let is_moved = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
            if is_moved && follows && response.headers().contains_key(header::LOCATION) {
                url = next_address(&question.url, &url, response.headers()).map_err(plain)?;
                continue;
            }
            return read(response, url, question.limit_bytes).await;
        }
        Err(FetchError::Redirect { url: shown(&question.url), why: "too often" })
    }
}

/// Headers that the client writes itself.
const RESERVED: [HeaderName; 7] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::ACCEPT_ENCODING,
];

async fn read(response: reqwest::Response, url: Url, limit_bytes: usize) -> Result<Answered, FetchError> {
    let status = response.status().as_u16();
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let headers = response.headers().iter().filter_map(text).take(ANSWER_HEADERS_MAX).collect();
    let mut body = Vec::new();
    let mut is_cut = false;
    let mut stream = response.bytes_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| plain(failure(&url, error)))?;
        let room = limit_bytes - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            is_cut = true;
            break;
        }
    }
    Ok(Answered { status, url, headers, body: body.into(), is_cut })
}

fn is_listed(url: &Url, hosts: &[String]) -> Result<(), FetchError> {
    let host = url.host_str().unwrap_or_default();
    let named = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    match hosts.iter().any(|known| known.eq_ignore_ascii_case(&named)) {
        true => Ok(()),
        false => Err(FetchError::NotListed { host: named }),
    }
}

/// An address without its query, which may hold a key.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.into()
}

/// The same error without the query of its address.
fn plain(error: FetchError) -> FetchError {
    let without = |url: String| Url::parse(&url).map_or_else(|_| String::new(), |url| shown(&url));
    match error {
        FetchError::TimedOut { url } => FetchError::TimedOut { url: without(url) },
        FetchError::Failed { url, why } => FetchError::Failed { url: without(url), why },
        FetchError::Redirect { url, why } => FetchError::Redirect { url: without(url), why },
        other => other,
    }
}

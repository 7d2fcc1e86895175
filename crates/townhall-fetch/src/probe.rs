//! Looking at an address without taking what is there: every status is an answer, and each step of a redirect is told.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use jiff::Timestamp;
use reqwest::header::{self, HeaderMap};
use reqwest::{Method, tls::TlsInfo};
use tokio::time::Instant;
use url::Url;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::blocked::blocked_by;
use crate::error::FetchError;
use crate::fetcher::{Fetcher, failure};
use crate::guard::check;
use crate::limits::{ANSWER_HEADERS_MAX, REDIRECTS_MAX};

/// How an address is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Only what the server says of it (HEAD).
    Head,
    /// Its first bytes, by a range (RFC 9110, section 14).
    First {
        /// How many.
        bytes: usize,
    },
    /// The whole, up to so many bytes.
    Whole {
        /// How many at most.
        bytes: usize,
    },
}

/// What was found at an address.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The status of the last answer.
    pub status: u16,
    /// Where the redirects ended.
    pub url: Url,
    /// The redirects on the way there: where from, and by which status.
    pub hops: Vec<(Url, u16)>,
    /// The headers of the last answer, as far as they are text.
    pub headers: Vec<(String, String)>,
    /// The bytes that were asked for, after decompression.
    pub body: Bytes,
    /// Whether there were more.
    pub is_cut: bool,
    /// Who in front of the server keeps programs out, if that is what the answer says.
    pub blocked_by: Option<&'static str>,
    /// When the certificate of the last server ends.
    pub certificate_ends: Option<Timestamp>,
    /// How long the last answer took to begin.
    pub waited: Duration,
}

impl Seen {
    /// A header of the last answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// How large the thing is, as far as the answer says: by the range, or else by its length.
    pub fn size_bytes(&self) -> Option<u64> {
        if let Some(range) = self.header("content-range") {
            return range.rsplit_once('/').and_then(|(_, size)| size.parse().ok());
        }
        if self.header("content-encoding").is_some() {
            return None;
        }
        self.header("content-length").and_then(|size| size.parse().ok())
    }
}

impl Fetcher {
    /// Looks at an address; redirects are followed and told. The timeout is for the servers: time that is spent waiting for a turn,
    /// as a host or its robots.txt asks, is not theirs.
    ///
    /// # Errors
    ///
    /// When nothing was answered: the address may not be asked, the connection failed, or it took too long. Redirects without
    /// end are an error, too; one from https down to http is where the looking ends.
    pub async fn look(&self, url: &Url, look: Look, timeout: Duration) -> Result<Seen, FetchError> {
        self.looked(url, look, timeout).await
    }

    async fn looked(&self, first: &Url, look: Look, timeout: Duration) -> Result<Seen, FetchError> {
        let too_long = |_| FetchError::TimedOut { url: first.to_string() };
        let mut left = timeout;
        let mut hops = Vec::new();
        let mut url = first.clone();
        loop {
            check(&url, &self.inner.settings.allow)?;
            self.robots_allow(&url).await?;
            let turn = self.turn(&url).await;
            let began = Instant::now();
            let method = if look == Look::Head { Method::HEAD } else { Method::GET };
            let mut request = self.inner.client.request(method, url.clone());
            if let Look::First { bytes } = look {
                // Packed on the way, a range would be one of the packed bytes.
                request = request
                    .header(header::RANGE, format!("bytes=0-{}", bytes.saturating_sub(1)))
                    .header(header::ACCEPT_ENCODING, "identity");
            }
            let response = tokio::time::timeout(left, request.send()).await.map_err(too_long)?;
            let response = response.map_err(|error| failure(&url, error))?;
            let waited = began.elapsed();
            left = left.saturating_sub(waited);
            let status = response.status().as_u16();
            let is_moved = matches!(status, 301 | 302 | 303 | 307 | 308);
            let target = response.headers().get(header::LOCATION).and_then(|target| target.to_str().ok());
            let next = target.filter(|_| is_moved).and_then(|target| url.join(target).ok());
            if let Some(next) = next.filter(|next| !(url.scheme() == "https" && next.scheme() == "http")) {
                if hops.len() >= REDIRECTS_MAX {
                    return Err(FetchError::Redirect { url: first.to_string(), why: "too often" });
                }
                hops.push((std::mem::replace(&mut url, next), status));
                continue;
            }
            if let Some(time) = crate::fetcher::retry_after(response.headers()) {
                self.host(&url).stay_away(Duration::from_secs(time));
            }
            let mut seen = Seen {
                status,
                hops,
                headers: texts(response.headers()),
                body: Bytes::new(),
                is_cut: false,
                blocked_by: blocked_by(status, response.headers()),
                certificate_ends: response.extensions().get::<TlsInfo>().and_then(certificate_end),
                waited,
                url,
            };
            if let Look::First { bytes } | Look::Whole { bytes } = look {
                let mut body = Vec::new();
                let mut stream = response.bytes_stream();
                let end = Instant::now() + left;
                while let Some(chunk) = tokio::time::timeout_at(end, stream.next()).await.map_err(too_long)? {
                    let chunk = chunk.map_err(|error| failure(first, error))?;
                    let room = bytes - body.len();
                    body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                    if chunk.len() > room {
                        seen.is_cut = true;
                        break;
                    }
                }
                seen.body = body.into();
            }
            drop(turn);
            return Ok(seen);
        }
    }
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter_map(text).take(ANSWER_HEADERS_MAX).collect()
}

fn certificate_end(info: &TlsInfo) -> Option<Timestamp> {
    let (_, certificate) = X509Certificate::from_der(info.peer_certificate()?).ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}

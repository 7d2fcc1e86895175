//! One request, from the address to the last byte.

mod ask;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use ipnet::IpNet;
use jiff::Timestamp;
use reqwest::header::{self, HeaderMap};
use reqwest::redirect::Policy;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use tokio::io::AsyncWriteExt;
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

pub use ask::{Answered, Question};

use crate::blocked::blocked_by;
use crate::error::FetchError;
use crate::guard::check;
use crate::limits::{
    CONNECT_TIMEOUT, PER_HOST_MAX, REDIRECTS_MAX, RETRY_PAUSE, SILENCE_MAX, STAY_AWAY_MAX, TOTAL_TIMEOUT,
};
use crate::manners::{Host, Hosts, Manners};
use crate::resolve::{GuardedResolver, Lookup, NoPublicAddress, NoSuchName, SystemLookup};

/// How requests are made.
#[derive(Clone)]
pub struct FetchSettings {
    /// Private ranges that may be reached.
    pub allow: Vec<IpNet>,
    /// Who we are and whom to write to.
    pub user_agent: String,
    /// How long an answer may take in all.
    pub total_timeout: Duration,
    /// How many requests one host gets at the same time.
    pub per_host: usize,
    /// Resolves names; the machine's own settings when absent.
    pub lookup: Option<Arc<dyn Lookup>>,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            user_agent: concat!("Townhall/", env!("CARGO_PKG_VERSION"), " (open-data catalogue)").to_owned(),
            total_timeout: TOTAL_TIMEOUT,
            per_host: PER_HOST_MAX,
            lookup: None,
        }
    }
}

impl std::fmt::Debug for FetchSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FetchSettings")
            .field("allow", &self.allow)
            .field("user_agent", &self.user_agent)
            .finish()
    }
}

/// Makes guarded requests. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    pub(crate) inner: Arc<Inner>,
    manners: Arc<Manners>,
}

pub(crate) struct Inner {
    // The one place that may hold a client: everything else goes through the checks of this file.
    #[allow(clippy::disallowed_types, reason = "this is the guard that the rule points to")]
    pub(crate) client: reqwest::Client,
    pub(crate) settings: FetchSettings,
    hosts: Hosts,
}

/// What the client knows already, so that an unchanged answer need not be sent again.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// The `ETag` of the copy at hand.
    pub etag: Option<String>,
    /// The `Last-Modified` of the copy at hand.
    pub last_modified: Option<String>,
}

/// What was said of a fetched file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The HTTP status: 200, or 304 when the copy at hand is current.
    pub status: u16,
    /// Where the redirects ended.
    pub final_url: Url,
    /// Its media type, as sent.
    pub content_type: Option<String>,
    /// Its version.
    pub etag: Option<String>,
    /// When it changed.
    pub last_modified: Option<String>,
    /// Bytes after decompression.
    pub bytes: u64,
}

impl Fetcher {
    /// A fetcher with these settings.
    pub fn new(settings: FetchSettings) -> Result<Self, FetchError> {
        let lookup = settings.lookup.clone().unwrap_or_else(|| Arc::new(SystemLookup::new()));
        let resolver = GuardedResolver { lookup, allow: settings.allow.clone().into() };
        #[allow(clippy::disallowed_types, reason = "this is the guard that the rule points to")]
        let client = reqwest::Client::builder()
            .dns_resolver(Arc::new(resolver))
            // Redirects are followed here, each checked like the first address.
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .user_agent(&settings.user_agent)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(SILENCE_MAX)
            // Who looks at a link wants to know when its certificate ends.
            .tls_info(true)
            .build()
            .map_err(|error| FetchError::SetUp { why: error.to_string() })?;
        let inner = Arc::new(Inner { client, settings, hosts: Hosts::default() });
        Ok(Self { inner, manners: Arc::default() })
    }

    /// The same fetcher with other manners; what is known of hosts is shared.
    #[must_use]
    pub fn with(&self, manners: Manners) -> Self {
        Self { inner: self.inner.clone(), manners: Arc::new(manners) }
    }

    /// Fetches what is small, at most `limit_bytes` after decompression; nothing comes with the status 304.
    ///
    /// # Errors
    ///
    /// As for files.
    pub async fn get(
        &self,
        url: &Url,
        conditions: &Conditions,
        limit_bytes: u64,
    ) -> Result<(Fetched, Bytes), FetchError> {
        let work = async {
            let (response, final_url, _turn) = self.follow(url, conditions).await?;
            let mut fetched = describe(&response, final_url);
            let mut body = Vec::new();
            if fetched.status != 304 {
                let mut stream = response.bytes_stream();
                while let Some(chunk) = stream.next().await {
                    let chunk: Bytes = chunk.map_err(|error| failure(url, error))?;
                    body.extend_from_slice(&chunk);
                    if body.len() as u64 > limit_bytes {
                        return Err(FetchError::TooLarge { url: url.to_string(), limit_bytes });
                    }
                }
            }
            fetched.bytes = body.len() as u64;
            Ok((fetched, body.into()))
        };
        tokio::time::timeout(self.inner.settings.total_timeout, work)
            .await
            .unwrap_or_else(|_| Err(FetchError::TimedOut { url: url.to_string() }))
    }

    /// Fetches into a file, at most `limit_bytes` after decompression.
    pub async fn get_to_file(&self, url: &Url, path: &Path, limit_bytes: u64) -> Result<Fetched, FetchError> {
        self.get_changed_to_file(url, &Conditions::default(), path, limit_bytes).await
    }

    /// Fetches into a file unless the copy at hand is current; then nothing is written and the status is 304.
    pub async fn get_changed_to_file(
        &self,
        url: &Url,
        conditions: &Conditions,
        path: &Path,
        limit_bytes: u64,
    ) -> Result<Fetched, FetchError> {
        let work = async {
            let (response, final_url, _turn) = self.follow(url, conditions).await?;
            let mut fetched = describe(&response, final_url);
            if fetched.status == 304 {
                return Ok(fetched);
            }
            let mut file = tokio::fs::File::create(path).await.map_err(FetchError::Write)?;
            let mut stream = response.bytes_stream();
            while let Some(chunk) = stream.next().await {
                let chunk: Bytes = chunk.map_err(|error| failure(url, error))?;
                fetched.bytes += chunk.len() as u64;
                if fetched.bytes > limit_bytes {
                    return Err(FetchError::TooLarge { url: url.to_string(), limit_bytes });
                }
                file.write_all(&chunk).await.map_err(FetchError::Write)?;
            }
            file.flush().await.map_err(FetchError::Write)?;
            Ok(fetched)
        };
        tokio::time::timeout(self.inner.settings.total_timeout, work)
            .await
            .unwrap_or_else(|_| Err(FetchError::TimedOut { url: url.to_string() }))
    }

    /// Asks until something comes, as often as the manners allow.
    async fn follow(
        &self,
        first: &Url,
        conditions: &Conditions,
    ) -> Result<(reqwest::Response, Url, OwnedSemaphorePermit), FetchError> {
        let mut tried = 0;
        loop {
            let error = match self.follow_once(first, conditions).await {
                Ok(found) => return Ok(found),
                Err(error) => error,
            };
            let pause = match &error {
                FetchError::Status { status: 429 | 503, retry_after_s, blocked_by: None, .. } => {
                    Duration::from_secs(retry_after_s.unwrap_or(1 << tried.min(6)))
                }
                FetchError::Failed { .. } => RETRY_PAUSE,
                _ => return Err(error),
            };
            if tried >= self.manners.retries || pause > STAY_AWAY_MAX {
                return Err(error);
            }
            tried += 1;
            self.host(first).stay_away(pause);
        }
    }

    /// Sends the request and its redirects until something else comes.
    async fn follow_once(
        &self,
        first: &Url,
        conditions: &Conditions,
    ) -> Result<(reqwest::Response, Url, OwnedSemaphorePermit), FetchError> {
        let mut url = first.clone();
        for _ in 0..=REDIRECTS_MAX {
            check(&url, &self.inner.settings.allow)?;
            self.robots_allow(&url).await?;
            let turn = self.turn(&url).await;
            let mut request = self.inner.client.get(url.clone());
            if let Some(etag) = &conditions.etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            }
            if let Some(time) = &conditions.last_modified {
                request = request.header(header::IF_MODIFIED_SINCE, time);
            }
            let response = request.send().await.map_err(|error| failure(&url, error))?;
            let status = response.status();
            if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                url = next_address(first, &url, response.headers())?;
                continue;
            }
            let blocked_by = blocked_by(status.as_u16(), response.headers());
            if (status.is_success() && blocked_by.is_none()) || status.as_u16() == 304 {
                return Ok((response, url, turn));
            }
            return Err(FetchError::Status {
                url: first.to_string(),
                status: status.as_u16(),
                retry_after_s: retry_after(response.headers()),
                blocked_by,
            });
        }
        Err(FetchError::Redirect { url: first.to_string(), why: "too often" })
    }

    /// Waits until the host has room for one more request, and its time has come.
    pub(crate) async fn turn(&self, url: &Url) -> OwnedSemaphorePermit {
        let mut delay = self.manners.delay;
        if self.manners.obeys_robots
            && let Ok(robots) = self.robots(url).await
        {
            delay = delay.max(robots.delay);
        }
        self.host(url).turn(delay).await
    }

    /// Refuses an address that its host asks programs to leave alone, where that is obeyed.
    pub(crate) async fn robots_allow(&self, url: &Url) -> Result<(), FetchError> {
        if !self.manners.obeys_robots {
            return Ok(());
        }
        let robots = self.robots(url).await?;
        if robots.allow(url) {
            return Ok(());
        }
        let why = if robots.is_unknown() { "can't be had" } else { "says so" };
        Err(FetchError::Robots { url: url.to_string(), why })
    }

    pub(crate) fn host(&self, url: &Url) -> Arc<Host> {
        self.inner.hosts.of(url, self.inner.settings.per_host)
    }

    /// The product that our user agent begins with, by which robots.txt calls us.
    pub(crate) fn product(&self) -> &str {
        let agent = &self.inner.settings.user_agent;
        agent.split(['/', ' ']).next().unwrap_or(agent)
    }
}

/// In how many seconds the server wants to be asked again: it says seconds or a date (RFC 9110, section 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = text(headers, header::RETRY_AFTER)?;
    text.trim().parse().ok().or_else(|| {
        let at = jiff::fmt::rfc2822::parse(&text).ok()?.timestamp();
        u64::try_from(at.as_second() - jiff::Timestamp::now().as_second()).ok()
    })
}

fn next_address(first: &Url, from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let wrong = |why| FetchError::Redirect { url: first.to_string(), why };
    let target = text(headers, header::LOCATION).ok_or_else(|| wrong("without a target"))?;
    let next = from.join(&target).map_err(|_| wrong("to something that is no address"))?;
    if from.scheme() == "https" && next.scheme() == "http" {
        return Err(wrong("from https down to http"));
    }
    Ok(next)
}

fn describe(response: &reqwest::Response, final_url: Url) -> Fetched {
    let headers = response.headers();
    Fetched {
        status: response.status().as_u16(),
        final_url,
        content_type: text(headers, header::CONTENT_TYPE),
        etag: text(headers, header::ETAG),
        last_modified: text(headers, header::LAST_MODIFIED),
        bytes: 0,
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// What lies beneath a client error.
pub(crate) fn failure(url: &Url, error: reqwest::Error) -> FetchError {
    let host = || url.host_str().unwrap_or_default().to_owned();
    if error.is_timeout() {
        return FetchError::TimedOut { url: url.to_string() };
    }
    let mut cause = error.source();
    let mut deepest = String::new();
    while let Some(error) = cause {
        if error.is::<NoPublicAddress>() {
            return FetchError::NotPublic { host: host() };
        }
        if error.is::<NoSuchName>() {
            return FetchError::Unresolved { host: host() };
        }
        if let Some(rustls::Error::InvalidCertificate(wrong)) = carried(error).downcast_ref() {
            return untrusted(host(), wrong);
        }
        deepest = error.to_string();
        cause = error.source();
    }
    FetchError::Failed { url: url.to_string(), why: deepest }
}

/// What an I/O error carries, which it doesn't give as its source.
fn carried<'a>(mut error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    while let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        error = inner;
    }
    error
}

/// What is wrong with a certificate, and what can be done.
fn untrusted(host: String, wrong: &CertificateError) -> FetchError {
    let day = |time: UnixTime| Timestamp::from_second(i64::try_from(time.as_secs()).unwrap_or(i64::MAX)).ok();
    let mut ended = None;
    let why = match wrong {
        CertificateError::ExpiredContext { not_after, .. } => {
            ended = day(*not_after);
            ended.map_or_else(|| "has ended".to_owned(), |day| format!("ended at {day}"))
        }
        CertificateError::Expired => "has ended".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            day(*not_before).map_or_else(|| "is not valid yet".to_owned(), |day| format!("is not valid before {day}"))
        }
        CertificateError::NotValidYet => "is not valid yet".to_owned(),
        CertificateError::Revoked => "was revoked".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for other names".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "comes from nobody who is trusted here, or its server leaves out the certificates in between; authorities of one's \
             own are named by SSL_CERT_FILE"
                .to_owned()
        }
        other => format!("is not good: {other}"),
    };
    FetchError::Certificate { host, why, ended }
}

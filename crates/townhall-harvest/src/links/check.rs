//! Checks one link: HEAD first, then some bytes where HEAD is refused, may lie, or does not say enough.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use townhall_fetch::{FetchError, Fetcher, Look, Seen};
use townhall_model::record::{format_label, is_service_label};
use url::Url;

use super::error_pages::{Sibling, Siblings, is_door, leads_nowhere, says_missing, sibling_of};
use super::verdict::{Checked, Hop, Verdict};
use crate::asking::hash_of;
use crate::limits::{LINK_HEAD_BYTES, LINK_TEXT_CHARACTERS_MAX, LOOK_SECONDS};
use crate::page::{Page, read_page};
use crate::sniff::{Sniffed, fits, label_of_type, sniff};

/// A link to check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The address as it is written.
    pub url: String,
    /// What it is declared to be: a format or a media type. Any one will do.
    pub declared: Vec<String>,
    /// What was known of it the last time.
    pub known: Option<Known>,
}

/// What was known of a link the last time, so that what has not changed need not be taken again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its version.
    pub etag: Option<String>,
    /// When it changed.
    pub last_modified: Option<String>,
    /// The SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// The label of what it was by its first bytes.
    pub format: Option<String>,
}

impl Known {
    /// What a check found, for the next one.
    pub fn of(checked: &Checked) -> Self {
        Self {
            etag: checked.etag.clone(),
            last_modified: checked.last_modified.clone(),
            sha256: checked.sha256.clone(),
            format: checked.format.clone(),
        }
    }

    fn is_like(&self, seen: &Seen) -> bool {
        let (etag, modified) = (seen.header("etag"), seen.header("last-modified"));
        (etag.is_some() || modified.is_some())
            && etag == self.etag.as_deref()
            && modified == self.last_modified.as_deref()
    }
}

/// How links are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckSettings {
    /// Up to which size the bytes are taken and their SHA-256 told; 0 for none.
    pub hash_bytes_max: u64,
    /// How long one look may take.
    pub timeout: Duration,
    /// For how many days a certificate has to be good.
    pub certificate_days: i64,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self { hash_bytes_max: 1024 * 1024, timeout: Duration::from_secs(LOOK_SECONDS), certificate_days: 21 }
    }
}

/// Checks links, one at a time or many; what it learns of hosts serves the next link.
pub struct Checker {
    fetcher: Fetcher,
    settings: CheckSettings,
    siblings: Siblings,
}

impl Checker {
    /// A checker that asks through this fetcher, with its manners.
    pub fn new(fetcher: Fetcher, settings: CheckSettings) -> Self {
        Self { fetcher, settings, siblings: Siblings::default() }
    }

    /// Checks a link. `now` is for certificates alone.
    pub async fn check(&self, link: &Link, now: Timestamp) -> Checked {
        let declared = declared(link);
        let mut checked = self.checked(link, &declared, now).await;
        checked.declared = declared.into_iter().next();
        checked.reason = short(&checked.reason);
        if checked.is_broken() && checked.https.is_none() {
            checked.https = self.with_https(&link.url).await;
        }
        checked
    }

    async fn checked(&self, link: &Link, declared: &[String], now: Timestamp) -> Checked {
        let url = match link.url.trim().parse::<Url>() {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            Ok(url) => {
                let why = format!("addresses that begin with {}: are not checked", url.scheme());
                return Checked::new(&link.url, Verdict::Refused, why);
            }
            Err(error) => {
                return Checked::new(&link.url, Verdict::Missing, format!("it is no address: {error}"));
            }
        };
        let timeout = self.settings.timeout;
        let seen = match self.fetcher.look(&url, Look::Head, timeout).await {
            Ok(head) if !self.wants_bytes(link, declared, &head) => head,
            Ok(head) => {
                let whole = self.wants_whole(&head);
                match self.bytes(&head, whole, &url).await {
                    Ok(seen) => seen,
                    // What HEAD said stands, where it said something good.
                    Err(_) if head.status < 400 && whole.is_none() => head,
                    Err(error) => return self.failed(link, &error),
                }
            }
            // Some servers never answer HEAD.
            Err(FetchError::TimedOut { .. } | FetchError::Failed { .. }) => {
                match self.first_bytes(&url).await {
                    Ok(seen) => seen,
                    Err(error) => return self.failed(link, &error),
                }
            }
            Err(error) => return self.failed(link, &error),
        };
        self.judge(link, &url, declared, seen, now).await
    }

    /// Whether what HEAD says is not enough.
    fn wants_bytes(&self, link: &Link, declared: &[String], head: &Seen) -> bool {
        if head.status == 429 || head.header("retry-after").is_some() || head.blocked_by.is_some() {
            return false;
        }
        if !(200..300).contains(&head.status) {
            // HEAD lies more often than GET, and says less.
            return true;
        }
        if link.known.as_ref().is_some_and(|known| known.is_like(head) && known.format.is_some()) {
            return false;
        }
        let label = head.header("content-type").and_then(label_of_type);
        label.as_deref() == Some("HTML") || !declared.is_empty() || self.wants_whole(head).is_some()
    }

    /// How many bytes there are, where all of them are wanted.
    fn wants_whole(&self, head: &Seen) -> Option<usize> {
        let size = head.size_bytes().filter(|size| *size > 0 && *size <= self.settings.hash_bytes_max)?;
        (200..300).contains(&head.status).then(|| usize::try_from(size).ok()).flatten()
    }

    async fn bytes(&self, head: &Seen, whole: Option<usize>, url: &Url) -> Result<Seen, FetchError> {
        let mut seen = match whole {
            // One more than there should be, so that a server that says less than it has is found out.
            Some(bytes) => {
                self.fetcher.look(url, Look::Whole { bytes: bytes + 1 }, self.settings.timeout).await?
            }
            None => self.first_bytes(url).await?,
        };
        if (200..300).contains(&seen.status) {
            // A range is answered without some of what HEAD told.
            let told: Vec<_> =
                head.headers.iter().filter(|(name, _)| seen.header(name).is_none()).cloned().collect();
            if (200..300).contains(&head.status) {
                seen.headers.extend(told);
            }
        }
        Ok(seen)
    }

    /// The first bytes of what is there. Some servers refuse ranges, and an empty file has none.
    async fn first_bytes(&self, url: &Url) -> Result<Seen, FetchError> {
        let bytes = LINK_HEAD_BYTES;
        let seen = self.fetcher.look(url, Look::First { bytes }, self.settings.timeout).await?;
        match seen.status {
            400 | 405 | 406 | 412 | 416 | 500 | 501 => {
                self.fetcher.look(url, Look::Whole { bytes }, self.settings.timeout).await
            }
            _ => Ok(seen),
        }
    }

    async fn judge(
        &self,
        link: &Link,
        url: &Url,
        declared: &[String],
        seen: Seen,
        now: Timestamp,
    ) -> Checked {
        let mut checked = self.describe(link, &seen, now);
        let is_there = (200..300).contains(&seen.status);
        let found = sniff(&seen.body);
        checked.format = found.map(|found| found.label.to_owned());
        checked.inside = found.and_then(|found| found.inside).map(str::to_owned);
        if checked.format.is_none()
            && let Some(known) = link.known.as_ref().filter(|known| is_there && known.is_like(&seen))
        {
            checked.format = known.format.clone();
            checked.sha256 = known.sha256.clone();
        }
        if is_there && !seen.is_cut && !seen.body.is_empty() && seen.status == 200 {
            let is_small = seen.body.len() as u64 <= self.settings.hash_bytes_max;
            checked.sha256 = is_small.then(|| hash_of(&seen.body));
            checked.bytes = checked.bytes.or(Some(seen.body.len() as u64));
        }
        let is_page = found.is_some_and(|found| found.label == "HTML");
        let page = if is_page { read_page(&seen.body, &seen.url) } else { Page::default() };
        let (verdict, reason) = match seen.status {
            _ if seen.blocked_by.is_some() => {
                let by = seen.blocked_by.unwrap_or_default();
                (Verdict::Blocked, format!("{by} in front of the server keeps programs out"))
            }
            200..300 => self.judge_page(url, declared, &seen, found, &page).await,
            401 | 407 => (Verdict::NeedsLogin, "the server asks for a name and a password".to_owned()),
            403 | 451 => {
                (Verdict::NeedsLogin, format!("the server gives it not to everybody ({})", seen.status))
            }
            410 => (Verdict::Gone, "the server says that it is gone for good (410)".to_owned()),
            429 => (Verdict::ServerError, "the server asks for patience (429)".to_owned()),
            300..400 => downgrade(&seen),
            400..500 => {
                (Verdict::Missing, format!("the server says that nothing is there ({})", seen.status))
            }
            status => (Verdict::ServerError, format!("the server has a mistake of its own ({status})")),
        };
        checked.verdict = verdict;
        checked.reason = reason;
        checked
    }

    /// What something that is there really is.
    async fn judge_page(
        &self,
        url: &Url,
        declared: &[String],
        seen: &Seen,
        found: Option<Sniffed>,
        page: &Page,
    ) -> (Verdict, String) {
        let is_page = found.is_some_and(|found| found.label == "HTML");
        let wants_page = declared.iter().any(|label| label == "HTML");
        // Services may answer with a page when nothing is asked.
        let wants_data =
            !declared.is_empty() && !wants_page && !declared.iter().any(|label| is_service_label(label));
        let was_led = !seen.hops.is_empty() && seen.url != *url;
        let leads_to = was_led.then_some(&seen.url);
        if was_led && is_door(&seen.url) && !is_door(url) && (is_page || found.is_none()) {
            let host = seen.url.host_str().unwrap_or_default();
            return (Verdict::NeedsLogin, format!("it leads to a login at {host}"));
        }
        if is_page {
            if page.refresh.as_ref().is_some_and(|refresh| is_door(refresh) && !is_door(url)) {
                return (Verdict::NeedsLogin, "it is a page that leads to a login".to_owned());
            }
            if page.asks_password && wants_data {
                return (Verdict::NeedsLogin, "it is a page that asks for a password".to_owned());
            }
            if says_missing(page) {
                let said = if page.title.is_empty() { &page.heading } else { &page.title };
                return (Verdict::SoftMissing, format!("it is a page that says “{said}”"));
            }
            if leads_to.is_some_and(|to| leads_nowhere(url, to)) {
                return (Verdict::SoftMissing, format!("it leads to {}, which is something else", seen.url));
            }
            if wants_data {
                if self.is_like_nothing(url, page, leads_to).await {
                    let why = "it is the same page that stands where nothing can be".to_owned();
                    return (Verdict::SoftMissing, why);
                }
                let what = declared.join(" or ");
                return (Verdict::WrongType, format!("it is declared as {what} and is a web page"));
            }
        }
        if let Some(found) = found
            && !declared.is_empty()
            && !is_page
            && !declared.iter().any(|label| fits(label, found))
        {
            let is = match found.inside {
                Some(inside) => format!("{} with {inside} inside", found.label),
                None => found.label.to_owned(),
            };
            return (Verdict::WrongType, format!("it is declared as {} and is {is}", declared.join(" or ")));
        }
        if seen.body.is_empty() && seen.size_bytes() == Some(0) && wants_data {
            return (Verdict::WrongType, "it is empty".to_owned());
        }
        if !was_led {
            return (Verdict::Works, "it can be had".to_owned());
        }
        let is_for_good = seen.hops.iter().all(|(_, status)| matches!(status, 301 | 308));
        match is_for_good {
            true => (Verdict::Moved, format!("it has moved for good to {}", seen.url)),
            false => (Verdict::Redirected, format!("it leads to {} for now", seen.url)),
        }
    }

    /// Whether a page is the one that stands where nothing can be. It is asked for once a host.
    async fn is_like_nothing(&self, url: &Url, page: &Page, leads_to: Option<&Url>) -> bool {
        let cell = self.siblings.of(url);
        let sibling = cell
            .get_or_init(|| async {
                let sibling = sibling_of(url);
                let look = Look::First { bytes: LINK_HEAD_BYTES };
                let seen = self.fetcher.look(&sibling, look, self.settings.timeout).await.ok()?;
                let read = read_page(&seen.body, &seen.url);
                Some(Sibling {
                    is_there: (200..300).contains(&seen.status),
                    leads_to: (!seen.hops.is_empty()).then_some(seen.url),
                    words: (read.title, read.heading),
                })
            })
            .await;
        sibling.as_ref().is_some_and(|sibling| sibling.is_like(page, leads_to))
    }

    /// What the answer says besides.
    fn describe(&self, link: &Link, seen: &Seen, now: Timestamp) -> Checked {
        let header = |name: &str| seen.header(name).map(short);
        let soon = SignedDuration::from_hours(24 * self.settings.certificate_days);
        let ends = seen.certificate_ends.filter(|ends| ends.duration_since(now) < soon);
        Checked {
            status: Some(seen.status),
            first_status: Some(seen.hops.first().map_or(seen.status, |(_, status)| *status)),
            leads_to: (!seen.hops.is_empty()).then(|| seen.url.to_string()),
            hops: seen
                .hops
                .iter()
                .map(|(url, status)| Hop { url: url.to_string(), status: *status })
                .collect(),
            content_type: header("content-type"),
            bytes: seen.size_bytes(),
            etag: header("etag"),
            last_modified: header("last-modified"),
            certificate_ends: ends.map(|ends| ends.to_string()),
            blocked_by: seen.blocked_by.map(str::to_owned),
            retry_after_s: matches!(seen.status, 429 | 503)
                .then(|| seen.header("retry-after")?.trim().parse().ok())
                .flatten(),
            waited_ms: Some(u64::try_from(seen.waited.as_millis()).unwrap_or(u64::MAX)),
            ..Checked::new(&link.url, Verdict::Unchecked, "")
        }
    }

    fn failed(&self, link: &Link, error: &FetchError) -> Checked {
        let verdict = match error {
            FetchError::Scheme { .. }
            | FetchError::Credentials { .. }
            | FetchError::Port { .. }
            | FetchError::NotPublic { .. }
            | FetchError::Robots { .. } => Verdict::Refused,
            FetchError::Redirect { .. } => Verdict::ServerError,
            _ => Verdict::Unreachable,
        };
        let ended = match error {
            FetchError::Certificate { ended, .. } => ended.map(|ended| ended.to_string()),
            _ => None,
        };
        Checked { certificate_ends: ended, ..Checked::new(&link.url, verdict, error.to_string()) }
    }

    /// The same address with https, if that answers.
    async fn with_https(&self, url: &str) -> Option<String> {
        let mut url: Url = url.parse().ok()?;
        if url.scheme() != "http" || url.port().is_some() || url.set_scheme("https").is_err() {
            return None;
        }
        let seen = self.fetcher.look(&url, Look::Head, self.settings.timeout).await.ok()?;
        (200..300).contains(&seen.status).then(|| url.to_string())
    }
}

/// What a link is declared to be, as labels: what its record says, else what its name says.
fn declared(link: &Link) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for text in &link.declared {
        let by_type = label_of_type(text);
        if let Some(label) = by_type.or_else(|| format_label(Some(text), None, None))
            && !labels.contains(&label)
        {
            labels.push(label);
        }
    }
    if labels.is_empty() {
        labels.extend(format_label(None, None, Some(&link.url)));
    }
    labels
}

/// An https address that leads down to http is not followed.
fn downgrade(seen: &Seen) -> (Verdict, String) {
    match seen.header("location") {
        Some(to) => {
            (Verdict::Redirected, format!("it leads to {to}, which is not followed: down from https to http"))
        }
        None => (Verdict::ServerError, format!("the server redirects to nowhere ({})", seen.status)),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LINK_TEXT_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

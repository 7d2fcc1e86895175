//! One look at one office: its listing, the page about its data, its digital strategy.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Semaphore;
use townhall_fetch::{Conditions, FetchError, Fetcher, Look, Manners, Seen};
use townhall_metadata::scorecard::{
    AddressFacts, LinkCounts, ListingFacts, LookFacts, Office, PageFacts, Sample, Standing, StrategyFacts,
    judge_listing, judge_page, judge_strategy, public_listing, regressions,
};
use townhall_model::{BlobId, ErrorKind};
use townhall_store::{Actor, NewLook, StoredLook};
use url::Url;

use super::{Scorecard, day_of, read, written};
use crate::Error;
use crate::limits::{LISTING_BYTES_MAX, SCORECARD_LOOK_SECONDS, SCORECARD_PAGE_BYTES_MAX};
use crate::workshop::Material;

/// What came of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The office.
    pub office: String,
    /// The standing of its listing.
    pub standing: Standing,
    /// Datasets of its listing.
    pub datasets: u64,
    /// Datasets with errors.
    pub invalid: u64,
    /// Whether something was other than before.
    pub is_new: bool,
    /// What got worse.
    pub worse: Vec<String>,
}

/// A listing that was had, with what was found in it.
#[derive(Default)]
struct Had {
    facts: ListingFacts,
    samples: Vec<Sample>,
    listing: Option<BlobId>,
    errors: Option<BlobId>,
}

const LOOK_TIMEOUT: Duration = Duration::from_secs(SCORECARD_LOOK_SECONDS);

impl Scorecard<'_> {
    /// Looks at an office and keeps what was seen. `turns` bounds how many listings are judged at the same time.
    pub(super) async fn look_at(
        &self,
        actor: &Actor,
        office: &Office,
        now: Timestamp,
        turns: &Semaphore,
    ) -> Result<Looked, Error> {
        let store = self.app.store();
        let last = store.looks_at(&office.id, 1).await?.into_iter().next();
        let before: Option<LookFacts> = last.as_ref().map(|look| read(&look.facts)).transpose()?;
        let manners = Manners { delay: self.settings().pause, obeys_robots: true, retries: 1 };
        let fetcher = self.app.fetcher().with(manners);
        let had = self.listing(&fetcher, office, last.as_ref(), before.as_ref(), turns).await?;
        let page = self.page(&fetcher, office, had.samples).await?;
        let strategy = strategy(&fetcher, office).await;
        let facts = LookFacts { listing: had.facts, page, strategy };
        self.keep(actor, office, (last, before), facts, (had.listing, had.errors), now).await
    }

    /// Says what became of the links of an office's listing, as whoever checks links found it.
    pub async fn tell_links(
        &self,
        actor: &Actor,
        office: &str,
        links: LinkCounts,
        now: Timestamp,
    ) -> Result<Looked, Error> {
        let office = self.office(office).await?;
        let last = self.app.store().looks_at(&office.id, 1).await?.into_iter().next();
        let last = last.ok_or_else(|| {
            Error::new(ErrorKind::Conflict, format!("nobody has looked at `{}` yet", office.id))
                .with_hint("run `townhall scorecard run` first")
        })?;
        let before: LookFacts = read(&last.facts)?;
        let mut facts = before.clone();
        facts.listing.links = Some(links);
        let blobs = (last.listing, last.errors);
        self.keep(actor, &office, (Some(last), Some(before)), facts, blobs, now).await
    }

    /// Judges what was seen and keeps it.
    async fn keep(
        &self,
        actor: &Actor,
        office: &Office,
        (last, before): (Option<StoredLook>, Option<LookFacts>),
        facts: LookFacts,
        (listing, errors): (Option<BlobId>, Option<BlobId>),
        now: Timestamp,
    ) -> Result<Looked, Error> {
        let quarter = self.milestones().current(day_of(now)).date;
        let earlier = self.facts_before(&office.id, quarter).await?;
        let standing = public_listing(&facts, earlier.as_ref()).standing;
        let worse = match (&last, &before) {
            (Some(last), Some(before)) => {
                let stood = Standing::of(&last.standing).unwrap_or_default();
                regressions(&office.name, (before, stood), (&facts, standing))
            }
            _ => Vec::new(),
        };
        let new = NewLook {
            office: office.id.clone(),
            milestone: quarter.to_string(),
            at: now,
            facts: written(&facts)?,
            standing: standing.name().to_owned(),
            listing,
            errors,
            regressions: worse.iter().map(|one| (one.kind.to_owned(), one.message.clone())).collect(),
        };
        let is_new = self.app.store().put_look(actor, &new).await?;
        Ok(Looked {
            office: office.id.clone(),
            standing,
            datasets: facts.listing.total_records,
            invalid: facts.listing.error_count,
            is_new,
            worse: if is_new { worse.into_iter().map(|one| one.message).collect() } else { Vec::new() },
        })
    }

    async fn listing(
        &self,
        fetcher: &Fetcher,
        office: &Office,
        last: Option<&StoredLook>,
        before: Option<&LookFacts>,
        turns: &Semaphore,
    ) -> Result<Had, Error> {
        let Some(url) = office.listing() else { return Ok(Had::default()) };
        let mut address = looked(fetcher, &url).await;
        let mut had = Had::default();
        if !address.is_there() {
            had.facts =
                ListingFacts { address, schema_version: office.schema.clone(), ..ListingFacts::default() };
            return Ok(had);
        }
        let mut known = last.and_then(|last| last.listing).filter(|_| {
            before.is_some_and(|before| before.listing.address.expected_url == address.expected_url)
        });
        if let Some(blob) = &known
            && self.app.blobs().size(blob).await?.is_none()
        {
            known = None;
        }
        let conditions = match (&known, before) {
            (Some(_), Some(before)) => Conditions {
                etag: before.listing.address.etag.clone(),
                last_modified: before.listing.address.filetime.clone(),
            },
            _ => Conditions::default(),
        };
        let part = self.app.workshop().part()?;
        let fetched = fetcher.get_changed_to_file(&url, &conditions, &part, LISTING_BYTES_MAX).await;
        let blob = match fetched {
            Ok(fetched) if fetched.status == 304 && known.is_some() => {
                address.etag = conditions.etag;
                address.filetime = conditions.last_modified;
                address.download_content_length =
                    before.and_then(|before| before.listing.address.download_content_length);
                known
            }
            Ok(fetched) => {
                if let Some(said) = &fetched.content_type {
                    address.content_type = Some(said.clone());
                }
                address.is_expected_type = is_json(address.content_type.as_deref());
                address.download_content_length = Some(fetched.bytes);
                address.etag = fetched.etag;
                address.filetime = fetched.last_modified.or(address.filetime);
                Some(self.app.blobs().put_file(&part).await?)
            }
            Err(error @ FetchError::Write(_)) => return Err(error.into()),
            Err(error) => {
                fail(&mut address, &error);
                None
            }
        };
        drop(part);
        let Some(blob) = blob else {
            had.facts =
                ListingFacts { address, schema_version: office.schema.clone(), ..ListingFacts::default() };
            return Ok(had);
        };
        let file = self.app.blobs().open_file(&blob).await?;
        let material = Material::of_file(file.path()).named(url.as_str());
        let schema = office.schema.clone();
        let turn =
            turns.acquire().await.map_err(|_| Error::new(ErrorKind::Internal, "nobody judges listings"))?;
        let (judged, errors) = self
            .app
            .compute(move || {
                let _file = file;
                let judged = judge_listing(&material, &schema)?;
                let mut lines = Vec::new();
                for finding in &judged.errors {
                    serde_json::to_writer(&mut lines, finding).map_err(std::io::Error::from)?;
                    lines.push(b'\n');
                }
                Ok::<_, Error>((judged, lines))
            })
            .await??;
        drop(turn);
        had.errors = match errors.is_empty() {
            true => None,
            false => Some(self.app.blobs().put_bytes(&errors).await?),
        };
        had.facts = ListingFacts { address, ..judged.facts };
        had.facts.links = match self.link_counts(office).await? {
            Some(counts) => Some(counts),
            // What was told from elsewhere still holds for the same listing.
            None => before
                .filter(|_| known.as_ref() == Some(&blob))
                .and_then(|before| before.listing.links.clone()),
        };
        had.samples = judged.samples;
        had.listing = Some(blob);
        Ok(had)
    }

    /// What became of the links of an office, if this portal has its records: then the link checker has been there. It may also
    /// be told from elsewhere, through [`Scorecard::tell_links`].
    async fn link_counts(&self, office: &Office) -> Result<Option<LinkCounts>, Error> {
        let slug = townhall_store::slug_of(&office.name);
        if self.app.store().organization(&slug).await?.is_none() {
            return Ok(None);
        }
        let found = self.app.links().dashboard(Some(&slug)).await?;
        Ok((found.checked > 0).then_some(LinkCounts {
            http_2xx: found.http_2xx,
            http_3xx: found.http_3xx,
            http_4xx: found.http_4xx,
            http_5xx: found.http_5xx,
            http_0: found.http_0,
            pdf: found.pdf,
            html: found.html,
            format_mismatch: found.format_mismatch,
        }))
    }

    async fn page(
        &self,
        fetcher: &Fetcher,
        office: &Office,
        samples: Vec<Sample>,
    ) -> Result<PageFacts, Error> {
        let Some(url) = office.page() else { return Ok(PageFacts::default()) };
        let (mut address, body) = whole(fetcher, &url).await;
        address.is_expected_type = address
            .content_type
            .as_deref()
            .is_some_and(|said| said.trim().to_ascii_lowercase().starts_with("text/html"));
        if !address.is_there() {
            return Ok(PageFacts { address, ..PageFacts::default() });
        }
        let facts = self.app.compute(move || judge_page(&String::from_utf8_lossy(&body), &samples)).await?;
        Ok(PageFacts { address, ..facts })
    }
}

async fn strategy(fetcher: &Fetcher, office: &Office) -> StrategyFacts {
    let Some(url) = office.strategy() else { return StrategyFacts::default() };
    let (mut address, body) = whole(fetcher, &url).await;
    address.is_expected_type = is_json(address.content_type.as_deref());
    if !address.is_there() {
        return StrategyFacts { address, ..StrategyFacts::default() };
    }
    StrategyFacts { address, ..judge_strategy(&body) }
}

/// Asks what is at an address, without taking it. Some servers know no HEAD, or answer it otherwise than GET.
async fn looked(fetcher: &Fetcher, url: &Url) -> AddressFacts {
    let seen = match fetcher.look(url, Look::Head, LOOK_TIMEOUT).await {
        Ok(seen) if (200..300).contains(&seen.status) && seen.header("content-type").is_some() => Ok(seen),
        Err(
            error
            @ (FetchError::Robots { .. } | FetchError::Unresolved { .. } | FetchError::NotPublic { .. }),
        ) => Err(error),
        _ => fetcher.look(url, Look::First { bytes: 1 }, LOOK_TIMEOUT).await,
    };
    told(url, seen.as_ref())
}

/// Takes a small thing whole.
async fn whole(fetcher: &Fetcher, url: &Url) -> (AddressFacts, bytes::Bytes) {
    let seen = fetcher.look(url, Look::Whole { bytes: SCORECARD_PAGE_BYTES_MAX }, LOOK_TIMEOUT).await;
    let mut address = told(url, seen.as_ref());
    let body = seen.map(|seen| seen.body).unwrap_or_default();
    if address.is_there() && address.download_content_length.is_none() {
        address.download_content_length = Some(body.len() as u64);
    }
    (address, body)
}

/// What a server said, in the dashboard's words.
fn told(url: &Url, seen: Result<&Seen, &FetchError>) -> AddressFacts {
    let mut address = AddressFacts { expected_url: url.to_string(), ..AddressFacts::default() };
    match seen {
        Ok(seen) => {
            address.url = Some(seen.url.to_string());
            address.redirect_count = seen.hops.len() as u64;
            // A part was asked for; that it came means that the whole is there.
            address.http_code = if seen.status == 206 { 200 } else { seen.status };
            address.content_type = seen.header("content-type").map(str::to_owned);
            address.is_expected_type = is_json(address.content_type.as_deref());
            address.filetime = seen.header("last-modified").map(str::to_owned);
            address.download_content_length = seen.size_bytes();
            address.trouble = seen.blocked_by.map(|who| format!("{who} in front of it keeps programs out"));
        }
        Err(error) => fail(&mut address, error),
    }
    address
}

fn fail(address: &mut AddressFacts, error: &FetchError) {
    if let FetchError::Status { status, .. } = error {
        address.http_code = *status;
    }
    address.trouble = Some(match error {
        // Whoever does not even answer for that is hardly there.
        FetchError::Robots { why: "can't be had", .. } => {
            "its server does not answer for its robots.txt, so it was asked for nothing else".to_owned()
        }
        error => error.to_string(),
    });
}

/// Whether a media type is JSON, in UTF-8 where it names a charset.
fn is_json(said: Option<&str>) -> bool {
    let Some(said) = said else { return false };
    let mut parts = said.split(';').map(|part| part.trim().to_ascii_lowercase());
    let is_json = parts.next().is_some_and(|kind| kind == "application/json");
    let charset =
        parts.find_map(|part| part.strip_prefix("charset=").map(|name| name.trim_matches('"').to_owned()));
    is_json && charset.is_none_or(|charset| charset == "utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scorecard_expects_json_in_utf_8() {
        for (said, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=\"UTF-8\"", true),
            ("application/json; charset=iso-8859-1", false),
            ("text/html; charset=utf-8", false),
            ("text/plain", false),
        ] {
            assert_eq!(is_json(Some(said)), expected, "{said}");
        }
        assert!(!is_json(None));
    }
}

//! Walks a listing that comes in pages, and tells whether it was seen whole.
//!
//! A page is cut into its records without reading them; each is a part of its own, so that only what changed is read. A listing may
//! change while it is read, pages may fail, come twice or never end, and the count that a portal gives may be wrong: all of that
//! makes the listing partial, because what it does not name would be taken for gone.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::value::RawValue;
use townhall_fetch::{Conditions, FetchError};
use url::Url;

use crate::asking::Asking;
use crate::error::HarvestError;
use crate::limits::{DOCUMENT_BYTES_MAX, LISTING_ROUNDS_MAX, PAGES_FAILED_MAX, PARTS_MAX};
use crate::source::{Found, Listing};

/// Where in a listing a page begins.
#[derive(Debug, Clone, Default)]
pub struct At {
    /// How many records come before it.
    pub start: u64,
    /// How many it should have.
    pub rows: usize,
    /// The last record before it.
    pub last: Option<Arc<str>>,
}

/// A record in a page.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The part that it is.
    pub part: Arc<str>,
    /// When it changed, as the page says.
    pub stamp: Option<String>,
    /// The record as it stands there.
    pub bytes: Bytes,
}

/// A page of a listing.
#[derive(Debug, Default)]
pub struct Page {
    /// How many records the whole listing has, as the page says.
    pub count: Option<u64>,
    /// How many records the page has, those included that can't be told from others.
    pub rows: u64,
    /// The records.
    pub entries: Vec<Entry>,
}

impl Page {
    /// A page of these records; `describe` gives a record its name and its stamp.
    pub fn of(
        count: Option<u64>,
        records: Vec<Box<RawValue>>,
        describe: impl Fn(&RawValue) -> Option<(String, Option<String>)>,
    ) -> Self {
        let rows = records.len() as u64;
        let entries = records.into_iter().filter_map(|record| {
            let (part, stamp) = describe(&record)?;
            let bytes = Bytes::from(Box::<str>::from(record).into_string());
            Some(Entry { part: part.into(), stamp, bytes })
        });
        Self { count, rows, entries: entries.collect() }
    }
}

/// A listing in pages.
#[async_trait]
pub trait Pages: Send + Sync {
    /// How many records a page should have.
    fn rows(&self) -> usize;

    /// The address of a page.
    fn url(&self, at: &At) -> Url;

    /// Reads a page; the error says what it is instead.
    fn read(&self, body: &[u8]) -> Result<Page, String>;

    /// Hands over the records of a page that are new in this harvest.
    async fn take(&self, asking: &Asking<'_>, at: &At, entries: Vec<Entry>) -> Result<(), HarvestError>;

    /// What a portal of this kind is called.
    fn wanted(&self) -> &'static str;

    /// Whether a page can begin anywhere, so that a record that breaks its page can be passed over.
    fn can_skip(&self) -> bool {
        true
    }

    /// Whether the records stand in a fixed order, so that a page can begin with the last record of the one before: where it does
    /// not, the listing was changed in between, and something moved over the edge.
    fn overlaps(&self) -> bool {
        false
    }

    /// The most records that pages reach.
    fn reach(&self) -> Option<u64> {
        None
    }

    /// Whether the first page should be tried once more, because it can be asked for in another way.
    fn tries_otherwise(&self, _: &HarvestError) -> bool {
        false
    }
}

/// Walks a listing to its end.
///
/// # Errors
///
/// When not even its first page can be had.
pub async fn walk(
    asking: &Asking<'_>,
    pages: &dyn Pages,
    read_as: &'static str,
) -> Result<Listing, HarvestError> {
    let mut walk = Walk { asking, pages, seen: Names::default(), failed: 0, missing: None };
    for _ in 0..LISTING_ROUNDS_MAX {
        match walk.round().await? {
            End::Whole => {
                walk.missing = None;
                break;
            }
            End::Short(why) => {
                walk.missing.get_or_insert(why);
                break;
            }
            End::Changed(why) => walk.missing = Some(why),
        }
    }
    Ok(match walk.missing {
        None => Listing::complete(read_as),
        Some(why) => {
            asking.note(why.clone()).await?;
            Listing::partial(read_as, why)
        }
    })
}

/// How going through the pages ended.
enum End {
    /// Every record was named.
    Whole,
    /// Some may not have been, and going through them again would not help.
    Short(String),
    /// The listing was another at its end than at its beginning.
    Changed(String),
}

struct Walk<'w, 'a> {
    asking: &'w Asking<'a>,
    pages: &'w dyn Pages,
    seen: Names,
    failed: usize,
    missing: Option<String>,
}

impl Walk<'_, '_> {
    async fn round(&mut self) -> Result<End, HarvestError> {
        let full = self.pages.rows();
        let mut at = At { rows: full, ..At::default() };
        let mut round = Round::default();
        let mut has_tried_otherwise = false;
        loop {
            if let Some(reach) = self.pages.reach() {
                at.rows = at.rows.min(usize::try_from(reach.saturating_sub(at.start)).unwrap_or(usize::MAX));
                if at.rows == 0 {
                    return Ok(round.ended_because(format!("pages reach only {reach} records")));
                }
            }
            let before = at.last.clone().filter(|_| self.pages.overlaps());
            let asked = match &before {
                Some(_) => At { start: at.start - 1, rows: at.rows.max(2), last: None },
                None => at.clone(),
            };
            let page = match self.page(&asked).await {
                Ok(page) => page,
                Err(HarvestError::Stopped) => return Err(HarvestError::Stopped),
                Err(error) => {
                    let is_first = round.named.count() == 0;
                    if is_first && !has_tried_otherwise && self.pages.tries_otherwise(&error) {
                        has_tried_otherwise = true;
                        continue;
                    }
                    // Waiting in vain is what takes the most time.
                    let is_slow = matches!(error, HarvestError::Fetch(FetchError::TimedOut { .. }));
                    self.failed += if is_slow { PAGES_FAILED_MAX / 4 } else { 1 };
                    let can_go_on = is_of_the_page(&error) && self.failed < PAGES_FAILED_MAX;
                    if can_go_on && at.rows > 1 {
                        round.troubles.push(at.start + at.rows as u64);
                        at.rows = (at.rows / 10).max(1);
                        continue;
                    }
                    if can_go_on && !is_first && self.pages.can_skip() {
                        round.refused = Some(format!("a page of the listing can't be had: {error}"));
                        at = At { start: at.start + 1, rows: at.rows, last: None };
                        at.rows = round.rows(&at, full);
                        continue;
                    }
                    if is_first && self.seen.count() == 0 {
                        return Err(error);
                    }
                    return Ok(End::Short(format!("the listing breaks off: {error}")));
                }
            };
            if let Some(count) = page.count {
                if round.counts.is_none() && self.seen.count() == 0 {
                    self.asking.tell(Found::Expecting(count)).await?;
                }
                round.counts = Some((round.counts.map_or(count, |(first, _)| first), count));
            }
            if page.rows == 0 || (before.is_some() && page.rows == 1) {
                return Ok(round.ended());
            }
            let has_moved =
                before.is_some() && page.entries.first().map(|entry| &entry.part) != before.as_ref();
            let last = page.entries.last().map(|entry| entry.part.clone());
            let mut new = Vec::new();
            let mut is_new = false;
            for entry in page.entries {
                is_new |= round.named.add(&entry.part);
                if self.seen.add(&entry.part) {
                    new.push(entry);
                }
            }
            if !is_new {
                // Some portals answer the last page for everything after it, others the first one for ever.
                return Ok(round.ended_because("the same page comes again and again".to_owned()));
            }
            if self.seen.count() > PARTS_MAX {
                return Ok(End::Short(format!("it lists more than {PARTS_MAX} records")));
            }
            let whole = At { start: asked.start, rows: page.rows as usize, last: None };
            self.pages.take(self.asking, &whole, new).await?;
            if has_moved {
                return Ok(End::Changed("the listing changed while it was read".to_owned()));
            }
            at = At { start: asked.start + page.rows, rows: at.rows, last };
            at.rows = round.rows(&at, full);
        }
    }

    async fn page(&self, at: &At) -> Result<Page, HarvestError> {
        let url = self.pages.url(at);
        let got = self.asking.fetcher.get(&url, &Conditions::default(), DOCUMENT_BYTES_MAX).await?;
        self.pages.read(&got.1).map_err(|why| {
            let (url, wanted) = (url.to_string(), self.pages.wanted());
            HarvestError::Unexpected { url, wanted, why }
        })
    }
}

/// Going through the pages once.
#[derive(Default)]
struct Round {
    named: Names,
    /// How many records the first and the last page said that there are.
    counts: Option<(u64, u64)>,
    /// Where pages that failed would have ended, the largest first: up to there they are smaller.
    troubles: Vec<u64>,
    /// What was passed over.
    refused: Option<String>,
}

impl Round {
    /// How many records the next page should have.
    fn rows(&mut self, at: &At, full: usize) -> usize {
        let mut rows = at.rows;
        while self.troubles.pop_if(|end| *end <= at.start).is_some() {
            rows = rows.saturating_mul(10);
        }
        if self.troubles.is_empty() { full } else { rows.min(full) }
    }

    fn ended(&self) -> End {
        if let Some((first, last)) = self.counts
            && first != last
        {
            let why = format!("the listing changed while it was read: from {first} records to {last}");
            return End::Changed(why);
        }
        match (&self.refused, self.counts) {
            (Some(why), _) => End::Short(why.clone()),
            (None, Some((_, count))) if (self.named.count() as u64) < count => {
                End::Short(format!("the listing counts {count} records and names {}", self.named.count()))
            }
            _ => End::Whole,
        }
    }

    /// The end at a place where nothing says that it is one: it is, if as many were named as there should be.
    fn ended_because(&self, why: String) -> End {
        match self.ended() {
            End::Whole if self.counts.is_some() => End::Whole,
            End::Changed(why) => End::Changed(why),
            _ => End::Short(why),
        }
    }
}

/// Whether the trouble may be with what the page holds: a smaller one, or the next, may do better.
fn is_of_the_page(error: &HarvestError) -> bool {
    match error {
        HarvestError::Fetch(FetchError::Status { status, blocked_by: None, .. }) => {
            matches!(status, 500 | 502 | 504 | 409)
        }
        HarvestError::Fetch(FetchError::TimedOut { .. } | FetchError::TooLarge { .. }) => true,
        HarvestError::Unexpected { .. } => true,
        _ => false,
    }
}

/// The names that were seen, as numbers: two million of them shall not fill the memory.
#[derive(Default)]
struct Names {
    hasher: RandomState,
    seen: HashSet<u64>,
}

impl Names {
    /// Adds a name; says whether it is new.
    fn add(&mut self, name: &str) -> bool {
        self.seen.insert(self.hasher.hash_one(name))
    }

    fn count(&self) -> usize {
        self.seen.len()
    }
}

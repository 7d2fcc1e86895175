//! Copies of the files that links lead to: taken of those that work, so that they can be had when their server is gone.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::stream::{self, StreamExt};
use jiff::Timestamp;
use townhall_fetch::{Conditions, FetchError, Fetcher};
use townhall_harvest::links::Checked;
use townhall_model::BlobId;
use townhall_store::{Actor, Mirror, StoredLink};
use url::Url;

use super::Links;
use super::rounds::detail;
use crate::Error;
use crate::limits::{LINKS_PER_PAGE, MIRRORS_AT_ONCE};

/// Which files are copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorSettings {
    /// Whose: the slugs of organizations, each with its parts, or `*` for all. Nothing is copied when it is empty.
    pub organizations: Vec<String>,
    /// The largest file, in bytes.
    pub file_bytes: u64,
    /// How many bytes all copies may have.
    pub total_bytes: u64,
}

impl Default for MirrorSettings {
    fn default() -> Self {
        Self { organizations: Vec::new(), file_bytes: 256 << 20, total_bytes: 20 << 30 }
    }
}

/// What came of taking copies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MirrorReport {
    /// Files that were copied, for the first time or anew.
    pub copied: u64,
    /// Files that are as their copies are.
    pub unchanged: u64,
    /// Files that are too large.
    pub too_large: u64,
    /// Files that could not be had this time.
    pub failed: u64,
    /// Files that there was no room for.
    pub no_room: u64,
}

/// A copy of a file as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorView {
    /// Where it can be had on this portal.
    pub path: String,
    /// Its name.
    pub name: String,
    /// What its server said it is.
    pub media_type: String,
    /// Its bytes.
    pub blob: BlobId,
    /// How many these are.
    pub bytes: u64,
    /// When they were copied.
    pub copied_at: Timestamp,
    /// Where they came from.
    pub url: String,
}

/// What to do about a file.
enum Need {
    /// Nothing: the copy is of the same bytes.
    None,
    /// It is larger than any copy may be.
    TooLarge,
    /// Ask for it, unless it is still what is kept.
    Ask(Conditions),
}

/// Counts of what came of it, as several at once come to an end.
#[derive(Default)]
struct Tally {
    copied: AtomicU64,
    unchanged: AtomicU64,
    too_large: AtomicU64,
    failed: AtomicU64,
    no_room: AtomicU64,
    /// Bytes of all copies.
    bytes: AtomicU64,
}

impl Tally {
    fn report(&self) -> MirrorReport {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        MirrorReport {
            copied: count(&self.copied),
            unchanged: count(&self.unchanged),
            too_large: count(&self.too_large),
            failed: count(&self.failed),
            no_room: count(&self.no_room),
        }
    }
}

impl Links<'_> {
    /// Takes a copy of every file that works and has changed since its last copy, until told to stop.
    pub async fn mirror(
        &self,
        mut progress: impl FnMut(u64),
        stop: impl Future<Output = ()>,
    ) -> Result<MirrorReport, Error> {
        let settings = &self.app.settings().links;
        let Some(organizations) = self.mirrored_organizations().await? else {
            return Ok(MirrorReport::default());
        };
        let fetcher = settings.fetcher(self.app.fetcher());
        let tally = Tally { bytes: self.app.store().mirrored_bytes().await?.into(), ..Tally::default() };
        let mut stop = std::pin::pin!(stop);
        let (mut after, mut looked_at) = (String::new(), 0);
        loop {
            let store = self.app.store();
            let now = Timestamp::now();
            let page = store.links_to_mirror(&organizations, &after, LINKS_PER_PAGE).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.id);
            looked_at += page.len() as u64;
            let ids: Vec<String> = page.iter().map(|link| link.id.clone()).collect();
            let mut known: HashMap<String, Mirror> =
                store.mirrors(&ids).await?.into_iter().map(|known| (known.link.clone(), known)).collect();
            let mut under_way = stream::iter(page)
                .map(|link| {
                    let known = known.remove(&link.id);
                    self.mirror_one(&fetcher, link, known, &tally)
                })
                .buffer_unordered(MIRRORS_AT_ONCE);
            let mut as_good = Vec::new();
            let is_over = loop {
                tokio::select! {
                    () = &mut stop => break true,
                    one = under_way.next() => match one {
                        Some(outcome) => as_good.extend(outcome?),
                        None => break false,
                    },
                }
            };
            drop(under_way);
            store.saw_mirrors(&as_good, now).await?;
            if is_over {
                break;
            }
            progress(looked_at);
        }
        Ok(tally.report())
    }

    /// The slugs of those whose files are copied; empty for all, nothing for nobody.
    async fn mirrored_organizations(&self) -> Result<Option<Vec<String>>, Error> {
        let wanted = &self.app.settings().links.mirror.organizations;
        if wanted.iter().any(|slug| slug == "*") {
            return Ok(Some(Vec::new()));
        }
        let mut slugs = Vec::new();
        for slug in wanted {
            match self.parts(Some(slug)).await {
                Ok(parts) => slugs.extend(parts.unwrap_or_default()),
                // It may have its first dataset tomorrow.
                Err(error) => tracing::warn!("`links.mirror` names `{slug}`: {error}"),
            }
        }
        Ok((!slugs.is_empty()).then_some(slugs))
    }

    /// Takes the copy of a file where one is wanted; the id of the link when the copy from before is as good as the file.
    async fn mirror_one(
        &self,
        fetcher: &Fetcher,
        link: StoredLink,
        known: Option<Mirror>,
        tally: &Tally,
    ) -> Result<Option<String>, Error> {
        let limits = &self.app.settings().links.mirror;
        let add = |count: &AtomicU64| count.fetch_add(1, Ordering::Relaxed);
        let now = Timestamp::now();
        let kept = known.as_ref().and_then(|known| known.copy).map_or(0, |(_, bytes)| bytes);
        let room = limits.total_bytes.saturating_sub(tally.bytes.load(Ordering::Relaxed)) + kept;
        let checked = detail(&link.standing);
        // From the link itself: where it leads for now may be an address for one hour.
        let Ok(url) = Url::parse(&link.url) else { return Ok(None) };
        let conditions = match need(checked.as_ref(), known.as_ref(), limits.file_bytes) {
            Need::None => {
                add(&tally.unchanged);
                return Ok(Some(link.id));
            }
            Need::TooLarge => {
                add(&tally.too_large);
                self.too_large(&link, known, limits.file_bytes, now).await?;
                return Ok(None);
            }
            Need::Ask(conditions) => conditions,
        };
        let size = checked.as_ref().and_then(|checked| checked.bytes).unwrap_or(0);
        if size.max(1) > room {
            add(&tally.no_room);
            return Ok(None);
        }
        let folder = self.app.temporary_folder()?;
        let path = folder.path().join("file");
        let most = limits.file_bytes.min(room);
        let fetched = match fetcher.get_changed_to_file(&url, &conditions, &path, most).await {
            Ok(fetched) => fetched,
            Err(FetchError::TooLarge { .. }) if most == limits.file_bytes => {
                add(&tally.too_large);
                self.too_large(&link, known, most, now).await?;
                return Ok(None);
            }
            Err(FetchError::TooLarge { .. }) => {
                add(&tally.no_room);
                return Ok(None);
            }
            Err(error) => {
                tracing::debug!("no copy of `{}` could be taken: {error}", link.url);
                add(&tally.failed);
                return Ok(None);
            }
        };
        if fetched.status == 304 {
            add(&tally.unchanged);
            return Ok(Some(link.id));
        }
        // It was a file a moment ago: a page in its place is a server in trouble, and the copy from before is better.
        let is_page =
            |kind: Option<&str>| kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        if is_page(fetched.content_type.as_deref())
            && checked.as_ref().is_some_and(|checked| !is_page(checked.content_type.as_deref()))
        {
            add(&tally.failed);
            return Ok(None);
        }
        let blob = self.app.blobs().put_file(&path).await?;
        let is_same = known.as_ref().and_then(|known| known.copy).is_some_and(|(known, _)| known == blob);
        let copied_at = known.filter(|_| is_same).map_or(now, |known| known.copied_at);
        let mirror = Mirror {
            link: link.id,
            url: link.url,
            copy: Some((blob, fetched.bytes)),
            media_type: fetched.content_type.unwrap_or_default(),
            etag: fetched.etag,
            last_modified: fetched.last_modified,
            copied_at,
            seen_at: now,
            reason: None,
            is_withdrawn: false,
        };
        self.app.store().put_mirror(&mirror).await?;
        tally.bytes.fetch_add(fetched.bytes, Ordering::Relaxed);
        tally.bytes.fetch_sub(kept, Ordering::Relaxed);
        add(if is_same { &tally.unchanged } else { &tally.copied });
        Ok(None)
    }

    /// Notes that a file is too large. A copy from before it grew stays.
    async fn too_large(
        &self,
        link: &StoredLink,
        known: Option<Mirror>,
        limit_bytes: u64,
        now: Timestamp,
    ) -> Result<(), Error> {
        let reason = Some(format!("the file has more than {limit_bytes} bytes (links.mirror_file_mb)"));
        let known = known.unwrap_or_else(|| none_of(link.id.clone(), link.url.clone(), now));
        Ok(self.app.store().put_mirror(&Mirror { seen_at: now, reason, ..known }).await?)
    }

    /// The copy of a link's file, which anybody may have: there is one only of what public datasets name.
    pub async fn copy(&self, link: &str) -> Result<MirrorView, Error> {
        let found = self.app.store().public_mirrors(&[link.to_owned()]).await?.pop();
        found.and_then(view_of_mirror).ok_or_else(|| Error::not_found("copy of a file", link))
    }

    /// A page of what is kept, in an order of its own, after a link.
    pub async fn copies(&self, after: &str, limit: u32) -> Result<Vec<Mirror>, Error> {
        Ok(self.app.store().mirrors_after(after, limit).await?)
    }

    /// Takes away the copy of the file at an address, and sees to it that no other is taken.
    pub async fn withdraw_copy(&self, actor: &Actor, url: &str) -> Result<(), Error> {
        let now = Timestamp::now();
        let reason = Some(format!("it was taken away on {}", now.strftime("%Y-%m-%d")));
        let gone = none_of(townhall_store::link_id(url), url.to_owned(), now);
        Ok(self.app.store().withdraw_mirror(actor, &Mirror { reason, ..gone }).await?)
    }

    /// Lets the file at an address be copied again; whether anything was known of it.
    pub async fn allow_copy(&self, actor: &Actor, url: &str) -> Result<bool, Error> {
        Ok(self.app.store().allow_mirror(actor, &townhall_store::link_id(url)).await?)
    }
}

/// That there is no copy.
fn none_of(link: String, url: String, now: Timestamp) -> Mirror {
    Mirror {
        link,
        url,
        copy: None,
        media_type: String::new(),
        etag: None,
        last_modified: None,
        copied_at: now,
        seen_at: now,
        reason: None,
        is_withdrawn: false,
    }
}

/// What is to be done by what the last check found and what is kept.
fn need(checked: Option<&Checked>, known: Option<&Mirror>, file_bytes: u64) -> Need {
    if checked.and_then(|checked| checked.bytes).is_some_and(|bytes| bytes > file_bytes) {
        return Need::TooLarge;
    }
    let Some((known, (blob, bytes))) = known.and_then(|known| Some((known, known.copy?))) else {
        return Need::Ask(Conditions::default());
    };
    let Some(checked) = checked else { return Need::Ask(conditions(known)) };
    let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    let is_same = match &checked.sha256 {
        Some(hash) => *hash == blob.to_string(),
        None => {
            checked.bytes == Some(bytes)
                && (same(&checked.etag, &known.etag) || same(&checked.last_modified, &known.last_modified))
        }
    };
    if is_same { Need::None } else { Need::Ask(conditions(known)) }
}

fn conditions(known: &Mirror) -> Conditions {
    Conditions { etag: known.etag.clone(), last_modified: known.last_modified.clone() }
}

/// A copy as people see it; nothing where there is none.
pub(super) fn view_of_mirror(mirror: Mirror) -> Option<MirrorView> {
    let (blob, bytes) = mirror.copy?;
    let path = mirror.url.split(['?', '#']).next().unwrap_or_default();
    let name = path.splitn(4, '/').nth(3).and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let name: String = percent_encoding::percent_decode_str(name)
        .decode_utf8_lossy()
        .chars()
        .filter(|character| !character.is_control() && !matches!(character, '/' | '\\'))
        .take(120)
        .collect();
    let name = if name.trim_matches('.').is_empty() { "file".to_owned() } else { name };
    Some(MirrorView {
        path: format!("/mirror/{}", mirror.link),
        name,
        media_type: match mirror.media_type.trim() {
            "" => "application/octet-stream".to_owned(),
            known => known.to_owned(),
        },
        blob,
        bytes,
        copied_at: mirror.copied_at,
        url: mirror.url,
    })
}

//! What a source works with: its address and options, the way out, and the way to hand over.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::Sender;
use townhall_fetch::{Conditions, Fetcher};
use townhall_metadata::{Dialect, DialectInfo, ReadError, ReadOptions, Summary, dialect, read_any};
use townhall_model::record::Version;
use townhall_model::{Finding, Severity};
use url::Url;

use crate::error::HarvestError;
use crate::source::{Address, Found, Listing, Memory, PartState};

/// One harvest of one source, as the source sees it.
pub struct Asking<'a> {
    /// Where the source is.
    pub address: Address,
    /// What is set for it besides.
    pub options: &'a BTreeMap<String, String>,
    /// Makes requests, with the manners that are set for the source.
    pub fetcher: Fetcher,
    /// What its parts were like the last time.
    pub memory: &'a dyn Memory,
    /// Where files may be put until the harvest ends.
    pub folder: &'a Path,
    /// Takes what is found.
    pub out: Sender<Found>,
}

/// A part that was asked for.
pub enum Taken<T> {
    /// It is as it was; that has been told.
    Unchanged,
    /// It is here, with what it is like now.
    New(T, PartState),
}

impl<'a> Asking<'a> {
    /// The same harvest of another address.
    #[must_use]
    pub fn at(&self, address: Address) -> Asking<'a> {
        Asking {
            address,
            options: self.options,
            fetcher: self.fetcher.clone(),
            memory: self.memory,
            folder: self.folder,
            out: self.out.clone(),
        }
    }

    /// Hands something over.
    ///
    /// # Errors
    ///
    /// [`HarvestError::Stopped`] when nobody takes it any more.
    pub async fn tell(&self, found: Found) -> Result<(), HarvestError> {
        self.out.send(found).await.map_err(|_| HarvestError::Stopped)
    }

    /// An option, if it is set to something.
    pub fn option(&self, name: &str) -> Option<&'a str> {
        self.options.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The address on the web.
    ///
    /// # Errors
    ///
    /// When the source is on this machine and its kind can't be.
    pub fn url(&self, wanted: &'static str) -> Result<&Url, HarvestError> {
        self.address.web().ok_or_else(|| HarvestError::Unexpected {
            url: self.address.to_string(),
            wanted,
            why: "it is no address of the web".to_owned(),
        })
    }

    /// Tells that a part is listed and could not be had.
    ///
    /// # Errors
    ///
    /// When nobody takes what is found any more, of which such trouble may itself be a sign.
    pub async fn tell_failed(&self, part: &Arc<str>, error: HarvestError) -> Result<(), HarvestError> {
        if matches!(error, HarvestError::Stopped) {
            return Err(error);
        }
        let finding = Finding::new("SOURCE-UNREACHABLE", Severity::Error, error.to_string())
            .with_value(part)
            .with_fix("see that the address answers, or that nothing lists it any more");
        self.tell(Found::Failed { part: part.clone(), finding }).await
    }

    /// Tells something about the source as a whole that people should look at.
    ///
    /// # Errors
    ///
    /// When nobody takes what is found any more.
    pub async fn note(&self, message: impl Into<String>) -> Result<(), HarvestError> {
        self.tell(Found::Note(Finding::new("SOURCE-LISTING", Severity::Warning, message))).await
    }

    /// Fetches a part into a file unless it is as it was; then that is told.
    ///
    /// # Errors
    ///
    /// As the fetcher; the caller decides whether the harvest can go on.
    pub async fn take_file(
        &self,
        part: &Arc<str>,
        url: &Url,
        path: &Path,
        limit_bytes: u64,
    ) -> Result<Taken<()>, HarvestError> {
        let known = self.memory.part(part).unwrap_or_default();
        let conditions = Conditions { etag: known.etag.clone(), last_modified: known.last_modified.clone() };
        let fetched = self.fetcher.get_changed_to_file(url, &conditions, path, limit_bytes).await?;
        if fetched.status == 304 {
            self.tell(Found::Unchanged { part: part.clone() }).await?;
            return Ok(Taken::Unchanged);
        }
        let hash = hash_of_file(path).await?;
        let (etag, last_modified) = (fetched.etag, fetched.last_modified);
        let state = PartState { stamp: None, etag, last_modified, hash: Some(hash) };
        if known.hash == state.hash {
            self.tell(Found::Unchanged { part: part.clone() }).await?;
            return Ok(Taken::Unchanged);
        }
        Ok(Taken::New((), state))
    }

    /// Fetches a small part unless it is as it was; then that is told. `stamp` is what the listing says of it: when it says the
    /// same as the last time, nothing is fetched at all.
    ///
    /// # Errors
    ///
    /// As the fetcher; the caller decides whether the harvest can go on.
    pub async fn take(
        &self,
        part: &Arc<str>,
        url: &Url,
        stamp: Option<String>,
        limit_bytes: u64,
    ) -> Result<Taken<Bytes>, HarvestError> {
        let known = self.memory.part(part).unwrap_or_default();
        if stamp.is_some() && stamp == known.stamp {
            self.tell(Found::Unchanged { part: part.clone() }).await?;
            return Ok(Taken::Unchanged);
        }
        let conditions = Conditions { etag: known.etag.clone(), last_modified: known.last_modified.clone() };
        let (fetched, body) = self.fetcher.get(url, &conditions, limit_bytes).await?;
        let hash = if fetched.status == 304 { known.hash.clone() } else { Some(hash_of(&body)) };
        let (etag, last_modified) = (fetched.etag, fetched.last_modified);
        let state = PartState { stamp, etag, last_modified, hash };
        if fetched.status == 304 || known.hash == state.hash {
            self.tell_touched(part, known, state).await?;
            return Ok(Taken::Unchanged);
        }
        Ok(Taken::New(body, state))
    }

    /// Hands over a record that came within a page of a listing, unless it is as it was. Where the page says when it changed,
    /// that counts: portals also send numbers that change by themselves, such as how often something was looked at.
    ///
    /// # Errors
    ///
    /// When nobody takes the records any more.
    pub async fn read_entry(
        &self,
        dialect: &'static str,
        part: &Arc<str>,
        stamp: Option<String>,
        bytes: Bytes,
    ) -> Result<(), HarvestError> {
        let known = self.memory.part(part).unwrap_or_default();
        if stamp.is_some() && stamp == known.stamp {
            return self.tell(Found::Unchanged { part: part.clone() }).await;
        }
        let state = PartState { stamp, hash: Some(hash_of(&bytes)), ..PartState::default() };
        if known.hash == state.hash {
            return self.tell_touched(part, known, state).await;
        }
        self.read_bytes_as(dialect, part, bytes, state).await.map(drop)
    }

    /// Tells that a part is as it was, and what saves the next fetch: it was touched, not changed.
    async fn tell_touched(
        &self,
        part: &Arc<str>,
        known: PartState,
        state: PartState,
    ) -> Result<(), HarvestError> {
        self.tell(Found::Unchanged { part: part.clone() }).await?;
        if state.stamp.is_none() || state.stamp == known.stamp {
            return Ok(());
        }
        let state = PartState {
            etag: state.etag.or(known.etag),
            last_modified: state.last_modified.or(known.last_modified),
            ..state
        };
        self.tell(Found::Read { part: part.clone(), state, is_complete: false }).await
    }

    /// Has a file read in whatever dialect it is, and hands its records over.
    ///
    /// # Errors
    ///
    /// When nobody takes the records any more. What can't be read at all is told as failed, and is an incomplete listing.
    pub async fn read_file(
        &self,
        part: &Arc<str>,
        path: &Path,
        fallback: Option<String>,
        state: PartState,
    ) -> Result<Listing, HarvestError> {
        let path = path.to_owned();
        let open = move || File::open(&path);
        self.read_with(None, part, open, fallback, state).await
    }

    /// The same of bytes in memory.
    ///
    /// # Errors
    ///
    /// As [`Self::read_file`].
    pub async fn read_bytes(
        &self,
        part: &Arc<str>,
        bytes: Bytes,
        fallback: Option<String>,
        state: PartState,
    ) -> Result<Listing, HarvestError> {
        self.read_with(None, part, move || Ok(io::Cursor::new(bytes)), fallback, state).await
    }

    /// The same of bytes whose dialect the source knows, however they begin.
    ///
    /// # Errors
    ///
    /// As [`Self::read_file`].
    pub async fn read_bytes_as(
        &self,
        id: &'static str,
        part: &Arc<str>,
        bytes: Bytes,
        state: PartState,
    ) -> Result<Listing, HarvestError> {
        self.read_with(dialect(id), part, move || Ok(io::Cursor::new(bytes)), None, state).await
    }

    async fn read_with<R: Read + 'static>(
        &self,
        known: Option<&'static dyn Dialect>,
        part: &Arc<str>,
        open: impl FnOnce() -> io::Result<R> + Send + 'static,
        fallback: Option<String>,
        state: PartState,
    ) -> Result<Listing, HarvestError> {
        let (out, its) = (self.out.clone(), part.clone());
        let read = tokio::task::spawn_blocking(move || -> Result<(&DialectInfo, Summary), ReadError> {
            let mut input = open().map_err(ReadError::Io)?;
            let options = ReadOptions::default();
            let mut hand_over = |item| {
                let found =
                    Found::Item { part: its.clone(), fallback: fallback.clone(), item: Box::new(item) };
                match out.blocking_send(found) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            };
            match known {
                Some(dialect) => Ok((dialect.info(), dialect.read(&mut input, &options, &mut hand_over)?)),
                None => read_any(&mut input, &options, &mut hand_over),
            }
        });
        let read = read.await.map_err(|_| HarvestError::Stopped)?;
        let (dialect, summary) = match read {
            Ok(read) => read,
            Err(error) => {
                let finding = Finding::new("SOURCE-UNREADABLE", Severity::Error, error.to_string())
                    .with_value(part)
                    .with_fix("publish a catalog that one of the dialects of this program can read");
                self.tell(Found::Failed { part: part.clone(), finding }).await?;
                return Ok(Listing::partial("", format!("`{part}` could not be read: {error}")));
            }
        };
        if summary.is_stopped {
            return Err(HarvestError::Stopped);
        }
        for finding in summary.findings.iter().cloned() {
            self.tell(Found::Note(finding)).await?;
        }
        let is_complete = !summary.is_truncated;
        // What broke off is fetched again the next time, even if it says that it is unchanged.
        let state = if is_complete { state } else { PartState::default() };
        self.tell(Found::Read { part: part.clone(), state, is_complete }).await?;
        let read_as = name_of(dialect, &summary).to_owned();
        Ok(match is_complete {
            true => Listing::complete(read_as),
            false => Listing::partial(read_as, format!("`{part}` breaks off before its end")),
        })
    }
}

/// What was read, for people. Every version of DCAT-US is read by the same dialect.
fn name_of(dialect: &DialectInfo, summary: &Summary) -> &'static str {
    let is_dcat_us = dialect.id.parse::<Version>().is_ok();
    let version =
        summary.version.filter(|_| is_dcat_us).and_then(|version| townhall_metadata::dialect(version.id()));
    version.map_or(dialect.name, |version| version.info().name)
}

/// The SHA-256 of bytes, in hexadecimal digits.
pub(crate) fn hash_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

async fn hash_of_file(path: &Path) -> Result<String, HarvestError> {
    let path = path.to_owned();
    let hashed = tokio::task::spawn_blocking(move || -> Result<String, HarvestError> {
        let failed = |source| HarvestError::Read { path: path.display().to_string(), source };
        let mut file = File::open(&path).map_err(failed)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 128 * 1024];
        loop {
            match file.read(&mut buffer).map_err(failed)? {
                0 => return Ok(hex(&hasher.finalize())),
                count => hasher.update(&buffer[..count]),
            }
        }
    });
    hashed.await.map_err(|_| HarvestError::Stopped)?
}

fn hex(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

//! Fetches the documents that a listing names, several at a time, and has each read.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use url::Url;

use super::s3::without_signature;
use crate::asking::{Asking, Taken};
use crate::error::HarvestError;
use crate::limits::{DOCUMENT_BYTES_MAX, DOCUMENTS_AT_ONCE};
use crate::source::{Found, Listing};

/// A document of a listing.
#[derive(Debug, Clone)]
pub struct Document {
    /// What it is known by: its records' part, and their identifier where they have none.
    pub part: Arc<str>,
    /// Where it is.
    pub url: Url,
    /// What the listing says of when it changed.
    pub stamp: Option<String>,
}

/// What is done with a document that has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It is metadata, and a failure if it is not.
    Metadata,
    /// It is a page that may have metadata in it, or not.
    Page,
}

/// Fetches documents that changed and has them read. Returns what they were read as, if any was.
///
/// # Errors
///
/// When nobody takes the records any more; a document that can't be had or read is told as failed.
pub async fn take_documents(
    asking: &Asking<'_>,
    documents: Vec<Document>,
    wanted: Wanted,
) -> Result<Option<String>, HarvestError> {
    stream::iter(documents)
        .map(|document| take(asking, document, wanted))
        .buffer_unordered(DOCUMENTS_AT_ONCE)
        .try_fold(None, async |known, read_as| Ok(known.or(read_as)))
        .await
}

async fn take(
    asking: &Asking<'_>,
    document: Document,
    wanted: Wanted,
) -> Result<Option<String>, HarvestError> {
    let Document { part, url, stamp } = document;
    let (body, state) = match asking.take(&part, &url, stamp, DOCUMENT_BYTES_MAX).await {
        Ok(Taken::New(body, state)) => (body, state),
        Ok(Taken::Unchanged) => return Ok(None),
        Err(HarvestError::Fetch(error)) => {
            return asking.tell_failed(&part, without_signature(error)).await.map(|()| None);
        }
        Err(error) => return Err(error),
    };
    if wanted == Wanted::Page && !has_dataset(&body) {
        // It is remembered, so that it need not be fetched again before it changes.
        asking.tell(Found::Read { part, state, is_complete: true }).await?;
        return Ok(None);
    }
    let Listing { read_as, .. } = asking.read_bytes(&part, body, Some(part.to_string()), state).await?;
    Ok(Some(read_as).filter(|read_as| !read_as.is_empty()))
}

/// Whether a page describes data in the words of schema.org.
fn has_dataset(page: &[u8]) -> bool {
    let has = |word: &[u8]| page.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
    has(b"ld+json") && has(b"schema.org") && (has(b"Dataset\"") || has(b"DataCatalog\""))
}

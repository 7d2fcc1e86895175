//! Takes a catalog that is one file, which many kinds of sources have somewhere.

use std::sync::Arc;

use url::Url;

use crate::asking::{Asking, Taken};
use crate::error::HarvestError;
use crate::limits::CATALOG_BYTES_MAX;
use crate::source::Listing;

/// Fetches a catalog, unless it is as it was, and hands its records over.
///
/// # Errors
///
/// When it can't be had.
pub async fn take_whole(asking: &Asking<'_>, url: &Url) -> Result<Listing, HarvestError> {
    let part: Arc<str> = url.as_str().into();
    let path = asking.folder.join("catalog");
    match asking.take_file(&part, url, &path, CATALOG_BYTES_MAX).await? {
        Taken::Unchanged => Ok(Listing::complete("")),
        Taken::New((), state) => asking.read_file(&part, &path, None, state).await,
    }
}

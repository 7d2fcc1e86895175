//! Tells what kind of source an address is.

use std::time::Duration;

use townhall_fetch::Look;

use crate::asking::Asking;
use crate::error::HarvestError;
use crate::limits::{HEAD_BYTES, LOOK_SECONDS};
use crate::sniff::{GZIP, unpacked};
use crate::source::{Address, Source};
use crate::sources::SOURCES;

/// What an address is.
pub struct Detected {
    /// The kind of source.
    pub source: &'static dyn Source,
    /// The address to harvest.
    pub address: Address,
}

/// Tells what kind of source an address is: the kinds are asked in the order of their list, the most certain first.
///
/// # Errors
///
/// When nothing answers, or nothing that answers is known.
pub async fn detect(asking: &Asking<'_>) -> Result<Detected, HarvestError> {
    let mut refused = None;
    let head = match &asking.address {
        Address::Web(url) => {
            let look = Look::Whole { bytes: HEAD_BYTES };
            match asking.fetcher.look(url, look, Duration::from_secs(LOOK_SECONDS)).await {
                Ok(seen) if seen.status < 400 => {
                    let body = seen.body.as_ref();
                    let inside = if body.starts_with(GZIP) { unpacked(body) } else { None };
                    String::from_utf8_lossy(inside.as_deref().unwrap_or(body)).into_owned()
                }
                Ok(seen) => {
                    refused = Some((seen.status, seen.blocked_by));
                    String::new()
                }
                Err(error) => return Err(error.into()),
            }
        }
        Address::Bucket(_) | Address::Local(_) => String::new(),
    };
    for source in SOURCES {
        if let Some(address) = source.finds(asking, &head).await {
            return Ok(Detected { source: *source, address });
        }
    }
    match (refused, &asking.address) {
        (Some((status, blocked_by)), Address::Web(url)) => Err(townhall_fetch::FetchError::Status {
            url: url.to_string(),
            status,
            retry_after_s: None,
            blocked_by,
        }
        .into()),
        _ => Err(HarvestError::Unknown { address: asking.address.to_string() }),
    }
}

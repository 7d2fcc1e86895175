//! What time it is, as the store is told.

use jiff::Timestamp;

/// A source of time; tests bring their own.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Fixed-width RFC 3339 in UTC, so that text order is time order on both databases.
pub(crate) fn to_text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

pub(crate) fn from_text(text: &str) -> Result<Timestamp, crate::StoreError> {
    text.parse().map_err(|_| crate::StoreError::Corrupt { what: "a time", found: text.to_owned() })
}

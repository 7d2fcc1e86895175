//! Faults on purpose: the n-th write fails, so that tests can walk through every point where a disk or database may fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Counts writes down and makes one of them fail. The usual one never does.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    left: Option<Arc<AtomicI64>>,
}

impl Faults {
    /// The `n`-th write from now fails, counted from 1; all others go through.
    pub fn failing_at(n: i64) -> Self {
        Self { left: Some(Arc::new(AtomicI64::new(n))) }
    }

    /// Whether it has fired.
    pub fn has_fired(&self) -> bool {
        self.left.as_ref().is_some_and(|left| left.load(Ordering::SeqCst) <= 0)
    }

    /// Called before each write.
    pub(crate) fn pass(&self) -> Result<(), std::io::Error> {
        match &self.left {
            Some(left) if left.fetch_sub(1, Ordering::SeqCst) == 1 => {
                Err(std::io::Error::other("a fault on purpose"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn pass_db(&self) -> Result<(), sqlx::Error> {
        self.pass().map_err(sqlx::Error::Io)
    }
}

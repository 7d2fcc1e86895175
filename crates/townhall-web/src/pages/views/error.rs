//! Error pages (`error.html`).

use serde::Serialize;

use super::Link;

/// What went wrong, for people. The template has the words for each status; these add to them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ErrorView {
    /// The HTTP status.
    pub status: u16,
    /// What exactly was wrong, in one sentence, when we can say.
    pub detail: Option<String>,
    /// What was probably meant.
    pub suggestions: Vec<Link>,
    /// After how many seconds it is worth trying again.
    pub retry_after_s: Option<u64>,
}

impl ErrorView {
    /// An error of this status with nothing to add.
    pub fn new(status: u16) -> Self {
        Self { status, ..Self::default() }
    }
}

//! Whom to tell about a dataset (`dataset_feedback.html`).

use serde::Serialize;

use super::{Contact, DatasetHead};

/// Whom to tell about a dataset.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FeedbackView {
    /// The top.
    pub head: DatasetHead,
    /// The publisher's contacts.
    pub contacts: Vec<Contact>,
    /// What a message begins with (the `mailto:` links use it).
    pub subject: String,
}

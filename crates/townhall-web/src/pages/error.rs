//! Why a page could not be made.

use townhall_model::ErrorKind;

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// There is no such template.
    #[error("no template is named `{name}`")]
    NoTemplate {
        /// The name asked for.
        name: String,
    },
    /// The template and its values don't fit.
    #[error("the template `{name}` could not be rendered: {reason}")]
    Render {
        /// The template.
        name: String,
        /// What the engine said, with its causes and the line.
        reason: String,
    },
}

impl PageError {
    /// Always our fault: a page has no other input than ours.
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }
}

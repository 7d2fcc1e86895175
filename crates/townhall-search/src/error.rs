//! What can go wrong with the index itself; an odd question is never an error.

use std::path::PathBuf;

use townhall_model::ErrorKind;

/// The index could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another process writes to the index.
    #[error("`{}` is being written by another process; stop it or open the index for reading only", path.display())]
    Busy {
        /// The index directory.
        path: PathBuf,
    },
    /// There is no usable index to read.
    #[error("`{}` holds no usable index ({reason}); let the process that writes it rebuild it", path.display())]
    Unusable {
        /// The index directory.
        path: PathBuf,
        /// What was found instead.
        reason: String,
    },
    /// The index was opened for reading only.
    #[error("`{}` was opened for reading only; open it for writing to change it", path.display())]
    ReadOnly {
        /// The index directory.
        path: PathBuf,
    },
    /// The directory could not be made or emptied.
    #[error("could not prepare `{}` for the index; check its permissions and the free space", path.display())]
    Directory {
        /// The index directory.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The library underneath failed.
    #[error("the search index could not {doing}; if it goes on, rebuild the index")]
    Engine {
        /// What was being done, to complete "could not …".
        doing: &'static str,
        /// What it said.
        source: tantivy::TantivyError,
    },
}

impl SearchError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Busy { .. } => ErrorKind::Conflict,
            Self::Unusable { .. } | Self::Directory { .. } => ErrorKind::Unavailable,
            Self::ReadOnly { .. } | Self::Engine { .. } => ErrorKind::Internal,
        }
    }
}

/// Names what was being done when the library underneath failed.
pub(crate) trait While<T> {
    fn while_doing(self, doing: &'static str) -> Result<T, SearchError>;
}

impl<T, E: Into<tantivy::TantivyError>> While<T> for Result<T, E> {
    fn while_doing(self, doing: &'static str) -> Result<T, SearchError> {
        self.map_err(|error| SearchError::Engine { doing, source: error.into() })
    }
}

//! Why a harvest could not go on.

use townhall_fetch::FetchError;
use townhall_model::ErrorKind;

/// A source could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum HarvestError {
    /// An address could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What came is not what this kind of source answers.
    #[error("`{url}` is no {wanted}: {why}")]
    Unexpected {
        /// The address.
        url: String,
        /// What was expected, such as `CKAN portal`.
        wanted: &'static str,
        /// What was found instead.
        why: String,
    },
    /// An option that the source does not understand.
    #[error("`{value}` is no value for `{option}`: {why}")]
    Option {
        /// The option.
        option: &'static str,
        /// What it was given.
        value: String,
        /// What it may be.
        why: String,
    },
    /// The source lists more than is taken.
    #[error("`{url}` lists more than {limit} {what}")]
    TooMany {
        /// The address.
        url: String,
        /// The limit.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
    /// A file of this machine could not be read.
    #[error("could not read `{path}`")]
    Read {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Nothing at an address looks like a source.
    #[error("`{address}` is nothing that can be harvested; name its kind with `kind`")]
    Unknown {
        /// The address.
        address: String,
    },
    /// Whoever takes the records has stopped.
    #[error("the harvest was stopped")]
    Stopped,
}

impl HarvestError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Fetch(error) => error.kind(),
            Self::Unexpected { .. } | Self::Option { .. } | Self::Unknown { .. } => ErrorKind::Invalid,
            Self::TooMany { .. } => ErrorKind::TooLarge,
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            Self::Read { .. } => ErrorKind::Unavailable,
            Self::Stopped => ErrorKind::Conflict,
        }
    }
}

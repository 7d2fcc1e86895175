//! The one error that doors see: what kind, what happened, how to mend it.

use townhall_model::{ErrorKind, Position};

use crate::tables::Pending;

/// A use case could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    pub(crate) position: Option<Position>,
    pending: Option<Box<Pending>>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of this kind with one sentence for people.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, position: None, pending: None, source: None }
    }

    /// The answer is being computed by a job; asking again later gives it.
    pub fn pending(pending: Pending) -> Self {
        let error = Self::new(
            ErrorKind::Unavailable,
            "the question takes longer than an answer may take, so it is being answered in the background",
        );
        Self { pending: Some(Box::new(pending)), ..error }
            .with_hint("ask for the same address again in a while: it will give the answer")
    }

    /// The job that computes the answer, when that is why there is none yet.
    pub fn job(&self) -> Option<&Pending> {
        self.pending.as_deref()
    }

    /// Nothing of this sort bears that name, or none that this actor may see.
    pub fn not_found(what: &str, name: &str) -> Self {
        let name: String = name.chars().take(120).collect();
        Self::new(ErrorKind::NotFound, format!("there is no {what} `{name}`"))
    }

    /// The input was understood and is not acceptable.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// Says how to mend it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Keeps what lay beneath, for logs.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where in what was sent, when that is known.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// How to mend it, when we know.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

macro_rules! from_library {
    ($($library:ty),+ $(,)?) => {$(
        impl From<$library> for Error {
            fn from(error: $library) -> Self {
                Self::of(error.kind(), error)
            }
        }
    )+};
}

/// The sentence of an error and of everything beneath it, so that one line tells the story.
fn chain(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message.push_str(": ");
            message.push_str(&text);
        }
        cause = error.source();
    }
    message
}

from_library!(
    townhall_store::StoreError,
    townhall_search::SearchError,
    townhall_formats::FormatError,
    townhall_fetch::FetchError,
    townhall_harvest::HarvestError,
    townhall_metadata::ReadError,
    townhall_metadata::WriteError,
);

impl Error {
    /// An error of a library, of a kind.
    pub(crate) fn of(kind: ErrorKind, error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self {
            kind,
            message: chain(&error),
            hint: None,
            position: None,
            pending: None,
            source: Some(Box::new(error)),
        }
    }
}

impl From<townhall_query::QueryError> for Error {
    fn from(error: townhall_query::QueryError) -> Self {
        let hint = error.hint().map(str::to_owned);
        let position = error.position();
        Self { hint, position, ..Self::of(error.kind(), error) }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            std::io::ErrorKind::PermissionDenied => ErrorKind::Forbidden,
            std::io::ErrorKind::StorageFull => ErrorKind::Unavailable,
            _ => ErrorKind::Internal,
        };
        Self {
            kind,
            message: error.to_string(),
            hint: None,
            position: None,
            pending: None,
            source: Some(Box::new(error)),
        }
    }
}

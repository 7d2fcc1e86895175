//! What can go wrong between a file and a table.

use std::path::Path;

use townhall_model::ErrorKind;

use crate::FormatInfo;

/// Why a file could not be read or written. Bad cells are not errors: they are counted and kept as rejects.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// No format of that name, extension or media type.
    #[error("`{name}` is not a format that Townhall knows; use one of {known}")]
    UnknownFormat {
        /// What was asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The format exists and can't be read yet.
    #[error("`{name}` is {format}, which can be written but not read; save it as CSV and try again")]
    CannotRead {
        /// The file.
        name: String,
        /// The format's label.
        format: &'static str,
    },
    /// The format exists and can't be written.
    #[error("`{format}` can be read but not written; use `csv` instead")]
    CannotWrite {
        /// The format's name.
        format: &'static str,
    },
    /// The file holds no table.
    #[error("`{name}` holds no rows and no header; send a file with at least a header row")]
    Empty {
        /// The file.
        name: String,
    },
    /// The bytes are something else than the name promises.
    #[error("`{name}` is {looks_like}, not a table; send the data file itself")]
    NotATable {
        /// The file.
        name: String,
        /// What the bytes look like, with an article.
        looks_like: &'static str,
    },
    /// The bytes contradict their own format.
    #[error("`{name}` is not readable as {format}: {reason}")]
    Damaged {
        /// The file.
        name: String,
        /// The format's label.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A documented limit was met.
    #[error("`{name}` has a {what} of more than {limit} {unit} at line {line}; {hint}")]
    TooLarge {
        /// The file.
        name: String,
        /// What is too large.
        what: &'static str,
        /// What the limit counts.
        unit: &'static str,
        /// Where, counted from 1.
        line: u64,
        /// The limit.
        limit: u64,
        /// What to do about it.
        hint: &'static str,
    },
    /// A written format can't hold this much.
    #[error("an {format} file holds at most {limit} {what}; filter the table or choose `csv`")]
    TooMuchForFormat {
        /// The format's label.
        format: &'static str,
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A map was asked for, and nothing says where the rows are.
    #[error(
        "{format} needs to know where the rows are: two columns of numbers called `latitude` and `longitude`, or one of text \
         called `geometry` with WKT or GeoJSON; choose these columns, or `csv`"
    )]
    NoPlaces {
        /// The format's label.
        format: &'static str,
    },
    /// An option makes no sense for this file.
    #[error("option `{option}` can't be used: {reason}")]
    BadOption {
        /// The option's name.
        option: &'static str,
        /// Why.
        reason: String,
    },
    /// The caller asked to stop.
    #[error("reading `{name}` was stopped on request")]
    Cancelled {
        /// The file.
        name: String,
    },
    /// The disk or the receiver failed.
    #[error("could not {doing} `{name}`")]
    Io {
        /// The verb.
        doing: &'static str,
        /// The file.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// Encoding record batches failed.
    #[error("could not write {format}")]
    Encode {
        /// The format's label.
        format: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl FormatError {
    /// Returns what sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownFormat { .. } | Self::CannotRead { .. } | Self::CannotWrite { .. } => {
                ErrorKind::Invalid
            }
            Self::Empty { .. }
            | Self::NotATable { .. }
            | Self::NoPlaces { .. }
            | Self::BadOption { .. }
            | Self::Cancelled { .. } => ErrorKind::Invalid,
            Self::Damaged { .. } => ErrorKind::Malformed,
            Self::TooLarge { .. } | Self::TooMuchForFormat { .. } => ErrorKind::TooLarge,
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            Self::Io { .. } | Self::Encode { .. } => ErrorKind::Internal,
        }
    }

    pub(crate) fn damaged(name: &str, info: &FormatInfo, reason: &dyn std::fmt::Display) -> Self {
        Self::Damaged { name: name.to_owned(), format: info.label, reason: reason.to_string() }
    }

    pub(crate) fn io<'a>(
        doing: &'static str,
        name: &'a str,
    ) -> impl FnOnce(std::io::Error) -> Self + use<'a> {
        move |source| Self::Io { doing, name: name.to_owned(), source }
    }

    pub(crate) fn io_path(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Self::Io { doing, name, source }
    }

    pub(crate) fn encode(
        format: &'static str,
    ) -> impl FnOnce(Box<dyn std::error::Error + Send + Sync>) -> Self + Copy {
        move |source| Self::Encode { format, source }
    }
}

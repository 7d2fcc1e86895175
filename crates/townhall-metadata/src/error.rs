//! What can stop a catalogue from being read or written. Bad content is no error: see [`townhall_model::Finding`].

use townhall_model::ErrorKind;

/// Why a file could not be read as a catalogue.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is nothing in it.
    #[error("the file is empty; give a catalogue in JSON")]
    Empty,
    /// It is a web page.
    #[error("the file is a web page, not a catalogue; give the address of the `data.json` itself")]
    WebPage,
    /// It is XML of a kind that is read nowhere here.
    #[error(
        "the file is XML that begins with `<{root}>`, which is no kind of metadata that can be read here"
    )]
    UnknownXml {
        /// The name of its first element, as far as its beginning tells.
        root: String,
    },
    /// It does not begin like JSON.
    #[error("the file begins with `{found}` and is not JSON; give a catalogue in JSON")]
    NotJson {
        /// Its first characters.
        found: String,
    },
    /// It is JSON, but neither a catalogue nor a dataset.
    #[error("the file has neither a `dataset` list nor the properties of a dataset; its keys are {keys}")]
    NotACatalog {
        /// The first keys that were found instead.
        keys: String,
    },
    /// It is linked data or a web page, but describes nothing that belongs in a catalogue.
    #[error("the file describes no catalog, dataset or data service; what it describes is {found}")]
    NoRecords {
        /// The classes that were found instead.
        found: String,
    },
    /// It is made in a way that no honest catalogue needs and that would cost its reader dearly.
    #[error("the file {what}; write it without")]
    Costly {
        /// What it has, as the rest of a sentence.
        what: String,
    },
    /// Its syntax is broken from the beginning.
    #[error("the file can't be read as {format}: {complaint}")]
    Syntax {
        /// The format.
        format: &'static str,
        /// What its parser says.
        complaint: String,
    },
    /// It says more than can be held.
    #[error("the file has more than {limit} statements; split it by dataset")]
    TooManyStatements {
        /// The limit.
        limit: usize,
    },
    /// It is a sheet, but not one of datasets.
    #[error(
        "the first row names no columns of a catalog; give at least `title` and `identifier`; it has {columns}"
    )]
    NoColumns {
        /// The first cells that were found instead.
        columns: String,
    },
    /// It is larger than the caller allows.
    #[error("the catalogue is larger than {limit_bytes} bytes; raise the limit or split the file")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The dialect can't be read by this house.
    #[error("`{dialect}` can be written but not read; give another format")]
    WriteOnly {
        /// The id of the dialect.
        dialect: &'static str,
    },
    /// The bytes could not be had.
    #[error("could not read the catalogue to its end")]
    Io(#[from] std::io::Error),
}

impl ReadError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Empty
            | Self::WebPage
            | Self::UnknownXml { .. }
            | Self::NotJson { .. }
            | Self::NotACatalog { .. }
            | Self::NoRecords { .. }
            | Self::Costly { .. }
            | Self::NoColumns { .. }
            | Self::Syntax { .. } => ErrorKind::Malformed,
            Self::TooLarge { .. } | Self::TooManyStatements { .. } => ErrorKind::TooLarge,
            Self::WriteOnly { .. } => ErrorKind::Invalid,
            Self::Io(_) => ErrorKind::Unavailable,
        }
    }
}

/// Why something could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A list of the catalogue was already closed when another record for it came.
    #[error("a `{kind}` came after its list was closed; write all records of one kind together")]
    OutOfOrder {
        /// The kind of the record that came too late.
        kind: townhall_model::record::RecordKind,
    },
    /// The dialect has no form for records of this kind, or for a whole catalogue.
    #[error("`{dialect}` has no form for a {subject}")]
    NoForm {
        /// The id of the dialect.
        dialect: &'static str,
        /// What was to be written.
        subject: String,
    },
    /// The dialect can't be written by this house.
    #[error("`{dialect}` can be read but not written; choose another format")]
    ReadOnly {
        /// The id of the dialect.
        dialect: &'static str,
    },
    /// The bytes could not be written.
    #[error("could not write the catalogue")]
    Io(#[from] std::io::Error),
}

impl WriteError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::OutOfOrder { .. } => ErrorKind::Internal,
            Self::NoForm { .. } | Self::ReadOnly { .. } => ErrorKind::Invalid,
            Self::Io(_) => ErrorKind::Unavailable,
        }
    }
}

impl From<serde_json::Error> for WriteError {
    fn from(error: serde_json::Error) -> Self {
        // Our values are JSON already, so nothing but the output can fail.
        Self::Io(error.into())
    }
}

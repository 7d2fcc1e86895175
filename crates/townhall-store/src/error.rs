//! Why the store could not do it.

use townhall_model::ErrorKind;

use crate::dialect::Dialect;

/// The store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the data directory.
    #[error("`{path}` is in use by process {pid}; stop it first, or choose PostgreSQL to share one store")]
    Locked {
        /// The lock file.
        path: String,
        /// The holder's process id, as it wrote it.
        pid: String,
    },
    /// The address of the database is of no kind that we know.
    #[error("`{url}` is not a store address; use `sqlite:PATH` or `postgres://…`")]
    BadUrl {
        /// The address without its password.
        url: String,
    },
    /// The database was written by a later release.
    #[error("the database has schema {found}, and this release knows {known}; use the newer release")]
    NewerSchema {
        /// Its schema number.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// There is no such thing.
    #[error("there is no {what} `{name}`")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// What was to be kept can't be.
    #[error("{what} can't be kept: {why}")]
    Refused {
        /// The kind of thing.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// Somebody else was faster.
    #[error("{what} `{name}` has changed in the meantime; read it again and repeat your change")]
    Conflict {
        /// The kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// What the database holds can't be read.
    #[error("the database holds {what} that can't be read: `{found}`; run `townhall doctor`")]
    Corrupt {
        /// The kind of value.
        what: &'static str,
        /// What stood there.
        found: String,
    },
    /// A blob is not what its name says.
    #[error("blob `{id}` is damaged: its bytes have another hash")]
    DamagedBlob {
        /// Its id.
        id: String,
    },
    /// More bytes than the limit allows.
    #[error("the data has more than {limit_bytes} bytes, which is the limit")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The database failed.
    #[error("the database could not {doing}")]
    Database {
        /// The verb.
        doing: &'static str,
        /// Why.
        source: sqlx::Error,
    },
    /// The disk failed.
    #[error("could not {doing} `{path}`")]
    Io {
        /// The verb.
        doing: &'static str,
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The object storage failed.
    #[error("the object storage could not {doing}")]
    Objects {
        /// The verb.
        doing: &'static str,
        /// Why.
        source: object_store::Error,
    },
}

impl StoreError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Locked { .. } | Self::Conflict { .. } => ErrorKind::Conflict,
            Self::BadUrl { .. } | Self::NewerSchema { .. } | Self::Refused { .. } => ErrorKind::Invalid,
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Database { source: sqlx::Error::PoolTimedOut | sqlx::Error::Io(_), .. }
            | Self::Objects { .. } => ErrorKind::Unavailable,
            Self::Database { source: sqlx::Error::Database(error), .. }
                if error.code().is_some_and(|code| Dialect::is_passing(&code)) =>
            {
                ErrorKind::Unavailable
            }
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                ErrorKind::Unavailable
            }
            Self::Corrupt { .. } | Self::DamagedBlob { .. } | Self::Database { .. } | Self::Io { .. } => {
                ErrorKind::Internal
            }
        }
    }

    pub(crate) fn db(doing: &'static str) -> impl Fn(sqlx::Error) -> Self {
        move |source| Self::Database { doing, source }
    }

    pub(crate) fn io(doing: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::Io { doing, path, source }
    }
}

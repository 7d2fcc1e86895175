//! Why a database did not answer.

use townhall_model::ErrorKind;

/// A database could not be asked. Messages of the database's own are kept apart: they may tell more than the public may know.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address is not one.
    #[error("this is no address of a database: {reason}")]
    BadAddress {
        /// What is wrong with it.
        reason: String,
    },
    /// The address is of a kind that this build has no driver for.
    #[error("this build has no driver for `{scheme}`; it knows {known}")]
    UnknownKind {
        /// How the address begins.
        scheme: String,
        /// The kinds it knows.
        known: String,
    },
    /// Nobody answers, or not to us.
    #[error("the database can't be reached")]
    Unreachable {
        /// What the driver says.
        detail: String,
    },
    /// A statement took too long.
    #[error("the database took too long to answer")]
    TimedOut,
    /// There is no such table.
    #[error("the database has no table `{table}`")]
    NoTable {
        /// The table.
        table: String,
    },
    /// There is no such column.
    #[error("the table has no column `{column}`")]
    NoColumn {
        /// The column.
        column: String,
    },
    /// The database would not do it.
    #[error("the database refused to answer")]
    Refused {
        /// What the database says.
        detail: String,
    },
}

impl DatabaseError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::BadAddress { .. } | Self::UnknownKind { .. } => ErrorKind::Invalid,
            Self::Unreachable { .. } | Self::Refused { .. } => ErrorKind::Unavailable,
            Self::TimedOut => ErrorKind::TimedOut,
            Self::NoTable { .. } | Self::NoColumn { .. } => ErrorKind::NotFound,
        }
    }

    /// What the driver or the database says, for whoever runs the portal.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Unreachable { detail } | Self::Refused { detail } => Some(detail),
            _ => None,
        }
    }
}

#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &error {
            E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => {
                Self::Unreachable { detail: "no connection became free in time".to_owned() }
            }
            E::Io(_) | E::Tls(_) | E::Configuration(_) | E::Protocol(_) => {
                Self::Unreachable { detail: error.to_string() }
            }
            E::Database(told) => match told.code().as_deref() {
                // PostgreSQL: query_canceled; MySQL: ER_QUERY_TIMEOUT; MariaDB: ER_STATEMENT_TIMEOUT; SQLite: interrupted.
                Some("57014" | "3024" | "1969" | "70100" | "9") => Self::TimedOut,
                // PostgreSQL's classes for connections and passwords.
                Some(code) if code.len() == 5 && (code.starts_with("08") || code.starts_with("28")) => {
                    Self::Unreachable { detail: told.to_string() }
                }
                _ => Self::Refused { detail: told.to_string() },
            },
            _ => Self::Refused { detail: error.to_string() },
        }
    }
}

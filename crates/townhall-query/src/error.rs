//! Why a question was refused, or could not be answered.

use townhall_model::{ErrorKind, Position};

/// What is wrong with a question, where, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("parameter `{parameter}`: {message}")]
pub struct QueryProblem {
    /// The parameter as it was named.
    pub parameter: String,
    /// What is wrong with it.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
    /// Where in its text, when that is known.
    pub at: Option<Position>,
}

impl QueryProblem {
    pub(crate) fn new(parameter: &str, message: impl Into<String>) -> Self {
        Self {
            parameter: parameter.chars().take(100).collect(),
            message: message.into(),
            hint: None,
            at: None,
        }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_place(mut self, place: Option<(u64, u64)>) -> Self {
        self.at = place.map(|(line, column)| Position { line, column });
        self
    }
}

/// A question could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The question is wrong.
    #[error(transparent)]
    Problem(#[from] QueryProblem),
    /// There is no such row.
    #[error("the table has no row {number}")]
    NoRow {
        /// The number asked for.
        number: u64,
    },
    /// Too many questions at once.
    #[error("too many questions are being answered right now; try again in a moment")]
    Busy,
    /// It took too long.
    #[error("the question took more than {seconds} seconds; ask for less, or take the whole table as a file")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// It needs more memory than a question may have.
    #[error("the question needs more memory than one may have; ask for fewer columns, groups or rows")]
    TooLarge,
    /// The database that has the rows did not answer.
    #[error(transparent)]
    Live(#[from] crate::live::LiveError),
    /// The machines that answer large questions can't be reached.
    #[error("the query cluster at {address} {what}")]
    Away {
        /// Where they should be.
        address: String,
        /// What is the matter, as the end of a sentence.
        what: String,
    },
    /// The engine failed.
    #[error("the question could not be answered: {0}")]
    Engine(String),
}

impl QueryError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Problem(_) => ErrorKind::Invalid,
            Self::NoRow { .. } => ErrorKind::NotFound,
            Self::Busy => ErrorKind::Unavailable,
            Self::TimedOut { .. } => ErrorKind::TimedOut,
            Self::TooLarge => ErrorKind::TooLarge,
            Self::Live(error) => error.kind,
            Self::Away { .. } => ErrorKind::Unavailable,
            Self::Engine(_) => ErrorKind::Internal,
        }
    }

    /// Where in its text, when that is known.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Problem(problem) => problem.at,
            _ => None,
        }
    }

    /// How to mend it, when we know.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => problem.hint.as_deref(),
            Self::Away { .. } => Some(
                "ask for less, which is answered without it, or try again in a moment; whoever runs the portal starts its machines \
                 with `townhall cluster`, or sets `query.cluster_away` to `local`",
            ),
            _ => None,
        }
    }
}

impl From<datafusion::error::DataFusionError> for QueryError {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        match error.find_root() {
            datafusion::error::DataFusionError::ResourcesExhausted(_) => Self::TooLarge,
            root if is_out_of_room(root) => Self::TooLarge,
            datafusion::error::DataFusionError::External(inner) => {
                match inner.downcast_ref::<crate::live::LiveError>() {
                    Some(error) => Self::Live(error.clone()),
                    None => Self::Engine(inner.to_string()),
                }
            }
            root => Self::Engine(root.to_string()),
        }
    }
}

/// Whether what was spilled to disk had no room there, which the engine tells as trouble with a file.
pub(crate) fn is_out_of_room(root: &datafusion::error::DataFusionError) -> bool {
    use datafusion::error::DataFusionError as E;
    matches!(root, E::ArrowError(..) | E::IoError(_))
        && root.to_string().contains("used disk space during the spilling process")
}

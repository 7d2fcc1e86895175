//! Why a role could not be taken, and what is made of the text that a cluster's errors arrive as.

use townhall_query::{QueryError, QueryProblem};

/// A machine of a cluster could not start, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// There is something wrong with how it was set up.
    #[error("the {role} could not be set up: {message}")]
    Setup {
        /// Scheduler or executor.
        role: &'static str,
        /// What is wrong.
        message: String,
    },
    /// It ended by itself.
    #[error("the {role} ended: {message}")]
    Ended {
        /// Scheduler or executor.
        role: &'static str,
        /// Why.
        message: String,
    },
}

impl ClusterError {
    pub(crate) fn setup(role: &'static str) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |error| Self::Setup { role, message: error.to_string() }
    }
}

/// Kinds of errors of the engine that are the query's own fault, as they are written in the reports of executors.
const OF_THE_QUERY: &[&str] = &["CastError(\"", "ParseError(\"", "ComputeError(\"", "Execution(\""];

/// Words of reports of what went wrong between machines, which the engine also calls an error of execution.
const OF_THE_CLUSTER: &[&str] = &["Fetch", "fetch", "onnect", "ransport", "Grpc", "executor", "Executor"];

/// The most of a report that is passed on, in characters.
const REPORT_CHARS_MAX: usize = 200;

/// What a report of a failed job means to whoever asked, if it tells of the query and not of the cluster.
pub(crate) fn of_the_query(report: &str) -> Option<QueryError> {
    if report.contains("ResourcesExhausted") || report.contains("Resources exhausted") {
        return Some(QueryError::TooLarge);
    }
    if OF_THE_CLUSTER.iter().any(|word| report.contains(word)) {
        return None;
    }
    let message = if report.contains("DivideByZero") {
        "Divide by zero error".to_owned()
    } else {
        let begin = OF_THE_QUERY.iter().find_map(|kind| Some(report.find(kind)? + kind.len()))?;
        let message = report[begin..].split(['"', '\n']).next().unwrap_or_default();
        message.chars().take(REPORT_CHARS_MAX).collect()
    };
    Some(QueryError::Problem(QueryProblem { parameter: "sql".to_owned(), message, hint: None, at: None }))
}

/// The first words of a report, for an error that is nobody's fault who asks.
pub(crate) fn short(report: &str) -> String {
    let line = report.lines().next().unwrap_or_default();
    line.chars().take(REPORT_CHARS_MAX).collect()
}

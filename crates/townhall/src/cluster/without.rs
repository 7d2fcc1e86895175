//! A program that was built without the query cluster: whoever wants it is told so.

use townhall::settings::Settings;
use townhall_app::LargeQueries;
use townhall_model::ErrorKind;

use crate::cli::{ClusterExecutor, ClusterScheduler};
use crate::commands::Failure;

pub fn large_queries(settings: &Settings) -> Result<Option<LargeQueries>, Failure> {
    match settings.given("query.cluster") {
        None => Ok(None),
        Some(_) => Err(missing("`query.cluster` is set")),
    }
}

pub async fn schedule(_: &Settings, _: ClusterScheduler) -> Result<(), Failure> {
    Err(missing("a scheduler was asked for"))
}

pub async fn execute(_: &Settings, _: ClusterExecutor) -> Result<(), Failure> {
    Err(missing("an executor was asked for"))
}

fn missing(why: &str) -> Failure {
    Failure::new(
        ErrorKind::Unavailable,
        format!("{why}, and this program was built without the query cluster"),
    )
    .with_hint("build it with `cargo build --features cluster`")
}

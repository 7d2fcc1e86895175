//! `townhall cluster scheduler|executor`: a machine of a query cluster, until it is told to stop.

use super::{Failure, Outcome, settings};
use crate::cli::{ClusterArgs, ClusterRole, Global};
use crate::cluster;

pub async fn run(global: Global, args: ClusterArgs) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    match args.role {
        ClusterRole::Scheduler(args) => cluster::schedule(&settings, args).await?,
        ClusterRole::Executor(args) => cluster::execute(&settings, args).await?,
    }
    Ok(Outcome::Good)
}

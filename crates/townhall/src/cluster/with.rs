//! From settings to the parts of a query cluster.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use townhall::settings::Settings;
use townhall_app::{LargeQueries, WhenAway, blobs_alone};
use townhall_cluster::{
    Cluster, ClusterError, ClusterSettings, ExecutorSettings, SchedulerSettings, run_executor, run_scheduler,
};
use townhall_model::ErrorKind;
use url::Url;

use crate::cli::{ClusterExecutor, ClusterScheduler};
use crate::commands::{Failure, print};
use crate::wiring::{app_settings, stop_signal};

const MEGABYTE: u64 = 1024 * 1024;

impl From<ClusterError> for Failure {
    fn from(error: ClusterError) -> Self {
        let kind = match error {
            ClusterError::Setup { .. } => ErrorKind::Invalid,
            ClusterError::Ended { .. } => ErrorKind::Unavailable,
        };
        Self::new(kind, error.to_string())
    }
}

/// Which queries go to the cluster of the settings; none when there is no cluster.
pub fn large_queries(settings: &Settings) -> Result<Option<LargeQueries>, Failure> {
    let Some(scheduler) = scheduler(settings)? else { return Ok(None) };
    let count = |name| usize::try_from(settings.number(name)).unwrap_or(usize::MAX);
    let cluster = Cluster::new(ClusterSettings {
        scheduler,
        count: count("query.sql_concurrency"),
        patience: Duration::from_secs(5),
        timeout: Duration::from_secs(settings.number("query.cluster_timeout_s")),
        parts: count("query.cluster_parts"),
    })?;
    Ok(Some(LargeQueries {
        engine: Arc::new(cluster),
        bytes_min: settings.number("query.cluster_min_mb").saturating_mul(MEGABYTE),
        when_away: match settings.text("query.cluster_away") {
            "local" => WhenAway::AnswerHere,
            _ => WhenAway::Refuse,
        },
    }))
}

fn scheduler(settings: &Settings) -> Result<Option<Url>, Failure> {
    let address = settings.given("query.cluster");
    let url = address.map(|address| Url::parse(&address)).transpose();
    url.map_err(|error| Failure::new(ErrorKind::Invalid, format!("`query.cluster` is no address: {error}")))
}

/// Is the scheduler until told to stop.
pub async fn schedule(settings: &Settings, args: ClusterScheduler) -> Result<(), Failure> {
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        Failure::new(ErrorKind::Unavailable, format!("could not listen on {}: {error}", args.listen))
            .with_hint("choose another address with --listen")
    })?;
    let address = listener.local_addr()?;
    warn_of(address);
    let blobs = blobs_alone(&app_settings(settings)?)?;
    print(&format!("http://{address}\n"))?;
    Ok(run_scheduler(listener, SchedulerSettings { host: args.host, blobs }, stop_signal()).await?)
}

/// Is an executor until told to stop.
pub async fn execute(settings: &Settings, args: ClusterExecutor) -> Result<(), Failure> {
    let scheduler = args.scheduler.map_or_else(|| scheduler(settings), |url| Ok(Some(url)))?;
    let scheduler = scheduler.ok_or_else(|| {
        Failure::new(ErrorKind::Invalid, "an executor needs a scheduler")
            .with_hint("name it with --scheduler, or set query.cluster")
    })?;
    warn_of(args.listen);
    let processors = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Ok(run_executor(ExecutorSettings {
        scheduler,
        listen: args.listen,
        host: args.host,
        work_dir: args.work.unwrap_or_else(|| settings.data_dir.join("cluster")),
        threads: args.threads.unwrap_or_else(processors),
        memory_bytes: args.memory_mb.saturating_mul(MEGABYTE),
        blobs: blobs_alone(&app_settings(settings)?)?,
    })
    .await?)
}

/// Whoever reaches the ports of a cluster can read every table.
fn warn_of(listen: std::net::SocketAddr) {
    if !listen.ip().is_loopback() {
        tracing::warn!("whoever reaches {listen} can read every table: keep it in a closed network");
    }
}

//! The role of an executor: reads pieces of tables, computes stages of plans, hands the results to other executors and, through the
//! scheduler, to whoever asked.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use townhall_query::ReadBlob;
use url::Url;

use crate::failure::ClusterError;
use crate::limits::{CONNECT_TIMEOUT, HEARTBEAT_S, LEFTOVERS_S, MESSAGE_BYTES_MAX};
use crate::session;

/// How an executor is set up.
#[derive(Debug, Clone)]
pub struct ExecutorSettings {
    /// The scheduler, such as `http://10.0.0.1:50050`.
    pub scheduler: Url,
    /// The address that it listens on; two free ports are taken when the port is 0, else this one and the next.
    pub listen: SocketAddr,
    /// The name or address under which scheduler and other executors reach it; that of the listener when absent.
    pub host: Option<String>,
    /// Where intermediate results are kept, and what does not fit into memory.
    pub work_dir: PathBuf,
    /// Pieces of plans that are computed at the same time.
    pub threads: usize,
    /// Memory for rows of all of them together, in bytes.
    pub memory_bytes: u64,
    /// Where the files of the tables are.
    pub blobs: Arc<dyn ReadBlob>,
}

const ROLE: &str = "executor";

/// Computes until the process is told to stop.
pub async fn run_executor(settings: ExecutorSettings) -> Result<(), ClusterError> {
    let failed = ClusterError::setup(ROLE);
    let scheduler_host = settings.scheduler.host_str().ok_or_else(|| failed(&"its scheduler has no host"))?;
    let scheduler_port = settings.scheduler.port().ok_or_else(|| failed(&"its scheduler has no port"))?;
    std::fs::create_dir_all(&settings.work_dir).map_err(|error| failed(&error))?;
    let work_dir =
        settings.work_dir.to_str().ok_or_else(|| failed(&"its folder has a name that is no text"))?;
    let spill = RuntimeEnvBuilder::new().with_temp_file_path(&settings.work_dir);
    // One runtime for all: what is known of files is known to every query.
    let runtime = session::runtime(settings.blobs, spill).map_err(|error| failed(&error))?;
    let (port, grpc_port) = ports(settings.listen).map_err(|error| failed(&error))?;
    let message_bytes = u32::try_from(MESSAGE_BYTES_MAX).unwrap_or(u32::MAX);
    let config = ExecutorProcessConfig {
        bind_host: bound(settings.listen.ip()),
        external_host: Some(settings.host.unwrap_or_else(|| settings.listen.ip().to_string())),
        port,
        grpc_port,
        scheduler_host: scheduler_host.to_owned(),
        scheduler_port,
        scheduler_connect_timeout_seconds: u16::try_from(CONNECT_TIMEOUT.as_secs() * 10).unwrap_or(30),
        vcores: settings.threads.max(1),
        task_scheduling_policy: TaskSchedulingPolicy::PushStaged,
        work_dir: Some(work_dir.to_owned()),
        job_data_ttl_seconds: LEFTOVERS_S,
        job_data_clean_up_interval_seconds: LEFTOVERS_S,
        grpc_max_decoding_message_size: message_bytes,
        grpc_max_encoding_message_size: message_bytes,
        executor_heartbeat_interval_seconds: HEARTBEAT_S,
        memory_pool_size: Some(settings.memory_bytes),
        override_function_registry: Some(Arc::new(session::functions())),
        override_runtime_producer: Some(Arc::new(move |_| Ok(runtime.clone()))),
        override_config_producer: Some(Arc::new(session::config)),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config))
        .await
        .map_err(|error| ClusterError::Ended { role: ROLE, message: error.to_string() })
}

fn bound(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// The ports for rows and for orders. Ballista binds them itself, so free ones are found and let go of.
fn ports(listen: SocketAddr) -> std::io::Result<(u16, u16)> {
    if listen.port() != 0 {
        return Ok((listen.port(), listen.port().saturating_add(1)));
    }
    let (rows, orders) = (TcpListener::bind(listen)?, TcpListener::bind(listen)?);
    Ok((rows.local_addr()?.port(), orders.local_addr()?.port()))
}

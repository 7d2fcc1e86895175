//! The role of the scheduler: takes plans, cuts them into stages, hands these to executors.

use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::{SchedulerConfig, TaskDistributionPolicy};
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tokio::net::TcpListener;
use townhall_query::ReadBlob;

use crate::failure::ClusterError;
use crate::limits::{HEARTBEAT_S, LEFTOVERS_S, MESSAGE_BYTES_MAX, PLANS_WAITING_MAX, SILENCE_S};
use crate::session;

/// How a scheduler is set up.
#[derive(Debug, Clone)]
pub struct SchedulerSettings {
    /// The name or address under which executors reach it; that of the listener when absent.
    pub host: Option<String>,
    /// Where the files of the tables are: it reads what describes them, to plan.
    pub blobs: Arc<dyn ReadBlob>,
}

const ROLE: &str = "scheduler";

/// Schedules until told to stop.
pub async fn run_scheduler(
    listener: TcpListener,
    settings: SchedulerSettings,
    stop: impl Future<Output = ()>,
) -> Result<(), ClusterError> {
    let failed = ClusterError::setup(ROLE);
    let address = listener.local_addr().map_err(|error| failed(&error))?;
    let runtime =
        session::runtime(settings.blobs, RuntimeEnvBuilder::new()).map_err(|error| failed(&error))?;
    let message_bytes = u32::try_from(MESSAGE_BYTES_MAX).unwrap_or(u32::MAX);
    let config = SchedulerConfig {
        external_host: settings.host.unwrap_or_else(|| address.ip().to_string()),
        bind_host: address.ip().to_string(),
        bind_port: address.port(),
        scheduling_policy: TaskSchedulingPolicy::PushStaged,
        task_distribution: TaskDistributionPolicy::RoundRobin,
        event_loop_buffer_size: PLANS_WAITING_MAX,
        finished_job_data_clean_up_interval_seconds: LEFTOVERS_S,
        finished_job_state_clean_up_interval_seconds: LEFTOVERS_S,
        // Whoever asks speaks to the scheduler alone; executors are reached by it and by each other.
        enable_embedded_flight_proxy: true,
        grpc_server_max_decoding_message_size: message_bytes,
        grpc_server_max_encoding_message_size: message_bytes,
        grpc_client_max_message_size: message_bytes,
        executor_timeout_seconds: SILENCE_S,
        expire_dead_executor_interval_seconds: HEARTBEAT_S,
        no_executors_grace_period_seconds: SILENCE_S,
        override_config_producer: Some(Arc::new(session::config)),
        override_session_builder: Some(Arc::new(move |config| Ok(session::state(config, runtime.clone())))),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await.map_err(|error| failed(&error))?;
    let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config))
        .await
        .map_err(|error| failed(&error))?;
    tokio::select! {
        ended = start_grpc_service_with_listener(listener, scheduler) => {
            ended.map_err(|error| ClusterError::Ended { role: ROLE, message: error.to_string() })
        }
        () = stop => Ok(()),
    }
}

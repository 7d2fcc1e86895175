//! What scheduler and executors make of a session: the one that the local engine has, with what Ballista adds.

use std::sync::Arc;

use async_trait::async_trait;
use ballista_core::extension::SessionConfigExt;
use ballista_core::optimizer::with_ballista_optimizer_rules;
use ballista_core::registry::BallistaFunctionRegistry;
use datafusion::catalog::Session;
use datafusion::error::DataFusionError;
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};
use datafusion::prelude::SessionConfig;
use townhall_query::{ReadBlob, distant};

use crate::limits::MESSAGE_BYTES_MAX;

/// What a session begins with before a client's settings are laid over it.
pub(crate) fn config() -> SessionConfig {
    closed(SessionConfig::new_with_ballista()).with_ballista_grpc_client_max_message_size(MESSAGE_BYTES_MAX)
}

/// What no client may switch on.
fn closed(config: SessionConfig) -> SessionConfig {
    config.with_information_schema(false).with_create_default_catalog_and_schema(false)
}

/// A runtime whose only object store has the blobs.
pub(crate) fn runtime(
    blobs: Arc<dyn ReadBlob>,
    builder: RuntimeEnvBuilder,
) -> Result<Arc<RuntimeEnv>, DataFusionError> {
    builder.with_object_store_registry(distant::registry(blobs)).build_arc()
}

/// A session on the scheduler: nothing to read but blobs, and only plans that read.
pub(crate) fn state(config: SessionConfig, runtime: Arc<RuntimeEnv>) -> SessionState {
    let locked = distant::locked(closed(config), runtime);
    let rules = with_ballista_optimizer_rules(locked.optimizers());
    SessionStateBuilder::new_from_existing(locked)
        .with_optimizer_rules(rules)
        .with_query_planner(Arc::new(OnlyReading))
        .build()
}

/// The functions that an executor knows: those that a query may call.
pub(crate) fn functions() -> BallistaFunctionRegistry {
    let all = distant::functions();
    BallistaFunctionRegistry {
        scalar_functions: all.scalar.into_iter().map(|one| (one.name().to_owned(), one)).collect(),
        aggregate_functions: all.aggregate.into_iter().map(|one| (one.name().to_owned(), one)).collect(),
        window_functions: all.window.into_iter().map(|one| (one.name().to_owned(), one)).collect(),
        higher_order_functions: Default::default(),
    }
}

/// Plans what reads blobs, and refuses everything else, whoever sent it.
#[derive(Debug)]
struct OnlyReading;

#[async_trait]
impl QueryPlanner for OnlyReading {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        distant::check(plan).map_err(|problem| DataFusionError::Plan(problem.to_string()))?;
        DefaultPhysicalPlanner::default().create_physical_plan(plan, session).await
    }
}

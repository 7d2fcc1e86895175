//! What another engine needs to answer large queries elsewhere with the same walls: the plan, the lists of functions, and the
//! registry that knows blobs by their hash and nothing else.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{MemoryCatalogProviderList, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::listing::{ListingTable, ListingTableUrl};
use datafusion::datasource::source_as_provider;
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{AggregateUDF, LogicalPlan, ScalarUDF, WindowUDF};
use datafusion::prelude::{SQLOptions, SessionConfig};
use townhall_model::BlobId;

use crate::bridge::{Bridge, OnlyBridge, ReadBlob, blob_of};
use crate::engine::RowStream;
use crate::error::{QueryError, QueryProblem};
use crate::sql::{self, Planned, functions, problem};

/// Other machines that answer queries.
#[async_trait]
pub trait Distant: Send + Sync + std::fmt::Debug {
    /// The rows that answer a query. Dropping them ends the work wherever it is done.
    async fn rows(&self, query: Planned) -> Result<(SchemaRef, RowStream), QueryError>;
}

/// A registry of object stores that has the blobs under their hashes and refuses every other address.
pub fn registry(blobs: Arc<dyn ReadBlob>) -> Arc<dyn ObjectStoreRegistry> {
    Arc::new(OnlyBridge(Arc::new(Bridge::new(blobs))))
}

/// A session without tables, with our functions and nothing that reads or writes files.
pub fn locked(config: SessionConfig, runtime: Arc<RuntimeEnv>) -> SessionState {
    sql::locked(config, runtime, Arc::new(MemoryCatalogProviderList::new()))
}

/// Functions by their sort.
#[derive(Debug, Clone)]
pub struct Functions {
    /// Those of values.
    pub scalar: Vec<Arc<ScalarUDF>>,
    /// Those of groups.
    pub aggregate: Vec<Arc<AggregateUDF>>,
    /// Those of windows.
    pub window: Vec<Arc<WindowUDF>>,
}

/// The functions that a query may call.
pub fn functions() -> Functions {
    Functions {
        scalar: functions::scalar(),
        aggregate: functions::aggregate(),
        window: SessionStateDefaults::default_window_functions(),
    }
}

/// Refuses a plan that came from elsewhere, if it does anything but read blobs.
pub fn check(plan: &LogicalPlan) -> Result<(), QueryProblem> {
    let only_read =
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    only_read.verify_plan(plan).map_err(|error| problem(sql::plan::message(&error)))?;
    let mut is_foreign = false;
    let walked = plan.apply_with_subqueries(|node| {
        is_foreign = match node {
            LogicalPlan::TableScan(scan) => match source_as_provider(&scan.source) {
                Ok(provider) => blobs_of(provider.as_ref()).is_none(),
                Err(_) => true,
            },
            LogicalPlan::RecursiveQuery(_) | LogicalPlan::Extension(_) | LogicalPlan::Copy(_) => true,
            _ => false,
        };
        Ok(if is_foreign { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    match (is_foreign, walked) {
        (true, _) => Err(problem("a plan may read tables and nothing else".to_owned())),
        (false, Err(error)) => Err(problem(sql::plan::message(&error))),
        (false, Ok(_)) => Ok(()),
    }
}

/// The blobs that a table is made of; none when it is made of anything else.
pub(crate) fn blobs_of(provider: &dyn TableProvider) -> Option<Vec<BlobId>> {
    let listing = provider.downcast_ref::<ListingTable>()?;
    let blob = |url: &ListingTableUrl| {
        let is_ours = url.scheme() == "townhall" && !url.is_collection();
        is_ours.then(|| blob_of(url.prefix()).ok()).flatten()
    };
    listing.table_paths().iter().map(blob).collect()
}

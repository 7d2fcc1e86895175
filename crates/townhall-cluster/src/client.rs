//! The portal's side: sends a plan to the scheduler, hands its rows on, and ends it when nobody wants them any more.

use std::sync::Arc;
use std::time::Duration;

use arrow_schema::SchemaRef;
use async_trait::async_trait;
use ballista_core::execution_plans::DistributedQueryExec;
use ballista_core::extension::SessionConfigExt;
use ballista_core::optimizer::with_ballista_optimizer_rules;
use ballista_core::serde::BallistaLogicalExtensionCodec;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use ballista_core::serde::protobuf::{CancelJobParams, CleanJobDataParams};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::protobuf::LogicalPlanNode;
use futures::{StreamExt, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};
use tonic::client::GrpcService;
use tonic::codegen::http;
use tonic::transport::{Channel, Endpoint};
use townhall_query::distant::Distant;
use townhall_query::{Planned, QueryError, RecordBatch, RowStream};
use url::Url;

use crate::failure::{self, ClusterError};
use crate::limits::{CONNECT_TIMEOUT, ENDING_TIMEOUT, MESSAGE_BYTES_MAX};

/// How a portal speaks to its cluster.
#[derive(Debug, Clone)]
pub struct ClusterSettings {
    /// The scheduler, such as `http://10.0.0.1:50050`.
    pub scheduler: Url,
    /// Queries that it is sent at the same time.
    pub count: usize,
    /// How long a query waits for its turn.
    pub patience: Duration,
    /// How long a query may take, to its last row.
    pub timeout: Duration,
    /// Into how many parts the work of a query is cut.
    pub parts: usize,
}

/// A cluster that answers large queries. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cluster {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    settings: ClusterSettings,
    /// The scheduler's address without a final slash.
    address: String,
    /// Connects when it is needed, and again when it was lost.
    channel: Channel,
    /// One session for all queries: it holds settings and nothing else.
    session: String,
    turns: Arc<Semaphore>,
}

type Query = DistributedQueryExec<LogicalPlanNode>;

impl Cluster {
    /// A client of a scheduler. It is not spoken to before there is a query.
    pub fn new(settings: ClusterSettings) -> Result<Self, ClusterError> {
        let failed = ClusterError::setup("client");
        if settings.scheduler.port().is_none() {
            return Err(failed(&format!("`{}` has no port", settings.scheduler)));
        }
        let address = settings.scheduler.as_str().trim_end_matches('/').to_owned();
        let endpoint = Endpoint::from_shared(address.clone()).map_err(|error| failed(&error))?;
        let channel = endpoint.connect_timeout(CONNECT_TIMEOUT).connect_lazy();
        let turns = Arc::new(Semaphore::new(settings.count.max(1)));
        let session = format!("townhall-{}", ballista_core::ids::new_instance_id());
        Ok(Self { inner: Arc::new(Inner { settings, address, channel, session, turns }) })
    }
}

#[async_trait]
impl Distant for Cluster {
    async fn rows(&self, query: Planned) -> Result<(SchemaRef, RowStream), QueryError> {
        let inner = &self.inner;
        let turn = timeout(inner.settings.patience, inner.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(QueryError::Busy) };
        let deadline = Instant::now() + inner.settings.timeout;
        inner.ready().await?;
        let (query, rows) = inner.begin(query)?;
        let schema = query.schema();
        let mut answering = Answering {
            query: query.clone(),
            rows: Some(rows),
            inner: inner.clone(),
            deadline,
            is_whole: false,
            _turn: turn,
        };
        // What goes wrong before the first row is told before an answer begins.
        let first = answering.next().await?;
        let first = stream::iter(first.map(Ok));
        let rest = stream::unfold(Some(answering), |answering| async {
            let mut answering = answering?;
            match answering.next().await {
                Ok(Some(batch)) => Some((Ok(batch), Some(answering))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        Ok((schema, first.chain(rest).boxed()))
    }
}

impl Inner {
    fn away(&self, what: impl Into<String>) -> QueryError {
        QueryError::Away { address: self.address.clone(), what: what.into() }
    }

    /// Whether the scheduler is there and has somebody to work for it.
    async fn ready(&self) -> Result<(), QueryError> {
        let asked = async {
            let mut channel = self.channel.clone();
            std::future::poll_fn(|ctx| GrpcService::<tonic::body::Body>::poll_ready(&mut channel, ctx))
                .await
                .ok()?;
            let request = http::Request::get(format!("{}/readyz", self.address));
            let request = request.body(tonic::body::Body::empty()).ok()?;
            let answer = GrpcService::call(&mut channel, request).await.ok()?;
            Some(answer.status())
        };
        match timeout(CONNECT_TIMEOUT, asked).await {
            Ok(Some(status)) if status.is_success() => Ok(()),
            Ok(Some(http::StatusCode::SERVICE_UNAVAILABLE)) => Err(self.away("has no executor")),
            Ok(Some(status)) => Err(self.away(format!("is no scheduler: it answered {status}"))),
            Ok(None) | Err(_) => Err(self.away("does not answer")),
        }
    }

    /// Sends a plan. The rows come when the cluster has them all.
    fn begin(&self, query: Planned) -> Result<(Arc<Query>, SendableRecordBatchStream), QueryError> {
        let config = query
            .state
            .config()
            .clone()
            .upgrade_for_ballista()
            .with_target_partitions(self.settings.parts.max(1))
            .with_ballista_grpc_client_max_message_size(MESSAGE_BYTES_MAX);
        let settings = config.ballista_config();
        let rules = with_ballista_optimizer_rules(query.state.optimizers());
        let state = SessionStateBuilder::new_from_existing(query.state)
            .with_config(config)
            .with_session_id(self.session.clone())
            .with_optimizer_rules(rules)
            .build();
        let plan = state.optimize(&query.plan)?;
        let query = Arc::new(Query::with_extension(
            self.address.clone(),
            settings,
            plan,
            Arc::new(BallistaLogicalExtensionCodec::default()),
            self.session.clone(),
        ));
        let rows = query.execute(0, state.task_ctx())?;
        Ok((query, rows))
    }

    /// Tells the scheduler that a query's rows are not wanted, or not any more: what is under way ends, what was computed goes.
    async fn end(&self, query: &Query, mut rows: Option<SendableRecordBatchStream>, is_whole: bool) {
        // A query that was just sent has no number yet by which it could be ended.
        let known = async {
            while let (None, Some(rows)) = (query.job_id(), &mut rows) {
                tokio::select! {
                    ended = rows.next() => if ended.is_none_or(|row| row.is_err()) { break },
                    () = tokio::time::sleep(Duration::from_millis(20)) => {}
                }
            }
        };
        let _ = timeout(ENDING_TIMEOUT, known).await;
        let Some(job_id) = query.job_id().map(|id| id.to_string()) else { return };
        let mut scheduler = SchedulerGrpcClient::new(self.channel.clone());
        let ended = async {
            if !is_whole {
                scheduler.cancel_job(CancelJobParams { job_id: job_id.clone() }).await?;
            }
            scheduler
                .clean_job_data(CleanJobDataParams { job_id: job_id.clone(), ..Default::default() })
                .await
        };
        match timeout(ENDING_TIMEOUT, ended).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!("query {job_id} could not be ended: {}", error.message()),
            Err(_) => tracing::warn!("query {job_id} could not be ended in time"),
        }
    }
}

/// A query that is being answered. It is ended when it is dropped.
struct Answering {
    query: Arc<Query>,
    rows: Option<SendableRecordBatchStream>,
    inner: Arc<Inner>,
    deadline: Instant,
    is_whole: bool,
    _turn: OwnedSemaphorePermit,
}

impl Answering {
    /// The next batch; none at the end.
    async fn next(&mut self) -> Result<Option<RecordBatch>, QueryError> {
        let Some(rows) = &mut self.rows else { return Ok(None) };
        match timeout_at(self.deadline, rows.next()).await {
            Ok(Some(Ok(batch))) => Ok(Some(batch)),
            Ok(None) => {
                self.is_whole = true;
                self.rows = None;
                Ok(None)
            }
            Err(_) => {
                // Nobody to work is another trouble than much work.
                self.inner.ready().await?;
                Err(QueryError::TimedOut { seconds: self.inner.settings.timeout.as_secs() })
            }
            Ok(Some(Err(error))) => {
                self.rows = None;
                let report = error.to_string();
                if let Some(error) = failure::of_the_query(&report) {
                    return Err(error);
                }
                self.inner.ready().await?;
                tracing::warn!("a query failed on the cluster: {report}");
                Err(self.inner.away(format!("could not finish the question: {}", failure::short(&report))))
            }
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        // Without a reactor the program is ending, and so will the cluster's leftovers after a while.
        if let Ok(reactor) = tokio::runtime::Handle::try_current() {
            let (inner, query, rows, is_whole) =
                (self.inner.clone(), self.query.clone(), self.rows.take(), self.is_whole);
            reactor.spawn(async move { inner.end(&query, rows, is_whole).await });
        }
    }
}

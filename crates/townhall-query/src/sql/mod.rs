//! SQL over granted tables: one `SELECT`, in a session that has nothing else.
//!
//! There are several walls, one behind the other. The text is parsed and has to be a single query. Names of tables are
//! found by whoever grants them, before the engine sees any. The session has a list of functions, no file formats, no table
//! functions, no way to change anything, and an object store that knows blobs by their hash alone. The plan is walked and
//! refused when it could not be bounded. Whoever runs it bounds rows, bytes and time; memory and endless computation are
//! bounded by running it in a process of its own (see [`worker`](crate::worker)).

mod cost;
pub(crate) mod functions;
mod names;
pub(crate) mod plan;
mod values;

pub use values::SqlValue;

use std::sync::Arc;

use arrow_schema::SchemaRef;
use datafusion::catalog::{CatalogProvider, CatalogProviderList, MemoryCatalogProviderList, TableProvider};
use datafusion::catalog::{MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider};
use datafusion::common::TableReference;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateDefaults;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{DataFrame, ParquetReadOptions, SQLOptions, SessionConfig, SessionContext};
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use futures::{StreamExt, TryStreamExt};

use crate::bridge::{TAIL_BYTES, address};
use crate::compile;
use crate::engine::RowStream;
use crate::error::{QueryError, QueryProblem};
use crate::limits::{SQL_BYTES_MAX, SQL_DEPTH_MAX, SQL_TABLES_MAX};
use crate::query::TableSource;

/// The parameter that a query comes in, for problems.
pub(crate) const PARAMETER: &str = "sql";

pub use cost::{SqlCost, TableCost};

/// A query that was read, and the tables that it names.
#[derive(Debug, Clone)]
pub struct Sql {
    text: String,
    tables: Vec<TableName>,
    parameters: Vec<String>,
    values: Vec<(String, SqlValue)>,
    is_explained: bool,
}

/// The name of a table in a query: `table`, or `dataset.table`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableName {
    /// What stands before the dot.
    pub dataset: Option<String>,
    /// The table, or where there is no dot the dataset whose first table is meant.
    pub table: String,
}

impl Sql {
    /// Reads a query. Fails when it is not a single `SELECT`.
    pub fn read(text: &str) -> Result<Self, QueryProblem> {
        let statement = parse(text)?;
        let state = locked(SessionConfig::new(), Arc::default(), Arc::new(MemoryCatalogProviderList::new()));
        let references = state.resolve_table_references(&statement).map_err(|error| plan::told(&error))?;
        let mut tables = Vec::new();
        for reference in references {
            let name = match reference {
                TableReference::Bare { table } => TableName { dataset: None, table: table.to_string() },
                TableReference::Partial { schema, table } => {
                    TableName { dataset: Some(schema.to_string()), table: table.to_string() }
                }
                TableReference::Full { .. } => {
                    return Err(problem(format!("there is no table `{reference}`"))
                        .with_hint("name a table as `dataset`, or as `dataset.table`"));
                }
            };
            tables.push(name);
        }
        if tables.len() > SQL_TABLES_MAX {
            return Err(problem(format!("it names more than {SQL_TABLES_MAX} tables")));
        }
        let parameters = match &statement {
            Statement::Statement(statement) => values::names(statement),
            _ => Vec::new(),
        };
        Ok(Self { text: text.to_owned(), tables, parameters, values: Vec::new(), is_explained: false })
    }

    /// What it leaves open: the names after its colons, in the order in which it has them.
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    /// The same query with values for its parameters.
    #[must_use]
    pub fn with_values(mut self, values: Vec<(String, SqlValue)>) -> Self {
        self.values = values;
        self
    }

    /// Asks how the query would be answered, instead of answering it.
    #[must_use]
    pub fn explained(mut self) -> Self {
        self.is_explained = true;
        self
    }

    /// The values of its parameters.
    pub fn values(&self) -> &[(String, SqlValue)] {
        &self.values
    }

    pub(crate) fn is_explained(&self) -> bool {
        self.is_explained
    }

    /// The same query where the name of a table alone is that of one of a dataset's tables.
    ///
    /// It is said by the syntax tree, whose names and texts are quoted when it is written.
    #[must_use]
    pub fn within(mut self, dataset: &str) -> Self {
        let Ok(Statement::Statement(mut statement)) = parse(&self.text) else { return self };
        let inner = names::defined(&statement);
        let is_own = |table: &str| table == dataset || inner.iter().any(|name| name == table);
        names::place(&mut statement, dataset, &is_own);
        for name in &mut self.tables {
            if name.dataset.is_none() && !is_own(&name.table) {
                name.dataset = Some(dataset.to_owned());
            }
        }
        self.text = statement.to_string();
        self
    }

    /// The same query with values for what it leaves open as `:name`.
    pub fn bound(mut self, values: &[(String, String)]) -> Result<Self, QueryProblem> {
        let Statement::Statement(mut statement) = parse(&self.text)? else { return Ok(self) };
        if names::bind(&mut statement, values)? {
            self.text = statement.to_string();
        }
        Ok(self)
    }

    /// The tables that it names: whoever runs it has to grant each.
    pub fn tables(&self) -> &[TableName] {
        &self.tables
    }

    /// The text of the query.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A table that a query may read, under the name it has there.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The name in the query.
    pub name: TableName,
    /// What it stands for.
    pub source: Arc<TableSource>,
}

/// A query that has passed every wall: planned over granted tables, with a bound on its rows, and not begun.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The session that it was planned in.
    pub state: SessionState,
    /// What is to be done.
    pub plan: LogicalPlan,
}

impl Planned {
    /// The same with at most so many rows, and one more that tells that there are more.
    pub(crate) fn limited(self, rows_max: usize) -> Result<Self, QueryError> {
        // The engine counts rows in 63 bits.
        let fetched = rows_max.saturating_add(1).min(i64::MAX as usize);
        self.changed(|frame| frame.limit(0, Some(fetched)))
    }

    /// How it would be answered, instead of the answer.
    fn explained(self) -> Result<Self, QueryError> {
        self.changed(|frame| frame.explain(false, false))
    }

    fn changed(
        self,
        change: impl FnOnce(DataFrame) -> Result<DataFrame, DataFusionError>,
    ) -> Result<Self, QueryError> {
        let (state, plan) = change(DataFrame::new(self.state, self.plan)).map_err(refused)?.into_parts();
        Ok(Self { state, plan })
    }

    /// Begins it here.
    async fn run(self) -> Result<(SchemaRef, RowStream), QueryError> {
        let frame = DataFrame::new(self.state, self.plan);
        let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
        let stream = frame.execute_stream().await.map_err(refused)?;
        Ok((schema, stream.map_err(refused).boxed()))
    }
}

/// Runs a query over the tables that were granted, with at most so many rows as the answer.
pub(crate) async fn run(
    runtime: Arc<RuntimeEnv>,
    threads: usize,
    sql: &Sql,
    granted: &[Granted],
    rows_max: usize,
) -> Result<(SchemaRef, RowStream), QueryError> {
    let planned = plan(config(threads), runtime, sql, granted).await?;
    // The plan of an explanation is the answer: it has to stand at the top.
    let planned = if sql.is_explained { planned.explained()? } else { planned.limited(rows_max)? };
    planned.run().await
}

/// Plans a query over the tables that were granted, and refuses what has no bound.
pub(crate) async fn plan(
    config: SessionConfig,
    runtime: Arc<RuntimeEnv>,
    sql: &Sql,
    granted: &[Granted],
) -> Result<Planned, QueryError> {
    let mut statement = parse(&sql.text)?;
    if let Statement::Statement(statement) = &mut statement {
        values::put(statement, &sql.values)?;
    }
    names::settle(&mut statement, granted);
    let catalog = MemoryCatalogProviderList::new();
    let provider = Arc::new(MemoryCatalogProvider::new());
    for grant in granted {
        let schema = grant.name.dataset.as_deref().unwrap_or(SCHEMA);
        let tables: Arc<dyn SchemaProvider> = match provider.schema(schema) {
            Some(tables) => tables,
            None => {
                let tables = Arc::new(MemorySchemaProvider::new());
                provider.register_schema(schema, tables.clone())?;
                tables
            }
        };
        if !tables.table_exist(&grant.name.table) {
            tables
                .register_table(grant.name.table.clone(), table(&config, &runtime, &grant.source).await?)?;
        }
    }
    catalog.register_catalog(CATALOG.to_owned(), provider);
    let state = locked(config, runtime, Arc::new(catalog));
    let planned = state.statement_to_plan(statement).await.map_err(refused)?;
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(&planned)
        .map_err(refused)?;
    plan::check(&planned)?;
    Ok(Planned { state, plan: planned })
}

const CATALOG: &str = "townhall";
const SCHEMA: &str = "public";

pub(crate) fn config(threads: usize) -> SessionConfig {
    SessionConfig::new()
        .with_target_partitions(threads)
        .with_information_schema(false)
        .with_default_catalog_and_schema(CATALOG, SCHEMA)
        .with_create_default_catalog_and_schema(false)
        .set_bool("datafusion.execution.enable_recursive_ctes", false)
        .set_bool("datafusion.sql_parser.collect_spans", true)
        .set_usize("datafusion.sql_parser.recursion_limit", SQL_DEPTH_MAX)
        .set_bool("datafusion.execution.parquet.pushdown_filters", true)
        .set_bool("datafusion.execution.parquet.reorder_filters", true)
        .set_usize("datafusion.execution.parquet.metadata_size_hint", TAIL_BYTES)
}

/// A session with our functions and tables and nothing else.
pub(crate) fn locked(
    config: SessionConfig,
    runtime: Arc<RuntimeEnv>,
    catalog: Arc<dyn CatalogProviderList>,
) -> SessionState {
    SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_catalog_list(catalog)
        .with_scalar_functions(functions::scalar())
        .with_aggregate_functions(functions::aggregate())
        .with_window_functions(SessionStateDefaults::default_window_functions())
        .with_table_function_list(Vec::new())
        .with_table_factories(Default::default())
        .with_file_formats(Vec::new())
        .with_expr_planners(SessionStateDefaults::default_expr_planners())
        .build()
}

/// A table as a view of its file, without the hidden row number.
async fn table(
    config: &SessionConfig,
    runtime: &Arc<RuntimeEnv>,
    source: &TableSource,
) -> Result<Arc<dyn TableProvider>, QueryError> {
    let context =
        SessionContext::new_with_config_rt(config.clone().with_target_partitions(1), runtime.clone());
    let frame = context.read_parquet(address(&source.blob), ParquetReadOptions::default()).await?;
    let columns = source.columns.iter().map(|column| compile::column(&column.name));
    Ok(frame.select(columns)?.into_view())
}

/// The one query that a text is.
fn parse(text: &str) -> Result<Statement, QueryProblem> {
    if text.len() > SQL_BYTES_MAX {
        return Err(problem(format!("it is longer than {SQL_BYTES_MAX} bytes")));
    }
    let parsed = DFParserBuilder::new(text)
        .with_dialect(&PostgreSqlDialect {})
        .with_recursion_limit(SQL_DEPTH_MAX)
        .build()
        .and_then(|mut parser| parser.parse_statements());
    let mut statements = parsed.map_err(|error| plan::told(&error))?;
    match (statements.pop_front(), statements.is_empty()) {
        (Some(Statement::Statement(statement)), true) if matches!(*statement, SqlStatement::Query(_)) => {
            names::check(&statement)?;
            if let SqlStatement::Query(query) = &*statement
                && !query.locks.is_empty()
            {
                return Err(problem("tables can't be locked".to_owned()));
            }
            Ok(Statement::Statement(statement))
        }
        (None, _) => Err(problem("there is no query".to_owned())),
        (_, false) => Err(problem("there is more than one statement".to_owned())),
        _ => Err(problem("only a SELECT can be asked".to_owned())
            .with_hint("tables and their columns are listed at /api/tables")),
    }
}

/// What the engine says of a query is for whoever wrote it, unless it is our own trouble.
pub(crate) fn refused(error: datafusion::error::DataFusionError) -> QueryError {
    use datafusion::error::DataFusionError as E;
    match error.find_root() {
        E::ResourcesExhausted(_) => QueryError::TooLarge,
        root if crate::error::is_out_of_room(root) => QueryError::TooLarge,
        E::ObjectStore(_) | E::IoError(_) | E::Internal(_) | E::ParquetError(_) => {
            QueryError::Engine(error.to_string())
        }
        _ => QueryError::Problem(plan::told(&error)),
    }
}

pub(crate) fn problem(message: String) -> QueryProblem {
    QueryProblem::new(PARAMETER, message)
}

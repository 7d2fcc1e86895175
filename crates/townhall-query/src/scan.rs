//! How many bytes of files a query will read: of each table the columns that it needs, in the row groups that its conditions
//! leave.

use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchema, DataFusionError};
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::parquet::{
    ParquetAccessPlan, ParquetFileMetrics, RowGroupAccessPlanFilter,
};
use datafusion::datasource::source_as_provider;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::expr_rewriter::unnormalize_col;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{LogicalPlan, TableScan};
use datafusion::object_store::ObjectStoreExt;
use datafusion::object_store::path::Path;
use datafusion::parquet::file::metadata::ParquetMetaData;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;

use crate::bridge::{ADDRESS, TAIL_BYTES, file_name};
use crate::distant::blobs_of;
use crate::error::QueryError;
use crate::sql::Planned;

/// The bytes that a query will read.
pub(crate) async fn bytes(planned: &Planned) -> Result<u64, QueryError> {
    let plan = planned.state.optimize(&planned.plan)?;
    let mut scans: Vec<TableScan> = Vec::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            scans.push(scan.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    let mut total = 0;
    for scan in &scans {
        total += of_scan(planned, scan).await?;
    }
    Ok(total)
}

async fn of_scan(planned: &Planned, scan: &TableScan) -> Result<u64, QueryError> {
    let provider = source_as_provider(&scan.source)?;
    let mut total = 0;
    for blob in blobs_of(provider.as_ref()).unwrap_or_default() {
        let runtime = planned.state.runtime_env();
        let store = runtime.object_store(ObjectStoreUrl::parse(ADDRESS)?)?;
        let meta = store.head(&Path::from(file_name(&blob))).await.map_err(DataFusionError::from)?;
        let described = DFParquetMetadata::new(store.as_ref(), &meta)
            .with_metadata_size_hint(Some(TAIL_BYTES))
            .with_file_metadata_cache(Some(runtime.cache_manager.get_file_metadata_cache()))
            .fetch_metadata()
            .await?;
        total += of_file(planned, scan, &described)?;
    }
    Ok(total)
}

fn of_file(planned: &Planned, scan: &TableScan, file: &ParquetMetaData) -> Result<u64, QueryError> {
    let schema = scan.source.schema();
    let parquet = file.file_metadata().schema_descr();
    let mut groups = RowGroupAccessPlanFilter::new(ParquetAccessPlan::new_all(file.num_row_groups()));
    if let Some(condition) = conjunction(scan.filters.clone()) {
        let columns = DFSchema::try_from(schema.as_ref().clone())?;
        // The scan names columns by its table, the file does not.
        let condition = unnormalize_col(condition);
        let condition = planned.state.create_physical_expr(condition, &columns)?;
        // A condition that tells nothing of row groups leaves them all.
        let builder = PruningPredicateBuilder::new().with_file_schema(Arc::clone(&schema));
        if let Ok(predicate) = builder.try_build(condition) {
            let metrics = ParquetFileMetrics::new(0, "", &ExecutionPlanMetricsSet::new());
            groups.prune_by_statistics(&schema, parquet, file.row_groups(), &predicate, &metrics);
        }
    }
    // A condition's columns are read even where the answer does not have them.
    let mut names: Vec<&str> = match &scan.projection {
        Some(columns) => columns.iter().map(|column| schema.field(*column).name().as_str()).collect(),
        None => schema.fields().iter().map(|field| field.name().as_str()).collect(),
    };
    names.extend(
        scan.filters.iter().flat_map(|filter| filter.column_refs()).map(|column| column.name.as_str()),
    );
    let is_read = |column: usize| names.contains(&parquet.get_column_root(column).name());
    let sizes = groups.row_group_indexes().flat_map(|group| {
        let chunks = file.row_group(group).columns().iter().enumerate();
        chunks.filter(|(column, _)| is_read(*column)).map(|(_, chunk)| chunk.compressed_size().unsigned_abs())
    });
    Ok(sizes.sum())
}

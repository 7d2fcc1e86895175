//! `_explain=1`: what a question would take, without asking it.

use axum::response::Response;
use serde_json::{Value, json};
use townhall_app::{Class, ClassLimits, Packing, Sql, Whole};
use townhall_model::TableId;

use super::params::Params;
use super::{Site, respond, wire};
use crate::server::Problem;

const PARAMETER: &str = "_explain";

/// Whether that is what is wanted.
pub(super) fn is_wanted(params: &Params) -> bool {
    params.get(PARAMETER).is_some_and(|value| !matches!(value, "" | "0" | "false" | "no"))
}

/// The question itself.
pub(super) fn without(params: &Params) -> Params {
    params.without(PARAMETER)
}

/// Of rows: of a page, or of all as a file.
pub(super) async fn rows(
    site: &Site,
    id: TableId,
    params: &Params,
    whole: Whole,
    format: Option<&str>,
) -> Result<Response, Problem> {
    let told = site.app().tables().explain(site.audience(), id, &params.0, whole).await?;
    let prepared = match format {
        Some(ending) if params.0.iter().all(|(key, _)| key == "_as_of") => {
            let (format, packing) = Packing::of_ending(ending);
            let as_of = params.get("_as_of");
            let file = site.app().tables().whole(site.audience(), id, as_of, format, packing).await?;
            Some(file.made.is_some())
        }
        _ => None,
    };
    let cost = &told.cost;
    Ok(respond::json(&json!({
        "table": wire::table(&told.table, site),
        "version": told.version,
        "answered": cost.way.name(),
        "total_is_known": cost.total_is_known,
        "scan": {
            "row_groups": cost.row_groups, "row_groups_kept": cost.row_groups_kept,
            "columns": cost.columns, "bytes": cost.bytes, "rows": cost.rows_scanned, "rows_of_table": told.rows,
        },
        "estimate": {
            "rows": cost.rows_estimated, "rows_sorted": cost.rows_sorted, "groups": cost.groups_estimated,
            "work_bytes": cost.work_bytes,
        },
        "prepared": prepared,
        "becomes_job": told.becomes_job,
        "limits": limits(told.class, &told.limits),
    })))
}

/// Of an SQL query.
pub(super) async fn sql(site: &Site, sql: &Sql) -> Result<Response, Problem> {
    let told = site.app().tables().explain_sql(site.audience(), sql).await?;
    let plan = site.app().tables().sql_plan(site.audience(), sql).await?;
    let tables: Vec<Value> = told
        .cost
        .tables
        .iter()
        .filter_map(|cost| {
            let (table, version, rows) = told.tables.get(cost.granted)?;
            Some(json!({
                "table": wire::table(table, site), "version": version, "times": cost.times,
                "row_groups": cost.row_groups, "row_groups_kept": cost.row_groups_kept,
                "columns": cost.columns, "bytes": cost.bytes, "rows": cost.rows_scanned, "rows_of_table": rows,
            }))
        })
        .collect();
    Ok(respond::json(&json!({
        "answered": if told.is_large { "cluster" } else { "scan" },
        "plan": plan.lines().collect::<Vec<_>>(),
        "scan": tables,
        "sorts": told.cost.sorts, "groups": told.cost.groups, "joins": told.cost.joins,
        "estimate": {"work_bytes": told.cost.work_bytes},
        "becomes_job": told.becomes_job,
        "limits": limits(told.class, &told.limits),
    })))
}

fn limits(class: Class, limits: &ClassLimits) -> Value {
    json!({
        "class": class.name(), "seconds": limits.timeout.as_secs(), "rows": limits.rows, "bytes": limits.bytes,
        "memory_bytes": limits.memory_bytes, "concurrency": limits.concurrency, "queue": limits.queue,
        "work_bytes": limits.work_bytes,
    })
}

//! `/api/tables/{id}/columns`: the columns of a table with their profiles.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use townhall_model::TableId;
use townhall_model::table::Column;

use super::params::Params;
use super::{Site, respond, tables_api};
use crate::server::Problem;

/// `/api/tables/{id}/columns`: all of them, without their histograms.
pub(super) async fn list(
    site: &Site,
    id: TableId,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    let found = site.app().tables().manifest(site.audience(), id, params.get("_as_of")).await?;
    let etag = format!("\"{id}-{}-columns\"", found.number);
    if respond::has_current(headers, &etag) {
        return Ok(respond::not_modified(&etag));
    }
    let columns = &found.manifest.columns;
    let data: Vec<Value> = columns
        .iter()
        .map(|column| {
            json!({
                "name": column.name, "label": column.label, "type": column.kind.name(), "values": column.values,
                "nulls": column.nulls, "distinct": column.distinct, "min": column.min, "max": column.max,
                "url": format!(
                    "{}/api/tables/{id}/columns/{}", site.base_url(), super::path_segment(&column.name)
                ),
            })
        })
        .collect();
    let meta = json!({"total": columns.len(), "next": null, "version": found.number});
    Ok(respond::with_etag(respond::json(&json!({"data": data, "meta": meta})), &etag))
}

/// `/api/tables/{id}/columns/{name}`: the profile of one, as it was made with the version.
pub async fn show(
    site: Site,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let id = tables_api::table_id(&id)?;
    let found = site.app().tables().manifest(site.audience(), id, params.get("_as_of")).await?;
    let column = found.manifest.columns.iter().position(|column| column.name == name);
    let Some(index) = column else { return Err(townhall_app::Error::not_found("column", &name).into()) };
    let etag = format!("\"{id}-{}-column-{index}\"", found.number);
    if respond::has_current(&headers, &etag) {
        return Ok(respond::not_modified(&etag));
    }
    let mut profile = profile(&found.manifest.columns[index]);
    profile["table"] = json!(id);
    profile["version"] = json!(found.number);
    profile["rows"] = json!(found.manifest.rows);
    Ok(respond::with_etag(respond::json(&profile), &etag))
}

fn profile(column: &Column) -> Value {
    let spread = column.spread.as_ref();
    let quantiles = spread.map(|spread| {
        let quantiles = spread.quantiles.iter();
        quantiles.map(|(share, value)| json!({"share": share, "value": value})).collect::<Vec<_>>()
    });
    let histogram = spread.map(|spread| {
        let bins = spread.edges.windows(2).zip(&spread.counts);
        bins.map(|(edges, count)| json!({"from": edges[0], "to": edges[1], "count": count}))
            .collect::<Vec<_>>()
    });
    let top = column.top.iter().map(|(value, count)| json!({"value": value, "count": count}));
    json!({
        "name": column.name, "label": column.label, "type": column.kind.name(), "type_reason": column.type_reason,
        "values": column.values, "nulls": column.nulls, "rejects": column.rejects,
        "distinct": column.distinct, "distinct_exact": column.distinct_exact,
        "min": column.min, "max": column.max, "mean": column.mean,
        "median": spread.and_then(|spread| spread.quantiles.iter().find(|(share, _)| *share == 0.5))
            .map(|(_, value)| value),
        "quantiles": quantiles, "histogram": histogram, "spread_exact": spread.map(|spread| spread.exact),
        "top": top.collect::<Vec<_>>(),
    })
}

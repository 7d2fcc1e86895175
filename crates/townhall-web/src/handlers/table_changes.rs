//! `/api/tables/{id}/diff`: what differs between two versions of a table.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};
use townhall_app::{Differences, RowDifference};
use townhall_model::{ErrorKind, TableId};

use super::params::Params;
use super::{Site, respond};
use crate::server::Problem;

/// Rows of a page unless asked otherwise.
const PAGE: usize = 100;

/// Where a page begins and how many rows it has.
pub(super) fn page_of(params: &Params, usual: usize, most: usize) -> Result<(usize, usize), Problem> {
    let number = |name: &str, usual: usize| match params.get(name) {
        None => Ok(usual),
        Some(text) => text.parse::<usize>().map_err(|_| {
            let short: String = text.chars().take(60).collect();
            Problem::new(ErrorKind::Invalid, format!("parameter `{name}`: `{short}` is no number"))
        }),
    };
    Ok((number("_cursor", 0)?, number("_limit", usual)?.clamp(1, most)))
}

/// The columns of a parameter with commas.
pub(super) fn key_of(params: &Params) -> Vec<String> {
    let names = params.all("key").flat_map(|names| names.split(','));
    names.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The versions that are compared: the last two unless said otherwise.
pub(super) async fn versions_of(
    site: &Site,
    id: TableId,
    params: &Params,
) -> Result<(String, String), Problem> {
    let current = site.app().tables().manifest(site.audience(), id, params.get("to")).await?.number;
    let to = params.get("to").map_or_else(|| current.to_string(), str::to_owned);
    let from = params.get("from").map_or_else(|| current.saturating_sub(1).max(1).to_string(), str::to_owned);
    Ok((from, to))
}

/// `/api/tables/{id}/diff`, and with a suffix all that differs as a file.
pub(super) async fn api(
    site: &Site,
    id: TableId,
    extension: Option<&str>,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    let (from, to) = versions_of(site, id, params).await?;
    let (key, tables) = (key_of(params), site.app().tables());
    let format = extension.or_else(|| params.get("_format")).filter(|format| *format != "json");
    if let Some(format) = format {
        let export = tables.difference_file(site.audience(), id, (&from, &to), &key, format).await?;
        let mut response = respond::stream(&export.content_type, export.bytes);
        respond::attach(&mut response, &export.name);
        return Ok(response);
    }
    let page = page_of(params, PAGE, townhall_app::DIFFERENCES_MAX)?;
    // Versions never change, and neither does what differs between them.
    let older = tables.manifest(site.audience(), id, Some(&from)).await?.number;
    let newer = tables.manifest(site.audience(), id, Some(&to)).await?.number;
    let etag =
        format!("\"{id}-{older}-{newer}-{}-{}-{}\"", key.join(",").replace(['"', '\\'], ""), page.0, page.1);
    if etag.is_ascii() && respond::has_current(headers, &etag) {
        return Ok(respond::not_modified(&etag));
    }
    let found = tables.difference(site.audience(), id, (&from, &to), &key, page).await?;
    let Differences { counts, columns, key, .. } = &found.differences;
    let has_key = *key < columns.len() || !key_of(params).is_empty();
    let answer = respond::json(&json!({
        "data": found.differences.rows.iter().map(|row| wire(row, columns, *key)).collect::<Vec<_>>(),
        "meta": {
            "from": found.from.number,
            "to": found.to.number,
            "key": if has_key { columns[..*key].to_vec() } else { Vec::new() },
            "added": counts.added,
            "removed": counts.removed,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "columns_added": found.differences.columns_added,
            "columns_removed": found.differences.columns_removed,
            "next": found.differences.next.map(|next| next.to_string()),
        },
    }));
    Ok(if etag.is_ascii() { respond::with_etag(answer, &etag) } else { answer })
}

fn wire(row: &RowDifference, columns: &[String], key: usize) -> Value {
    let values = |values: &[Value], names: &[String]| -> Map<String, Value> {
        names.iter().cloned().zip(values.iter().cloned()).collect()
    };
    let mut wire = json!({"change": row.change, "from_row": row.from_row, "to_row": row.to_row});
    if row.copies > 1 {
        wire["copies"] = json!(row.copies);
    }
    if row.change == "changed" {
        wire["key"] = json!(values(&row.after[..key], &columns[..key]));
        let fields: Map<String, Value> = (key..columns.len())
            .filter(|index| row.before[*index] != row.after[*index])
            .map(|index| (columns[index].clone(), json!({"from": row.before[index], "to": row.after[index]})))
            .collect();
        wire["fields"] = Value::Object(fields);
    } else {
        wire["values"] = json!(values(row.values(), columns));
    }
    wire
}

//! `/api/tables`: tables, their columns, their rows, in our own dialect.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, LINK};
use axum::response::Response;
use serde_json::{Value, json};
use townhall_model::TableId;

use super::params::Params;
use super::{Site, respond, wire};
use crate::server::Problem;

/// How many tables a page of the list has.
const LIST_SIZE: u32 = 100;

/// `/api/tables`.
pub async fn list(site: Site, params: Params) -> Result<Response, Problem> {
    let after = match params.get("cursor") {
        Some(text) => Some(table_id(text)?),
        None => None,
    };
    let tables = site.app().tables().list(site.audience(), after, LIST_SIZE).await?;
    let next = (tables.len() == LIST_SIZE as usize).then(|| tables.last().map(|table| table.id)).flatten();
    let data: Vec<Value> = tables.iter().map(|table| wire::table(table, &site)).collect();
    let total = site.app().catalog().numbers(site.audience()).await?.tables;
    Ok(respond::json(&json!({"data": data, "meta": {"total": total, "next": next}})))
}

fn table_id(text: &str) -> Result<TableId, Problem> {
    text.parse().map_err(|_| townhall_app::Error::not_found("table", text).into())
}

/// `/api/tables/{id}`: what is known of a table and its columns.
pub async fn show(
    site: Site,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let found = site.app().tables().manifest(site.audience(), table_id(&id)?, params.get("_as_of")).await?;
    let etag = format!("\"{}-{}\"", found.table.id, found.number);
    if respond::has_current(&headers, &etag) {
        return Ok(respond::not_modified(&etag));
    }
    let mut value = wire::table(&found.table, &site);
    let manifest = &found.manifest;
    value["version"] = json!(found.number);
    value["rows"] = json!(manifest.rows);
    value["columns"] = json!(manifest.columns);
    value["source"] = json!({
        "name": manifest.source_name, "bytes": manifest.source_bytes, "sha256": manifest.source,
        "format": manifest.format, "read_as": manifest.read_as,
    });
    value["rejects"] = json!({
        "total": manifest.rejects_total,
        "url": format!("{}/api/tables/{}/rejects", site.base_url(), found.table.id),
    });
    let versions = site.app().tables().versions(site.audience(), found.table.id).await?;
    value["versions"] = versions
        .iter()
        .map(|version| json!({"version": version.number, "at": version.at.to_string(), "rows": version.rows}))
        .collect();
    Ok(respond::with_etag(respond::json(&value), &etag))
}

/// `/api/tables/{id}/rows`, `.../rows.csv` and its kin, `.../rejects`, `.../diff`.
pub async fn rows(
    site: Site,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let id = table_id(&id)?;
    if let Some(extension) = part(&name, "rejects") {
        return super::rejects::api(&site, id, extension, &headers, &params).await;
    }
    if let Some(extension) = part(&name, "diff") {
        return super::table_changes::api(&site, id, extension, &headers, &params).await;
    }
    if let Some(suffix) = name.strip_prefix("dictionary")
        && (suffix.is_empty() || suffix.starts_with('.'))
    {
        return dictionary(&site, id, suffix.strip_prefix('.'), &headers, &params).await;
    }
    let extension = match name.strip_prefix("rows") {
        Some("") => None,
        Some(suffix) if suffix.starts_with('.') => Some(suffix[1..].to_owned()),
        _ => return Err(townhall_app::Error::not_found("part of a table", &name).into()),
    };
    let wanted =
        extension.or_else(|| params.get("_format").map(str::to_owned)).or_else(|| by_accept(&headers));
    let params = params.without("_format");
    let tag =
        site.app().tables().etag(site.audience(), id, &params.0, wanted.as_deref().unwrap_or("page")).await?;
    if let Some(tag) = &tag
        && respond::has_current(&headers, tag)
    {
        return Ok(respond::not_modified(tag));
    }
    let response = match wanted.as_deref() {
        None => page(&site, id, &params).await?,
        Some(format) => export(&site, id, &params, format).await?,
    };
    Ok(match tag {
        Some(tag) => respond::with_etag(response, &tag),
        None => respond::momentary(response),
    })
}

/// The extension of a part of a table, when it is that part: `.csv` of `rejects.csv`, none of `rejects`.
fn part<'n>(name: &'n str, part: &str) -> Option<Option<&'n str>> {
    match name.strip_prefix(part)? {
        "" => Some(None),
        suffix => suffix.strip_prefix('.').map(Some),
    }
}

/// Programs that name a format get it; browsers and `*/*` get a page of JSON.
pub(super) fn by_accept(headers: &HeaderMap) -> Option<String> {
    let accept = headers.get(ACCEPT)?.to_str().ok()?;
    townhall_app::table_format_by_accept(accept).filter(|format| *format != "json").map(str::to_owned)
}

async fn page(site: &Site, id: TableId, params: &Params) -> Result<Response, Problem> {
    let page = site.app().tables().page_json(site.audience(), id, &params.0).await?;
    // The rows are JSON text already: parsing them only to print them again would double the work.
    let meta = json!({
        "total": page.total, "next": page.next, "previous": page.previous, "version": page.version, "truncated": page.truncated,
        "facets": page.facets,
    });
    let text = format!("{{\"data\":{},\"meta\":{meta}}}", page.rows);
    let mut response = respond::document("application/json", text.into_bytes());
    let address = format!("{}/api/tables/{id}/rows", site.base_url());
    let links: Vec<String> = [("next", &page.next), ("prev", &page.previous)]
        .into_iter()
        .filter_map(|(relation, cursor)| {
            let url = params.with("_cursor", cursor.as_ref()?).link(&address);
            Some(format!("<{url}>; rel=\"{relation}\""))
        })
        .collect();
    if !links.is_empty() {
        respond::set(&mut response, LINK, &links.join(", "));
    }
    Ok(response)
}

async fn export(site: &Site, id: TableId, params: &Params, format: &str) -> Result<Response, Problem> {
    let export = site.app().tables().export(site.audience(), id, &params.0, format).await?;
    let mut response = respond::stream(&export.content_type, export.bytes);
    respond::attach(&mut response, &export.name);
    Ok(response)
}

/// `/api/tables/{id}/dictionary`, `.../dictionary.csv` and its kin.
async fn dictionary(
    site: &Site,
    id: TableId,
    extension: Option<&str>,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    let form = extension.or_else(|| params.get("_form")).unwrap_or("json");
    let found = site.app().tables().dictionary(site.audience(), id).await?;
    let etag = format!("\"{id}-{}-dictionary-{}-{form}\"", found.table.number, found.revision);
    if respond::has_current(headers, &etag) {
        return Ok(respond::not_modified(&etag));
    }
    let file = found.file(form, &format!("{}/api/tables/{id}/rows.csv", site.base_url()))?;
    let mut response = respond::stream(&file.content_type, file.bytes);
    if form != "json" {
        respond::attach(&mut response, &file.name);
    }
    Ok(respond::with_etag(response, &etag))
}

//! `/api/tables`: tables, their columns, their rows, in our own dialect.

use axum::extract::Path;
use axum::http::header::{ACCEPT, CACHE_CONTROL, ETAG, LINK};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde_json::{Value, json};
use townhall_app::{Audience, Packing, Shape, Whole, WriteOptions};
use townhall_model::{ErrorKind, TableId};

use super::params::Params;
use super::{Site, columns_api, dialects, explain, respond, wire};
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

pub(super) fn table_id(text: &str) -> Result<TableId, Problem> {
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

/// `/api/tables/{id}/rows`, `.../rows.csv` and its kin, `.../rejects`, `.../diff`, `.../dictionary`, `.../columns`.
pub async fn rows(
    site: Site,
    method: Method,
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
    if name == "columns" {
        return columns_api::list(&site, id, &headers, &params).await;
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
    let is_named = extension.is_some();
    let wanted =
        extension.or_else(|| params.get("_format").map(str::to_owned)).or_else(|| by_accept(&headers));
    let params = params.without("_format");
    if explain::is_wanted(&params) {
        let params = explain::without(&params).without("_shape").without("_callback");
        let whole = if wanted.is_some() { Whole::Stream } else { Whole::Page };
        return explain::rows(&site, id, &params, whole, wanted.as_deref()).await;
    }
    let asked = Asked { id, method, headers: &headers, params: &params };
    match wanted.as_deref() {
        Some(ending) if is_named && params.0.iter().all(|(key, _)| key == "_as_of") => {
            whole(&site, &asked, ending).await
        }
        wanted => answer(&site, &asked, wanted).await,
    }
}

/// The extension of a part of a table, when it is that part: `.csv` of `rejects.csv`, none of `rejects`.
fn part<'n>(name: &'n str, part: &str) -> Option<Option<&'n str>> {
    match name.strip_prefix(part)? {
        "" => Some(None),
        suffix => suffix.strip_prefix('.').map(Some),
    }
}

/// What was asked of a table's rows.
struct Asked<'a> {
    id: TableId,
    method: Method,
    headers: &'a HeaderMap,
    params: &'a Params,
}

/// A whole table: the file that was prepared, with its length and in parts, or until then a stream.
async fn whole(site: &Site, asked: &Asked<'_>, ending: &str) -> Result<Response, Problem> {
    let tables = site.app().tables();
    let (format, packing) = Packing::of_ending(ending);
    let as_of = asked.params.get("_as_of");
    let file = tables.whole(site.audience(), asked.id, as_of, format, packing).await?;
    if let Some(tag) = &file.etag
        && respond::has_current(asked.headers, tag)
    {
        return Ok(respond::not_modified(tag));
    }
    let mut response = match (file.made, asked.method == Method::HEAD) {
        (Some((blob, size)), _) => {
            let name = Some(file.name.as_str());
            respond::blob(site.app(), &blob, size, &file.content_type, name, asked.headers).await?
        }
        (None, true) => respond::head(&file.content_type, &file.name),
        (None, false) => {
            let stream = tables.whole_stream(site.audience(), asked.id, as_of, format, packing).await?;
            respond::export(stream, asked.headers)
        }
    };
    let Some(tag) = file.etag else { return Ok(respond::momentary(response)) };
    respond::set(&mut response, ETAG, &tag);
    let is_pinned = as_of.is_some_and(|text| text.parse() == Ok(file.version));
    respond::set(&mut response, CACHE_CONTROL, kept_for(site, is_pinned));
    Ok(response)
}

/// How long others may keep an answer. A version under its own number never changes; what only staff see is nobody else's.
fn kept_for(site: &Site, is_pinned: bool) -> &'static str {
    match (site.audience(), is_pinned) {
        (Audience::Public, true) => "public, max-age=86400, immutable",
        (Audience::Public, false) => "public, no-cache",
        _ => "private, no-cache",
    }
}

/// The rows that answer a question, as a page or a file.
async fn answer(site: &Site, asked: &Asked<'_>, wanted: Option<&str>) -> Result<Response, Problem> {
    let params = asked.params;
    let shape = match params.get("_shape") {
        None | Some("objects") => Shape::Objects,
        Some("arrays") => Shape::Arrays,
        Some(other) => {
            let short: String = other.chars().take(60).collect();
            return Err(Problem::new(ErrorKind::Invalid, format!("there is no shape `{short}`"))
                .with_hint("`_shape` is `objects` or `arrays`"));
        }
    };
    let form = format!("{}{}", wanted.unwrap_or("page"), if shape == Shape::Arrays { "[]" } else { "" });
    let tables = site.app().tables();
    // A column may be called `callback`.
    let columns = &tables.manifest(site.audience(), asked.id, params.get("_as_of")).await?.manifest.columns;
    let is_column = columns.iter().any(|column| column.name == "callback");
    let name = params.get("_callback").or_else(|| params.get("callback").filter(|_| !is_column));
    let callback = match name.map(|name| (name, dialects::is_callback(name))) {
        None => None,
        Some((name, true)) => Some(name.to_owned()),
        Some((_, false)) => {
            return Err(Problem::new(ErrorKind::Invalid, "`_callback` is not the name of a function")
                .with_hint("use letters, digits, `_`, `$` and dots, 100 at most"));
        }
    };
    let bare = params.without("_shape").without("_callback");
    let bare = if is_column { bare } else { bare.without("callback") };
    let call = callback.as_deref().unwrap_or_default();
    let tag = tables.etag(site.audience(), asked.id, &bare.0, &format!("{form}{call}")).await?;
    if let Some(tag) = &tag
        && respond::has_current(asked.headers, tag)
    {
        return Ok(respond::not_modified(tag));
    }
    let mut response = match (wanted, asked.method == Method::HEAD) {
        (None, true) => {
            let kind = if callback.is_some() { "application/javascript" } else { "application/json" };
            respond::bare_head(kind)
        }
        (None, false) => page(site, asked.id, &bare, params, shape, callback.as_deref()).await?,
        (Some(ending), is_head) => {
            file(site, asked, &bare, ending, shape, callback.as_deref(), is_head).await?
        }
    };
    let Some(tag) = tag else { return Ok(respond::momentary(response)) };
    respond::set(&mut response, ETAG, &tag);
    let is_pinned = params.get("_as_of").is_some_and(|text| text.parse::<u32>().is_ok());
    respond::set(&mut response, CACHE_CONTROL, kept_for(site, is_pinned));
    Ok(response)
}

/// Programs that name a format get it; browsers and `*/*` get a page of JSON.
pub(super) fn by_accept(headers: &HeaderMap) -> Option<String> {
    let accept = headers.get(ACCEPT)?.to_str().ok()?;
    townhall_app::table_format_by_accept(accept).filter(|format| *format != "json").map(str::to_owned)
}

async fn page(
    site: &Site,
    id: TableId,
    params: &Params,
    linked: &Params,
    shape: Shape,
    callback: Option<&str>,
) -> Result<Response, Problem> {
    let page = site.app().tables().page_json_in(site.audience(), id, &params.0, shape).await?;
    // The rows are JSON text already: parsing them only to print them again would double the work.
    let mut meta = json!({
        "total": page.total, "next": page.next, "previous": page.previous, "version": page.version, "truncated": page.truncated,
        "facets": page.facets,
    });
    if shape == Shape::Arrays {
        meta["columns"] = json!(page.columns);
    }
    let text = format!("{{\"data\":{},\"meta\":{meta}}}", page.rows);
    let mut response = match callback {
        None => respond::document("application/json", text.into_bytes()),
        Some(callback) => {
            respond::document("application/javascript", format!("/**/{callback}({text});").into_bytes())
        }
    };
    if page.truncated {
        respond::set(&mut response, respond::TRUNCATED, "true");
    }
    let address = format!("{}/api/tables/{id}/rows", site.base_url());
    let links: Vec<String> = [("next", &page.next), ("prev", &page.previous)]
        .into_iter()
        .filter_map(|(relation, cursor)| {
            let url = linked.with("_cursor", cursor.as_ref()?).link(&address);
            Some(format!("<{url}>; rel=\"{relation}\""))
        })
        .collect();
    if !links.is_empty() {
        respond::set(&mut response, LINK, &links.join(", "));
    }
    Ok(response)
}

async fn file(
    site: &Site,
    asked: &Asked<'_>,
    params: &Params,
    ending: &str,
    shape: Shape,
    callback: Option<&str>,
    is_head: bool,
) -> Result<Response, Problem> {
    let tables = site.app().tables();
    let (format, packing) = Packing::of_ending(ending);
    if is_head {
        let as_of = params.get("_as_of");
        let file = tables.whole(site.audience(), asked.id, as_of, format, packing).await?;
        return Ok(respond::head(&file.content_type, &file.name));
    }
    let options = WriteOptions { arrays: shape == Shape::Arrays, ..WriteOptions::default() };
    let mut export = tables.export_with(site.audience(), asked.id, &params.0, format, options).await?;
    if let Some(callback) = callback.filter(|_| format == "json") {
        export.content_type = "application/javascript".to_owned();
        export.bytes = townhall_app::wrapped(format!("/**/{callback}("), export.bytes, ");");
    }
    Ok(respond::export(export.packed(packing)?, asked.headers))
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

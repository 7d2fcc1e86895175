//! `/api/openapi.json`: every public operation described for programs (OpenAPI 3.1), with real values of this portal as
//! examples; and the same for one table, with a parameter for each column. Operators, formats, facets and orders come from
//! the lists that the code itself works with. The console is made from these documents.

mod build;
mod charts;
mod dialects;
mod files;
mod ours;
mod samples;
mod table;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value};
use townhall_model::{ErrorKind, TableId};

use super::{Site, respond};
use crate::server::Problem;
use samples::Samples;

const ABOUT: &str = "No key is needed. A list answers `{\"data\": [...], \"meta\": {...}}`; follow `meta.next` for the next page. \
    Mistakes are answered with a problem document (RFC 9457) that says what was wrong and how to mend it.";

/// `/api/openapi.json`.
pub async fn document(site: Site) -> Result<Response, Problem> {
    Ok(respond::json(&described(&site).await?))
}

/// The whole interface, with this site's address.
pub async fn described(site: &Site) -> Result<Value, Problem> {
    let samples = Samples::of(site).await?;
    let mut paths = Map::new();
    ours::datasets(&mut paths, &samples);
    ours::tables(&mut paths, &samples);
    charts::charts(&mut paths, &samples);
    ours::sql(&mut paths, &samples, &saved_query(site).await?);
    ours::sources(&mut paths);
    ours::jobs(&mut paths);
    ours::scores(&mut paths, &samples);
    ours::scorecard(&mut paths);
    ours::tools(&mut paths, site);
    ours::links(&mut paths);
    files::put(&mut paths, &samples);
    dialects::put(&mut paths, &samples);
    Ok(build::document(site.name(), ABOUT, site.base_url(), paths))
}

/// The name of a saved query, when there is one.
async fn saved_query(site: &Site) -> Result<String, Problem> {
    let saved = site.app().saved_queries().list(None, 1).await?;
    Ok(saved.into_iter().next().map(|query| query.name).unwrap_or_default())
}

/// `/api/tables/{id}/openapi.json`.
pub async fn of_table(site: Site, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let id: TableId =
        id.parse().map_err(|_| Problem::new(ErrorKind::NotFound, format!("there is no table `{id}`")))?;
    let known = site.app().tables().dictionary(site.audience(), id).await?;
    let etag = format!("\"{id}-{}-openapi-{}\"", known.table.number, known.revision);
    if respond::has_current(&headers, &etag) {
        return Ok(respond::not_modified(&etag));
    }
    Ok(respond::with_etag(respond::json(&table::described(&site, &known)), &etag))
}

/// The interface of one table.
pub async fn described_table(site: &Site, id: TableId) -> Result<Value, Problem> {
    let known = site.app().tables().dictionary(site.audience(), id).await?;
    Ok(table::described(site, &known))
}

//! `/api/tables/{id}/chart.svg` and its kin: a chart as a drawing, a picture, a specification, or its numbers.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use townhall_app::TableChart;
use townhall_app::charts::{self, Look, Roles};
use townhall_model::{ErrorKind, TableId};

use super::{EXPLORED_ROWS_MAX, WIDE, rows_url, source, wanted};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// The most pixels for each unit of a drawing.
const SCALE_MAX: f32 = 4.0;

fn table_id(text: &str) -> Result<TableId, Problem> {
    text.parse().map_err(|_| townhall_app::Error::not_found("table", text).into())
}

/// A number of the address within bounds.
fn number(params: &Params, key: &str, usual: f64, (low, high): (f64, f64)) -> Result<f64, Problem> {
    let Some(text) = params.get(key) else { return Ok(usual) };
    text.parse::<f64>().ok().filter(|number| (low..=high).contains(number)).ok_or_else(|| {
        Problem::new(ErrorKind::Invalid, format!("`{key}` is not a number from {low} to {high}"))
    })
}

/// The answer that a client has already, or the chart and the tag of this answer.
async fn found(
    site: &Site,
    id: &str,
    form: &str,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Result<(TableChart, String), Response>, Problem> {
    let (id, spec) = (table_id(id)?, wanted(params)?);
    let looks: Vec<_> =
        params.0.iter().filter(|(key, _)| matches!(key.as_str(), "_width" | "_scale" | "_explore")).collect();
    let form = format!("{form}{looks:?}{}{}", site.name(), site.base_url());
    let tables = site.app().tables();
    let tag = tables.chart_tag(site.audience(), id, &spec, &form).await?;
    if respond::has_current(headers, &tag) {
        return Ok(Err(respond::not_modified(&tag)));
    }
    Ok(Ok((tables.chart(site.audience(), id, &spec, &[], &Roles::default()).await?, tag)))
}

/// Gets the chart or returns from the handler because the client has it.
macro_rules! chart_or_current {
    ($found:expr) => {
        match $found {
            Ok(found) => found,
            Err(current) => return Ok(current),
        }
    };
}

fn drawing(site: &Site, chart: &TableChart, params: &Params) -> Result<String, Problem> {
    let width = number(params, "_width", WIDE, charts::limits::WIDTHS)?;
    Ok(chart.chart.svg(&Look { width, id: "chart", source: Some(&source(site, chart)) }))
}

/// The chart as SVG that stands alone.
pub async fn svg(
    site: Site,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let (chart, tag) = chart_or_current!(found(&site, &id, "svg", &headers, &params).await?);
    let text = drawing(&site, &chart, &params)?;
    Ok(respond::with_etag(respond::document("image/svg+xml", text.into_bytes()), &tag))
}

/// The chart as PNG.
pub async fn png(
    site: Site,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let (chart, tag) = chart_or_current!(found(&site, &id, "png", &headers, &params).await?);
    let text = drawing(&site, &chart, &params)?;
    let scale = number(&params, "_scale", 2.0, (0.5, f64::from(SCALE_MAX)))? as f32;
    let picture = site.app().tables().chart_picture(text, site.pages().fonts().clone(), scale).await?;
    Ok(respond::with_etag(respond::document("image/png", picture), &tag))
}

/// The chart as Vega-Lite over its rows; with `_explore=1` as a browser explores it.
pub async fn json(
    site: Site,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let (chart, tag) = chart_or_current!(found(&site, &id, "json", &headers, &params).await?);
    let spec = match params.get("_explore") {
        Some(_) => explored(&chart).0,
        None => {
            let mut spec = chart.chart.plan().spec.clone();
            spec.title = Some(chart.chart.title());
            spec.description = Some(chart.chart.description());
            spec.to_json(Some(&format!("{}{}", site.base_url(), rows_url(&chart, None))))
        }
    };
    let text = serde_json::to_vec_pretty(&spec)
        .map_err(|error| Problem::new(ErrorKind::Internal, error.to_string()))?;
    Ok(respond::with_etag(respond::document("application/json", text), &tag))
}

/// The chart as a browser explores it, and whether of its answer rather than of the rows.
pub(super) fn explored(chart: &TableChart) -> (serde_json::Value, bool) {
    let plan = chart.chart.plan();
    let is_answer = plan.is_grouped() && chart.table.manifest.rows > EXPLORED_ROWS_MAX;
    let limit = (!plan.is_grouped()).then_some(plan.limit);
    let rows = rows_url(chart, limit);
    let answer = super::file_url(chart.table.table.id, "csv", &plan.spec);
    (charts::explore(plan, &rows, is_answer.then_some(answer.as_str())), is_answer)
}

/// The chart's numbers as CSV.
pub async fn csv(
    site: Site,
    Path(id): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let (id, spec) = (table_id(&id)?, wanted(&params)?);
    let tables = site.app().tables();
    let tag = tables.chart_tag(site.audience(), id, &spec, "csv").await?;
    if respond::has_current(&headers, &tag) {
        return Ok(respond::not_modified(&tag));
    }
    let file = tables.chart_file(site.audience(), id, &spec, &[], "csv").await?;
    let mut response = respond::stream(&file.content_type, file.bytes);
    respond::attach(&mut response, &file.name);
    Ok(respond::with_etag(response, &tag))
}

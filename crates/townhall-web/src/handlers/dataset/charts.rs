//! `/data/{slug}/charts`: a chart of one column, drawn on the server, with its numbers beside it.

use axum::extract::{OriginalUri, Path};
use axum::response::Response;
use townhall_model::table::{Column, ColumnType};

use super::find;
use super::head::{head, meta};
use super::tabs::dataset_or_redirect;
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::charts;
use crate::pages::views::{ChartsView, Choice, Download, HiddenField, SeriesPoint};
use crate::server::Problem;

/// Bars that one chart shows at most.
const BARS_MAX: usize = 20;

/// Shows the chart of the column that the address names, or of the first that has one.
pub async fn show(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = match params.get("table") {
        Some(id) => dataset.tables.iter().find(|table| table.id.to_string() == id),
        None => dataset.tables.first(),
    }
    .ok_or_else(|| townhall_app::Error::not_found("table", &slug))?;
    let manifest = site.app().tables().manifest(site.audience(), table.id, None).await?.manifest.clone();
    let drawable: Vec<&Column> = manifest.columns.iter().filter(|column| !column.top.is_empty()).collect();
    let wanted = params.get("column");
    let column =
        drawable.iter().find(|column| Some(column.name.as_str()) == wanted).or(drawable.first()).copied();
    let action = format!("/data/{}/charts", dataset.slug);
    let link = |column: &Column| params.with("column", &column.name).link(&action);
    let view = ChartsView {
        head: head(&dataset, "charts", &params),
        columns: drawable
            .iter()
            .map(|known| Choice {
                label: known.label.as_ref().unwrap_or(&known.name).clone(),
                value: known.name.clone(),
                url: link(known),
                selected: column.is_some_and(|column| column.name == known.name),
            })
            .collect(),
        keep: params
            .get("table")
            .map(|value| HiddenField { name: "table".into(), value: value.into() })
            .into_iter()
            .collect(),
        chart: column.and_then(chart),
        downloads: column
            .map(|column| Download {
                label: "JSON".into(),
                url: Params(vec![("_facet".into(), column.name.clone()), ("_limit".into(), "1".into())])
                    .link(&format!("/api/tables/{}/rows", table.id)),
                ..Download::default()
            })
            .into_iter()
            .collect(),
        action,
    };
    site.page(
        "dataset_charts.html",
        meta(&dataset, Some(("charts", "Charts")), &params.link(uri.path())),
        &view,
    )
}

/// Values in time order make a line, all others bars, the most frequent first.
fn chart(column: &Column) -> Option<charts::ChartView> {
    let label = column.label.as_ref().unwrap_or(&column.name);
    let mut points: Vec<SeriesPoint> = column
        .top
        .iter()
        .take(BARS_MAX)
        .map(|(value, count)| SeriesPoint::new(value, *count as f64))
        .collect();
    let in_order = column.kind.is_temporal() || matches!(column.kind, ColumnType::Integer);
    let title = format!("Rows for each {label}");
    if in_order && points.len() > 2 {
        points.sort_by(|a, b| match (a.label.parse::<f64>(), b.label.parse::<f64>()) {
            (Ok(a), Ok(b)) => a.total_cmp(&b),
            _ => a.label.cmp(&b.label),
        });
        return charts::line(&title, label, "Rows", &points);
    }
    charts::bars(&title, label, "Rows", &points)
}

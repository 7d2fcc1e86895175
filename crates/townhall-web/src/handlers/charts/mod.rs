//! Charts: the tab of a dataset, files of a chart, a chart for another site, and one to explore.
//!
//! The address is the chart: `mark=bar&y=state&x=sum(amount)`, or a whole specification as `spec`; every other parameter
//! chooses rows, as it does for rows.

mod alone;
mod files;
mod form;
mod page;

pub(super) use page::{chosen, refusal};

use axum::Router;
use axum::routing::get;
use townhall_app::charts::{Kind, Look, Spec};
use townhall_app::{TableChart, TableSummary};
use townhall_model::TableId;

use super::Site;
use super::params::Params;
use crate::pages::views::{ChartFigure, Download};
use crate::server::Problem;

/// The widths of a page's drawings.
const WIDE: f64 = 760.0;
const NARROW: f64 = 360.0;

/// Rows up to which a browser explores the rows themselves.
const EXPLORED_ROWS_MAX: u64 = 50_000;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/data/{slug}/charts", get(page::show))
        .route("/data/{slug}/charts/embed", get(alone::embed))
        .route("/data/{slug}/charts/explore", get(alone::explore))
        .route("/api/tables/{id}/chart.svg", get(files::svg))
        .route("/api/tables/{id}/chart.png", get(files::png))
        .route("/api/tables/{id}/chart.json", get(files::json))
        .route("/api/tables/{id}/chart.csv", get(files::csv))
}

/// Parameters that are no part of a chart, nor of which rows it shows.
fn is_own(key: &str) -> bool {
    matches!(
        key,
        "table" | "from" | "_width" | "_scale" | "_explore" | "_limit" | "_cursor" | "_sort" | "_select"
    )
}

/// The chart of an address, if it speaks of one.
fn asked(params: &Params) -> Result<Option<Spec>, Problem> {
    let pairs: Vec<(String, String)> = params.0.iter().filter(|(key, _)| !is_own(key)).cloned().collect();
    Ok(Spec::from_pairs(&pairs).map_err(townhall_app::Error::from)?)
}

/// The chart of an address that must speak of one.
fn wanted(params: &Params) -> Result<Spec, Problem> {
    asked(params)?.ok_or_else(|| {
        townhall_app::Error::invalid("the address speaks of no chart")
            .with_hint("write it like chart.svg?mark=bar&y=state&x=count(), or give a Vega-Lite specification as `spec`")
            .into()
    })
}

/// The pairs of an address that say the same chart; what short words can't say is said whole.
pub(super) fn pairs(spec: &Spec) -> Params {
    let short = Params(spec.to_pairs());
    let same = Spec::from_pairs(&short.0).ok().flatten().is_some_and(|read| read == *spec);
    if same {
        return short;
    }
    let mut pairs = vec![("spec".to_owned(), spec.to_json(None).to_string())];
    pairs.extend(spec.filters.iter().cloned());
    Params(pairs)
}

/// Where a chart's files are.
pub(super) fn file_url(id: TableId, form: &str, spec: &Spec) -> String {
    pairs(spec).link(&format!("/api/tables/{id}/chart.{form}"))
}

/// The rows that a chart is made of.
fn rows_url(chart: &TableChart, limit: Option<usize>) -> String {
    let plan = chart.chart.plan();
    let mut columns: Vec<&str> = Vec::new();
    for column in plan.outputs.iter().filter_map(|output| output.source.column()) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let mut params = Params(plan.spec.filters.clone());
    if !columns.is_empty() {
        params = params.with("_select", &columns.join(","));
    }
    if let Some(limit) = limit {
        params = params.with("_limit", &limit.to_string());
    }
    params.link(&format!("/api/tables/{}/rows.csv", chart.table.table.id))
}

/// The address of a page of a table's dataset.
pub(super) fn tab_url(table: &TableSummary, is_first: bool, tab: &str, params: &Params) -> String {
    let path = format!("/data/{}/{tab}", table.dataset_slug);
    match is_first {
        true => params.link(&path),
        false => params.with("table", &table.id.to_string()).link(&path),
    }
}

/// A chart with what stands around it. `id` is unlike those of other charts of the page.
pub(super) fn figure(found: &TableChart, id: &str, is_first: bool) -> ChartFigure {
    let chart = &found.chart;
    let table = chart.table();
    let drawn =
        |width: f64, suffix: &str| chart.svg(&Look { width, id: &format!("{id}-{suffix}"), source: None });
    let is_figure = chart.plan().spec.kind == Kind::KeyFigure;
    let spec = &chart.plan().spec;
    let summary = &found.table.table;
    let asked = pairs(spec);
    ChartFigure {
        id: id.to_owned(),
        title: chart.title(),
        description: chart.description(),
        notes: chart.notes().to_vec(),
        wide: if is_figure { String::new() } else { drawn(WIDE, "wide") },
        narrow: if is_figure { String::new() } else { drawn(NARROW, "narrow") },
        figure: chart.figure(),
        headings: table.headings,
        rows: table.rows,
        omitted: table.omitted,
        downloads: [("SVG", "svg"), ("PNG", "png"), ("CSV", "csv"), ("Vega-Lite", "json")]
            .map(|(label, form)| Download {
                label: label.to_owned(),
                url: file_url(summary.id, form, spec),
                ..Download::default()
            })
            .into(),
        explore_url: Some(tab_url(summary, is_first, "charts/explore", &asked)),
        chart_url: Some(tab_url(summary, is_first, "charts", &asked)),
    }
}

/// Where the data of a chart that stands alone is from.
fn source(site: &Site, found: &TableChart) -> String {
    let table = &found.table.table;
    let host = site.base_url().split_once("://").map_or(site.base_url(), |(_, host)| host);
    format!("{}. Source: {}, {host}/data/{}", table.dataset_title, site.name(), table.dataset_slug)
}

//! A chart alone: `/data/{slug}/charts/embed` for a frame on another site, `/data/{slug}/charts/explore` with Vega.

use axum::extract::{OriginalUri, Path};
use axum::http::HeaderName;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Response;
use townhall_app::charts::Roles;

use super::page::chosen;
use super::{figure, files, pairs, tab_url, wanted};
use crate::handlers::dataset::find;
use crate::handlers::dataset::head::{dataset_url, head, meta};
use crate::handlers::dataset::tabs::dataset_or_redirect;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{EmbedView, ExploreView, Link};
use crate::server::Problem;

/// Like the policy of every page, but for who may show it in a frame: anybody.
const CSP_FRAMED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; frame-ancestors *; base-uri 'none'; form-action 'self'";

/// The chart alone, which any site may show.
pub async fn embed(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let is_first = dataset.tables.first().is_some_and(|first| first.id == table.id);
    let spec = wanted(&params)?;
    let found = site.app().tables().chart(site.audience(), table.id, &spec, &[], &Roles::default()).await?;
    let view = EmbedView {
        chart: figure(&found, "chart", is_first),
        dataset: Link::new(dataset.title(), dataset_url(&dataset.slug)),
        url: tab_url(&table, is_first, "charts", &pairs(&spec)),
    };
    let mut page_meta = meta(&dataset, Some(("charts", &view.chart.title)), &params.link(uri.path()));
    page_meta.noindex = true;
    let mut response = site.page("chart_embed.html", page_meta, &view)?;
    respond::set(&mut response, CONTENT_SECURITY_POLICY, CSP_FRAMED);
    respond::set(&mut response, HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    Ok(response)
}

/// The chart with Vega, which is loaded on this page only; without scripts it is as drawn here, with the specification.
pub async fn explore(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let is_first = dataset.tables.first().is_some_and(|first| first.id == table.id);
    let spec = wanted(&params)?;
    let found = site.app().tables().chart(site.audience(), table.id, &spec, &[], &Roles::default()).await?;
    let (explored, is_answer) = files::explored(&found);
    let view = ExploreView {
        head: head(&dataset, "charts", &params),
        chart: figure(&found, "chart", is_first),
        spec: serde_json::to_string_pretty(&explored).unwrap_or_default(),
        back_url: tab_url(&table, is_first, "charts", &pairs(&spec)),
        note: is_answer.then(|| {
            "The table has too many rows for a browser, so this explores the numbers of the chart.".to_owned()
        }),
    };
    let mut page_meta = meta(&dataset, Some(("charts", "Explore a chart")), &params.link(uri.path()));
    page_meta.noindex = true;
    site.page("chart_explore.html", page_meta, &view)
}

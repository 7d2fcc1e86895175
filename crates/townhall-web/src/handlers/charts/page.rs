//! `/data/{slug}/charts`: charts worth trying, and a form that makes any other.

use axum::extract::{OriginalUri, Path};
use axum::response::{IntoResponse, Redirect, Response};
use townhall_app::charts::{Roles, Spec, suggest};
use townhall_app::{Audience, DatasetDetail, TableSummary};
use townhall_model::ErrorKind;

use super::{asked, figure, form, pairs, tab_url};
use crate::handlers::Site;
use crate::handlers::dataset::find;
use crate::handlers::dataset::head::{head, meta};
use crate::handlers::dataset::tabs::dataset_or_redirect;
use crate::handlers::params::Params;
use crate::pages::views::{ChartsView, Choice, Notice, NoticeKind};
use crate::server::Problem;

/// The table of a dataset that an address names, or its first.
pub(in crate::handlers) fn chosen<'a>(
    dataset: &'a DatasetDetail,
    params: &Params,
) -> Result<&'a TableSummary, Problem> {
    let wanted = params.get("table");
    let found = match wanted {
        Some(id) => dataset.tables.iter().find(|table| table.id.to_string() == id),
        None => dataset.tables.first(),
    };
    Ok(found.ok_or_else(|| townhall_app::Error::not_found("table", wanted.unwrap_or(&dataset.slug)))?)
}

/// A notice that says why something could not be done.
pub(in crate::handlers) fn refusal(title: &str, error: &townhall_app::Error) -> Notice {
    let hint = error.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
    Notice {
        kind: NoticeKind::Error,
        title: Some(title.to_owned()),
        text: format!("{error}{hint}."),
        link: None,
    }
}

/// The tables of a dataset to choose from, when there are several.
pub(in crate::handlers) fn tables(dataset: &DatasetDetail, current: &TableSummary, tab: &str) -> Vec<Choice> {
    if dataset.tables.len() < 2 {
        return Vec::new();
    }
    let first = dataset.tables.first().map(|table| table.id);
    let choice = |table: &TableSummary| Choice {
        label: table.title.clone(),
        value: table.id.to_string(),
        url: tab_url(table, Some(table.id) == first, tab, &Params::default()),
        selected: table.id == current.id,
    };
    dataset.tables.iter().map(choice).collect()
}

/// Shows the chart of the address, or the first that suits the table.
pub async fn show(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let is_first = dataset.tables.first().is_some_and(|first| first.id == table.id);
    let tables_of = site.app().tables();
    let facts = tables_of.chart_facts(site.audience(), table.id, None, &Roles::default()).await?;
    if let Some(spec) = form::sent(&params, &facts.fields) {
        // What a form sends is long; the address that people share is short.
        let url = tab_url(&table, is_first, "charts", &pairs(&spec));
        return Ok(Redirect::to(&url).into_response());
    }
    let suggestions = suggest(&facts.fields);
    let mut notices = Vec::new();
    let spec = match asked(&params) {
        Ok(spec) => spec,
        Err(problem) => {
            let hint = problem.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
            notices.push(Notice {
                kind: NoticeKind::Error,
                title: Some("That chart can’t be drawn".to_owned()),
                text: format!("{}{hint}.", problem.detail()),
                link: None,
            });
            None
        }
    };
    let was_asked = spec.is_some();
    let spec =
        spec.or_else(|| suggestions.first().map(|first| first.spec.clone()).filter(|_| notices.is_empty()));
    let mut found = None;
    if let Some(spec) = &spec {
        match tables_of.chart(site.audience(), table.id, spec, &[], &Roles::default()).await {
            Ok(chart) => found = Some(chart),
            Err(error) if error.kind() == ErrorKind::Invalid => {
                notices.push(refusal("That chart can’t be drawn", &error));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let link = |spec: &Spec| tab_url(&table, is_first, "charts", &pairs(spec));
    let page = tables_of.data_page(site.audience(), table.id).await?;
    let nothing = Params::default();
    let view = ChartsView {
        head: head(&dataset, "charts", &params),
        action: format!("/data/{}/charts", dataset.slug),
        tables: tables(&dataset, &table, "charts"),
        form: form::form(spec.as_ref(), &facts.fields, &params, (!is_first).then_some(table.id)),
        embeds: found
            .as_ref()
            .map(|chart| embeds(&site, &table, is_first, &chart.chart.plan().spec, &chart.chart.title()))
            .unwrap_or_default(),
        chart: found.as_ref().map(|chart| figure(chart, "chart", is_first)),
        suggestions: suggestions
            .iter()
            .map(|one| Choice {
                label: one.title.clone(),
                value: one.spec.kind.name().to_owned(),
                url: link(&one.spec),
                selected: spec.as_ref().is_some_and(|spec| *spec == one.spec),
            })
            .collect(),
        notices,
        page_url: page.is_some().then(|| tab_url(&table, is_first, "view", &nothing)),
        build_url: (site.audience() == Audience::Staff).then(|| tab_url(&table, is_first, "build", &nothing)),
    };
    let mut page_meta = meta(&dataset, Some(("charts", "Charts")), &params.link(uri.path()));
    page_meta.noindex = page_meta.noindex || was_asked;
    site.page("dataset_charts.html", page_meta, &view)
}

/// What to write on another site: a frame, which can be read aloud and has the numbers, or a picture.
fn embeds(
    site: &Site,
    table: &TableSummary,
    is_first: bool,
    spec: &Spec,
    title: &str,
) -> Vec<(String, String)> {
    let attribute = |text: &str| quick_xml::escape::escape(text).into_owned();
    let asked = pairs(spec);
    let base = site.base_url();
    let frame = attribute(&format!("{base}{}", tab_url(table, is_first, "charts/embed", &asked)));
    let page = attribute(&format!("{base}{}", tab_url(table, is_first, "charts", &asked)));
    let picture = attribute(&format!("{base}{}", super::file_url(table.id, "svg", spec)));
    let title = attribute(title);
    vec![
        (
            "A frame, with the numbers and the words".to_owned(),
            format!(
                "<iframe src=\"{frame}\" title=\"{title}\" width=\"100%\" height=\"560\" loading=\"lazy\"></iframe>"
            ),
        ),
        (
            "A picture".to_owned(),
            format!("<a href=\"{page}\"><img src=\"{picture}\" alt=\"{title}\" loading=\"lazy\"></a>"),
        ),
    ]
}

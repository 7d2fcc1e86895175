//! `/data/{slug}/view`: filters, charts and texts, rows; every state is an address.

use axum::extract::{OriginalUri, Path};
use axum::response::{IntoResponse, Redirect, Response};
use townhall_app::charts::{DataPage, Field, Pane};
use townhall_app::{Audience, TablePage, TableSummary};
use townhall_model::ErrorKind;
use townhall_model::table::Column;

use super::row::written;
use crate::handlers::Site;
use crate::handlers::charts::{chosen, figure, refusal, tab_url};
use crate::handlers::dataset::find;
use crate::handlers::dataset::head::{head, meta};
use crate::handlers::dataset::tabs::dataset_or_redirect;
use crate::handlers::params::Params;
use crate::pages::views::{
    CellView, Choice, ColumnHead, DataPageView, Download, HiddenField, PageFilterView, PagePane, Pager,
    RowView,
};
use crate::server::Problem;

/// Rows of a page.
const ROWS: usize = 25;

/// How many values a list offers.
const LISTED_MAX: usize = 200;

/// Shows the page about a table.
pub async fn show(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let is_first = dataset.tables.first().is_some_and(|first| first.id == table.id);
    let tables = site.app().tables();
    let kept = tables
        .data_page(site.audience(), table.id)
        .await?
        .ok_or_else(|| townhall_app::Error::not_found("page about", &table.title))?;
    let page = kept.page;
    let facts = tables.chart_facts(site.audience(), table.id, None, &page.roles).await?;
    let columns = &facts.table.manifest.columns;
    let filters = filters(&page, &params);
    let asked = Params(
        filters
            .iter()
            .map(|(name, value, _)| (name.clone(), value.clone()))
            .filter(|(_, v)| !v.is_empty())
            .collect(),
    );
    // An empty field asks nothing: it does not stay in the address.
    let mut tidy = asked.clone();
    for key in ["_sort", "_cursor"] {
        if let Some(value) = params.get(key) {
            tidy = tidy.with(key, value);
        }
    }
    let sent: Vec<_> = params.0.iter().filter(|(key, _)| !matches!(key.as_str(), "table" | "from")).collect();
    if sent.len() != tidy.0.len() {
        return Ok(Redirect::to(&tab_url(&table, is_first, "view", &tidy)).into_response());
    }
    let mut notices = Vec::new();
    let mut view = DataPageView {
        head: head(&dataset, "view", &params),
        title: page.title.clone(),
        description: page.description.clone(),
        action: format!("/data/{}/view", dataset.slug),
        filters: filters.iter().map(|filter| filter_view(filter, columns, &facts.fields)).collect(),
        keep: (!is_first)
            .then(|| HiddenField { name: "table".into(), value: table.id.to_string() })
            .into_iter()
            .collect(),
        clear_url: (!asked.0.is_empty()).then(|| tab_url(&table, is_first, "view", &Params::default())),
        has_rows: page.summary.on,
        downloads: page
            .downloads
            .iter()
            .map(|form| Download {
                label: form.to_uppercase(),
                url: asked.link(&format!("/dvwapi/{}/{form}", table.id)),
                ..Download::default()
            })
            .collect(),
        build_url: (site.audience() == Audience::Staff)
            .then(|| tab_url(&table, is_first, "build", &Params::default())),
        ..DataPageView::default()
    };
    for (number, pane) in page.panes.iter().filter(|pane| pane.on).enumerate() {
        view.panes.push(drawn(&site, &page, pane, number + 1, &table, is_first, &asked).await?);
    }
    if page.summary.on {
        let question = question(&page, &params, &asked);
        match tables.page(site.audience(), table.id, &question.0).await {
            Ok(rows) => put_rows(&mut view, &page, &rows, &facts.fields, &table, is_first, &tidy),
            Err(error) if error.kind() == ErrorKind::Invalid => {
                notices.push(refusal("That question could not be answered", &error));
            }
            Err(error) => return Err(error.into()),
        }
    }
    view.notices = notices;
    let mut page_meta = meta(&dataset, Some(("view", &page.title)), &params.link(uri.path()));
    page_meta.noindex = page_meta.noindex || !params.0.is_empty();
    site.page("data_page.html", page_meta, &view)
}

/// The filters with their parameters and values in force.
fn filters(page: &DataPage, params: &Params) -> Vec<(String, String, bool)> {
    page.filters
        .iter()
        .map(|filter| {
            let is_list = filter.form == "list";
            let name = if is_list { filter.column.clone() } else { format!("{}__icontains", filter.column) };
            let value = params.get(&name).unwrap_or_default().to_owned();
            (name, value, is_list)
        })
        .collect()
}

fn filter_view(
    (name, value, is_list): &(String, String, bool),
    columns: &[Column],
    fields: &[Field],
) -> PageFilterView {
    let column = name.strip_suffix("__icontains").unwrap_or(name);
    let label = fields.iter().find(|field| field.name == column).map(|field| field.label.clone());
    let known = columns.iter().find(|known| known.name == column);
    let mut values: Vec<Choice> = Vec::new();
    if *is_list && let Some(known) = known {
        let choice = |text: &str| Choice {
            label: text.to_owned(),
            value: text.to_owned(),
            url: String::new(),
            selected: text == value,
        };
        let mut texts: Vec<&str> = known.top.iter().take(LISTED_MAX).map(|(text, _)| text.as_str()).collect();
        texts.sort_unstable();
        values = texts.into_iter().map(choice).collect();
        if !value.is_empty() && !values.iter().any(|known| known.selected) {
            values.push(choice(value));
        }
    }
    PageFilterView {
        name: name.clone(),
        label: label.unwrap_or_else(|| column.to_owned()),
        value: value.clone(),
        values,
    }
}

fn question(page: &DataPage, params: &Params, asked: &Params) -> Params {
    let mut question = asked.with("_limit", &ROWS.to_string());
    if !page.summary.columns.is_empty() {
        question = question.with("_select", &page.summary.columns.join(","));
    }
    if let Some(sort) = params.get("_sort").or(page.summary.sort.as_deref()) {
        question = question.with("_sort", sort);
    }
    match params.get("_cursor") {
        Some(cursor) => question.with("_cursor", cursor),
        None => question,
    }
}

/// A pane as it is shown.
async fn drawn(
    site: &Site,
    page: &DataPage,
    pane: &Pane,
    number: usize,
    table: &TableSummary,
    is_first: bool,
    asked: &Params,
) -> Result<PagePane, Problem> {
    let mut view =
        PagePane { title: pane.title.clone(), markdown: pane.markdown.clone(), ..PagePane::default() };
    let Some(spec) = pane.spec() else { return Ok(view) };
    let found = match spec {
        Ok(mut spec) => {
            spec.filters.extend(asked.0.iter().cloned());
            site.app().tables().chart(site.audience(), table.id, &spec, &[], &page.roles).await
        }
        Err(problem) => Err(problem.into()),
    };
    match found {
        Ok(found) => view.chart = Some(figure(&found, &format!("pane-{number}"), is_first)),
        // The table may have changed since the page was made: the other panes still stand.
        Err(error)
            if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::TimedOut | ErrorKind::Unavailable) =>
        {
            view.problem = Some(error.to_string());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(view)
}

fn put_rows(
    view: &mut DataPageView,
    page: &DataPage,
    rows: &TablePage,
    fields: &[Field],
    table: &TableSummary,
    is_first: bool,
    asked: &Params,
) {
    let link = |params: &Params| tab_url(table, is_first, "view", params);
    let first = asked.without("_cursor");
    let sorted = asked.get("_sort").or(page.summary.sort.as_deref()).unwrap_or_default();
    let field = |name: &str| fields.iter().find(|field| field.name == name);
    view.columns = rows
        .columns
        .iter()
        .map(|column| {
            let descending = format!("-{}", column.name);
            let (sort, next) = if sorted == column.name {
                ("ascending", descending.as_str())
            } else if sorted == descending {
                ("descending", column.name.as_str())
            } else {
                ("", column.name.as_str())
            };
            ColumnHead {
                name: column.name.clone(),
                label: field(&column.name).map_or_else(|| column.name.clone(), |field| field.label.clone()),
                kind: column.kind.name().to_owned(),
                is_numeric: column.kind.is_numeric(),
                sort: sort.to_owned(),
                sort_url: link(&first.with("_sort", next)),
                description: None,
            }
        })
        .collect();
    view.rows = rows
        .rows
        .iter()
        .map(|row| RowView {
            number: row.number,
            url: page
                .detail
                .on
                .then(|| tab_url(table, is_first, &format!("view/{}", row.number), &Params::default())),
            cells: row
                .cells
                .iter()
                .zip(&rows.columns)
                .map(|(cell, column)| CellView {
                    text: cell.as_deref().map(|text| written(text, field(&column.name))),
                    ..CellView::default()
                })
                .collect(),
        })
        .collect();
    view.pager = Pager {
        from: (!rows.rows.is_empty()).then_some(rows.offset + 1),
        to: (!rows.rows.is_empty()).then_some(rows.offset + rows.rows.len() as u64),
        total: rows.total,
        first_url: asked.get("_cursor").map(|_| link(&first)),
        previous_url: rows.previous.as_ref().map(|cursor| link(&asked.with("_cursor", cursor))),
        next_url: rows.next.as_ref().map(|cursor| link(&asked.with("_cursor", cursor))),
    };
}

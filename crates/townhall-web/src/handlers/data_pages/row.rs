//! `/data/{slug}/view/{row}`: a row on a page of its own.

use axum::extract::{OriginalUri, Path};
use axum::response::Response;
use townhall_app::charts::{Channel, DataPage, Field, Format, Kind, Spec};
use townhall_app::{Error, TableRow};
use townhall_model::table::{Column, ColumnType};

use crate::handlers::Site;
use crate::handlers::charts::{chosen, figure, tab_url};
use crate::handlers::dataset::find;
use crate::handlers::dataset::head::{head, meta};
use crate::handlers::dataset::tabs::dataset_or_redirect;
use crate::handlers::params::Params;
use crate::pages::views::{DataRowView, Link, RowFact};
use crate::pages::words::Day;
use crate::server::Problem;

/// Texts longer than this have the whole width.
const WIDE_CHARS: usize = 120;

/// Shows a row.
pub async fn show(
    site: Site,
    Path((slug, row)): Path<(String, u64)>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let is_first = dataset.tables.first().is_some_and(|first| first.id == table.id);
    let tables = site.app().tables();
    let kept = tables.data_page(site.audience(), table.id).await?;
    let page = kept
        .map(|kept| kept.page)
        .filter(|page| page.detail.on)
        .ok_or_else(|| Error::not_found("page about row", &row.to_string()))?;
    let found = tables.row(site.audience(), table.id, row, None).await?;
    let facts = tables.chart_facts(site.audience(), table.id, None, &page.roles).await?;
    let values = found.rows.first().ok_or_else(|| Error::not_found("row", &row.to_string()))?;
    let cell = |name: &str| cell(&found.all_columns, values, name);
    let title = page.roles.title.as_deref().and_then(cell).map_or_else(
        || format!("Row {row}"),
        |title| written(&title, field(&facts.fields, page.roles.title.as_deref())),
    );
    let neighbour = |number: u64| tab_url(&table, is_first, &format!("view/{number}"), &Params::default());
    let map = match place(&page, &cell) {
        Some(_) => Some(point(&site, table.id, &page, row).await?),
        None => None,
    };
    let view = DataRowView {
        head: head(&dataset, "view", &params),
        facts: facts_of(&page, &found.all_columns, values, &facts.fields),
        map: map.flatten().map(|chart| {
            let mut figure = figure(&chart, "place", is_first);
            figure.title = "Where it is".to_owned();
            // One point has no numbers of its own to show or to take along.
            (figure.downloads, figure.rows) = (Vec::new(), Vec::new());
            (figure.explore_url, figure.chart_url) = (None, None);
            figure
        }),
        back: Link::new(page.title.clone(), tab_url(&table, is_first, "view", &Params::default())),
        previous_url: (row > 1).then(|| neighbour(row - 1)),
        next_url: (row < found.rows_total).then(|| neighbour(row + 1)),
        title: title.clone(),
    };
    let mut page_meta = meta(&dataset, Some(("view", &format!("{title} (row {row})"))), uri.path());
    page_meta.noindex = true;
    site.page("data_row.html", page_meta, &view)
}

fn field<'a>(fields: &'a [Field], name: Option<&str>) -> Option<&'a Field> {
    fields.iter().find(|field| Some(field.name.as_str()) == name)
}

fn cell(columns: &[Column], row: &TableRow, name: &str) -> Option<String> {
    let index = columns.iter().position(|column| column.name == name)?;
    row.cells.get(index).cloned().flatten()
}

/// A value as people read it: money with its sign, dates in words.
pub(super) fn written(text: &str, field: Option<&Field>) -> String {
    let Some(field) = field else { return text.to_owned() };
    match field.kind {
        ColumnType::Integer | ColumnType::Number if field.is_currency => match text.parse::<f64>() {
            Ok(number) => Format::CURRENCY.write(number),
            Err(_) => text.to_owned(),
        },
        ColumnType::Date => Day::read(text).map_or_else(|| text.to_owned(), Day::in_words),
        _ => text.to_owned(),
    }
}

fn facts_of(page: &DataPage, columns: &[Column], row: &TableRow, fields: &[Field]) -> Vec<RowFact> {
    let names: Vec<&str> = match page.detail.columns.as_slice() {
        [] => columns.iter().map(|column| column.name.as_str()).collect(),
        named => named.iter().map(String::as_str).collect(),
    };
    names
        .into_iter()
        .filter_map(|name| {
            let field = field(fields, Some(name))?;
            let value = cell(columns, row, name).map(|text| written(&text, Some(field)));
            let is_long = value.as_ref().is_some_and(|value| value.chars().count() > WIDE_CHARS);
            let unit = field.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
            Some(RowFact {
                label: format!("{}{unit}", field.label),
                is_wide: is_long || page.detail.wide.iter().any(|wide| wide == name),
                value,
            })
        })
        .collect()
}

/// Where a row is, if it says so.
fn place(page: &DataPage, cell: &dyn Fn(&str) -> Option<String>) -> Option<(f64, f64)> {
    if !page.detail.map {
        return None;
    }
    let number = |name: &Option<String>| cell(name.as_deref()?)?.parse::<f64>().ok();
    Some((number(&page.roles.longitude)?, number(&page.roles.latitude)?))
}

/// The map of one row.
async fn point(
    site: &Site,
    table: townhall_model::TableId,
    page: &DataPage,
    row: u64,
) -> Result<Option<townhall_app::TableChart>, Problem> {
    let (Some(longitude), Some(latitude)) = (&page.roles.longitude, &page.roles.latitude) else {
        return Ok(None);
    };
    let mut spec = Spec::new(Kind::Map);
    spec.longitude = Some(Channel::field(longitude));
    spec.latitude = Some(Channel::field(latitude));
    Ok(Some(site.app().tables().row_chart(site.audience(), table, &spec, row).await?))
}

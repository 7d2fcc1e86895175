//! `/data/{slug}/table`: a table whose every state is an address.

use axum::extract::{OriginalUri, Path};
use axum::response::{IntoResponse, Redirect, Response};
use townhall_app::{DatasetDetail, TablePage, TableSummary};
use townhall_model::table::{Column, ColumnType};

use super::find;
use super::head::{head, meta};
use super::tabs::dataset_or_redirect;
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::views::{
    CellView, Choice, ColumnChoice, ColumnFilter, ColumnHead, Download, FilterChip, HiddenField, Link,
    Notice, NoticeKind, Pager, RowView, SpreadBar, SpreadView, TableView,
};
use crate::server::Problem;

/// Page sizes that are offered.
const SIZES: [usize; 4] = [25, 50, 100, 500];

/// Rows of a page unless asked otherwise.
const SIZE: usize = 50;

/// How many distinct values a column may have to be filtered by a list.
const VALUES_LISTED_MAX: u64 = 20;

/// Parameters of the page itself, which are no part of the question.
const OWN: [&str; 2] = ["table", "from"];

/// Shows the table.
pub async fn show(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let tidied = tidy(&params);
    if tidied.0 != params.0 {
        // What a form sends is long; the address that people share is short.
        return Ok(Redirect::to(&tidied.link(uri.path())).into_response());
    }
    let question = question(&params);
    let (page, notice) = match site.app().tables().page(site.audience(), table.id, &question.0).await {
        Ok(page) => (page, None),
        // A question that can't be answered still gets the table, with what was wrong with it.
        Err(error) if error.kind() == townhall_model::ErrorKind::Invalid => {
            let kept = question.0.iter().filter(|(key, _)| key == "_limit").cloned().collect::<Vec<_>>();
            let page = site.app().tables().page(site.audience(), table.id, &kept).await?;
            let hint = error.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
            let notice = Notice {
                kind: NoticeKind::Error,
                title: Some("That question could not be answered".into()),
                text: format!("{error}{hint}"),
                link: None,
            };
            (page, Some(notice))
        }
        Err(error) => return Err(error.into()),
    };
    let view = view(&site, &dataset, &table, &page, &params, notice);
    let mut page_meta = meta(&dataset, Some(("table", "Table")), &params.link(uri.path()));
    page_meta.noindex = page_meta.noindex || !params.0.is_empty();
    site.page("dataset_table.html", page_meta, &view)
}

/// `/data/{slug}/table/{row}`: one row under an address of its own.
pub async fn row(
    site: Site,
    Path((slug, row)): Path<(String, u64)>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let page = site.app().tables().row(site.audience(), table.id, row, params.get("_as_of")).await?;
    let params = Params(params.0.into_iter().filter(|(key, _)| key == "table").collect());
    let mut view = view(&site, &dataset, &table, &page, &params, None);
    view.pager = Pager { from: Some(row), to: Some(row), total: Some(page.rows_total), ..Pager::default() };
    let tab = format!("Row {row}");
    site.page("dataset_table.html", meta(&dataset, Some(("table", &tab)), uri.path()), &view)
}

/// The page of what did not fit.
pub fn rejects_url(dataset: &DatasetDetail, table: &TableSummary, as_of: Option<&str>) -> String {
    let mut pairs = Vec::new();
    if dataset.tables.first().is_none_or(|first| first.id != table.id) {
        pairs.push(("table".to_owned(), table.id.to_string()));
    }
    pairs.extend(as_of.map(|as_of| ("_as_of".to_owned(), as_of.to_owned())));
    Params(pairs).link(&format!("/data/{}/rejects", dataset.slug))
}

/// The table that the page is about.
pub fn chosen<'a>(dataset: &'a DatasetDetail, params: &Params) -> Result<&'a TableSummary, Problem> {
    let wanted = params.get("table");
    let found = match wanted {
        Some(id) => dataset.tables.iter().find(|table| table.id.to_string() == id),
        None => dataset.tables.first(),
    };
    Ok(found.ok_or_else(|| townhall_app::Error::not_found("table", wanted.unwrap_or(&dataset.slug)))?)
}

/// Forms send what people ticked one by one; the question wants the columns in one parameter. A filter's form part
/// sends the comparison (`_op.column`) and the value (`_value.column`) apart, so that no script is needed.
fn tidy(params: &Params) -> Params {
    let mut tidied: Vec<(String, String)> = Vec::new();
    let shown: Vec<&str> = params.all("_select").collect();
    for (key, value) in &params.0 {
        if key.starts_with("_op.") || (key == "_select" && shown.len() > 1) {
            continue;
        }
        match key.strip_prefix("_value.") {
            Some(column) => {
                // A field that was left empty asks nothing.
                if value.is_empty() {
                    continue;
                }
                let parameter = params.get(&format!("_op.{column}")).unwrap_or(column);
                tidied.push((parameter.to_owned(), value.clone()));
            }
            None if value.is_empty()
                && matches!(key.as_str(), "_search" | "_sort" | "_select" | "_where") => {}
            None => tidied.push((key.clone(), value.clone())),
        }
    }
    let mut tidied = Params(tidied);
    // A form sends each ticked column apart.
    if shown.len() > 1 {
        tidied = tidied.with("_select", &shown.join(","));
    }
    tidied
}

fn question(params: &Params) -> Params {
    let mut pairs: Vec<_> =
        params.0.iter().filter(|(key, _)| !OWN.contains(&key.as_str())).cloned().collect();
    if params.get("_limit").is_none() {
        pairs.push(("_limit".into(), SIZE.to_string()));
    }
    Params(pairs)
}

fn view(
    site: &Site,
    dataset: &DatasetDetail,
    table: &TableSummary,
    page: &TablePage,
    params: &Params,
    notice: Option<Notice>,
) -> TableView {
    let action = format!("/data/{}/table", dataset.slug);
    let first_page = params.without("_cursor");
    let link = |params: &Params| params.link(&action);
    let asked: Vec<_> = first_page
        .0
        .iter()
        .filter(|(key, _)| !OWN.contains(&key.as_str()) && key != "_limit")
        .cloned()
        .collect();
    let asked = Params(asked);
    let rows_url = |suffix: &str| asked.link(&format!("/api/tables/{}/rows{suffix}", table.id));
    let chips = chips(page, &first_page, &action);
    TableView {
        head: head(dataset, "table", params),
        title: table.title.clone(),
        tables: tables(dataset, table),
        columns: page
            .columns
            .iter()
            .map(|column| ColumnHead {
                spread: spread(column, table),
                ..column_head(column, &first_page, &action)
            })
            .collect(),
        rows: rows(dataset, table, page, &first_page, &action),
        rows_total: page.rows_total,
        rows_matching: page.total,
        pager: Pager {
            from: (!page.rows.is_empty()).then_some(page.offset + 1),
            to: (!page.rows.is_empty()).then_some(page.offset + page.rows.len() as u64),
            total: page.total,
            first_url: params.get("_cursor").map(|_| link(&first_page)),
            previous_url: page.previous.as_ref().map(|cursor| link(&params.with("_cursor", cursor))),
            next_url: page.next.as_ref().map(|cursor| link(&params.with("_cursor", cursor))),
        },
        filters: page.all_columns.iter().map(|column| filter(column, params)).collect(),
        clear_url: (!chips.is_empty()).then(|| {
            let kept = ["_select", "_sort", "_limit", "table"];
            link(&Params(
                first_page.0.iter().filter(|(key, _)| kept.contains(&key.as_str())).cloned().collect(),
            ))
        }),
        chips,
        chooser: page
            .all_columns
            .iter()
            .map(|column| ColumnChoice {
                name: column.name.clone(),
                label: label(column),
                shown: page.columns.iter().any(|shown| shown.name == column.name),
            })
            .collect(),
        chooser_keep: keep(&first_page, |key| key != "_select"),
        search: params.get("_search").unwrap_or_default().to_owned(),
        filter_keep: keep(&first_page, |key| {
            matches!(key, "_select" | "_sort" | "_limit" | "table" | "_as_of")
        }),
        sizes: sizes(params, &first_page, &action),
        downloads: townhall_app::table_formats_of(
            page.columns.iter().map(|column| (column.name.clone(), column.kind)),
        )
        .map(|format| Download {
            label: format.label.to_owned(),
            url: rows_url(&format!(".{}", format.extensions[0])),
            ..Download::default()
        })
        .collect(),
        api_url: format!("{}{}", site.base_url(), rows_url("")),
        console_url: crate::handlers::console::rows_link(table.id, &asked),
        version: Some(page.version.to_string()),
        problems: page.rejects,
        problems_url: (page.rejects > 0).then(|| rejects_url(dataset, table, params.get("_as_of"))),
        notices: notice.into_iter().collect(),
        action,
    }
}

fn tables(dataset: &DatasetDetail, table: &TableSummary) -> Vec<Choice> {
    if dataset.tables.len() < 2 {
        return Vec::new();
    }
    dataset
        .tables
        .iter()
        .map(|known| Choice {
            label: known.title.clone(),
            value: known.id.to_string(),
            url: super::table_url(dataset, known),
            selected: known.id == table.id,
        })
        .collect()
}

fn label(column: &Column) -> String {
    column.label.as_ref().unwrap_or(&column.name).clone()
}

fn column_head(column: &Column, params: &Params, action: &str) -> ColumnHead {
    let descending = format!("-{}", column.name);
    let sort = params.get("_sort").and_then(|sort| sort.split(',').next()).unwrap_or_default();
    let (state, next) = if sort == column.name {
        ("ascending", descending.as_str())
    } else if sort == descending {
        ("descending", column.name.as_str())
    } else {
        ("", column.name.as_str())
    };
    ColumnHead {
        name: column.name.clone(),
        label: label(column),
        kind: column.kind.name().into(),
        is_numeric: column.kind.is_numeric(),
        sort: state.into(),
        sort_url: params.with("_sort", next).link(action),
        description: column.type_reason.clone(),
        spread: None,
    }
}

/// How the values of a column are spread in the whole table: its head says it in few words and a small drawing.
fn spread(column: &Column, table: &TableSummary) -> Option<SpreadView> {
    const BAR: usize = 4;
    const HEIGHT: u64 = 20;
    let spread = column.spread.as_ref()?;
    let (min, max) = (column.min.as_ref()?, column.max.as_ref()?);
    let median = spread.quantiles.iter().find(|(share, _)| *share == 0.5).map(|(_, value)| value);
    let words = match median {
        Some(median) if min != max => format!("{min} to {max}, half up to {median}"),
        _ if min == max => format!("always {min}"),
        _ => format!("{min} to {max}"),
    };
    let highest = spread.counts.iter().copied().max().unwrap_or(0).max(1);
    let bar = |(index, count): (usize, &u64)| {
        // A bin with a few values is still seen.
        let height = (count * HEIGHT).div_ceil(highest);
        SpreadBar { x: index * BAR, y: HEIGHT - height, height }
    };
    Some(SpreadView {
        words,
        bars: spread.counts.iter().enumerate().map(bar).collect(),
        width: spread.counts.len() * BAR,
        url: format!("/api/tables/{}/columns/{}", table.id, crate::handlers::path_segment(&column.name)),
    })
}

fn rows(
    dataset: &DatasetDetail,
    table: &TableSummary,
    page: &TablePage,
    params: &Params,
    action: &str,
) -> Vec<RowView> {
    let own_table = params.get("table").map(|_| table.id);
    page.rows
        .iter()
        .map(|row| RowView {
            number: row.number,
            url: page.has_addresses.then(|| match own_table {
                Some(id) => format!("/data/{}/table/{}?table={id}", dataset.slug, row.number),
                None => format!("/data/{}/table/{}", dataset.slug, row.number),
            }),
            cells: row
                .cells
                .iter()
                .zip(&page.columns)
                .map(|(text, column)| cell(text, column, params, action))
                .collect(),
        })
        .collect()
}

fn cell(text: &Option<String>, column: &Column, params: &Params, action: &str) -> CellView {
    let Some(text) = text else { return CellView::empty() };
    let is_url =
        column.kind == ColumnType::Text && (text.starts_with("https://") || text.starts_with("http://"));
    CellView {
        text: Some(text.clone()),
        url: is_url.then(|| text.clone()),
        filter_url: (column.distinct <= VALUES_LISTED_MAX && !text.is_empty())
            .then(|| params.with(&column.name, text).link(action)),
    }
}

/// The comparisons of a column's type: parameter and words.
fn comparisons(kind: ColumnType) -> &'static [(&'static str, &'static str)] {
    match kind {
        ColumnType::Text => &[
            ("__icontains", "contains"),
            ("", "is exactly"),
            ("__istartswith", "begins with"),
            ("__ne", "is not"),
        ],
        ColumnType::Boolean => &[("", "is")],
        _ => &[("", "is"), ("__gte", "is at least"), ("__lte", "is at most"), ("__ne", "is not")],
    }
}

fn filter(column: &Column, params: &Params) -> ColumnFilter {
    let mut value = String::new();
    let ops = comparisons(column.kind)
        .iter()
        .map(|(suffix, words)| {
            let parameter = format!("{}{suffix}", column.name);
            let given = params.get(&parameter);
            if let Some(given) = given {
                value = given.to_owned();
            }
            Choice { label: (*words).into(), value: parameter, url: String::new(), selected: given.is_some() }
        })
        .collect();
    let listed =
        column.distinct_exact && column.distinct <= VALUES_LISTED_MAX && column.kind == ColumnType::Text;
    ColumnFilter {
        column: column.name.clone(),
        label: label(column),
        kind: column.kind.name().into(),
        ops,
        value,
        values: if listed { column.top.iter().map(|(value, _)| value.clone()).collect() } else { Vec::new() },
    }
}

/// A chip for each filter in force.
fn chips(page: &TablePage, params: &Params, action: &str) -> Vec<FilterChip> {
    params
        .0
        .iter()
        .filter_map(|(key, value)| {
            let label = match key.as_str() {
                "_search" => "Search".to_owned(),
                "_where" => "Where".to_owned(),
                "_as_of" => "As of".to_owned(),
                key if key.starts_with('_') || OWN.contains(&key) => return None,
                key => {
                    let (name, op) = key.split_once("__").unwrap_or((key, ""));
                    let column = page.all_columns.iter().find(|column| column.name == name)?;
                    let words = comparisons(column.kind)
                        .iter()
                        .find(|(suffix, _)| suffix.trim_start_matches('_') == op)
                        .map_or_else(|| op.replace('_', " "), |(_, words)| (*words).to_owned());
                    format!("{} {words}", self::label(column))
                }
            };
            Some(FilterChip {
                label,
                value: value.clone(),
                remove_url: params.without_pair(key, value).link(action),
            })
        })
        .collect()
}

fn keep(params: &Params, is_kept: impl Fn(&str) -> bool) -> Vec<HiddenField> {
    params
        .0
        .iter()
        .filter(|(key, _)| is_kept(key))
        .map(|(name, value)| HiddenField { name: name.clone(), value: value.clone() })
        .collect()
}

fn sizes(params: &Params, first_page: &Params, action: &str) -> Vec<Choice> {
    let current = params.get("_limit").and_then(|limit| limit.parse().ok()).unwrap_or(SIZE);
    SIZES
        .into_iter()
        .map(|size| Choice {
            label: size.to_string(),
            value: size.to_string(),
            url: first_page.with("_limit", &size.to_string()).link(action),
            selected: size == current,
        })
        .collect()
}

/// Questions worth trying on a table, made from its own columns and values.
pub fn example_questions(columns: &[Column], path: &str) -> Vec<Link> {
    let mut examples = vec![Link::new("The first rows", format!("{path}?_limit=5"))];
    let link = |label: String, pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Link::new(label, Params(pairs).link(path))
    };
    if let Some((column, value)) = columns.iter().find_map(|column| {
        let (value, _) = column.top.first()?;
        (column.kind == ColumnType::Text && column.distinct > 1).then_some((column, value))
    }) {
        examples.push(link(
            format!("Rows whose {} is “{value}”", label(column)),
            &[(&column.name, value), ("_limit", "5")],
        ));
    }
    if let Some(column) = columns.iter().find(|column| column.kind.is_numeric() && column.min != column.max) {
        let sort = format!("-{}", column.name);
        examples.push(link(format!("The largest {}", label(column)), &[("_sort", &sort), ("_limit", "5")]));
    }
    if columns.len() > 2 {
        let names = columns.iter().take(2).map(|column| column.name.as_str()).collect::<Vec<_>>().join(",");
        examples.push(link("Two columns only".into(), &[("_select", &names), ("_limit", "5")]));
    }
    examples
}

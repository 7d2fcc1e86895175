//! `/api/tables/{id}/rejects` and `/data/{slug}/rejects`: cells and rows of a file that did not fit.

use axum::extract::{OriginalUri, Path};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;
use townhall_model::TableId;

use super::dataset::find;
use super::dataset::head::{head, meta};
use super::dataset::table::chosen;
use super::dataset::tabs::dataset_or_redirect;
use super::params::Params;
use super::{Site, respond};
use crate::pages::views::{Download, Pager, RejectRow, RejectsView};
use crate::server::Problem;

/// Rejects of a page unless asked otherwise.
const PAGE: usize = 100;

/// The formats that the page offers.
const FILES: [(&str, &str); 3] = [("CSV", "csv"), ("JSON lines", "jsonl"), ("Excel", "xlsx")];

/// `/api/tables/{id}/rejects`, and with a suffix all of them as a file.
pub async fn api(
    site: &Site,
    id: TableId,
    extension: Option<&str>,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Response, Problem> {
    let (tables, as_of) = (site.app().tables(), params.get("_as_of"));
    if let Some(format) = extension.or_else(|| params.get("_format")) {
        let found = tables.manifest(site.audience(), id, as_of).await?;
        // The file of them is there already.
        if format == "jsonl"
            && let Some(blob) = found.manifest.rejects_blob
            && let Some(size) = site.app().blob_size(&blob).await?
        {
            let (kind, name) = ("application/x-ndjson", Some("rejects.jsonl"));
            return respond::blob(site.app(), &blob, size, kind, name, headers).await;
        }
        if format != "json" {
            let export = tables.rejects_file(site.audience(), id, as_of, format).await?;
            let mut response = respond::stream(&export.content_type, export.bytes);
            respond::attach(&mut response, &export.name);
            return Ok(response);
        }
    }
    let (offset, limit) = super::table_changes::page_of(params, PAGE, townhall_app::REJECTS_PAGE_MAX)?;
    let page = tables.rejects(site.audience(), id, as_of, offset as u64, limit).await?;
    Ok(respond::json(&json!({
        "data": page.cells,
        "meta": {
            "total": page.table.manifest.rejects_total,
            "version": page.table.number,
            "next": page.next.map(|next| next.to_string()),
        },
    })))
}

/// `/data/{slug}/rejects`: the same for people.
pub async fn show(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let (offset, limit) = super::table_changes::page_of(&params, PAGE, PAGE)?;
    let as_of = params.get("_as_of");
    let page = site.app().tables().rejects(site.audience(), table.id, as_of, offset as u64, limit).await?;
    let bare = params.without("_cursor");
    let files = FILES.map(|(label, extension)| Download {
        label: label.into(),
        url: Params(as_of.map(|as_of| ("_as_of".to_owned(), as_of.to_owned())).into_iter().collect())
            .link(&format!("/api/tables/{}/rejects.{extension}", table.id)),
        ..Download::default()
    });
    let table_url = super::dataset::table_url(&dataset, &table);
    let glue = if table_url.contains('?') { '&' } else { '?' };
    let row_url = |row: u64| {
        format!("/data/{}/table/{row}?table={}&_as_of={}", dataset.slug, table.id, page.table.number)
    };
    // What the rows were before they became groups has no row in the table.
    let has_row =
        |row: u64, reason: &str| row > 0 && row <= page.table.manifest.rows && !reason.contains(';');
    let total = page.table.manifest.rejects_total;
    let count = page.cells.len() as u64;
    let view = RejectsView {
        head: head(&dataset, "table", &params),
        title: table.title.clone(),
        version: u64::from(page.table.number),
        table_url: format!("{table_url}{glue}_as_of={}", page.table.number),
        total,
        pager: Pager {
            from: (count > 0).then_some(offset as u64 + 1),
            to: (count > 0).then_some(offset as u64 + count),
            total: Some(total),
            next_url: page.next.map(|next| bare.with("_cursor", &next.to_string()).link(uri.path())),
            previous_url: (offset > 0).then(|| match offset.saturating_sub(limit) {
                0 => bare.link(uri.path()),
                before => bare.with("_cursor", &before.to_string()).link(uri.path()),
            }),
            ..Pager::default()
        },
        rows: page
            .cells
            .iter()
            .map(|cell| RejectRow {
                row: cell.row,
                url: has_row(cell.row, &cell.reason).then(|| row_url(cell.row)),
                line: cell.line,
                column: cell.column.clone(),
                value: cell.value.clone(),
                reason: cell.reason.clone(),
            })
            .collect(),
        downloads: if total > 0 { files.into() } else { Vec::new() },
    };
    let mut page_meta = meta(&dataset, Some(("table", "What did not fit")), &params.link(uri.path()));
    page_meta.noindex = true;
    site.page("dataset_rejects.html", page_meta, &view)
}

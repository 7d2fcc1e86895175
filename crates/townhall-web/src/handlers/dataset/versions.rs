//! `/data/{slug}/versions`: the versions of the data, what differs between two of them, and the revisions of the record.

use axum::extract::{OriginalUri, Path};
use axum::response::Response;
use serde_json::Value;
use townhall_app::{DatasetDetail, Differences, TableSummary};
use townhall_model::table::TableManifest;

use super::head::{head, meta};
use super::table::{chosen, rejects_url};
use super::tabs::dataset_or_redirect;
use super::{find, table_url};
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::handlers::table_changes::{key_of, versions_of};
use crate::pages::views::{
    ChangeRow, ChangesView, Download, HiddenField, Link, Notice, NoticeKind, RevisionRow, VersionRow,
    VersionsView,
};
use crate::server::Problem;

/// Rows that the page shows of what differs; the files have all.
const CHANGES_SHOWN: usize = 50;

/// Columns of such a row that the page shows.
const COLUMNS_SHOWN: usize = 12;

/// Shows the versions.
pub async fn show(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let revisions = site.app().catalog().revisions(site.audience(), &dataset).await?;
    let mut versions = Vec::new();
    for table in &dataset.tables {
        for version in site.app().tables().versions(site.audience(), table.id).await? {
            let rows = format!("/api/tables/{}/rows", table.id);
            let page = table_url(&dataset, table);
            let glue = if page.contains('?') { '&' } else { '?' };
            let number = version.number;
            let rejects = version.manifest.rejects_total;
            versions.push(VersionRow {
                table: table.title.clone(),
                number: u64::from(number),
                at: version.at.to_string(),
                rows: version.rows,
                sha256: made_by(&version.manifest).is_none().then(|| version.source.to_string()),
                current: number == table.version,
                url: Some(format!("{page}{glue}_as_of={number}")),
                downloads: vec![Download {
                    label: "CSV".into(),
                    url: format!("{rows}.csv?_as_of={number}"),
                    ..Download::default()
                }],
                made_by: made_by(&version.manifest),
                made_from: made_from(&version.manifest),
                changes_url: (number > 1).then(|| changes_url(&dataset, table, number - 1, number)),
                rejects,
                rejects_url: (rejects > 0).then(|| rejects_url(&dataset, table, Some(&number.to_string()))),
            });
        }
    }
    versions.sort_by(|a, b| b.at.cmp(&a.at));
    let changes = match params.get("to").or_else(|| params.get("from")) {
        Some(_) => Some(changes(&site, &dataset, &params).await?),
        None => None,
    };
    let view = VersionsView {
        head: head(&dataset, "versions", &params),
        versions,
        changes,
        revisions: revisions.into_iter().map(|revision| revision_row(&dataset, revision)).collect(),
        feed_url: Some("/feeds/changes.atom".into()),
    };
    let mut page_meta = meta(&dataset, Some(("versions", "Versions")), &params.link(uri.path()));
    page_meta.noindex = page_meta.noindex || !params.0.is_empty();
    site.page("dataset_versions.html", page_meta, &view)
}

/// The recipe that made a version.
fn made_by(manifest: &TableManifest) -> Option<Link> {
    let name = manifest.read_as.get("recipe")?.as_str()?;
    Some(Link::new(name, format!("/api/recipes/{name}.yaml")))
}

/// The tables that it was made from, in words.
fn made_from(manifest: &TableManifest) -> Option<String> {
    let tables = manifest.read_as.get("tables")?.as_array()?;
    let words = tables.iter().filter_map(|table| {
        Some(format!("{}, version {}", table.get("title")?.as_str()?, table.get("version")?.as_u64()?))
    });
    Some(words.collect::<Vec<_>>().join("; ")).filter(|words| !words.is_empty())
}

fn changes_url(dataset: &DatasetDetail, table: &TableSummary, from: u32, to: u32) -> String {
    let mut pairs = Vec::new();
    if dataset.tables.first().is_none_or(|first| first.id != table.id) {
        pairs.push(("table".to_owned(), table.id.to_string()));
    }
    pairs.push(("from".to_owned(), from.to_string()));
    pairs.push(("to".to_owned(), to.to_string()));
    format!("{}#changes", Params(pairs).link(&format!("/data/{}/versions", dataset.slug)))
}

async fn changes(site: &Site, dataset: &DatasetDetail, params: &Params) -> Result<ChangesView, Problem> {
    let table = chosen(dataset, params)?;
    let (from, to) = versions_of(site, table.id, params).await?;
    let key = key_of(params);
    let tables = site.app().tables();
    let (audience, page) = (site.audience(), (0, CHANGES_SHOWN));
    let (found, notice) = match tables.difference(audience, table.id, (&from, &to), &key, page).await {
        Ok(found) => (found, None),
        // What is no key still gets whole rows compared, with what was wrong with it.
        Err(error) if error.kind() == townhall_model::ErrorKind::Invalid && !key.is_empty() => {
            let hint = error.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
            let notice = Notice {
                kind: NoticeKind::Error,
                title: Some("Rows can't be known again by that".into()),
                text: format!("{error}{hint}"),
                link: None,
            };
            (tables.difference(audience, table.id, (&from, &to), &[], page).await?, Some(notice))
        }
        Err(error) => return Err(error.into()),
    };
    let is_keyed = !key.is_empty() && notice.is_none();
    let mut asked = vec![("from".to_owned(), from.clone()), ("to".to_owned(), to.clone())];
    if is_keyed {
        asked.push(("key".to_owned(), key.join(",")));
    }
    let address = format!("/api/tables/{}/diff", table.id);
    let file = |label: &str, extension: &str| Download {
        label: label.into(),
        url: Params(asked.clone()).link(&format!("{address}{extension}")),
        ..Download::default()
    };
    let Differences { counts, columns, key: keys, columns_added, columns_removed, next, rows } =
        &found.differences;
    let shown = columns.len().min(COLUMNS_SHOWN);
    let mut hidden = vec![("from", from), ("to", to)];
    if let Some(id) = params.get("table") {
        hidden.push(("table", id.to_owned()));
    }
    Ok(ChangesView {
        table: table.title.clone(),
        from: u64::from(found.from.number),
        to: u64::from(found.to.number),
        added: counts.added,
        removed: counts.removed,
        changed: is_keyed.then_some(counts.changed),
        unchanged: counts.unchanged,
        columns_added: columns_added.clone(),
        columns_removed: columns_removed.clone(),
        columns: columns[..shown].to_vec(),
        rows: rows.iter().map(|row| change_row(row, *keys, shown)).collect(),
        has_more: next.is_some() || columns.len() > shown,
        action: format!("/data/{}/versions#changes", dataset.slug),
        keep: hidden.into_iter().map(|(name, value)| HiddenField { name: name.to_owned(), value }).collect(),
        key: key.join(", "),
        notices: notice.into_iter().collect(),
        downloads: vec![file("CSV", ".csv"), file("JSON lines", ".jsonl"), file("JSON", "")],
    })
}

fn change_row(row: &townhall_app::RowDifference, keys: usize, shown: usize) -> ChangeRow {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    ChangeRow {
        change: row.change.clone(),
        copies: row.copies,
        row: row.to_row.or(row.from_row).unwrap_or(0),
        cells: row.values().iter().take(shown).map(text).collect(),
        // What stood there before, of cells that changed.
        before: (0..shown)
            .map(|index| {
                let differs =
                    row.change == "changed" && index >= keys && row.before[index] != row.after[index];
                differs.then(|| text(&row.before[index]).unwrap_or_else(|| "no value".to_owned()))
            })
            .collect(),
    }
}

fn revision_row(dataset: &DatasetDetail, revision: townhall_app::RevisionSummary) -> RevisionRow {
    RevisionRow {
        number: revision.number,
        at: revision.at.to_string(),
        by: revision.actor,
        action: revision.action,
        fields: revision.fields,
        link: Some(Link::new(
            "Record as it was",
            format!("/api/datasets/{}/revisions/{}", dataset.id, revision.number),
        )),
    }
}

//! What the JSON API sends of datasets and tables: its own shapes, apart from those inside.

use serde_json::{Value, json};
use townhall_app::{DatasetDetail, Facet, SearchPage, TableSummary};

use super::Site;

/// A page of `/api/datasets`.
pub fn search(found: &SearchPage, site: &Site) -> Value {
    let base = site.base_url();
    let data: Vec<Value> = found
        .hits()
        .map(|(hit, card)| {
            json!({
                "id": hit.id,
                "slug": hit.slug,
                "identifier": card.identifier,
                "title": card.title,
                "description": card.summary,
                "organization": card.organization.as_ref().map(|o| json!({"slug": o.value, "name": o.label})),
                "access_level": card.access_level,
                "modified": card.modified,
                "formats": card.formats,
                "keywords": card.keywords,
                "changed": card.changed,
                "rows": card.rows,
                "draft": card.is_draft,
                "url": format!("{base}/data/{}", hit.slug),
                "api_url": format!("{base}/api/datasets/{}", hit.id),
            })
        })
        .collect();
    let end = found.offset + data.len();
    let next = (!data.is_empty()
        && (end as u64) < found.answer.total
        && end < townhall_app::limits::SEARCH_OFFSET_MAX)
        .then(|| end.to_string());
    let facets: serde_json::Map<String, Value> = found
        .answer
        .facets
        .iter()
        .map(|(facet, values)| (facet.name().to_owned(), facet_values(*facet, values)))
        .collect();
    json!({
        "data": data,
        "meta": {
            "total": found.answer.total,
            "next": next,
            "relaxed": found.answer.relaxed,
            "did_you_mean": found.answer.did_you_mean,
            "place": found.place,
            "facets": facets,
        },
    })
}

fn facet_values(_facet: Facet, values: &[townhall_app::FacetValue]) -> Value {
    values
        .iter()
        .map(|value| json!({"value": value.value, "label": value.label, "count": value.count}))
        .collect()
}

/// One dataset.
pub fn dataset(dataset: &DatasetDetail, site: &Site) -> Value {
    let base = site.base_url();
    json!({
        "id": dataset.id,
        "slug": dataset.slug,
        "identifier": dataset.view.identifier,
        "title": dataset.title(),
        "description": dataset.view.description,
        "organization": dataset.organization.as_ref().map(|o| json!({"slug": o.slug, "name": o.name})),
        "access_level": dataset.view.access_level.map(|level| level.name()),
        "modified": dataset.view.modified.as_ref().map(|when| &when.text),
        "formats": dataset.view.formats(),
        "keywords": dataset.view.keywords,
        "status": dataset.status.name(),
        "dialect": dataset.dialect,
        "source": dataset.source,
        "added": dataset.added_at.to_string(),
        "changed": dataset.changed_at.to_string(),
        "checked": dataset.checked_at.to_string(),
        "revision": dataset.revision,
        "suggested": dataset.suggested,
        "tables": dataset.tables.iter().map(|table| self::table(table, site)).collect::<Vec<_>>(),
        "files": dataset.files.iter().map(|file| json!({
            "name": file.name,
            "media_type": file.media_type,
            "bytes": file.bytes,
            "sha256": file.blob,
            "url": format!("{base}{}", super::dataset::file_url(&dataset.slug, &file.name)),
        })).collect::<Vec<_>>(),
        "metadata": dataset.document,
        "url": format!("{base}/data/{}", dataset.slug),
    })
}

/// One table in a list.
pub fn table(table: &TableSummary, site: &Site) -> Value {
    let base = site.base_url();
    json!({
        "id": table.id,
        "title": table.title,
        "dataset": {"id": table.dataset, "slug": table.dataset_slug, "title": table.dataset_title},
        "rows": table.rows,
        "columns": table.columns,
        "version": table.version,
        "updated": table.updated_at.to_string(),
        "url": format!("{base}/api/tables/{}", table.id),
        "rows_url": format!("{base}/api/tables/{}/rows", table.id),
    })
}

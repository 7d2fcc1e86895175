//! `/data/{slug}` and its tabs, and the record in other forms.

pub mod cite;
pub mod files;
pub mod head;
pub mod overview;
mod snippets;
pub mod table;
pub mod tabs;
pub mod versions;

use axum::extract::{OriginalUri, Path};
use axum::response::{IntoResponse, Redirect, Response};
use townhall_app::{CatalogueForm, DatasetDetail, TableSummary};

use super::params::Params;
use super::{Site, respond};
use crate::server::Problem;

pub use snippets::of_json;
pub use tabs::{api, cite as cite_page, dictionary, feedback, map};

/// The address of a hosted file.
pub fn file_url(slug: &str, name: &str) -> String {
    format!("/data/{slug}/files/{}", super::path_segment(name))
}

/// The address of a table's page: the dataset's first table needs no name.
pub fn table_url(dataset: &DatasetDetail, table: &TableSummary) -> String {
    let url = format!("/data/{}/table", dataset.slug);
    match dataset.tables.first() {
        Some(first) if first.id == table.id => url,
        _ => format!("{url}?table={}", table.id),
    }
}

/// The dataset of an address; one that has moved answers with where it is now.
pub async fn find(
    site: &Site,
    slug: &str,
    uri: &OriginalUri,
) -> Result<Result<DatasetDetail, Response>, Problem> {
    let found = site.app().catalog().dataset(site.audience(), slug).await?;
    if found.slug != slug {
        let path = uri.path().replacen(&format!("/data/{slug}"), &format!("/data/{}", found.slug), 1);
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(Err(Redirect::permanent(&format!("{path}{query}")).into_response()));
    }
    Ok(Ok(found))
}

/// `/data/{slug}`, and with a suffix the record in that form.
pub async fn show(
    site: Site,
    Path(name): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    for (suffix, form) in RECORD_FORMS {
        if let Some(slug) = name.strip_suffix(suffix) {
            return record_as(&site, slug, *form, &uri).await;
        }
    }
    let dataset = match find(&site, &name, &uri).await? {
        Ok(dataset) => dataset,
        Err(redirect) => return Ok(redirect),
    };
    let app = site.app();
    let meta = overview::page_meta(&dataset, uri.path());
    let previews = app.tables().previews(site.audience(), &dataset).await?;
    let related = app.catalog().related(site.audience(), &dataset).await?;
    let json_ld = app.exports().schema_org(&dataset, site.base_url());
    let view = overview::view(
        overview::Material {
            quality: super::scores::summary(&site, &dataset),
            links: app.links().of_dataset(dataset.id).await?,
            dataset,
            previews,
            related,
            json_ld: Some(json_ld),
        },
        &params,
    );
    site.page("dataset.html", meta, &view)
}

/// Suffixes of a record's address, the longer ones first.
const RECORD_FORMS: &[(&str, CatalogueForm)] = &[
    (".dcat-us-3.0.json", CatalogueForm::DcatUs30),
    (".jsonld", CatalogueForm::JsonLd),
    (".json", CatalogueForm::DcatUs11),
    (".ttl", CatalogueForm::Turtle),
];

async fn record_as(
    site: &Site,
    slug: &str,
    form: CatalogueForm,
    uri: &OriginalUri,
) -> Result<Response, Problem> {
    let dataset = match find(site, slug, uri).await? {
        Ok(dataset) => dataset,
        Err(redirect) => return Ok(redirect),
    };
    let bytes = site.app().exports().record(&dataset, form, site.base_url())?;
    Ok(respond::document(form.media_type(), bytes))
}

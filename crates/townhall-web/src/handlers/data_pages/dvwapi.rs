//! `/dvwapi/{table}/{csv|json|xml|geojson}`: the rows of a page at the addresses of DataVizWiz, which any site may read.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::response::Response;
use townhall_app::Error;

use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// The forms it knew.
const FORMS: [&str; 4] = ["csv", "json", "xml", "geojson"];

/// All rows that match, as a file.
pub async fn rows(
    site: Site,
    Path((name, form)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let tables = site.app().tables();
    let table = tables.named(site.audience(), &name).await?;
    let unknown = |hint: String| Error::not_found("form", &form).with_hint(hint);
    if !FORMS.contains(&form.as_str()) {
        return Err(unknown(format!("use one of {}", FORMS.join(", "))).into());
    }
    let kept = tables.data_page(site.audience(), table.id).await?;
    if let Some(kept) = kept.filter(|kept| !kept.page.downloads.contains(&form)) {
        let offered = kept.page.downloads.join(", ");
        return Err(unknown(match offered.is_empty() {
            true => "the page of this table offers no downloads".to_owned(),
            false => format!("the page of this table offers {offered}"),
        })
        .into());
    }
    let tag = tables.etag(site.audience(), table.id, &params.0, &format!("dvw-{form}")).await?;
    if respond::has_current(&headers, &tag) {
        return Ok(respond::not_modified(&tag));
    }
    let export = tables.export(site.audience(), table.id, &params.0, &form).await?;
    let mut response = respond::stream(&export.content_type, export.bytes);
    respond::attach(&mut response, &export.name);
    respond::set(&mut response, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    Ok(respond::with_etag(response, &tag))
}

//! Styles, scripts and the theme's own files.

use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use super::{Site, respond};
use crate::pages::StaticFile;
use crate::server::Problem;

/// `/assets/{name}`: named by content, so it may be kept for ever.
pub async fn asset(site: Site, Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let file =
        site.pages().asset(&name, accepted).ok_or_else(|| townhall_app::Error::not_found("file", &name))?;
    Ok(answer(file, &headers))
}

/// `/theme.css`: the colours of the settings.
pub async fn theme_css(site: Site, headers: HeaderMap) -> Response {
    answer(site.pages().theme_css(), &headers)
}

/// `/theme/{path}`: files of the theme folder.
pub async fn theme_file(
    site: Site,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = site.pages().theme_file(&path).ok_or_else(|| townhall_app::Error::not_found("file", &path))?;
    Ok(answer(file, &headers))
}

/// `/favicon.ico`: browsers ask for it unasked.
pub async fn favicon(site: Site) -> Result<Response, Problem> {
    let url = site
        .pages()
        .asset_url("favicon.svg")
        .ok_or_else(|| townhall_app::Error::not_found("file", "favicon.svg"))?;
    Ok(Redirect::temporary(&url).into_response())
}

fn answer(file: StaticFile, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", file.etag);
    if respond::has_current(headers, &etag) {
        return respond::not_modified(&etag);
    }
    let mut response = Body::from(file.bytes.into_owned()).into_response();
    respond::set(&mut response, CONTENT_TYPE, file.media_type);
    respond::set(&mut response, ETAG, &etag);
    respond::set(
        &mut response,
        CACHE_CONTROL,
        if file.is_immutable { "public, max-age=31536000, immutable" } else { "public, no-cache" },
    );
    if let Some(encoding) = file.encoding {
        respond::set(&mut response, CONTENT_ENCODING, encoding);
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    response
}

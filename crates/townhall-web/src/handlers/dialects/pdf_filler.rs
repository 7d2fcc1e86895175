//! `/fields`, `/fields.json`, `/form` and `/fill`: the routes of PDF Filler. `pdf` is the address of a form, or the id of a report that holds
//! one; a name such as `100,200,1` puts a text onto a page: so far from its left side, so far above its lower one.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use percent_encoding::percent_decode_str;
use serde_json::json;
use townhall_app::{Material, PdfFillRequest, PdfValue};
use townhall_model::ErrorKind;

use crate::handlers::params::Params;
use crate::handlers::tools::{pdf_form, upload};
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// Where forms are filled.
pub const FILL: &str = "/fill";

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/fields.json", get(fields))
        .route("/fields", get(form))
        .route("/form", get(form))
        .route(FILL, post(fill).layer(DefaultBodyLimit::disable()))
}

/// The form that `pdf` names: by its address, through the guard, or by the report that holds it.
async fn named(site: &Site, params: &Params) -> Result<(String, Material), Problem> {
    let pdf = params.get("pdf").ok_or_else(|| {
        Problem::new(ErrorKind::Invalid, "`pdf` does not say which form is meant")
            .with_hint("give its address, as in ?pdf=https://www.example.gov/form.pdf")
    })?;
    let password = params.get("password").unwrap_or_default().to_owned();
    if pdf.contains("://") {
        return Ok((password, site.app().workshop().fetch(pdf).await?));
    }
    Ok(site.app().reports().pdf_form(pdf).await?)
}

/// The fields as pdftk lists them.
async fn fields(site: Site, request: Request) -> Result<Response, Problem> {
    let params = Params::read(request.uri().query().unwrap_or_default())?;
    let (password, pdf) = named(&site, &params).await?;
    let form = site.app().workshop().pdf_form(&pdf, &password).await?;
    Ok(respond::json(&json!(form.listing())))
}

/// The form as a page of the web.
async fn form(request: Request) -> Result<Response, Problem> {
    let params = Params::read(request.uri().query().unwrap_or_default())?;
    let pdf = params.get("pdf").ok_or_else(|| {
        Problem::new(ErrorKind::Invalid, "`pdf` does not say which form is meant")
            .with_hint("give its address, as in ?pdf=https://www.example.gov/form.pdf")
    })?;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair(if pdf.contains("://") { "url" } else { "report" }, pdf)
        .append_pair("keep", "hour")
        .finish();
    Ok(Redirect::to(&format!("/tools/{}?{query}", pdf_form::PDF_FORM.name)).into_response())
}

async fn fill(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let (password, pdf) = match sent.materials.first() {
        Some(material) => (sent.params.get("password").unwrap_or_default().to_owned(), material.clone()),
        None => named(&site, &sent.params).await?,
    };
    let mut wanted =
        PdfFillRequest { password, flatten: sent.params.get("flatten").is_some(), ..Default::default() };
    for (name, value) in
        sent.params.0.iter().filter(|(name, _)| !matches!(name.as_str(), "pdf" | "password" | "flatten"))
    {
        // Its forms sent names with their brackets encoded once more.
        let name = percent_decode_str(name).decode_utf8_lossy();
        wanted.put(&name, PdfValue::Text(value.clone()));
    }
    let filled = site.app().workshop().pdf_fill(&pdf, wanted).await?;
    pdf_form::file(&filled, false).await
}

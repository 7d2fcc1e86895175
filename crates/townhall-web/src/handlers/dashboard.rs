//! `/validate`: the address, the parameters and the answer of the Project Open Data Dashboard's validator.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::Method;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use townhall_app::dashboard_profile;
use url::form_urlencoded;

use super::params::Params;
use super::tools::{VALIDATE, upload, work};
use super::{Site, respond};
use crate::server::Problem;

/// The schema that the dashboard judged by unless told otherwise.
const SCHEMA: &str = "federal-v1.1";

/// Its address.
pub const PATH: &str = "/validate";

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new().route(PATH, get(validate).post(validate)).layer(DefaultBodyLimit::disable())
}

/// With `output=json` the dashboard's answer on the file in `datajson`, `datajson_upload` or at `datajson_url`, judged by
/// `schema`; with its counts if `qa` is there. People are sent to the page that does the same.
async fn validate(site: Site, request: Request) -> Result<Response, Problem> {
    let params = Params::read(request.uri().query().unwrap_or_default())?;
    if request.method() != Method::POST && params.get("output") != Some("json") {
        return page(&params);
    }
    let mut sent = upload::read(&site, request).await?;
    let schema = sent.params.get("schema").unwrap_or(SCHEMA).to_owned();
    let profile = dashboard_profile(&schema)?;
    if sent.params.get("output") != Some("json") {
        sent.params.0.push(("profile".to_owned(), profile.to_owned()));
        return work(site, &VALIDATE, sent).await;
    }
    let [input] = sent.materials.as_slice() else {
        let message = format!("{} files came, and one is needed", sent.materials.len());
        return Err(Problem::new(townhall_model::ErrorKind::Invalid, message)
            .with_hint("give `datajson_url`, or send `datajson` or the file `datajson_upload`"));
    };
    let with_qa = sent.params.get("qa").is_some_and(|qa| !matches!(qa, "0" | "false" | "no"));
    let answer = site.app().workshop().dashboard_answer(input, &schema, with_qa).await?;
    Ok(respond::json(&answer))
}

/// The page on which people check catalogs, with the same question.
fn page(params: &Params) -> Result<Response, Problem> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(schema) = params.get("schema") {
        query.append_pair("profile", dashboard_profile(schema)?);
    }
    if let Some(url) = params.get("datajson_url") {
        query.append_pair("url", url);
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(Redirect::to(&format!("/tools/validate{mark}{query}")).into_response())
}

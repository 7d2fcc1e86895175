//! What is kept of an office: its listing as it was on a day, and every error that was found in it.

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::day;
use crate::handlers::negotiate::Form;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// `/scorecard/{office}/listing.json?on=`: the listing byte for byte, as it was at the end of a day.
pub async fn listing(
    site: &Site,
    office: &str,
    params: &Params,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let on = asked_day(params)?;
    let (id, blob) = site.app().scorecard().kept_listing(office, on).await?;
    let size = site.app().blob_size(&blob).await?.unwrap_or_default();
    let name = format!("{id}-{on}.json");
    respond::blob(site.app(), &blob, size, "application/json", Some(&name), headers).await
}

/// `/scorecard/{office}/errors.csv?on=` and `.json`: every error of that listing, with the dataset that has it.
pub async fn errors(site: &Site, office: &str, form: Form, params: &Params) -> Result<Response, Problem> {
    let on = asked_day(params)?;
    let (id, errors) = site.app().scorecard().errors_on(office, on).await?;
    if form == Form::Json {
        let data = serde_json::to_value(&errors).unwrap_or_default();
        return Ok(respond::json(&json!({"data": data, "meta": {"total": errors.len(), "next": null}})));
    }
    let header = [
        "dataset_index",
        "identifier",
        "title",
        "pointer",
        "line",
        "column",
        "code",
        "message",
        "value",
        "fix",
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows: Vec<Vec<String>> = errors
        .iter()
        .map(|one| {
            let place = |of: fn(&townhall_model::Position) -> u64| {
                one.position.as_ref().map(|position| of(position).to_string()).unwrap_or_default()
            };
            vec![
                one.dataset_index.map(|index| index.to_string()).unwrap_or_default(),
                text(&one.identifier),
                text(&one.title),
                one.pointer.clone(),
                place(|position| position.line),
                place(|position| position.column),
                one.code.clone(),
                one.message.clone(),
                text(&one.value),
                text(&one.fix),
            ]
        })
        .collect();
    respond::csv(&format!("{id}-{on}-errors.csv"), &header, &rows)
}

fn asked_day(params: &Params) -> Result<jiff::civil::Date, Problem> {
    match params.get("on") {
        Some(text) => day("on", text),
        None => Ok(Timestamp::now().to_zoned(TimeZone::UTC).date()),
    }
}

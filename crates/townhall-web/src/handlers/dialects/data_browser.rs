//! `/v2/data-browser-api/view`: the HMDA Data Browser's counts, sums, filers and files, over the registers of this portal.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};
use townhall_app::{Chosen, Counted, chosen_filters};

use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

const BASE: &str = "/v2/data-browser-api";

/// The first year whose register has this layout.
const FIRST_YEAR: u16 = 2018;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route(&format!("{BASE}/view/{{part}}"), get(view))
        .route(&format!("{BASE}/view/nationwide/{{part}}"), get(nationwide))
        .route(&format!("{BASE}/health"), get(health))
        .route(&format!("{BASE}/health/{{part}}"), get(health))
}

/// Why a question is not answered, as this API says it.
enum Refusal {
    Wrong(Value),
    Problem(Problem),
}

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Wrong(body) => {
                let mut response = respond::json(&body);
                *response.status_mut() = StatusCode::BAD_REQUEST;
                response
            }
        }
    }
}

fn wrong(kind: &str, message: &str) -> Refusal {
    Refusal::Wrong(json!({"errorType": kind, "message": message}))
}

async fn health() -> Response {
    StatusCode::OK.into_response()
}

/// The filters, each with values that there are.
fn filters(params: &Params) -> Result<Vec<Chosen>, Refusal> {
    let all = chosen_filters(&params.0)?;
    for Chosen { field, values } in &all {
        let is_unknown = |value: &&String| match field.parameter {
            "years" => value.parse::<u16>().is_err(),
            "msamds" => value.parse::<u32>().is_err(),
            "states" => value.len() != 2 || !value.bytes().all(|byte| byte.is_ascii_alphabetic()),
            "counties" => value.len() != 5 || !value.bytes().all(|byte| byte.is_ascii_digit()),
            _ => !field.values.is_empty() && !field.values.contains(&value.as_str()),
        };
        let unknown: Vec<&String> = values.iter().filter(is_unknown).collect();
        if unknown.is_empty() {
            continue;
        }
        let (kind, member, message) = match field.parameter {
            "states" => ("invalid-states", "invalidStates", "states are codes of two letters".to_owned()),
            "counties" => {
                ("invalid-counties", "invalidCounties", "counties are codes of five digits".to_owned())
            }
            "msamds" => ("invalid-msamds", "invalidMsaMds", String::new()),
            "years" => ("invalid-year", "invalidYear", "years are numbers of four digits".to_owned()),
            _ => {
                let (kind, member, what) = field.error;
                (kind, member, format!("valid {what} are {}", field.values.join(", ")))
            }
        };
        return Err(Refusal::Wrong(json!({"errorType": kind, "message": message, member: unknown})));
    }
    let is_old = |value: &String| value.parse::<u16>().is_ok_and(|year| year < FIRST_YEAR);
    if let Some(years) = all.iter().find(|chosen| chosen.field.parameter == "years")
        && let Some(year) = years.values.iter().find(|value| is_old(value))
    {
        return Err(Refusal::Wrong(json!({
            "errorType": "invalid-year", "message": format!("valid years are {FIRST_YEAR} and later"), "invalidYear": year,
        })));
    }
    if all.iter().filter(|chosen| !chosen.field.is_place).count() > 2 {
        return Err(wrong(
            "provide-two-or-less-filter-criteria",
            "Provide two or less filter criterias to perform aggregations (eg. actions_taken, races, genders, etc.)",
        ));
    }
    Ok(all)
}

fn has(filters: &[Chosen], parameter: &str) -> bool {
    filters.iter().any(|chosen| chosen.field.parameter == parameter)
}

async fn view(site: Site, Path(part): Path<String>, params: Params) -> Result<Response, Refusal> {
    let filters = filters(&params)?;
    if !has(&filters, "years") {
        return Err(Refusal::Wrong(json!("must provide years parameter")));
    }
    let places = ["states", "msamds", "counties", "leis"].map(|name| has(&filters, name));
    let count = places.iter().filter(|given| **given).count();
    match part.as_str() {
        "count" => {
            if !places[0] && !places[1] {
                return Err(wrong(
                    "provide-atleast-msamds-or-states",
                    "Provide year and either states or msamds (but not both) ",
                ));
            }
            if filters.iter().any(|chosen| !chosen.field.is_place) {
                return Err(wrong("no-filters", "Filter criterias are not applicable in /count endpoint"));
            }
            aggregations(&site, &filters).await
        }
        "filers" => filers(&site, &filters).await,
        "csv" | "pipe" | "aggregations" => {
            let has_age = has(&filters, "ageapplicant");
            if count == 4 || (count == 0 && !has_age) {
                return Err(wrong(
                    "provide-only-msamds-or-states-or-counties-or-leis",
                    "Provide only states or msamds or counties or leis but not all",
                ));
            }
            answered(&site, &part, &filters).await
        }
        _ => Err(townhall_app::Error::not_found("view", &part).into()),
    }
}

async fn nationwide(site: Site, Path(part): Path<String>, params: Params) -> Result<Response, Refusal> {
    let filters = filters(&params)?;
    if !has(&filters, "years") {
        return Err(wrong("provide-years", "Provide years for Nationwide"));
    }
    answered(&site, &part, &filters).await
}

async fn answered(site: &Site, part: &str, filters: &[Chosen]) -> Result<Response, Refusal> {
    match part {
        "csv" => file(site, filters, ',', "csv").await,
        "pipe" => file(site, filters, '|', "txt").await,
        "aggregations" => {
            if filters.iter().all(|chosen| chosen.field.is_place) {
                return Err(wrong(
                    "provide-atleast-one-filter-criteria",
                    "Provide at least 1 filter criteria to perform aggregations (eg. actions_taken, races, genders, etc.)",
                ));
            }
            aggregations(site, filters).await
        }
        _ => Err(townhall_app::Error::not_found("view", part).into()),
    }
}

async fn file(site: &Site, filters: &[Chosen], delimiter: char, ending: &str) -> Result<Response, Refusal> {
    let rows = site.app().data_browser().rows(site.audience(), filters, delimiter).await?;
    let mut response = respond::stream("text/plain; charset=UTF-8", rows);
    let parts: Vec<String> =
        filters.iter().map(|chosen| format!("{}_{}", chosen.field.name, chosen.values.join("-"))).collect();
    let name: String = parts.join("_").chars().take(100).collect();
    respond::attach(&mut response, &format!("{name}.{ending}"));
    Ok(response)
}

async fn aggregations(site: &Site, filters: &[Chosen]) -> Result<Response, Refusal> {
    let counted = site.app().data_browser().aggregations(site.audience(), filters).await?;
    let aggregation = |counted: &Counted| {
        let mut members = Map::new();
        members.insert("count".to_owned(), json!(counted.count));
        members.insert("sum".to_owned(), json!(counted.sum));
        members.extend(counted.values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
        Value::Object(members)
    };
    let parameters: Map<String, Value> =
        filters.iter().map(|chosen| (chosen.field.name.to_owned(), json!(chosen.values.join(",")))).collect();
    Ok(respond::json(&json!({
        "parameters": parameters,
        "aggregations": counted.iter().map(aggregation).collect::<Vec<_>>(),
        "servedFrom": "database",
    })))
}

async fn filers(site: &Site, filters: &[Chosen]) -> Result<Response, Refusal> {
    let filers = site.app().data_browser().filers(site.audience(), filters).await?;
    let institutions: Vec<Value> = filers
        .iter()
        .map(|filer| {
            let year: Option<u16> = filer.year.parse().ok();
            json!({"lei": filer.lei, "name": filer.name.as_ref().unwrap_or(&filer.lei), "period": year})
        })
        .collect();
    Ok(respond::json(&json!({"institutions": institutions})))
}

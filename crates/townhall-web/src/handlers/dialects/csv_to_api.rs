//! `/csv-to-api/?source=…`: a CSV file of another server as an API, with the parameters that csv-to-api documents.

use axum::Router;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value};
use townhall_app::{Answer, CsvRequest, WriteOptions};
use townhall_model::ErrorKind;

use super::{callback, markup, message};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// What the address alone answers.
const HELP: &str = "\
csv-to-api: a CSV file of another server as an API

  /csv-to-api/?source=https://data.example.gov/file.csv

  source         the address of the file
  source_format  csv; the ending of the address unless said
  format         json (unless said), xml or html
  callback       the name of a function that the JSON is wrapped in a call of
  sort           a field by which rows are sorted
  sort_dir       asc (unless said) or desc
  header_row     y (unless said), or n: then fields are called field_1, field_2 and so on
  omit_empty     1 leaves out what has no value
  FIELD=VALUE    rows whose field has this value; several have to hold together
";

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new().route("/csv-to-api", get(show)).route("/csv-to-api/", get(show))
}

/// A problem as a line of text.
struct Refusal(Problem);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self.0.kind() {
            ErrorKind::Invalid => StatusCode::BAD_REQUEST,
            _ => self.0.status(),
        };
        (status, message(&self.0)).into_response()
    }
}

async fn show(site: Site, params: Params) -> Result<Response, Refusal> {
    let Some(source) = params.get("source") else {
        return Ok(respond::document("text/plain; charset=utf-8", HELP.as_bytes().to_vec()));
    };
    let format = params.get("format").unwrap_or("json");
    if !matches!(format, "json" | "xml" | "html") {
        return Err(unsupported(format, "use json, xml or html"));
    }
    let kind = params.get("source_format").map_or_else(|| ending(source), str::to_lowercase);
    if kind != "csv" {
        return Err(unsupported(&kind, "only files of CSV are read; say source_format=csv if it is one"));
    }
    let has_header = !matches!(params.get("header_row"), Some("n" | "N" | "0"));
    let request = CsvRequest { source: source.to_owned(), has_header };
    let answer = site.app().tables().of_csv(site.audience(), &request, &params.0).await;
    let answer = answer.map_err(|error| refused(error.into()))?;
    let mut response = written(&answer, format, &params).map_err(Refusal)?;
    if answer.has_more() {
        respond::set(&mut response, HeaderName::from_static("x-townhall-truncated"), "true");
    }
    Ok(response)
}

fn written(answer: &Answer, format: &str, params: &Params) -> Result<Response, Problem> {
    match format {
        "html" => Ok(respond::document(
            "text/html; charset=utf-8",
            answer
                .written("html", &WriteOptions { title: Some("Results".to_owned()), ..Default::default() })?,
        )),
        "xml" => {
            let columns: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
            let xml = markup::rows_as_xml(&columns, &answer.texts(), ["records", "record"]);
            let xml = xml.map_err(townhall_app::Error::from)?;
            Ok(respond::document("text/xml; charset=utf-8", xml))
        }
        _ => {
            let json =
                if params.get("omit_empty") == Some("1") { without_empty(answer)? } else { answer.objects() };
            Ok(match callback(params) {
                Some(name) => respond::document(
                    "application/javascript; charset=utf-8",
                    format!("{name}({json});").into_bytes(),
                ),
                None => respond::document("application/json", json.into_bytes()),
            })
        }
    }
}

/// The rows without what has no value.
fn without_empty(answer: &Answer) -> Result<String, Problem> {
    let row = |row: Vec<Value>| {
        let cells = answer.columns.iter().zip(row);
        let cells = cells.filter(|(_, value)| !value.is_null() && value.as_str() != Some(""));
        Value::Object(cells.map(|(column, value)| (column.name.clone(), value)).collect::<Map<_, _>>())
    };
    Ok(Value::Array(answer.values()?.into_iter().map(row).collect()).to_string())
}

/// What the file of an address ends in.
fn ending(source: &str) -> String {
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
}

fn unsupported(format: &str, hint: &str) -> Refusal {
    let short: String = format.chars().take(40).collect();
    Refusal(Problem::new(ErrorKind::Invalid, format!("Format not supported: {short}")).with_hint(hint))
}

/// Trouble with the file is told in the words of csv-to-api; trouble with the question is not.
fn refused(problem: Problem) -> Refusal {
    if problem.detail().starts_with("parameter `") {
        return Refusal(problem);
    }
    let detail = format!("Bad data source: {}", problem.detail());
    let told = Problem::new(problem.kind(), detail);
    Refusal(match problem.hint() {
        Some(hint) => told.with_hint(hint),
        None => told,
    })
}

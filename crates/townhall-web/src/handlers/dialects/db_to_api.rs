//! `/db-to-api/{database}/{table}.{format}`: tables as db-to-api served those of a database; datasets are the databases.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use townhall_app::Answer;
use townhall_model::ErrorKind;

use super::{callback, message};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// Rows of an answer in XML: it is held before it is sent.
const XML_ROWS_MAX: usize = 50_000;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/db-to-api/index.php", get(by_parameters))
        .route("/db-to-api/{database}/{table}", get(all))
        .route("/db-to-api/{database}/{table}/{id}", get(by_id))
        .route("/db-to-api/{database}/{table}/{column}/{value}", get(by_value))
}

/// A problem as a line of text.
struct Refusal(Problem);

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // Not a refusal: the answer is being made.
        if self.0.pending().is_some() {
            return self.0.into_response();
        }
        let status = match self.0.kind() {
            ErrorKind::Invalid => StatusCode::BAD_REQUEST,
            _ => self.0.status(),
        };
        (status, message(&self.0)).into_response()
    }
}

/// The name, and the format that it ends in.
fn with_format(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        Some((stem, format @ ("json" | "xml" | "html"))) => (stem, Some(format)),
        _ => (name, None),
    }
}

async fn all(
    site: Site,
    Path((database, table)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Refusal> {
    let (table, format) = with_format(&table);
    answer(&site, &database, table, format, &params).await
}

async fn by_id(
    site: Site,
    Path((database, table, id)): Path<(String, String, String)>,
    params: Params,
) -> Result<Response, Refusal> {
    let (id, format) = with_format(&id);
    // Rows are known by their first column.
    let params = params.with("column", "ID").with("value", id);
    answer(&site, &database, &table, format, &params).await
}

async fn by_value(
    site: Site,
    Path((database, table, column, value)): Path<(String, String, String, String)>,
    params: Params,
) -> Result<Response, Refusal> {
    let (value, format) = with_format(&value);
    let params = params.with("column", &column).with("value", value);
    answer(&site, &database, &table, format, &params).await
}

async fn by_parameters(site: Site, params: Params) -> Result<Response, Refusal> {
    let needed = |key: &str| {
        params
            .get(key)
            .map(str::to_owned)
            .ok_or_else(|| Problem::new(ErrorKind::Invalid, format!("Must select a {key}")))
    };
    let (database, table) = (needed("db")?, needed("table")?);
    answer(&site, &database, &table, None, &params).await
}

async fn answer(
    site: &Site,
    database: &str,
    table: &str,
    format: Option<&str>,
    params: &Params,
) -> Result<Response, Refusal> {
    let tables = site.app().tables();
    let table = tables.in_dataset(site.audience(), database, table).await?;
    let question = tables.question(site.audience(), table.id, None, "db-to-api", &params.0).await?;
    match format.or_else(|| params.get("format")).unwrap_or("json") {
        "json" => {
            let export = tables.file(&question, "json").await?;
            match callback(params) {
                Some(name) => {
                    let bytes = townhall_app::wrapped(format!("{name}("), export.bytes, ");");
                    Ok(respond::stream("application/javascript; charset=utf-8", bytes))
                }
                None => Ok(respond::stream(&export.content_type, export.bytes)),
            }
        }
        "html" => {
            let export = tables.file(&question, "html").await?;
            Ok(respond::stream(&export.content_type, export.bytes))
        }
        "xml" => {
            let question =
                if question.limit().is_none() { question.with_limit(XML_ROWS_MAX) } else { question };
            let answer = tables.answer(&question).await?;
            if answer.has_more() && question.limit().is_some_and(|limit| limit >= XML_ROWS_MAX) {
                let problem =
                    Problem::new(ErrorKind::Invalid, "these are more rows than XML is made of here");
                return Err(problem.with_hint("give a limit, or take them as JSON").into());
            }
            Ok(respond::document("text/xml; charset=utf-8", as_xml(&answer).into_bytes()))
        }
        other => Err(Problem::new(ErrorKind::Invalid, format!("Format not supported: {other}"))
            .with_hint("use json, xml or html")
            .into()),
    }
}

/// `<results><result>`, a column named `id` as its attribute.
fn as_xml(answer: &Answer) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<results>".to_owned();
    let escaped = |text: &str| quick_xml::escape::escape(text).into_owned();
    for row in answer.texts() {
        xml.push_str("<result");
        for (column, cell) in answer.columns.iter().zip(&row) {
            if let ("id", Some(text)) = (column.name.as_str(), cell) {
                xml.push_str(&format!(" id=\"{}\"", escaped(text)));
            }
        }
        xml.push('>');
        for (column, cell) in answer.columns.iter().zip(&row).filter(|(column, _)| column.name != "id") {
            let name = &column.name;
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            let name = if is_name { name.clone() } else { format!("_{name}") };
            match cell {
                Some(text) => xml.push_str(&format!("<{name}>{}</{name}>", escaped(text))),
                None => xml.push_str(&format!("<{name}/>")),
            }
        }
        xml.push_str("</result>");
    }
    xml.push_str("</results>\n");
    xml
}

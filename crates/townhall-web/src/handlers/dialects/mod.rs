//! The addresses, envelopes and errors of other systems' table APIs. What is asked is read by a query dialect; here it is
//! found what table is meant, and the answer is put in the shape that the system's clients expect.

mod ckan;
mod csv_to_api;
mod data_browser;
mod datasette;
mod db_to_api;
mod dkan;
mod libre;
mod markup;
mod opendatasoft;
mod pdf_filler;
mod qu;
mod soda;
mod tabula;

use axum::Router;

use super::Site;
use super::params::Params;
use crate::server::Problem;

/// The routes of every dialect but our own.
pub fn routes() -> Router<Site> {
    Router::new()
        .merge(ckan::routes())
        .merge(soda::routes())
        .merge(dkan::routes())
        .merge(opendatasoft::routes())
        .merge(datasette::routes())
        .merge(db_to_api::routes())
        .merge(qu::routes())
        .merge(data_browser::routes())
        .merge(csv_to_api::routes())
        .merge(libre::routes())
        .merge(tabula::routes())
        .merge(pdf_filler::routes())
}

/// Whether files may be sent to a path.
pub fn takes_files(path: &str) -> bool {
    path == pdf_filler::FILL || path.starts_with(tabula::PREFIX)
}

/// A message with its hint.
pub(super) fn message(problem: &Problem) -> String {
    match problem.hint() {
        Some(hint) => format!("{}; {hint}", problem.detail()),
        None => problem.detail().to_owned(),
    }
}

/// The name of a function that a script may be wrapped in a call of.
fn callback(params: &Params) -> Option<&str> {
    params.get("callback").filter(|name| is_callback(name))
}

/// Whether a name can be that of a function, and nothing else.
pub(super) fn is_callback(name: &str) -> bool {
    name.len() <= 100
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'))
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.'))
}

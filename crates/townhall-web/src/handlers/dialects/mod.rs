//! The addresses, envelopes and errors of other systems' table APIs. What is asked is read by a query dialect; here it is
//! found what table is meant, and the answer is put in the shape that the system's clients expect.

mod ckan;
mod soda;

use axum::Router;

use super::Site;

/// The routes of every dialect but our own.
pub fn routes() -> Router<Site> {
    Router::new().merge(ckan::routes()).merge(soda::routes())
}

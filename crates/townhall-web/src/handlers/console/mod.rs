//! `/developers/console`: every operation of an API as a form, and its answer with all that belongs to it.
//!
//! It is made from a description: our own OpenAPI document, that of one table, or one of another API that an operator has
//! registered. The address of a page is the call: who opens it sees the same question answered. What is asked of us is
//! answered by our own routes, in this process; other APIs are asked through the guard, at their registered hosts alone.

mod code;
mod form;
mod pace;
mod page;
mod pretty;
mod send;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use townhall_app::api::{Api, read_api_value};
use townhall_app::{DescribedApi, Error};
use townhall_model::TableId;

use super::{Site, openapi};
use crate::server::Problem;

pub use form::SEND;
pub use pace::Pace;
pub use page::{address, rows_link};

/// Where it is.
pub const PATH: &str = "/developers/console";

/// What our own API is called in its addresses.
pub const OURS: &str = "portal";

/// Bytes of a form that is sent to it.
const FORM_BYTES_MAX: usize = 256 * 1024;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route(PATH, get(page::all))
        .route(&format!("{PATH}/{{api}}"), get(page::operations))
        .route(&format!("{PATH}/{{api}}/{{operation}}"), get(page::shown).post(page::sent))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}

/// An API that can be tried.
enum Tried {
    /// Ours, or the part of it that is one table.
    Ours(Api),
    /// Another, as an operator has registered it.
    Other(Box<DescribedApi>),
}

impl Tried {
    /// The API of a name: ours, a table's id, or a registered one.
    async fn named(site: &Site, name: &str) -> Result<Self, Problem> {
        let ours = |document: serde_json::Value| -> Result<Self, Problem> {
            let api = read_api_value(&document).api;
            Ok(Self::Ours(api.ok_or_else(|| Error::not_found("API", name))?))
        };
        if name == OURS {
            return ours(openapi::described(site).await?);
        }
        if let Ok(id) = name.parse::<TableId>() {
            return ours(openapi::described_table(site, id).await?);
        }
        Ok(Self::Other(Box::new(site.app().described_apis().get(name).await?)))
    }

    fn api(&self) -> &Api {
        match self {
            Self::Ours(api) => api,
            Self::Other(other) => &other.api,
        }
    }

    /// Where it is, without a final slash.
    fn base(&self, site: &Site) -> String {
        match self {
            Self::Ours(_) => site.base_url().to_owned(),
            Self::Other(other) => other.base.as_str().trim_end_matches('/').to_owned(),
        }
    }

    /// Whether a call of this method may be made.
    fn allows(&self, method: &str) -> bool {
        match self {
            Self::Ours(_) => matches!(method, "GET" | "HEAD" | "POST"),
            Self::Other(other) => other.methods.iter().any(|known| known == method),
        }
    }
}

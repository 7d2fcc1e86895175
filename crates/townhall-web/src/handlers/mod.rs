//! The doors over HTTP: each handler turns a request into a call of the app, and the answer into a page or document.

mod assets;
mod browse;
mod cards;
mod charts;
mod columns_api;
mod console;
mod crawls;
mod dashboard;
mod data_pages;
mod dataset;
mod datasets_api;
mod dialects;
mod explain;
mod links;
mod machine;
mod mcp;
pub mod negotiate;
mod openapi;
pub mod params;
mod recipes;
mod rejects;
mod reports_api;
mod respond;
mod saved_queries;
mod scorecard;
mod scores;
mod search;
mod sources;
mod sql;
mod sql_chart;
mod table_changes;
mod tables_api;
mod text;
mod tools;
mod wire;
mod xml;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use townhall_app::{App, Audience, CatalogueForm};

pub(crate) use tools::takes_files;

use crate::pages::views::{PageMeta, SiteView};
use crate::pages::{Context, Pages};
use crate::server::Problem;

/// What the site is, as its owner configured it.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    /// What stands around every page.
    pub view: SiteView,
    /// What the site is, in markdown.
    pub description: Option<String>,
    /// Where to write about the site.
    pub contact_email: Option<String>,
    /// Where to telephone about the site.
    pub contact_phone: Option<String>,
    /// The version of `/data.json`.
    pub listing: CatalogueForm,
    /// The most bytes that may be sent to a tool.
    pub upload_bytes: u64,
    /// Who reads: staff when the portal is a preview on the maker's own machine.
    pub audience: Audience,
}

/// The state of every handler, as far as the reader of this request may see it.
#[derive(Clone)]
pub struct Site {
    inner: Arc<Inner>,
    audience: Audience,
}

struct Inner {
    app: App,
    pages: Arc<Pages>,
    settings: SiteSettings,
    pace: console::Pace,
}

impl Site {
    /// A site over an app.
    pub fn new(app: App, pages: Arc<Pages>, settings: SiteSettings) -> Self {
        let audience = settings.audience;
        Self { inner: Arc::new(Inner { app, pages, settings, pace: console::Pace::default() }), audience }
    }

    fn app(&self) -> &App {
        &self.inner.app
    }

    fn pages(&self) -> &Pages {
        &self.inner.pages
    }

    fn settings(&self) -> &SiteSettings {
        &self.inner.settings
    }

    fn audience(&self) -> Audience {
        self.audience
    }

    /// How often each client has had other APIs asked.
    fn pace(&self) -> &console::Pace {
        &self.inner.pace
    }

    fn base_url(&self) -> &str {
        &self.inner.settings.view.base_url
    }

    fn name(&self) -> &str {
        &self.inner.settings.view.name
    }

    fn tagline(&self) -> Option<String> {
        self.inner.settings.view.tagline.clone()
    }

    /// A whole page. A script that swaps a part takes that part out of it: one answer for all, and one to cache.
    fn page<V: Serialize>(&self, template: &str, meta: PageMeta, view: &V) -> Result<Response, Problem> {
        let context = Context { site: &self.inner.settings.view, page: &meta, view };
        let text = self.inner.pages.render(template, &context).map_err(|error| {
            tracing::error!(page.template = template, "could not render `{template}`: {error}");
            Problem::new(townhall_model::ErrorKind::Internal, "the page could not be drawn")
        })?;
        Ok(Html(text).into_response())
    }
}

impl FromRequestParts<Self> for Site {
    type Rejection = Infallible;

    /// A page of another site that asks through its reader's browser is the public, also where the reader may see more;
    /// so is whoever comes through a proxy.
    async fn from_request_parts(parts: &mut Parts, site: &Self) -> Result<Self, Infallible> {
        let audience = if is_from_elsewhere(&parts.headers) { Audience::Public } else { site.audience };
        Ok(Self { audience, ..site.clone() })
    }
}

/// Whether a browser says that another site asks: it sends `Origin` with every request whose answer a script may read,
/// and `Sec-Fetch-Site` with all others.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_own = |origin: &str| {
        let host = origin.split_once("://").map(|(_, host)| host);
        host.is_some() && host == text(HOST)
    };
    let is_passed_on = ["x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"]
        .iter()
        .any(|name| headers.contains_key(*name));
    is_passed_on
        || text(ORIGIN).is_some_and(|origin| !is_own(origin))
        || text(HeaderName::from_static("sec-fetch-site"))
            .is_some_and(|from| matches!(from, "cross-site" | "same-site"))
}

/// The page that explains kinds of problems; each has an anchor of its name.
pub const PROBLEMS_PATH: &str = "/help/problems";

/// A name as one segment of a path (RFC 3986, section 3.3).
fn path_segment(name: &str) -> String {
    const SEGMENT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(name, SEGMENT).to_string()
}

/// Every route of the public site.
pub fn routes(site: Site) -> Router {
    answers().merge(console::routes()).with_state(site)
}

/// Every route but the console, for the console itself.
fn answering(site: Site) -> Router {
    answers().with_state(site)
}

fn answers() -> Router<Site> {
    let pages = Router::new()
        .route("/", get(browse::home))
        .route("/data", get(search::search))
        .route("/data/search.json", get(search::as_json))
        .route("/data/search.csv", get(search::as_csv))
        .route("/data/search.atom", get(search::as_atom))
        .route("/data/{slug}", get(dataset::show))
        .route("/data/{slug}/table", get(dataset::table::show))
        .route("/data/{slug}/table/{row}", get(dataset::table::row))
        .route("/data/{slug}/map", get(dataset::map))
        .route("/data/{slug}/dictionary", get(dataset::dictionary))
        .route("/data/{slug}/api", get(dataset::api))
        .route("/data/{slug}/versions", get(dataset::versions::show))
        .route("/data/{slug}/rejects", get(rejects::show))
        .route("/data/{slug}/quality", get(scores::quality))
        .route("/data/{slug}/badge.svg", get(scores::dataset_badge))
        .route("/orgs/{slug}/badge.svg", get(scores::organization_badge))
        .route("/data/{slug}/cite", get(dataset::cite_page))
        .route("/data/{slug}/feedback", get(dataset::feedback))
        .route("/data/{slug}/files/{name}", get(dataset::files::show))
        .route("/orgs", get(browse::organizations))
        .route("/orgs/{slug}", get(browse::organization))
        .route("/topics", get(browse::topics))
        .route("/topics/{slug}", get(browse::topic))
        .route("/developers", get(text::developers))
        .route("/tools", get(text::tools))
        .route("/about", get(text::about))
        .route("/help", get(text::help))
        .route(PROBLEMS_PATH, get(text::problems))
        .route("/accessibility", get(text::accessibility))
        .route("/contact", get(text::contact_page))
        .route("/feeds", get(text::feeds));
    let machines = Router::new()
        .route("/data.json", get(machine::listing))
        .route("/catalog/{form}", get(machine::catalog_as))
        .route("/catalog.jsonld", get(machine::catalog_jsonld))
        .route("/catalog.ttl", get(machine::catalog_turtle))
        .route("/feeds/{name}", get(machine::feed))
        .route("/sitemap.xml", get(machine::sitemap))
        .route("/sitemap/{part}", get(machine::sitemap_numbered))
        .route("/opensearch.xml", get(machine::opensearch))
        .route("/robots.txt", get(text::robots))
        .route("/llms.txt", get(text::llms));
    let api = Router::new()
        .route("/api/datasets", get(search::api))
        .route("/api/datasets/{id}", get(datasets_api::show))
        .route("/api/datasets/{id}/revisions/{number}", get(datasets_api::revision))
        .route("/api/datasets/{id}/score", get(scores::api))
        .route("/api/scores", get(scores::sums))
        .route("/api/tables", get(tables_api::list))
        .route("/api/tables/{id}", get(tables_api::show))
        .route("/api/tables/{id}/{rows}", get(tables_api::rows))
        .route("/api/tables/{id}/openapi.json", get(openapi::of_table))
        .route("/api/tables/{id}/columns/{name}", get(columns_api::show))
        .route("/api/changes", get(datasets_api::changes))
        .route("/api/jobs/{id}", get(datasets_api::job))
        .route("/api/openapi.json", get(openapi::document));
    let files = Router::new()
        .route("/assets/{name}", get(assets::asset))
        .route("/theme.css", get(assets::theme_css))
        .route("/theme/{*path}", get(assets::theme_file))
        .route("/favicon.ico", get(assets::favicon));
    pages
        .merge(machines)
        .merge(api)
        .merge(files)
        .merge(tools::routes())
        .merge(dashboard::routes())
        .merge(dialects::routes())
        .merge(recipes::routes())
        .merge(charts::routes())
        .merge(data_pages::routes())
        .merge(sources::routes())
        .merge(sql::routes())
        .merge(saved_queries::routes())
        .merge(links::routes())
        .merge(crawls::routes())
        .merge(reports_api::routes())
        .merge(mcp::routes())
        .merge(scorecard::routes())
}

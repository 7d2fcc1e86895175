//! `/admin/crawls`: staff have websites walked through for data files, see what was found, and keep drafts of it.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use serde_json::Value;
use townhall_app::{Actor, ActorKind, Audience, CrawlReport, FILE_COLUMNS};
use townhall_model::ErrorKind;
use url::form_urlencoded;

use super::params::Params;
use super::{Site, path_segment, respond};
use crate::pages::views::{
    CrawlFileRow, CrawlRow, CrawlView, CrawlsView, Download, Fact, Link, NumberFact, PageMeta, Section,
};
use crate::server::Problem;

const PATH: &str = "/admin/crawls";

/// Files that a page lists; the files have all.
const LISTED_MAX: usize = 500;

/// Fields of a form.
const FIELDS_MAX: usize = 20;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new().route(PATH, get(list).post(start)).route(&format!("{PATH}/{{name}}"), get(show).post(keep))
}

fn require_staff(site: &Site) -> Result<(), Problem> {
    match site.audience() {
        Audience::Staff => Ok(()),
        Audience::Public => {
            Err(Problem::new(ErrorKind::Forbidden, "crawls are for the staff of this portal")
                .with_hint("on the command line: townhall crawl URL"))
        }
    }
}

fn sent(body: &Bytes) -> Params {
    Params(
        form_urlencoded::parse(body).into_owned().take(FIELDS_MAX).filter(|(_, v)| !v.is_empty()).collect(),
    )
}

fn actor() -> Actor {
    Actor::new(ActorKind::User, "crawls")
}

/// `/admin/crawls`.
async fn list(site: Site) -> Result<Response, Problem> {
    require_staff(&site)?;
    let crawls = site.app().crawls().list().await?;
    let rows = crawls.into_iter().map(|crawl| CrawlRow {
        link: Link::new(&crawl.host, format!("{PATH}/{}", path_segment(&crawl.host))),
        at: crawl.at.map(|at| at.to_string()),
        progress: crawl.progress,
        job_url: crawl.job.map(|job| format!("/api/jobs/{job}")),
    });
    let view = CrawlsView { rows: rows.collect() };
    site.page("crawls.html", meta("Crawls", PATH), &view)
}

/// Asks for a crawl.
async fn start(site: Site, body: Bytes) -> Result<Response, Problem> {
    require_staff(&site)?;
    let params = sent(&body);
    let number =
        |name: &str, usual: u64| params.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let depth = u32::try_from(number("depth", 8)).unwrap_or(8);
    let url = params.get("url").unwrap_or_default();
    site.app().crawls().ask(&actor(), url, depth, number("pages", 10_000)).await?;
    Ok(Redirect::to(PATH).into_response())
}

/// `/admin/crawls/{host}`, and with a suffix its files or its drafts.
async fn show(site: Site, Path(name): Path<String>) -> Result<Response, Problem> {
    require_staff(&site)?;
    let crawls = site.app().crawls();
    if let Some(host) = name.strip_suffix(".data.json") {
        let text = format!("{:#}\n", crawls.report(host).await?.drafts());
        return Ok(respond::document("application/json", text.into_bytes()));
    }
    if let Some(host) = name.strip_suffix(".json") {
        return Ok(respond::json(&crawls.report(host).await?.as_json()));
    }
    if let Some(host) = name.strip_suffix(".csv") {
        let rows: Vec<Vec<String>> = crawls
            .report(host)
            .await?
            .rows()
            .into_iter()
            .map(|row| row.map(super::links::guarded).into())
            .collect();
        return respond::csv(&format!("{host}.csv"), &FILE_COLUMNS, &rows);
    }
    let report = crawls.report(&name).await?;
    site.page("crawl.html", meta(&name, &format!("{PATH}/{}", path_segment(&name))), &view(&name, &report))
}

/// Keeps drafts of what was found, or forgets it.
async fn keep(site: Site, Path(host): Path<String>, body: Bytes) -> Result<Response, Problem> {
    require_staff(&site)?;
    let crawls = site.app().crawls();
    match sent(&body).get("do") {
        Some("forget") => {
            crawls.forget(&host).await?;
            Ok(Redirect::to(PATH).into_response())
        }
        Some("drafts") => {
            let report = crawls.report(&host).await?;
            crawls.keep_drafts(&actor(), &report).await?;
            Ok(Redirect::to("/data").into_response())
        }
        _ => Err(Problem::new(ErrorKind::Invalid, "that is nothing that can be done with a crawl")),
    }
}

fn meta(title: &str, path: &str) -> PageMeta {
    let mut page = PageMeta::new(title, path, Section::Other);
    page.noindex = true;
    page.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Crawls", PATH)];
    page
}

fn view(host: &str, report: &CrawlReport) -> CrawlView {
    let state = &report.state;
    let value = report.as_json();
    let number = |value: u64, label: &str| NumberFact { value, label: label.to_owned(), url: None };
    let mut numbers = vec![number(state.files.len() as u64, "files"), number(state.pages, "pages visited")];
    let mut dead = Vec::new();
    if let Some(comparison) = &report.comparison {
        numbers.push(number(comparison.live.len() as u64, "listed and there"));
        numbers.push(number(comparison.dead.len() as u64, "listed and dead"));
        numbers.push(number(comparison.unlisted.len() as u64, "there and not listed"));
        dead = comparison
            .dead
            .iter()
            .take(LISTED_MAX)
            .map(|one| (one.url.clone(), one.title.clone(), one.reason.clone()))
            .collect();
    }
    let fact = |term: &str, value: String| Fact { term: term.to_owned(), value, ..Fact::default() };
    let mut facts: Vec<Fact> = state
        .endpoints
        .iter()
        .map(|endpoint| fact(&format!("Service ({})", endpoint.kind), endpoint.url.clone()))
        .collect();
    facts.extend(
        report
            .series
            .iter()
            .take(50)
            .map(|series| fact("Series", format!("{} files: {}", series.files.len(), series.pattern))),
    );
    facts.extend(
        state
            .elsewhere
            .iter()
            .take(50)
            .map(|(host, count)| fact("Files elsewhere", format!("{count} at {host}"))),
    );
    let files = value["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |file: &Value, key: &str| file[key].as_str().unwrap_or_default().to_owned();
    CrawlView {
        host: host.to_owned(),
        numbers,
        facts,
        files: files
            .iter()
            .take(LISTED_MAX)
            .map(|file| CrawlFileRow {
                url: text(file, "url"),
                format: text(file, "format"),
                tables: super::tools::offer_tables(&text(file, "format"), &text(file, "url")),
                bytes: file["bytes"].as_u64(),
                modified: file["modified"].as_str().map(str::to_owned),
                text: text(file, "text"),
                page: Link::new(text(file, "page_title"), text(file, "page")),
                is_listed: file["listed"].as_bool(),
            })
            .collect(),
        total: state.files.len() as u64,
        has_catalog: report.comparison.is_some(),
        dead,
        drafts: report.drafts()["dataset"].as_array().map_or(0, |drafts| drafts.len() as u64),
        action: format!("{PATH}/{}", path_segment(host)),
        downloads: [("CSV", "csv"), ("JSON", "json"), ("Drafts as data.json", "data.json")]
            .map(|(label, form)| Download {
                label: label.into(),
                url: format!("{PATH}/{}.{form}", path_segment(host)),
                ..Download::default()
            })
            .into(),
    }
}

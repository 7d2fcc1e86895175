//! The scorecard of offices: all of them in a quarter, each with everything about it, two days side by side, and what got
//! worse as a feed; for people, and for programs as JSON and CSV.

mod compare;
mod figure;
mod files;
mod office;
mod overview;
mod wire;

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use townhall_app::offices::Standing;
use townhall_app::{Reached, StoredRegression};
use townhall_model::ErrorKind;

use super::negotiate::Form;
use super::params::Params;
use super::xml::{Entry, Feed};
use super::{Site, path_segment, respond};
use crate::pages::views::{Download, Link, OfficeRow, RegressionRow, StandingView};
use crate::server::Problem;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/scorecard", get(overview::show))
        .route("/scorecard.json", get(overview::as_json))
        .route("/scorecard.csv", get(overview::as_csv))
        .route("/scorecard/regressions.atom", get(feed))
        .route("/scorecard/{office}", get(office::show))
        .route("/scorecard/{office}/{part}", get(compare::show))
        .route("/api/scorecard", get(overview::api))
        .route("/api/scorecard/regressions", get(overview::regressions))
        .route("/api/scorecard/{office}", get(office::api))
        .route("/api/scorecard/{office}/compare", get(compare::api))
}

/// The quarter that an address asks for.
fn quarter(params: &Params) -> Result<Option<Date>, Problem> {
    params.get("milestone").map(|text| day("milestone", text)).transpose()
}

/// A day of an address.
fn day(key: &str, text: &str) -> Result<Date, Problem> {
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(40).collect();
        Problem::new(ErrorKind::Invalid, format!("`{key}={shown}` is no day"))
            .with_hint("write it like 2026-11-30")
    })
}

/// The form that an address asks for: by its ending, then by `_format`, then by `Accept`. And the name without the ending.
fn form<'n>(name: &'n str, params: &Params, headers: &HeaderMap) -> Result<(&'n str, Form), Problem> {
    for (ending, form) in [(".json", Form::Json), (".csv", Form::Csv)] {
        if let Some(name) = name.strip_suffix(ending) {
            return Ok((name, form));
        }
    }
    let form = match params.get("_format") {
        None => Form::by_accept(headers, &[Form::Html, Form::Json, Form::Csv]),
        Some(asked) => Form::by_name(asked).filter(|form| *form != Form::Atom).ok_or_else(|| {
            let shown: String = asked.chars().take(40).collect();
            Problem::new(ErrorKind::Invalid, format!("`_format={shown}` is no form of the scorecard"))
                .with_hint("use html, json or csv")
        })?,
    };
    Ok((name, form))
}

/// The same answer as files.
fn downloads(path: &str, params: &Params) -> Vec<Download> {
    let params = params.without("_format").without("page");
    [("JSON", "json"), ("CSV", "csv")]
        .map(|(label, ending)| Download {
            label: label.to_owned(),
            url: params.link(&format!("{path}.{ending}")),
            ..Download::default()
        })
        .into()
}

fn standing(standing: Standing) -> StandingView {
    let (color, sign) = match standing {
        Standing::Green => ("Green", "met"),
        Standing::Yellow => ("Yellow", "partly"),
        Standing::Red => ("Red", "not-met"),
        Standing::Unknown => {
            return StandingView { label: standing.word().to_owned(), sign: "not-judged".to_owned() };
        }
    };
    StandingView { label: format!("{color}: {}", standing.word().to_lowercase()), sign: sign.to_owned() }
}

/// The address of an office's page, in the quarter that one looks at.
fn office_url(id: &str, params: &Params) -> String {
    let kept = Params(params.0.iter().filter(|(key, _)| key == "milestone").cloned().collect());
    kept.link(&format!("/scorecard/{}", path_segment(id)))
}

/// An office in a list.
fn row(reached: &Reached, params: &Params) -> OfficeRow {
    let (listing, page) = (&reached.facts.listing, &reached.facts.page);
    let has_listing = listing.address.is_there();
    let dash = || "–".to_owned();
    let percent = |value: f64| format!("{:.1} %", value);
    OfficeRow {
        link: Link::new(&reached.office.name, office_url(&reached.office.id, params)),
        abbreviation: reached.office.abbreviation.clone(),
        pdl: standing(reached.pdl.standing()),
        edi: standing(reached.edi.standing()),
        reason: reached.pdl.reasons.first().cloned().unwrap_or_default(),
        datasets: has_listing.then_some(listing.total_records),
        // Cut, not rounded: 100 % means all.
        valid: listing.valid_percent().map_or_else(dash, |valid| percent((valid * 10.0).floor() / 10.0)),
        growth: reached.growth_percent.map_or_else(dash, |growth| format!("{growth:+.1} %")),
        page: match (page.address.is_there(), page.is_readable(), page.is_partly_readable()) {
            _ if reached.last_crawl.is_none() => dash(),
            (true, true, _) => "Yes".to_owned(),
            (true, false, true) => "Partly".to_owned(),
            _ => "No".to_owned(),
        },
        broken: listing.links.as_ref().and_then(|links| links.broken_percent()).map_or_else(dash, percent),
    }
}

fn regression_rows(told: &[StoredRegression], most: usize) -> Vec<RegressionRow> {
    let row = |one: &StoredRegression| RegressionRow {
        at: one.at.to_string(),
        message: one.message.clone(),
        url: format!("/scorecard/{}", path_segment(&one.office)),
    };
    told.iter().take(most).map(row).collect()
}

/// `/scorecard/regressions.atom`: what got worse, of all offices or with `office=` of one.
async fn feed(site: Site, params: Params) -> Result<Response, Problem> {
    let scorecard = site.app().scorecard();
    let office = match params.get("office") {
        Some(name) => Some(scorecard.office(name).await?),
        None => None,
    };
    let told = scorecard.regressions(office.as_ref().map(|office| office.id.as_str())).await?;
    let base = site.base_url();
    let entries: Vec<Entry> = told
        .iter()
        .map(|one| {
            let url = format!("{base}/scorecard/{}", path_segment(&one.office));
            Entry {
                id: format!("{url}#look-{}-{}", one.look, one.kind),
                url,
                title: one.message.clone(),
                summary: one.message.clone(),
                updated: one.at.to_string(),
                published: Some(one.at.to_string()),
                author: site.name().to_owned(),
                categories: vec![one.kind.clone()],
            }
        })
        .collect();
    respond::atom(&Feed {
        title: &format!("{}: what got worse on the scorecard", site.name()),
        self_url: &format!("{base}{}", params.link("/scorecard/regressions.atom")),
        page_url: &format!("{base}/scorecard"),
        updated: entries.first().map_or(respond::EPOCH, |entry| entry.updated.as_str()),
        entries: &entries,
    })
}

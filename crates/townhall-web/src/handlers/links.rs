//! `/links`: which links of the catalog don't work, for everyone to see; the same as CSV, JSON and at `/api/links`.

use axum::Router;
use axum::extract::Path;
use axum::http::header::LINK;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};
use townhall_app::{Error, LinkPage, LinkRequest, LinkState, LinkSuggestion, LinkVerdict, LinkView};

use super::params::Params;
use super::{Site, respond};
use crate::pages::views::{
    Choice, Download, Link, LinkBadge, LinkOrganization, LinkRow, LinksView, NumberFact, PageMeta, Pager,
    Section,
};
use crate::server::Problem;

const PATH: &str = "/links";

/// Links of a page.
const LIST_SIZE: u32 = 50;

/// Links of an answer for programs, unless it asks for fewer.
const API_SIZE: u32 = 100;

/// The most links of a file.
const FILE_MAX: usize = 50_000;

/// The routes.
pub fn routes() -> Router<Site> {
    Router::new()
        .route(PATH, get(page))
        .route("/links.json", get(as_json))
        .route("/links.csv", get(as_csv))
        .route("/api/links", get(api))
        .route("/api/links/counts", get(counts))
        .route("/mirror/{link}", get(copy))
}

/// What a state is called on pages.
const fn label(state: LinkState) -> &'static str {
    match state {
        LinkState::Works => "Works",
        LinkState::Doubtful => "Did not work the last time",
        LinkState::Broken => "Broken",
        LinkState::Closed => "Not open to everybody",
        LinkState::Unknown => "Not known yet",
    }
}

/// Which links an address asks for; those that don't work when it says nothing.
fn request(params: &Params, limit: u32) -> Result<LinkRequest, Problem> {
    let states: Vec<LinkState> = match params.get("state") {
        None => vec![LinkState::Broken, LinkState::Doubtful],
        Some("all") => Vec::new(),
        Some(words) => words
            .split(',')
            .map(|word| {
                LinkState::read(word.trim()).ok_or_else(|| {
                    let known: Vec<&str> = LinkState::ALL.iter().map(|state| state.name()).collect();
                    Error::invalid(format!("`{word}` is no state of a link"))
                        .with_hint(format!("use {} or all", known.join(", ")))
                })
            })
            .collect::<Result<_, _>>()?,
    };
    let verdicts = params
        .get("verdict")
        .into_iter()
        .flat_map(|words| words.split(','))
        .map(|word| {
            LinkVerdict::read(word.trim()).ok_or_else(|| {
                let known: Vec<&str> = LinkVerdict::ALL.iter().map(|verdict| verdict.name()).collect();
                Error::invalid(format!("`{word}` is nothing that a check finds"))
                    .with_hint(format!("use {}", known.join(", ")))
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    // Whoever asks for what was found wants it whatever is held of the link.
    let states = if params.get("state").is_none() && !verdicts.is_empty() { Vec::new() } else { states };
    let asked = params.get("limit").and_then(|limit| limit.parse::<u32>().ok());
    Ok(LinkRequest {
        states,
        verdicts,
        organization: params.get("organization").map(str::to_owned),
        host: params.get("host").map(|host| host.trim().to_ascii_lowercase()),
        cursor: params.get("cursor").map(str::to_owned),
        limit: asked.unwrap_or(limit).clamp(1, 1_000),
    })
}

/// `/links`.
async fn page(site: Site, params: Params) -> Result<Response, Problem> {
    let app = site.app();
    let request = LinkRequest { limit: LIST_SIZE, ..request(&params, LIST_SIZE)? };
    let found = app.links().list(&request).await?;
    let counts = app.links().counts(request.organization.as_deref()).await?;
    let by_organization = app.links().counts_by_organization().await?;
    let organizations = app.catalog().organizations().await?;
    let filters = params.without("cursor");
    let number = |state: LinkState| NumberFact {
        value: counts.state(state.name()),
        label: label(state).to_lowercase(),
        url: Some(filters.with("state", state.name()).link(PATH)),
    };
    let chosen = params.get("state").unwrap_or("broken,doubtful");
    let state = |value: &str, label: &str| Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        selected: chosen == value,
        ..Choice::default()
    };
    let mut states = vec![state("broken,doubtful", "All that don’t work")];
    states.extend(LinkState::ALL.map(|known| state(known.name(), label(known))));
    states.push(state("all", "All links"));
    let view = LinksView {
        numbers: LinkState::ALL.map(number).into_iter().filter(|number| number.value > 0).collect(),
        states,
        organizations: std::iter::once(Choice { label: "All organizations".into(), ..Choice::default() })
            .chain(organizations.iter().map(|known| Choice {
                label: format!("{}{}", "– ".repeat(known.depth as usize), known.name),
                value: known.slug.clone(),
                selected: request.organization.as_deref() == Some(&known.slug),
                ..Choice::default()
            }))
            .collect(),
        host: request.host.clone().unwrap_or_default(),
        by_organization: organizations
            .iter()
            .filter_map(|known| {
                let counts = by_organization.get(&known.slug)?;
                Some(LinkOrganization {
                    link: Link::new(&known.name, filters.with("organization", &known.slug).link(PATH)),
                    links: counts.links,
                    works: counts.state("works"),
                    doubtful: counts.state("doubtful"),
                    broken: counts.state("broken"),
                })
            })
            .collect(),
        rows: found.links.iter().map(row).collect(),
        downloads: [("CSV", "csv"), ("JSON", "json")]
            .map(|(label, form)| Download {
                label: label.into(),
                url: filters.link(&format!("{PATH}.{form}")),
                ..Download::default()
            })
            .into(),
        pager: Pager {
            first_url: request.cursor.is_some().then(|| filters.link(PATH)),
            next_url: found.next.as_ref().map(|next| filters.with("cursor", next).link(PATH)),
            ..Pager::default()
        },
    };
    let mut meta = PageMeta::new("Links that don’t work", params.link(PATH), Section::Data);
    meta.breadcrumbs = vec![Link::new("Home", "/")];
    meta.description = Some("Links of the catalog that lead nowhere, by organization".to_owned());
    site.page("links.html", meta, &view)
}

fn row(link: &LinkView) -> LinkRow {
    LinkRow {
        url: link.url.clone(),
        dataset: Link::new(&link.dataset.1, format!("/data/{}", link.dataset.0)),
        organization: link
            .organization
            .as_ref()
            .map(|known| Link::new(&known.name, format!("/orgs/{}", known.slug))),
        title: link.title.clone(),
        format: link.format.clone(),
        badge: badge(link),
        reason: link.reason.clone(),
        suggestions: link
            .suggestions
            .iter()
            .map(|known| (known.label.to_owned(), known.url.clone()))
            .collect(),
    }
}

/// What a page says of a link in a few words.
pub fn badge(link: &LinkView) -> LinkBadge {
    let is_good = link.state == LinkState::Works;
    let label = match (link.state, link.verdict) {
        (LinkState::Works, LinkVerdict::Moved) => "Moved",
        (LinkState::Works, LinkVerdict::WrongType) => "Works, but is something else",
        (state, _) => label(state),
    };
    let is_bad = matches!(link.state, LinkState::Broken | LinkState::Doubtful);
    LinkBadge {
        label: label.to_owned(),
        is_good,
        is_bad: link.state == LinkState::Broken,
        since: link.failing_since.filter(|_| is_bad).map(|time| time.to_string()),
        checked_at: link.checked_at.map(|time| time.to_string()),
        reason: (!is_good || link.verdict != LinkVerdict::Works).then(|| link.reason.clone()),
    }
}

/// `/api/links`.
async fn api(site: Site, params: Params) -> Result<Response, Problem> {
    let LinkPage { links, next } = site.app().links().list(&request(&params, API_SIZE)?).await?;
    let data: Vec<Value> = links.iter().map(|link| wire(&site, link)).collect();
    Ok(respond::json(&json!({"data": data, "meta": {"next": next}})))
}

/// `/mirror/{link}`: the copy of a file, always a download, with the address that it came from (RFC 8288, relation `original` of
/// RFC 7089).
async fn copy(site: Site, Path(link): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let copy = site.app().links().copy(&link).await?;
    let (kind, name) = (copy.media_type.as_str(), Some(copy.name.as_str()));
    let mut response = respond::blob(site.app(), &copy.blob, copy.bytes, kind, name, &headers).await?;
    // A bracket in the address would end it.
    let url = copy.url.replace('>', "%3E");
    if let Ok(value) = HeaderValue::from_str(&format!("<{url}>; rel=\"original\"")) {
        response.headers_mut().insert(LINK, value);
    }
    Ok(response)
}

/// `/api/links/counts`: of the whole catalog, or with `organization=` of one and its parts.
async fn counts(site: Site, params: Params) -> Result<Response, Problem> {
    let organization = params.get("organization");
    let counts = site.app().links().counts(organization).await?;
    let dashboard = site.app().links().dashboard(organization).await?;
    Ok(respond::json(&json!({
        "links": counts.links,
        "states": counts.states,
        "verdicts": counts.verdicts,
        "dashboard": {
            "checked": dashboard.checked,
            "http_2xx": dashboard.http_2xx,
            "http_3xx": dashboard.http_3xx,
            "http_4xx": dashboard.http_4xx,
            "http_5xx": dashboard.http_5xx,
            "http_0": dashboard.http_0,
            "pdf": dashboard.pdf,
            "html": dashboard.html,
            "format_mismatch": dashboard.format_mismatch,
        },
    })))
}

/// A link as programs see it.
fn wire(site: &Site, link: &LinkView) -> Value {
    let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
    let checked = link.checked.as_ref();
    let suggestions: Vec<Value> = link
        .suggestions
        .iter()
        .map(|known| json!({"kind": known.kind, "url": absolute(site, known)}))
        .collect();
    let copy = link.copy.as_ref().map(|copy| {
        json!({
            "url": format!("{}{}", site.base_url(), copy.path),
            "bytes": copy.bytes,
            "sha256": copy.blob.to_string(),
            "media_type": copy.media_type,
            "copied_at": copy.copied_at.to_string(),
        })
    });
    json!({
        "url": link.url,
        "state": link.state.name(),
        "verdict": link.verdict.name(),
        "reason": link.reason,
        "status": link.status,
        "leads_to": checked.and_then(|checked| checked.leads_to.clone()),
        "role": link.role,
        "distribution": link.distribution,
        "title": link.title,
        "declared": link.format,
        "format": checked.and_then(|checked| checked.format.clone()),
        "content_type": checked.and_then(|checked| checked.content_type.clone()),
        "bytes": checked.and_then(|checked| checked.bytes),
        "sha256": checked.and_then(|checked| checked.sha256.clone()),
        "last_modified": checked.and_then(|checked| checked.last_modified.clone()),
        "certificate_ends": checked.and_then(|checked| checked.certificate_ends.clone()),
        "failures": link.failures,
        "failing_since": time(link.failing_since),
        "worked_at": time(link.worked_at),
        "checked_at": time(link.checked_at),
        "next_check_at": link.next_at.to_string(),
        "dataset": {
            "id": link.record.to_string(),
            "title": link.dataset.1,
            "url": format!("{}/data/{}", site.base_url(), link.dataset.0),
        },
        "organization": link.organization.as_ref().map(|known| json!({"slug": known.slug, "name": known.name})),
        "copy": copy,
        "suggestions": suggestions,
    })
}

/// The address of a suggestion as it is of use elsewhere.
fn absolute(site: &Site, suggestion: &LinkSuggestion) -> String {
    match suggestion.kind {
        "copy" => format!("{}{}", site.base_url(), suggestion.url),
        _ => suggestion.url.clone(),
    }
}

/// All links of a request, page by page, as many as a file may have.
async fn all(site: &Site, params: &Params) -> Result<Vec<LinkView>, Problem> {
    let mut request = LinkRequest { limit: 1_000, ..request(params, 1_000)? };
    let mut links = Vec::new();
    while links.len() < FILE_MAX {
        let page = site.app().links().list(&request).await?;
        links.extend(page.links);
        match page.next {
            Some(next) => request.cursor = Some(next),
            None => break,
        }
    }
    links.truncate(FILE_MAX);
    Ok(links)
}

/// `/links.json`.
async fn as_json(site: Site, params: Params) -> Result<Response, Problem> {
    let links = all(&site, &params).await?;
    let data: Vec<Value> = links.iter().map(|link| wire(&site, link)).collect();
    Ok(respond::json(
        &json!({"data": data, "meta": {"total": links.len(), "truncated": links.len() == FILE_MAX}}),
    ))
}

/// `/links.csv`.
async fn as_csv(site: Site, params: Params) -> Result<Response, Problem> {
    const COLUMNS: [&str; 13] = [
        "url",
        "state",
        "verdict",
        "reason",
        "status",
        "organization",
        "dataset",
        "dataset_url",
        "distribution",
        "format",
        "failing_since",
        "checked_at",
        "suggestion",
    ];
    let rows: Vec<Vec<String>> = all(&site, &params)
        .await?
        .into_iter()
        .map(|link| {
            let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
            let row = vec![
                link.url,
                link.state.name().to_owned(),
                link.verdict.name().to_owned(),
                link.reason,
                link.status.map(|status| status.to_string()).unwrap_or_default(),
                link.organization.map(|known| known.name).unwrap_or_default(),
                link.dataset.1,
                format!("{}/data/{}", site.base_url(), link.dataset.0),
                link.title.unwrap_or_default(),
                link.format.unwrap_or_default(),
                time(link.failing_since),
                time(link.checked_at),
                link.suggestions.first().map(|known| absolute(&site, known)).unwrap_or_default(),
            ];
            row.into_iter().map(guarded).collect()
        })
        .collect();
    respond::csv("links.csv", &COLUMNS, &rows)
}

/// A cell that no spreadsheet takes for a formula (CWE-1236): titles are other people's words.
pub fn guarded(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

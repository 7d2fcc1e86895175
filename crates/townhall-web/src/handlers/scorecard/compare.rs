//! Two days of an office side by side.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use townhall_app::{Entry, Error, OfficeChanges};
use townhall_model::ErrorKind;

use super::{day, downloads, files, form, office_url, wire};
use crate::handlers::negotiate::Form;
use crate::handlers::params::Params;
use crate::handlers::{Site, path_segment, respond};
use crate::pages::views::{CompareGroup, Link, Notice, NoticeKind, OfficeCompareView, PageMeta, Section};
use crate::server::Problem;

/// How many datasets of each sort the page shows.
const SHOWN: usize = 200;

/// `/scorecard/{office}/compare?from=&to=`, with `.json` or `.csv`.
pub async fn show(
    site: Site,
    Path((office, part)): Path<(String, String)>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let (part, form) = form(&part, &params, &headers)?;
    match part {
        "compare" => {}
        "listing" => return files::listing(&site, &office, &params, &headers).await,
        "errors" => return files::errors(&site, &office, form, &params).await,
        _ => return Err(Error::not_found("part of the scorecard", part).into()),
    }
    let days = days(&params)?;
    match form {
        Form::Json => {
            Ok(respond::json(&wire::changes(&site.app().scorecard().changes(&office, days.0, days.1).await?)))
        }
        Form::Csv => csv(&site.app().scorecard().changes(&office, days.0, days.1).await?),
        _ => page(&site, &office, days, &params).await,
    }
}

/// `/api/scorecard/{office}/compare`.
pub async fn api(site: Site, Path(office): Path<String>, params: Params) -> Result<Response, Problem> {
    let (from, to) = days(&params)?;
    let changes = site.app().scorecard().changes(&office, from, to).await?;
    match params.get("_format") {
        Some("csv") => csv(&changes),
        _ => Ok(respond::json(&wire::changes(&changes))),
    }
}

/// The days of an address; a quarter back unless it says so.
fn days(params: &Params) -> Result<(Date, Date), Problem> {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let to = params.get("to").map_or(Ok(today), |text| day("to", text))?;
    let before = to.checked_sub(3.months()).unwrap_or(to);
    Ok((params.get("from").map_or(Ok(before), |text| day("from", text))?, to))
}

fn csv(changes: &OfficeChanges) -> Result<Response, Problem> {
    let mut rows = Vec::new();
    for (change, title, identifier, words) in all(changes) {
        rows.push(vec![change.to_owned(), identifier, title, words]);
    }
    let name = format!("scorecard-{}-{}-{}.csv", changes.office.id, changes.days.0, changes.days.1);
    respond::csv(&name, &["change", "identifier", "title", "what"], &rows)
}

/// The sorts of changes: their names, and their titles for people.
const SORTS: [(&str, &str); 5] = [
    ("broke", "Broke"),
    ("vanished", "Vanished"),
    ("appeared", "Appeared"),
    ("mended", "Mended"),
    ("changed", "Changed otherwise"),
];

/// Every change: its sort, title, identifier, and words about it.
fn all(changes: &OfficeChanges) -> Vec<(&'static str, String, String, String)> {
    let named = |sort: &'static str, entry: &Entry, words: String| {
        let title = entry.title.clone().unwrap_or_else(|| entry.label().to_owned());
        (sort, title, entry.identifier.clone().unwrap_or_default(), words)
    };
    let comparison = &changes.comparison;
    let mut list = Vec::new();
    for finding in &changes.broke {
        let identifier = finding.identifier.clone().unwrap_or_default();
        let title = finding.title.clone().unwrap_or_else(|| identifier.clone());
        list.push(("broke", title, identifier, finding.message.clone()));
    }
    list.extend(comparison.removed.iter().map(|entry| named("vanished", entry, String::new())));
    list.extend(comparison.added.iter().map(|entry| named("appeared", entry, String::new())));
    list.extend(changes.mended.iter().map(|entry| named("mended", entry, String::new())));
    list.extend(comparison.changed.iter().map(|changed| {
        let fields: Vec<&str> = changed.fields.iter().map(|field| field.field.as_str()).collect();
        named("changed", &changed.entry, fields.join(", "))
    }));
    list
}

async fn page(
    site: &Site,
    name: &str,
    (from, to): (Date, Date),
    params: &Params,
) -> Result<Response, Problem> {
    let scorecard = site.app().scorecard();
    let office = scorecard.office(name).await?;
    let action = format!("/scorecard/{}/compare", path_segment(&office.id));
    let mut view = OfficeCompareView {
        office: Link::new(&office.name, office_url(&office.id, params)),
        from: from.to_string(),
        to: to.to_string(),
        ..OfficeCompareView::default()
    };
    match scorecard.changes(&office.id, from, to).await {
        Ok(changes) => {
            let list = all(&changes);
            view.summary = match changes.is_same {
                true => "The listing is the same on both days.".to_owned(),
                false => format!(
                    "{} datasets appeared, {} vanished, {} broke, {} changed; {} are as they were.",
                    changes.comparison.added.len(),
                    changes.comparison.removed.len(),
                    changes.broke.len(),
                    changes.comparison.changed.len(),
                    changes.comparison.unchanged,
                ),
            };
            view.groups = SORTS
                .iter()
                .map(|(sort, title)| {
                    let own = || list.iter().filter(|one| one.0 == *sort);
                    let rows = own().take(SHOWN).map(|one| (one.1.clone(), one.2.clone(), one.3.clone()));
                    CompareGroup {
                        id: (*sort).to_owned(),
                        title: (*title).to_owned(),
                        total: own().count() as u64,
                        rows: rows.collect(),
                    }
                })
                .filter(|group| group.total > 0)
                .collect();
            view.downloads = downloads(&action, params);
        }
        // The form stays, so that other days can be tried.
        Err(error)
            if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Invalid | ErrorKind::TooLarge) =>
        {
            view.notices = vec![Notice {
                kind: NoticeKind::Warning,
                title: None,
                text: format!("{error}."),
                link: None,
            }];
        }
        Err(error) => return Err(error.into()),
    }
    view.action = action.clone();
    let mut meta = PageMeta::new(format!("{}: two days", office.name), params.link(&action), Section::Other);
    meta.noindex = true;
    meta.breadcrumbs = vec![
        Link::new("Home", "/"),
        Link::new("Scorecard", "/scorecard"),
        Link::new(&office.name, office_url(&office.id, params)),
    ];
    site.page("scorecard_compare.html", meta, &view)
}

//! One office with everything about it.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use townhall_app::charts::Kind;
use townhall_app::offices::{AddressFacts, SECTIONS, Standing};
use townhall_app::{Judged, OfficeDetail, Reached};
use townhall_model::Finding;

use super::overview::{choices, state};
use super::{downloads, figure, form, office_url, quarter, regression_rows, row, standing, wire};
use crate::handlers::negotiate::Form;
use crate::handlers::params::Params;
use crate::handlers::{Site, path_segment, respond};
use crate::pages::views::{
    Fact, Link, ListingErrorRow, LookRow, OfficeView, PageMeta, Section, TrackedRow, TrackedSection,
};
use crate::server::Problem;

/// How many looks and errors the page shows.
const LOOKS_SHOWN: usize = 20;
const ERRORS_SHOWN: usize = 50;

/// `/scorecard/{office}`, with `.json` or `.csv`.
pub async fn show(
    site: Site,
    Path(name): Path<String>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Problem> {
    let (name, form) = form(&name, &params, &headers)?;
    let detail = site.app().scorecard().detail(name, quarter(&params)?, Timestamp::now()).await?;
    let id = &detail.reached.office.id;
    match form {
        Form::Json => Ok(respond::json(&wire::office(&detail, site.base_url()))),
        Form::Csv => csv(&detail),
        _ if id != name => Ok(Redirect::permanent(&office_url(id, &params)).into_response()),
        _ => page(&site, &detail, &params).await,
    }
}

/// `/api/scorecard/{office}`.
pub async fn api(site: Site, Path(name): Path<String>, params: Params) -> Result<Response, Problem> {
    let detail = site.app().scorecard().detail(&name, quarter(&params)?, Timestamp::now()).await?;
    match params.get("_format") {
        Some("csv") => csv(&detail),
        _ => Ok(respond::json(&wire::office(&detail, site.base_url()))),
    }
}

fn csv(detail: &OfficeDetail) -> Result<Response, Problem> {
    let reached = &detail.reached;
    let header = ["section", "field", "label", "type", "value", "counted", "note", "reason", "by", "at"];
    let rows: Vec<Vec<String>> = wire::fields(reached, detail)
        .map(|(field, value, is_counted)| {
            let entry = reached.entry(field.id);
            let said = |text: fn(&townhall_app::Entered) -> String| entry.map(text).unwrap_or_default();
            vec![
                field.section.to_owned(),
                field.id.to_owned(),
                field.label.to_owned(),
                field.kind.name().to_owned(),
                value.unwrap_or_default(),
                is_counted.to_string(),
                said(|entry| entry.note.clone()),
                said(|entry| entry.reason.clone()),
                said(|entry| entry.by.clone()),
                said(|entry| entry.at.to_string()),
            ]
        })
        .collect();
    respond::csv(&format!("scorecard-{}-{}.csv", reached.office.id, detail.milestone.date), &header, &rows)
}

async fn page(site: &Site, detail: &OfficeDetail, params: &Params) -> Result<Response, Problem> {
    let reached = &detail.reached;
    let office = &reached.office;
    let path = format!("/scorecard/{}", path_segment(&office.id));
    let told = site.app().scorecard().regressions(Some(&office.id)).await?;
    let current = detail.quarters.first().is_some_and(|(quarter, _)| quarter.date == detail.milestone.date);
    let view = OfficeView {
        name: office.name.clone(),
        website: office.website.clone(),
        parent: detail.parent.as_ref().map(|parent| Link::new(&parent.name, office_url(&parent.id, params))),
        quarter: detail.milestone.name.clone(),
        date: detail.milestone.date.to_string(),
        state: state(detail.is_final, current).to_owned(),
        quarters: choices(&detail.quarters, detail.milestone.date, params, &path),
        notices: Vec::new(),
        pdl: standing(reached.pdl.standing()),
        pdl_reasons: reached.pdl.reasons.clone(),
        pdl_overridden: overridden(&reached.pdl),
        edi: standing(reached.edi.standing()),
        edi_reasons: reached.edi.reasons.clone(),
        edi_overridden: overridden(&reached.edi),
        seen: seen(reached),
        history: history(&detail.history),
        sections: sections(detail),
        bureaus: detail.bureaus.iter().map(|bureau| row(bureau, params)).collect(),
        errors: detail.errors.iter().take(ERRORS_SHOWN).map(error).collect(),
        error_files: downloads(&format!("{path}/errors"), &Params::default()),
        errors_total: reached.facts.listing.errors_total,
        strategy: reached
            .facts
            .strategy
            .items
            .iter()
            .map(|item| (item.id.clone(), item.text.clone(), item.status.clone().unwrap_or_default()))
            .collect(),
        looks: looks(detail, &path),
        compare_url: format!("{path}/compare"),
        regressions: regression_rows(&told, 20),
        downloads: downloads(&path, params),
    };
    let mut meta = PageMeta::new(&office.name, params.link(&path), Section::Other);
    meta.description = Some(format!("How well {} publishes its data.", office.name));
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Scorecard", "/scorecard")];
    site.page("scorecard_office.html", meta, &view)
}

fn overridden(judged: &Judged) -> Option<String> {
    let own = judged.overridden.as_ref()?;
    let computed = Standing::of(&own.computed).unwrap_or_default();
    Some(format!(
        "A reviewer ({}, {}) decided so: {} What was computed is {}.",
        own.by,
        own.at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        sentence(&own.reason),
        computed.name(),
    ))
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim().trim_end_matches('.'))
}

fn seen(reached: &Reached) -> Vec<(String, Vec<Fact>)> {
    let Some(at) = reached.last_crawl else { return Vec::new() };
    let fact = |term: &str, value: String| Fact { term: term.to_owned(), value, ..Fact::default() };
    let yes = |truth: bool| if truth { "Yes" } else { "No" }.to_owned();
    let (listing, page, strategy) = (&reached.facts.listing, &reached.facts.page, &reached.facts.strategy);
    let mut facts = address(&listing.address);
    facts.push(fact("Last looked at", at.strftime("%Y-%m-%d %H:%M UTC").to_string()));
    if listing.address.is_there() {
        let qa = &listing.qa;
        let number = |number: u64| number.to_string();
        facts.extend([
            fact("Schema", listing.schema_version.clone()),
            fact("Valid JSON", yes(listing.valid_json)),
            fact("Keeps to the schema", yes(listing.valid_schema)),
            fact("Datasets", number(listing.total_records)),
            fact("Datasets with errors", number(listing.error_count)),
            fact("Public", number(qa.access_level_public)),
            fact("Restricted", number(qa.access_level_restricted)),
            fact("Not public", number(qa.access_level_nonpublic)),
            fact("Addresses of access and downloads", number(qa.access_url_total)),
            fact("Downloads", number(qa.download_url_total)),
            fact("APIs", number(qa.api_total)),
            fact("Collections", number(qa.collections_total)),
            fact("Bureaus", number(qa.bureau_codes.len() as u64)),
            fact("Programs", number(qa.program_codes.len() as u64)),
            fact("With a license", number(qa.license_present)),
            fact("With something redacted", number(qa.redaction_present)),
        ]);
    }
    if let Some(links) = &listing.links {
        facts.push(fact("Links that work", format!("{} of {}", links.http_2xx, links.total())));
        facts.push(fact("Links that lead elsewhere", links.http_3xx.to_string()));
        facts.push(fact("Broken links", links.broken().to_string()));
        facts.push(fact("Files of another format than promised", links.format_mismatch.to_string()));
    }
    let mut parts = vec![("The listing".to_owned(), facts)];
    if !page.address.expected_url.is_empty() {
        let mut facts = address(&page.address);
        if page.address.is_there() {
            facts.push(fact("People can read the listing", yes(page.is_readable())));
            let of = |count: u64| format!("{count} of {}", page.looked_for);
            facts.push(fact("Titles found", of(page.titles)));
            facts.push(fact("Descriptions found", of(page.descriptions)));
            facts.push(fact("Addresses found", of(page.addresses)));
        }
        parts.push(("The page for people".to_owned(), facts));
    }
    if !strategy.address.expected_url.is_empty() {
        let mut facts = address(&strategy.address);
        if strategy.address.is_there() {
            facts.push(fact("Valid JSON", yes(strategy.valid_json)));
            facts.push(fact("Items", strategy.items.len().to_string()));
        }
        parts.push(("The digital strategy".to_owned(), facts));
    }
    parts
}

fn address(facts: &AddressFacts) -> Vec<Fact> {
    let fact = |term: &str, value: String| Fact { term: term.to_owned(), value, ..Fact::default() };
    let url = facts.url.clone().unwrap_or_else(|| facts.expected_url.clone());
    let mut list = vec![Fact { url: Some(url.clone()), ..fact("Address", url) }];
    list.push(fact(
        "Answer",
        if facts.http_code == 0 { "No answer".to_owned() } else { facts.http_code.to_string() },
    ));
    if let Some(trouble) = &facts.trouble {
        list.push(fact("Reason", trouble.clone()));
    }
    if facts.redirect_count > 0 {
        list.push(fact("Redirects", facts.redirect_count.to_string()));
    }
    if let Some(said) = &facts.content_type {
        let note = (facts.is_there() && !facts.is_expected_type).then(|| "Not what it should be.".to_owned());
        list.push(Fact { note, ..fact("Media type", said.clone()) });
    }
    if let Some(time) = &facts.filetime {
        list.push(fact("Changed", time.clone()));
    }
    if let Some(bytes) = facts.download_content_length {
        list.push(fact("Size", crate::pages::words::bytes(bytes)));
    }
    list
}

fn history(past: &[Reached]) -> Option<crate::pages::views::ChartFigure> {
    if past.len() < 2 {
        return None;
    }
    let rows: Vec<(String, u64)> =
        past.iter().map(|one| (one.milestone.clone(), one.facts.listing.total_records)).collect();
    figure::figure(
        "history",
        Kind::Line,
        "Datasets by the end of each quarter",
        ("Quarter", "Datasets"),
        &rows,
    )
}

fn sections(detail: &OfficeDetail) -> Vec<TrackedSection> {
    let reached = &detail.reached;
    let all: Vec<_> = wire::fields(reached, detail).collect();
    let review = townhall_app::offices::Section {
        id: "review",
        title: "Review",
        about: "What the reviewers say of the quarter.",
    };
    SECTIONS
        .iter()
        .chain([&review])
        .map(|section| {
            let own: Vec<_> = all.iter().filter(|(field, ..)| field.section == section.id).collect();
            let rows = own.iter().filter_map(|(field, value, is_counted)| {
                let entry = reached.entry(field.id);
                if value.is_none() && entry.is_none_or(|entry| entry.note.is_empty()) {
                    return None;
                }
                let value = value.clone().unwrap_or_default();
                let is_standing = field.kind.name() == "traffic" && !value.is_empty();
                Some(TrackedRow {
                    label: field.label.to_owned(),
                    standing: is_standing.then(|| standing(Standing::of(&value).unwrap_or_default())),
                    value,
                    is_counted: *is_counted,
                    note: entry.map(|entry| entry.note.clone()).unwrap_or_default(),
                    reason: entry.map(|entry| entry.reason.clone()).unwrap_or_default(),
                    by: entry
                        .map(|entry| format!("{}, {}", entry.by, entry.at.strftime("%Y-%m-%d")))
                        .unwrap_or_default(),
                })
            });
            let rows: Vec<TrackedRow> = rows.collect();
            TrackedSection {
                id: section.id.to_owned(),
                title: section.title.to_owned(),
                about: section.about.to_owned(),
                empty: (own.len() - rows.len()) as u64,
                rows,
            }
        })
        .filter(|section| section.id != "review" || !section.rows.is_empty())
        .collect()
}

fn error(finding: &Finding) -> ListingErrorRow {
    let number = finding.dataset_index.map(|index| format!("Dataset {}", index + 1));
    ListingErrorRow {
        dataset: finding
            .title
            .clone()
            .or_else(|| finding.identifier.clone())
            .or(number)
            .unwrap_or_else(|| "The listing".to_owned()),
        place: match &finding.position {
            Some(position) => format!("{} (line {})", finding.pointer, position.line),
            None => finding.pointer.clone(),
        },
        message: finding.message.clone(),
        fix: finding.fix.clone(),
    }
}

fn looks(detail: &OfficeDetail, path: &str) -> Vec<LookRow> {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    let row = |(index, look): (usize, &townhall_app::PastLook)| {
        let older = detail.looks.get(index + 1).filter(|older| older.has_listing && look.has_listing);
        LookRow {
            at: look.at.to_string(),
            until: look.seen_at.to_string(),
            standing: standing(look.standing),
            found: match (look.has_listing, look.invalid) {
                (false, _) => "No listing".to_owned(),
                (true, 0) => format!("{} datasets", look.datasets),
                (true, invalid) => format!("{} datasets, {invalid} with errors", look.datasets),
            },
            compare_url: older.filter(|older| day(older.at) != day(look.at)).map(|older| {
                let days = Params(vec![("from".into(), day(older.at)), ("to".into(), day(look.at))]);
                days.link(&format!("{path}/compare"))
            }),
        }
    };
    detail.looks.iter().enumerate().take(LOOKS_SHOWN).map(row).collect()
}

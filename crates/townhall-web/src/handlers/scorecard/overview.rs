//! All offices in a quarter.

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use townhall_app::charts::Kind;
use townhall_app::offices::Standing;
use townhall_app::{Board, QuarterTotals, Reached};
use townhall_model::ErrorKind;

use super::{downloads, figure, form, quarter, regression_rows, row, wire};
use crate::handlers::negotiate::Form;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{Alternate, Choice, Link, NumberFact, PageMeta, Pager, ScorecardView, Section};
use crate::server::Problem;

/// Which offices are shown.
const GROUPS: [(&str, &str); 3] =
    [("all", "All offices"), ("cfo-act", "CFO Act agencies"), ("omb-monitored", "Watched by OMB")];

/// How many offices a page has.
const PAGE_SIZE: usize = 100;

/// How much of what got worse the page tells.
const REGRESSIONS_SHOWN: usize = 8;

/// `/scorecard`.
pub async fn show(site: Site, headers: HeaderMap, params: Params) -> Result<Response, Problem> {
    match form("", &params, &headers)?.1 {
        Form::Json => as_json(site, params).await,
        Form::Csv => as_csv(site, params).await,
        _ => page(site, params).await,
    }
}

/// `/api/scorecard`.
pub async fn api(site: Site, headers: HeaderMap, params: Params) -> Result<Response, Problem> {
    match params.get("_format").map_or(Form::by_accept(&headers, &[Form::Json, Form::Csv]), |_| Form::Html) {
        Form::Csv => as_csv(site, params).await,
        Form::Json => as_json(site, params).await,
        _ => match form("", &params, &headers)?.1 {
            Form::Csv => as_csv(site, params).await,
            _ => as_json(site, params).await,
        },
    }
}

/// `/api/scorecard/regressions`.
pub async fn regressions(site: Site, params: Params) -> Result<Response, Problem> {
    let scorecard = site.app().scorecard();
    let office = match params.get("office") {
        Some(name) => Some(scorecard.office(name).await?.id),
        None => None,
    };
    let told = scorecard.regressions(office.as_deref()).await?;
    let data: Vec<Value> = told.iter().map(wire::regression).collect();
    Ok(respond::json(&json!({"data": data, "meta": {"next": null}})))
}

/// The board, and of its offices those of the group that is asked for.
async fn board(site: &Site, params: &Params) -> Result<Board, Problem> {
    let mut board = site.app().scorecard().board(quarter(params)?, Timestamp::now()).await?;
    let is_shown: fn(&Reached) -> bool = match params.get("group").unwrap_or(GROUPS[0].0) {
        "all" => |_| true,
        "cfo-act" => |row| row.office.cfo_act,
        "omb-monitored" => |row| row.office.omb_monitored,
        other => {
            let shown: String = other.chars().take(40).collect();
            return Err(Problem::new(ErrorKind::Invalid, format!("`group={shown}` is no group of offices"))
                .with_hint("use all, cfo-act or omb-monitored"));
        }
    };
    let whole = board.rows.len();
    board.rows.retain(is_shown);
    if board.rows.len() < whole {
        // The quarters before are known for all offices together only.
        board.sums = QuarterTotals::of(&board.sums.milestone, &board.rows);
        board.trend.clear();
    }
    Ok(board)
}

/// `/scorecard.json`.
pub async fn as_json(site: Site, params: Params) -> Result<Response, Problem> {
    let board = board(&site, &params).await?;
    let data: Vec<Value> = board.rows.iter().map(|row| wire::row(row, site.base_url())).collect();
    let meta = json!({
        "total": data.len(), "next": null, "milestone": wire::milestone(&board.milestone, board.is_final),
        "current": board.is_current, "sums": wire::sums(&board.sums),
        "trend": board.trend.iter().map(wire::sums).collect::<Vec<_>>(),
        "milestones": board.quarters.iter().map(|(quarter, is_final)| wire::milestone(quarter, *is_final)).collect::<Vec<_>>(),
    });
    Ok(respond::json(&json!({"data": data, "meta": meta})))
}

/// `/scorecard.csv`.
pub async fn as_csv(site: Site, params: Params) -> Result<Response, Problem> {
    let board = board(&site, &params).await?;
    let rows: Vec<Vec<String>> = board.rows.iter().map(wire::csv_row).collect();
    respond::csv(&format!("scorecard-{}.csv", board.milestone.date), &wire::CSV_HEADER, &rows)
}

async fn page(site: Site, params: Params) -> Result<Response, Problem> {
    let board = board(&site, &params).await?;
    let told = site.app().scorecard().regressions(None).await?;
    let number = params.get("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1).clamp(1, 1_000);
    let total = board.rows.len();
    let from = (number - 1) * PAGE_SIZE;
    let shown: Vec<_> = board.rows.iter().skip(from).take(PAGE_SIZE).map(|one| row(one, &params)).collect();
    let link = |page: usize| params.with("page", &page.to_string()).link("/scorecard");
    let has_offices = site.app().scorecard().has_any().await?;
    let view = ScorecardView {
        notices: Vec::new(),
        has_offices,
        quarter: board.milestone.name.clone(),
        date: board.milestone.date.to_string(),
        state: state(board.is_final, board.is_current).to_owned(),
        quarters: quarters(&board.quarters, &board, &params),
        groups: GROUPS
            .map(|(value, label)| Choice {
                label: label.to_owned(),
                value: value.to_owned(),
                url: params.without("page").with("group", value).link("/scorecard"),
                selected: params.get("group").unwrap_or(GROUPS[0].0) == value,
            })
            .into(),
        numbers: numbers(&board.sums),
        chart: standings(&board.sums),
        trend: trend(&board.trend),
        pager: Pager {
            from: (!shown.is_empty()).then_some(from as u64 + 1),
            to: Some((from + shown.len()) as u64).filter(|to| *to > 0),
            total: Some(total as u64),
            first_url: (number > 2).then(|| link(1)),
            previous_url: (number > 1).then(|| link(number - 1)),
            next_url: (from + shown.len() < total).then(|| link(number + 1)),
        },
        rows: shown,
        downloads: downloads("/scorecard", &params),
        regressions: regression_rows(&told, REGRESSIONS_SHOWN),
        feed_url: "/scorecard/regressions.atom".to_owned(),
    };
    let mut meta = PageMeta::new("Scorecard", params.link("/scorecard"), Section::Other);
    meta.description = Some("How well each office publishes its data, quarter by quarter.".to_owned());
    meta.breadcrumbs = vec![Link::new("Home", "/")];
    meta.alternates = vec![Alternate {
        media_type: "application/atom+xml".to_owned(),
        url: view.feed_url.clone(),
        title: "What got worse".to_owned(),
    }];
    site.page("scorecard.html", meta, &view)
}

/// How it stands with a quarter.
pub fn state(is_final: bool, is_current: bool) -> &'static str {
    match (is_final, is_current) {
        (true, _) => "final",
        (false, true) => "under way",
        (false, false) => "ended, and soon final",
    }
}

fn quarters(
    known: &[(townhall_app::offices::Milestone, bool)],
    board: &Board,
    params: &Params,
) -> Vec<Choice> {
    choices(known, board.milestone.date, &params.without("page"), "/scorecard")
}

/// The quarters to choose from.
pub fn choices(
    known: &[(townhall_app::offices::Milestone, bool)],
    chosen: jiff::civil::Date,
    params: &Params,
    path: &str,
) -> Vec<Choice> {
    let choice = |(quarter, is_final): &(townhall_app::offices::Milestone, bool)| Choice {
        label: format!("{} ({}{})", quarter.name, quarter.date, if *is_final { ", final" } else { "" }),
        value: quarter.date.to_string(),
        url: params.with("milestone", &quarter.date.to_string()).link(path),
        selected: quarter.date == chosen,
    };
    known.iter().map(choice).collect()
}

fn numbers(sums: &QuarterTotals) -> Vec<NumberFact> {
    let fact = |value: u64, label: &str| NumberFact { value, label: label.to_owned(), url: None };
    vec![
        fact(sums.offices, "offices"),
        fact(sums.listings, "listings"),
        fact(sums.datasets, "datasets"),
        fact(sums.valid_datasets, "datasets without errors"),
        fact(sums.apis, "APIs"),
    ]
}

fn standings(sums: &QuarterTotals) -> Option<crate::pages::views::ChartFigure> {
    let rows: Vec<(String, u64)> = Standing::ALL
        .iter()
        .zip(sums.standings)
        .map(|(standing, count)| (super::standing(*standing).label, count))
        .collect();
    figure::figure("standings", Kind::Bar, "Where offices stand", ("Standing", "Offices"), &rows)
}

fn trend(trend: &[QuarterTotals]) -> Option<crate::pages::views::ChartFigure> {
    if trend.len() < 2 {
        return None;
    }
    let rows: Vec<(String, u64)> = trend.iter().map(|sums| (sums.milestone.clone(), sums.datasets)).collect();
    figure::figure(
        "trend",
        Kind::Line,
        "Datasets listed by the end of each quarter",
        ("Quarter", "Datasets"),
        &rows,
    )
}

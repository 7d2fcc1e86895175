//! `/api/harvest/sources`: sources and harvests for programs.

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Map, Value, json};
use townhall_app::{HarvestSummary, SourceDetail};

use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// The usual page.
const LIMIT: u32 = 100;

/// The largest page.
const LIMIT_MAX: u32 = 1_000;

pub(super) async fn list(site: Site) -> Result<Response, Problem> {
    let sources = site.app().harvests().list().await?;
    let data: Vec<Value> = sources.iter().map(|source| detail(&site, source)).collect();
    Ok(respond::json(&json!({"meta": {"total": data.len(), "next": null}, "data": data})))
}

pub(super) async fn show(site: Site, Path(name): Path<String>) -> Result<Response, Problem> {
    let source = site.app().harvests().show(&name).await?;
    Ok(respond::json(&detail(&site, &source)))
}

fn detail(site: &Site, source: &SourceDetail) -> Value {
    let counts: Map<String, Value> =
        source.counts.iter().map(|(state, count)| (state.name().to_owned(), json!(count))).collect();
    json!({
        "name": source.settings.name,
        "title": source.settings.title(),
        "url": format!("{}{}", site.base_url(), super::source_url(&source.settings.name)),
        "settings": source.settings.shown(),
        "records": source.in_view(),
        "counts": counts,
        "next": source.next.map(|next| next.to_string()),
        "last": source.last.as_ref().map(|last| summary(site, last)),
    })
}

fn summary(site: &Site, one: &HarvestSummary) -> Value {
    let mut answer = one.report.to_json();
    answer["run"] = json!(one.run.number);
    answer["source"] = json!(one.run.source);
    answer["state"] = json!(one.run.state.name());
    answer["actor"] = json!(one.run.actor);
    answer["began"] = json!(one.run.began_at.to_string());
    answer["ended"] = json!(one.run.ended_at.map(|at| at.to_string()));
    answer["url"] = json!(format!("{}{}", site.base_url(), super::run_url(&one.run.source, one.run.number)));
    if let Some(answer) = answer.as_object_mut() {
        // They have an address of their own.
        answer.shift_remove("findings");
    }
    answer
}

pub(super) async fn runs(site: Site, Path(name): Path<String>, params: Params) -> Result<Response, Problem> {
    let harvests = site.app().harvests();
    harvests.show(&name).await?;
    let limit = limit(&params);
    let before = params.get("cursor").and_then(|cursor| cursor.parse().ok());
    let mut runs = harvests.runs(Some(&name), before, limit + 1).await?;
    let next = cut(&mut runs, limit).map(|last| last.run.number.to_string());
    let data: Vec<Value> = runs.iter().map(|one| summary(&site, one)).collect();
    Ok(respond::json(&json!({"data": data, "meta": {"next": next}})))
}

pub(super) async fn run(site: Site, Path((name, number)): Path<(String, u32)>) -> Result<Response, Problem> {
    Ok(respond::json(&summary(&site, &site.app().harvests().run_of(&name, number).await?)))
}

pub(super) async fn records(
    site: Site,
    Path((name, number)): Path<(String, u32)>,
    params: Params,
) -> Result<Response, Problem> {
    let harvests = site.app().harvests();
    harvests.run_of(&name, number).await?;
    let limit = limit(&params);
    let after = params.get("cursor").unwrap_or_default();
    let mut records = harvests.records(&name, number, params.get("action"), after, limit + 1).await?;
    let next = cut(&mut records, limit).map(|last| last.item.clone());
    let data: Vec<Value> = records
        .iter()
        .map(|one| {
            json!({
                "action": one.action, "item": one.item, "title": one.title, "id": one.record.map(|id| id.to_string()),
                "revision_before": one.before, "revision_after": one.after, "note": one.note,
            })
        })
        .collect();
    Ok(respond::json(&json!({"data": data, "meta": {"next": next}})))
}

pub(super) async fn findings(
    site: Site,
    Path((name, number)): Path<(String, u32)>,
    params: Params,
) -> Result<Response, Problem> {
    let harvests = site.app().harvests();
    harvests.run_of(&name, number).await?;
    let limit = limit(&params);
    let after = params.get("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let mut findings = harvests.findings(&name, number, after, limit + 1).await?;
    let next = cut(&mut findings, limit).map(|last| last.number.to_string());
    let data: Vec<Value> = findings.iter().map(|one| json!(one.finding)).collect();
    Ok(respond::json(&json!({"data": data, "meta": {"next": next}})))
}

fn limit(params: &Params) -> u32 {
    params.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(LIMIT).clamp(1, LIMIT_MAX)
}

/// Takes one row too many away, and returns the last one that stays.
fn cut<T>(rows: &mut Vec<T>, limit: u32) -> Option<&T> {
    if rows.len() <= limit as usize {
        return None;
    }
    rows.truncate(limit as usize);
    rows.last()
}

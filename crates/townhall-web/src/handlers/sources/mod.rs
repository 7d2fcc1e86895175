//! `/sources`: the catalogs of others that are harvested, how each stands, and what each harvest did. Everybody may read that;
//! staff add sources, change them and decide on what vanished.

mod api;
mod edit;
mod run;

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri, Path};
use axum::response::Response;
use axum::routing::get;
use townhall_app::{Audience, HarvestSummary, ItemState, RunState, SOURCES, SourceDetail};

use super::params::Params;
use super::{Site, path_segment};
use crate::pages::views::{
    Choice, Download, Fact, Link, Notice, NoticeKind, PageMeta, RunRow, Section, SourceRow, SourceView,
    SourcesView, StateTag,
};
use crate::server::Problem;

/// How many harvests the page of a source lists.
const RUNS_SHOWN: u32 = 30;

/// How many records that wait for a decision the page lists.
const HELD_SHOWN: u32 = 100;

/// How many earlier settings the page lists.
const REVISIONS_SHOWN: u32 = 20;

/// The largest form.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The routes of sources.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/sources", get(list).post(edit::add).layer(DefaultBodyLimit::max(BODY_BYTES_MAX)))
        .route("/sources/{name}", get(show).post(edit::change).layer(DefaultBodyLimit::max(BODY_BYTES_MAX)))
        .route("/sources/{name}/runs/{number}", get(run::show))
        .route("/sources/{name}/runs/{number}/records.csv", get(run::records_csv))
        .route("/sources/{name}/runs/{number}/findings.csv", get(run::findings_csv))
        .route("/api/harvest/sources", get(api::list))
        .route("/api/harvest/sources/{name}", get(api::show))
        .route("/api/harvest/sources/{name}/runs", get(api::runs))
        .route("/api/harvest/sources/{name}/runs/{number}", get(api::run))
        .route("/api/harvest/sources/{name}/runs/{number}/records", get(api::records))
        .route("/api/harvest/sources/{name}/runs/{number}/findings", get(api::findings))
}

/// The address of a source's page.
fn source_url(name: &str) -> String {
    format!("/sources/{}", path_segment(name))
}

fn run_url(name: &str, number: u32) -> String {
    format!("{}/runs/{number}", source_url(name))
}

async fn list(site: Site, params: Params) -> Result<Response, Problem> {
    listed(&site, &params, Vec::new()).await
}

/// The list, with what was typed and what is wrong with it.
async fn listed(site: &Site, params: &Params, notices: Vec<Notice>) -> Result<Response, Problem> {
    let sources = site.app().harvests().list().await?;
    let view = SourcesView {
        sources: sources.iter().map(row).collect(),
        notices,
        can_edit: site.audience() == Audience::Staff,
        kinds: SOURCES
            .iter()
            .map(|source| Choice {
                label: source.info().name.to_owned(),
                value: source.info().id.to_owned(),
                ..Choice::default()
            })
            .collect(),
        address: params.get("address").unwrap_or_default().to_owned(),
        downloads: vec![Download {
            label: "JSON".into(),
            url: "/api/harvest/sources".into(),
            ..Download::default()
        }],
    };
    let mut meta = PageMeta::new("Harvest sources", "/sources", Section::Other);
    meta.breadcrumbs = vec![Link::new("Home", "/")];
    site.page("sources.html", meta, &view)
}

fn row(detail: &SourceDetail) -> SourceRow {
    SourceRow {
        title: detail.settings.title().to_owned(),
        url: source_url(&detail.settings.name),
        kind: kind(detail),
        records: detail.in_view(),
        held: detail.count(ItemState::Held),
        state: detail.last.as_ref().map_or_else(|| tag("never harvested", ""), state),
        at: detail.last.as_ref().map(|last| last.run.began_at.to_string()),
        next: detail.next.map(|next| next.to_string()),
    }
}

fn kind(detail: &SourceDetail) -> String {
    let found = detail.last.as_ref().map(|last| last.report.kind.as_str()).filter(|kind| !kind.is_empty());
    let id = detail.settings.kind.as_deref().or(found).unwrap_or_default();
    let known = SOURCES.iter().find(|source| source.info().id == id);
    known.map_or_else(|| "not known yet".to_owned(), |source| source.info().name.to_owned())
}

fn tag(label: &str, tone: &'static str) -> StateTag {
    StateTag { label: label.to_owned(), tone }
}

/// How a harvest ended, in words.
fn state(summary: &HarvestSummary) -> StateTag {
    match summary.run.state {
        RunState::Running => tag("under way", ""),
        RunState::Done if !summary.report.is_complete => tag("done, listing incomplete", "strong"),
        RunState::Done if summary.report.counts.failed > 0 => tag("done with failures", "strong"),
        RunState::Done => tag("done", "good"),
        RunState::Quarantined => tag("waits for a decision", "strong"),
        RunState::Failed => tag("failed", "strong"),
        RunState::Cancelled => tag("stopped", ""),
    }
}

async fn show(
    site: Site,
    Path(name): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let notices = match params.get("done") {
        Some(done) => vec![Notice {
            kind: NoticeKind::Success,
            title: Some("Done.".to_owned()),
            text: edit::said(done).to_owned(),
            link: None,
        }],
        None => Vec::new(),
    };
    shown(&site, &name, &uri, None, notices).await
}

/// The page of a source; with what was typed instead of its settings, and what is wrong with it.
async fn shown(
    site: &Site,
    name: &str,
    uri: &OriginalUri,
    typed: Option<String>,
    mut notices: Vec<Notice>,
) -> Result<Response, Problem> {
    let harvests = site.app().harvests();
    let detail = harvests.show(name).await?;
    let runs = harvests.runs(Some(name), None, RUNS_SHOWN).await?;
    let held = harvests.items(name, &[ItemState::Held], None, HELD_SHOWN).await?;
    let can_edit = site.audience() == Audience::Staff;
    if let Some(last) = &detail.last {
        notices.extend(trouble(last));
    }
    let revisions = match can_edit && !detail.is_in_file {
        true => harvests.revisions(name, REVISIONS_SHOWN).await?,
        false => Vec::new(),
    };
    let settings = match typed {
        Some(typed) => typed,
        None => serde_json::to_string_pretty(&detail.settings).unwrap_or_default(),
    };
    let kind_id = detail.last.as_ref().map(|last| last.report.kind.clone()).unwrap_or_default();
    let kind_id = detail.settings.kind.clone().unwrap_or(kind_id);
    let options =
        SOURCES.iter().find(|source| source.info().id == kind_id).map(|source| source.info().options);
    let view = SourceView {
        title: detail.settings.title().to_owned(),
        action: source_url(name),
        facts: facts(&detail),
        notices,
        held: detail.count(ItemState::Held),
        held_records: held.into_iter().map(|item| (item.title, item.item)).collect(),
        runs: runs.iter().map(run_row).collect(),
        can_edit,
        is_in_file: detail.is_in_file,
        is_running: detail.last.as_ref().is_some_and(|last| last.run.state == RunState::Running),
        is_paused: detail.settings.paused,
        settings: if can_edit { settings } else { String::new() },
        options: options
            .unwrap_or_default()
            .iter()
            .map(|option| (option.name.to_owned(), option.meaning.to_owned()))
            .collect(),
        revisions: revisions
            .into_iter()
            .skip(1)
            .map(|document| (document.revision, document.at.to_string(), document.actor))
            .collect(),
        downloads: vec![
            Download {
                label: "JSON".into(),
                url: format!("/api/harvest/sources/{}", path_segment(name)),
                ..Download::default()
            },
            Download {
                label: "Harvests as JSON".into(),
                url: format!("/api/harvest/sources/{}/runs", path_segment(name)),
                ..Download::default()
            },
        ],
    };
    let mut meta = PageMeta::new(detail.settings.title(), uri.path(), Section::Other);
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Harvest sources", "/sources")];
    site.page("source.html", meta, &view)
}

/// What there is to say about a harvest that did not go as it should.
fn trouble(summary: &HarvestSummary) -> Option<Notice> {
    let reason = summary.report.reason.clone()?;
    let hint =
        summary.report.hint.as_ref().map(|hint| format!(". What can be done: {hint}")).unwrap_or_default();
    let (kind, title) = match summary.run.state {
        RunState::Failed => (NoticeKind::Error, "The last harvest failed"),
        RunState::Quarantined => (NoticeKind::Warning, "Records wait for a decision"),
        _ => (NoticeKind::Warning, "The last listing was not complete"),
    };
    Some(Notice { kind, title: Some(format!("{title}:")), text: format!("{reason}{hint}."), link: None })
}

fn facts(detail: &SourceDetail) -> Vec<Fact> {
    let fact = |term: &str, value: String| Fact { term: term.to_owned(), value, ..Fact::default() };
    let address = detail.settings.address.clone();
    let mut facts = vec![
        Fact { url: address.starts_with("http").then(|| address.clone()), ..fact("Address", address) },
        fact("Kind", kind(detail)),
        fact(
            "Harvested",
            match &detail.settings.every {
                Some(every) if detail.settings.paused => format!("{every}; the schedule rests"),
                Some(every) => format!("{every} (UTC)"),
                None => "by hand".to_owned(),
            },
        ),
    ];
    if let Some(next) = detail.next {
        facts.push(Fact { is_date: true, ..fact("Next harvest", next.to_string()) });
    }
    for (state, label) in [
        (ItemState::Kept, "Records as the source has them"),
        (ItemState::Stale, "Records kept though the source's version fails"),
        (ItemState::Missing, "Records missing for the time being"),
        (ItemState::Held, "Records that wait for a decision"),
        (ItemState::Gone, "Records withdrawn"),
        (ItemState::Refused, "Records that can't be read"),
        (ItemState::Duplicate, "Records that another source keeps"),
        (ItemState::Filtered, "Records left out by filters"),
    ] {
        let count = detail.count(state);
        if count > 0 || state == ItemState::Kept {
            facts.push(fact(label, count.to_string()));
        }
    }
    facts
}

fn run_row(summary: &HarvestSummary) -> RunRow {
    RunRow {
        number: summary.run.number,
        url: run_url(&summary.run.source, summary.run.number),
        state: state(summary),
        at: summary.run.began_at.to_string(),
        took: took(summary.report.times.total_ms),
        summary: match summary.run.state {
            RunState::Running => String::new(),
            RunState::Failed => summary.report.reason.clone().unwrap_or_default(),
            _ => summary.report.summary(),
        },
    }
}

fn took(ms: u64) -> String {
    match ms {
        0 => String::new(),
        1..1_000 => format!("{ms} ms"),
        1_000..120_000 => format!("{:.1} s", ms as f64 / 1_000.0),
        _ => format!("{} min", ms / 60_000),
    }
}

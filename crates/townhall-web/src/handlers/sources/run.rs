//! One harvest: what was counted, what was done with each record, and what was noticed.

use axum::extract::{OriginalUri, Path};
use axum::response::Response;
use townhall_app::{HarvestSummary, RunFinding, RunRecord, RunState};

use super::{run_url, source_url, state, tag, took, trouble};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{
    Download, Fact, HarvestRunView, Link, PageMeta, RunFindingRow, RunRecordRow, Section, StateTag,
};
use crate::server::Problem;

/// Records and findings of a page.
const ROWS: u32 = 100;

/// Records and findings of a file.
const FILE_ROWS: u32 = 1_000_000;

pub(super) async fn show(
    site: Site,
    Path((name, number)): Path<(String, u32)>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let harvests = site.app().harvests();
    let summary = harvests.run_of(&name, number).await?;
    let action = params.get("action");
    let after = params.get("after").unwrap_or_default();
    let seen = params.get("seen").and_then(|seen| seen.parse().ok()).unwrap_or(0);
    let mut records = harvests.records(&name, number, action, after, ROWS + 1).await?;
    let mut findings = harvests.findings(&name, number, seen, ROWS + 1).await?;
    let base = run_url(&name, number);
    let records_next = more(&mut records).map(|last| params.with("after", &last.item).link(&base));
    let findings_next =
        more(&mut findings).map(|last| params.with("seen", &last.number.to_string()).link(&base));
    let slugs = slugs(&site, &records).await?;
    let title =
        harvests.show(&name).await.map_or_else(|_| name.clone(), |detail| detail.settings.title().to_owned());
    let file = |label: &str, url: String| Download { label: label.to_owned(), url, ..Download::default() };
    let view = HarvestRunView {
        number,
        state: state(&summary),
        notices: trouble(&summary).into_iter().collect(),
        facts: facts(&summary),
        actions: actions(&summary, &base),
        records: records.iter().zip(slugs).map(|(record, slug)| record_row(record, slug)).collect(),
        records_next,
        codes: summary.report.codes.clone().into_iter().collect(),
        findings: findings.iter().map(finding_row).collect(),
        findings_next,
        downloads: vec![
            file("JSON", format!("/api/harvest{base}")),
            file("Records as CSV", format!("{base}/records.csv")),
            file("Findings as CSV", format!("{base}/findings.csv")),
        ],
    };
    let mut meta = PageMeta::new(format!("Harvest {number} of {title}"), uri.path(), Section::Other);
    meta.breadcrumbs = vec![
        Link::new("Home", "/"),
        Link::new("Harvest sources", "/sources"),
        Link::new(&title, source_url(&name)),
    ];
    meta.noindex = true;
    site.page("source_run.html", meta, &view)
}

/// Takes one row too many away, and returns the last one that stays.
fn more<T>(rows: &mut Vec<T>) -> Option<&T> {
    if rows.len() <= ROWS as usize {
        return None;
    }
    rows.truncate(ROWS as usize);
    rows.last()
}

/// The addresses of records that the reader may see.
async fn slugs(site: &Site, records: &[RunRecord]) -> Result<Vec<Option<String>>, Problem> {
    let ids: Vec<_> = records.iter().filter_map(|record| record.record).collect();
    let found = site.app().catalog().slugs(site.audience(), &ids).await?;
    Ok(records.iter().map(|record| record.record.and_then(|id| found.get(&id).cloned())).collect())
}

fn record_row(record: &RunRecord, slug: Option<String>) -> RunRecordRow {
    let label = if record.title.is_empty() { &record.item } else { &record.title };
    RunRecordRow {
        action: action_tag(&record.action),
        record: Link::new(label, slug.map(|slug| format!("/data/{slug}/versions")).unwrap_or_default()),
        revisions: match (record.before, record.after) {
            (Some(before), Some(after)) => format!("{before} → {after}"),
            (None, Some(after)) => after.to_string(),
            _ => String::new(),
        },
        note: record.note.clone(),
    }
}

fn action_tag(action: &str) -> StateTag {
    match action {
        "added" | "restored" => tag(action, "good"),
        "deleted" | "held" | "stale" | "refused" => tag(action, "strong"),
        _ => tag(action, ""),
    }
}

fn finding_row(one: &RunFinding) -> RunFindingRow {
    let finding = &one.finding;
    let place = match finding.position {
        Some(position) => format!("{} line {}, column {}", finding.pointer, position.line, position.column),
        None => finding.pointer.clone(),
    };
    RunFindingRow {
        code: finding.code.clone(),
        message: finding.message.clone(),
        record: finding.title.clone().or_else(|| finding.identifier.clone()).unwrap_or_default(),
        place: place.trim().to_owned(),
        value: finding.value.clone(),
        fix: finding.fix.clone(),
    }
}

fn facts(summary: &HarvestSummary) -> Vec<Fact> {
    let report = &summary.report;
    let counts = &report.counts;
    let fact = |term: &str, value: String| Fact { term: term.to_owned(), value, ..Fact::default() };
    let mut facts = vec![fact("Began", summary.run.began_at.strftime("%-d %B %Y, %H:%M UTC").to_string())];
    facts.push(fact("Asked for by", summary.run.actor.clone()));
    if summary.run.state != RunState::Running {
        facts.push(fact("Took", took(report.times.total_ms)));
        facts.push(fact("of which writing", took(report.times.writing_ms)));
    }
    if !report.read_as.is_empty() {
        facts.push(fact("Read as", report.read_as.clone()));
    }
    for (count, label) in [
        (counts.listed, "Records listed"),
        (counts.added, "Added"),
        (counts.changed, "Changed"),
        (counts.restored, "Back again"),
        (counts.unchanged, "Unchanged"),
        (counts.deleted, "Withdrawn"),
        (counts.failed, "Failed"),
        (counts.quarantined, "Waiting for a decision"),
        (counts.missing, "Missing for the time being"),
        (counts.duplicates, "Duplicates"),
        (counts.filtered, "Left out by filters"),
        (counts.parts_read, "Parts read"),
        (counts.parts_unchanged, "Parts unchanged"),
    ] {
        if count > 0 {
            facts.push(fact(label, count.to_string()));
        }
    }
    facts
}

fn actions(summary: &HarvestSummary, base: &str) -> Vec<Link> {
    let counts = &summary.report.counts;
    let all = [
        ("added", counts.added),
        ("changed", counts.changed),
        ("restored", counts.restored),
        ("deleted", counts.deleted),
        ("held", counts.quarantined),
    ];
    let mut links: Vec<Link> = all
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(action, count)| Link::new(format!("{action} ({count})"), format!("{base}?action={action}")))
        .collect();
    if links.len() > 1 {
        links.insert(0, Link::new("all", base.to_owned()));
    }
    links
}

pub(super) async fn records_csv(
    site: Site,
    Path((name, number)): Path<(String, u32)>,
) -> Result<Response, Problem> {
    let harvests = site.app().harvests();
    harvests.run_of(&name, number).await?;
    let records = harvests.records(&name, number, None, "", FILE_ROWS).await?;
    let text = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let rows: Vec<Vec<String>> = records
        .into_iter()
        .map(|one| {
            let id = one.record.map(|id| id.to_string()).unwrap_or_default();
            vec![
                one.action,
                one.item,
                one.title,
                id,
                text(one.before),
                text(one.after),
                one.note.unwrap_or_default(),
            ]
        })
        .collect();
    let header = ["action", "item", "title", "record", "revision_before", "revision_after", "note"];
    respond::csv(&format!("{name}-{number}-records.csv"), &header, &rows)
}

pub(super) async fn findings_csv(
    site: Site,
    Path((name, number)): Path<(String, u32)>,
) -> Result<Response, Problem> {
    let harvests = site.app().harvests();
    harvests.run_of(&name, number).await?;
    let findings = harvests.findings(&name, number, 0, FILE_ROWS).await?;
    let rows: Vec<Vec<String>> = findings
        .into_iter()
        .map(|one| {
            let finding = one.finding;
            let position = |take: fn(townhall_model::Position) -> u64| {
                finding.position.map(|position| take(position).to_string()).unwrap_or_default()
            };
            vec![
                finding.code.clone(),
                format!("{:?}", finding.severity).to_lowercase(),
                finding.identifier.clone().unwrap_or_default(),
                finding.title.clone().unwrap_or_default(),
                finding.pointer.clone(),
                position(|position| position.line),
                position(|position| position.column),
                finding.value.clone().unwrap_or_default(),
                finding.message.clone(),
                finding.fix.clone().unwrap_or_default(),
            ]
        })
        .collect();
    let header =
        ["code", "severity", "identifier", "title", "pointer", "line", "column", "value", "message", "fix"];
    respond::csv(&format!("{name}-{number}-findings.csv"), &header, &rows)
}

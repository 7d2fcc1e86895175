//! `townhall source`: the sources that are harvested, and what a person decides about them.

use std::fmt::Write;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use townhall_app::{
    Actor, ActorKind, App, Decision, ItemState, SOURCES, SourceDetail, decision_as_json, read_sources,
};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, SourceArgs, SourceCommand};

/// How many harvests are shown.
const RUNS_SHOWN: u32 = 20;

/// How many records are listed.
const RECORDS_LISTED: u32 = 100_000;

pub async fn run(global: Global, args: SourceArgs) -> Result<Outcome, Failure> {
    if matches!(args.command, SourceCommand::Kinds) {
        print(&kinds(&global))?;
        return Ok(Outcome::Good);
    }
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let outcome = carry_out(&global, &app, args.command).await;
    app.search().catch_up().await?;
    app.close().await;
    print(&outcome?)?;
    Ok(Outcome::Good)
}

async fn carry_out(global: &Global, app: &App, command: SourceCommand) -> Result<String, Failure> {
    let actor = Actor::new(ActorKind::Cli, "source");
    let harvests = app.harvests();
    Ok(match command {
        SourceCommand::Kinds => kinds(global),
        SourceCommand::List => list(global, &harvests.list().await?),
        SourceCommand::Show { name } => {
            let detail = harvests.show(&name).await?;
            let runs = harvests.runs(Some(&name), None, RUNS_SHOWN).await?;
            match global.json {
                true => {
                    let runs: Vec<Value> = runs.iter().map(|run| run.report.to_json()).collect();
                    let mut answer = as_json(&detail);
                    answer["runs"] = json!(runs);
                    format!("{answer}\n")
                }
                false => {
                    let mut text =
                        format!("{}\n", serde_json::to_string_pretty(&detail.settings).unwrap_or_default());
                    for one in runs {
                        let _ = writeln!(
                            text,
                            "{:>4}  {}  {:<11}  {}",
                            one.run.number,
                            one.run.began_at,
                            one.run.state.name(),
                            one.report.summary()
                        );
                    }
                    text
                }
            }
        }
        SourceCommand::Put { file } => {
            let mut text = String::new();
            for source in read_sources(&read(&file)?)? {
                let revision = harvests.put(&actor, &source).await?;
                let _ = writeln!(text, "{}: revision {revision}", source.name);
            }
            text
        }
        SourceCommand::Remove { name } => match harvests.retire(&actor, &name).await? {
            true => format!("removed `{name}`; its records stay\n"),
            false => return Err(missing(&name)),
        },
        SourceCommand::Report { name, run } => {
            let one = match run {
                Some(number) => harvests.run_of(&name, number).await?,
                None => {
                    let newest = harvests.runs(Some(&name), None, 1).await?;
                    newest.into_iter().next().ok_or_else(|| missing(&name))?
                }
            };
            let number = one.run.number;
            let records = harvests.records(&name, number, None, "", RECORDS_LISTED).await?;
            let findings = harvests.findings(&name, number, 0, RECORDS_LISTED).await?;
            let mut report = one.report;
            report.findings = findings.into_iter().map(|one| one.finding).collect();
            match global.json {
                true => {
                    let mut answer = report.to_json();
                    answer["records"] = records.iter().map(record_as_json).collect();
                    format!("{answer}\n")
                }
                false => {
                    let mut text = super::harvest::told(&report, false);
                    for record in records {
                        let note = record.note.map(|note| format!(": {note}")).unwrap_or_default();
                        let _ = writeln!(text, "{:>10}  {}{note}", record.action, record.item);
                    }
                    text
                }
            }
        }
        SourceCommand::Held { name } => {
            let held = harvests.items(&name, &[ItemState::Held], None, RECORDS_LISTED).await?;
            match global.json {
                true => {
                    let held: Vec<Value> =
                        held.iter().map(|item| json!({"item": item.item, "title": item.title, "since": item.since.to_string()})).collect();
                    format!("{}\n", json!({"source": name, "held": held}))
                }
                false if held.is_empty() => "nothing waits for a decision\n".to_owned(),
                false => held.iter().fold(String::new(), |mut text, item| {
                    let _ = writeln!(text, "{}  {}", item.item, item.title);
                    text
                }),
            }
        }
        SourceCommand::LetGo { name, reason } => {
            decide(global, app, &actor, &name, Decision::LetGo, reason.as_deref()).await?
        }
        SourceCommand::Keep { name, reason } => {
            decide(global, app, &actor, &name, Decision::Keep, reason.as_deref()).await?
        }
    })
}

async fn decide(
    global: &Global,
    app: &App,
    actor: &Actor,
    name: &str,
    decision: Decision,
    reason: Option<&str>,
) -> Result<String, Failure> {
    let records = app.harvests().decide(actor, name, decision, reason).await?;
    Ok(match (global.json, decision) {
        (true, _) => format!("{}\n", decision_as_json(name, decision, records)),
        (false, Decision::LetGo) => format!("withdrew {records} records\n"),
        (false, Decision::Keep) => format!("kept {records} records\n"),
    })
}

fn missing(name: &str) -> Failure {
    Failure::new(ErrorKind::NotFound, format!("there is no source `{name}`"))
        .with_hint("`townhall source list` lists them")
}

fn record_as_json(record: &townhall_app::RunRecord) -> Value {
    json!({
        "item": record.item, "action": record.action, "title": record.title, "note": record.note,
        "record": record.record.map(|id| id.to_string()), "before": record.before, "after": record.after,
    })
}

fn as_json(detail: &SourceDetail) -> Value {
    let counts: serde_json::Map<String, Value> =
        detail.counts.iter().map(|(state, count)| (state.name().to_owned(), json!(count))).collect();
    json!({
        "name": detail.settings.name,
        "settings": detail.settings.shown(),
        "in_file": detail.is_in_file,
        "revision": detail.revision,
        "counts": counts,
        "last": detail.last.as_ref().map(|last| last.report.to_json()),
        "next": detail.next.map(|next| next.to_string()),
    })
}

fn list(global: &Global, details: &[SourceDetail]) -> String {
    if global.json {
        let all: Vec<Value> = details.iter().map(as_json).collect();
        return format!("{}\n", json!({"data": all, "meta": {"total": details.len()}}));
    }
    if details.is_empty() {
        return "no source is kept yet; `townhall harvest ADDRESS --every \"daily 04:00\"` keeps one\n"
            .to_owned();
    }
    details.iter().fold(String::new(), |mut text, detail| {
        let state = detail.last.as_ref().map_or("never harvested", |last| last.run.state.name());
        let every = detail.settings.every.as_deref().unwrap_or("by hand");
        let _ = writeln!(
            text,
            "{:<30}  {:>8} records  {state:<15}  {every:<20}  {}",
            detail.settings.name,
            detail.in_view(),
            detail.settings.address
        );
        text
    })
}

fn kinds(global: &Global) -> String {
    if global.json {
        let all: Vec<Value> = SOURCES
            .iter()
            .map(|source| source.info())
            .map(|info| {
                let options: Vec<Value> =
                    info.options.iter().map(|option| json!({"name": option.name, "meaning": option.meaning})).collect();
                json!({"id": info.id, "name": info.name, "description": info.description, "example": info.example, "options": options})
            })
            .collect();
        return format!("{}\n", json!({"data": all}));
    }
    SOURCES.iter().map(|source| source.info()).fold(String::new(), |mut text, info| {
        let _ =
            writeln!(text, "{}: {}\n  {}\n  such as {}", info.id, info.name, info.description, info.example);
        for option in info.options {
            let _ = writeln!(text, "  --option {}=…: {}", option.name, option.meaning);
        }
        text
    })
}

fn read(file: &Path) -> Result<String, Failure> {
    let source: Box<dyn Read> = match file.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(std::fs::File::open(file).map_err(|error| {
            Failure::new(ErrorKind::NotFound, format!("could not read `{}`: {error}", file.display()))
        })?),
    };
    let mut text = String::new();
    source.take(4 * 1024 * 1024).read_to_string(&mut text)?;
    Ok(text)
}

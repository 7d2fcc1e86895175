//! `townhall scorecard`: offices, looks at their listings, quarters, and what people write down.

use std::fs::File;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use townhall_app::offices::{Office, REVIEW_FIELDS, TRACKED_FIELDS, federal_offices, read_offices};
use townhall_app::{Actor, ActorKind, App, Looked, OtherOffices, Reached, SetField};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, ScorecardArgs, ScorecardLoad, ScorecardSet, ScorecardVerb};

pub async fn run(global: Global, args: ScorecardArgs) -> Result<Outcome, Failure> {
    if let ScorecardVerb::Fields = args.verb {
        return fields(&global);
    }
    let app = open(&settings(&global, &[])?).await?;
    let actor = Actor::new(ActorKind::Cli, "scorecard");
    let outcome = match args.verb {
        ScorecardVerb::Load(load) => load_offices(&global, &app, &actor, &load).await,
        ScorecardVerb::Offices => offices(&global, &app).await,
        ScorecardVerb::Run { office, later: true } => app
            .scorecard()
            .ask(&actor, office.as_deref())
            .await
            .map(|()| Outcome::Good)
            .map_err(Failure::from),
        ScorecardVerb::Run { office, .. } => look(&global, &app, &actor, office.as_deref()).await,
        ScorecardVerb::Freeze => freeze(&global, &app, &actor).await,
        ScorecardVerb::Show { office, milestone } => show(&global, &app, office.as_deref(), milestone).await,
        ScorecardVerb::Set(set) => put(&global, &app, &actor, set).await,
        ScorecardVerb::Fields => Ok(Outcome::Good),
        ScorecardVerb::Compare { office, from, to } => compare(&global, &app, &office, from, to).await,
    };
    app.close().await;
    outcome
}

async fn load_offices(
    global: &Global,
    app: &App,
    actor: &Actor,
    args: &ScorecardLoad,
) -> Result<Outcome, Failure> {
    let (offices, findings) = match &args.file {
        None => (federal_offices(), Vec::new()),
        Some(path) => read_offices(File::open(path)?)
            .map_err(|error| Failure::new(ErrorKind::Invalid, format!("`{}`: {error}", path.display())))?,
    };
    for finding in &findings {
        let line = finding.position.map(|position| format!("line {}: ", position.line)).unwrap_or_default();
        eprintln!("warning {}: {line}{}", finding.code, finding.message);
    }
    let others = if args.replace { OtherOffices::Remove } else { OtherOffices::Keep };
    let kept = app.scorecard().load(actor, &offices, others).await?;
    print(&match global.json {
        true => format!(
            "{}\n",
            json!({
                "added": kept.added, "changed": kept.changed, "unchanged": kept.unchanged, "removed": kept.removed,
                "findings": findings,
            })
        ),
        false => format!(
            "{} offices added, {} changed, {} unchanged, {} removed\n",
            kept.added, kept.changed, kept.unchanged, kept.removed
        ),
    })?;
    Ok(Outcome::Good)
}

async fn offices(global: &Global, app: &App) -> Result<Outcome, Failure> {
    for office in app.scorecard().offices().await? {
        print(&match global.json {
            true => format!("{}\n", office_as_json(&office)),
            false => format!("{}  {}\n", office.id, office.name),
        })?;
    }
    Ok(Outcome::Good)
}

fn office_as_json(office: &Office) -> Value {
    json!({
        "id": office.id, "name": office.name, "abbreviation": office.abbreviation, "website": office.website,
        "parent": office.parent, "cfo_act": office.cfo_act, "omb_monitored": office.omb_monitored, "schema": office.schema,
        "listing": office.listing().map(String::from),
    })
}

async fn look(global: &Global, app: &App, actor: &Actor, office: Option<&str>) -> Result<Outcome, Failure> {
    let is_quiet = global.quiet > 0 || global.json;
    let tell = move |done: u64, total: u64, name: &str| {
        if !is_quiet && total > 1 {
            eprintln!("{done} of {total}: {name}");
        }
    };
    let report = app.scorecard().run(actor, office, None, Timestamp::now(), &tell).await?;
    if global.json {
        let looked: Vec<Value> = report.looked.iter().map(looked_as_json).collect();
        let failed: Vec<Value> =
            report.failed.iter().map(|(office, why)| json!({"office": office, "reason": why})).collect();
        print(&format!("{}\n", json!({"looked": looked, "failed": failed, "frozen": report.frozen})))?;
    } else {
        for looked in &report.looked {
            let change = if looked.is_new { "" } else { ", unchanged" };
            print(&format!(
                "{}: {}, {} datasets, {} with errors{change}\n",
                looked.office,
                looked.standing.name(),
                looked.datasets,
                looked.invalid
            ))?;
            for worse in &looked.worse {
                print(&format!("  {worse}\n"))?;
            }
        }
        if report.looked.is_empty() && report.failed.is_empty() {
            print("there are no offices; load some with `townhall scorecard load`\n")?;
        }
    }
    for (office, why) in &report.failed {
        eprintln!("could not look at `{office}`: {why}");
    }
    Ok(if report.failed.is_empty() { Outcome::Good } else { Outcome::No })
}

fn looked_as_json(looked: &Looked) -> Value {
    json!({
        "office": looked.office, "standing": looked.standing.name(), "total_records": looked.datasets,
        "error_count": looked.invalid, "changed": looked.is_new, "worse": looked.worse,
    })
}

async fn freeze(global: &Global, app: &App, actor: &Actor) -> Result<Outcome, Failure> {
    let frozen = app.scorecard().freeze_ended(actor, Timestamp::now()).await?;
    print(&match global.json {
        true => format!("{}\n", json!({"frozen": frozen})),
        false => format!("{frozen} offices frozen in quarters that ended\n"),
    })?;
    Ok(Outcome::Good)
}

async fn show(
    global: &Global,
    app: &App,
    office: Option<&str>,
    milestone: Option<Date>,
) -> Result<Outcome, Failure> {
    let now = Timestamp::now();
    let Some(office) = office else {
        let board = app.scorecard().board(milestone, now).await?;
        for row in &board.rows {
            print(&match global.json {
                true => format!("{}\n", reached_as_json(row)),
                false => format!(
                    "{:8} {}  {} datasets  {}\n",
                    row.pdl.standing, row.office.name, row.facts.listing.total_records, row.office.id
                ),
            })?;
        }
        return Ok(Outcome::Good);
    };
    let detail = app.scorecard().detail(office, milestone, now).await?;
    let reached = &detail.reached;
    if global.json {
        print(&format!("{}\n", reached_as_json(reached)))?;
        return Ok(Outcome::Good);
    }
    let mut text = format!(
        "{}, {} ({})\npublic listing: {}\n",
        reached.office.name, detail.milestone.name, detail.milestone.date, reached.pdl.standing
    );
    let listed =
        |reasons: &[String]| reasons.iter().map(|reason| format!("  {reason}\n")).collect::<String>();
    text.push_str(&listed(&reached.pdl.reasons));
    if let Some(own) = &reached.pdl.overridden {
        text.push_str(&format!("  {} says so instead of {}: {}\n", own.by, own.computed, own.reason));
    }
    text.push_str(&format!("inventory: {}\n{}", reached.edi.standing, listed(&reached.edi.reasons)));
    for entry in &reached.entries {
        text.push_str(&format!("{}: {} ({}, {})\n", entry.field, entry.value, entry.by, entry.at));
    }
    print(&text)?;
    Ok(Outcome::Good)
}

fn reached_as_json(reached: &Reached) -> Value {
    let listing = &reached.facts.listing;
    json!({
        "id": reached.office.id, "name": reached.office.name, "milestone": reached.milestone,
        "pdl": {"standing": reached.pdl.standing, "reasons": reached.pdl.reasons},
        "edi": {"standing": reached.edi.standing, "reasons": reached.edi.reasons},
        "growth_percent": reached.growth_percent, "last_crawl": reached.last_crawl.map(|at| at.to_string()),
        "datajson_status": listing,
        "entries": reached.entries.iter().map(|entry| json!({
            "field": entry.field, "value": entry.value, "note": entry.note, "reason": entry.reason, "by": entry.by,
            "at": entry.at.to_string(),
        })).collect::<Vec<_>>(),
    })
}

async fn put(global: &Global, app: &App, actor: &Actor, args: ScorecardSet) -> Result<Outcome, Failure> {
    if args.value.is_none() && !args.clear && args.note.is_none() {
        return Err(Failure::new(ErrorKind::Invalid, "there is nothing to write")
            .with_hint("give a value, a note with --note, or --clear"));
    }
    let set = SetField {
        office: args.office,
        field: args.field,
        value: args.value,
        note: args.note,
        reason: args.reason,
        milestone: args.milestone,
    };
    let written = app.scorecard().set(actor, &set, Timestamp::now()).await?;
    let entry = &written.entry;
    print(&match global.json {
        true => format!(
            "{}\n",
            json!({
                "office": entry.office, "milestone": entry.milestone, "field": entry.field, "value": entry.value,
                "note": entry.note, "reason": entry.reason, "by": written.actor, "at": written.at.to_string(),
                "number": written.number,
            })
        ),
        false => format!("{} of {} up to {}: {}\n", entry.field, entry.office, entry.milestone, entry.value),
    })?;
    Ok(Outcome::Good)
}

fn fields(global: &Global) -> Result<Outcome, Failure> {
    for field in TRACKED_FIELDS.iter().chain(REVIEW_FIELDS) {
        print(&match global.json {
            true => format!(
                "{}\n",
                json!({
                    "field": field.id, "section": field.section, "label": field.label, "type": field.kind.name(),
                    "from": field.from, "until": field.until,
                })
            ),
            false => format!("{:32} {:8} {}\n", field.id, field.kind.name(), field.label),
        })?;
    }
    Ok(Outcome::Good)
}

async fn compare(global: &Global, app: &App, office: &str, from: Date, to: Date) -> Result<Outcome, Failure> {
    let changes = app.scorecard().changes(office, from, to).await?;
    let comparison = &changes.comparison;
    let label = |entry: &townhall_app::Entry| entry.label().to_owned();
    let added: Vec<String> = comparison.added.iter().map(label).collect();
    let removed: Vec<String> = comparison.removed.iter().map(label).collect();
    let broke: Vec<String> = changes
        .broke
        .iter()
        .map(|finding| finding.identifier.clone().or_else(|| finding.title.clone()).unwrap_or_default())
        .collect();
    if global.json {
        let value = json!({
            "appeared": added, "vanished": removed, "broke": broke, "changed": comparison.changed.len(),
            "unchanged": comparison.unchanged, "same": changes.is_same,
        });
        print(&format!("{value}\n"))?;
        return Ok(Outcome::Good);
    }
    for (word, list) in [("appeared", &added), ("vanished", &removed), ("broke", &broke)] {
        for name in list {
            print(&format!("{word} {name}\n"))?;
        }
    }
    print(&format!("{} changed, {} as they were\n", comparison.changed.len(), comparison.unchanged))?;
    Ok(Outcome::Good)
}

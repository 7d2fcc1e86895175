//! `townhall harvest`: brings in the catalog of another site, now, and says what became of each record.

use townhall_app::{
    Actor, ActorKind, App, Cancelled, HarvestOptions, HarvestReport, JobProgressNote, SourceSettings,
};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, Harvest};
use crate::progress::while_harvesting;

pub async fn run(global: Global, args: Harvest) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let outcome = harvest(&global, &app, &args).await;
    if !args.dry_run {
        app.search().catch_up().await?;
    }
    app.close().await;
    let report = outcome?;
    print(&match global.json {
        true => format!("{}\n", report.to_json()),
        false => told(&report, args.dry_run),
    })?;
    Ok(if report.is_good() { Outcome::Good } else { Outcome::No })
}

async fn harvest(global: &Global, app: &App, args: &Harvest) -> Result<HarvestReport, Failure> {
    let actor = Actor::new(ActorKind::Cli, "harvest");
    let source = source(app, &actor, args).await?;
    let options = HarvestOptions { is_trial: args.dry_run, is_forced: args.force };
    let (progress, cancelled) = (JobProgressNote::default(), Cancelled::default());
    let harvests = app.harvests();
    let work = harvests.run_with(&actor, &source, options, &progress, &cancelled);
    // The first Ctrl+C ends the harvest in order: what was done until then is done.
    let work = async {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            report = &mut work => report,
            _ = tokio::signal::ctrl_c() => {
                cancelled.set();
                work.await
            }
        }
    };
    Ok(while_harvesting(global, &progress, work).await?)
}

/// The source that is meant: one that is kept, by its name or address, or a new one.
async fn source(app: &App, actor: &Actor, args: &Harvest) -> Result<SourceSettings, Failure> {
    let harvests = app.harvests();
    let kept =
        harvests.list().await?.into_iter().find(|kept| {
            kept.settings.name == args.source || kept.settings.address.trim() == args.source.trim()
        });
    let is_kept = kept.is_some();
    let is_in_file = kept.as_ref().is_some_and(|kept| kept.is_in_file);
    let mut settings = match kept {
        Some(kept) => kept.settings,
        None => {
            let is_name =
                !args.source.contains(['/', '.', ':']) && !std::path::Path::new(&args.source).exists();
            if is_name {
                return Err(Failure::new(
                    ErrorKind::NotFound,
                    format!("there is no source `{}`", args.source),
                )
                .with_hint("give the address of a catalog or site, or a file or folder"));
            }
            SourceSettings::of_address(&absolute(&args.source)?)?
        }
    };
    let before = settings.clone();
    if let Some(kind) = &args.kind {
        settings.kind = Some(kind.clone());
    }
    if let Some(organization) = &args.organization {
        settings.organization = Some(organization.clone());
    }
    if args.every.is_some() {
        settings.every.clone_from(&args.every);
    }
    for option in &args.options {
        let (name, value) = option.split_once('=').ok_or_else(|| {
            Failure::new(ErrorKind::Invalid, format!("`{option}` is no option"))
                .with_hint("write it like --option organization=water")
        })?;
        settings.options.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    settings.check()?;
    if !args.dry_run && !is_in_file && (!is_kept || settings != before) {
        harvests.put(actor, &settings).await?;
    }
    Ok(settings)
}

/// A file or folder is the same wherever the next harvest is started from.
fn absolute(source: &str) -> Result<String, Failure> {
    if source.contains("://") {
        return Ok(source.to_owned());
    }
    Ok(std::path::absolute(source)?.display().to_string())
}

/// The report for people: the counts, then the first findings of each sort.
pub fn told(report: &HarvestReport, is_trial: bool) -> String {
    let would = if is_trial { " (a trial: nothing is written)" } else { "" };
    let read_as =
        if report.read_as.is_empty() { String::new() } else { format!(", read as {}", report.read_as) };
    let mut text = format!("{} ({}{read_as}): {}{would}\n", report.address, report.kind, report.state);
    text.push_str(&format!("{}\n", report.summary()));
    if let Some(reason) = &report.reason {
        text.push_str(&format!("reason: {reason}\n"));
    }
    if let Some(hint) = &report.hint {
        text.push_str(&format!("what can be done: {hint}\n"));
    }
    for (code, count) in &report.codes {
        text.push_str(&format!("{code}: {count}\n"));
        for finding in report.findings.iter().filter(|finding| finding.code == *code).take(3) {
            let which = finding.title.as_deref().or(finding.identifier.as_deref());
            let which = which.map(|which| format!(" ({which})")).unwrap_or_default();
            text.push_str(&format!("  {}{which}\n", finding.message));
        }
    }
    text
}

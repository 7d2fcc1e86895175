//! `townhall qu`: datasets as CFPB's Qu had them, loaded and listed.

use serde_json::json;
use townhall_app::{App, Audience, QuComposed, QuLoad, QuLoaded};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, QuArgs, QuCommand, QuLoadArgs};
use crate::progress::ImportProgress;

pub async fn run(global: Global, args: QuArgs) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let outcome = match args.command {
        QuCommand::List => list(&global, &app).await,
        QuCommand::Load(args) => load(&global, &app, args).await,
    };
    app.close().await;
    outcome
}

async fn list(global: &Global, app: &App) -> Result<Outcome, Failure> {
    let mut text = String::new();
    for dataset in app.qu().datasets(Audience::Staff).await? {
        let slices: Vec<&str> = dataset.definition.slices.iter().map(|slice| slice.id.as_str()).collect();
        text.push_str(&match global.json {
            true => {
                format!("{}\n", json!({"name": dataset.name, "dataset": dataset.slug, "slices": slices}))
            }
            false => format!("{}: {}\n", dataset.name, slices.join(", ")),
        });
    }
    print(&text)?;
    Ok(Outcome::Good)
}

async fn load(global: &Global, app: &App, args: QuLoadArgs) -> Result<Outcome, Failure> {
    let load = QuLoad {
        name: args.name,
        definition: args.definition,
        folders: args.files,
        tables: args.slice_tables.iter().map(|pair| table(pair)).collect::<Result<_, _>>()?,
        composed: args.composed.iter().map(|text| composed(text)).collect::<Result<_, _>>()?,
        publish: args.publish,
        organization: args.organization,
    };
    let mut progress = ImportProgress::new(global);
    let loaded = app.qu().load(&load, &mut |event| progress.show(event)).await;
    progress.finish();
    tell(global, &loaded?)
}

fn table(pair: &str) -> Result<(String, std::path::PathBuf), Failure> {
    let (name, file) = pair.split_once('=').ok_or_else(|| {
        Failure::new(ErrorKind::Invalid, format!("`{pair}` names no file"))
            .with_hint("write `--slice-table hmda_lar=lar_2016.csv`")
    })?;
    Ok((name.to_owned(), file.into()))
}

fn composed(text: &str) -> Result<QuComposed, Failure> {
    QuComposed::read(text).ok_or_else(|| {
        Failure::new(ErrorKind::Invalid, format!("`{text}` does not say what a column is made of"))
            .with_hint("write `--compose fips_code=state_code:2+county_code:3`")
    })
}

fn tell(global: &Global, loaded: &QuLoaded) -> Result<Outcome, Failure> {
    if global.json {
        let slices: serde_json::Map<_, _> =
            loaded.slices.iter().map(|(name, rows)| (name.clone(), json!(rows))).collect();
        print(&format!(
            "{}\n",
            json!({
                "name": loaded.name, "dataset": loaded.slug, "slices": slices,
                "concept_tables": loaded.concept_tables, "notes": loaded.notes,
            })
        ))?;
        return Ok(Outcome::Good);
    }
    let mut text = format!("{}: {} tables of codes\n", loaded.name, loaded.concept_tables);
    for (slice, rows) in &loaded.slices {
        text.push_str(&format!("  /qu/data/{}/slice/{slice}: {rows} rows\n", loaded.name));
    }
    for note in &loaded.notes {
        text.push_str(&format!("  note: {note}\n"));
    }
    print(&text)?;
    Ok(Outcome::Good)
}

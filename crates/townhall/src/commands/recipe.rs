//! `townhall recipe`: tables made of other tables.

use std::fmt::Write;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use townhall_app::{Actor, ActorKind, App, Audience, RecipeDetail, RecipePreview};

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, RecipeArgs, RecipeVerb};

/// Revisions that are listed.
const LISTED_MAX: u32 = 1_000;

pub async fn run(global: Global, args: RecipeArgs) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let actor = Actor::new(ActorKind::Cli, "recipe");
    let recipes = app.recipes();
    match args.verb {
        RecipeVerb::Put { file } => {
            let (name, revision) = recipes.put(&actor, &read(&file)?).await?;
            let mut made = made(&app, &actor, &name).await?;
            made["revision"] = json!(revision);
            told(&global, &made)?;
        }
        RecipeVerb::Check { file, rows } => {
            let preview = recipes.preview(&read(&file)?, rows).await?;
            print(&if global.json { format!("{:#}\n", preview_json(&preview)) } else { drawn(&preview) })?;
        }
        RecipeVerb::Show { name, revisions: true } => {
            let mut text = String::new();
            for one in recipes.revisions(&name, LISTED_MAX).await? {
                text.push_str(&match global.json {
                    true => format!(
                        "{}\n",
                        json!({"revision": one.revision, "at": one.at.to_string(), "by": one.actor, "retired": one.retired})
                    ),
                    false => {
                        let gone = if one.retired { "  retired" } else { "" };
                        format!("{:>6}  {}  {}{gone}\n", one.revision, one.at, one.actor)
                    }
                });
            }
            print(&text)?;
        }
        RecipeVerb::Show { name, .. } => {
            let recipe = recipes.show(Audience::Staff, &name).await?;
            print(&match global.json {
                true => format!("{:#}\n", detail_json(&recipe)),
                false => recipe.text.clone(),
            })?;
        }
        RecipeVerb::List => {
            let mut text = String::new();
            for recipe in recipes.list(Audience::Staff).await? {
                if global.json {
                    let _ = writeln!(text, "{}", detail_json(&recipe));
                    continue;
                }
                let from: Vec<&str> = recipe.reads.iter().map(|(called, _)| called.as_str()).collect();
                let made = recipe.table.as_ref().map_or("not made yet".to_owned(), |table| {
                    format!("{} version {}, {} rows", table.id, table.version, table.rows)
                });
                let _ = writeln!(text, "{}  from {}  {made}", recipe.recipe.name, from.join(", "));
            }
            print(&text)?;
        }
        RecipeVerb::Run { name } => {
            let made = made(&app, &actor, &name).await?;
            told(&global, &made)?;
        }
        RecipeVerb::Retire { name } => {
            if !recipes.retire(&actor, &name).await? {
                return Err(townhall_app::Error::not_found("recipe", &name).into());
            }
            if !global.json {
                print(&format!("retired `{name}`; its table stays as it is\n"))?;
            }
        }
    }
    app.close().await;
    Ok(Outcome::Good)
}

/// Makes the table of a recipe, and whatever follows from that.
async fn made(app: &App, actor: &Actor, name: &str) -> Result<Value, Failure> {
    let made = app.recipes().run(actor, name).await?;
    app.jobs().run_until_idle().await?;
    Ok(made)
}

fn told(global: &Global, made: &Value) -> Result<(), Failure> {
    if global.json {
        return print(&format!("{made}\n"));
    }
    let number = |key: &str| made[key].as_u64().unwrap_or(0);
    let rejects = match number("rejects") {
        0 => String::new(),
        count => format!("; {count} cells did not fit and are kept among the rejects"),
    };
    print(&format!(
        "{}: {}, version {}, {} rows{rejects}\n",
        made["recipe"].as_str().unwrap_or_default(),
        made["outcome"].as_str().unwrap_or_default(),
        number("version"),
        number("rows"),
    ))
}

fn detail_json(recipe: &RecipeDetail) -> Value {
    json!({
        "name": recipe.recipe.name,
        "revision": recipe.revision,
        "at": recipe.at.to_string(),
        "reads": recipe.reads.iter().map(|(called, table)| json!({"called": called, "table": table.id})).collect::<Vec<_>>(),
        "table": recipe.table.as_ref().map(|table| json!({"id": table.id, "version": table.version, "rows": table.rows})),
        "recipe": recipe.recipe,
    })
}

fn preview_json(preview: &RecipePreview) -> Value {
    json!({
        "name": preview.name,
        "columns": preview.columns.iter().map(|(name, kind)| json!({"name": name, "type": kind})).collect::<Vec<_>>(),
        "rows": preview.rows,
        "has_more": preview.has_more,
        "rejects": preview.rejects,
    })
}

fn drawn(preview: &RecipePreview) -> String {
    let names: Vec<String> = preview.columns.iter().map(|(name, _)| name.clone()).collect();
    let mut text = super::query::drawn(&names, &preview.rows, preview.has_more);
    for cell in preview.rejects.iter().take(20) {
        let column = cell.column.as_deref().unwrap_or_default();
        let _ = writeln!(text, "did not fit: row {}, {column}: `{}`: {}", cell.row, cell.value, cell.reason);
    }
    text
}

/// A recipe may be larger than is kept: the reader says so.
fn read(file: &Path) -> Result<String, Failure> {
    let source: Box<dyn Read> = match file.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(std::fs::File::open(file).map_err(|error| {
            Failure::new(
                townhall_model::ErrorKind::NotFound,
                format!("could not read `{}`: {error}", file.display()),
            )
        })?),
    };
    let mut text = String::new();
    source.take(1024 * 1024).read_to_string(&mut text)?;
    Ok(text)
}

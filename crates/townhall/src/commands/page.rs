//! `townhall page`: the pages about tables, written, shown, listed, taken away.

use std::io::Read;
use std::path::Path;

use serde_json::json;
use townhall_app::{Actor, ActorKind, App, Audience, TableSummary};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, PageArgs, PageVerb};

/// Bytes of a document that are read at most.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Pages and revisions that are listed.
const LISTED_MAX: u32 = 1_000;

pub async fn run(global: Global, args: PageArgs) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let actor = Actor::new(ActorKind::Cli, "page");
    let tables = app.tables();
    match args.verb {
        PageVerb::Put { table, file } => {
            let table = named(&app, &table).await?;
            let written = tables.put_data_page(&actor, table.id, &read(&file)?).await?;
            told(&global, &table, "kept", written.revision)?;
        }
        PageVerb::Restore { table, revision } => {
            let table = named(&app, &table).await?;
            let written = tables.restore_data_page(&actor, table.id, revision).await?;
            told(&global, &table, "kept", written.revision)?;
        }
        PageVerb::Show { table, revision } => {
            print(&shown(&app, &named(&app, &table).await?, revision).await?)?
        }
        PageVerb::List => list(&global, &app).await?,
        PageVerb::Revisions { table } => {
            let table = named(&app, &table).await?;
            let mut text = String::new();
            for one in tables.data_page_revisions(table.id, LISTED_MAX).await? {
                text.push_str(&match global.json {
                    true => format!(
                        "{}\n",
                        json!({"revision": one.revision, "at": one.at.to_string(), "by": one.actor, "retired": one.retired})
                    ),
                    false => {
                        let end = if one.retired { "  taken away" } else { "" };
                        format!("{:>6}  {}  {}{end}\n", one.revision, one.at, one.actor)
                    }
                });
            }
            print(&text)?;
        }
        PageVerb::Retire { table } => {
            let table = named(&app, &table).await?;
            if !tables.retire_data_page(&actor, table.id).await? {
                return Err(Failure::new(ErrorKind::NotFound, format!("`{}` has no page", table.title)));
            }
            print(&match global.json {
                true => format!("{}\n", json!({"table": table.id, "retired": true})),
                false => format!("The page about `{}` is taken away.\n", table.title),
            })?;
        }
    }
    Ok(Outcome::Good)
}

async fn named(app: &App, name: &str) -> Result<TableSummary, Failure> {
    Ok(app.tables().named(Audience::Staff, name).await?)
}

async fn shown(app: &App, table: &TableSummary, revision: Option<u32>) -> Result<String, Failure> {
    let tables = app.tables();
    if let Some(wanted) = revision {
        let all = tables.data_page_revisions(table.id, u32::MAX >> 1).await?;
        let found = all.into_iter().find(|one| one.revision == wanted);
        let found = found
            .ok_or_else(|| Failure::new(ErrorKind::NotFound, format!("there is no revision `{wanted}`")))?;
        return Ok(found.text);
    }
    match tables.data_page(Audience::Staff, table.id).await? {
        Some(kept) => Ok(kept.text),
        None => {
            let draft = tables.draft_page(Audience::Staff, table.id).await?;
            let text =
                draft.written().map_err(|problem| Failure::new(ErrorKind::Internal, problem.to_string()))?;
            Ok(format!("# There is no page yet; this is one to begin with.\n{text}"))
        }
    }
}

async fn list(global: &Global, app: &App) -> Result<(), Failure> {
    let mut text = String::new();
    for (table, title, revision) in app.tables().data_pages(None, LISTED_MAX).await? {
        text.push_str(&match global.json {
            true => format!("{}\n", json!({"table": table, "title": title, "revision": revision})),
            false => format!("{table}  {revision:>4}  {title}\n"),
        });
    }
    print(&text)
}

fn told(global: &Global, table: &TableSummary, what: &str, revision: u32) -> Result<(), Failure> {
    print(&match global.json {
        true => format!("{}\n", json!({"table": table.id, "revision": revision})),
        false => format!("Revision {revision} is {what}: /data/{}/view\n", table.dataset_slug),
    })
}

fn read(file: &Path) -> Result<String, Failure> {
    let source: Box<dyn Read> = match file.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(std::fs::File::open(file)?),
    };
    let mut text = String::new();
    source.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(Failure::new(ErrorKind::TooLarge, "a page has at most 1 MB"));
    }
    Ok(text)
}

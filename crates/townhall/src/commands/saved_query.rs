//! `townhall saved-query`: SQL under a name, for everyone who opens `/sql/NAME`.

use std::io::Read;
use std::path::Path;

use serde_json::json;
use townhall_app::{Actor, ActorKind, App, NewQuery, SavedQuery};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, SavedQueryAction, SavedQueryArgs, SavedQueryPut};

/// Bytes of a query that is read.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Queries that are listed at a time.
const LISTED: u32 = 200;

pub async fn run(global: Global, args: SavedQueryArgs) -> Result<Outcome, Failure> {
    let app = open(&settings(&global, &[])?).await?;
    let actor = Actor::new(ActorKind::Cli, "saved-query");
    match args.action {
        SavedQueryAction::Put(put) => {
            let query = app.saved_queries().put(&actor, &new(put)?).await?;
            print(&if global.json { format!("{}\n", wire(&query)) } else { drawn(&query) })?;
            Ok(Outcome::Good)
        }
        SavedQueryAction::List => list(&global, &app).await,
        SavedQueryAction::Show { name } => {
            let query = app.saved_queries().get(&name).await?;
            print(&if global.json {
                format!("{}\n", wire(&query))
            } else {
                format!("{}{}\n", drawn(&query), query.sql)
            })?;
            Ok(Outcome::Good)
        }
        SavedQueryAction::Retire { name } => match app.saved_queries().retire(&actor, &name).await? {
            true => {
                print(&format!("`{name}` is no longer listed\n"))?;
                Ok(Outcome::Good)
            }
            false => Err(Failure::new(ErrorKind::NotFound, format!("there is no saved query `{name}`"))),
        },
    }
}

fn new(put: SavedQueryPut) -> Result<NewQuery, Failure> {
    let sql = match (put.sql, put.file) {
        (Some(sql), _) => sql,
        (None, Some(file)) => read(&file)?,
        (None, None) => {
            return Err(Failure::new(ErrorKind::Invalid, "there is no query")
                .with_hint("give a file, - for standard input, or --sql \"select …\""));
        }
    };
    Ok(NewQuery {
        name: put.name,
        title: put.title.unwrap_or_default(),
        description: put.description.unwrap_or_default(),
        sql,
        parameters: put.parameter,
    })
}

fn read(path: &Path) -> Result<String, Failure> {
    let source: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(std::fs::File::open(path)?),
    };
    let mut text = String::new();
    source.take(FILE_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}

async fn list(global: &Global, app: &App) -> Result<Outcome, Failure> {
    let mut after: Option<String> = None;
    loop {
        let found = app.saved_queries().list(after.as_deref(), LISTED).await?;
        for query in &found {
            print(&match global.json {
                true => format!("{}\n", wire(query)),
                false => format!("{}  {}\n", query.name, query.title),
            })?;
        }
        match found.last() {
            Some(last) if found.len() == LISTED as usize => after = Some(last.name.clone()),
            _ => return Ok(Outcome::Good),
        }
    }
}

fn wire(query: &SavedQuery) -> serde_json::Value {
    json!({
        "name": query.name, "revision": query.revision, "title": query.title, "description": query.description,
        "sql": query.sql,
        "parameters": query.parameters.iter().map(|known| json!({
            "name": known.name, "type": known.kind.name(), "default": known.default,
        })).collect::<Vec<_>>(),
    })
}

fn drawn(query: &SavedQuery) -> String {
    let mut text = format!("{} (revision {}): {}, at /sql/{0}\n", query.name, query.revision, query.title);
    for known in &query.parameters {
        let default = known.default.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
        text.push_str(&format!("  :{} {}{default}\n", known.name, known.kind.name()));
    }
    text
}

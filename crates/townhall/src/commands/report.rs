//! `townhall report`: the saved queries of a table, asked, listed and added.

use std::io::{Read, Write};

use futures::StreamExt;
use serde_json::json;
use townhall_app::{Actor, ActorKind, Audience};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, Report};

/// Bytes of a file of queries that are read at most.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

pub async fn run(global: Global, args: Report) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let tables = app.tables();
    let table = tables.named(Audience::Staff, &args.table).await?;
    if let Some(path) = &args.add {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(Failure::new(ErrorKind::TooLarge, "a file of saved queries has at most 4 MB"));
        }
        let actor = Actor::new(ActorKind::Cli, "report");
        let subject = (!args.every_table).then_some(table.id);
        let count = tables.keep_reports(&actor, subject, &bytes).await?;
        print(&format!("{count} saved queries kept\n"))?;
        return Ok(Outcome::Good);
    }
    let Some(name) = &args.name else {
        let mut text = String::new();
        for query in tables.reports(Audience::Staff, table.id).await? {
            text.push_str(&match global.json {
                true => format!(
                    "{}\n",
                    json!({"name": query.name, "title": query.title, "description": query.description})
                ),
                false => format!("{:<20}  {}\n", query.name, query.title),
            });
        }
        print(&text)?;
        return Ok(Outcome::Good);
    };
    let (_, question) = tables.report(Audience::Staff, table.id, name).await?;
    let format = if global.json { "json" } else { &args.format };
    let mut bytes = tables.file(&question, format).await?.bytes;
    let mut out = std::io::stdout().lock();
    while let Some(chunk) = bytes.next().await {
        out.write_all(&chunk?)?;
    }
    out.flush()?;
    Ok(Outcome::Good)
}

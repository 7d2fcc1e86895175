//! `townhall dictionary`: what the columns of a table mean, shown and written.

use std::io::{Read, Write};
use std::path::Path;

use futures::StreamExt;
use serde_json::json;
use townhall_app::{Actor, ActorKind, Audience, DictionaryWritten};

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{DictionaryArgs, Global};

/// Bytes of a file that is read at most.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Revisions that are listed.
const LISTED_MAX: u32 = 1_000;

pub async fn run(global: Global, args: DictionaryArgs) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let actor = Actor::new(ActorKind::Cli, "dictionary");
    let tables = app.tables();
    let table = tables.named(Audience::Staff, &args.table).await?;
    if let Some(file) = &args.file {
        let written = tables.describe(&actor, table.id, &read(file)?, args.keep).await?;
        return told(&global, &written);
    }
    if let Some(revision) = args.restore {
        let written = tables.restore_dictionary(&actor, table.id, revision).await?;
        return told(&global, &written);
    }
    if args.revisions {
        let mut text = String::new();
        for one in tables.dictionary_revisions(Audience::Staff, table.id, LISTED_MAX).await? {
            text.push_str(&match global.json {
                true => format!(
                    "{}\n",
                    json!({"revision": one.revision, "at": one.at.to_string(), "by": one.actor})
                ),
                false => format!("{:>6}  {}  {}\n", one.revision, one.at, one.actor),
            });
        }
        print(&text)?;
        return Ok(Outcome::Good);
    }
    let form = if global.json { "json" } else { &args.form };
    let base_url = settings.given("site.base_url").unwrap_or_default();
    let url = format!("{base_url}/api/tables/{}/rows.csv", table.id);
    let mut bytes = tables.dictionary(Audience::Staff, table.id).await?.file(form, &url)?.bytes;
    let mut out = std::io::stdout().lock();
    while let Some(chunk) = bytes.next().await {
        out.write_all(&chunk?)?;
    }
    out.flush()?;
    Ok(Outcome::Good)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let source: Box<dyn Read> = match file.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(std::fs::File::open(file)?),
    };
    let mut bytes = Vec::new();
    source.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Failure::new(townhall_model::ErrorKind::TooLarge, "a dictionary has at most 64 MB"));
    }
    Ok(bytes)
}

fn told(global: &Global, written: &DictionaryWritten) -> Result<Outcome, Failure> {
    if global.json {
        print(&format!(
            "{}\n",
            json!({"revision": written.revision, "described": written.described, "unknown": written.unknown})
        ))?;
    } else {
        print(&format!("revision {}: {} columns described\n", written.revision, written.described))?;
        for name in &written.unknown {
            eprintln!("left out: `{name}` is no column of this table");
        }
    }
    Ok(Outcome::Good)
}

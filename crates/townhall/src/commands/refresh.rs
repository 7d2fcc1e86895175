//! `townhall refresh`: files of tables fetched anew.

use serde_json::json;
use townhall_app::{Actor, ActorKind, Audience};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, Refresh};

pub async fn run(global: Global, args: Refresh) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let actor = Actor::new(ActorKind::Cli, "refresh");
    let tables = app.tables().all_named(Audience::Staff, &args.name).await?;
    let is_alone = tables.len() == 1;
    for table in tables {
        let id = table.id;
        if args.never {
            let had = app.schedules().never(&actor, id).await?;
            print(&match global.json {
                true => format!("{}\n", json!({"table": id, "schedule": null, "changed": had})),
                false => format!("{}: no schedule\n", table.title),
            })?;
            continue;
        }
        let outcome = match &args.every {
            Some(every) => match app.schedules().put(&actor, &table, every).await {
                Ok(()) => print(&match global.json {
                    true => format!("{}\n", json!({"table": id, "schedule": every})),
                    false => format!("{}: {every}\n", table.title),
                })
                .map(|()| None),
                Err(error) => Ok(Some(error)),
            },
            None => {
                match app.tables().refresh(&actor, &table).await {
                    Ok(done) => {
                        let is_new = done.now != done.before;
                        print(&match global.json {
                        true => format!(
                            "{}\n",
                            json!({"table": id, "version": done.now, "changed": is_new, "rows": done.rows})
                        ),
                        false if is_new => format!("{}: version {}, {} rows\n", table.title, done.now, done.rows),
                        false => format!("{}: unchanged\n", table.title),
                    })
                    .map(|()| None)
                    }
                    Err(error) => Ok(Some(error)),
                }
            }
        }?;
        match outcome {
            // Of several tables, those that came as files have nothing to be fetched.
            Some(error) if error.kind() == ErrorKind::Invalid && !is_alone => eprintln!("left out: {error}"),
            Some(error) => return Err(error.into()),
            None => {}
        }
    }
    app.close().await;
    Ok(Outcome::Good)
}

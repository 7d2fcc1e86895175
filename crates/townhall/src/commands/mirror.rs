//! `townhall mirror`: the copies that are kept of files on other servers.

use serde_json::json;
use townhall_app::{Actor, ActorKind, App};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, app_settings, open, print, settings};
use crate::cli::{Global, Mirror};

/// How many copies are read at a time.
const PAGE: u32 = 1_000;

pub async fn run(global: Global, args: Mirror) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let is_on = !app_settings(&settings)?.links.mirror.organizations.is_empty();
    let app = open(&settings).await?;
    let outcome = match args.withdraw.is_empty() && args.allow.is_empty() {
        true => list(&global, &app, is_on).await,
        false => decide(&app, &args).await,
    };
    app.close().await;
    outcome?;
    Ok(Outcome::Good)
}

async fn decide(app: &App, args: &Mirror) -> Result<(), Failure> {
    let actor = Actor::new(ActorKind::Cli, "mirror");
    for url in &args.withdraw {
        app.links().withdraw_copy(&actor, url).await?;
        print(&format!("no copy of {url} is kept\n"))?;
    }
    for url in &args.allow {
        if !app.links().allow_copy(&actor, url).await? {
            return Err(Failure::new(ErrorKind::NotFound, format!("nothing is known of a copy of `{url}`"))
                .with_hint("`townhall mirror` lists the copies, and those that were taken away"));
        }
        print(&format!("{url} may be copied when its link is checked the next time\n"))?;
    }
    Ok(())
}

async fn list(global: &Global, app: &App, is_on: bool) -> Result<(), Failure> {
    let (mut after, mut count, mut bytes) = (String::new(), 0_u64, 0);
    loop {
        let page = app.links().copies(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.link);
        let mut text = String::new();
        for known in &page {
            let size = known.copy.map(|(_, bytes)| bytes);
            count += u64::from(size.is_some());
            bytes += size.unwrap_or(0);
            text.push_str(&match (global.json, size) {
                (true, _) => {
                    let line = json!({
                        "url": known.url,
                        "sha256": known.copy.map(|(blob, _)| blob.to_string()),
                        "bytes": size,
                        "media_type": known.media_type,
                        "copied_at": size.map(|_| known.copied_at.to_string()),
                        "seen_at": known.seen_at.to_string(),
                        "reason": known.reason,
                    });
                    format!("{line}\n")
                }
                (false, Some(size)) => {
                    format!("{:>14}  {:.19}Z  {}\n", size, known.copied_at.to_string(), known.url)
                }
                (false, None) => {
                    format!(
                        "{:>14}  {}  {}\n",
                        "no copy",
                        known.reason.as_deref().unwrap_or_default(),
                        known.url
                    )
                }
            });
        }
        print(&text)?;
    }
    if !global.json && global.quiet == 0 {
        let how = if is_on { "" } else { "; none are taken, as `links.mirror` names no organization" };
        print(&format!("{count} copies with {bytes} bytes{how}\n"))?;
    }
    Ok(())
}

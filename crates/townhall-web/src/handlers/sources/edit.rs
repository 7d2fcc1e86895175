//! What staff do with sources: add them, change them, harvest them, decide on what vanished.

use axum::extract::{OriginalUri, Path};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use townhall_app::{Actor, ActorKind, Audience, Decision, Error, HarvestOptions, SourceSettings};
use townhall_model::ErrorKind;
use url::form_urlencoded;

use super::{listed, shown, source_url};
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::views::{Notice, NoticeKind};
use crate::server::Problem;

/// Fields of a form.
const FIELDS_MAX: usize = 100;

/// Whoever keeps no sources is told who does.
fn require_staff(site: &Site) -> Result<(), Problem> {
    match site.audience() {
        Audience::Staff => Ok(()),
        Audience::Public => {
            Err(Problem::new(ErrorKind::Forbidden, "sources are kept by the staff of this portal")
                .with_hint("on the command line: townhall harvest ADDRESS --every \"daily 04:00\""))
        }
    }
}

fn form(body: &Bytes) -> Params {
    let pairs =
        form_urlencoded::parse(body).into_owned().take(FIELDS_MAX).filter(|(_, value)| !value.is_empty());
    Params(pairs.collect())
}

fn actor() -> Actor {
    Actor::new(ActorKind::User, "sources page")
}

/// Adds a source and harvests it.
pub(super) async fn add(site: Site, body: Bytes) -> Result<Response, Problem> {
    require_staff(&site)?;
    let params = form(&body);
    match added(&site, &params).await {
        Ok(name) => Ok(Redirect::to(&format!("{}?done=added", source_url(&name))).into_response()),
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict) => {
            listed(&site, &params, vec![refusal("The source was not added", &error)]).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn added(site: &Site, params: &Params) -> Result<String, Error> {
    let text =
        |name: &str| params.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let address = text("address").ok_or_else(|| Error::invalid("the address is missing"))?;
    let mut settings = SourceSettings::of_address(&address)?;
    refuse_local(&settings)?;
    if let Some(title) = text("title") {
        settings.title = title;
    }
    settings.kind = text("kind");
    settings.every = text("every");
    settings.organization = text("organization");
    let harvests = site.app().harvests();
    if harvests.list().await?.iter().any(|known| known.settings.name == settings.name) {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("there is a source `{}` already", settings.name),
        ));
    }
    harvests.put(&actor(), &settings).await?;
    harvests.ask(&actor(), &settings.name, HarvestOptions::default()).await?;
    Ok(settings.name)
}

/// A page must not be a way to read files of the machine that it comes from.
fn refuse_local(settings: &SourceSettings) -> Result<(), Error> {
    match settings.is_local()? {
        false => Ok(()),
        true => Err(Error::invalid("the address is a file or folder of this machine")
            .with_hint("sources on this machine are added on the command line: townhall harvest FOLDER")),
    }
}

/// Does what a button asks for.
pub(super) async fn change(
    site: Site,
    Path(name): Path<String>,
    uri: OriginalUri,
    body: Bytes,
) -> Result<Response, Problem> {
    require_staff(&site)?;
    let params = form(&body);
    let wish = params.get("do").unwrap_or("save").to_owned();
    match carried_out(&site, &name, &wish, &params).await {
        Ok(()) if wish == "remove" => Ok(Redirect::to("/sources").into_response()),
        Ok(()) => Ok(Redirect::to(&format!("{}?done={}", source_url(&name), word(&wish))).into_response()),
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict) => {
            let typed = params.get("document").map(str::to_owned);
            shown(&site, &name, &uri, typed, vec![refusal("Nothing was changed", &error)]).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn carried_out(site: &Site, name: &str, wish: &str, params: &Params) -> Result<(), Error> {
    let harvests = site.app().harvests();
    let actor = actor();
    let reason = params.get("reason");
    let forced = HarvestOptions { is_forced: true, ..HarvestOptions::default() };
    match wish {
        "harvest" => harvests.ask(&actor, name, HarvestOptions::default()).await?,
        "force" => harvests.ask(&actor, name, forced).await?,
        "stop" => {
            harvests.cancel(&actor, name).await?;
        }
        "let-go" => {
            harvests.decide(&actor, name, Decision::LetGo, reason).await?;
        }
        "keep" => {
            harvests.decide(&actor, name, Decision::Keep, reason).await?;
        }
        "pause" | "resume" => {
            let mut settings = harvests.show(name).await?.settings;
            settings.paused = wish == "pause";
            harvests.put(&actor, &settings).await?;
        }
        "remove" => {
            harvests.retire(&actor, name).await?;
        }
        "save" => {
            let text = params.get("document").ok_or_else(|| Error::invalid("the settings are missing"))?;
            let settings: SourceSettings = serde_json::from_str(text)
                .map_err(|error| Error::invalid(format!("the settings can't be read: {error}")))?;
            if settings.name != name {
                return Err(Error::invalid("the name of a source stays: its records are kept under it"));
            }
            refuse_local(&settings)?;
            harvests.put(&actor, &settings).await?;
        }
        restore => {
            let number = restore.strip_prefix("restore-").and_then(|number| number.parse::<u32>().ok());
            let revisions = harvests.revisions(name, 1_000).await?;
            let earlier = revisions.into_iter().find(|revision| Some(revision.revision) == number);
            let earlier =
                earlier.ok_or_else(|| Error::invalid("there is no such revision of the settings"))?;
            let settings: SourceSettings = serde_json::from_str(&earlier.text)
                .map_err(|error| Error::invalid(format!("the earlier settings can't be read: {error}")))?;
            harvests.put(&actor, &settings).await?;
        }
    }
    Ok(())
}

/// The word for what was done, in an address.
fn word(wish: &str) -> &'static str {
    match wish {
        "harvest" | "force" => "asked",
        "stop" => "stopped",
        "let-go" => "withdrawn",
        "keep" => "kept",
        _ => "saved",
    }
}

/// What was done, in a sentence.
pub(super) fn said(word: &str) -> &'static str {
    match word {
        "added" => "The source is kept, and its first harvest begins as soon as a worker is free.",
        "asked" => "The harvest begins as soon as a worker is free. Load this page again to see how it goes.",
        "stopped" => "The harvest stops; what it did until then is done.",
        "withdrawn" => {
            "The records are withdrawn. Their pages say why, and they come back if the source lists them again."
        }
        "kept" => "The records stay. They are not the source's any more until it lists them again.",
        _ => "The settings are as you see them here. Earlier ones are listed below.",
    }
}

fn refusal(title: &str, error: &Error) -> Notice {
    let hint = error.hint().map(|hint| format!(". {hint}")).unwrap_or_default();
    Notice {
        kind: NoticeKind::Error,
        title: Some(format!("{title}:")),
        text: format!("{error}{hint}"),
        link: None,
    }
}

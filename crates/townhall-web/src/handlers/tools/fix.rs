//! `/tools/fix` and `/api/fix`: a catalogue mended.

use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};

use super::page::{self, Tool};
use super::upload;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const FIX: Tool = Tool {
    name: "fix",
    title: "Mend a catalog",
    lead: "Repair what is surely wrong (dates, frequencies, licenses, keywords, media types, encodings and more), and \
           see what needs a person.",
    template: "tool_fix.html",
    form,
    heading,
};

/// `/tools/fix`, empty.
pub async fn show(site: Site) -> Result<Response, Problem> {
    page::empty(&site, &FIX)
}

/// `/tools/fix` with a catalogue: what was done, or the mended file.
pub async fn run(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let material = match sent.one() {
        Ok(material) => material,
        Err(problem) => return page::answer(&site, &FIX, &sent, Err(problem)).await,
    };
    let outcome = match site.app().workshop().fix(material).await {
        Ok((mended, _)) if sent.wants_file() => {
            return respond::material(&mended, "application/json", "mended.json").await;
        }
        Ok((_, answer)) => Ok((material, json!(answer))),
        Err(error) => Err(error.into()),
    };
    page::answer(&site, &FIX, &sent, outcome).await
}

/// `/api/fix`: the mended catalogue; with `report=yes` what was done instead.
pub async fn api(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let (mended, answer) = site.app().workshop().fix(sent.one()?).await?;
    match sent.params.get("report") {
        Some(_) => Ok(respond::json(&json!(answer))),
        None => respond::material(&mended, "application/json", "mended.json").await,
    }
}

fn form(site: &Site, _: &Params, text: Option<&str>) -> ToolForm {
    ToolForm {
        sources: vec![SourceField { label: "The catalog".into(), text: text.unwrap_or_default().into() }],
        submit: "Show what would be mended".into(),
        submit_file: Some("Mend and download".into()),
        command: "townhall fix data.json".into(),
        api: format!("curl -F file=@data.json {}/api/fix -o mended.json", site.base_url()),
        ..ToolForm::default()
    }
}

fn heading(answer: &Value) -> String {
    let count = |name: &str| answer[name].as_u64().unwrap_or(0);
    match (count("changed"), count("doubtful")) {
        (0, 0) => "Nothing to mend".into(),
        (changed, 0) => format!("{changed} of {} records mended", count("records")),
        (changed, doubtful) => format!("{changed} records mended, {doubtful} need a person"),
    }
}

//! `/tools/license` and `/api/license`: what licenses mean, and whether data under several can be combined.

use axum::response::Response;
use serde_json::{Value, json};
use townhall_app::{LicenseRequest, Task, known_licenses};

use super::page::Tool;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const LICENSE: Tool = Tool {
    name: "license",
    api: "license",
    title: "Understand licenses",
    lead: "Find out which license a name, an address or a text means, what it lets people do, and whether data under several can be combined.",
    template: "tool_license.html",
    task,
    form,
    heading,
    shown: None,
    kept: None,
};

fn task(params: &Params) -> Result<Task, Problem> {
    let texts = params.all("license").map(str::to_owned).collect();
    Ok(Task::License(LicenseRequest { texts }))
}

/// `/api/license/list`: every license that is known.
pub async fn list() -> Response {
    respond::json(&json!({"data": known_licenses(), "meta": {}}))
}

fn form(site: &Site, _: &Params) -> ToolForm {
    ToolForm {
        sources: vec![SourceField {
            label: "Names or addresses, one a line; or the text of a license".into(),
            ..SourceField::default()
        }],
        submit: "Explain".into(),
        command: "townhall license \"CC BY 4.0\" ODbL".into(),
        api: format!("curl '{}/api/license?license=CC+BY+4.0&license=ODbL'", site.base_url()),
        ..ToolForm::default()
    }
}

fn heading(result: &Value) -> String {
    let found = result["licenses"].as_array().map_or(&[][..], Vec::as_slice);
    match found {
        [one] => match one["license"]["name"].as_str() {
            Some(name) => name.to_owned(),
            None => "Not recognized".to_owned(),
        },
        many => match result["combination"]["outcome"].as_str() {
            Some("free") => format!("{} licenses that go together", many.len()),
            Some("with-obligations") => format!("{} licenses that go together, with obligations", many.len()),
            Some("conflict") => format!("{} licenses that do not go together", many.len()),
            _ => format!("{} licenses; whether they go together is not clear", many.len()),
        },
    }
}

//! `/tools/fix` and `/api/fix`: a catalogue mended.

use serde_json::Value;
use townhall_app::Task;

use super::page::Tool;
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::views::{SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const FIX: Tool = Tool {
    name: "fix",
    api: "fix",
    title: "Mend a catalog",
    lead: "Repair what is surely wrong (dates, frequencies, licenses, keywords, media types, encodings and more), and \
           see what needs a person.",
    template: "tool_fix.html",
    task,
    form,
    heading,
    shown: None,
    kept: None,
};

fn task(_: &Params) -> Result<Task, Problem> {
    Ok(Task::Fix)
}

fn form(site: &Site, _: &Params) -> ToolForm {
    ToolForm {
        sources: vec![SourceField { label: "The catalog".into(), ..SourceField::default() }],
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
        (changed, 1) => format!("{changed} of {} records mended, 1 needs a person", count("records")),
        (changed, doubtful) => {
            format!("{changed} of {} records mended, {doubtful} need a person", count("records"))
        }
    }
}

//! `/tools/diff` and `/api/diff`: what changed between two editions of a catalogue.

use serde_json::Value;
use townhall_app::{ComparisonForm, DiffRequest, Task};
use townhall_model::ErrorKind;

use super::page::Tool;
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::views::{CheckField, SourceField, TextField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const DIFF: Tool = Tool {
    name: "diff",
    api: "diff",
    title: "Compare two editions",
    lead: "See what changed between two editions of a catalog, dataset by dataset and field by field.",
    template: "tool_diff.html",
    task,
    form,
    heading,
    shown: None,
    kept: None,
};

fn task(params: &Params) -> Result<Task, Problem> {
    let ignore = params.all("ignore").flat_map(|fields| fields.split([',', ' ']));
    let request = DiffRequest {
        ignore: ignore.filter(|field| !field.is_empty()).map(str::to_owned).collect(),
        any_order: params.get("any_order").is_some(),
    };
    let form = match params.get("_format").filter(|name| *name != "json") {
        None => None,
        Some(name) => Some(ComparisonForm::by_name(name).ok_or_else(|| {
            let known = ComparisonForm::ALL.map(ComparisonForm::name).join(", ");
            Problem::new(ErrorKind::Invalid, format!("`{name}` is no form of a comparison"))
                .with_hint(format!("use json, {known}"))
        })?),
    };
    Ok(Task::Diff { request, form })
}

fn form(site: &Site, params: &Params) -> ToolForm {
    ToolForm {
        sources: vec![
            SourceField { label: "The older edition".into(), ..SourceField::default() },
            SourceField { label: "The newer edition".into(), ..SourceField::default() },
        ],
        texts: vec![TextField {
            name: "ignore".into(),
            label: "Fields that don’t count".into(),
            hint: "Names with commas between them, such as modified, distribution/modified".into(),
            value: params.get("ignore").unwrap_or_default().into(),
        }],
        checks: vec![CheckField {
            name: "any_order".into(),
            label: "The order of lists doesn’t count".into(),
            hint: String::new(),
            checked: params.get("any_order").is_some(),
        }],
        submit: "Compare".into(),
        command: "townhall diff old.json new.json".into(),
        api: format!("curl -F file=@old.json -F file=@new.json {}/api/diff", site.base_url()),
        ..ToolForm::default()
    }
}

fn heading(result: &Value) -> String {
    let count = |name: &str| result[name].as_array().map_or(0, Vec::len);
    match count("added") + count("removed") + count("changed") + count("catalog") {
        0 => "No difference".into(),
        1 => "1 difference".into(),
        many => format!("{many} differences"),
    }
}

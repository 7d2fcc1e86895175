//! `/tools/score` and `/api/score`: how well the datasets of a catalog are published.

use serde_json::Value;
use townhall_app::{ScoreForm, ScoreRequest, Task, schemes_of};
use townhall_model::ErrorKind;

use super::page::Tool;
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::views::{Choice, SelectField, SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const SCORE: Tool = Tool {
    name: "score",
    api: "score",
    title: "Score a catalog",
    lead: "See how open, complete and usable the datasets of a catalog are, and what to do first to make them better.",
    template: "tool_score.html",
    task,
    form,
    heading,
    shown: None,
    kept: None,
};

fn task(params: &Params) -> Result<Task, Problem> {
    let schemes: Vec<String> = params.all("scheme").filter(|id| *id != "all").map(str::to_owned).collect();
    schemes_of(&schemes)?;
    let form = match params.get("_format").filter(|name| *name != "json") {
        None if params.get("want") == Some("file") => Some(ScoreForm::Csv),
        None => None,
        Some(name) => Some(ScoreForm::by_name(name).ok_or_else(|| {
            let known = ScoreForm::ALL.map(ScoreForm::name).join(", ");
            Problem::new(ErrorKind::Invalid, format!("`{name}` is no form of scores"))
                .with_hint(format!("use json, {known}"))
        })?),
    };
    Ok(Task::Score(ScoreRequest { schemes, form }))
}

fn form(site: &Site, params: &Params) -> ToolForm {
    let chosen = params.get("scheme").unwrap_or("all");
    let choice = |value: &str, label: &str| Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        url: String::new(),
        selected: chosen == value,
    };
    let schemes = schemes_of(&[]).unwrap_or_default();
    ToolForm {
        sources: vec![SourceField { label: "The catalog".into(), ..SourceField::default() }],
        selects: vec![SelectField {
            name: "scheme".into(),
            label: "By which measure".into(),
            choices: std::iter::once(choice("all", "all of them"))
                .chain(schemes.iter().map(|scheme| choice(scheme.id, scheme.name)))
                .collect(),
        }],
        submit: "Score".into(),
        submit_file: Some("Download as CSV".into()),
        command: "townhall score data.json".into(),
        api: format!("curl -F file=@data.json {}/api/score", site.base_url()),
        ..ToolForm::default()
    }
}

fn heading(result: &Value) -> String {
    match result["datasets"].as_u64().unwrap_or(0) {
        0 => "No dataset to score".into(),
        1 => "1 dataset scored".into(),
        many => format!("{many} datasets scored"),
    }
}

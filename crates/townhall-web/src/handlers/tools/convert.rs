//! `/tools/convert` and `/api/convert`: a catalogue in another form.

use serde_json::Value;
use townhall_app::{ConvertRequest, Task, conversion_forms, source_forms};
use townhall_model::ErrorKind;

use super::page::Tool;
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::views::{Choice, SelectField, SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const CONVERT: Tool = Tool {
    name: "convert",
    api: "convert",
    title: "Convert a catalog",
    lead: "Write a catalog in another version or form, or any JSON as a table, and see what that costs.",
    template: "tool_convert.html",
    task,
    form,
    heading,
    shown: None,
    kept: None,
};

fn task(params: &Params) -> Result<Task, Problem> {
    let to = params.get("to").ok_or_else(|| {
        let known: Vec<_> = conversion_forms().iter().map(|form| form.id).collect();
        Problem::new(ErrorKind::Invalid, "`to` does not say what to convert to")
            .with_hint(format!("use one of {}", known.join(", ")))
    })?;
    let from = params.get("from").map(str::to_owned);
    Ok(Task::Convert(ConvertRequest { from, to: to.to_owned() }))
}

fn form(site: &Site, params: &Params) -> ToolForm {
    let choice = |field: &str, value: &str, label: &str| Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        url: String::new(),
        selected: params.get(field).unwrap_or_default() == value,
    };
    ToolForm {
        sources: vec![SourceField { label: "The catalog".into(), ..SourceField::default() }],
        selects: vec![
            SelectField {
                name: "from".into(),
                label: "The file is".into(),
                choices: std::iter::once(choice("from", "", "found out from its beginning"))
                    .chain(source_forms().into_iter().map(|(id, name)| choice("from", id, name)))
                    .collect(),
            },
            SelectField {
                name: "to".into(),
                label: "Convert to".into(),
                choices: conversion_forms().iter().map(|form| choice("to", form.id, form.name)).collect(),
            },
        ],
        submit: "Show what it costs".into(),
        submit_file: Some("Convert and download".into()),
        command: "townhall convert data.json --to dcat-us-3.0 -o catalog.json".into(),
        api: format!(
            "curl -F file=@data.json -F to=dcat-us-3.0 {}/api/convert -o catalog.json",
            site.base_url()
        ),
        ..ToolForm::default()
    }
}

fn heading(report: &Value) -> String {
    match report["written"].as_u64().unwrap_or(0) {
        1 => "1 record converted".into(),
        many => format!("{many} records converted"),
    }
}

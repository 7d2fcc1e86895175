//! `/tools/would-harvest` and `/api/would-harvest`: what data.gov would do with a catalogue.

use serde_json::Value;
use townhall_app::{HarvestRequest, Task};

use super::page::Tool;
use crate::handlers::Site;
use crate::handlers::params::Params;
use crate::pages::views::{Choice, SelectField, SourceField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const WOULD_HARVEST: Tool = Tool {
    name: "would-harvest",
    api: "would-harvest",
    title: "Would data.gov harvest this?",
    lead: "See which datasets the harvester of data.gov would add, change, refuse or delete, and why, before it does.",
    template: "tool_would_harvest.html",
    task,
    form,
    heading,
    shown: None,
    kept: None,
};

/// The harvester's own profiles.
const PROFILES: [(&str, &str); 4] = [
    ("auto", "what suits the file"),
    ("dcat-us-1.1-harvester-federal", "DCAT-US 1.1 of a federal agency"),
    ("dcat-us-1.1-harvester-non-federal", "DCAT-US 1.1 of a state, a city or others"),
    ("dcat-us-3.0-harvester", "DCAT-US 3.0"),
];

fn task(params: &Params) -> Result<Task, Problem> {
    Ok(Task::WouldHarvest(HarvestRequest { profile: params.get("profile").map(str::to_owned) }))
}

fn form(site: &Site, params: &Params) -> ToolForm {
    let chosen = params.get("profile").unwrap_or("auto");
    ToolForm {
        sources: vec![
            SourceField { label: "The catalog".into(), ..SourceField::default() },
            SourceField {
                label: "What data.gov has of it now, if you know".into(),
                ..SourceField::default()
            },
        ],
        selects: vec![SelectField {
            name: "profile".into(),
            label: "Harvested as".into(),
            choices: PROFILES
                .iter()
                .map(|(value, label)| Choice {
                    label: (*label).into(),
                    value: (*value).into(),
                    url: String::new(),
                    selected: chosen == *value,
                })
                .collect(),
        }],
        submit: "Show what would happen".into(),
        command: "townhall validate --would-harvest data.json --known last-month.json".into(),
        api: format!(
            "curl -F file=@data.json -F file=@last-month.json {}/api/would-harvest",
            site.base_url()
        ),
        ..ToolForm::default()
    }
}

fn heading(plan: &Value) -> String {
    let count = |name: &str| plan[name].as_u64().unwrap_or(0);
    let taken = count("added") + count("changed") + count("unchanged");
    let records = |number: u64| match number {
        1 => "1 record".to_owned(),
        many => format!("{many} records"),
    };
    match (count("refused"), count("deleted")) {
        (0, 0) if taken == 1 => "The record would be harvested".into(),
        (0, 0) => format!("All {taken} records would be harvested"),
        (refused, 0) => format!("{refused} of {} would be refused", records(taken + refused)),
        (0, deleted) => format!("{} would be deleted", records(deleted)),
        (refused, deleted) => {
            format!("{} would be refused and {deleted} deleted", records(refused))
        }
    }
}

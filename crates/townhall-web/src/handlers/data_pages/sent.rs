//! What the form that makes a page sends, and what its buttons do.

use townhall_app::Error;
use townhall_app::charts::{DataPage, DetailPage, PageFilter, Pane, Roles, Summary};

use crate::handlers::params::Params;

/// Columns of a page for which the form has filters.
pub(super) const FILTER_FIELD: &str = "filter.";

/// What a button of the form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// To keep it as it is.
    Save,
    /// To move a pane up.
    Up(usize),
    /// To move a pane down.
    Down(usize),
    /// To take a pane away.
    Remove(usize),
    /// To add a pane: a text, or a suggested chart by its number from 1.
    Add,
    /// To put an earlier revision in force.
    Restore(u32),
    /// To take the page away.
    Retire,
    /// To take the document as it was typed.
    Document,
}

impl Wish {
    /// What the button named `do` says.
    pub fn read(params: &Params) -> Result<Self, Error> {
        let text = params.get("do").unwrap_or("save");
        let (word, number) = text.split_once('-').unwrap_or((text, ""));
        let number = number.parse::<u32>().unwrap_or(0);
        let index = (number as usize).saturating_sub(1);
        Ok(match word {
            "save" => Self::Save,
            "up" => Self::Up(index),
            "down" => Self::Down(index),
            "remove" => Self::Remove(index),
            "add" => Self::Add,
            "restore" => Self::Restore(number),
            "retire" => Self::Retire,
            "document" => Self::Document,
            _ => {
                let text: String = text.chars().take(60).collect();
                return Err(Error::invalid(format!("`do={text}` is nothing that can be done")));
            }
        })
    }
}

/// The page as the form has it.
pub(super) fn page(params: &Params) -> Result<DataPage, Error> {
    let text =
        |name: &str| params.get(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let list = |name: &str| -> Vec<String> {
        let text = text(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let is_on = |name: &str| params.get(name) == Some("yes");
    let count = params.get("panes").and_then(|count| count.parse::<usize>().ok()).unwrap_or(0);
    let mut panes = Vec::new();
    for number in 1..=count.min(townhall_app::charts::limits::PANES_MAX) {
        let field = |name: &str| format!("pane.{number}.{name}");
        let chart = match text(&field("chart")) {
            None => None,
            Some(text) => Some(serde_json::from_str(&text).map_err(|error| {
                Error::invalid(format!("pane {number}: the chart is not JSON: {error}"))
                    .with_hint("copy a chart as Vega-Lite from the charts tab")
            })?),
        };
        panes.push(Pane {
            on: is_on(&field("on")),
            title: text(&field("title")),
            markdown: match chart {
                Some(_) => None,
                None => Some(text(&field("markdown")).unwrap_or_default()),
            },
            chart,
        });
    }
    let filters = params
        .0
        .iter()
        .filter_map(|(key, value)| {
            Some(PageFilter { column: key.strip_prefix(FILTER_FIELD)?.to_owned(), form: value.clone() })
        })
        .collect();
    Ok(DataPage {
        title: text("title").unwrap_or_default(),
        description: text("description"),
        roles: Roles {
            latitude: text("role.latitude"),
            longitude: text("role.longitude"),
            title: text("role.title"),
            currency: list("role.currency"),
            date: list("role.date"),
            category: list("role.category"),
        },
        panes,
        filters,
        summary: Summary {
            on: is_on("summary.on"),
            columns: list("summary.columns"),
            sort: text("summary.sort"),
        },
        detail: DetailPage {
            on: is_on("detail.on"),
            columns: list("detail.columns"),
            wide: list("detail.wide"),
            map: is_on("detail.map"),
        },
        downloads: params.all("download").map(str::to_owned).collect(),
    })
}

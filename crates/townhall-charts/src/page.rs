//! A page about a table: charts and texts in an order, filters, rows, and a page for each row; described in a document.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::limits::{FILTERS_MAX, PAGE_BYTES_MAX, PANES_MAX};
use crate::plan::{Field, Plan};
use crate::spec::{Kind, Spec};

/// The forms in which a page may offer its rows.
const DOWNLOADS: [&str; 4] = ["csv", "json", "xml", "geojson"];

/// A page document can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PageProblem {
    /// What is wrong, and where.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
}

impl PageProblem {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }
}

/// A page about a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataPage {
    /// Its title.
    pub title: String,
    /// What it is about, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What columns are.
    pub roles: Roles,
    /// What stands on it, in order.
    pub panes: Vec<Pane>,
    /// What rows can be chosen by.
    pub filters: Vec<PageFilter>,
    /// The rows.
    pub summary: Summary,
    /// The page of each row.
    pub detail: DetailPage,
    /// The forms in which its rows are offered: `csv`, `json`, `xml`, `geojson`.
    pub downloads: Vec<String>,
}

/// What columns are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Roles {
    /// The column of degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<String>,
    /// The column of degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<String>,
    /// The column that names a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Columns of money.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub currency: Vec<String>,
    /// Columns of dates, the main one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub date: Vec<String>,
    /// Columns that sort rows into kinds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<String>,
}

/// A chart or a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pane {
    /// Whether it is shown.
    #[serde(skip_serializing_if = "Clone::clone")]
    pub on: bool,
    /// Its heading, when it is not that of its chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A text in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markdown: Option<String>,
    /// A chart in Vega-Lite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<Value>,
}

impl Default for Pane {
    fn default() -> Self {
        Self { on: true, title: None, markdown: None, chart: None }
    }
}

impl Pane {
    /// The chart of it, if it is one.
    pub fn spec(&self) -> Option<Result<Spec, PageProblem>> {
        let chart = self.chart.as_ref()?;
        Some(
            Spec::from_value(chart)
                .map_err(|problem| PageProblem { message: problem.message, hint: problem.hint }),
        )
    }
}

/// What rows can be chosen by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageFilter {
    /// The column.
    pub column: String,
    /// `list` offers its values, `text` takes a part of one.
    #[serde(rename = "as", default = "as_text")]
    pub form: String,
}

fn as_text() -> String {
    "text".to_owned()
}

/// The rows of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Summary {
    /// Whether they are shown.
    pub on: bool,
    /// The columns, in order; all when none is named.
    pub columns: Vec<String>,
    /// The order, such as `-date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
}

impl Default for Summary {
    fn default() -> Self {
        Self { on: true, columns: Vec::new(), sort: None }
    }
}

/// The page of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DetailPage {
    /// Whether rows have pages.
    pub on: bool,
    /// The columns, in order; all when none is named.
    pub columns: Vec<String>,
    /// Columns whose values have the whole width.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wide: Vec<String>,
    /// Whether a row with a place has a map.
    pub map: bool,
}

impl Default for DetailPage {
    fn default() -> Self {
        Self { on: true, columns: Vec::new(), wide: Vec::new(), map: true }
    }
}

impl DataPage {
    /// Reads a document in YAML or JSON.
    pub fn read(text: &str) -> Result<Self, PageProblem> {
        if text.len() > PAGE_BYTES_MAX {
            return Err(PageProblem::new(
                format!("the page has {} bytes, more than the {PAGE_BYTES_MAX} allowed", text.len()),
                "take panes out of it",
            ));
        }
        serde_saphyr::from_str(text).map_err(|error| {
            let message = error.to_string();
            let first = message.lines().next().unwrap_or_default().to_owned();
            PageProblem::new(
                format!("the page can't be read: {first}"),
                "its members are title, description, roles, panes, filters, summary, detail and downloads",
            )
        })
    }

    /// The document in YAML.
    pub fn written(&self) -> Result<String, PageProblem> {
        serde_saphyr::to_string(self)
            .map_err(|error| PageProblem::new(format!("the page can't be written: {error}"), "report this"))
    }

    /// Checks that it fits a table of these columns.
    pub fn check(&self, fields: &[Field]) -> Result<(), PageProblem> {
        if self.title.trim().is_empty() {
            return Err(PageProblem::new("the page has no `title`", "say what it is called"));
        }
        if self.panes.len() > PANES_MAX {
            return Err(PageProblem::new(
                format!("the page has more than {PANES_MAX} panes"),
                "make two pages of it",
            ));
        }
        if self.filters.len() > FILTERS_MAX {
            return Err(PageProblem::new(
                format!("the page has more than {FILTERS_MAX} filters"),
                "leave some out",
            ));
        }
        self.check_columns(fields)?;
        for form in &self.downloads {
            if !DOWNLOADS.contains(&form.as_str()) {
                return Err(PageProblem::new(
                    format!("`downloads` has `{form}`, which is not offered"),
                    format!("use {}", DOWNLOADS.join(", ")),
                ));
            }
        }
        for (i, pane) in self.panes.iter().enumerate() {
            let place = |problem: String| format!("pane {}: {problem}", i + 1);
            match (&pane.markdown, pane.spec()) {
                (Some(_), None) => {}
                (None, Some(spec)) => {
                    let spec = spec.map_err(|p| PageProblem { message: place(p.message), hint: p.hint })?;
                    Plan::new(&spec, fields)
                        .map_err(|p| PageProblem { message: place(p.message), hint: p.hint })?;
                }
                _ => {
                    return Err(PageProblem::new(
                        place("it is neither a chart nor a text, or both".to_owned()),
                        "give it `chart` or `markdown`",
                    ));
                }
            }
        }
        Ok(())
    }

    fn check_columns(&self, fields: &[Field]) -> Result<(), PageProblem> {
        let roles = &self.roles;
        let single =
            [("latitude", &roles.latitude), ("longitude", &roles.longitude), ("title", &roles.title)];
        let named = single
            .into_iter()
            .flat_map(|(place, column)| column.iter().map(move |column| (place, column)))
            .chain(roles.currency.iter().map(|column| ("currency", column)))
            .chain(roles.date.iter().map(|column| ("date", column)))
            .chain(roles.category.iter().map(|column| ("category", column)))
            .chain(self.filters.iter().map(|filter| ("filters", &filter.column)))
            .chain(self.summary.columns.iter().map(|column| ("summary", column)))
            .chain(self.detail.columns.iter().map(|column| ("detail", column)))
            .chain(self.detail.wide.iter().map(|column| ("detail.wide", column)));
        for (place, column) in named {
            let Some(field) = fields.iter().find(|field| field.name == *column) else {
                let known: Vec<&str> = fields.iter().take(20).map(|field| field.name.as_str()).collect();
                return Err(PageProblem::new(
                    format!("`{place}` names `{column}`, which is no column of the table"),
                    format!("the columns are {}", known.join(", ")),
                ));
            };
            let wants_numbers = matches!(place, "latitude" | "longitude" | "currency");
            if wants_numbers && !field.kind.is_numeric() {
                return Err(PageProblem::new(
                    format!("`{place}` names `{column}`, which holds {}", field.kind.name()),
                    "name a column of numbers",
                ));
            }
        }
        match self.filters.iter().find(|filter| !matches!(filter.form.as_str(), "text" | "list")) {
            Some(filter) => Err(PageProblem::new(
                format!("the filter of `{}` is `as: {}`", filter.column, filter.form),
                "write `as: text` or `as: list`",
            )),
            None => Ok(()),
        }
    }

    /// A page to begin with, for a table of these columns.
    pub fn draft(title: &str, fields: &[Field]) -> Self {
        let column = |kind: Kind, name: &str| {
            let mut spec =
                crate::suggest(fields).into_iter().map(|s| s.spec).find(|spec| spec.kind == kind)?;
            spec.channel_mut(name)?.take()?.field
        };
        let suggestions = crate::suggest(fields);
        let lists = fields
            .iter()
            .filter(|field| (2..=20).contains(&field.distinct) && !field.kind.is_numeric())
            .take(3);
        Self {
            title: title.to_owned(),
            description: None,
            roles: Roles {
                latitude: column(Kind::Map, "latitude"),
                longitude: column(Kind::Map, "longitude"),
                title: fields
                    .iter()
                    .find(|field| field.kind == townhall_model::table::ColumnType::Text)
                    .map(|field| field.name.clone()),
                currency: fields.iter().filter(|f| f.is_currency).map(|f| f.name.clone()).collect(),
                date: fields.iter().filter(|f| f.kind.is_temporal()).map(|f| f.name.clone()).collect(),
                category: lists.clone().map(|field| field.name.clone()).collect(),
            },
            panes: suggestions
                .iter()
                .take(2)
                .map(|one| Pane { chart: Some(one.spec.to_json(None)), ..Pane::default() })
                .collect(),
            filters: lists
                .map(|field| PageFilter { column: field.name.clone(), form: "list".to_owned() })
                .collect(),
            summary: Summary::default(),
            detail: DetailPage::default(),
            downloads: vec!["csv".to_owned(), "json".to_owned()],
        }
    }
}

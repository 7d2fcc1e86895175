//! Charts of a table (`dataset_charts.html`), one alone (`chart_embed.html`), and one to explore (`chart_explore.html`).

use serde::Serialize;

use super::{Choice, DatasetHead, Download, HiddenField, Link, Notice};

/// A chart to look at, with what stands around it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChartFigure {
    /// What its ids begin with, unlike those of others on the page.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it shows, in words.
    pub description: String,
    /// What one has to know of what is not shown.
    pub notes: Vec<String>,
    /// The drawing for wide screens, as SVG.
    pub wide: String,
    /// The drawing for phones, as SVG.
    pub narrow: String,
    /// The number, for a key figure, which is written rather than drawn.
    pub figure: Option<String>,
    /// The headings of its numbers.
    pub headings: Vec<(String, bool)>,
    /// Its numbers.
    pub rows: Vec<Vec<String>>,
    /// How many of them are left out.
    pub omitted: usize,
    /// The chart as files.
    pub downloads: Vec<Download>,
    /// Where it can be explored.
    pub explore_url: Option<String>,
    /// The page with the chart alone and what to write to embed it.
    pub chart_url: Option<String>,
}

/// The form that makes a chart.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChartForm {
    /// What it carries along.
    pub keep: Vec<HiddenField>,
    /// The kinds of charts.
    pub kinds: Vec<Choice>,
    /// The columns for categories, times or the first number.
    pub by: Vec<Choice>,
    /// To what they are rounded.
    pub units: Vec<Choice>,
    /// What is computed.
    pub functions: Vec<Choice>,
    /// Of which column.
    pub of: Vec<Choice>,
    /// The columns that split the chart.
    pub colors: Vec<Choice>,
    /// The orders.
    pub sorts: Vec<Choice>,
    /// The title, when one was given.
    pub title: String,
}

/// Charts of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChartsView {
    /// The top.
    pub head: DatasetHead,
    /// The page's address without a query.
    pub action: String,
    /// The tables of the dataset, when there are several.
    pub tables: Vec<Choice>,
    /// The form.
    pub form: ChartForm,
    /// The chart; none when there is none to draw.
    pub chart: Option<ChartFigure>,
    /// Charts worth trying.
    pub suggestions: Vec<Choice>,
    /// What was wrong with the wish.
    pub notices: Vec<Notice>,
    /// What to write on another site to show the chart there: as a frame, and as a picture.
    pub embeds: Vec<(String, String)>,
    /// The page about the table, if there is one.
    pub page_url: Option<String>,
    /// Where that page is made, for those who may.
    pub build_url: Option<String>,
}

/// A chart alone, for a frame on another site.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EmbedView {
    /// The chart.
    pub chart: ChartFigure,
    /// Its dataset.
    pub dataset: Link,
    /// The chart on our own page.
    pub url: String,
}

/// A chart to explore with Vega.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ExploreView {
    /// The top.
    pub head: DatasetHead,
    /// The chart as we draw it.
    pub chart: ChartFigure,
    /// The specification, to be changed.
    pub spec: String,
    /// The chart on its own page.
    pub back_url: String,
    /// What it is drawn of, when that is not the rows themselves.
    pub note: Option<String>,
}

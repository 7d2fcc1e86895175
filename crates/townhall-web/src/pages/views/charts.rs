//! A chart of one column (`dataset_charts.html`).

use serde::Serialize;

use super::{Choice, DatasetHead, Download, HiddenField};
use crate::pages::charts::ChartView;

/// A chart of a column that one chooses.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChartsView {
    /// The top.
    pub head: DatasetHead,
    /// The page's address without a query.
    pub action: String,
    /// The columns to choose from.
    pub columns: Vec<Choice>,
    /// What the choice carries along.
    pub keep: Vec<HiddenField>,
    /// The chart, from [`crate::pages::charts::bars`] or [`crate::pages::charts::line`]; none when there is nothing to draw.
    pub chart: Option<ChartView>,
    /// What the chart is made of, as files.
    pub downloads: Vec<Download>,
}

/// A point of a series: what stands on the axis, and the number.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SeriesPoint {
    /// What stands on the axis.
    pub label: String,
    /// The number.
    pub value: f64,
}

impl SeriesPoint {
    /// A point from its two parts.
    pub fn new(label: impl Into<String>, value: f64) -> Self {
        Self { label: label.into(), value }
    }
}

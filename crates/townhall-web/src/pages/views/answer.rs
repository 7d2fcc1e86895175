//! The answer of another system's table API for people (`answer.html`).

use serde::Serialize;

use super::{Download, Link};

/// Rows, or whatever else was answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AnswerView {
    /// What was asked.
    pub heading: String,
    /// What the answer is of.
    pub source: Option<Link>,
    /// The headings of rows.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Option<String>>>,
    /// The answer as text, where it is no rows.
    pub text: Option<String>,
    /// Whether there are more rows than are shown.
    pub truncated: bool,
    /// The places of the rows on a map, each a longitude and a latitude between 0 and 100 of its width and height.
    pub points: Vec<(f64, f64)>,
    /// How far the places reach, in words.
    pub extent: Option<String>,
    /// The same answer in other forms.
    pub downloads: Vec<Download>,
}

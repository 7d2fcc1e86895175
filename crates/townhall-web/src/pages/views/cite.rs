//! How to cite a dataset (`dataset_cite.html`).

use serde::Serialize;

use super::{DatasetHead, Download};

/// How to cite a dataset.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CiteView {
    /// The top.
    pub head: DatasetHead,
    /// A sentence in the manner of APA.
    pub text: String,
    /// A BibTeX entry.
    pub bibtex: String,
    /// A RIS record.
    pub ris: String,
    /// The citation as files.
    pub downloads: Vec<Download>,
    /// The address that stays.
    pub permalink: String,
    /// The version that is cited.
    pub version: Option<String>,
}

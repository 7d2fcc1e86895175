//! How to use a dataset from a program (`dataset_api.html`).

use serde::Serialize;

use super::{DatasetHead, Link};

/// How to use the dataset from a program.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ApiView {
    /// The top.
    pub head: DatasetHead,
    /// The interfaces, each with its address.
    pub endpoints: Vec<EndpointRow>,
    /// The same question in several languages.
    pub snippets: Vec<Snippet>,
    /// Examples of questions, as addresses.
    pub examples: Vec<Link>,
    /// The tables in the API console.
    pub consoles: Vec<Link>,
    /// Limits and terms, a sentence each.
    pub notes: Vec<String>,
}

/// An address that programs ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EndpointRow {
    /// `GET` and the like.
    pub method: String,
    /// The address, with the site's.
    pub url: String,
    /// What it answers.
    pub description: String,
}

/// A piece of code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The language, such as `Python`.
    pub language: String,
    /// The code.
    pub code: String,
}

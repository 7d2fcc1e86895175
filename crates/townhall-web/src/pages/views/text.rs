//! Pages that are mostly words: `developers.html`, `tools.html`, `about.html`, `help.html`, `accessibility.html`,
//! `contact.html`, `feeds.html`.

use serde::Serialize;

use super::{Contact, Download, EndpointRow, Fact, Link, NumberFact, Snippet};

/// For developers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DevelopersView {
    /// The interfaces with an address to try each.
    pub endpoints: Vec<EndpointRow>,
    /// The first question in several languages.
    pub snippets: Vec<Snippet>,
    /// The operators of filters: the term is the operator, the value what it does.
    pub operators: Vec<Fact>,
    /// A sentence for each limit.
    pub limits: Vec<String>,
    /// The description of the API for programs.
    pub openapi_url: String,
    /// A dataset to try things on.
    pub example: Option<Link>,
}

/// Tools: each is a command of the program, and a page where there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ToolsView {
    /// The tools.
    pub tools: Vec<ToolCard>,
}

/// A tool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ToolCard {
    /// What it does, in a few words.
    pub name: String,
    /// What it is for, in one or two sentences.
    pub description: String,
    /// Its page, when it has one.
    pub url: Option<String>,
    /// Its command.
    pub command: Option<String>,
    /// Its address for programs.
    pub api: Option<String>,
}

/// About the portal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AboutView {
    /// The owner's own words in markdown; ours are shown when there are none.
    pub text: Option<String>,
    /// How much there is.
    pub numbers: Vec<NumberFact>,
    /// When the catalogue last changed.
    pub updated: Option<String>,
}

/// How to find and use data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HelpView {
    /// Searches worth trying.
    pub examples: Vec<Link>,
}

/// What the kinds of problems mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ProblemsView {
    /// Every kind.
    pub kinds: Vec<ProblemKind>,
}

/// A kind of problem that an answer may tell of (RFC 9457).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ProblemKind {
    /// Its name, the last part of its type's address.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The HTTP status it usually comes with.
    pub status: u16,
    /// What to do.
    pub remedy: String,
}

/// The accessibility statement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AccessibilityView {
    /// Whom to ask.
    pub contact: Contact,
    /// The day of the last review.
    pub reviewed: Option<String>,
}

/// Whom to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ContactView {
    /// Who runs the portal.
    pub contact: Contact,
    /// The organizations with whom to ask there.
    pub organizations: Vec<Link>,
}

/// Every format and feed of the portal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FeedsView {
    /// The groups.
    pub groups: Vec<FormatGroup>,
}

/// Formats of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FormatGroup {
    /// Its heading.
    pub heading: String,
    /// What they are for.
    pub description: Option<String>,
    /// The addresses.
    pub links: Vec<Download>,
}

//! The scorecard of offices (`scorecard.html`, `scorecard_office.html`, `scorecard_compare.html`).

use serde::Serialize;

use super::{ChartFigure, Choice, Download, Fact, Link, Notice, NumberFact, Pager};

/// Where an office stands, in a word and a sign; never in a color alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StandingView {
    /// The words, such as `Green: on track`.
    pub label: String,
    /// The sign: `met`, `partly`, `not-met` or `not-judged`.
    pub sign: String,
}

/// An office in a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OfficeRow {
    /// Its page.
    pub link: Link,
    /// Its short name.
    pub abbreviation: Option<String>,
    /// The standing of its listing.
    pub pdl: StandingView,
    /// The standing of its inventory.
    pub edi: StandingView,
    /// The first reason for the standing of its listing.
    pub reason: String,
    /// Datasets; none without a listing.
    pub datasets: Option<u64>,
    /// The share of valid ones, such as `98.5 %`.
    pub valid: String,
    /// The growth, such as `+3.1 %`.
    pub growth: String,
    /// What the page for people is: `yes`, `partly`, `no`.
    pub page: String,
    /// The share of broken links.
    pub broken: String,
}

/// All offices in a quarter.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ScorecardView {
    /// What has to be known first.
    pub notices: Vec<Notice>,
    /// Whether there are any offices.
    pub has_offices: bool,
    /// The quarter in words.
    pub quarter: String,
    /// Its last day.
    pub date: String,
    /// How it stands with the quarter: under way, ended, final.
    pub state: String,
    /// The quarters.
    pub quarters: Vec<Choice>,
    /// Which offices are shown.
    pub groups: Vec<Choice>,
    /// The sums.
    pub numbers: Vec<NumberFact>,
    /// How many are green, yellow, red and not known.
    pub chart: Option<ChartFigure>,
    /// The sums of the quarters.
    pub trend: Option<ChartFigure>,
    /// The offices.
    pub rows: Vec<OfficeRow>,
    /// Where one is.
    pub pager: Pager,
    /// The list as files.
    pub downloads: Vec<Download>,
    /// What got worse lately.
    pub regressions: Vec<RegressionRow>,
    /// The feed of it.
    pub feed_url: String,
}

/// Something that got worse.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RegressionRow {
    /// When.
    pub at: String,
    /// What happened.
    pub message: String,
    /// The office.
    pub url: String,
}

/// A field of an office.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TrackedRow {
    /// What it asks.
    pub label: String,
    /// The value in words.
    pub value: String,
    /// The standing, for a field that is one.
    pub standing: Option<StandingView>,
    /// Whether it was counted rather than written by somebody.
    pub is_counted: bool,
    /// A note in Markdown.
    pub note: String,
    /// Why it is so.
    pub reason: String,
    /// Who wrote it, and when.
    pub by: String,
}

/// A section of an office's fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TrackedSection {
    /// Its anchor.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Fields that have a value.
    pub rows: Vec<TrackedRow>,
    /// How many have none.
    pub empty: u64,
}

/// An error of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ListingErrorRow {
    /// The dataset.
    pub dataset: String,
    /// Where in it.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub fix: Option<String>,
}

/// What was seen from one day to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LookRow {
    /// When it was first seen.
    pub at: String,
    /// When it was last seen.
    pub until: String,
    /// The standing.
    pub standing: StandingView,
    /// What was found, in words.
    pub found: String,
    /// What changed since the look before.
    pub compare_url: Option<String>,
}

/// An office in a quarter.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OfficeView {
    /// Its name.
    pub name: String,
    /// Its website.
    pub website: Option<String>,
    /// The office that it is part of.
    pub parent: Option<Link>,
    /// The quarter in words.
    pub quarter: String,
    /// Its last day.
    pub date: String,
    /// How it stands with the quarter.
    pub state: String,
    /// The quarters.
    pub quarters: Vec<Choice>,
    /// What has to be known first.
    pub notices: Vec<Notice>,
    /// The standing of its listing.
    pub pdl: StandingView,
    /// Why.
    pub pdl_reasons: Vec<String>,
    /// Who said otherwise.
    pub pdl_overridden: Option<String>,
    /// The standing of its inventory.
    pub edi: StandingView,
    /// Why.
    pub edi_reasons: Vec<String>,
    /// Who said otherwise.
    pub edi_overridden: Option<String>,
    /// What was seen of its listing, page and strategy: a title and facts.
    pub seen: Vec<(String, Vec<Fact>)>,
    /// The datasets over time.
    pub history: Option<ChartFigure>,
    /// The fields.
    pub sections: Vec<TrackedSection>,
    /// The bureaus.
    pub bureaus: Vec<OfficeRow>,
    /// The first errors.
    pub errors: Vec<ListingErrorRow>,
    /// How many there are.
    pub errors_total: u64,
    /// All of them as files.
    pub error_files: Vec<Download>,
    /// What its digital strategy says: number, what is to be done, how far it is.
    pub strategy: Vec<(String, String, String)>,
    /// The looks.
    pub looks: Vec<LookRow>,
    /// Where two days are compared.
    pub compare_url: String,
    /// What got worse.
    pub regressions: Vec<RegressionRow>,
    /// The same as files.
    pub downloads: Vec<Download>,
}

/// Two days of an office.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OfficeCompareView {
    /// The office.
    pub office: Link,
    /// The address without a query.
    pub action: String,
    /// The earlier day.
    pub from: String,
    /// The later day.
    pub to: String,
    /// What has to be known first.
    pub notices: Vec<Notice>,
    /// What changed, in one sentence.
    pub summary: String,
    /// The changes: a title, what it means, and each dataset with words about it.
    pub groups: Vec<CompareGroup>,
    /// The same as files.
    pub downloads: Vec<Download>,
}

/// Datasets that changed in the same way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CompareGroup {
    /// Its anchor.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How many.
    pub total: u64,
    /// The first of them: title, identifier, words.
    pub rows: Vec<(String, String, String)>,
}

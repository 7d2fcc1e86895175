//! Search (`search.html`), at `/data`.

use serde::Serialize;

use super::{Choice, Download, HiddenField, Link, Notice, Pager, Segment};

/// Search and its results.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SearchView {
    /// What was asked for, as typed.
    pub query: String,
    /// Nothing matched all words, so these match some of them.
    pub relaxed: bool,
    /// Another spelling that finds more.
    pub did_you_mean: Option<Link>,
    /// How many datasets match.
    pub total: u64,
    /// The results of this page.
    pub hits: Vec<Hit>,
    /// The facets in the order they are shown.
    pub facets: Vec<Facet>,
    /// The filters in force, each with a way to drop it.
    pub chips: Vec<FilterChip>,
    /// The address without any filter, when there is one in force.
    pub clear_url: Option<String>,
    /// Orders of the results.
    pub sorts: Vec<Choice>,
    /// The search box carries these along (facets in force, sort).
    pub keep: Vec<HiddenField>,
    /// The form for place and time.
    pub place_time: PlaceTimeForm,
    /// Where one is.
    pub pager: Pager,
    /// The results as JSON, CSV and Atom.
    pub downloads: Vec<Download>,
    /// What to try when nothing was found.
    pub zero: Option<ZeroHelp>,
    /// Anything to be said about the question, such as a filter that could not be read.
    pub notices: Vec<Notice>,
    /// How long the search took.
    pub took_ms: Option<u64>,
}

/// A dataset that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The title with marks.
    pub title: Vec<Segment>,
    /// Its page; carry the way back in `?from=` if you like.
    pub url: String,
    /// A piece of the description with marks.
    pub snippet: Vec<Segment>,
    /// Who publishes it.
    pub organization: Option<Link>,
    /// Its formats.
    pub formats: Vec<String>,
    /// When the data last changed.
    pub modified: Option<String>,
    /// The access level in plain words, when it is not public.
    pub access: Option<String>,
    /// The names of columns that matched, with marks.
    pub columns: Vec<Vec<Segment>>,
    /// How many rows its tables have, when it has any.
    pub rows: Option<u64>,
    /// It isn't published yet.
    pub is_draft: bool,
}

/// A facet with its values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// The parameter, such as `organization`.
    pub name: String,
    /// The words, such as `Organization`.
    pub label: String,
    /// The values, most frequent first, the selected ones always among them.
    pub values: Vec<FacetValue>,
    /// How many values there are beyond these.
    pub more: u64,
    /// The address that shows them all.
    pub more_url: Option<String>,
    /// Whether it stands open.
    pub open: bool,
}

/// A value of a facet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// The words.
    pub label: String,
    /// The value of the parameter.
    pub value: String,
    /// How many datasets have it.
    pub count: u64,
    /// The address with this value switched.
    pub url: String,
    /// Whether it is in force.
    pub selected: bool,
}

/// A filter in force.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FilterChip {
    /// What is filtered, such as `Format`.
    pub label: String,
    /// By what, such as `CSV`.
    pub value: String,
    /// The address without it.
    pub remove_url: String,
}

/// The form for place and time, with what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlaceTimeForm {
    /// The name of a place.
    pub place: String,
    /// What that place was understood to be.
    pub place_found: Option<String>,
    /// West, south, east and north in degrees, with commas.
    pub bbox: String,
    /// The first day or year.
    pub from: String,
    /// The last day or year.
    pub to: String,
    /// What is wrong with the place.
    pub place_error: Option<String>,
    /// What is wrong with the bounding box.
    pub bbox_error: Option<String>,
    /// What is wrong with the dates.
    pub dates_error: Option<String>,
    /// What the form carries along (query, facets, sort).
    pub keep: Vec<HiddenField>,
    /// Whether it stands open.
    pub open: bool,
}

/// What to try when nothing was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ZeroHelp {
    /// The question with one filter or word less, and how many that finds (in the label).
    pub broader: Vec<Link>,
    /// Topics to look through.
    pub topics: Vec<Link>,
    /// Where to ask for data.
    pub contact_url: Option<String>,
}

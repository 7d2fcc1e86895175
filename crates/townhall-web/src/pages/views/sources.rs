//! Harvest sources: which there are, how each stands, and what a harvest did.

use serde::Serialize;

use super::{Choice, Download, Fact, Link, Notice};

/// A tag with a tone: `good`, `bad`, `warn` or nothing.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StateTag {
    /// The word.
    pub label: String,
    /// How it looks.
    pub tone: &'static str,
}

/// A source in the list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SourceRow {
    /// What people call it.
    pub title: String,
    /// Its page.
    pub url: String,
    /// Its kind.
    pub kind: String,
    /// Records in view.
    pub records: u64,
    /// Records that wait for a decision.
    pub held: u64,
    /// How the last harvest ended.
    pub state: StateTag,
    /// When it began.
    pub at: Option<String>,
    /// When the next one is due.
    pub next: Option<String>,
}

/// `/sources`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SourcesView {
    /// The sources.
    pub sources: Vec<SourceRow>,
    /// What went wrong with what was sent.
    pub notices: Vec<Notice>,
    /// Whether the reader may add sources.
    pub can_edit: bool,
    /// The kinds of sources.
    pub kinds: Vec<Choice>,
    /// What was typed.
    pub address: String,
    /// Other forms of this page.
    pub downloads: Vec<Download>,
}

/// A harvest in a list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunRow {
    /// Its number.
    pub number: u32,
    /// Its page.
    pub url: String,
    /// How it ended.
    pub state: StateTag,
    /// When it began.
    pub at: String,
    /// How long it took, in words.
    pub took: String,
    /// What it did.
    pub summary: String,
}

/// `/sources/{name}`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SourceView {
    /// What people call it.
    pub title: String,
    /// Where its forms are sent.
    pub action: String,
    /// What there is to know of it.
    pub facts: Vec<Fact>,
    /// What matters now.
    pub notices: Vec<Notice>,
    /// How many records wait for a decision.
    pub held: u64,
    /// The first of them: title and what the source calls it.
    pub held_records: Vec<(String, String)>,
    /// The harvests.
    pub runs: Vec<RunRow>,
    /// Whether the reader may change it.
    pub can_edit: bool,
    /// Whether its settings are in a file, where they are changed.
    pub is_in_file: bool,
    /// Whether a harvest is under way.
    pub is_running: bool,
    /// Whether its schedule rests.
    pub is_paused: bool,
    /// The settings as JSON.
    pub settings: String,
    /// What its kind understands besides: name and meaning.
    pub options: Vec<(String, String)>,
    /// Earlier settings.
    pub revisions: Vec<(u32, String, String)>,
    /// Other forms of this page.
    pub downloads: Vec<Download>,
}

/// A record of a harvest.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunRecordRow {
    /// What was done.
    pub action: StateTag,
    /// The record.
    pub record: Link,
    /// The revision before and after.
    pub revisions: String,
    /// Why, or what exactly.
    pub note: Option<String>,
}

/// Something that was noticed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunFindingRow {
    /// Its code.
    pub code: String,
    /// What it says.
    pub message: String,
    /// Which record.
    pub record: String,
    /// Where.
    pub place: String,
    /// The value.
    pub value: Option<String>,
    /// How to mend it.
    pub fix: Option<String>,
}

/// `/sources/{name}/runs/{number}`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HarvestRunView {
    /// The number.
    pub number: u32,
    /// How it ended.
    pub state: StateTag,
    /// What matters.
    pub notices: Vec<Notice>,
    /// What was counted, and how long it took.
    pub facts: Vec<Fact>,
    /// Which actions there are to choose from, with their numbers.
    pub actions: Vec<Link>,
    /// The records on this page.
    pub records: Vec<RunRecordRow>,
    /// The next page of them.
    pub records_next: Option<String>,
    /// How many findings there are of each code.
    pub codes: Vec<(String, u64)>,
    /// The findings on this page.
    pub findings: Vec<RunFindingRow>,
    /// The next page of them.
    pub findings_next: Option<String>,
    /// Other forms of this page.
    pub downloads: Vec<Download>,
}

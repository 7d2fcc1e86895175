//! What the pages of the tools show: a form, and what came of it.

use serde::Serialize;
use serde_json::Value;

use super::{Choice, Link, Notice};

/// A tool's page.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ToolView {
    /// What it is for, in a sentence.
    pub lead: String,
    /// What can be sent.
    pub form: ToolForm,
    /// What went wrong, or is worth knowing.
    pub notices: Vec<Notice>,
    /// What it is about, for people; when there is a result.
    pub about: Option<String>,
    /// What came of it; each tool's template knows its shape.
    pub result: Option<Value>,
    /// The names of the files that it is about.
    pub named: Option<String>,
    /// Where the result is kept, when it is.
    pub kept: Option<KeptView>,
    /// What to do next with what is kept.
    pub actions: Vec<Action>,
    /// How far the work is, while a job does it.
    pub working: Option<WorkingView>,
    /// What is needed to mark tables on pages.
    pub pdf: Option<PdfEditorView>,
    /// The beginning of the addresses where a PDF form that is held is filled in.
    pub pdf_fill: Option<String>,
}

/// Where the pages of a PDF file are drawn, and where marked tables are sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PdfEditorView {
    /// The report that holds the file.
    pub report: String,
    /// The beginning of the addresses of the pictures of pages.
    pub pages: String,
    /// Where tables are taken as files.
    pub tables: String,
    /// Where the places of the tables are, as a template.
    pub template: String,
    /// Where the tool takes what was changed.
    pub action: String,
    /// The forms of files: the name and the label of each.
    pub forms: Vec<(String, String)>,
    /// Where a table becomes a draft, for staff.
    pub publish: Option<String>,
}

/// Work that goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WorkingView {
    /// How much is done.
    pub done: u64,
    /// Of how much; 0 when that is not known.
    pub total: u64,
    /// Whether pages are counted, and not bytes.
    pub counts_pages: bool,
    /// Where it is stopped.
    pub stop: String,
    /// Where programs see how far it is.
    pub status: String,
}

/// Something to do next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Action {
    /// Its words.
    pub label: String,
    /// Where it leads.
    pub action: String,
    /// What is sent there.
    pub fields: Vec<(String, String)>,
    /// Whether it is a link rather than a form.
    pub is_link: bool,
}

impl Action {
    /// One that is a link.
    pub fn link() -> Self {
        Self { is_link: true, ..Self::default() }
    }
}

/// A file that is held, to be worked on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HeldView {
    /// Its name.
    pub label: String,
    /// The field that names it.
    pub field: String,
    /// The report that holds it.
    pub id: String,
    /// Until when, RFC 3339.
    pub until: String,
}

/// The form of a tool.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ToolForm {
    /// Where it is sent.
    pub action: String,
    /// The file that is held already, instead of one to be given.
    pub held: Option<HeldView>,
    /// What has to be given, such as the older and the newer file.
    pub sources: Vec<SourceField>,
    /// Choices among several.
    pub selects: Vec<SelectField>,
    /// Words to fill in.
    pub texts: Vec<TextField>,
    /// Yes or no.
    pub checks: Vec<CheckField>,
    /// The words on the button.
    pub submit: String,
    /// The words on the button that gives the file that is made, for tools that make one.
    pub submit_file: Option<String>,
    /// The most that may be sent, in bytes.
    pub bytes_max: u64,
    /// The same on the command line.
    pub command: String,
    /// The same for programs.
    pub api: String,
}

/// A file, a text or an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceField {
    /// What it is, such as “The older edition”.
    pub label: String,
    /// Whether it is no text that could be pasted.
    pub is_binary: bool,
    /// The text that was pasted.
    pub text: String,
}

/// A choice among several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SelectField {
    /// Its parameter.
    pub name: String,
    /// Its words.
    pub label: String,
    /// The choices.
    pub choices: Vec<Choice>,
}

/// Words to fill in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TextField {
    /// Its parameter.
    pub name: String,
    /// Its words.
    pub label: String,
    /// What may be written.
    pub hint: String,
    /// What is written.
    pub value: String,
}

/// Yes or no.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckField {
    /// Its parameter.
    pub name: String,
    /// Its words.
    pub label: String,
    /// What it means.
    pub hint: String,
    /// Whether it is ticked.
    pub checked: bool,
}

/// A result that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct KeptView {
    /// Its address, which can be shared.
    pub url: String,
    /// Until when, RFC 3339.
    pub until: String,
    /// The same in other forms.
    pub downloads: Vec<Link>,
    /// Where it is forgotten before its time.
    pub forget: String,
}

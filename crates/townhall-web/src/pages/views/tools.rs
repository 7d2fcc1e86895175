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
    /// Where the result is kept, when it is.
    pub kept: Option<KeptView>,
}

/// The form of a tool.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ToolForm {
    /// Where it is sent.
    pub action: String,
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
}

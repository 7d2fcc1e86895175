//! The API console: what can be tried (`console.html`), and one operation with its answer (`console_operation.html`).

use serde::Serialize;

use super::{Choice, Fact, Link, Notice, Snippet};

/// What can be tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleView {
    /// Its title.
    pub title: String,
    /// What it is, in a sentence.
    pub lead: String,
    /// More, in Markdown.
    pub about: String,
    /// What is known of it.
    pub facts: Vec<Fact>,
    /// The description that this is made from; empty when it is not ours.
    pub description_url: String,
    /// The operations.
    pub groups: Vec<ConsoleGroup>,
    /// Other APIs.
    pub apis: Vec<ConsoleApi>,
    /// Tables, each with a form for its columns.
    pub tables: Vec<Link>,
}

/// Operations that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleGroup {
    /// What they are about.
    pub name: String,
    /// The operations.
    pub operations: Vec<ConsoleRow>,
}

/// An operation in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleRow {
    /// `GET` and the like.
    pub method: String,
    /// Its path.
    pub path: String,
    /// What it does, and its page.
    pub link: Link,
    /// Whether it should no longer be used.
    pub deprecated: bool,
}

/// Another API in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleApi {
    /// Its title and page.
    pub link: Link,
    /// Its name.
    pub about: String,
}

/// One operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleOperation {
    /// `GET` and the like.
    pub method: String,
    /// Its path, with `{name}` where a field stands.
    pub path: String,
    /// Where it is.
    pub base: String,
    /// What it does, in Markdown.
    pub about: String,
    /// What it belongs to.
    pub group: String,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// Whether it can be sent from here.
    pub is_allowed: bool,
    /// Whether its form is sent in a body.
    pub posts: bool,
    /// Where the form leads.
    pub action: String,
    /// The form as it was at first.
    pub clear_url: String,
    /// The fields.
    pub fields: Vec<ConsoleField>,
    /// The fields that are folded away.
    pub more_fields: Vec<ConsoleField>,
    /// What parameters without a field are for, in Markdown; empty when there are none.
    pub pairs_about: String,
    /// Rows for them.
    pub pairs: Vec<ConsolePair>,
    /// The body.
    pub body: Option<ConsoleBody>,
    /// A key.
    pub key: Option<ConsoleKey>,
    /// What was wrong.
    pub notices: Vec<Notice>,
    /// The request as it goes over the wire.
    pub request: String,
    /// What came back.
    pub reply: Option<ConsoleReply>,
    /// The same call in code.
    pub snippets: Vec<Snippet>,
    /// The address of this call, with the site's.
    pub link: String,
    /// Others of its group.
    pub siblings: Vec<Link>,
}

/// Something to fill in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleField {
    /// Its id on the page.
    pub id: String,
    /// Its name in the form.
    pub name: String,
    /// Its name in the API.
    pub label: String,
    /// Where it is sent, in words; empty for the query.
    pub place: String,
    /// What it takes.
    pub kind: String,
    /// Whether nothing can be asked without it.
    pub required: bool,
    /// What it is, in Markdown.
    pub about: String,
    /// A value that shows what is meant.
    pub hint: String,
    /// Whether it takes several lines.
    pub is_long: bool,
    /// The values that are known.
    pub choices: Vec<Choice>,
    /// What was filled in.
    pub value: String,
}

/// A parameter that no field has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsolePair {
    /// The form's name for its name.
    pub name_field: String,
    /// The form's name for its value.
    pub value_field: String,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A body that is written as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleBody {
    /// Its name in the form.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What it is, in Markdown.
    pub about: String,
    /// What was written.
    pub value: String,
}

/// A key that is passed on and not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleKey {
    /// What the API calls it.
    pub label: String,
    /// Its name in the form.
    pub name: String,
}

/// What came back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsoleReply {
    /// The status.
    pub status: u64,
    /// Its words.
    pub reason: String,
    /// Whether it is no error.
    pub is_good: bool,
    /// How long it took, in words.
    pub took: String,
    /// The bytes that were read.
    pub bytes: u64,
    /// Whether there are more than were read.
    pub is_cut: bool,
    /// Whether less is shown than came.
    pub is_shortened: bool,
    /// Whether the body can be shown.
    pub is_text: bool,
    /// The media type.
    pub media_type: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body, a line for each value where it is JSON.
    pub body: String,
}

//! Descriptions of HTTP APIs: OpenAPI 3, Swagger 2.0 and 1.2, and I/O Docs, read into one shape, so that a form can be made
//! of each operation and a request of what was filled in.
//!
//! A description is somebody else's: what can't be read is told as a finding and left out. References within the document
//! are followed, a bounded number of steps; those that lead elsewhere are not.

mod call;
mod example;
mod io_docs;
mod openapi;
mod read;
mod schema;
mod swagger1;
mod swagger2;

use townhall_model::Finding;

pub use call::{Call, CallProblem};
pub use read::{read_api, read_api_value};

/// Most bytes of a description. The largest in public lists has about 5 MB.
pub const API_BYTES_MAX: usize = 8 << 20;

/// Most operations of an API.
pub const API_OPERATIONS_MAX: usize = 2_000;

/// Most fields of an operation.
pub const API_FIELDS_MAX: usize = 300;

/// Most values of a field that are listed.
pub const API_CHOICES_MAX: usize = 500;

/// Most characters of any one text.
pub const API_TEXT_MAX: usize = 4_000;

/// Most references that lead to references.
pub const API_HOPS_MAX: usize = 16;

/// Most findings of one description.
pub const API_FINDINGS_MAX: usize = 100;

/// What a description was found to say.
#[derive(Debug, Clone, Default)]
pub struct ApiReading {
    /// The API; none when the document describes none.
    pub api: Option<Api>,
    /// What was wrong or is not understood.
    pub findings: Vec<Finding>,
}

/// An API, as its description has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Api {
    /// The kind of description, such as `OpenAPI 3.1`.
    pub form: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it is, in Markdown.
    pub about: String,
    /// Where it is; may be relative to where the description came from, or empty.
    pub servers: Vec<String>,
    /// The keys that it takes.
    pub keys: Vec<Key>,
    /// What can be asked, in the order of the description.
    pub operations: Vec<Operation>,
}

/// A credential that is one word: a header or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The name of the header or parameter.
    pub name: String,
    /// [`Place::Header`] or [`Place::Query`].
    pub place: Place,
    /// What stands before the word in the header, such as `Bearer `.
    pub prefix: String,
}

/// Something that can be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operation {
    /// Its name in addresses, unique in its API.
    pub id: String,
    /// `GET` and the like.
    pub method: String,
    /// The path, with `{name}` where a field stands.
    pub path: String,
    /// Where it is, when elsewhere than the rest.
    pub server: Option<String>,
    /// What it belongs to.
    pub group: String,
    /// One line.
    pub summary: String,
    /// More, in Markdown.
    pub about: String,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What is sent, if something is.
    pub body: Option<Body>,
}

/// Something to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where it is sent.
    pub place: Place,
    /// Whether nothing can be asked without it.
    pub required: bool,
    /// What it is, in Markdown.
    pub about: String,
    /// What it takes.
    pub kind: Kind,
    /// The values that are known.
    pub choices: Vec<Choice>,
    /// A value to begin with.
    pub value: Option<String>,
    /// A value that shows what is meant.
    pub hint: Option<String>,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As it is sent.
    pub value: String,
    /// As people say it.
    pub label: String,
}

/// Where a field is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// As a part of the path.
    Path,
    /// In the query string.
    Query,
    /// As a header.
    Header,
    /// In a form that is the body.
    Form,
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// Text of several lines.
    LongText,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Several values, typed with commas between them.
    List(Between),
    /// Any parameters, each with a name of its own.
    Pairs,
}

/// How the values of a list are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// The name again for each.
    Repeat,
    /// This character between them.
    Mark(char),
}

/// What is sent as the body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// Its media type.
    pub media_type: String,
    /// What it is, in Markdown.
    pub about: String,
    /// A body to begin with; of forms, the fields tell.
    pub example: String,
    /// Whether nothing can be asked without it.
    pub required: bool,
}

impl Api {
    /// The operation of an id.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

impl Body {
    /// Whether it is made of fields.
    pub fn is_form(&self) -> bool {
        self.media_type == FORM || self.media_type == MULTIPART
    }
}

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// The media type of a form with files.
pub(crate) const MULTIPART: &str = "multipart/form-data";

impl Field {
    /// The name under which its value stands in an address of ours: plain for the query, told apart elsewhere.
    pub fn key(&self) -> String {
        let prefix = match self.place {
            Place::Query => return self.name.clone(),
            Place::Path => "path",
            Place::Header => "header",
            Place::Form => "body",
        };
        format!("{prefix}.{}", self.name)
    }

    /// The words for what it takes.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Text | Kind::LongText => "text",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Boolean => "boolean",
            Kind::List(_) => "list",
            Kind::Pairs => "any",
        }
    }
}

/// The key of a body that is written as a whole.
pub const BODY_KEY: &str = "body";

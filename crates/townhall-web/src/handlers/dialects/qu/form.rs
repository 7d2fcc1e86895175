//! Which form an answer has: the ending of the address, then `$format`, then `Accept`.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

use crate::handlers::negotiate::quality;
use crate::handlers::params::Params;

/// A form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page.
    Html,
    /// Lines with commas.
    Csv,
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// JSON in a call of a function.
    Script,
}

const FORMS: [(Form, &str, &str, &str); 7] = [
    (Form::Html, "html", "text/html", "text/html; charset=utf-8"),
    (Form::Csv, "csv", "text/csv", "text/csv;charset=UTF-8"),
    (Form::Json, "json", "application/json", "application/json;charset=UTF-8"),
    (Form::Xml, "xml", "application/xml", "application/xml;charset=UTF-8"),
    (Form::Script, "js", "text/javascript", "text/javascript;charset=UTF-8"),
    (Form::Script, "jsonp", "text/javascript", "text/javascript;charset=UTF-8"),
    (Form::Script, "javascript", "text/javascript", "text/javascript;charset=UTF-8"),
];

impl Form {
    /// The ending of addresses.
    pub fn name(self) -> &'static str {
        FORMS.iter().find(|(form, ..)| *form == self).map_or("html", |(_, name, ..)| name)
    }

    /// The media type with its encoding.
    pub fn content_type(self) -> &'static str {
        FORMS.iter().find(|(form, ..)| *form == self).map_or("text/html", |(.., full)| full)
    }

    /// The form of a name, if it is one of those offered.
    pub fn by_name(name: &str, offered: &[Self]) -> Option<Self> {
        let known = FORMS.iter().find(|(_, known, media, _)| {
            known.eq_ignore_ascii_case(name) || media.eq_ignore_ascii_case(name)
        });
        known.map(|(form, ..)| *form).filter(|form| offered.contains(form))
    }

    /// The form that `Accept` likes best; `Err` with what it says when it likes none.
    fn by_accept(headers: &HeaderMap, offered: &[Self]) -> Result<Self, String> {
        let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
        let mut best = None;
        for (form, _, media, _) in FORMS.iter().filter(|(form, ..)| offered.contains(form)) {
            let weight = quality(accept, media);
            if weight > best.map_or(0.0, |(so_far, _)| so_far) {
                best = Some((weight, *form));
            }
        }
        best.map(|(_, form)| form).ok_or_else(|| accept.chars().take(100).collect())
    }
}

/// The last part of an address without its ending, and the form.
pub struct Named {
    pub name: String,
    pub form: Form,
}

impl Named {
    /// Reads the last part of an address. `Err` with the form that is not offered.
    pub fn of(text: &str, headers: &HeaderMap, offered: &[Form]) -> Result<Self, String> {
        match text.rsplit_once('.') {
            Some((name, ending)) => match Form::by_name(ending, offered) {
                Some(form) => Ok(Self { name: name.to_owned(), form }),
                None => Err(ending.chars().take(100).collect()),
            },
            None => Ok(Self { name: text.to_owned(), form: Form::by_accept(headers, offered)? }),
        }
    }
}

/// The function that a script calls.
pub fn callback(params: &Params) -> String {
    let is_name = |name: &&str| {
        name.len() <= 100
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'))
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.'))
    };
    params.get("$callback").filter(is_name).unwrap_or("callback").to_owned()
}

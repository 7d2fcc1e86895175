//! A request, made of an operation and what was filled in.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded;

use super::{BODY_KEY, Between, FORM, Field, Kind, MULTIPART, Operation, Place};

/// Everything but what RFC 3986 calls unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request to an API, without its server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// `GET` and the like.
    pub method: String,
    /// The path with its query, from `/` on.
    pub target: String,
    /// Headers, beside that of the body.
    pub headers: Vec<(String, String)>,
    /// The media type and text of the body.
    pub body: Option<(String, String)>,
}

/// Why no request can be made of what was filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {why}")]
pub struct CallProblem {
    /// The name of the field.
    pub field: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Operation {
    /// The request for these values, by the keys of their fields. What no field knows goes into the query.
    pub fn call(&self, pairs: &[(String, String)]) -> Result<Call, Vec<CallProblem>> {
        let mut problems = Vec::new();
        let mut path = self.path.clone();
        let mut query = form_urlencoded::Serializer::new(String::new());
        let (mut headers, mut form) = (Vec::new(), Vec::new());
        let mut asked = false;
        for field in &self.fields {
            let values = values(field, pairs);
            if values.is_empty() && field.required {
                problems.push(CallProblem { field: field.name.clone(), why: "is needed" });
                continue;
            }
            match field.place {
                Place::Path => {
                    let value = values.join(",");
                    if matches!(value.as_str(), "." | "..") {
                        problems.push(CallProblem { field: field.name.clone(), why: "can't be a path" });
                    }
                    let value = utf8_percent_encode(&value, SEGMENT).to_string();
                    path = path.replace(&format!("{{{}}}", field.name), &value);
                }
                Place::Query => {
                    for value in values {
                        query.append_pair(&field.name, &value);
                        asked = true;
                    }
                }
                Place::Header => {
                    for value in values {
                        if value.chars().any(|c| c.is_control()) {
                            problems
                                .push(CallProblem { field: field.name.clone(), why: "can't be a header" });
                        }
                        headers.push((field.name.clone(), value));
                    }
                }
                Place::Form => form.extend(values.into_iter().map(|value| (field.name.clone(), value))),
            }
        }
        for (name, value) in self.unknown(pairs) {
            query.append_pair(name, value);
            asked = true;
        }
        let body = self.body_of(pairs, &form, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let target = if asked { format!("{path}?{}", query.finish()) } else { path };
        Ok(Call { method: self.method.clone(), target, headers, body })
    }

    /// What was filled in and no field knows.
    pub fn unknown<'a>(&'a self, pairs: &'a [(String, String)]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let is_known = |key: &str| {
            (key == BODY_KEY && self.body.as_ref().is_some_and(|body| !body.is_form()))
                || self.fields.iter().any(|field| field.kind != Kind::Pairs && field.key() == key)
        };
        pairs
            .iter()
            .filter(move |(key, value)| !value.is_empty() && !is_known(key))
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn body_of(
        &self,
        pairs: &[(String, String)],
        form: &[(String, String)],
        problems: &mut Vec<CallProblem>,
    ) -> Option<(String, String)> {
        let body = self.body.as_ref()?;
        match body.media_type.as_str() {
            FORM => {
                let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
                Some((FORM.to_owned(), text))
            }
            MULTIPART => Some(multipart(form)),
            kind => {
                let written = pairs.iter().find(|(key, value)| key == BODY_KEY && !value.is_empty());
                match written {
                    Some((_, text)) => Some((kind.to_owned(), text.clone())),
                    None => {
                        if body.required {
                            problems.push(CallProblem { field: BODY_KEY.to_owned(), why: "is needed" });
                        }
                        None
                    }
                }
            }
        }
    }
}

/// What was filled in for a field, as it is sent.
fn values(field: &Field, pairs: &[(String, String)]) -> Vec<String> {
    if field.kind == Kind::Pairs {
        return Vec::new();
    }
    let key = field.key();
    let given = pairs.iter().filter(|(known, value)| *known == key && !value.is_empty());
    let given: Vec<String> = given.map(|(_, value)| value.clone()).collect();
    let Kind::List(between) = field.kind else { return given };
    let all = given.iter().flat_map(|value| value.split(',')).map(|value| value.trim().to_owned());
    let all: Vec<String> = all.filter(|value| !value.is_empty()).collect();
    match between {
        Between::Repeat => all,
        Between::Mark(_) if all.is_empty() => all,
        Between::Mark(mark) => vec![all.join(&mark.to_string())],
    }
}

/// A form with parts (RFC 7578). The line between them is one that no part has.
fn multipart(form: &[(String, String)]) -> (String, String) {
    let mut boundary = "townhall-console-part".to_owned();
    while form.iter().any(|(name, value)| name.contains(&boundary) || value.contains(&boundary)) {
        boundary.push('-');
        boundary.push_str(&form.len().to_string());
    }
    let mut text = String::new();
    for (name, value) in form {
        let name = name.replace('"', "%22").replace(['\r', '\n'], " ");
        text.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    text.push_str(&format!("--{boundary}--\r\n"));
    (format!("{MULTIPART}; boundary={boundary}"), text)
}

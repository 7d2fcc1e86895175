//! Small steps that both directions of a conversion are made of.

use townhall_model::record::{AccessLevel, Document, OneOrMany, Reference};
use url::Url;

/// Writes a class under its other name.
pub fn retype(types: &mut Option<OneOrMany<String>>, from: &str, to: &str) {
    for name in types.iter_mut().flat_map(OneOrMany::as_mut_slice).filter(|name| *name == from) {
        to.clone_into(name);
    }
}

/// A class written alone.
pub fn class(name: &str) -> Option<OneOrMany<String>> {
    Some(OneOrMany::One(name.to_owned()))
}

/// Writes a single value as a list of one.
pub fn listed<T>(values: Option<OneOrMany<T>>) -> Option<OneOrMany<T>> {
    values.map(|values| OneOrMany::Many(values.into_vec()))
}

/// Whether the text is an absolute address.
pub fn is_iri(text: &str) -> bool {
    !text.chars().any(char::is_whitespace) && Url::parse(text).is_ok()
}

/// What 3.0 says in words about an access level of 1.1.
pub fn access_words(level: AccessLevel) -> &'static str {
    match level {
        AccessLevel::Public => "public",
        AccessLevel::RestrictedPublic => {
            "Restricted: available under conditions, on request to the publisher"
        }
        AccessLevel::NonPublic => "Not available for public release; questions go to the publisher",
    }
}

/// The document that stands for a bare address.
pub fn document(url: &str, title: &str) -> Document {
    let (access_url, title) = if is_iri(url) { (Some(url.to_owned()), title) } else { (None, url) };
    Document { types: class("Document"), title: Some(title.to_owned()), access_url, ..Document::default() }
}

/// The address that a document is reduced to.
pub fn document_url(document: &Reference<Document>) -> Option<String> {
    match document {
        Reference::Text(url) => Some(url.clone()),
        Reference::Inline(document) => {
            [&document.access_url, &document.download_url, &document.id].into_iter().flatten().next().cloned()
        }
    }
}

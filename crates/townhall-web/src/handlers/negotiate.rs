//! Which form of an answer is wanted: the suffix of the path, then `_format`, then `Accept`.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

/// A form that a page or a list can be answered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page for people.
    Html,
    /// JSON of our own shape.
    Json,
    /// Comma-separated values.
    Csv,
    /// An Atom feed.
    Atom,
}

impl Form {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Html, "html", "text/html"),
        (Self::Json, "json", "application/json"),
        (Self::Csv, "csv", "text/csv"),
        (Self::Atom, "atom", "application/atom+xml"),
    ];

    /// The form of a suffix or `_format` value.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name)).map(|(form, ..)| *form)
    }

    /// The form that the `Accept` header likes best among `offered`; the first offered when it likes all the same.
    pub fn by_accept(headers: &HeaderMap, offered: &[Self]) -> Self {
        let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
        let mut best = (offered[0], 0.0);
        for &form in offered {
            let weight = quality(accept, form.media_type());
            if weight > best.1 {
                best = (form, weight);
            }
        }
        best.0
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        Self::ALL.iter().find(|(form, ..)| *form == self).map_or("text/html", |(.., media)| media)
    }
}

/// The weight that an `Accept` header gives a media type (RFC 9110, section 12.5.1): the most specific range wins.
pub fn quality(accept: &str, media_type: &str) -> f32 {
    let kind = media_type.split('/').next().unwrap_or_default();
    let mut best = (0, 0.0);
    for range in accept.split(',').take(RANGES_MAX) {
        let mut parts = range.split(';');
        let name = parts.next().unwrap_or_default().trim();
        let weight =
            parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        let precision = if name.eq_ignore_ascii_case(media_type) {
            3
        } else if name.strip_suffix("/*").is_some_and(|range| range.eq_ignore_ascii_case(kind)) {
            2
        } else if name == "*/*" {
            1
        } else {
            continue;
        };
        if precision > best.0 {
            best = (precision, weight);
        }
    }
    best.1
}

/// How many ranges of an `Accept` header are looked at.
const RANGES_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(accept: &str) -> Form {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        Form::by_accept(&headers, &[Form::Html, Form::Json, Form::Csv])
    }

    #[test]
    fn the_most_specific_range_decides() {
        assert_eq!(wanted("*/*"), Form::Html);
        assert_eq!(wanted("application/json"), Form::Json);
        assert_eq!(wanted("text/html,application/xhtml+xml,*/*;q=0.8"), Form::Html);
        assert_eq!(wanted("text/*;q=0.5, text/csv"), Form::Csv);
        assert_eq!(wanted("text/html;q=0.1, application/json;q=0.9"), Form::Json);
    }
}

//! The query string as pairs, in order, with repeats: what every list handler reads.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded;

use crate::server::Problem;
use townhall_model::ErrorKind;

/// The decoded pairs of a query string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(pub Vec<(String, String)>);

/// How many pairs a query string may have.
const PAIRS_MAX: usize = 500;

/// How many bytes a query string may have.
const QUERY_BYTES_MAX: usize = 16 * 1024;

impl Params {
    /// Decodes a query string. Empty values are left out: an untouched form field is no wish.
    pub fn read(query: &str) -> Result<Self, Problem> {
        if query.len() > QUERY_BYTES_MAX {
            return Err(Problem::new(
                ErrorKind::TooLarge,
                format!(
                    "the query string has {} bytes, more than the {QUERY_BYTES_MAX} allowed",
                    query.len()
                ),
            ));
        }
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if pairs.len() > PAIRS_MAX {
            return Err(Problem::new(
                ErrorKind::TooLarge,
                format!("the query string has {} parameters, more than the {PAIRS_MAX} allowed", pairs.len()),
            ));
        }
        Ok(Self(pairs))
    }

    /// The last value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// All values of a key.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The same without a key.
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != key).cloned().collect())
    }

    /// The same without one pair.
    #[must_use]
    pub fn without_pair(&self, key: &str, value: &str) -> Self {
        Self(self.0.iter().filter(|(k, v)| k != key || v != value).cloned().collect())
    }

    /// The same with a key set to this one value.
    #[must_use]
    pub fn with(&self, key: &str, value: &str) -> Self {
        let mut params = self.without(key);
        params.0.push((key.to_owned(), value.to_owned()));
        params
    }

    /// The same with one more value of a key.
    #[must_use]
    pub fn and(&self, key: &str, value: &str) -> Self {
        let mut params = self.clone();
        params.0.push((key.to_owned(), value.to_owned()));
        params
    }

    /// A link to `path` with these pairs.
    pub fn link(&self, path: &str) -> String {
        if self.0.is_empty() {
            return path.to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish();
        format!("{path}?{query}")
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::read(parts.uri.query().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_what_was_read() {
        let params = Params::read("q=a+b&format=CSV&format=PDF&empty=").unwrap();
        assert_eq!(params.link("/data"), "/data?q=a+b&format=CSV&format=PDF");
        assert_eq!(params.without_pair("format", "CSV").link("/data"), "/data?q=a+b&format=PDF");
        assert_eq!(params.with("q", "é&").link("/data"), "/data?format=CSV&format=PDF&q=%C3%A9%26");
    }
}

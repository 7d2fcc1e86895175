//! Where a database is. The password is kept apart from the rest, so that the rest can be written down and shown.

use std::fmt;
use std::path::Path;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::error::DatabaseError;

/// How addresses begin, and the kind that they are of. Kinds without a driver in this build are known as well.
const SCHEMES: &[(&str, &str)] = &[
    ("postgres", "postgres"),
    ("postgresql", "postgres"),
    ("mysql", "mysql"),
    ("mariadb", "mysql"),
    ("sqlite", "sqlite"),
    ("odbc", "odbc"),
];

/// How the names of SQLite files end.
const FILE_ENDINGS: &[&str] = &["sqlite", "sqlite3", "db", "db3"];

/// The words for a password in an ODBC connection string.
const ODBC_PASSWORDS: [&str; 2] = ["pwd", "password"];

/// The address of a database.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    kind: &'static str,
    text: String,
    password: Option<String>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.text)
    }
}

impl Address {
    /// Whether a text is meant as the address of a database rather than as a file or the address of one.
    pub fn is_meant(text: &str) -> bool {
        let scheme = text.split(':').next().unwrap_or_default();
        let is_address = text.contains(':') && SCHEMES.iter().any(|(known, _)| *known == scheme);
        is_address || is_sqlite_file(text)
    }

    /// Reads an address: `postgres://…`, `mysql://…`, `sqlite:FILE`, `odbc:CONNECTION STRING`, or the name of a SQLite file.
    pub fn read(text: &str) -> Result<Self, DatabaseError> {
        let bad = |reason: String| DatabaseError::BadAddress { reason };
        if is_sqlite_file(text) {
            return Ok(Self { kind: "sqlite", text: format!("sqlite:{text}"), password: None });
        }
        let Some((scheme, rest)) = text.split_once(':') else {
            return Err(bad("it has no scheme such as postgres: in front".to_owned()));
        };
        let Some((_, kind)) = SCHEMES.iter().find(|(known, _)| *known == scheme) else {
            let known: Vec<_> = SCHEMES.iter().map(|(known, _)| *known).collect();
            return Err(bad(format!("it begins with none of {}", known.join(", "))));
        };
        match *kind {
            "sqlite" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                match path.is_empty() {
                    true => Err(bad("it names no file".to_owned())),
                    false => Ok(Self { kind, text: format!("sqlite:{path}"), password: None }),
                }
            }
            "odbc" => {
                let (kept, secret): (Vec<_>, Vec<_>) =
                    attributes(rest).into_iter().partition(|(key, _)| !is_odbc_password(key));
                let kept: Vec<_> = kept.iter().map(|(key, value)| format!("{key}={value}")).collect();
                let password = secret.into_iter().next().map(|(_, value)| unbraced(&value));
                Ok(Self { kind, text: format!("odbc:{}", kept.join(";")), password })
            }
            _ => {
                // What the parser says could repeat the password.
                let mut url = Url::parse(text).map_err(|_| bad("it can't be read as a URL".to_owned()))?;
                let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
                let mut password = url.password().map(decoded);
                let (kept, secret): (Vec<_>, Vec<_>) = url
                    .query_pairs()
                    .into_owned()
                    .partition(|(key, _): &(String, String)| !key.eq_ignore_ascii_case("password"));
                if let Some((_, value)) = secret.into_iter().next() {
                    password = Some(value);
                    url.set_query(None);
                    if !kept.is_empty() {
                        url.query_pairs_mut().extend_pairs(kept);
                    }
                }
                // A URL without a host has no place for a password either.
                if password.is_some() && url.set_password(None).is_err() {
                    return Err(bad("it names no host".to_owned()));
                }
                Ok(Self { kind, text: url.to_string(), password })
            }
        }
    }

    /// The name of its kind.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The address without its password.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The password that was in it, or was given since.
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The same address with a password.
    #[must_use]
    pub fn with_password(self, password: Option<String>) -> Self {
        Self { password: password.or(self.password), ..self }
    }

    /// A name for it: of the database, or of the file.
    pub fn name(&self) -> String {
        let last = match self.kind {
            "sqlite" => {
                let stem = Path::new(self.file()).file_stem();
                stem.map(|stem| stem.to_string_lossy().into_owned())
            }
            "odbc" => attributes(self.text.trim_start_matches("odbc:"))
                .into_iter()
                .find(|(key, _)| matches!(key.to_ascii_lowercase().as_str(), "database" | "dsn" | "dbq"))
                .map(|(_, value)| unbraced(&value)),
            _ => Url::parse(&self.text).ok().map(|url| url.path().trim_matches('/').to_owned()),
        };
        let words = last.unwrap_or_default().to_lowercase();
        let plain: Vec<&str> =
            words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if plain.is_empty() { "database".to_owned() } else { plain.join("-") }
    }

    /// The file of a SQLite address.
    pub(crate) fn file(&self) -> &str {
        self.text.strip_prefix("sqlite:").unwrap_or(&self.text)
    }

    /// The connection string of an ODBC address, with the password.
    #[cfg(feature = "odbc")]
    pub(crate) fn connection_string(&self) -> String {
        let text = self.text.trim_start_matches("odbc:");
        match &self.password {
            Some(password) => format!("{text};PWD={{{}}}", password.replace('}', "}}")),
            None => text.to_owned(),
        }
    }

    /// The URL of a server's address, with the password.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) fn url(&self) -> Result<Url, DatabaseError> {
        let bad = || DatabaseError::BadAddress { reason: "it can't be read as a URL".to_owned() };
        Url::parse(&self.text).map_err(|_| bad())
    }
}

fn is_sqlite_file(text: &str) -> bool {
    let path = Path::new(text);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    FILE_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
        && !text.contains("://")
        && path.is_file()
}

fn is_odbc_password(key: &str) -> bool {
    ODBC_PASSWORDS.iter().any(|known| key.eq_ignore_ascii_case(known))
}

/// The attributes of a connection string; a value in braces may hold any character, `}}` stands for `}`.
fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((key, after)) = rest.split_once('=') {
        let end = match after.starts_with('{') {
            true => {
                let mut end = 1;
                let bytes = after.as_bytes();
                while end < bytes.len() {
                    match (bytes[end], bytes.get(end + 1)) {
                        (b'}', Some(b'}')) => end += 2,
                        (b'}', _) => break,
                        _ => end += 1,
                    }
                }
                (end + 1).min(after.len())
            }
            false => after.find(';').unwrap_or(after.len()),
        };
        found.push((key.trim_matches([';', ' ']).to_owned(), after[..end].to_owned()));
        rest = after[end..].trim_start_matches(';');
    }
    found
}

fn unbraced(value: &str) -> String {
    match value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) {
        Some(inner) => inner.replace("}}", "}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, kept: &str, password: Option<&str>, name: &str) {
        let address = Address::read(text).unwrap();
        assert_eq!((address.text(), address.password()), (kept, password));
        assert_eq!(address.name(), name);
        assert!(!format!("{address:?}").contains("s3cret"));
    }

    #[test]
    fn a_password_is_kept_apart_from_its_address() {
        check(
            "postgres://ann:s3cret@db:5433/City%20Data",
            "postgres://ann@db:5433/City%20Data",
            Some("s3cret"),
            "city-20data",
        );
        check("mysql://ann@db/towns", "mysql://ann@db/towns", None, "towns");
        check(
            "mysql://ann@db/towns?password=s3cret&x=1",
            "mysql://ann@db/towns?x=1",
            Some("s3cret"),
            "towns",
        );
        check("sqlite:data/my towns.db", "sqlite:data/my towns.db", None, "my-towns");
        check(
            "odbc:Driver={My; Driver};PWD={s3cret;}}x};Database=Towns",
            "odbc:Driver={My; Driver};Database=Towns",
            Some("s3cret;}x"),
            "towns",
        );
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for text in ["postgres//x", "http://a/b", "mysql://u:s3cret@[bad/x", "sqlite:"] {
            let error = Address::read(text).unwrap_err();
            assert!(matches!(error, DatabaseError::BadAddress { .. }), "{text}: {error}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        assert!(!Address::is_meant("data.csv"));
        assert!(!Address::is_meant("https://example.gov/data.db"));
        assert!(Address::is_meant("postgres://db/x"));
    }
}

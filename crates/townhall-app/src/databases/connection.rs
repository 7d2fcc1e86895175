//! What is kept of a connection.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use townhall_databases::{Address, DatabaseError};

use super::rules::Rules;
use crate::Error;

/// Bytes of a file that holds a password.
const PASSWORD_BYTES_MAX: u64 = 4_096;

/// Where a password is: never in what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordFrom {
    /// In this variable of the environment.
    Env(String),
    /// In this file.
    File(PathBuf),
    /// It was given when the process was started, and is known to that process alone.
    Start,
}

/// A connection to a database, and what of it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The address, without its password.
    pub address: String,
    /// Where the password is, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordFrom>,
    /// Whether rows stay in the database and are asked for each time; else they are copied.
    pub live: bool,
    /// Whether its tables are published at once, instead of being drafts first.
    #[serde(default)]
    pub publish: bool,
    /// The organization of its datasets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// What may be seen.
    #[serde(default)]
    pub rules: Rules,
}

impl Connection {
    /// A connection to a database whose tables are all seen.
    pub fn new(address: &Address, live: bool) -> Self {
        Self {
            address: address.text().to_owned(),
            password: address.password().map(|_| PasswordFrom::Start),
            live,
            publish: false,
            organization: None,
            rules: Rules::default(),
        }
    }

    /// The address with its password; `known` is what this process was told when it started.
    pub(super) fn opened(&self, known: Option<String>) -> Result<Address, Error> {
        let address = Address::read(&self.address).map_err(refused)?;
        let password = match &self.password {
            None => None,
            Some(PasswordFrom::Start) => Some(known.ok_or_else(|| {
                Error::invalid("the password of this database was given for one run only").with_hint(
                    "name where it is kept: townhall database add NAME ADDRESS --password-env VARIABLE",
                )
            })?),
            Some(PasswordFrom::Env(name)) => Some(std::env::var(name).map_err(|_| {
                Error::invalid(format!("the environment has no `{name}` for the password of the database"))
                    .with_hint("set it for the process that serves, too")
            })?),
            Some(PasswordFrom::File(path)) => Some(from_file(path)?),
        };
        Ok(address.with_password(password))
    }
}

fn from_file(path: &std::path::Path) -> Result<String, Error> {
    use std::io::Read;
    let unreadable = |error: std::io::Error| {
        Error::invalid(format!("the password file `{}` can't be read: {error}", path.display()))
    };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(PASSWORD_BYTES_MAX).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn refused(error: DatabaseError) -> Error {
    Error::new(error.kind(), error.to_string()).with_hint(
        "write it like postgres://reader@db.example.gov/permits, mysql://…, sqlite:FILE or odbc:CONNECTION STRING",
    )
}

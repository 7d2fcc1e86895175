//! Settings: one table lists every key with its type, default and meaning; everything else is made from it.
//!
//! A value comes from the first that has one: flags, the environment (`TOWNHALL_SECTION__KEY`), the settings file, the
//! default. Unknown keys are all told at once, each with what was probably meant.

mod kind;
mod load;
mod show;
mod table;

use std::path::PathBuf;

pub use kind::Type;
pub use load::{Flags, SettingsError};
pub use show::{reference, schema, show, template};
pub use table::{KEYS, Key, SECTIONS};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The settings file, at this line.
    File(usize),
    /// An environment variable.
    Environment(String),
    /// The command line.
    Flag,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(line) => write!(f, "file, line {line}"),
            Self::Environment(name) => write!(f, "environment, {name}"),
            Self::Flag => f.write_str("command line"),
        }
    }
}

/// The values in force, each with its origin, in the order of [`KEYS`].
#[derive(Debug, Clone)]
pub struct Settings {
    values: Vec<(String, Origin)>,
    /// The data directory.
    pub data_dir: PathBuf,
    /// How log lines look and which are shown.
    pub log: LogSettings,
}

/// How log lines look and which are shown.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// `text` or `json`.
    pub format: String,
    /// `error`, `warn`, `info`, `debug`, or a filter of tracing.
    pub level: String,
}

impl Settings {
    /// Loads the settings in force, with their origins inside.
    pub fn load(flags: &Flags) -> Result<Self, SettingsError> {
        load::load(flags)
    }

    /// The text of a key of [`KEYS`].
    pub fn text(&self, name: &str) -> &str {
        let index = KEYS.iter().position(|key| key.name == name);
        // A test asks for every key that the program uses.
        index.map_or("", |index| self.values[index].0.as_str())
    }

    /// The text of a key, if it is not empty.
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The number of a key; it was checked when it was loaded.
    pub fn number(&self, name: &str) -> u64 {
        self.text(name).parse().unwrap_or(0)
    }

    /// The bytes of a key that says how much memory; it was checked when it was loaded.
    pub fn memory(&self, name: &str) -> u64 {
        kind::memory(self.text(name), kind::machine_memory()).unwrap_or(0)
    }

    /// The truth of a key; it was checked when it was loaded.
    pub fn is_on(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// The items of a list.
    pub fn list(&self, name: &str) -> Vec<String> {
        kind::items(self.text(name))
    }
}

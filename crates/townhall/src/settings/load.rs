//! From flags, environment and file to the values in force.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{KEYS, LogSettings, Origin, Settings};

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// The data directory.
    pub data_dir: Option<PathBuf>,
    /// The settings file.
    pub file: Option<PathBuf>,
    /// Keys and values.
    pub set: Vec<(String, String)>,
}

impl Flags {
    /// The data directory: as given, else of the environment, else in the working directory.
    pub fn data_dir(&self) -> PathBuf {
        let given = self.data_dir.clone().or_else(|| std::env::var_os("TOWNHALL_DATA").map(PathBuf::from));
        given.unwrap_or_else(|| PathBuf::from("townhall-data"))
    }
}

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("{}", .problems.join("\n"))]
pub struct SettingsError {
    /// One sentence each, with where and how to mend it.
    pub problems: Vec<String>,
}

/// The settings of the data directory, unless another file was named.
const FILE_NAME: &str = "townhall.toml";

/// What stands before a key in the environment.
const PREFIX: &str = "TOWNHALL_";

/// Variables of that prefix that are not settings: they belong to tests.
const NOT_SETTINGS: &str = "TOWNHALL_TEST_";

pub(super) fn load(flags: &Flags) -> Result<Settings, SettingsError> {
    let data_dir = flags.data_dir();
    let mut problems = Vec::new();
    let mut found: BTreeMap<&'static str, (String, Origin)> = BTreeMap::new();
    read_file(flags, &data_dir, &mut found, &mut problems);
    read_environment(std::env::vars_os(), &mut found, &mut problems);
    for (name, value) in &flags.set {
        take(name, value.clone(), Origin::Flag, "the command line", &mut found, &mut problems);
    }
    let values: Vec<(String, Origin)> = KEYS
        .iter()
        .map(|key| found.remove(key.name).unwrap_or_else(|| (key.default.to_owned(), Origin::Default)))
        .collect();
    for (key, (value, origin)) in KEYS.iter().zip(&values) {
        if let Err(wanted) = key.kind.check(value) {
            problems.push(format!("`{} = {value}` ({origin}) is not {wanted}", key.name));
        }
    }
    if !problems.is_empty() {
        return Err(SettingsError { problems });
    }
    let mut settings =
        Settings { values, data_dir, log: LogSettings { format: String::new(), level: String::new() } };
    settings.log = LogSettings {
        format: settings.text("log.format").to_owned(),
        level: settings.text("log.level").to_owned(),
    };
    Ok(settings)
}

type Found = BTreeMap<&'static str, (String, Origin)>;

fn read_file(flags: &Flags, data_dir: &std::path::Path, found: &mut Found, problems: &mut Vec<String>) {
    let path = flags.file.clone().unwrap_or_else(|| data_dir.join(FILE_NAME));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        // Only a file that was asked for by name must be there.
        Err(error) if flags.file.is_none() && error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => return problems.push(format!("could not read `{}`: {error}", path.display())),
    };
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => return problems.push(format!("`{}` is not TOML: {error}", path.display())),
    };
    let place = format!("`{}`", path.display());
    for (section, value) in table {
        let toml::Value::Table(keys) = value else {
            problems
                .push(format!("{place}: `{section}` stands outside any section; write [section] above it"));
            continue;
        };
        for (key, value) in keys {
            let name = format!("{section}.{key}");
            let line = line_of(&text, &section, &key);
            let value = match value {
                toml::Value::String(text) => text,
                toml::Value::Array(items) => items
                    .iter()
                    .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                    .collect::<Vec<_>>()
                    .join(","),
                other => other.to_string(),
            };
            take(&name, value, Origin::File(line), &format!("{place}, line {line}"), found, problems);
        }
    }
}

/// The line of a key, counted from 1; the section's first line of that name.
fn line_of(text: &str, section: &str, key: &str) -> usize {
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line.trim_matches(['[', ']']).trim() == section;
        } else if inside && line.split('=').next().is_some_and(|name| name.trim() == key) {
            return number + 1;
        }
    }
    0
}

fn read_environment(
    variables: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
    found: &mut Found,
    problems: &mut Vec<String>,
) {
    for (variable, value) in variables {
        let (Some(variable), Some(value)) = (variable.to_str(), value.to_str()) else { continue };
        let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
        if variable.starts_with(NOT_SETTINGS) || !rest.contains("__") {
            continue;
        }
        let name = rest.replacen("__", ".", 1).to_lowercase();
        take(
            &name,
            value.to_owned(),
            Origin::Environment(variable.to_owned()),
            "the environment",
            found,
            problems,
        );
    }
}

/// Notes a value, or what is wrong with its name. A secret may stand in a file of its own.
fn take(
    name: &str,
    value: String,
    origin: Origin,
    place: &str,
    found: &mut Found,
    problems: &mut Vec<String>,
) {
    if let Some(key) = KEYS.iter().find(|key| key.name == name) {
        found.insert(key.name, (value, origin));
        return;
    }
    let secret =
        name.strip_suffix("_file").and_then(|name| KEYS.iter().find(|key| key.is_secret && key.name == name));
    if let Some(key) = secret {
        match std::fs::read_to_string(&value) {
            Ok(text) => drop(found.insert(key.name, (text.trim_end().to_owned(), origin))),
            Err(error) => problems.push(format!("{place}: could not read `{value}` for `{name}`: {error}")),
        }
        return;
    }
    let near = KEYS.iter().map(|key| (distance(name, key.name), key.name)).min();
    let hint = match near {
        Some((edits, near)) if edits <= 4 => format!("; did you mean `{near}`?"),
        _ => String::new(),
    };
    problems.push(format!("{place}: there is no setting `{name}`{hint}"));
}

/// Edits between two names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(80).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(toml: &str, set: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE_NAME), toml).unwrap();
        load(&Flags {
            data_dir: Some(folder.path().to_owned()),
            file: None,
            set: set.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
        })
    }

    #[test]
    fn every_default_is_usable() {
        for key in KEYS {
            assert_eq!(key.kind.check(key.default), Ok(()), "{}", key.name);
        }
    }

    #[test]
    fn unusable_values_are_told_with_what_would_do() {
        for (key, value, wanted) in [
            ("site.base_url", "https://data.example.gov/", "without a final slash"),
            ("site.primary_color", "teal", "#0b6b6b"),
            ("site.drafts", "everybody", "one of local, all, nobody"),
            ("site.reload_theme", "yes", "true or false"),
            ("http.listen", "8080", "127.0.0.1:8080"),
            ("http.connections", "-1", "a whole number"),
            ("fetch.allow", "10.0.0.0/8, intranet", "10.0.0.0/8"),
        ] {
            let error = loaded("", &[(key, value)]).unwrap_err().to_string();
            assert!(error.contains(&format!("`{key} = {value}`")) && error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let settings = loaded("[site]\nname = \"A\"\ntagline = \"B\"\n", &[("site.name", "C")]).unwrap();
        assert_eq!((settings.text("site.name"), settings.text("site.tagline")), ("C", "B"));
        assert_eq!(settings.text("http.listen"), "127.0.0.1:8080");
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let error = loaded("[site]\nnmae = \"A\"\n\n[http]\nlisten = \"here\"\n", &[]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("line 2") && text.contains("did you mean `site.name`?"), "{text}");
        assert!(text.contains("`http.listen = here` (file, line 5)"), "{text}");
    }
}

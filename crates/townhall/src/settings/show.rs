//! The settings for people: in force, as a commented file, as a reference.

use serde_json::{Value, json};

use super::{KEYS, Origin, Settings};

/// The values in force, with their origins when asked; secrets are masked.
pub fn show(settings: &Settings, with_origin: bool, as_json: bool) -> String {
    let shown = |index: usize| match (&settings.values[index].0, KEYS[index].is_secret) {
        (value, true) if !value.is_empty() => "••••••".to_owned(),
        (value, _) => value.clone(),
    };
    if as_json {
        let values: Vec<Value> = KEYS
            .iter()
            .enumerate()
            .map(|(index, key)| {
                json!({"key": key.name, "value": shown(index), "origin": settings.values[index].1.to_string()})
            })
            .collect();
        return format!("{}\n", Value::Array(values));
    }
    let mut text = String::new();
    for (index, key) in KEYS.iter().enumerate() {
        text.push_str(&format!("{} = {:?}", key.name, shown(index)));
        if with_origin {
            text.push_str(&format!("  # {}", settings.values[index].1));
        }
        text.push('\n');
    }
    text
}

/// A settings file with everything in it, commented out.
pub fn template() -> String {
    let mut text = String::from("# Settings of Townhall. What is commented out has the value shown.\n");
    let mut section = "";
    for key in KEYS {
        let (its, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if its != section {
            section = its;
            text.push_str(&format!("\n[{section}]\n"));
        }
        let value = if key.is_secret { String::new() } else { key.default.to_owned() };
        text.push_str(&format!("# {}\n# {name} = {value:?}\n", key.doc));
    }
    text
}

/// The reference of all settings, as Markdown.
pub fn reference() -> String {
    let mut text = String::from(
        "# Settings\n\nIn `townhall.toml` as `key` under `[section]`; in the environment as `TOWNHALL_SECTION__KEY`; on the \
         command line as `--set section.key=value`. Secrets can also be given as a file: `section.key_file`.\n\n\
         | setting | holds | default | meaning |\n|---|---|---|---|\n",
    );
    for key in KEYS {
        let default = if key.default.is_empty() { String::new() } else { format!("`{}`", key.default) };
        text.push_str(&format!("| `{}` | {} | {default} | {} |\n", key.name, key.kind.name(), key.doc));
    }
    text
}

impl Settings {
    /// Where the value of a key comes from.
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        let index = KEYS.iter().position(|key| key.name == name)?;
        Some(&self.values[index].1)
    }
}

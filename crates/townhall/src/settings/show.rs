//! The settings told: in force, as a commented file, as a page of the book, as a JSON Schema.

use serde_json::{Map, Value, json};

use super::{KEYS, Key, Origin, SECTIONS, Settings};

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
    for (section, about) in SECTIONS {
        text.push_str(&format!("\n# {about}\n[{section}]\n"));
        for (name, key) in keys_of(section) {
            // JSON's texts, numbers, truths and lists are written the same way in TOML.
            let value = key.kind.json(key.default);
            text.push_str(&format!("# {}\n# {name} = {value}\n", key.doc));
        }
    }
    text
}

/// The page of the book that lists all settings, as Markdown.
pub fn reference() -> String {
    let mut text = String::from(INTRODUCTION);
    for (section, about) in SECTIONS {
        text.push_str(&format!(
            "\n## `[{section}]`\n\n{about}\n\n| setting | holds | default | meaning |\n|---|---|---|---|\n"
        ));
        for (_, key) in keys_of(section) {
            let holds = if key.is_secret { "secret".to_owned() } else { key.kind.name() };
            let default = if key.default.is_empty() { String::new() } else { format!("`{}`", key.default) };
            text.push_str(&format!("| `{}` | {holds} | {default} | {} |\n", key.name, key.doc));
        }
    }
    text
}

const INTRODUCTION: &str = "\
<!-- Made from the program's table of settings by `cargo xtask bless`: change it there. -->

# Settings

Townhall runs without any. Each setting has a name, `section.key`, and is taken from the first of these that has it:

1. the command line: `--set section.key=value`, or a flag of its own, such as `--listen`;
2. the environment: `TOWNHALL_SECTION__KEY`, such as `TOWNHALL_SITE__NAME`;
3. the settings file: `key` under `[section]` in `townhall.toml` in the data directory, or in the file given with `--config`;
4. the default.

The data directory itself comes from `--data`, else from `TOWNHALL_DATA`, else it is `./townhall-data`.

`townhall config init` writes a settings file with every key and its meaning, commented out. `townhall config show --origin`
prints the values in force and where each comes from. `townhall config check` lists everything that is wrong at once; an unknown
key is an error that names the key most like it.

A secret is never shown. It can also be given as a file: `section.key_file` names a file that holds the value, so that
`TOWNHALL_STORE__URL_FILE=/run/secrets/store-url` does what it says.

`townhall config schema` prints a [JSON Schema](settings.schema.json) of the file. An editor that knows TOML completes and checks
keys when the first line of `townhall.toml` is `#:schema ` and the schema's path.
";

/// A JSON Schema (draft 2020-12) of the settings file, indented.
pub fn schema() -> String {
    let sections: Map<String, Value> = SECTIONS
        .iter()
        .map(|(section, about)| {
            let mut keys = Map::new();
            for (name, key) in keys_of(section) {
                let mut schema = key.kind.schema();
                schema["description"] = json!(key.doc);
                schema["default"] = key.kind.json(key.default);
                keys.insert(name.to_owned(), schema);
                if key.is_secret {
                    let about = format!("The file that holds `{}`.", key.name);
                    keys.insert(format!("{name}_file"), json!({"type": "string", "description": about}));
                }
            }
            let schema = json!({
                "type": "object", "description": about, "properties": keys, "additionalProperties": false,
            });
            ((*section).to_owned(), schema)
        })
        .collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of Townhall (townhall.toml)",
        "type": "object",
        "properties": sections,
        "additionalProperties": false,
    });
    format!("{schema:#}\n")
}

/// The keys of a section, each with its name inside it.
fn keys_of(section: &str) -> impl Iterator<Item = (&'static str, &'static Key)> {
    KEYS.iter().filter_map(move |key| {
        let (its, name) = key.name.split_once('.')?;
        (its == section).then_some((name, key))
    })
}

impl Settings {
    /// Where the value of a key comes from.
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        let index = KEYS.iter().position(|key| key.name == name)?;
        Some(&self.values[index].1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Flags;
    use super::*;

    #[test]
    fn every_setting_is_in_a_section_and_sections_stand_together() {
        let listed: Vec<&str> =
            SECTIONS.iter().flat_map(|(section, _)| keys_of(section)).map(|(_, key)| key.name).collect();
        let all: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        assert_eq!(listed, all);
    }

    #[test]
    fn the_template_says_the_defaults_when_it_is_no_longer_commented_out() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("townhall.toml");
        let lines = template().replace("# ", "");
        let text: String = lines
            .lines()
            .filter(|line| line.starts_with('[') || line.contains(" = "))
            .map(|line| format!("{line}\n"))
            .collect();
        std::fs::write(&file, text).unwrap();
        let flags = Flags { data_dir: Some(folder.path().to_owned()), file: Some(file), set: Vec::new() };
        let settings = Settings::load(&flags).unwrap();
        for key in KEYS {
            assert_eq!(settings.text(key.name), key.default, "{}", key.name);
            assert!(matches!(settings.origin(key.name), Some(Origin::File(1..))), "{}", key.name);
        }
    }

    #[track_caller]
    fn assert_fresh(file: &str, made: &str) {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/book/src/reference").join(file);
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == made, "docs/book/src/reference/{file} is stale: run `cargo xtask bless`");
    }

    #[test]
    fn the_book_lists_the_settings_that_there_are() {
        assert_fresh("settings.md", &reference());
        assert_fresh("settings.schema.json", &schema());
    }
}

//! Dependencies and docs/dependencies.md in step: each has its sentence, and each is used.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// What is not in step, a line each.
pub fn problems(root: &Path) -> Result<Vec<String>> {
    let told = fs::read_to_string(root.join("docs/dependencies.md")).context("docs/dependencies.md")?;
    let workspace = manifest(root)?;
    let listed = workspace["workspace"]["dependencies"].as_table().context("workspace.dependencies")?;
    let used = used(root, &workspace)?;
    let mut problems = Vec::new();
    for name in listed.keys() {
        if !name.starts_with("townhall") && !told.contains(&format!("**{name}**")) {
            problems.push(format!("docs/dependencies.md does not say what `{name}` is for"));
        }
        if !used.contains(name) {
            problems.push(format!("Cargo.toml lists `{name}`, which no crate depends on"));
        }
    }
    // Every second part stands between two pairs of asterisks.
    for name in told.split("**").skip(1).step_by(2) {
        if !listed.contains_key(name) {
            problems.push(format!("docs/dependencies.md tells of `{name}`, which is not a dependency"));
        }
    }
    Ok(problems)
}

fn manifest(folder: &Path) -> Result<toml::Table> {
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    text.parse().with_context(|| path.display().to_string())
}

/// The dependencies of all members.
fn used(root: &Path, workspace: &toml::Table) -> Result<BTreeSet<String>> {
    let mut folders = Vec::new();
    for member in workspace["workspace"]["members"].as_array().context("workspace.members")? {
        let member = member.as_str().context("a member is a path")?;
        match member.strip_suffix("/*") {
            Some(parent) => {
                for entry in fs::read_dir(root.join(parent))? {
                    folders.push(entry?.path());
                }
            }
            None => folders.push(root.join(member)),
        }
    }
    let mut used = BTreeSet::new();
    for folder in folders.iter().filter(|folder| folder.join("Cargo.toml").is_file()) {
        let manifest = manifest(folder)?;
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let names =
                manifest.get(section).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
            used.extend(names.cloned());
        }
    }
    Ok(used)
}

//! `cargo xtask deps`: every direct dependency has its sentence, and every link between documents leads somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

pub fn run(root: &Path) -> Result<()> {
    let mut problems = missing_sentences(root)?;
    for path in documents(root)? {
        problems.extend(dead_links(root, &path)?);
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

/// Dependencies of the workspace that docs/dependencies.md does not name.
fn missing_sentences(root: &Path) -> Result<Vec<String>> {
    let told = fs::read_to_string(root.join("docs/dependencies.md")).context("docs/dependencies.md")?;
    let manifest: toml::Table = fs::read_to_string(root.join("Cargo.toml"))?.parse()?;
    let listed = manifest["workspace"]["dependencies"].as_table().context("workspace.dependencies")?;
    Ok(listed
        .keys()
        .filter(|name| !name.starts_with("townhall") && !told.contains(&format!("**{name}**")))
        .map(|name| format!("docs/dependencies.md does not say what `{name}` is for"))
        .collect())
}

/// Markdown files of the repository, those of packages and builds left out.
fn documents(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_left_out =
                name.starts_with('.') || matches!(name.as_str(), "target" | "node_modules" | "dist");
            if path.is_dir() && !is_left_out {
                folders.push(path);
            } else if name.ends_with(".md") {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

/// Relative links of a document that lead to nothing.
fn dead_links(root: &Path, document: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(document)?;
    let folder = document.parent().unwrap_or(root);
    let mut dead = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for part in line.split("](").skip(1) {
            let target = part.split([')', ' ', '#']).next().unwrap_or_default();
            let is_outside = target.is_empty()
                || target.contains("://")
                || target.starts_with("mailto:")
                || target.starts_with('/');
            if !is_outside && !folder.join(target).exists() {
                dead.push(format!(
                    "{}: the link `{target}` leads nowhere",
                    document.strip_prefix(root)?.display()
                ));
            }
        }
    }
    Ok(dead)
}

//! Documents that hold together: links lead somewhere, the book has all its pages, and its lists of finding codes and
//! problems are those of the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use townhall_model::ErrorKind;

const BOOK: &str = "docs/book/src";

/// What does not hold together, a line each.
pub fn problems(root: &Path) -> Result<Vec<String>> {
    let documents = files(root, "md")?;
    let mut problems = Vec::new();
    for (path, text) in &documents {
        problems.extend(dead_links(root, path, text, &documents));
    }
    problems.extend(pages_outside_the_summary(root, &documents)?);
    problems.extend(finding_codes(root)?);
    problems.extend(problem_kinds(root)?);
    Ok(problems)
}

type Files = BTreeMap<PathBuf, String>;

/// Files of the repository that end so, with their text; those of packages and builds left out.
fn files(root: &Path, extension: &str) -> Result<Files> {
    let mut found = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_left_out =
                name.starts_with('.') || matches!(name.as_str(), "target" | "node_modules" | "dist" | "out");
            if path.is_dir() && !is_left_out {
                folders.push(path);
            } else if path.extension().is_some_and(|its| its == extension) {
                let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                found.insert(path, text);
            }
        }
    }
    Ok(found)
}

/// Relative links of a document to a file that is not there, or to a heading that the file does not have.
fn dead_links(root: &Path, document: &Path, text: &str, documents: &Files) -> Vec<String> {
    let folder = document.parent().unwrap_or(root);
    let mut dead = Vec::new();
    for line in prose(text) {
        for part in line.split("](").skip(1) {
            let link = part.split([')', ' ']).next().unwrap_or_default();
            if link.contains("://") || link.starts_with("mailto:") || link.starts_with('/') {
                continue;
            }
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = if target.is_empty() { document.to_owned() } else { folder.join(target) };
            let is_there = match path.canonicalize() {
                Err(_) => false,
                Ok(_) if anchor.is_empty() => true,
                Ok(path) => documents.get(&path).is_some_and(|text| anchors(text).contains(anchor)),
            };
            if !is_there {
                dead.push(format!("{}: the link `{link}` leads nowhere", shown(root, document)));
            }
        }
    }
    dead
}

/// The lines of a document that are not code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}

/// What the headings of a document can be linked to by, as mdBook and code hosts make it.
fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter_map(|line| Some(line.strip_prefix('#')?.trim_start_matches('#').trim()))
        .map(|heading| {
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

/// Pages that no reader of the book finds.
fn pages_outside_the_summary(root: &Path, documents: &Files) -> Result<Vec<String>> {
    let book = root.join(BOOK);
    let summary = documents.get(&book.join("SUMMARY.md")).context("the book has a SUMMARY.md")?;
    let is_listed = |page: &Path| {
        let name = page.strip_prefix(&book).unwrap_or(page).display().to_string();
        name == "SUMMARY.md" || summary.contains(&format!("({name})"))
    };
    let pages = documents.keys().filter(|path| path.starts_with(&book));
    Ok(pages
        .filter(|page| !is_listed(page))
        .map(|page| format!("{}: the book's SUMMARY.md does not list it", shown(root, page)))
        .collect())
}

/// Words that look like codes of findings.
const NOT_CODES: &[&str] = &["DCAT-US", "JSON-LD"];

/// Codes of findings that the code gives and the book does not explain, and the other way round.
fn finding_codes(root: &Path) -> Result<Vec<String>> {
    let page = "reference/findings.md";
    let mut told = BTreeSet::new();
    for page in [page, "reference/rules.md"] {
        told.extend(codes(&fs::read_to_string(root.join(BOOK).join(page))?, '`'));
    }
    let mut given = BTreeSet::new();
    for (path, text) in files(&root.join("crates"), "rs")? {
        // Tests make up codes of their own.
        if !path.components().any(|part| part.as_os_str() == "tests") {
            given.extend(codes(&text, '"'));
        }
    }
    let missing = given.iter().filter(|code| !told.contains(*code) && !NOT_CODES.contains(&code.as_str()));
    let stale = told.iter().filter(|code| !given.contains(*code));
    Ok(missing
        .map(|code| format!("{page} does not explain `{code}`"))
        .chain(stale.map(|code| format!("{page} explains `{code}`, which no code gives")))
        .collect())
}

/// Words such as `READ-BOM` that stand between two of these quotes.
fn codes(text: &str, quote: char) -> BTreeSet<String> {
    let is_code = |word: &&str| {
        let mut parts = word.split('-');
        let is_family = parts
            .next()
            .is_some_and(|part| part.len() > 3 && part.bytes().all(|byte| byte.is_ascii_uppercase()));
        let mut rest = parts.peekable();
        is_family
            && rest.peek().is_some()
            && rest.all(|part| {
                !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            })
    };
    text.lines().flat_map(|line| line.split(quote)).filter(is_code).map(str::to_owned).collect()
}

/// Kinds of errors without their section, or whose section has another status.
fn problem_kinds(root: &Path) -> Result<Vec<String>> {
    let page = "reference/problems.md";
    let text = fs::read_to_string(root.join(BOOK).join(page)).context(page)?;
    let mut problems = Vec::new();
    for kind in ErrorKind::ALL {
        let section = text.split("\n## ").find(|section| section.lines().next() == Some(kind.slug()));
        match section {
            None => problems.push(format!("{page} has no section `{}`", kind.slug())),
            Some(section) => {
                for said in
                    [format!("**{}**", kind.http_status()), format!("exit code **{}**", kind.exit_code())]
                {
                    if !section.contains(&said) {
                        problems.push(format!("{page}: the section `{}` does not say {said}", kind.slug()));
                    }
                }
            }
        }
    }
    Ok(problems)
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_linked_to_as_the_book_does_it() {
        let text = "# Use PostgreSQL\n```sh\n# a comment\n```\n## `[site]`\n### Words: `q`\n";
        let made: Vec<String> = anchors(text).into_iter().collect();
        assert_eq!(made, ["site", "use-postgresql", "words-q"]);
    }

    #[test]
    fn codes_are_words_of_capitals_between_quotes() {
        let text = "`READ-BOM`, `READ-UTF16` and not `UTF-8`, `READ`, `READ-` or READ-GZIP";
        let found: Vec<String> = codes(text, '`').into_iter().collect();
        assert_eq!(found, ["READ-BOM", "READ-UTF16"]);
    }
}

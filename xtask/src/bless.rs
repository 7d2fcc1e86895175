//! `cargo xtask bless`: makes the generated pages of the book again. A test of `townhall` fails when one is stale.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

/// What the program prints, and the file that keeps it.
const GENERATED: &[(&[&str], &str)] = &[
    (&["config", "reference"], "docs/book/src/reference/settings.md"),
    (&["config", "schema"], "docs/book/src/reference/settings.schema.json"),
    (&["validate", "--list-rules", "--markdown"], "docs/book/src/reference/rules.md"),
    (&["convert", "--markdown"], "docs/book/src/reference/dialects.md"),
];

pub fn run(root: &Path) -> Result<()> {
    for (arguments, path) in GENERATED {
        let printed = crate::cargo(root)
            .args(["run", "--locked", "--quiet", "--package", "townhall", "--"])
            .args(*arguments)
            .stderr(Stdio::inherit())
            .output()
            .context("cargo can't be run")?;
        ensure!(printed.status.success(), "`townhall {}` failed", arguments.join(" "));
        let path = root.join(path);
        if fs::read(&path).is_ok_and(|kept| kept == printed.stdout) {
            continue;
        }
        fs::write(&path, printed.stdout).with_context(|| path.display().to_string())?;
        eprintln!("{}", path.display());
    }
    Ok(())
}

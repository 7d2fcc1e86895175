//! Chores of the repository: `cargo xtask deps`, `cargo xtask bless`, `cargo xtask package`.

mod bless;
mod deps;
mod docs;
mod package;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Result, ensure};

const CHORES: &str = "\
chores:
  deps                     look for dependencies without a sentence in docs/dependencies.md or without use, and for
                           documents that do not hold together: links, finding codes, kinds of problems
  bless                    make the generated pages of the book again
  package [--binary PATH]  make a Debian package, of a program that is built already or of a new release build";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["deps"] => check(&root()),
        ["bless"] => bless::run(&root()),
        ["package"] => package::run(&root(), None),
        ["package", "--binary", path] => package::run(&root(), Some(Path::new(path))),
        _ => Err(anyhow::anyhow!("{CHORES}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Tells everything that is out of step at once.
fn check(root: &Path) -> Result<()> {
    let problems = [deps::problems(root)?, docs::problems(root)?].concat();
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// The cargo that runs this chore.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// The top of the checkout.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

//! Chores of the repository: `cargo xtask deps`, `cargo xtask bless`, `cargo xtask package`.

mod bless;
mod deps;
mod package;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const CHORES: &str = "\
chores:
  deps                     look for missing sentences in docs/dependencies.md, for dependencies that no code names,
                           and for links of the documents that lead nowhere
  bless                    make the generated pages of the book again
  package [--binary PATH]  make a Debian package, of a program that is built already or of a new release build";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["deps"] => deps::run(&root()),
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

/// The top of the checkout.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

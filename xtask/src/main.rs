//! Chores of the repository: `cargo xtask deps`, `cargo xtask package`.

mod deps;
mod package;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let outcome = match chore.as_str() {
        "deps" => deps::run(&root()),
        "package" => package::run(&root()),
        _ => Err(anyhow::anyhow!(
            "chores: deps (dependencies and links of the docs), package (a Debian package)"
        )),
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

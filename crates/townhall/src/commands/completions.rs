//! `townhall completions SHELL`.

use clap::CommandFactory;

use super::{Failure, Outcome, print};
use crate::cli::{Cli, Completions};

pub fn run(args: &Completions) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "townhall", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Good)
}

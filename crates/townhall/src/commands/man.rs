//! `townhall man DIR`: one manual page for the program and one for each verb.

use std::fs;

use clap::CommandFactory;

use super::{Failure, Outcome};
use crate::cli::{Cli, Man};

pub fn run(args: &Man) -> Result<Outcome, Failure> {
    fs::create_dir_all(&args.dir)?;
    clap_mangen::generate_to(Cli::command(), &args.dir)?;
    Ok(Outcome::Good)
}

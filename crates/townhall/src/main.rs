//! `townhall`: the command line. Each verb is one file in `commands`; this one parses, wires and maps errors to exit codes.

mod cli;
mod cluster;
mod commands;
mod progress;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

use cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match commands::run(cli) {
        Ok(outcome) => outcome.into(),
        Err(error) => commands::report(&error),
    }
}

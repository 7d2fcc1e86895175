//! The verbs. Each is one function over the app; this file starts the runtime, opens the app and reports errors.

mod api;
mod check_links;
mod cluster;
mod completions;
mod config;
mod convert;
mod convert_files;
mod crawl;
mod database;
mod demo;
mod dictionary;
mod diff;
mod diff_rows;
mod doctor;
mod export;
mod fix;
mod harvest;
mod import;
mod license;
mod man;
mod merge;
mod mirror;
mod page;
mod pdf;
mod qu;
mod query;
mod query_worker;
mod reading;
mod recipe;
mod refresh;
mod report;
mod retype;
mod saved_query;
mod score;
mod scorecard;
mod serve;
mod source;
mod validate;
mod worker;
mod workshop;

use std::io::{self, Write};
use std::process::ExitCode;

use townhall::settings::Settings;
use townhall_app::{App, AppSettings};
use townhall_model::ErrorKind;

use crate::cli::{Cli, Command, Global};

/// How a verb that did its work ended.
pub enum Outcome {
    /// Done, and all is well.
    Good,
    /// Done, and the answer is no.
    No,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Good => Self::SUCCESS,
            Outcome::No => Self::from(1),
        }
    }
}

/// Why a verb could not do its work.
#[derive(Debug)]
pub struct Failure {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
}

impl Failure {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<townhall_app::Error> for Failure {
    fn from(error: townhall_app::Error) -> Self {
        Self { kind: error.kind(), message: error.to_string(), hint: error.hint().map(str::to_owned) }
    }
}

impl From<townhall::settings::SettingsError> for Failure {
    fn from(error: townhall::settings::SettingsError) -> Self {
        Self::new(ErrorKind::Invalid, error.to_string())
            .with_hint("`townhall config check` lists everything that is wrong; `townhall config reference` lists the keys")
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        townhall_app::Error::from(error).into()
    }
}

/// Runs the verb.
pub fn run(cli: Cli) -> Result<Outcome, Failure> {
    let Cli { global, command } = cli;
    match command {
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::QueryWorker(args) => query_worker::run(&args),
        Command::License(args) => license::run(&global, &args),
        Command::Pdf(args) => on_runtime(pdf::run(global, args)),
        Command::Config(args) => config::run(&global, &args),
        Command::Demo(args) => on_runtime(demo::run(global, args)),
        Command::Serve(args) => on_runtime(serve::run(global, args)),
        Command::Fix(args) => on_runtime(fix::run(global, args)),
        Command::Merge(args) => on_runtime(merge::run(global, args)),
        Command::Validate(args) => on_runtime(validate::run(global, args)),
        Command::Score(args) => on_runtime(score::run(global, args)),
        Command::Worker(args) => on_runtime(worker::run(global, args)),
        Command::Cluster(args) => on_runtime(cluster::run(global, args)),
        Command::Import(args) => on_runtime(import::run(global, args)),
        Command::Convert(args) => on_runtime(convert::run(global, args)),
        Command::Query(args) => on_runtime(query::run(global, args)),
        Command::Api(args) => on_runtime(api::run(global, args)),
        Command::SavedQuery(args) => on_runtime(saved_query::run(global, args)),
        Command::Database(args) => on_runtime(database::run(global, args)),
        Command::Dictionary(args) => on_runtime(dictionary::run(global, args)),
        Command::Report(args) => on_runtime(report::run(global, args)),
        Command::Qu(args) => on_runtime(qu::run(global, args)),
        Command::Recipe(args) => on_runtime(recipe::run(global, args)),
        Command::Refresh(args) => on_runtime(refresh::run(global, args)),
        Command::Retype(args) => on_runtime(retype::run(global, args)),
        Command::Page(args) => on_runtime(page::run(global, args)),
        Command::Diff(args) => on_runtime(diff::run(global, args)),
        Command::Export(args) => on_runtime(export::run(global, args)),
        Command::Harvest(args) => on_runtime(harvest::run(global, args)),
        Command::Source(args) => on_runtime(source::run(global, args)),
        Command::Doctor(args) => on_runtime(doctor::run(global, args)),
        Command::Scorecard(args) => on_runtime(scorecard::run(global, args)),
        Command::Mirror(args) => on_runtime(mirror::run(global, args)),
        Command::CheckLinks(args) => on_runtime(check_links::run(global, args)),
        Command::Crawl(args) => on_runtime(crawl::run(global, args)),
    }
}

/// Says on standard error what went wrong and how to mend it. A reader of our output that left is no trouble.
pub fn report(failure: &Failure) -> ExitCode {
    let mut err = anstream::stderr();
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(err, "\u{1b}[1;31merror:\u{1b}[0m {}", failure.message);
    if let Some(hint) = &failure.hint {
        let _ = writeln!(err, "\u{1b}[1mhint:\u{1b}[0m {hint}");
    }
    ExitCode::from(failure.kind.exit_code())
}

fn on_runtime<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(work);
    // Blocking work that a cancelled request left behind must not hold the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    outcome
}

/// The settings in force for these flags, with logging started as they say.
fn settings(global: &Global, more: &[(String, String)]) -> Result<Settings, Failure> {
    let settings = Settings::load(&config::flags(global, more)?)?;
    crate::progress::start_logging(&settings, global);
    Ok(settings)
}

/// Opens the app over the data directory of the settings.
async fn open(settings: &Settings) -> Result<App, Failure> {
    Ok(App::open(app_settings(settings)?).await?)
}

/// What the app needs of the settings.
fn app_settings(settings: &Settings) -> Result<AppSettings, Failure> {
    crate::wiring::app_settings(settings)
}

/// Writes to standard output; a reader that left (`| head`) ends the program quietly.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        outcome => Ok(outcome?),
    }
}

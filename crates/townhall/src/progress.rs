//! What is seen while something long goes on: a bar on a terminal, log lines otherwise.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use townhall::settings::Settings;
use townhall_app::{ImportEvent, JobProgressNote};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use crate::cli::Global;

/// Starts logging to standard error, in the form and at the level of the settings; `-v` and `-q` turn it up and down.
/// A command on a terminal says little by itself: its output is the answer.
pub fn start_logging(settings: &Settings, global: &Global) {
    let level = match (global.verbose, global.quiet) {
        (0, 0) => settings.log.level.clone(),
        (1, _) => "info".to_owned(),
        (2.., _) => "debug".to_owned(),
        (_, _) => "error".to_owned(),
    };
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("warn"));
    // Other people's bad certificates are told where they are met.
    let filter = filter.add_directive("rustls_platform_verifier=off".parse().expect("the directive is ours"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .with_writer(BoxMakeWriter::new(std::io::stderr));
    // A second start (one process, two commands) keeps the first.
    let _ = match settings.log.format.as_str() {
        "json" => subscriber.json().try_init(),
        _ => subscriber.try_init(),
    };
}

/// Shows how an import goes, on a terminal only.
pub struct ImportProgress {
    bar: ProgressBar,
}

impl ImportProgress {
    pub fn new(global: &Global) -> Self {
        let quiet = global.quiet > 0 || global.json || global.verbose > 0 || !std::io::stderr().is_terminal();
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }

    pub fn show(&mut self, event: ImportEvent<'_>) {
        match event {
            ImportEvent::Input { name, bytes } => {
                self.bar.set_length(bytes.unwrap_or(0));
                self.bar.set_position(0);
                self.bar.set_style(style("{spinner} {msg} {bar:30} {bytes}/{total_bytes} {eta}"));
                self.bar.set_message(name.to_owned());
            }
            ImportEvent::Bytes(done) => self.bar.set_position(done),
            ImportEvent::Table { name, done, total } => {
                self.bar.set_style(style("{spinner} table {msg} {bar:30} {bytes}/{total_bytes}"));
                self.bar.set_message(name.to_owned());
                self.bar.set_length(total);
                self.bar.set_position(done);
            }
            ImportEvent::Indexing => {
                self.bar.set_style(style("{spinner} {msg}"));
                self.bar.set_message("indexing");
            }
        }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates are ours")
}

/// Shows how many of many are done, on a terminal only.
#[derive(Clone)]
pub struct CountProgress {
    bar: ProgressBar,
}

impl CountProgress {
    pub fn new(global: &Global, what: &'static str) -> Self {
        let quiet = global.quiet > 0 || global.verbose > 0 || !std::io::stderr().is_terminal();
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(0) };
        bar.set_style(style("{spinner} {msg} {bar:30} {pos}/{len} {eta}"));
        bar.set_message(what);
        Self { bar }
    }

    pub fn show(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Shows how far a data file has been read, on a terminal only. Copies show the same bar.
#[derive(Clone)]
pub struct FileProgress {
    bar: ProgressBar,
}

impl FileProgress {
    pub fn new(global: &Global) -> Self {
        let quiet = global.quiet > 0 || global.json || global.verbose > 0 || !std::io::stderr().is_terminal();
        let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        bar.set_style(style("{spinner} {msg} {bar:30} {bytes}/{total_bytes}"));
        Self { bar }
    }

    pub fn show(&self, name: &str, step: townhall_app::Progress) {
        self.bar.set_length(step.total_bytes);
        self.bar.set_position(step.done_bytes);
        self.bar.set_message(format!("{} {name}", step.stage.label()));
    }

    pub fn finish(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Shows how far a harvest is, on a terminal only, until the work ends.
pub async fn while_harvesting<T>(
    global: &Global,
    note: &JobProgressNote,
    work: impl Future<Output = T>,
) -> T {
    let quiet = global.quiet > 0 || global.json || global.verbose > 0 || !std::io::stderr().is_terminal();
    if quiet {
        return work.await;
    }
    let bar = ProgressBar::new_spinner();
    let mut work = std::pin::pin!(work);
    let mut tick = tokio::time::interval(Duration::from_millis(120));
    loop {
        tokio::select! {
            ended = &mut work => {
                bar.finish_and_clear();
                return ended;
            }
            _ = tick.tick() => {
                let (done, total, message) = note.told();
                bar.set_style(style(if total > 0 { "{spinner} {msg} {bar:30} {pos}/{len}" } else { "{spinner} {msg} {pos}" }));
                bar.set_length(total);
                bar.set_position(done);
                bar.set_message(message);
                bar.tick();
            }
        }
    }
}

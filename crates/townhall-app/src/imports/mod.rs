//! Bringing things in: catalogues become records, data files become tables, and the report says what became of each.
//!
//! Records are written in batches, one transaction each; data files become blobs first and tables by a job, so that
//! a crash at any point leaves a whole store, and the same import again does only what is missing.

mod catalogue;
mod data_file;
mod gather;
mod inputs;
mod report;
mod suggest;

use std::path::PathBuf;

use townhall_formats::ReadOptions;
use townhall_model::{Finding, RecordId, Severity};
use townhall_store::{Actor, ActorKind};

pub(crate) use data_file::SUGGESTED;
pub use report::{ImportReport, InputReport};
pub(crate) use suggest::{from_profile as suggestion_from_profile, title as suggested_title};

use crate::layouts::Layout;
use crate::{App, Error};
pub(crate) use inputs::{InputFile, Kind};

/// Which distributions become tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TablePolicy {
    /// Files beside the catalogue, or named in the same import.
    #[default]
    Local,
    /// Those, and distributions that have to be fetched.
    All,
    /// None.
    None,
}

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Tell, and write nothing.
    pub dry_run: bool,
    /// Publish data files without metadata at once, instead of keeping them as drafts.
    pub publish: bool,
    /// Which distributions become tables.
    pub tables: TablePolicy,
    /// The organization of data files without metadata.
    pub organization: Option<String>,
    /// How to read data files.
    pub read: ReadOptions,
    /// The layout that data files have.
    pub layout: Option<Layout>,
    /// Leave the making of tables to the workers, for whoever can't wait.
    pub leaves_tables: bool,
}

/// What is going on, for progress bars.
#[derive(Debug)]
pub enum ImportEvent<'a> {
    /// A file is begun; its size, when known.
    Input {
        /// The path or address.
        name: &'a str,
        /// Its size in bytes.
        bytes: Option<u64>,
    },
    /// So many bytes of the file are done.
    Bytes(u64),
    /// A table is being made.
    Table {
        /// The data file.
        name: &'a str,
        /// Bytes done, over both passes.
        done: u64,
        /// Bytes to do, over both passes.
        total: u64,
    },
    /// The search index takes in what is new.
    Indexing,
}

/// Told what is going on.
pub type Notify<'a> = &'a mut (dyn FnMut(ImportEvent<'_>) + Send);

/// The import use case.
pub struct Imports<'a> {
    pub(crate) app: &'a App,
}

/// What one run carries along.
struct Run<'a> {
    app: &'a App,
    actor: Actor,
    options: &'a ImportOptions,
    report: ImportReport,
    /// Data files of this run, which distributions may claim by name.
    data_files: Vec<DataFile>,
    /// Datasets and distributions whose tables are described by the layout once they are made.
    laid_out: Vec<(RecordId, String)>,
    /// Files that were fetched live here until the run ends.
    fetched: tempfile::TempDir,
}

/// A data file and whether a catalogue's distribution has claimed it.
struct DataFile {
    file: InputFile,
    canonical: PathBuf,
    claimed: bool,
}

impl Imports<'_> {
    /// Imports files, folders and addresses. Trouble with one record or file is told in the report and does not stop
    /// the rest; only a store that fails, or a named file that is not there, ends the run.
    pub async fn run(
        &self,
        inputs: &[String],
        options: &ImportOptions,
        notify: Notify<'_>,
    ) -> Result<ImportReport, Error> {
        self.run_as(Actor::new(ActorKind::Cli, "import"), inputs, options, notify).await
    }

    /// The same for somebody else than whoever sits at the command line.
    pub async fn run_as(
        &self,
        actor: Actor,
        inputs: &[String],
        options: &ImportOptions,
        notify: Notify<'_>,
    ) -> Result<ImportReport, Error> {
        let mut run = Run {
            app: self.app,
            actor,
            options,
            report: ImportReport::default(),
            data_files: Vec::new(),
            laid_out: Vec::new(),
            fetched: self.app.temporary_folder()?,
        };
        let files = run.gather(inputs).await?;
        for file in files.iter().filter(|file| file.kind == Kind::Catalogue) {
            run.import_catalogue(file, notify).await?;
        }
        for index in 0..run.data_files.len() {
            if !run.data_files[index].claimed {
                let file = run.data_files[index].file.clone();
                run.import_data_file(&file, notify).await?;
            }
        }
        if !options.dry_run {
            if !options.leaves_tables {
                run.report.tables = self.app.jobs().run_tables(notify).await?;
            }
            run.describe_laid_out().await?;
            notify(ImportEvent::Indexing);
            self.app.search().catch_up().await?;
        }
        Ok(run.report)
    }
}

impl Run<'_> {
    /// Notes that a file could not be used, and counts it as refused.
    fn refuse(&mut self, source: &str, read_as: &str, finding: Finding) {
        self.report.note(finding);
        self.report.finish_input(InputReport {
            source: source.to_owned(),
            read_as: read_as.to_owned(),
            refused: 1,
            ..InputReport::default()
        });
    }
}

/// A finding about a whole file.
fn file_finding(code: &str, source: &str, message: impl Into<String>) -> Finding {
    Finding::new(code, Severity::Error, message).with_value(source)
}

//! The metadata workshop: tools that look at a file, or make another of it, and keep neither among the records.
//!
//! It needs no data directory, so that the command line can use it anywhere; [`crate::App::workshop`] gives one that
//! works in the data directory's own temporary folder.

mod compare;
mod convert;
mod dashboard;
mod fix;
mod fonts;
mod license;
mod material;
mod merge;
mod ocr;
mod pdf_forms;
mod pdf_reports;
mod pdf_tables;
mod reports;
mod score;
mod task;
mod validate;
mod workbook;
mod would_harvest;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Semaphore;
use townhall_fetch::{FetchSettings, Fetcher};
use townhall_pdf::OcrEngine;

pub use compare::{ComparisonForm, DiffRequest, comparison_report};
pub use convert::{
    ConversionForm, ConversionReport, ConvertRequest, conversion_forms, dialects_as_markdown, source_forms,
};
pub use dashboard::dashboard_profile;
pub use fix::FixAnswer;
pub use license::{LicenseRequest, known_licenses, licenses};
pub use material::{Material, Reading, Watch};
pub use merge::{MERGE_POLICIES, MergeRequest};
pub use ocr::Tesseract;
pub use pdf_forms::{PdfFillRequest, PdfFilled, PdfForm, read_values, values_in};
pub use pdf_tables::{PdfTables, PdfTablesRequest, chosen, pdf_template, sheet_form, write_pdf_tables};
pub use reports::{Keeping, KeptReport, ReportState, Reports};
pub use score::{ScoreForm, ScoreReport, ScoreRequest, schemes_of};
pub use task::{Made, Task, Worked};
pub use validate::{
    ReportForm, ValidateRequest, baseline_of, profiles, rules_as_json, rules_as_markdown, validation_as_json,
    validation_report,
};
pub(crate) use workbook::is_no_catalog;
pub use would_harvest::HarvestRequest;

use self::fonts::SystemFonts;
use crate::Error;
use crate::limits::{WORKSHOP_PATIENCE, WORKSHOP_TURNS};

/// The tools' bench: where material lies, how it is fetched, and how many pieces are worked on at a time. Cheap to clone.
#[derive(Clone)]
pub struct Workshop {
    fetcher: Fetcher,
    folder: PathBuf,
    turns: Arc<Semaphore>,
    ocr: Option<Arc<dyn OcrEngine>>,
    fonts: Arc<SystemFonts>,
}

impl Workshop {
    /// A workshop of its own, in the system's temporary folder.
    pub fn new(fetch: FetchSettings) -> Result<Self, Error> {
        Ok(Self::in_folder(Fetcher::new(fetch)?, std::env::temp_dir()))
    }

    pub(crate) fn in_folder(fetcher: Fetcher, folder: PathBuf) -> Self {
        let turns = Arc::new(Semaphore::new(WORKSHOP_TURNS));
        Self { fetcher, folder, turns, ocr: None, fonts: Arc::default() }
    }

    /// The same with something that recognizes the text of pictures.
    #[must_use]
    pub fn with_ocr(self, ocr: Option<Arc<dyn OcrEngine>>) -> Self {
        Self { ocr, ..self }
    }

    /// What recognizes the text of pictures, where something is set up.
    pub fn ocr(&self) -> Option<Arc<dyn OcrEngine>> {
        self.ocr.clone()
    }

    /// Works on a thread of its own, when it is this piece's turn.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let turn = tokio::time::timeout(WORKSHOP_PATIENCE, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(Error::new(
                townhall_model::ErrorKind::Limited,
                "the workshop is full: other files are being worked on",
            )
            .with_hint("try again in a moment, or run the command on your own machine"));
        };
        tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(turn);
            outcome
        })
        .await
        .map_err(crate::app::lost)?
    }
}

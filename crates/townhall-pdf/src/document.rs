//! A file, opened, and read page by page.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use hayro_interpret::kurbo::Rect as KurboRect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::device::Collector;
use crate::error::PdfError;
use crate::forms::unlocked;
use crate::limits::{FILE_BYTES_MAX, PAGES_MAX, SIDE_MAX};
use crate::page::Page;
use crate::structure::Structure;

/// A file that was opened.
pub struct Document {
    pdf: Pdf,
    structure: OnceLock<Structure>,
}

impl Document {
    /// Opens a file with either of its passwords. It may be empty, as it is for files that anybody may read but not change.
    ///
    /// # Errors
    ///
    /// When it is no PDF, locked with another password, or too large.
    pub fn open(bytes: Vec<u8>, password: &str) -> Result<Self, PdfError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(PdfError::TooLarge { limit_bytes: FILE_BYTES_MAX });
        }
        // The parser opens files by the password of readers alone; whoever has that of the owner may read, too.
        let spare = (!password.is_empty()).then(|| bytes.clone());
        let pdf = match (opened(bytes, password), spare) {
            (Err(PdfError::Locked | PdfError::UnknownLock), Some(bytes)) => {
                opened(unlocked(bytes, password)?, "")?
            }
            (outcome, _) => outcome?,
        };
        let pages = pdf.pages().len();
        if pages > PAGES_MAX {
            return Err(PdfError::TooManyPages { pages, limit: PAGES_MAX });
        }
        Ok(Self { pdf, structure: OnceLock::new() })
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.pdf.pages().len()
    }

    pub(crate) fn pdf(&self) -> &Pdf {
        &self.pdf
    }

    /// Something that reads pages one after the other; what they share is read once.
    pub fn reader(&self) -> PageReader<'_> {
        PageReader { document: self, cache: InterpreterCache::new() }
    }
}

fn opened(bytes: Vec<u8>, password: &str) -> Result<Pdf, PdfError> {
    // The parser is not to panic; what it does with hostile files is not ours to promise.
    let pdf = catch_unwind(AssertUnwindSafe(|| Pdf::new_with_password(bytes, password)));
    pdf.map_err(|_| PdfError::NotPdf)?.map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => PdfError::Locked,
        LoadPdfError::Decryption(_) => PdfError::UnknownLock,
        LoadPdfError::Invalid => PdfError::NotPdf,
    })
}

/// Reads the pages of a file.
pub struct PageReader<'a> {
    document: &'a Document,
    cache: InterpreterCache<'a>,
}

impl PageReader<'_> {
    /// Reads a page, counted from 1.
    ///
    /// # Errors
    ///
    /// When there is no such page, or it can't be made sense of.
    pub fn read(&mut self, number: usize) -> Result<Page, PdfError> {
        let Document { pdf, structure } = self.document;
        let pages = pdf.pages();
        let page = number.checked_sub(1).and_then(|at| pages.get(at));
        let page = page.ok_or(PdfError::NoSuchPage { page: number, pages: pages.len() })?;
        let size = catch_unwind(AssertUnwindSafe(|| page.render_dimensions()));
        let (width, height) = size.map_err(|_| PdfError::Page { page: number })?;
        let (width, height) = (f64::from(width).min(SIDE_MAX), f64::from(height).min(SIDE_MAX));
        let mut collector = Collector::new(width, height);
        let read = catch_unwind(AssertUnwindSafe(|| {
            let mut context = Context::new(
                page.initial_transform(true).to_kurbo(),
                KurboRect::new(0.0, 0.0, width, height),
                &self.cache,
                pdf.xref(),
                InterpreterSettings::default(),
            );
            interpret_page(page, &mut context, &mut collector);
        }));
        match read {
            Err(reason) if !Collector::is_enough(reason.as_ref()) => Err(PdfError::Page { page: number }),
            _ => {
                let structure = structure.get_or_init(|| Structure::of(pdf));
                Ok(collector.finish(number, structure.page(number - 1)))
            }
        }
    }
}

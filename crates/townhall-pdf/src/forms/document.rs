//! A form, opened: to be looked at, and filled as often as one likes.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::clean::{clean, signed};
use super::draft::Draft;
use super::field::Field;
use super::fill::Filler;
use super::flatten::flatten;
use super::options::{FillOptions, Filling, Lock, Save};
use super::paint::Paint;
use super::report::{Filled, Remark, Report};
use super::stamp;
use super::tree::{Entry, entries};
use super::value::Value;
use crate::error::PdfError;

/// A form that was opened.
pub struct FormDocument {
    bytes: Vec<u8>,
    draft: Draft,
    entries: Vec<Entry>,
    by_name: HashMap<String, usize>,
}

impl FormDocument {
    /// Opens a file, with or without fields. Either of its two passwords opens a locked one; it may be empty, as it is for files that
    /// anybody may read. Files whose table of objects is damaged are searched for what is left.
    ///
    /// # Errors
    ///
    /// When it is no PDF, locked with another password, or larger than forms are.
    pub fn open(bytes: Vec<u8>, password: &str) -> Result<Self, PdfError> {
        let (draft, entries) = guarded(|| {
            let mut draft = Draft::open(&bytes, password)?;
            let entries = entries(&mut draft);
            Ok((draft, entries))
        })?;
        let by_name = entries.iter().enumerate().map(|(at, entry)| (entry.field.name.clone(), at)).collect();
        Ok(Self { bytes, draft, entries, by_name })
    }

    /// Its fields, in the order of the file.
    pub fn fields(&self) -> Vec<Field> {
        self.entries.iter().map(|entry| entry.field.clone()).collect()
    }

    /// What stands in it: the values of all fields that have one, by their full names. It can be filled in again as it is.
    pub fn values(&self) -> BTreeMap<String, Value> {
        let fields = self.entries.iter().map(|entry| &entry.field);
        fields.filter_map(|field| Some((field.name.clone(), field.value.clone()?))).collect()
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.draft.pages().len()
    }

    /// Whether it is locked for those without a password, or for some of what could be done with it.
    pub fn is_locked(&self) -> bool {
        self.draft.lock().is_some()
    }

    /// Whether it has a second form in it (XFA), which is taken out when it is filled.
    pub fn has_xfa(&self) -> bool {
        self.draft.form().is_some_and(|form| form.has(b"XFA"))
    }

    /// Whether it is a form to programs alone that know that second form (XFA): there is nothing in it that can be filled in here, and its
    /// pages most likely say nothing but that.
    pub fn is_xfa_only(&self) -> bool {
        self.has_xfa() && self.entries.is_empty()
    }

    /// The full names of the fields in which it is signed.
    pub fn signed(&self) -> Vec<String> {
        signed(&self.draft, &self.entries)
    }

    /// Fills it in. What can't be done is left out and reported; so is what else is worth knowing.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub fn fill(&self, filling: &Filling, options: &FillOptions) -> Result<Filled, PdfError> {
        guarded(|| {
            let mut save = options.save;
            let mut filler = Filler::new(self.draft.clone(), &self.entries, options);
            if save == Save::Append && !self.draft.can_append() {
                filler.report.remarks.push(Remark::NotAppended);
                save = Save::Rewrite;
            }
            filler.draw_missing(&filling.values)?;
            filler.set_all(filling.values.iter(), &self.by_name)?;
            filler.set_images(filling.images.iter(), &self.by_name)?;
            let Filler { mut draft, mut fonts, mut report, .. } = filler;
            clean(&mut draft, &self.entries, save, &mut report.remarks);
            let mut paint = Paint::default();
            if options.flatten {
                flatten(&mut draft, &self.entries, &mut paint);
            }
            stamp::draw(&filling.stamps, &mut draft, &mut fonts, &mut paint, &mut report.remarks)?;
            paint.finish(&mut draft)?;
            fonts.finish(&mut draft)?;
            self.write(draft, report, save, options)
        })
    }

    fn write(
        &self,
        mut draft: Draft,
        report: Report,
        save: Save,
        options: &FillOptions,
    ) -> Result<Filled, PdfError> {
        let bytes = match save {
            Save::Append => draft.append(&self.bytes)?,
            Save::Rewrite => {
                draft.prune();
                draft.rewrite(options.lock == Lock::Keep)?
            }
        };
        Ok(Filled { bytes, report })
    }

    /// Makes its fields part of its pages, as they are, and takes them away.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub fn flatten(&self) -> Result<Vec<u8>, PdfError> {
        let options = FillOptions { flatten: true, ..FillOptions::default() };
        Ok(self.fill(&Filling::default(), &options)?.bytes)
    }

    pub(super) fn into_draft(self) -> Draft {
        self.draft
    }
}

/// The same file without its lock.
///
/// # Errors
///
/// As for [`FormDocument::open`], and when the file can't be written.
pub fn unlocked(bytes: Vec<u8>, password: &str) -> Result<Vec<u8>, PdfError> {
    guarded(|| Draft::open(&bytes, password)?.rewrite(false))
}

/// The library beneath is not to panic; what it does with hostile files is not ours to promise.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, PdfError>) -> Result<T, PdfError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(PdfError::NotPdf))
}

//! The tables of PDF files, found or marked by people, in any form.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_formats::{PdfReading, SheetForm, Sheets};
use townhall_model::{BlobId, ErrorKind};
use townhall_pdf::{
    Document, Extraction, OcrEngine, Page, Sheet, Wanted, extract, is_mostly_picture, limits::FILE_BYTES_MAX,
    lines, read_recipe, settled, template_of, write_recipe,
};

use super::{Made, Material, Worked, Workshop};
use crate::Error;

/// What is wanted of a PDF file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PdfTablesRequest {
    /// How its tables are found.
    pub reading: PdfReading,
    /// The password of a locked file.
    pub password: String,
    /// Whether the text of pages that are pictures is recognized.
    pub ocr: bool,
    /// Which of the tables are wanted, counted from 1; all when empty.
    pub only: Vec<usize>,
    /// Whether numbers are written plain, headers as one row, and each row with its page.
    pub clean: bool,
    /// The form of the file that is made.
    pub form: Option<String>,
}

/// The largest template, in bytes.
const TEMPLATE_BYTES_MAX: u64 = 4 * 1024 * 1024;

impl PdfTablesRequest {
    /// The same with the template that a file holds.
    pub(super) fn with_template(&self, material: &Material) -> Result<Self, Error> {
        let mut template = String::new();
        let read = material.open()?.take(TEMPLATE_BYTES_MAX).read_to_string(&mut template);
        read.map_err(|_| Error::invalid(format!("`{}` is no template", material.name())))?;
        let mut with = self.clone();
        with.reading.template = template;
        Ok(with)
    }
}

/// How many dots an inch has in pictures whose text is recognized.
const DOTS_PER_INCH: u32 = 300;

/// What was found in a PDF file.
#[derive(Debug)]
pub struct PdfTables {
    /// What was found.
    pub found: Extraction,
    /// The SHA-256 of the file in hexadecimal digits.
    pub sha256: String,
}

impl PdfTables {
    /// The answer for programs.
    pub fn as_json(&self, name: &str) -> Value {
        json!({
            "file": name, "sha256": self.sha256, "pages": self.found.pages, "tables": self.found.sheets,
            "troubles": self.found.troubles, "read": self.found.read,
        })
    }
}

impl Workshop {
    /// Finds the tables of a PDF file. `told` hears how many pages are done of how many.
    ///
    /// # Errors
    ///
    /// When the file is no PDF, is locked, or something that was asked for makes no sense.
    pub async fn pdf_tables(
        &self,
        material: &Material,
        request: &PdfTablesRequest,
        told: impl Fn(usize, usize) + Send + 'static,
    ) -> Result<PdfTables, Error> {
        let wanted = request.reading.wanted()?;
        let engine = match (request.ocr, self.ocr()) {
            (false, _) => None,
            (true, Some(engine)) => Some(engine),
            (true, None) => {
                return Err(Error::new(ErrorKind::Unavailable, "no program that recognizes text is set up")
                    .with_hint("install tesseract-ocr, and name it in the setting tools.ocr"));
            }
        };
        let (material, request) = (material.clone(), request.clone());
        self.work(move || tables(&material, &request, &wanted, engine, told)).await
    }

    /// The text of a PDF file, line by line; pages are parted by form feeds. `told` hears how many pages are done.
    ///
    /// # Errors
    ///
    /// When the file is no PDF, or locked with another password.
    pub async fn pdf_text(
        &self,
        material: &Material,
        pages: &str,
        password: &str,
        told: impl Fn(usize, usize) + Send + 'static,
    ) -> Result<String, Error> {
        let wanted = PdfReading { pages: pages.to_owned(), ..PdfReading::default() }.wanted()?;
        let (material, password) = (material.clone(), password.to_owned());
        self.work(move || {
            let document = Document::open(pdf_bytes(&material)?, &password)
                .map_err(|error| Error::of(error.kind(), error))?;
            let (mut reader, mut out) = (document.reader(), String::new());
            for number in (1..=document.pages()).filter(|number| wanted.is_page(*number)) {
                // A page that can't be read is an empty one; the others are still there.
                if let Ok(page) = reader.read(number) {
                    for line in lines(&page) {
                        out.push_str(&line.text());
                        out.push('\n');
                    }
                    // What runs another way, such as in a margin, comes last.
                    let sideways: Vec<&str> = page.sideways.iter().map(|word| word.text.as_str()).collect();
                    if !sideways.is_empty() {
                        out.push_str(&sideways.join(" "));
                        out.push('\n');
                    }
                }
                out.push('\u{c}');
                told(number, document.pages());
            }
            Ok(out)
        })
        .await
    }

    /// The same as a tool's answer, with the file that was asked for.
    pub(super) async fn pdf_tables_task(
        &self,
        material: &Material,
        request: &PdfTablesRequest,
    ) -> Result<Worked, Error> {
        let watch = material.watch().clone();
        let tables = self.pdf_tables(material, request, move |done, total| watch.count(done, total)).await?;
        let result = tables.as_json(&plain_name(material.name()));
        let made = match &request.form {
            Some(form) => Some(self.pdf_file(material, request, &tables, sheet_form(form)?)?),
            None => None,
        };
        Ok(Worked { result, made })
    }

    /// A file of tables that were found.
    fn pdf_file(
        &self,
        material: &Material,
        request: &PdfTablesRequest,
        tables: &PdfTables,
        form: &'static SheetForm,
    ) -> Result<Made, Error> {
        let part = self.part()?;
        let mut file = std::fs::File::create(&part)?;
        let chosen = chosen(&tables.found.sheets, &request.only);
        let name = plain_name(material.name());
        write_pdf_tables(&name, material.name(), tables, &chosen, request.clean, form, &mut file)?;
        file.sync_all()?;
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let extension = if form.name == "parquet" && chosen.len() != 1 { "zip" } else { form.extension };
        Ok(Made {
            material: Material::made(format!("{stem}.{extension}"), part),
            media_type: form.media_type,
        })
    }
}

/// Writes tables that were found; `name` is what people call the document.
///
/// # Errors
///
/// When the form can't hold them, or the disk fails.
pub fn write_pdf_tables(
    name: &str,
    address: &str,
    tables: &PdfTables,
    sheets: &[Sheet],
    is_clean: bool,
    form: &SheetForm,
    out: &mut dyn townhall_formats::Output,
) -> Result<(), Error> {
    let url = (address.starts_with("http://") || address.starts_with("https://")).then_some(address);
    Ok(form.write(&Sheets { name, url, sha256: Some(&tables.sha256), sheets, is_clean }, out)?)
}

/// The form of this name.
///
/// # Errors
///
/// When there is none, with the names that there are.
pub fn sheet_form(name: &str) -> Result<&'static SheetForm, Error> {
    Ok(townhall_formats::sheet_form(name)?)
}

/// A template of tables that were found in a file, with the texts around them as landmarks.
///
/// # Errors
///
/// When the file can't be read.
pub fn pdf_template(bytes: Vec<u8>, password: &str, sheets: &[Sheet]) -> Result<String, Error> {
    let document = Document::open(bytes, password).map_err(|error| Error::of(error.kind(), error))?;
    Ok(write_recipe(&template_of(&document, sheets)))
}

/// A template as it is in a file: its areas where they were found, with landmarks of this file.
pub(super) fn settled_template(material: &Material, request: &PdfTablesRequest) -> Result<String, Error> {
    let selections = read_recipe(&request.reading.template).map_err(Error::invalid)?;
    let document = Document::open(pdf_bytes(material)?, &request.password)
        .map_err(|error| Error::of(error.kind(), error))?;
    Ok(write_recipe(&settled(&document, &selections)))
}

/// The tables of these numbers, counted from 1; all when there are none.
pub fn chosen(sheets: &[Sheet], only: &[usize]) -> Vec<Sheet> {
    let is_wanted = |number: usize| only.is_empty() || only.contains(&number);
    sheets.iter().enumerate().filter(|(at, _)| is_wanted(at + 1)).map(|(_, sheet)| sheet.clone()).collect()
}

/// The last part of a path or an address.
pub(super) fn plain_name(name: &str) -> String {
    let name = name.split(['?', '#']).next().unwrap_or(name);
    name.trim_end_matches('/').rsplit('/').next().unwrap_or(name).to_owned()
}

/// The bytes of a file that is a PDF, not more than are read.
pub(super) fn pdf_bytes(material: &Material) -> Result<Vec<u8>, Error> {
    let too_large =
        || Error::new(ErrorKind::TooLarge, format!("the file has more than {FILE_BYTES_MAX} bytes"));
    // A file that is too large is not read first.
    if material.bytes()? > FILE_BYTES_MAX as u64 {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    material.open()?.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How many pixels a point has in pictures for people.
const SCALE: f64 = 1.6;

/// The picture of a page, turned as its text is read (PNG).
pub(super) fn picture(
    material: &Material,
    request: &PdfTablesRequest,
    number: usize,
) -> Result<Vec<u8>, Error> {
    let of = |error: townhall_pdf::PdfError| Error::of(error.kind(), error);
    let document = Document::open(pdf_bytes(material)?, &request.password).map_err(of)?;
    let turn = document.reader().read(number).map(|page| page.turn).unwrap_or(0);
    Ok(document.render(number, turn, SCALE).map_err(of)?.png)
}

fn tables(
    material: &Material,
    request: &PdfTablesRequest,
    wanted: &Wanted,
    engine: Option<Arc<dyn OcrEngine>>,
    told: impl Fn(usize, usize),
) -> Result<PdfTables, Error> {
    let bytes = pdf_bytes(material)?;
    let sha256 = BlobId::of(&bytes).to_string();
    let document =
        Document::open(bytes, &request.password).map_err(|error| Error::of(error.kind(), error))?;
    let watch = material.watch();
    let failed = AtomicBool::new(false);
    let failure: Mutex<Option<String>> = Mutex::new(None);
    let recognize = |number: usize, page: &Page| {
        let engine =
            engine.as_ref().filter(|_| is_mostly_picture(page) && !failed.load(Ordering::Relaxed))?;
        let scan = document.scan(number, page.turn, f64::from(DOTS_PER_INCH) / 72.0).ok()?;
        match engine.recognize(&scan.png, DOTS_PER_INCH) {
            Ok(words) => Some(scan.page(page, &words)),
            Err(reason) => {
                failed.store(true, Ordering::Relaxed);
                *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
                None
            }
        }
    };
    let found = extract(&document, wanted, &recognize, |done, total| {
        told(done, total);
        !watch.is_stopped()
    });
    if let Some(reason) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(Error::new(ErrorKind::Unavailable, format!("text could not be recognized: {reason}")));
    }
    if found.is_stopped {
        return Err(Error::invalid("somebody stopped the work"));
    }
    Ok(PdfTables { found, sha256 })
}

//! Forms in PDF files: told, filled, filled for every row of a table, flattened, and read back into a table.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_formats::{Conversion, ReadOptions, WriteOptions};
use townhall_metadata::{read_csv_rows, write_csv_row};
use townhall_model::ErrorKind;
use townhall_pdf::forms::{
    Control, Field, FieldListing, FillOptions, Filling, FontSource, FormDocument, Lock, Report, Save, Stamp,
    TextStamp, Value as FieldValue, captions, controls, from_fdf, from_xfdf, listing, merge, to_fdf, to_xfdf,
};
use townhall_pdf::limits::VALUES_BYTES_MAX;
use townhall_pdf::{Document, PdfError};

use super::pdf_tables::{pdf_bytes, plain_name};
use super::{Made, Material, Worked, Workshop};
use crate::Error;
use crate::limits::{FILLED_FORMS_BYTES_MAX, FILLED_FORMS_MAX};

/// What a form is, and what stands in it.
#[derive(Debug, Serialize)]
pub struct PdfForm {
    /// How many pages it has.
    pub pages: usize,
    /// Whether it is locked for some of what could be done with it.
    pub is_locked: bool,
    /// Whether it has a second form in it (XFA).
    pub has_xfa: bool,
    /// Whether it has nothing but that second form, so that there is nothing to fill in.
    pub is_xfa_only: bool,
    /// The fields in which it is signed.
    pub signed: Vec<String>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The same as a page of the web asks for them, from above.
    pub controls: Vec<Control>,
    /// What stands in it.
    pub values: BTreeMap<String, FieldValue>,
}

impl PdfForm {
    /// Its fields as pdftk and PDF Filler list them.
    pub fn listing(&self) -> Vec<FieldListing> {
        self.fields.iter().map(listing).collect()
    }

    /// The values as a file of another program: `fdf` or `xfdf`.
    pub fn values_as(&self, form: &str) -> Result<Vec<u8>, Error> {
        match form {
            "fdf" => to_fdf(&self.fields).map_err(of),
            "xfdf" => Ok(to_xfdf(&self.fields).into_bytes()),
            _ => Err(Error::invalid(format!("`{form}` is no form of values")).with_hint("use fdf or xfdf")),
        }
    }
}

/// What is put into a form, and how.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PdfFillRequest {
    /// The password of a locked file.
    pub password: String,
    /// Values by the full names of fields.
    pub fields: BTreeMap<String, FieldValue>,
    /// Texts that are put onto pages.
    pub stamps: Vec<TextStamp>,
    /// Whether fields become part of the page.
    pub flatten: bool,
    /// Whether changes are written after what is there, so that signatures stay as they were.
    pub append: bool,
    /// Whether the lock of a locked file is taken off.
    pub unlock: bool,
    /// Pictures by the names of the fields in whose boxes they go.
    #[serde(skip)]
    pub images: BTreeMap<String, Vec<u8>>,
}

impl PdfFillRequest {
    /// Takes a value under the name of a field, or as PDF Filler did under a place on a page: `x,y` or `x,y,page`.
    pub fn put(&mut self, name: &str, value: FieldValue) {
        match TextStamp::at(name, value.to_string()) {
            Some(stamp) => self.stamps.push(stamp),
            None => {
                self.fields.insert(name.to_owned(), value);
            }
        }
    }

    fn filling(&self) -> Filling {
        Filling {
            values: self.fields.clone(),
            images: self.images.clone(),
            stamps: self.stamps.iter().cloned().map(Stamp::Text).collect(),
        }
    }

    fn options(&self, fonts: Arc<dyn FontSource>) -> FillOptions {
        FillOptions {
            flatten: self.flatten,
            save: if self.append { Save::Append } else { Save::Rewrite },
            lock: if self.unlock { Lock::Drop } else { Lock::Keep },
            fonts: Some(fonts),
            ..FillOptions::default()
        }
    }
}

/// A form that was filled.
#[derive(Debug)]
pub struct PdfFilled {
    /// The file.
    pub made: Made,
    /// What became of it; of many forms, that of each.
    pub reports: Vec<Report>,
}

fn of(error: PdfError) -> Error {
    Error::of(error.kind(), error)
}

fn open(material: &Material, password: &str) -> Result<FormDocument, Error> {
    FormDocument::open(pdf_bytes(material)?, password).map_err(of)
}

const MEDIA_TYPE: &str = "application/pdf";

impl Workshop {
    /// Tells what a form is.
    ///
    /// # Errors
    ///
    /// When the file is no PDF, or locked with another password.
    pub async fn pdf_form(&self, material: &Material, password: &str) -> Result<PdfForm, Error> {
        let (material, password) = (material.clone(), password.to_owned());
        self.work(move || form_of(&material, &password)).await
    }

    /// The same as a tool's answer.
    pub(super) async fn pdf_form_task(&self, material: &Material, password: &str) -> Result<Worked, Error> {
        let form = self.pdf_form(material, password).await?;
        let mut result = json!(form);
        result["file"] = plain_name(material.name()).into();
        Ok(Worked { result, made: None })
    }

    /// Fills a form.
    ///
    /// # Errors
    ///
    /// When the file is no PDF, is locked with another password, or can't be written.
    pub async fn pdf_fill(&self, material: &Material, request: PdfFillRequest) -> Result<PdfFilled, Error> {
        let (workshop, material) = (self.clone(), material.clone());
        self.work(move || {
            let document = open(&material, &request.password)?;
            let filled =
                document.fill(&request.filling(), &request.options(workshop.fonts.clone())).map_err(of)?;
            let made = workshop.file(&plain_name(material.name()), MEDIA_TYPE, &filled.bytes)?;
            Ok(PdfFilled { made, reports: vec![filled.report] })
        })
        .await
    }

    /// Fills a form for every row of a table, whose columns are called as the fields are: a packed folder of files, or one file.
    /// `told` hears how many rows are done.
    ///
    /// # Errors
    ///
    /// As for [`Self::pdf_fill`]; and when the table can't be read, or there is too much.
    pub async fn pdf_fill_rows(
        &self,
        material: &Material,
        rows: &Material,
        request: PdfFillRequest,
        is_merged: bool,
        told: impl Fn(usize) + Send + 'static,
    ) -> Result<PdfFilled, Error> {
        let (workshop, material, rows) = (self.clone(), material.clone(), rows.clone());
        self.work(move || workshop.fill_rows(&material, &rows, &request, is_merged, told)).await
    }

    fn fill_rows(
        &self,
        material: &Material,
        rows: &Material,
        request: &PdfFillRequest,
        is_merged: bool,
        told: impl Fn(usize),
    ) -> Result<PdfFilled, Error> {
        let document = open(material, &request.password)?;
        let (header, rows) = self.rows(rows)?;
        let name = plain_name(material.name());
        let stem = name.strip_suffix(".pdf").unwrap_or(&name);
        let (mut files, mut reports, mut bytes) = (Vec::new(), Vec::new(), 0);
        let packed = self.part()?;
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&packed)?);
        let has_file = document.fields().iter().any(|field| field.name == "file");
        for (number, row) in rows.iter().enumerate() {
            let mut own = request.clone();
            // What is put together can't keep the locks of its parts.
            own.unlock |= is_merged;
            // Whoever reads filled forms into a table gets a column with the names of files.
            let wanted = header.iter().zip(row).filter(|(name, _)| *name != "file" || has_file);
            for (name, value) in wanted {
                own.put(name, FieldValue::Text(value.clone()));
            }
            let filled = document.fill(&own.filling(), &own.options(self.fonts.clone())).map_err(of)?;
            bytes += filled.bytes.len() as u64;
            if bytes > FILLED_FORMS_BYTES_MAX {
                let message =
                    format!("the filled forms have more than {} MB", FILLED_FORMS_BYTES_MAX / 1_000_000);
                return Err(Error::new(ErrorKind::TooLarge, message).with_hint("send fewer rows at a time"));
            }
            reports.push(filled.report);
            match is_merged {
                true => files.push(filled.bytes),
                false => {
                    // Forms are packed streams already.
                    let options = zip::write::SimpleFileOptions::default()
                        .compression_method(zip::CompressionMethod::Stored);
                    let failed = |error: zip::result::ZipError| Error::from(std::io::Error::other(error));
                    zip.start_file(format!("{stem}-{:04}.pdf", number + 1), options).map_err(failed)?;
                    zip.write_all(&filled.bytes)?;
                }
            }
            told(number + 1);
        }
        let made = match is_merged {
            true => self.file(&format!("{stem}-filled.pdf"), MEDIA_TYPE, &merge(&files).map_err(of)?)?,
            false => {
                zip.finish().map_err(|error| Error::from(std::io::Error::other(error)))?.sync_all()?;
                let material = Material::made(format!("{stem}-filled.zip"), packed);
                Made { material, media_type: "application/zip" }
            }
        };
        Ok(PdfFilled { made, reports })
    }

    /// The rows of a table in any format, its header first.
    fn rows(&self, material: &Material) -> Result<(Vec<String>, Vec<Vec<String>>), Error> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let name = plain_name(material.name());
        let is_plain = townhall_formats::by_file_name(&name)
            .is_none_or(|format| matches!(format.info().name, "csv" | "tsv"));
        let plain = match is_plain {
            true => material.clone(),
            false => {
                let folder = tempfile::tempdir_in(&self.folder)?;
                let part = self.part()?;
                let work = Conversion {
                    source: material.path(),
                    name: &name,
                    read: &ReadOptions::default(),
                    format: "csv",
                    write: &WriteOptions::default(),
                    folder: folder.path(),
                };
                let out = Box::new(std::fs::File::create(&part)?);
                townhall_formats::convert(&work, out, &mut |_| ControlFlow::Continue(()))?;
                Material::made(name, part)
            }
        };
        read_csv_rows(plain.open()?, None, &mut |row| {
            rows.push(row);
            // One more than is done tells that there are too many.
            if rows.len() > FILLED_FORMS_MAX + 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .map_err(|error| {
            Error::invalid(format!("`{}` can't be read as a table: {error}", material.name()))
        })?;
        if rows.len() > FILLED_FORMS_MAX + 1 {
            let message = format!("`{}` has more than {FILLED_FORMS_MAX} rows", material.name());
            return Err(Error::new(ErrorKind::TooLarge, message).with_hint("send them in several tables"));
        }
        if rows.len() < 2 {
            return Err(Error::invalid(format!("`{}` has no rows", material.name()))
                .with_hint("its first row has the names of fields, and each row below is a form"));
        }
        let header = rows.remove(0);
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        Ok((header, rows))
    }

    /// Makes the fields of a form part of its pages.
    ///
    /// # Errors
    ///
    /// As for [`Self::pdf_fill`].
    pub async fn pdf_flatten(&self, material: &Material, password: &str) -> Result<Made, Error> {
        let request =
            PdfFillRequest { password: password.to_owned(), flatten: true, ..PdfFillRequest::default() };
        Ok(self.pdf_fill(material, request).await?.made)
    }

    /// The values of filled forms as a table (CSV): a row for each file, a column for each field.
    ///
    /// # Errors
    ///
    /// When a file can't be read.
    pub async fn pdf_values(&self, materials: &[Material], password: &str) -> Result<Vec<u8>, Error> {
        let (materials, password) = (materials.to_vec(), password.to_owned());
        self.work(move || {
            let mut forms = Vec::new();
            let (mut names, mut known) = (Vec::new(), BTreeSet::new());
            for material in &materials {
                let form = form_of(material, &password)
                    .map_err(|error| Error::new(error.kind(), format!("{}: {error}", material.name())))?;
                for field in form.fields.iter().filter(|field| has_value(field)) {
                    if known.insert(field.name.clone()) {
                        names.push(field.name.clone());
                    }
                }
                forms.push((plain_name(material.name()), form.values));
            }
            let mut out = Vec::new();
            let header: Vec<&str> = std::iter::once("file").chain(names.iter().map(String::as_str)).collect();
            write_csv_row(&mut out, &header, b',')?;
            for (name, values) in forms {
                let text = |field: &String| values.get(field).map(ToString::to_string).unwrap_or_default();
                let row: Vec<String> = std::iter::once(name).chain(names.iter().map(text)).collect();
                write_csv_row(&mut out, &row, b',')?;
            }
            Ok(out)
        })
        .await
    }

    fn file(&self, name: &str, media_type: &'static str, bytes: &[u8]) -> Result<Made, Error> {
        let part = self.part()?;
        std::fs::write(&part, bytes)?;
        Ok(Made { material: Material::made(name, part), media_type })
    }
}

fn has_value(field: &Field) -> bool {
    use townhall_pdf::forms::FieldKind;
    !matches!(field.kind, FieldKind::PushButton | FieldKind::Signature)
}

fn form_of(material: &Material, password: &str) -> Result<PdfForm, Error> {
    let document = open(material, password)?;
    let fields = document.fields();
    // What can't be read as pages may be a form all the same.
    let pages = Document::open(pdf_bytes(material)?, password);
    let captions = pages.map_or_else(|_| BTreeMap::new(), |pages| captions(&pages, &fields));
    Ok(PdfForm {
        pages: document.pages(),
        is_locked: document.is_locked(),
        has_xfa: document.has_xfa(),
        is_xfa_only: document.is_xfa_only(),
        signed: document.signed(),
        controls: controls(&fields, &captions),
        values: document.values(),
        fields,
    })
}

/// Whether a file that begins so holds the values of one form, and not a table with a row for each.
fn is_values(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    ["{", "%FDF", "<"].iter().any(|begin| head.starts_with(begin.as_bytes()))
}

/// The values that a file holds, unless it is a table with a row for each form.
///
/// # Errors
///
/// When the file can't be read, or is of a kind that has values, but has none.
pub fn values_in(material: &Material) -> Result<Option<PdfFillRequest>, Error> {
    let mut bytes = Vec::new();
    material.open()?.take(64).read_to_end(&mut bytes)?;
    if !is_values(&bytes) {
        return Ok(None);
    }
    bytes.clear();
    material.open()?.take(VALUES_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    read_values(&bytes).map(Some)
}

/// What a file of values says, whatever program wrote it: JSON, FDF, XFDF, or CSV with names in its first row and values in its second.
///
/// # Errors
///
/// When it is none of these.
pub fn read_values(bytes: &[u8]) -> Result<PdfFillRequest, Error> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if text.starts_with(b"%FDF") {
        return Ok(PdfFillRequest { fields: from_fdf(bytes).map_err(of)?, ..PdfFillRequest::default() });
    }
    if text.starts_with(b"<") {
        return Ok(PdfFillRequest { fields: from_xfdf(bytes).map_err(of)?, ..PdfFillRequest::default() });
    }
    if text.starts_with(b"{") {
        return from_json(text);
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    read_csv_rows(bytes, None, &mut |row| {
        rows.push(row);
        if rows.len() > 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let [header, values] = &rows[..] else {
        return Err(Error::invalid("the values are no JSON, FDF, XFDF, or CSV with one row of values")
            .with_hint("of a table with several rows, each fills a form of its own"));
    };
    let mut request = PdfFillRequest::default();
    for (name, value) in header.iter().zip(values) {
        request.put(name, FieldValue::Text(value.clone()));
    }
    Ok(request)
}

/// Values alone, or with `fields` and what else is wanted.
fn from_json(text: &[u8]) -> Result<PdfFillRequest, Error> {
    let broken = |error: serde_json::Error| Error::invalid(format!("the values can't be read: {error}"));
    let value: Value = serde_json::from_slice(text).map_err(broken)?;
    if value.get("fields").is_some_and(Value::is_object) {
        return serde_json::from_value(value).map_err(broken);
    }
    let values: BTreeMap<String, FieldValue> = serde_json::from_value(value).map_err(broken)?;
    let mut request = PdfFillRequest::default();
    for (name, value) in values {
        request.put(&name, value);
    }
    Ok(request)
}

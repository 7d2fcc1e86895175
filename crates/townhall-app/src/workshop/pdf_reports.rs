//! What can be done with the PDF file that a kept report is about: its pages drawn, its tables taken, marked and published, its form filled.

use serde_json::Value;
use townhall_formats::{PdfReading, ReadOptions};
use townhall_model::{BlobId, ErrorKind};
use townhall_store::{Actor, ActorKind, StoredReport};

use super::pdf_tables::{pdf_bytes, pdf_template, picture, plain_name, settled_template};
use super::reports::{Settings, broken};
use super::{Made, Material, PdfTablesRequest, Reports, Task};
use crate::{Audience, Error, ImportOptions};

impl Reports<'_> {
    /// The picture of a page of the PDF file that a report is about, turned as its text is read (PNG).
    pub async fn pdf_page(&self, id: &str, number: usize) -> Result<Vec<u8>, Error> {
        let (request, material) = self.pdf(id).await?;
        self.app.workshop().work(move || picture(&material, &request, number)).await
    }

    /// A file of tables (their numbers counted from 1; all when there are none) of the PDF file that a report is about.
    pub async fn pdf_file(&self, id: &str, form: &str, only: Vec<usize>, clean: bool) -> Result<Made, Error> {
        let (request, material) = self.pdf(id).await?;
        let request = PdfTablesRequest { form: Some(form.to_owned()), only, clean, ..request };
        let worked = self.app.workshop().pdf_tables_task(&material, &request).await?;
        worked.made.ok_or_else(broken)
    }

    /// The tables that a template marks in the PDF file that a report is about.
    pub async fn pdf_marked(&self, id: &str, template: &str) -> Result<Value, Error> {
        let (request, material) = self.marked(id, template).await?;
        Ok(self.app.workshop().pdf_tables_task(&material, &request).await?.result)
    }

    /// The same as a file.
    pub async fn pdf_marked_file(&self, id: &str, template: &str, form: &str) -> Result<Made, Error> {
        let (request, material) = self.marked(id, template).await?;
        let request = PdfTablesRequest { form: Some(form.to_owned()), ..request };
        let worked = self.app.workshop().pdf_tables_task(&material, &request).await?;
        worked.made.ok_or_else(broken)
    }

    async fn marked(&self, id: &str, template: &str) -> Result<(PdfTablesRequest, Material), Error> {
        let (request, material) = self.pdf(id).await?;
        let template = if template.trim() == "[]" { String::new() } else { template.to_owned() };
        let reading = PdfReading { template, apart: true, ..request.reading };
        Ok((PdfTablesRequest { reading, ..request }, material))
    }

    /// A template of the tables of a report: the one that it was made with, or the places where tables were found.
    pub async fn pdf_template(&self, id: &str) -> Result<String, Error> {
        let (request, material) = self.pdf(id).await?;
        let workshop = self.app.workshop();
        if !request.reading.template.is_empty() {
            return workshop.work(move || settled_template(&material, &request)).await;
        }
        let tables = workshop.pdf_tables(&material, &request, |_, _| {}).await?;
        let work = move || {
            let bytes = pdf_bytes(&material)?;
            pdf_template(bytes, &request.password, &tables.found.sheets)
        };
        workshop.work(work).await
    }

    /// Makes a draft dataset of a table (counted from 1) of the PDF file that a report is about. Its rows say on which page they stand
    /// and where. Returns the name of the dataset in addresses.
    ///
    /// # Errors
    ///
    /// When the file is locked or its text was recognized, and when there is a dataset of this name of another file: it stays as it is.
    pub async fn publish_pdf_table(&self, id: &str, table: usize) -> Result<String, Error> {
        let (request, material) = self.pdf(id).await?;
        if !request.password.is_empty() || request.ocr {
            return Err(Error::invalid(
                "a table is made of the file alone, and this one was locked or a picture",
            )
            .with_hint("take the table as a file, and import that"));
        }
        let catalog = self.app.catalog();
        let name = format!("{} table {table}.pdf", stem_of(material.name()));
        let key = format!("file:{name}");
        if let Some(slug) = self.slug_of(&key).await? {
            let there = catalog.dataset(Audience::Staff, &slug).await?;
            let blob = BlobId::of(&pdf_bytes(&material)?);
            return match there.files.iter().any(|file| file.blob == blob) {
                true => Ok(slug),
                false => Err(Error::new(ErrorKind::Conflict, format!("a dataset was made of another file `{name}`"))
                    .with_hint("give this file another name and send it again, or import it on the command line as a new version")),
            };
        }
        let folder = self.app.temporary_folder()?;
        let path = folder.path().join(&name);
        std::fs::copy(material.path(), &path)?;
        let read = ReadOptions {
            format: Some("pdf".to_owned()),
            part: Some(table.to_string()),
            pdf: request.reading,
            ..ReadOptions::default()
        };
        let options = ImportOptions { read, leaves_tables: true, ..ImportOptions::default() };
        let path = path.to_string_lossy().into_owned();
        let actor = Actor::new(ActorKind::User, "pdf-tables");
        let report = self.app.imports().run_as(actor, &[path], &options, &mut |_| {}).await?;
        if let Some(finding) = report.findings.first().filter(|_| report.refused > 0) {
            return Err(Error::invalid(finding.message.clone()));
        }
        self.slug_of(&key).await?.ok_or_else(|| Error::not_found("dataset", &key))
    }

    async fn slug_of(&self, key: &str) -> Result<Option<String>, Error> {
        let catalog = self.app.catalog();
        let Some(id) = catalog.id_of_key(key).await? else { return Ok(None) };
        Ok(catalog.slugs(Audience::Staff, &[id]).await?.into_values().next())
    }

    /// The PDF form that a report is about, with its password.
    pub async fn pdf_form(&self, id: &str) -> Result<(String, Material), Error> {
        let stored = self.find(id).await?;
        let task = task_of(&stored)?;
        let (Task::PdfForm { password }, Some((name, blob))) = (task, stored.inputs.first()) else {
            return Err(Error::not_found("PDF form of a report", id));
        };
        Ok((password, self.fetch(name, blob).await?))
    }

    /// What a report on a PDF file asked for, and the file.
    async fn pdf(&self, id: &str) -> Result<(PdfTablesRequest, Material), Error> {
        let stored = self.find(id).await?;
        let task = task_of(&stored)?;
        let (Task::PdfTables(mut request), Some((name, blob))) = (task, stored.inputs.first()) else {
            return Err(Error::not_found("PDF file of a report", id));
        };
        if let Some((name, blob)) = stored.inputs.get(1) {
            request = request.with_template(&self.fetch(name, blob).await?)?;
        }
        Ok((request, self.fetch(name, blob).await?))
    }
}

/// What was asked for by a report.
fn task_of(stored: &StoredReport) -> Result<Task, Error> {
    let settings: Settings = serde_json::from_str(&stored.settings).map_err(|_| broken())?;
    Ok(settings.task)
}

/// The name of a document without its ending and without whatever could mean something to a file system.
fn stem_of(name: &str) -> String {
    let name = plain_name(name);
    let stem = name.strip_suffix(".pdf").unwrap_or(&name);
    let plain: String =
        stem.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).take(80).collect();
    if plain.trim().is_empty() { "document".to_owned() } else { plain }
}

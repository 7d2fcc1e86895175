//! From arguments to files: local paths are walked, addresses are fetched through the guard.

use std::path::Path;

use townhall_model::ErrorKind;
use url::Url;

use super::inputs::{self, InputFile, Kind};
use super::{DataFile, Run, file_finding};
use crate::Error;
use crate::limits::CATALOGUE_BYTES_MAX;
use crate::workshop::{Material, is_no_catalog};

impl Run<'_> {
    /// All files of the arguments. Data files are also kept apart, for catalogues to claim.
    pub(super) async fn gather(&mut self, inputs: &[String]) -> Result<Vec<InputFile>, Error> {
        let mut files = Vec::new();
        for input in inputs {
            match Url::parse(input) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => {
                    files.extend([self.fetch(&url).await?].map(named_pdf));
                }
                _ if Path::new(input).is_file() => files.extend(local(input)?.into_iter().map(named_pdf)),
                _ => files.extend(local(input)?),
            }
        }
        for file in &mut files {
            // Whoever gives a layout says that the files are data, whatever they are called.
            if file.kind == Kind::Other && self.options.layout.is_some() {
                file.kind = Kind::Data;
            }
            if file.kind == Kind::Workbook {
                self.unfold(file).await;
            }
            match file.kind {
                Kind::Workbook => {}
                Kind::Data => {
                    let canonical = std::fs::canonicalize(&file.path)?;
                    self.data_files.push(DataFile { file: file.clone(), canonical, claimed: false });
                }
                Kind::Other => {
                    let message = format!("`{}` is neither a catalog nor a table", file.source);
                    let finding = file_finding("IMPORT-NOT-KNOWN", &file.source, message)
                        .with_fix("give a data.json, a catalog of another portal, a workbook of one, or a table as CSV, TSV, JSON or a spreadsheet");
                    self.refuse(&file.source.clone(), "unknown", finding);
                }
                Kind::Catalogue => {}
            }
        }
        Ok(files)
    }

    /// Looks for a catalogue in a workbook.
    async fn unfold(&mut self, file: &mut InputFile) {
        let material = Material::of_file(&file.path).named(&file.source);
        match self.app.workshop().plain(&material).await {
            Ok(plain) => {
                file.kind = Kind::Catalogue;
                file.unfolded = Some(plain);
            }
            Err(error) if is_no_catalog(&error) => file.kind = Kind::Data,
            Err(error) => {
                let finding = file_finding("IMPORT-UNREADABLE", &file.source, error.to_string());
                let finding = match error.hint() {
                    Some(hint) => finding.with_fix(hint),
                    None => finding,
                };
                self.refuse(&file.source, "workbook", finding);
            }
        }
    }

    async fn fetch(&self, url: &Url) -> Result<InputFile, Error> {
        let path = self.fetched.path().join(format!("{}.fetched", uuid::Uuid::now_v7()));
        self.app.fetcher().get_to_file(url, &path, CATALOGUE_BYTES_MAX).await?;
        let mut kind = inputs::classify(&path, url.path());
        if kind == Kind::Other {
            // Many sites serve their catalogue under an address without a name.
            kind = inputs::classify(&path, "data.json");
        }
        Ok(InputFile { path, source: url.to_string(), unfolded: None, url: Some(url.clone()), kind })
    }
}

fn local(input: &str) -> Result<Vec<InputFile>, Error> {
    inputs::expand(Path::new(input)).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::new(ErrorKind::NotFound, format!("there is no file `{input}`"))
                .with_hint("name files, folders or addresses that begin with http:// or https://")
        }
        _ => Error::from(error),
    })
}

/// A PDF that somebody names is meant for its tables; in folders they are documents.
fn named_pdf(file: InputFile) -> InputFile {
    let is_pdf = file.kind == Kind::Other && file.name().to_lowercase().ends_with(".pdf");
    if is_pdf { InputFile { kind: Kind::Data, ..file } } else { file }
}

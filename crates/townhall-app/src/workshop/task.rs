//! What a tool is asked to do, in one form that pages, programs and jobs share.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_metadata::comparison_as_json;
use townhall_metadata::validate::report::harvest_as_json;

use super::{
    ComparisonForm, ConvertRequest, DiffRequest, HarvestRequest, LicenseRequest, Material, MergeRequest,
    PdfTablesRequest, ReportForm, ScoreRequest, ValidateRequest, Workshop, comparison_report,
    validation_as_json, validation_report,
};
use crate::Error;

/// What a tool is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tool", rename_all = "kebab-case")]
pub enum Task {
    /// Judge a catalogue.
    Validate {
        /// How.
        #[serde(flatten)]
        request: ValidateRequest,
        /// The document to make of the verdict, if one is wanted.
        form: Option<ReportForm>,
    },
    /// Mend a catalogue.
    Fix,
    /// Write a catalogue in another form.
    Convert(ConvertRequest),
    /// Join catalogues.
    Merge(MergeRequest),
    /// Compare two editions.
    Diff {
        /// How.
        #[serde(flatten)]
        request: DiffRequest,
        /// The document to make of the comparison, if one is wanted.
        form: Option<ComparisonForm>,
    },
    /// Tell what a harvester would do with a catalogue.
    WouldHarvest(HarvestRequest),
    /// Score the datasets of a catalogue.
    Score(ScoreRequest),
    /// Tell what licenses mean.
    License(LicenseRequest),
    /// Find the tables of a PDF file.
    PdfTables(PdfTablesRequest),
    /// Tell the fields of a PDF form.
    PdfForm {
        /// The password of a locked file.
        #[serde(default)]
        password: String,
    },
}

/// What came of a task.
#[derive(Debug)]
pub struct Worked {
    /// The answer.
    pub result: Value,
    /// The file that was made, for tools that make one.
    pub made: Option<Made>,
}

/// A file that a tool made.
#[derive(Debug)]
pub struct Made {
    /// The file, with its name.
    pub material: Material,
    /// Its media type.
    pub media_type: &'static str,
}

impl Task {
    /// How often the files are read through, about: for progress.
    pub fn passes(&self) -> u64 {
        match self {
            Self::Validate { .. }
            | Self::Score(_)
            | Self::License(_)
            | Self::PdfTables(_)
            | Self::PdfForm { .. } => 1,
            Self::Fix | Self::Convert(_) | Self::Diff { .. } => 2,
            Self::Merge(_) | Self::WouldHarvest(_) => 3,
        }
    }
}

impl Workshop {
    /// Does what is asked with what is given.
    pub async fn run(&self, inputs: &[Material], task: &Task) -> Result<Worked, Error> {
        match task {
            Task::Validate { request, form } => {
                let input = one(inputs)?;
                let outcome = self.validate(input, request).await?;
                let made = match form {
                    Some(form) => {
                        let bytes = validation_report(&outcome, input.name(), *form)?;
                        let name = format!("verdict.{}", form.extension());
                        Some(self.document(name, form.media_type(), &bytes)?)
                    }
                    None => None,
                };
                Ok(Worked { result: validation_as_json(&outcome)?, made })
            }
            Task::Fix => {
                let (material, answer) = self.fix(one(inputs)?).await?;
                Ok(Worked {
                    result: json!(answer),
                    made: Some(Made { material, media_type: "application/json" }),
                })
            }
            Task::Convert(request) => {
                let (material, form, report) = self.convert(one(inputs)?, request).await?;
                Ok(Worked {
                    result: json!(report),
                    made: Some(Made { material, media_type: form.media_type }),
                })
            }
            Task::Merge(request) => {
                let (material, report) = self.merge(several(inputs)?, request).await?;
                Ok(Worked {
                    result: json!(report),
                    made: Some(Made { material, media_type: "application/json" }),
                })
            }
            Task::Diff { request, form } => {
                let [old, new] = inputs else {
                    let came = inputs.len();
                    let message = format!("a comparison needs two editions, and {came} came");
                    return Err(Error::invalid(message)
                        .with_hint("give each as a file, a text or an address, the older one first"));
                };
                let comparison = self.compare(old, new, request).await?;
                let made = match form {
                    Some(form) => {
                        let bytes = comparison_report(&comparison, *form)?;
                        Some(self.document(format!("changes.{}", form.name()), form.media_type(), &bytes)?)
                    }
                    None => None,
                };
                Ok(Worked { result: comparison_as_json(&comparison), made })
            }
            Task::WouldHarvest(request) => {
                let (now, known) = match inputs {
                    [now, known] => (now, Some(known)),
                    inputs => (one(inputs)?, None),
                };
                let harvest = self.would_harvest(now, known, request).await?;
                Ok(Worked { result: harvest_as_json(&harvest), made: None })
            }
            Task::Score(request) => {
                let report = self.score(one(inputs)?, request).await?;
                let made = match (&report.document, request.form) {
                    (Some(bytes), Some(form)) => {
                        Some(self.document(format!("scores.{}", form.name()), form.media_type(), bytes)?)
                    }
                    _ => None,
                };
                Ok(Worked { result: report.as_json(), made })
            }
            Task::PdfTables(request) => match inputs {
                // A template came beside the PDF.
                [pdf, template] => self.pdf_tables_task(pdf, &request.with_template(template)?).await,
                inputs => self.pdf_tables_task(one(inputs)?, request).await,
            },
            Task::PdfForm { password } => self.pdf_form_task(one(inputs)?, password).await,
            Task::License(request) => {
                Ok(Worked { result: self.licenses(inputs, request).await?, made: None })
            }
        }
    }

    fn document(&self, name: String, media_type: &'static str, bytes: &[u8]) -> Result<Made, Error> {
        let part = self.part()?;
        std::fs::write(&part, bytes)?;
        Ok(Made { material: Material::made(name, part), media_type })
    }
}

/// The one file that a tool is about.
fn one(inputs: &[Material]) -> Result<&Material, Error> {
    match inputs {
        [] => Err(Error::invalid("nothing was sent to work on").with_hint(
            "choose a file, paste a text or give an address; programs send the file as the body, or `url=`",
        )),
        [one] => Ok(one),
        many => Err(Error::invalid(format!("{} files came, and one is needed", many.len()))
            .with_hint("give a file, or a text, or an address, and leave the other fields empty")),
    }
}

fn several(inputs: &[Material]) -> Result<&[Material], Error> {
    match inputs.len() {
        count @ 0..=1 => Err(Error::invalid(format!("at least two catalogs are needed, and {count} came"))
            .with_hint("give each as a file, a text or an address")),
        _ => Ok(inputs),
    }
}

//! Scores of the datasets of a file.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_metadata::score::{
    Facts, RecordScore, Rollup, SCHEMES, Scheme, ScoreOptions, badge, rollup_as_json, scheme,
    score_as_csv_row, score_as_json, score_catalog, score_csv_header,
};
use townhall_metadata::{ReadRecord, write_csv_row};

use super::{Material, Workshop};
use crate::Error;

/// How a file is scored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreRequest {
    /// The schemes that are asked, by their ids; all of them by default.
    pub schemes: Vec<String>,
    /// The document to make of the scores, if one is wanted.
    pub form: Option<ScoreForm>,
}

/// A form of scores other than JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScoreForm {
    /// A row for each dataset, a column for each check.
    Csv,
    /// A picture with the mean, for web pages.
    Svg,
}

impl ScoreForm {
    /// Every form.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Svg];

    /// The word in URLs and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Svg => "svg",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The form of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}

/// Datasets whose scores are listed one by one; the spreadsheet has all of them.
const LISTED_MAX: usize = 500;

/// The scores of a file.
#[derive(Debug)]
pub struct ScoreReport {
    /// The sums.
    pub rollup: Rollup,
    /// The first datasets.
    pub records: Vec<RecordScore>,
    /// What was made, for forms that make something.
    pub document: Option<Vec<u8>>,
    /// Records that could not be read, and so have no score.
    pub refused: u64,
}

impl ScoreReport {
    /// As an answer for programs: the sums, with `records` and `refused`.
    pub fn as_json(&self) -> Value {
        let mut value = rollup_as_json(&self.rollup);
        value["records"] = self.records.iter().map(score_as_json).collect();
        value["refused"] = json!(self.refused);
        value
    }
}

/// The schemes of these ids, or all.
pub fn schemes_of(ids: &[String]) -> Result<Vec<&'static Scheme>, Error> {
    if ids.is_empty() {
        return Ok(SCHEMES.to_vec());
    }
    let find = |id: &String| {
        scheme(id).ok_or_else(|| {
            let known: Vec<&str> = SCHEMES.iter().map(|scheme| scheme.id).collect();
            Error::invalid(format!("there is no scheme `{id}`"))
                .with_hint(format!("use {}", known.join(", ")))
        })
    };
    ids.iter().map(find).collect()
}

impl Workshop {
    /// Scores every dataset of a file.
    pub async fn score(&self, input: &Material, request: &ScoreRequest) -> Result<ScoreReport, Error> {
        let input = self.plain(input).await?;
        let (schemes, form) = (schemes_of(&request.schemes)?, request.form);
        self.work(move || {
            let today = jiff::Zoned::now().date();
            let facts = |_: &ReadRecord| Facts { today: Some(today), ..Facts::default() };
            let options = ScoreOptions { schemes: &schemes, facts: &facts, ..ScoreOptions::default() };
            let mut rows = Vec::new();
            if form == Some(ScoreForm::Csv) {
                write_csv_row(&mut rows, &score_csv_header(&schemes), b',')?;
            }
            let mut records = Vec::new();
            let outcome = score_catalog(input.read()?, &options, &mut |score| {
                if form == Some(ScoreForm::Csv)
                    && write_csv_row(&mut rows, &score_as_csv_row(score), b',').is_err()
                {
                    return ControlFlow::Break(());
                }
                if records.len() < LISTED_MAX {
                    records.push(score.clone());
                }
                ControlFlow::Continue(())
            })?;
            let document = form.map(|form| match form {
                ScoreForm::Csv => rows,
                ScoreForm::Svg => badge_of(&outcome.rollup, schemes[0]).into_bytes(),
            });
            Ok(ScoreReport { rollup: outcome.rollup, records, document, refused: outcome.summary.refused })
        })
        .await
    }
}

/// A badge with the mean of all datasets.
fn badge_of(rollup: &Rollup, scheme: &'static Scheme) -> String {
    let mean = rollup.whole().scheme(scheme.id).and_then(|sums| sums.mean());
    let message = mean.map_or_else(|| "not scored".to_owned(), |mean| format!("{mean:.0} of 100"));
    badge(scheme.name, &message, mean)
}

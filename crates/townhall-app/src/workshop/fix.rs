//! A catalogue mended.

use std::io::BufWriter;

use serde::Serialize;
use townhall_metadata::{FixError, FixOptions, FixReport, FixSummary, Fixing, fix_catalog};

use super::{Material, Workshop};
use crate::Error;
use crate::limits::FIX_RECORDS_KEPT_MAX;

/// What was mended, and what needs a person.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FixAnswer {
    /// The counts, which are always complete.
    #[serde(flatten)]
    pub summary: FixSummary,
    /// The first records of which something was changed or needs a person.
    pub reports: Vec<FixReport>,
    /// Whether there are more of them.
    pub truncated: bool,
}

impl FixAnswer {
    /// Whether nothing was changed, nothing needs a person, and everything was read.
    pub fn is_clean(&self) -> bool {
        self.summary.changed == 0 && self.summary.doubtful == 0 && self.summary.is_complete
    }
}

impl Workshop {
    /// Mends what is surely wrong in a catalogue: the mended file, and what was done.
    pub async fn fix(&self, input: &Material) -> Result<(Material, FixAnswer), Error> {
        let input = self.plain(input).await?;
        let part = self.part()?;
        self.work(move || {
            let mut out = BufWriter::new(std::fs::File::create(&part)?);
            let mut answer = FixAnswer::default();
            let mut refused = Vec::new();
            let summary =
                fix_catalog(&input, &FixOptions::default(), &mut out, &mut |fixing| match fixing {
                    Fixing::Record(report) if answer.reports.len() < FIX_RECORDS_KEPT_MAX => {
                        answer.reports.push(report);
                    }
                    Fixing::Record(_) => answer.truncated = true,
                    Fixing::Refused(record) => {
                        if refused.len() < FIX_RECORDS_KEPT_MAX {
                            refused.push(record.reason);
                        }
                    }
                })?;
            answer.summary = summary;
            answer.summary.findings.extend(refused);
            out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
            Ok((Material::made("mended.json", part), answer))
        })
        .await
    }
}

impl From<FixError> for Error {
    fn from(error: FixError) -> Self {
        Self::of(error.kind(), error)
    }
}

//! Scores the datasets of a whole file.

use std::io::Read;
use std::ops::ControlFlow;

use townhall_model::Finding;

use super::SCHEMES;
use super::check::Scheme;
use super::facts::Facts;
use super::record::{RecordScore, score_record};
use super::rollup::Rollup;
use crate::limits::FILE_FINDINGS_MAX;
use crate::{DialectInfo, Item, ReadError, ReadOptions, ReadRecord, Summary, read_any};

/// How a file is to be scored.
#[derive(Clone, Copy)]
pub struct ScoreOptions<'o> {
    /// The schemes that are asked.
    pub schemes: &'o [&'static Scheme],
    /// What is known of each dataset beside its metadata.
    pub facts: &'o dyn Fn(&ReadRecord) -> Facts,
    /// How the file is to be read.
    pub read: &'o ReadOptions,
}

impl Default for ScoreOptions<'_> {
    fn default() -> Self {
        const READ: ReadOptions = ReadOptions {
            decompressed_bytes_max: crate::limits::DECOMPRESSED_BYTES_MAX,
            record_bytes_max: crate::limits::RECORD_BYTES_MAX,
        };
        fn unknown(_: &ReadRecord) -> Facts {
            Facts::default()
        }
        Self { schemes: SCHEMES, facts: &unknown, read: &READ }
    }
}

/// What came of scoring a file.
#[derive(Debug)]
pub struct ScoreOutcome {
    /// The dialect of the file.
    pub dialect: &'static DialectInfo,
    /// What was read.
    pub summary: Summary,
    /// The sums.
    pub rollup: Rollup,
    /// Why records could not be read, and so have no score; the first of them.
    pub refused: Vec<Finding>,
}

/// Scores every dataset of a catalog, whatever its dialect, and hands the scores to the sink as they come. The sink
/// may stop. Memory does not grow with the file, but for the sums of organizations.
///
/// # Errors
///
/// As [`read_any`].
pub fn score_catalog(
    mut input: impl Read,
    options: &ScoreOptions<'_>,
    sink: &mut dyn FnMut(&RecordScore) -> ControlFlow<()>,
) -> Result<ScoreOutcome, ReadError> {
    let mut rollup = Rollup::default();
    let mut refused = Vec::new();
    let (dialect, summary) = read_any(&mut input, options.read, &mut |item| match item {
        Item::Record(read) => {
            let facts = (options.facts)(&read);
            let Some(mut score) =
                score_record(&read.record.body, read.record.version, &facts, options.schemes)
            else {
                return ControlFlow::Continue(());
            };
            score.index = Some(read.index);
            rollup.add(&score);
            sink(&score)
        }
        Item::Refused(reason) => {
            if refused.len() < FILE_FINDINGS_MAX {
                refused.push(reason.reason);
            }
            ControlFlow::Continue(())
        }
        Item::Header(_) => ControlFlow::Continue(()),
    })?;
    Ok(ScoreOutcome { dialect, summary, rollup, refused })
}

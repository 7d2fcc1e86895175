//! Joins catalogues into one: mixed versions, any size, each record once.
//!
//! The files are read once to decide (an identifier, a hash and a date for each record are all that is kept) and
//! once more to write. Records come in the order of the files, then in their own. Two that say the same are
//! written once; two that share an identifier and say something else are a conflict, for which there is a
//! [`Conflict`] policy. Where a record gets another identifier, the records of its own file that point to it,
//! such as the members of a collection, follow.

mod plan;
mod rename;
mod report;

use std::collections::HashSet;
use std::io::Write;
use std::ops::ControlFlow;

use serde_json::Value;
use townhall_model::record::{Body, Catalog, RecordKind, Version};
use townhall_model::{ErrorKind, Finding};

pub use report::{MergeReport, MergedConflict, MergedInput, Orphan, Outcome};

use crate::input::{Rereadable, each_record, peek_version};
use crate::limits::FILE_FINDINGS_MAX;
use crate::{CatalogWriter, DcatUsWriter, ReadError, ReadOptions, WriteError, convert_body};
use plan::{Action, Plan};
use rename::{follow, set_identifier};

/// The key under which [`MergeOptions::provenance`] is usually written.
pub const PROVENANCE_KEY: &str = "mergedFrom";

/// What is done when two records share an identifier and don't say the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Conflict {
    /// The merge stops and names both.
    #[default]
    Fail,
    /// The one that comes first is kept.
    First,
    /// The one that comes last is kept.
    Last,
    /// The one whose `modified` is the latest is kept; of equals the first, and any date beats none.
    Newest,
    /// All are kept; later ones get `-2`, `-3` and so on behind their identifier.
    Rename,
}

/// How catalogues are to be joined.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MergeOptions {
    /// How the files are read.
    pub read: ReadOptions,
    /// The version to write; when absent, the latest among the files, 1.1 at least.
    pub version: Option<Version>,
    /// What to do about two records with one identifier.
    pub conflict: Conflict,
    /// The key under which each record says which file it came from; none is written when absent. A record that
    /// has the key already keeps it, so a merge of merges still names the first files.
    pub provenance: Option<String>,
    /// What stands around the records; when absent, the header of the first file that has one.
    pub header: Option<Catalog>,
}

/// Why catalogues could not be joined.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A file could not be read as a catalogue.
    #[error("could not read `{name}` as a catalog")]
    Read {
        /// The file.
        name: String,
        /// What was wrong with it.
        source: ReadError,
    },
    /// The policy is [`Conflict::Fail`].
    #[error(
        "`{identifier}` stands in `{first}` and in `{second}` with different content; choose which one to keep, or \
         rename one"
    )]
    Conflict {
        /// The identifier that two records share.
        identifier: String,
        /// The file of the first.
        first: String,
        /// The file of the second, which may be the same.
        second: String,
    },
    /// A file gave other records on the second reading.
    #[error("`{name}` changed while it was being merged; try again")]
    Changed {
        /// The file.
        name: String,
    },
    /// The output failed, or the version can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl MergeError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Read { source, .. } => source.kind(),
            Self::Conflict { .. } => ErrorKind::Conflict,
            Self::Changed { .. } => ErrorKind::Unavailable,
            Self::Write(error) => error.kind(),
        }
    }
}

/// Joins the catalogues and writes the result.
///
/// # Errors
///
/// [`MergeError`] when a file is no catalogue, records are in conflict and the policy is to fail, or the output
/// fails. Single records that can't be read are no error: the report counts them.
pub fn merge(
    inputs: &[&dyn Rereadable],
    options: &MergeOptions,
    out: &mut dyn Write,
) -> Result<MergeReport, MergeError> {
    let version = match options.version {
        Some(Version::Pod10) => {
            return Err(WriteError::ReadOnly { dialect: Version::Pod10.id() }.into());
        }
        Some(version) => version,
        None => latest_version(inputs, options)?,
    };
    let plan = Plan::make(inputs, version, options)?;
    let mut report = MergeReport { version, inputs: plan.inputs(inputs), ..MergeReport::default() };
    report.conflicts = plan.conflicts(inputs);

    let mut writer = DcatUsWriter::new(out, version);
    writer.begin(&options.header.clone().unwrap_or_else(|| plan.header()))?;
    for kind in plan.kinds() {
        for (number, input) in inputs.iter().enumerate() {
            if plan.counts(number, kind) {
                let mut step = Step {
                    plan: &plan,
                    options,
                    version,
                    number,
                    kind,
                    name: input.name(),
                    report: &mut report,
                };
                step.write(*input, &mut writer)?;
            }
        }
    }
    writer.end()?;
    Ok(report)
}

fn latest_version(inputs: &[&dyn Rereadable], options: &MergeOptions) -> Result<Version, MergeError> {
    let mut latest = Version::DcatUs11;
    for input in inputs {
        let version = peek_version(*input, &options.read).map_err(read_error(*input))?;
        latest = latest.max(version.unwrap_or(latest));
    }
    Ok(latest)
}

fn read_error(input: &dyn Rereadable) -> impl Fn(ReadError) -> MergeError + '_ {
    |source| MergeError::Read { name: input.name().to_owned(), source }
}

/// The record as it will be written, which is also what decides whether two say the same.
fn converted(body: &Body, from: Version, to: Version) -> (Body, Vec<Finding>) {
    let (body, findings) = convert_body(body, from, to);
    (body.into_owned(), findings)
}

/// The records of one kind from one file.
struct Step<'a> {
    plan: &'a Plan,
    options: &'a MergeOptions,
    version: Version,
    number: usize,
    kind: RecordKind,
    name: &'a str,
    report: &'a mut MergeReport,
}

impl Step<'_> {
    fn write<W: Write>(
        &mut self,
        input: &dyn Rereadable,
        writer: &mut DcatUsWriter<W>,
    ) -> Result<(), MergeError> {
        let mut ordinal = 0_u32;
        let mut failure = None;
        each_record(input, &self.options.read, &mut |read| {
            let at = ordinal;
            ordinal += 1;
            if read.record.kind() != self.kind {
                return ControlFlow::Continue(());
            }
            let (body, findings) = converted(&read.record.body, read.record.version, self.version);
            match self.record(at, body, findings, writer) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            }
        })
        .map_err(read_error(input))?;
        match failure {
            Some(error) => Err(error),
            None if ordinal != self.plan.total(self.number) => {
                Err(MergeError::Changed { name: self.name.to_owned() })
            }
            None => Ok(()),
        }
    }

    fn record<W: Write>(
        &mut self,
        ordinal: u32,
        body: Body,
        findings: Vec<Finding>,
        writer: &mut DcatUsWriter<W>,
    ) -> Result<(), MergeError> {
        let action = self.plan.action(self.number, ordinal);
        if matches!(action, Action::Drop) {
            return Ok(());
        }
        let room = FILE_FINDINGS_MAX.saturating_sub(self.report.findings.len());
        self.report.findings.extend(findings.into_iter().take(room));
        let mut body = body;
        let renames = self.plan.renames(self.number);
        if matches!(action, Action::Rename(_)) || renames.is_some() || self.options.provenance.is_some() {
            let mut map = body.to_json();
            if let Some(renames) = renames {
                follow(&mut map, renames);
            }
            if let Action::Rename(identifier) = action {
                set_identifier(&mut map, body.view().identifier.as_deref(), identifier);
            }
            if let Some(key) = &self.options.provenance {
                map.entry(key.as_str()).or_insert_with(|| Value::String(self.name.to_owned()));
            }
            body = Body::from_json(self.kind, map, &mut Vec::new());
        }
        let view = body.view();
        let identifiers: &HashSet<String> = self.plan.written();
        for parent in view.parents.into_iter().filter(|parent| !identifiers.contains(&parent.identifier)) {
            self.report.orphans.push(Orphan {
                input: self.name.to_owned(),
                identifier: view.identifier.clone(),
                parent: parent.identifier,
            });
        }
        writer.record(&body, self.version)?;
        self.report.written += 1;
        self.report.inputs[self.number].written += 1;
        Ok(())
    }
}

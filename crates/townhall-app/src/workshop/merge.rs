//! Several catalogues made one.

use std::io::BufWriter;

use serde::{Deserialize, Serialize};
use townhall_metadata::{Conflict, MergeError, MergeOptions, MergeReport, PROVENANCE_KEY, Rereadable, merge};
use townhall_model::record::Version;

use super::{Material, Workshop};
use crate::Error;

/// How catalogues are to be joined.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeRequest {
    /// What is done about two records with one identifier: `fail`, `first`, `last`, `newest` or `rename`.
    pub conflict: Option<String>,
    /// The version to write, such as `dcat-us-3.0`; the latest among the files when absent.
    pub version: Option<String>,
    /// Whether each record says which file it came from.
    pub provenance: bool,
}

/// The policies for conflicts: name and what it means.
pub const MERGE_POLICIES: [(&str, &str); 5] = [
    ("fail", "stop and name both"),
    ("first", "keep the one that comes first"),
    ("last", "keep the one that comes last"),
    ("newest", "keep the one that was modified last"),
    ("rename", "keep all, and number the identifiers of later ones"),
];

impl MergeRequest {
    fn options(&self) -> Result<MergeOptions, Error> {
        let conflict = match self.conflict.as_deref().unwrap_or("fail") {
            "fail" => Conflict::Fail,
            "first" => Conflict::First,
            "last" => Conflict::Last,
            "newest" => Conflict::Newest,
            "rename" => Conflict::Rename,
            other => {
                let known = MERGE_POLICIES.map(|(name, _)| name).join(", ");
                return Err(Error::invalid(format!("`{other}` is no policy for conflicts"))
                    .with_hint(format!("use one of {known}")));
            }
        };
        let version = match self.version.as_deref() {
            None => None,
            Some(name) => Some(name.parse::<Version>().map_err(|_| {
                Error::invalid(format!("`{name}` is no version to write"))
                    .with_hint("use dcat-us-1.1 or dcat-us-3.0")
            })?),
        };
        let provenance = self.provenance.then(|| PROVENANCE_KEY.to_owned());
        Ok(MergeOptions { version, conflict, provenance, ..MergeOptions::default() })
    }
}

impl Workshop {
    /// One catalogue of several, and what became of their records.
    pub async fn merge(
        &self,
        inputs: &[Material],
        request: &MergeRequest,
    ) -> Result<(Material, MergeReport), Error> {
        let options = request.options()?;
        let mut plain = Vec::new();
        for input in inputs {
            plain.push(self.plain(input).await?);
        }
        let inputs = plain;
        let part = self.part()?;
        self.work(move || {
            let files: Vec<&dyn Rereadable> = inputs.iter().map(|input| input as &dyn Rereadable).collect();
            let mut out = BufWriter::new(std::fs::File::create(&part)?);
            let report = merge(&files, &options, &mut out)?;
            out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
            Ok((Material::made("catalog.json", part), report))
        })
        .await
    }
}

impl From<MergeError> for Error {
    fn from(error: MergeError) -> Self {
        let hint = match &error {
            MergeError::Conflict { .. } => Some("choose another policy: first, last, newest or rename"),
            _ => None,
        };
        let kind = error.kind();
        let error = Self::of(kind, error);
        match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

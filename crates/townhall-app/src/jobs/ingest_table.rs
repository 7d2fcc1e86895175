//! Job `ingest-table`: bytes of a CSV or TSV file become a new version of a table.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_formats::{Ingested, ReadOptions, Stage};
use townhall_model::table::TableManifest;
use townhall_model::{BlobId, ErrorKind, RecordId};

use super::{Job, JobContext};
use crate::Error;

/// Makes a table version of a stored file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IngestTable {
    /// The dataset.
    pub dataset: RecordId,
    /// Which of its distributions: its download address, or the file's name.
    pub distribution: String,
    /// The file's name, for people.
    pub file_name: String,
    /// The table's title.
    pub title: String,
    /// The bytes.
    pub source: BlobId,
    /// How to read them.
    pub read: ReadOptions,
    /// Whether to write what the rows tell into the dataset's suggested fields.
    pub describe: bool,
}

impl Job for IngestTable {
    const KIND: &'static str = "ingest-table";
    const TITLE: &'static str = "Make a table of a data file";

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let app = &ctx.app;
        let read = app.tables().as_settled(self.dataset, &self.distribution, &self.read).await?;
        let source = app.blobs().open_file(&self.source).await?;
        let folder = app.temporary_folder()?;
        let out = folder.path().join("table.parquet");
        let ingested = {
            let (progress, cancelled) = (ctx.progress.clone(), ctx.cancelled.clone());
            let (path, name, options, out) =
                (source.path().to_owned(), self.file_name.clone(), read, out.clone());
            app.compute(move || {
                townhall_formats::ingest(&path, &name, &options, &out, &mut |step| {
                    let passes = u64::from(step.stage == Stage::Writing);
                    progress.set(
                        step.done_bytes + passes * step.total_bytes,
                        step.total_bytes * 2,
                        step.stage.label(),
                    );
                    if cancelled.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })
            })
            .await??
        };
        let parquet = app.blobs().put_file(&out).await?;
        let rejects_blob = match &ingested.rejects_file {
            Some(path) => Some(app.blobs().put_file(path).await?),
            None => None,
        };
        let (rows, rejects) = (ingested.rows, ingested.rejects_total);
        let manifest = self.manifest(ingested, parquet, rejects_blob);
        let version = app.tables().publish(&ctx.actor, &self, &manifest).await?;
        if self.describe {
            app.catalog().describe_draft(&ctx.actor, self.dataset, &manifest).await?;
        }
        tracing::info!(table.rows = rows, "made a table of `{}`: {rows} rows", self.file_name);
        Ok(json!({"version": version, "rows": rows, "rejects": rejects}))
    }
}

impl IngestTable {
    fn manifest(
        &self,
        mut ingested: Ingested,
        parquet: BlobId,
        rejects_blob: Option<BlobId>,
    ) -> TableManifest {
        // A later file of the same table is to be read in the same way.
        if self.read != ReadOptions::default()
            && let Ok(options) = serde_json::to_value(&self.read)
        {
            ingested.read_as.insert(OPTIONS.to_owned(), options);
        }
        TableManifest {
            v: TableManifest::FORMAT,
            parquet,
            parquet_bytes: ingested.parquet_bytes,
            source: self.source,
            source_bytes: ingested.source_bytes,
            source_name: self.file_name.clone(),
            format: ingested.format.to_owned(),
            read_as: ingested.read_as,
            rows: ingested.rows,
            columns: ingested.columns,
            rejects: ingested.rejects,
            rejects_total: ingested.rejects_total,
            rejects_blob,
            database: None,
        }
    }
}

/// The word under which a manifest keeps how the file was asked to be read.
const OPTIONS: &str = "options";

/// How the file of a version was asked to be read.
pub(crate) fn options_of(manifest: &TableManifest) -> ReadOptions {
    let kept = manifest.read_as.get(OPTIONS).cloned();
    kept.and_then(|kept| serde_json::from_value(kept).ok()).unwrap_or_default()
}

/// Trouble with the file itself stays trouble however often it is tried.
pub(super) fn is_final(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Malformed | ErrorKind::Invalid | ErrorKind::TooLarge | ErrorKind::NotFound
    )
}

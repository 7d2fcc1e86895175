//! Job `fetch-table`: a distribution's file is fetched through the guard and made into a table.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_formats::ReadOptions;
use townhall_model::RecordId;
use url::Url;

use super::{IngestTable, Job, JobContext};
use crate::Error;
use crate::limits::DATA_FILE_BYTES_MAX;

/// Fetches a data file and asks for a table of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FetchTable {
    /// The dataset.
    pub dataset: RecordId,
    /// Which of its distributions: its download address.
    pub distribution: String,
    /// The file's name, for people.
    pub file_name: String,
    /// The table's title.
    pub title: String,
    /// Where the file is.
    pub url: Url,
    /// How to read it.
    pub read: ReadOptions,
}

impl Job for FetchTable {
    const KIND: &'static str = "fetch-table";
    const TITLE: &'static str = "Fetch a data file";

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let app = &ctx.app;
        let folder = app.temporary_folder()?;
        let path = folder.path().join("fetched");
        app.fetcher().get_to_file(&self.url, &path, DATA_FILE_BYTES_MAX).await?;
        let source = app.blobs().put_file(&path).await?;
        let ingest = IngestTable {
            dataset: self.dataset,
            distribution: self.distribution,
            file_name: self.file_name,
            title: self.title,
            source,
            read: self.read,
            describe: false,
        };
        app.tables().request(&ctx.actor, ingest).await?;
        Ok(json!({"source": source}))
    }
}

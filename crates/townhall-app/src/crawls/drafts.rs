//! Keeps drafts of records for files that no catalog lists.

use std::ops::ControlFlow;

use serde_json::json;
use townhall_metadata::{Item, ReadOptions, read_catalog};
use townhall_store::{Actor, NewRecord, RecordStatus};

use super::{CrawlReport, Crawls};
use crate::Error;
use crate::imports::{InputFile, Kind};
use crate::limits::IMPORT_BATCH_RECORDS;
use crate::records::new_record;

/// The fields that a crawl suggests.
const SUGGESTED: [&str; 4] = ["title", "description", "keyword", "modified"];

impl Crawls<'_> {
    /// Keeps a draft for each data file that the catalog does not list. What is known under its identifier already stays as it
    /// is: somebody may have worked on it. Returns how many are new.
    pub async fn keep_drafts(&self, actor: &Actor, report: &CrawlReport) -> Result<u64, Error> {
        let text = report.drafts().to_string();
        let file = InputFile {
            path: std::path::PathBuf::new(),
            source: report.state.start.to_string(),
            unfolded: None,
            url: None,
            kind: Kind::Catalogue,
        };
        let mut drafts: Vec<NewRecord> = Vec::new();
        read_catalog(&mut text.as_bytes(), &ReadOptions::default(), &mut |item| {
            if let Item::Record(read) = item {
                let suggested = Some(json!(SUGGESTED).to_string());
                drafts.push(NewRecord { status: RecordStatus::Draft, suggested, ..new_record(&read, &file) });
            }
            ControlFlow::Continue(())
        })?;
        let store = self.app.store();
        let mut new = Vec::new();
        for draft in drafts {
            if store.record_id_of_key(&draft.kind, &draft.key).await?.is_none() {
                new.push(draft);
            }
        }
        let count = new.len() as u64;
        while !new.is_empty() {
            let batch = new.drain(..new.len().min(IMPORT_BATCH_RECORDS)).collect();
            store.put_records(actor, batch).await?;
        }
        self.app.search().catch_up().await?;
        Ok(count)
    }
}

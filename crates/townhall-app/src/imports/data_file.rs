//! A data file that came without metadata becomes a draft dataset, with suggestions marked as such.

use serde_json::{Map, Value, json};
use townhall_formats::ReadOptions;
use townhall_model::record::{RecordKind, Version};
use townhall_store::{NewRecord, PutOutcome, RecordStatus};

use super::inputs::InputFile;
use super::report::InputReport;
use super::{ImportEvent, Notify, Run, file_finding, suggest};
use crate::Error;
use crate::catalog::media_type;
use crate::jobs::IngestTable;
use crate::records::content_hash_of_file;

/// The fields of a draft that are our guess.
pub(crate) const SUGGESTED: [&str; 5] = ["title", "description", "keyword", "temporal", "spatial"];

impl Run<'_> {
    /// Stores the bytes, writes the draft, and leaves the table to a job.
    pub(super) async fn import_data_file(
        &mut self,
        file: &InputFile,
        notify: Notify<'_>,
    ) -> Result<(), Error> {
        let name = file.name();
        let bytes = std::fs::metadata(&file.path)?.len();
        notify(ImportEvent::Input { name: &file.source, bytes: Some(bytes) });
        let mut input = InputReport {
            source: file.source.clone(),
            read_as: "data file without metadata".to_owned(),
            ..InputReport::default()
        };
        if bytes == 0 {
            let finding = file_finding("IMPORT-EMPTY", &file.source, format!("`{name}` is empty"));
            self.refuse(&file.source.clone(), "data file", finding);
            return Ok(());
        }
        let read = match &self.options.layout {
            None => self.options.read.clone(),
            Some(layout) => match layout.options(&file.path, &name, &self.options.read) {
                Ok(read) => read,
                Err(error) => {
                    let finding = file_finding("IMPORT-LAYOUT", &file.source, error.to_string());
                    let finding = match error.hint() {
                        Some(hint) => finding.with_fix(hint),
                        None => finding,
                    };
                    self.refuse(&file.source.clone(), "data file", finding);
                    return Ok(());
                }
            },
        };
        let blob = if self.options.dry_run {
            townhall_store::blobs::hash_file(&file.path).await?.0
        } else {
            self.app.blobs().put_file(&file.path).await?
        };
        let document = draft(&name, self.options.organization.as_deref());
        let key = document["identifier"].as_str().unwrap_or_default().to_owned();
        let record = NewRecord {
            kind: RecordKind::Dataset.name().to_owned(),
            identifier: Some(key.clone()),
            key: key.clone(),
            title: document["title"].as_str().unwrap_or_default().to_owned(),
            organization: self.options.organization.iter().cloned().collect(),
            status: if self.options.publish { RecordStatus::Published } else { RecordStatus::Draft },
            access_level: Some("public".to_owned()),
            dialect: Version::DcatUs11.id().to_owned(),
            original: Vec::new(),
            document: Value::Object(document).to_string(),
            // The job adds suggestions to the document later; what makes the file "unchanged" is its bytes.
            content_hash: content_hash_of_file(&name, blob, self.options),
            source: file.source.clone(),
            suggested: Some(json!(SUGGESTED).to_string()),
            ..NewRecord::default()
        };
        let outcome = self.put(vec![record]).await?.pop();
        match outcome.map(|put| put.outcome) {
            Some(PutOutcome::Added) => input.added += 1,
            Some(PutOutcome::Changed { .. }) => input.changed += 1,
            _ if self.publish_draft(&key).await? => input.changed += 1,
            _ => input.unchanged += 1,
        }
        if input.added > 0 {
            self.report.drafts += u64::from(!self.options.publish);
        }
        if !self.options.dry_run {
            self.app.catalog().attach_file(&self.actor, &key, &name, &name, None, blob).await?;
            self.request_table(&key, &name, &name, &suggest::title(&name), blob, Some(read)).await?;
        }
        self.report.finish_input(input);
        Ok(())
    }

    /// Publishes what an earlier import left as a draft, when that is asked for; whether there was something to publish.
    async fn publish_draft(&self, key: &str) -> Result<bool, Error> {
        if !self.options.publish {
            return Ok(false);
        }
        let store = self.app.store();
        let found = store.record_by_key(RecordKind::Dataset.name(), key).await?;
        let Some(draft) = found.filter(|record| record.status == RecordStatus::Draft) else {
            return Ok(false);
        };
        if !self.options.dry_run {
            store.set_status(&self.actor, draft.id, RecordStatus::Published, None).await?;
        }
        Ok(true)
    }

    /// Says in the dictionaries of the tables that were made what the layout says of their columns.
    pub(super) async fn describe_laid_out(&mut self) -> Result<(), Error> {
        let Some(layout) = &self.options.layout else { return Ok(()) };
        for (dataset, distribution) in std::mem::take(&mut self.laid_out) {
            let tables = self.app.store().tables_of(&[dataset]).await?;
            let made = tables.into_iter().find(|table| table.distribution == distribution);
            if let Some(table) = made {
                let dictionary = layout.dictionary().clone();
                self.app.tables().put_dictionary(&self.actor, table.id, dictionary, true).await?;
            }
        }
        Ok(())
    }

    /// Asks for a table in the way given, with what the rows tell written into the draft, or in the usual way; unless the current version was made from the very same bytes in the same way.
    pub(super) async fn request_table(
        &mut self,
        dataset_key: &str,
        distribution: &str,
        file_name: &str,
        title: &str,
        blob: townhall_model::BlobId,
        described: Option<ReadOptions>,
    ) -> Result<(), Error> {
        let Some(dataset) = self.app.catalog().id_of_key(dataset_key).await? else { return Ok(()) };
        let is_own = described.is_some();
        let job = IngestTable {
            dataset,
            distribution: distribution.to_owned(),
            file_name: file_name.to_owned(),
            title: title.to_owned(),
            source: blob,
            describe: is_own,
            read: described.unwrap_or_else(|| self.options.read.clone()),
        };
        if is_own && self.options.layout.is_some() {
            self.laid_out.push((dataset, distribution.to_owned()));
        }
        self.app.tables().request(&self.actor, job).await
    }
}

/// A 1.1 dataset with what can be said before the rows are read.
fn draft(file_name: &str, organization: Option<&str>) -> Map<String, Value> {
    let title = suggest::title(file_name);
    let mut document = json!({
        "@type": "dcat:Dataset",
        "identifier": format!("file:{file_name}"),
        "title": title,
        "description": format!("The file {file_name}."),
        "accessLevel": "public",
        "distribution": [{
            "@type": "dcat:Distribution",
            "title": file_name,
            "downloadURL": file_name,
            "mediaType": media_type(file_name, None),
        }],
    });
    if let Some(name) = organization {
        document["publisher"] = json!({"@type": "org:Organization", "name": name});
    }
    match document {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

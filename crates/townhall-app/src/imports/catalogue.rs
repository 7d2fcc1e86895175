//! One catalogue file: read on a thread of its own, written in batches as it comes.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;
use townhall_metadata::{DialectInfo, Item, ReadOptions, Summary};
use townhall_model::record::{DistributionView, RecordKind, Version};
use townhall_model::{Finding, Severity};
use townhall_store::{NewRecord, PutOutcome};
use url::Url;

use super::inputs::InputFile;
use super::report::InputReport;
use super::{ImportEvent, Notify, Run, TablePolicy, file_finding};
use crate::Error;
use crate::jobs::FetchTable;
use crate::limits::{IMPORT_BATCH_BYTES, IMPORT_BATCH_RECORDS};
use crate::records;
use crate::workshop::Material;

/// What the reading thread hands over.
enum Message {
    Item(Box<Item>),
    End(Result<(&'static DialectInfo, Summary), townhall_metadata::ReadError>),
}

/// How many items may wait for the store: enough to keep both sides busy, few enough to stay small.
const ITEMS_WAITING_MAX: usize = 256;

/// Records waiting for their transaction, with the distributions that may become tables.
#[derive(Default)]
struct Batch {
    records: Vec<NewRecord>,
    wants: Vec<Want>,
    bytes: usize,
}

/// A distribution of the batch that may become a table or a hosted file.
struct Want {
    dataset_key: String,
    dataset_title: String,
    view: DistributionView,
}

impl Run<'_> {
    /// Reads one catalogue and writes its records.
    pub(super) async fn import_catalogue(
        &mut self,
        file: &InputFile,
        notify: Notify<'_>,
    ) -> Result<(), Error> {
        let path = file.unfolded.as_ref().map_or(file.path.as_path(), Material::path);
        let bytes = std::fs::metadata(path)?.len();
        notify(ImportEvent::Input { name: &file.source, bytes: Some(bytes) });
        let done = Arc::new(AtomicU64::new(0));
        let mut items = read_on_thread(path, done.clone());
        let mut input = InputReport { source: file.source.clone(), ..InputReport::default() };
        let mut seen = HashSet::new();
        let mut batch = Batch::default();
        while let Some(message) = items.recv().await {
            match message {
                Message::Item(item) => {
                    self.take(*item, file, &mut seen, &mut batch, &mut input);
                    if batch.records.len() >= IMPORT_BATCH_RECORDS || batch.bytes >= IMPORT_BATCH_BYTES {
                        self.write(file, std::mem::take(&mut batch), &mut input).await?;
                        notify(ImportEvent::Bytes(done.load(Ordering::Relaxed)));
                    }
                }
                Message::End(outcome) => {
                    self.write(file, std::mem::take(&mut batch), &mut input).await?;
                    if outcome.is_ok() && !self.options.dry_run {
                        // Records that did not change were checked all the same.
                        self.app.store().touch_source(&file.source).await?;
                    }
                    self.end(outcome, &mut input);
                }
            }
        }
        self.report.finish_input(input);
        Ok(())
    }

    fn take(
        &mut self,
        item: Item,
        file: &InputFile,
        seen: &mut HashSet<(RecordKind, String)>,
        batch: &mut Batch,
        input: &mut InputReport,
    ) {
        let read = match item {
            Item::Refused(refused) => {
                input.refused += 1;
                self.report.note(refused.reason);
                return;
            }
            // The header of a catalogue is kept as a record of its own, beside the records it lists.
            Item::Header(read) | Item::Record(read) => read,
        };
        let record = records::new_record(&read, file);
        for finding in read.findings {
            self.report.note(finding.with_dataset(
                read.index,
                record.identifier.as_deref(),
                Some(&record.title),
            ));
        }
        if !seen.insert((read.record.kind(), record.key.clone())) {
            input.refused += u64::from(read.record.kind() != RecordKind::Catalog);
            let finding = Finding::new(
                "IMPORT-DUPLICATE",
                Severity::Error,
                "another record of this file has the same identifier; the first one is kept",
            )
            .with_pointer(read.pointer)
            .with_position(read.position)
            .with_value(&record.key)
            .with_dataset(read.index, record.identifier.as_deref(), Some(&record.title))
            .with_fix("give every record an identifier of its own");
            self.report.note(finding);
            return;
        }
        if let Some(dataset) = read.record.body.as_dataset() {
            for view in dataset.view().distributions {
                batch.wants.push(Want {
                    dataset_key: record.key.clone(),
                    dataset_title: record.title.clone(),
                    view,
                });
            }
        }
        batch.bytes += record.original.len() + record.document.len();
        batch.records.push(record);
    }

    /// One transaction for the records of a batch, then their files.
    async fn write(&mut self, file: &InputFile, batch: Batch, input: &mut InputReport) -> Result<(), Error> {
        if batch.records.is_empty() {
            return Ok(());
        }
        let headers: Vec<bool> =
            batch.records.iter().map(|record| record.kind == RecordKind::Catalog.name()).collect();
        let outcomes = self.put(batch.records).await?;
        for (put, is_header) in outcomes.iter().zip(headers) {
            match put.outcome {
                // What stands around the records is not counted as one.
                _ if is_header => {}
                PutOutcome::Added => input.added += 1,
                PutOutcome::Changed { .. } => input.changed += 1,
                PutOutcome::Unchanged => input.unchanged += 1,
            }
        }
        tracing::info!("wrote a batch of {} records of `{}`", outcomes.len(), file.source);
        for want in batch.wants {
            self.resolve(file, want).await?;
        }
        Ok(())
    }

    /// Compares with the store, and writes unless it is a dry run.
    pub(super) async fn put(&self, records: Vec<NewRecord>) -> Result<Vec<townhall_store::Put>, Error> {
        let records_store = self.app.store();
        Ok(match self.options.dry_run {
            true => records_store.compare_records(records).await?,
            false => records_store.put_records(&self.actor, records).await?,
        })
    }

    /// Finds the file of a distribution: beside the catalogue, among the named ones, or, when asked for, far away.
    async fn resolve(&mut self, file: &InputFile, want: Want) -> Result<(), Error> {
        let Some(address) = want.view.download_url.clone() else { return Ok(()) };
        if self.options.tables == TablePolicy::None {
            return Ok(());
        }
        let name = file_name_of(&address);
        let is_table = is_table(&name, &want.view);
        if let Some(path) = self.local_file(file, &address, &name) {
            if self.options.dry_run {
                return Ok(());
            }
            let blob = self.app.blobs().put_file(&path).await?;
            self.app
                .catalog()
                .attach_file(&self.actor, &want.dataset_key, &address, &name, Some(&want.view), blob)
                .await?;
            if is_table {
                let title = table_title(&want);
                self.request_table(&want.dataset_key, &address, &name, &title, blob, None).await?;
            }
            return Ok(());
        }
        if is_table && self.options.tables == TablePolicy::All && !self.options.dry_run {
            let base = file.url.as_ref();
            let url = Url::parse(&address).ok().or_else(|| base.and_then(|base| base.join(&address).ok()));
            if let Some(url) = url {
                self.fetch_table(want, name, url).await?;
            }
        }
        Ok(())
    }

    async fn fetch_table(&mut self, want: Want, file_name: String, url: Url) -> Result<(), Error> {
        let Some(dataset) = self.app.catalog().id_of_key(&want.dataset_key).await? else { return Ok(()) };
        let title = table_title(&want);
        let job = FetchTable {
            dataset,
            distribution: want.view.download_url.unwrap_or_default(),
            file_name,
            title,
            url,
            read: self.options.read.clone(),
        };
        self.app.jobs().enqueue(&self.actor, &job).await
    }

    /// A relative address names a file in the catalogue's own folder and never one outside it; an absolute one may
    /// be among the files that were named in the same import, by its last part.
    fn local_file(&mut self, catalogue: &InputFile, address: &str, name: &str) -> Option<PathBuf> {
        let relative = !address.contains("://") && catalogue.url.is_none();
        let path = relative.then(|| beside(&catalogue.path, address)).flatten();
        let canonical = path.clone().or_else(|| {
            let claimed = self.data_files.iter().find(|data| data.file.name() == name)?;
            Some(claimed.canonical.clone())
        })?;
        if let Some(data) = self.data_files.iter_mut().find(|data| data.canonical == canonical) {
            data.claimed = true;
        }
        Some(canonical)
    }

    fn end(
        &mut self,
        outcome: Result<(&'static DialectInfo, Summary), townhall_metadata::ReadError>,
        input: &mut InputReport,
    ) {
        match outcome {
            Ok((dialect, summary)) => {
                let is_dcat_us = dialect.id.parse::<Version>().is_ok();
                input.read_as = match summary.version.filter(|_| is_dcat_us) {
                    Some(version) => format!("{version} catalogue"),
                    None if is_dcat_us => "catalogue".to_owned(),
                    None => format!("{} catalogue", dialect.name),
                };
                for finding in summary.findings {
                    self.report.note(finding);
                }
            }
            Err(error) => {
                input.read_as = "catalogue".to_owned();
                input.refused += 1;
                self.report.note(file_finding("IMPORT-UNREADABLE", &input.source, error.to_string()));
            }
        }
    }
}

/// The canonical path of an existing file below the catalogue's folder.
fn beside(catalogue: &Path, address: &str) -> Option<PathBuf> {
    let folder = std::fs::canonicalize(
        catalogue.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new(".")),
    )
    .ok()?;
    let decoded = percent_encoding::percent_decode_str(address).decode_utf8().ok()?;
    let path = std::fs::canonicalize(folder.join(decoded.trim_start_matches("./"))).ok()?;
    (path.starts_with(&folder) && path.is_file()).then_some(path)
}

fn file_name_of(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or("data");
    percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned()
}

/// A file that the record or the name says is a table.
fn is_table(name: &str, view: &DistributionView) -> bool {
    let lower = name.to_ascii_lowercase();
    // JSON and archives may hold anything; whoever wants tables of them imports them by name.
    let by_name = !lower.ends_with(".txt")
        && townhall_formats::by_file_name(&lower).is_some_and(|format| format.info().name != "json");
    let by_type = view.format.as_deref().is_some_and(|format| matches!(format, "CSV" | "TSV"));
    by_name || (by_type && !lower.ends_with(".zip"))
}

fn table_title(want: &Want) -> String {
    want.view.title.clone().unwrap_or_else(|| want.dataset_title.clone())
}

fn read_on_thread(path: &Path, done: Arc<AtomicU64>) -> mpsc::Receiver<Message> {
    let (sender, receiver) = mpsc::channel(ITEMS_WAITING_MAX);
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || {
        let outcome = File::open(&path).map_err(townhall_metadata::ReadError::from).and_then(|file| {
            townhall_metadata::read_any(
                &mut Counted { inner: file, done },
                &ReadOptions::default(),
                &mut |item| match sender.blocking_send(Message::Item(Box::new(item))) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                },
            )
        });
        // A receiver that is gone has failed by itself and says so.
        let _ = sender.blocking_send(Message::End(outcome));
    });
    receiver
}

/// Counts what is read, for progress.
struct Counted {
    inner: File,
    done: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.done.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_address_never_leaves_the_catalogues_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("in");
        std::fs::create_dir(&inside).unwrap();
        std::fs::write(inside.join("a b.csv"), "x").unwrap();
        std::fs::write(folder.path().join("secret.csv"), "x").unwrap();
        let catalogue = inside.join("data.json");
        assert!(beside(&catalogue, "a%20b.csv").is_some());
        assert_eq!(beside(&catalogue, "../secret.csv"), None);
        assert_eq!(beside(&catalogue, "/etc/hosts"), None);
        assert_eq!(beside(&catalogue, "..%2fsecret.csv"), None);
    }
}

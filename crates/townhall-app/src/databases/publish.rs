//! From a table of a database to a dataset with a table: a copy of its rows, or the way to them.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use futures::StreamExt;
use serde_json::{Map, Value, json};
use townhall_databases::{Database, Order, RowsRequest, TableDescription};
use townhall_formats::{Ingested, ReadOptions, WriteOptions};
use townhall_model::dictionary::{Code, ColumnMeaning, Dictionary};
use townhall_model::record::{RecordKind, Version};
use townhall_model::table::{DatabaseTable, TableManifest};
use townhall_model::{BlobId, ErrorKind, RecordId, TableId};
use townhall_store::{Actor, NewRecord, PutOutcome, RecordStatus, blobs};

use super::{Connection, key, told};
use crate::imports::suggested_title;
use crate::{App, Audience, Error};

/// What a refresh did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefreshReport {
    /// Tables that are new.
    pub added: u64,
    /// Tables with a new version.
    pub changed: u64,
    /// Tables that are as they were.
    pub unchanged: u64,
    /// Tables that are not published any more.
    pub removed: u64,
    /// The tables, in the database's order.
    pub tables: Vec<RefreshedTable>,
}

/// A table after a refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshedTable {
    /// What people call it in the database.
    pub name: String,
    /// Its table here.
    pub id: TableId,
    /// The version in force.
    pub version: u32,
    /// Its rows.
    pub rows: u64,
    /// `added`, `changed` or `unchanged`.
    pub outcome: &'static str,
}

impl RefreshReport {
    pub(super) fn count(&mut self, table: RefreshedTable) {
        match table.outcome {
            "added" => self.added += 1,
            "changed" => self.changed += 1,
            _ => self.unchanged += 1,
        }
        self.tables.push(table);
    }

    /// The report as programs see it.
    pub fn as_json(&self) -> Value {
        let tables = self.tables.iter().map(|table| {
            json!({
                "name": table.name, "table": table.id, "version": table.version, "rows": table.rows,
                "outcome": table.outcome,
            })
        });
        json!({
            "added": self.added, "changed": self.changed, "unchanged": self.unchanged,
            "removed": self.removed, "tables": tables.collect::<Vec<_>>(),
        })
    }
}

/// Told of each table and how many rows of it were read.
type Notify<'a> = &'a mut (dyn FnMut(&str, u64) + Send);

/// Publishes the tables of a connection.
pub(super) struct Publishing<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub connection: &'a str,
    pub rules: &'a Connection,
}

/// The rows of a table as files.
struct Made {
    folder: tempfile::TempDir,
    source: std::path::PathBuf,
    ingested: Ingested,
}

impl Publishing<'_> {
    /// Publishes one table. What is unchanged causes no write.
    pub async fn table(
        &self,
        database: &Arc<dyn Database>,
        table: &TableDescription,
        notify: Notify<'_>,
    ) -> Result<RefreshedTable, Error> {
        let shown = table.name.shown();
        if table.columns.is_empty() {
            return Err(Error::invalid(format!("nothing of the table `{shown}` can be published"))
                .with_hint("keep it back as a whole: --except"));
        }
        notify(&shown, 0);
        let (source, made) = match self.rules.live {
            true => (BlobId::of(self.identity(table).to_string().as_bytes()), None),
            false => {
                let request = RowsRequest { order: fixed_order(&**database, table), ..all(table) };
                let made = self.made(database, table, &request, notify).await?;
                (blobs::hash_file(&made.source).await?.0, Some(made))
            }
        };
        let record = self.dataset(table).await?;
        let standing = self.app.store().tables_of(&[record]).await?;
        let standing = standing.into_iter().find(|known| known.distribution == shown);
        if let Some(known) = &standing
            && let Some(current) = self.app.store().table_version(known.id, None).await?
            && current.source == source
            && current.manifest.database.as_ref().is_some_and(|from| from.live == self.rules.live)
        {
            self.describe(known.id, table).await?;
            let (id, version, rows) = (known.id, current.number, current.rows);
            return Ok(RefreshedTable { name: shown, id, version, rows, outcome: "unchanged" });
        }
        let manifest = match made {
            Some(made) => self.copied(table, made).await?,
            None => self.stays(database, table).await?,
        };
        let title = suggested_title(&table.name.name);
        let (id, version) =
            self.app.store().publish_version(self.actor, record, &shown, &title, &manifest).await?;
        self.describe(id, table).await?;
        if !self.rules.live && table.comment.is_none() {
            self.app.catalog().describe_draft(self.actor, record, &manifest).await?;
        }
        let outcome = if standing.is_some() { "changed" } else { "added" };
        Ok(RefreshedTable { name: shown, id, version, rows: manifest.rows, outcome })
    }

    /// What makes a live table the same: where it is and what its columns are.
    fn identity(&self, table: &TableDescription) -> Value {
        let columns =
            table.columns.iter().map(|column| json!([column.name, column.native, column.kind.name()]));
        json!({
            "database": self.connection, "schema": table.name.schema, "table": table.name.name,
            "key": table.primary_key, "columns": columns.collect::<Vec<_>>(),
        })
    }

    /// Writes the rows of a request to a file, at the pace of the disk, and makes a table of it.
    async fn made(
        &self,
        database: &Arc<dyn Database>,
        table: &TableDescription,
        request: &RowsRequest,
        notify: Notify<'_>,
    ) -> Result<Made, Error> {
        let shown = table.name.shown();
        let folder = self.app.temporary_folder()?;
        let source = folder.path().join("rows.arrow");
        let schema = table.schema(&request.columns).map_err(told)?;
        let mut rows = database.rows(table, request).await.map_err(told)?;
        let (batches, mut received) = tokio::sync::mpsc::channel(2);
        let path = source.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let file = std::io::BufWriter::new(std::fs::File::create(path)?);
            let mut writer =
                townhall_formats::batch_writer("arrow", schema, &WriteOptions::default(), Box::new(file))?;
            while let Some(batch) = received.blocking_recv() {
                writer.write(&batch)?;
            }
            writer.finish()?;
            Ok::<_, Error>(())
        });
        let mut read = 0;
        while let Some(batch) = rows.next().await {
            let batch = batch.map_err(told)?;
            read += batch.num_rows() as u64;
            notify(&shown, read);
            if batches.send(batch).await.is_err() {
                break;
            }
        }
        drop(batches);
        writing.await.map_err(crate::app::lost)??;
        let ingested = self.ingested(&source, folder.path(), &shown).await?;
        Ok(Made { folder, source, ingested })
    }

    async fn ingested(&self, source: &Path, folder: &Path, name: &str) -> Result<Ingested, Error> {
        let (source, out) = (source.to_owned(), folder.join("table.parquet"));
        let name = name.to_owned();
        let options = ReadOptions { format: Some("arrow".to_owned()), ..ReadOptions::default() };
        let ingested = self.app.compute(move || {
            townhall_formats::ingest(&source, &name, &options, &out, &mut |_| ControlFlow::Continue(()))
        });
        Ok(ingested.await??)
    }

    /// The version that a copy of the rows is.
    async fn copied(&self, table: &TableDescription, made: Made) -> Result<TableManifest, Error> {
        let source = self.app.blobs().put_file(&made.source).await?;
        self.manifest(table, made, source).await
    }

    /// The version that says where the rows are; its own file has none.
    async fn stays(
        &self,
        database: &Arc<dyn Database>,
        table: &TableDescription,
    ) -> Result<TableManifest, Error> {
        let none = RowsRequest { limit: Some(0), ..all(table) };
        let rows = database.count(table, &townhall_databases::Condition::everything()).await.map_err(told)?;
        let mut made = self.made(database, table, &none, &mut |_, _| {}).await?;
        made.ingested.rows = rows;
        for column in &mut made.ingested.columns {
            // Nobody has counted them.
            (column.distinct, column.distinct_exact) = (u64::MAX, false);
        }
        let identity = self.app.blobs().put_bytes(self.identity(table).to_string().as_bytes()).await?;
        self.manifest(table, made, identity).await
    }

    async fn manifest(
        &self,
        table: &TableDescription,
        made: Made,
        source: BlobId,
    ) -> Result<TableManifest, Error> {
        let parquet = self.app.blobs().put_file(&made.folder.path().join("table.parquet")).await?;
        let rejects_blob = match &made.ingested.rejects_file {
            Some(path) => Some(self.app.blobs().put_file(path).await?),
            None => None,
        };
        let ingested = made.ingested;
        let here = |name: &String| {
            let is_it = |column: &&townhall_model::table::Column| {
                column.label.as_deref().unwrap_or(&column.name) == name.as_str()
            };
            ingested.columns.iter().find(is_it).map(|column| column.name.clone())
        };
        let key: Option<Vec<String>> = table.primary_key.iter().map(here).collect();
        let database = DatabaseTable {
            connection: self.connection.to_owned(),
            schema: table.name.schema.clone(),
            table: table.name.name.clone(),
            usual_schema: table.name.is_usual,
            live: self.rules.live,
            key: key.unwrap_or_default(),
        };
        Ok(TableManifest {
            v: TableManifest::FORMAT,
            parquet,
            parquet_bytes: ingested.parquet_bytes,
            source,
            source_bytes: ingested.source_bytes,
            source_name: table.name.shown(),
            format: "database".to_owned(),
            read_as: Map::new(),
            rows: ingested.rows,
            columns: ingested.columns,
            rejects: ingested.rejects,
            rejects_total: ingested.rejects_total,
            rejects_blob,
            database: Some(database),
        })
    }

    /// The dataset of the table, made or brought back when it is not there.
    async fn dataset(&self, table: &TableDescription) -> Result<RecordId, Error> {
        let shown = table.name.shown();
        let document = self.draft(table);
        let key = key(self.connection, &shown);
        let status = if self.rules.publish { RecordStatus::Published } else { RecordStatus::Draft };
        let record = NewRecord {
            kind: RecordKind::Dataset.name().to_owned(),
            identifier: Some(key.clone()),
            key: key.clone(),
            title: document["title"].as_str().unwrap_or_default().to_owned(),
            organization: self.rules.organization.iter().cloned().collect(),
            status,
            access_level: Some("public".to_owned()),
            dialect: Version::DcatUs11.id().to_owned(),
            // What is told of the rows comes into the document later; what makes it the same is what the database says.
            content_hash: BlobId::of(document.to_string().as_bytes()).to_string(),
            document: document.to_string(),
            source: format!("database:{}", self.connection),
            suggested: Some(json!(crate::imports::SUGGESTED).to_string()),
            ..NewRecord::default()
        };
        let store = self.app.store();
        let put = store.put_records(self.actor, vec![record]).await?.pop();
        let missing = || Error::new(ErrorKind::Internal, format!("the dataset of `{shown}` is missing"));
        let id = match put.as_ref().and_then(|put| put.id) {
            Some(id) => id,
            None => store.record_id_of_key(RecordKind::Dataset.name(), &key).await?.ok_or_else(missing)?,
        };
        let is_new = put.is_some_and(|put| put.outcome == PutOutcome::Added);
        let standing = store.record(id).await?.ok_or_else(missing)?.status;
        // What was taken away comes back; a draft is published when that is asked for.
        let is_back = standing == RecordStatus::Retired;
        if !is_new && (is_back || (standing == RecordStatus::Draft && self.rules.publish)) {
            store.set_status(self.actor, id, status, None).await?;
        }
        Ok(id)
    }

    fn draft(&self, table: &TableDescription) -> Value {
        let shown = table.name.shown();
        let of = if table.is_view { "view" } else { "table" };
        let description = table.comment.clone();
        let description =
            description.unwrap_or_else(|| format!("The {of} {shown} of the database {}.", self.connection));
        let mut document = json!({
            "@type": "dcat:Dataset",
            "identifier": key(self.connection, &shown),
            "title": suggested_title(&shown),
            "description": description,
            "accessLevel": "public",
        });
        if let Some(name) = &self.rules.organization {
            document["publisher"] = json!({"@type": "org:Organization", "name": name});
        }
        document
    }

    /// Writes what the database says of columns into the dictionary, where nobody has written anything yet.
    async fn describe(&self, id: TableId, table: &TableDescription) -> Result<(), Error> {
        let known = self.app.tables().dictionary(Audience::Staff, id).await?;
        let mut drafted = Dictionary::default();
        for column in &known.table.manifest.columns {
            let name = column.label.as_deref().unwrap_or(&column.name);
            let is_written =
                known.dictionary.columns.get(&column.name).is_some_and(|meaning| !meaning.is_empty());
            if let (Some(meaning), false) = (meaning(table, name), is_written) {
                drafted.columns.insert(column.name.clone(), meaning);
            }
        }
        if !drafted.is_empty() {
            self.app.tables().put_dictionary(self.actor, id, drafted, true).await?;
        }
        Ok(())
    }
}

/// All columns and rows of a table.
fn all(table: &TableDescription) -> RowsRequest {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    RowsRequest::of(&names)
}

/// An order in which the same rows come as the same bytes.
fn fixed_order(database: &dyn Database, table: &TableDescription) -> Vec<Order> {
    let by = |name: &String| Order { column: name.clone(), descending: false };
    let names: Vec<String> = match table.primary_key.is_empty() {
        false => table.primary_key.clone(),
        true => table.columns.iter().map(|column| column.name.clone()).collect(),
    };
    names.iter().filter(|name| database.orders(table, name)).map(by).collect()
}

/// What the database says of a column.
fn meaning(table: &TableDescription, name: &str) -> Option<ColumnMeaning> {
    let column = table.column(name)?;
    let mut sentences: Vec<String> = column.comment.iter().cloned().collect();
    if table.primary_key == [name] {
        sentences.push("The key of the table.".to_owned());
    }
    for key in table.foreign_keys.iter().filter(|key| key.columns.iter().any(|column| column == name)) {
        sentences.push(format!("Refers to the table {} ({}).", key.table, key.references.join(", ")));
    }
    let codes = column.values.iter().map(|value| Code { value: value.clone(), label: String::new() });
    let meaning = ColumnMeaning {
        description: (!sentences.is_empty()).then(|| sentences.join(" ")),
        codes: codes.collect(),
        ..ColumnMeaning::default()
    };
    (!meaning.is_empty()).then_some(meaning)
}

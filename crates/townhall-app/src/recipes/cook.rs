//! A recipe carried out: rows stream from the engine into Parquet, and become a version when they differ from the last.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

use futures::StreamExt;
use serde_json::{Map, Value, json};
use townhall_formats::{FormatError, Ingested, MadeRows};
use townhall_model::table::{RejectedCell, TableManifest};
use townhall_model::{BlobId, TableId};
use townhall_query::recipe::{Cooked, CookedColumn, Recipe};
use townhall_query::{Class, RecordBatch, TableSource};
use townhall_store::Document;

use super::resolve::distribution_of;
use super::{RECIPE, Recipes};
use crate::jobs::JobContext;
use crate::tables::Known;
use crate::{Audience, Error};

/// What came of carrying out a recipe.
pub(crate) enum Cooking {
    /// The recipe was taken away meanwhile.
    Gone,
    /// A table that it reads got a newer version, or the recipe did: the job for that has it.
    Overtaken,
    /// The rows are the same as before.
    Unchanged(Made),
    /// There is a new version.
    Published(Made),
}

/// The table that a recipe made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The recipe.
    pub recipe: String,
    /// The version that is served now.
    pub version: u32,
    /// Its rows.
    pub rows: u64,
    /// Cells that did not fit.
    pub rejects: u64,
}

impl Made {
    /// As the result of a job.
    pub(crate) fn as_json(&self, outcome: &str) -> Value {
        json!({
            "recipe": self.recipe, "outcome": outcome, "version": self.version, "rows": self.rows,
            "rejects": self.rejects,
        })
    }
}

/// A table that is read, in the version that is read.
struct Read {
    called: String,
    known: Known,
}

/// Rows as a file, and what is known of them.
struct Written {
    ingested: Ingested,
    parquet: BlobId,
    rejects: Option<BlobId>,
    columns: Vec<CookedColumn>,
}

impl Recipes<'_> {
    /// Carries out a recipe over the current versions of its tables.
    pub(crate) async fn cook(&self, ctx: &JobContext, name: &str) -> Result<Cooking, Error> {
        let store = self.app.store();
        let Some(document) = store.document(RECIPE, name).await? else { return Ok(Cooking::Gone) };
        let recipe = Recipe::read(&document.text)?;
        let tables = self.reads(Audience::Staff, &recipe).await?;
        self.refuse_cycle(name, &tables).await?;
        let mut reads = Vec::new();
        for (called, table) in tables {
            let known = self.app.tables().known(Audience::Staff, table.id, None).await?;
            reads.push(Read { called, known });
        }
        let Some(first) = reads.first() else { return Err(Error::not_found("table", &recipe.from)) };
        let dataset = first.known.detail.table.dataset;
        let written = self.written(ctx, &recipe, &document, &reads).await?;

        // Whoever is late says nothing: what is newer must not be replaced by what is older.
        if self.is_overtaken(&document, &reads).await? {
            return Ok(Cooking::Overtaken);
        }
        let distribution = distribution_of(name);
        let columns = written.columns.clone();
        let current = self.made_by(name, &[(recipe.from.clone(), first.known.detail.table.clone())]).await?;
        let manifest = self.manifest(&document, &reads, written).await?;
        let mut made = Made {
            recipe: name.to_owned(),
            version: 0,
            rows: manifest.rows,
            rejects: manifest.rejects_total,
        };
        if let Some(table) = &current
            && let Some(last) = store.table_version(table.id, None).await?
            && is_same(&last.manifest, &manifest)
        {
            made.version = last.number;
            self.describe(ctx, table.id, &columns, &manifest, &reads).await?;
            return Ok(Cooking::Unchanged(made));
        }
        let title = document.title.clone();
        let tables = self.app.tables();
        let (table, version) =
            tables.publish_made(&ctx.actor, dataset, &distribution, &title, &manifest).await?;
        made.version = version;
        self.describe(ctx, table, &columns, &manifest, &reads).await?;
        tracing::info!(
            table.rows = made.rows,
            "the recipe `{name}` made version {version}: {} rows",
            made.rows
        );
        Ok(Cooking::Published(made))
    }

    /// The rows as blobs.
    async fn written(
        &self,
        ctx: &JobContext,
        recipe: &Recipe,
        document: &Document,
        reads: &[Read],
    ) -> Result<Written, Error> {
        let app = self.app;
        let sources: HashMap<String, Arc<TableSource>> =
            reads.iter().map(|read| (read.called.clone(), read.known.source.clone())).collect();
        let cooked = app.engine().of(Class::Job).cook(recipe, &sources).await?;
        let headers: Vec<&str> = cooked.columns.iter().map(|column| column.name.as_str()).collect();
        let names = townhall_formats::column_names(&headers);
        // Rejects call columns as the table does.
        let renamed: HashMap<String, String> = headers
            .iter()
            .map(|name| (*name).to_owned())
            .zip(names.into_iter().map(|(name, _)| name))
            .collect();
        let folder = app.temporary_folder()?;
        let out = folder.path().join("table.parquet");
        let read_as = read_as(document, reads);
        let Cooked { columns, schema, lost, lost_more, mut rows } = cooked;
        let (batches, mut received) = tokio::sync::mpsc::channel::<Result<MadeRows, FormatError>>(2);
        let empty = RecordBatch::new_empty(schema.clone());
        let writing = {
            let (progress, cancelled, out) = (ctx.progress.clone(), ctx.cancelled.clone(), out.clone());
            let name = format!("the recipe {}", recipe.name);
            app.compute(move || {
                let made = std::iter::from_fn(move || received.blocking_recv());
                townhall_formats::ingest_made(&name, schema, made, read_as, &out, &mut |step| {
                    progress.set(step.rows, 0, "making rows");
                    if cancelled.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })
            })
        };
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let called = |mut cells: Vec<RejectedCell>| {
            for cell in &mut cells {
                if let Some(name) = cell.column.as_mut().and_then(|column| renamed.get(column).cloned()) {
                    cell.column = Some(name);
                }
            }
            cells
        };
        let feeding = async {
            let first = MadeRows { rows: empty, rejects: called(lost), rejects_more: lost_more };
            // Whoever writes has failed when it takes no more, and says why below.
            if batches.send(Ok(first)).await.is_err() {
                return Ok(());
            }
            while let Some(made) = rows.next().await {
                let made = made?;
                let rejects = called(made.lost);
                for column in rejects.iter().filter_map(|cell| cell.column.clone()) {
                    *counts.entry(column).or_default() += 1;
                }
                let made = MadeRows { rows: made.rows, rejects, rejects_more: made.lost_more };
                if batches.send(Ok(made)).await.is_err() {
                    break;
                }
            }
            drop(batches);
            Ok::<(), Error>(())
        };
        let (fed, ingested) = tokio::join!(feeding, writing);
        fed?;
        let mut ingested = ingested??;
        for (column, cooked) in ingested.columns.iter_mut().zip(&columns) {
            column.rejects += counts.get(&column.name).copied().unwrap_or(0);
            if column.label.is_none() {
                column.label = cooked.label.clone().filter(|label| *label != column.name);
            }
        }
        let parquet = app.blobs().put_file(&out).await?;
        let rejects = match &ingested.rejects_file {
            Some(path) => Some(app.blobs().put_file(path).await?),
            None => None,
        };
        Ok(Written { ingested, parquet, rejects, columns })
    }

    /// Whether the recipe or a table that it reads has changed since.
    async fn is_overtaken(&self, document: &Document, reads: &[Read]) -> Result<bool, Error> {
        let store = self.app.store();
        let now = store.document(RECIPE, &document.name).await?;
        if now.is_none_or(|now| now.revision != document.revision) {
            return Ok(true);
        }
        for read in reads {
            let detail = &read.known.detail;
            if store.table(detail.table.id).await?.is_none_or(|table| table.version != detail.number) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn manifest(
        &self,
        document: &Document,
        reads: &[Read],
        written: Written,
    ) -> Result<TableManifest, Error> {
        // What the rows were made of: the recipe, and the versions that it read.
        let made_of = json!({
            "recipe": document.text,
            "revision": document.revision,
            "tables": reads.iter().map(|read| json!({
                "called": read.called,
                "table": read.known.detail.table.id,
                "version": read.known.detail.number,
                "parquet": read.known.detail.manifest.parquet,
            })).collect::<Vec<_>>(),
        });
        let made_of = made_of.to_string();
        let source = self.app.blobs().put_bytes(made_of.as_bytes()).await?;
        let Written { ingested, parquet, rejects, .. } = written;
        Ok(TableManifest {
            v: TableManifest::FORMAT,
            parquet,
            parquet_bytes: ingested.parquet_bytes,
            source,
            source_bytes: made_of.len() as u64,
            source_name: format!("{}.recipe.json", document.name),
            format: ingested.format.to_owned(),
            read_as: ingested.read_as,
            rows: ingested.rows,
            columns: ingested.columns,
            rejects: ingested.rejects,
            rejects_total: ingested.rejects_total,
            rejects_blob: rejects,
            database: None,
        })
    }

    /// Says of columns what is said of those that they come from, where nobody has said anything else.
    async fn describe(
        &self,
        ctx: &JobContext,
        table: TableId,
        columns: &[CookedColumn],
        manifest: &TableManifest,
        reads: &[Read],
    ) -> Result<(), Error> {
        let stored = self.app.store().dictionary(table).await?;
        let mut dictionary = stored.map(|stored| stored.dictionary).unwrap_or_default();
        let before = dictionary.clone();
        for (cooked, column) in columns.iter().zip(&manifest.columns) {
            let Some((called, origin)) = &cooked.origin else { continue };
            let Some(read) = reads.iter().find(|read| read.called == *called) else { continue };
            if let Some(meaning) = read.known.dictionary.columns.get(origin)
                && !dictionary.columns.contains_key(&column.name)
            {
                dictionary.columns.insert(column.name.clone(), meaning.clone());
            }
        }
        if dictionary != before {
            let names = manifest.columns.iter().map(|column| column.name.as_str());
            let described = dictionary.described(names);
            self.app.store().put_dictionary(&ctx.actor, table, &dictionary, described).await?;
        }
        Ok(())
    }
}

/// Whether two versions hold the same: what they were made of may differ.
fn is_same(last: &TableManifest, new: &TableManifest) -> bool {
    let names = |manifest: &TableManifest| -> Vec<_> {
        manifest
            .columns
            .iter()
            .map(|column| (column.name.clone(), column.label.clone(), column.kind))
            .collect()
    };
    last.parquet == new.parquet
        && last.rejects_blob == new.rejects_blob
        && last.rejects_total == new.rejects_total
        && names(last) == names(new)
}

/// What a manifest says of how its rows came to be.
fn read_as(document: &Document, reads: &[Read]) -> Map<String, Value> {
    let tables: Vec<Value> = reads
        .iter()
        .map(|read| {
            let detail = &read.known.detail;
            json!({
                "called": read.called, "table": detail.table.id, "title": detail.table.title,
                "version": detail.number,
            })
        })
        .collect();
    let mut read_as = Map::new();
    read_as.insert("recipe".to_owned(), document.name.clone().into());
    read_as.insert("revision".to_owned(), document.revision.into());
    read_as.insert("tables".to_owned(), tables.into());
    read_as
}

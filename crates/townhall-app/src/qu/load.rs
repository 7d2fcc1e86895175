//! Loads a dataset: its definition becomes a document, its slices and the tables of its concepts become tables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures::StreamExt;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use townhall_formats::{Header, ReadOptions};
use townhall_metadata::{QuDefinition, QuMade, QuSlice, QuTable, read_qu_definition};
use townhall_model::dictionary::{ColumnMeaning, Dictionary};
use townhall_model::record::{RecordKind, Version};
use townhall_model::{BlobId, ErrorKind, RecordId};
use townhall_query::dialects::{QuRules, read_qu};
use townhall_query::{AggregateFunction, Output, RowsQuery};
use townhall_store::{Actor, ActorKind, NewDocument, NewRecord, RecordStatus};

use super::prepare::{Files, QuComposed, Recipe, column_type};
use super::{DEFINITION, Qu, QuDataset, slice_file, table_file};
use crate::imports::Notify;
use crate::jobs::IngestTable;
use crate::{Audience, Error};

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct QuLoad {
    /// What the dataset is called in addresses; by default as its file, or as the folder of a file called `definition`.
    pub name: Option<String>,
    /// The file with the definition.
    pub definition: PathBuf,
    /// Folders in which the files are that it names; by default its own.
    pub folders: Vec<PathBuf>,
    /// Files for tables by name, in the place of those that the definition names.
    pub tables: Vec<(String, PathBuf)>,
    /// Columns that files lack and that are put together of others.
    pub composed: Vec<QuComposed>,
    /// Whether the public is to see it at once.
    pub publish: bool,
    /// Who publishes it.
    pub organization: Option<String>,
}

/// What was loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuLoaded {
    /// What the dataset is called in addresses.
    pub name: String,
    /// The slug of its page in the catalogue.
    pub slug: String,
    /// The slices and how many rows each has.
    pub slices: Vec<(String, u64)>,
    /// The tables of codes.
    pub concept_tables: usize,
    /// What was missing.
    pub notes: Vec<String>,
}

/// Where things are while a dataset is loaded.
struct Loading<'a> {
    qu: &'a Qu<'a>,
    actor: Actor,
    definition: QuDefinition,
    files: Files,
    record: RecordId,
    folder: tempfile::TempDir,
    notes: Vec<String>,
}

impl Qu<'_> {
    /// Loads a dataset, anew or again: what has not changed is left alone.
    pub async fn load(&self, load: &QuLoad, notify: Notify<'_>) -> Result<QuLoaded, Error> {
        let at = load.definition.display();
        let text = std::fs::read(&load.definition)
            .map_err(|error| Error::new(ErrorKind::NotFound, format!("could not read `{at}`: {error}")))?;
        let definition = read_qu_definition(&text)
            .map_err(|error| Error::new(ErrorKind::Malformed, format!("`{at}`: {error}")))?;
        let text = String::from_utf8_lossy(&text).trim_start_matches('\u{feff}').to_owned();
        let name = name_of(load)?;
        let actor = Actor::new(ActorKind::Cli, "qu load");
        let record = self.record(&actor, &name, &definition, load).await?;
        let mut given: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for (table, file) in &load.tables {
            if definition.table(table).is_none() {
                return Err(Error::invalid(format!("the definition has no table `{table}`")));
            }
            given.entry(table.clone()).or_default().push(file.clone());
        }
        let own = load.definition.parent().map(Path::to_owned).into_iter();
        let folders = if load.folders.is_empty() { own.collect() } else { load.folders.clone() };
        let files = Files { folders, given, composed: load.composed.clone() };
        let folder = self.app.temporary_folder()?;
        let mut loading = Loading { qu: self, actor, definition, files, record, folder, notes: Vec::new() };
        let concept_tables = loading.concepts().await?;
        loading.slices().await?;
        self.app.jobs().run_tables(notify).await?;
        loading.derived(&name, notify).await?;
        let Loading { actor, definition, record, notes, .. } = loading;
        let document = NewDocument {
            kind: DEFINITION.to_owned(),
            name: name.clone(),
            subject: Some(record.to_string()),
            title: definition.name().unwrap_or(&name).to_owned(),
            text,
        };
        self.app.store().put_document(&actor, &document).await?;
        let dataset = self.dataset(Audience::Staff, &name).await?;
        let slices = self.describe(&actor, &dataset).await?;
        self.app.search().catch_up().await?;
        Ok(QuLoaded { name, slug: dataset.slug, slices, concept_tables, notes })
    }

    /// The record of the dataset in the catalogue.
    async fn record(
        &self,
        actor: &Actor,
        name: &str,
        definition: &QuDefinition,
        load: &QuLoad,
    ) -> Result<RecordId, Error> {
        let title = definition.name().unwrap_or(name).to_owned();
        let said = |member: &str| definition.info.get(member).and_then(Value::as_str);
        let base = &self.app.settings().catalogue.base_url;
        let distribution = |slice: &QuSlice| {
            json!({
                "@type": "dcat:Distribution",
                "title": slice.info("name").unwrap_or(&slice.id),
                "description": slice.info("description").unwrap_or("Rows of the dataset."),
                "accessURL": format!("{base}/qu/data/{name}/slice/{}", slice.id),
                "format": "API",
            })
        };
        let mut document = json!({
            "@type": "dcat:Dataset",
            "identifier": format!("qu:{name}"),
            "title": title,
            "description": said("description").map_or_else(|| title.clone(), plain),
            "accessLevel": "public",
            "distribution": definition.slices.iter().map(distribution).collect::<Vec<_>>(),
        });
        if let Some(url) = said("url") {
            document["landingPage"] = json!(url);
        }
        if let Some(organization) = &load.organization {
            document["publisher"] = json!({"@type": "org:Organization", "name": organization});
        }
        let document = document.to_string();
        let key = format!("qu:{name}");
        let record = NewRecord {
            kind: RecordKind::Dataset.name().to_owned(),
            identifier: Some(key.clone()),
            key: key.clone(),
            title,
            organization: load.organization.iter().cloned().collect(),
            status: if load.publish { RecordStatus::Published } else { RecordStatus::Draft },
            access_level: Some("public".to_owned()),
            dialect: Version::DcatUs11.id().to_owned(),
            content_hash: BlobId::of(document.as_bytes()).to_string(),
            document,
            source: key.clone(),
            ..NewRecord::default()
        };
        let store = self.app.store();
        store.put_records(actor, vec![record]).await?;
        let found = store.record_by_key(RecordKind::Dataset.name(), &key).await?;
        let found = found.ok_or_else(|| Error::not_found("dataset", &key))?;
        if load.publish && found.status == RecordStatus::Draft {
            store.set_status(actor, found.id, RecordStatus::Published, None).await?;
        }
        Ok(found.id)
    }

    /// Says in the dictionaries what concepts say of columns. Returns the rows of each slice.
    async fn describe(&self, actor: &Actor, dataset: &QuDataset) -> Result<Vec<(String, u64)>, Error> {
        let mut rows = Vec::new();
        for slice in &dataset.definition.slices {
            let Some(id) = dataset.table(&slice_file(&slice.id)) else { continue };
            let meaning = |field: &str| {
                let concept = dataset.definition.concept(field)?;
                let label = concept.definition.get("name").and_then(Value::as_str).map(str::to_owned);
                let description = concept.description().map(str::to_owned);
                Some((field.to_owned(), ColumnMeaning { label, description, ..ColumnMeaning::default() }))
            };
            let columns = slice.fields().filter_map(meaning).collect();
            let tables = self.app.tables();
            let given = Dictionary { columns };
            if !given.is_empty() {
                tables.put_dictionary(actor, id, given, true).await?;
            }
            rows.push((slice.id.clone(), tables.manifest(Audience::Staff, id, None).await?.manifest.rows));
        }
        Ok(rows)
    }
}

/// A text without markup.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '<' => depth += 1,
            '>' if depth > 0 => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    // A `<` that opens nothing swallows the rest; then the text is no markup.
    if depth > 0 { text.to_owned() } else { plain }
}

fn name_of(load: &QuLoad) -> Result<String, Error> {
    let of_file = || {
        let stem = load.definition.file_stem()?.to_string_lossy().into_owned();
        let folder = load.definition.parent().and_then(Path::file_name);
        Some(match (stem.as_str(), folder) {
            ("definition", Some(folder)) => folder.to_string_lossy().into_owned(),
            _ => stem,
        })
    };
    let name = load.name.clone().or_else(of_file).unwrap_or_default();
    let fits = !name.is_empty()
        && name.len() <= 100
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if fits {
        return Ok(name);
    }
    Err(Error::invalid(format!("`{name}` can't be the name of a dataset"))
        .with_hint("give one of letters, digits, `-` and `_` by --name"))
}

impl Loading<'_> {
    /// Asks for the tables of concepts.
    async fn concepts(&mut self) -> Result<usize, Error> {
        let mut names: Vec<String> =
            self.definition.concepts.iter().filter_map(|concept| concept.table.clone()).collect();
        names.sort();
        names.dedup();
        let mut count = 0;
        for name in names {
            let Some(table) = self.definition.table(&name).cloned() else { continue };
            let sources = self.files.of(&table);
            if sources.is_empty() {
                self.notes.push(format!("table `{name}`: none of its files was found"));
                continue;
            }
            let fields: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
            let kinds = table.columns.iter().map(|column| (column.name.clone(), column_type(column.kind)));
            let kinds = kinds.collect();
            let file = self.write(&table, &sources, &fields, &[]).await?;
            self.ask(&table_file(&name), &name, &file, kinds).await?;
            count += 1;
        }
        Ok(count)
    }

    /// Asks for the tables of slices that are made of tables.
    async fn slices(&mut self) -> Result<(), Error> {
        for slice in self.definition.slices.clone() {
            let QuMade::Table(name) = &slice.made else { continue };
            let Some(table) = self.definition.table(name).cloned() else { continue };
            let sources = self.files.of(&table);
            if sources.is_empty() {
                self.notes.push(format!("slice `{}`: none of the files of `{name}` was found", slice.id));
                continue;
            }
            let fields: Vec<String> = slice.fields().map(str::to_owned).collect();
            let file = self.write(&table, &sources, &fields, &slice.references).await?;
            self.ask_slice(&slice, &file).await?;
        }
        Ok(())
    }

    /// Computes the slices that are made of others, each behind what it is made of.
    async fn derived(&mut self, dataset: &str, notify: Notify<'_>) -> Result<(), Error> {
        for slice in self.definition.slices.clone() {
            let QuMade::Derived { slice: parent, .. } = &slice.made else { continue };
            let app = self.qu.app;
            let tables = app.store().tables_of(&[self.record]).await?;
            let Some(table) = tables.into_iter().find(|table| table.distribution == slice_file(parent))
            else {
                self.notes.push(format!("slice `{}`: there is no slice `{parent}` to make it of", slice.id));
                continue;
            };
            let place = format!("`{dataset}`, slice `{}`", slice.id);
            let (question, problem) =
                app.tables().question_of(Audience::Staff, table.id, |source| groups(&slice, source)).await?;
            if let Some(problem) = problem {
                return Err(Error::new(ErrorKind::Malformed, format!("{place}: {problem}")));
            }
            let groups = self.folder.path().join(format!("{}-groups.csv", slice.id));
            let mut bytes = app.tables().file(&question, "csv").await?.bytes;
            let mut out = tokio::fs::File::create(&groups).await?;
            while let Some(chunk) = bytes.next().await {
                out.write_all(&chunk?).await?;
            }
            out.sync_all().await?;
            drop(out);
            let file = match slice.references.is_empty() {
                true => groups,
                false => {
                    let table = self.as_table(&slice);
                    let fields: Vec<String> = slice.fields().map(str::to_owned).collect();
                    self.write(&table, &[groups], &fields, &slice.references).await?
                }
            };
            self.ask_slice(&slice, &file).await?;
            app.jobs().run_tables(notify).await?;
        }
        Ok(())
    }

    /// The groups of a derived slice as a table whose references are to be looked up.
    fn as_table(&self, slice: &QuSlice) -> QuTable {
        let is_own = |name: &&str| !slice.references.iter().any(|reference| reference.name == **name);
        let column = |name: &str| townhall_metadata::QuColumn {
            header: name.to_owned(),
            name: name.to_owned(),
            kind: self.definition.kind_of(slice, name),
            // Dates are written as ours already.
            format: None,
            lookup: BTreeMap::new(),
        };
        let columns = slice.fields().filter(is_own).map(column);
        let columns = columns.map(|column| match column.kind {
            // Codes have become texts already.
            townhall_metadata::QuType::Lookup => {
                townhall_metadata::QuColumn { kind: townhall_metadata::QuType::String, ..column }
            }
            _ => column,
        });
        QuTable { id: slice.id.clone(), sources: Vec::new(), columns: columns.collect() }
    }

    async fn ask_slice(&self, slice: &QuSlice, file: &Path) -> Result<(), Error> {
        let kind = |name: &str| (name.to_owned(), column_type(self.definition.kind_of(slice, name)));
        let title = slice.info("name").unwrap_or(&slice.id);
        self.ask(&slice_file(&slice.id), title, file, slice.fields().map(kind).collect()).await
    }

    /// Writes the file of a table, with references looked up.
    async fn write(
        &mut self,
        table: &QuTable,
        sources: &[PathBuf],
        fields: &[String],
        references: &[townhall_metadata::QuReference],
    ) -> Result<PathBuf, Error> {
        let out = self.folder.path().join(format!("{}.csv", BlobId::of(table.id.as_bytes())));
        let (definition, files) = (self.definition.clone(), self.files.clone());
        let (table, sources, fields) = (table.clone(), sources.to_vec(), fields.to_vec());
        let (references, to) = (references.to_vec(), out.clone());
        let work = move || -> Result<Vec<String>, Error> {
            let mut notes = Vec::new();
            let recipe = Recipe::new(&definition, &files, &references, &mut notes)?;
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            recipe.write(&table, &sources, &fields, &to, &mut notes)?;
            Ok(notes)
        };
        for note in self.qu.app.compute(work).await?? {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        Ok(out)
    }

    /// Asks for a table of a file.
    async fn ask(
        &self,
        distribution: &str,
        title: &str,
        file: &Path,
        columns: BTreeMap<String, townhall_model::table::ColumnType>,
    ) -> Result<(), Error> {
        let source = self.qu.app.blobs().put_file(file).await?;
        let read = ReadOptions {
            format: Some("csv".to_owned()),
            delimiter: Some(','),
            encoding: Some("utf-8".to_owned()),
            header: Header::Row(1),
            columns,
            ..ReadOptions::default()
        };
        let job = IngestTable {
            dataset: self.record,
            distribution: distribution.to_owned(),
            file_name: distribution.rsplit('/').next().unwrap_or(distribution).to_owned(),
            title: title.to_owned(),
            source,
            read,
            describe: false,
        };
        self.qu.app.tables().request(&self.actor, job).await
    }
}

/// The question whose answer a derived slice is, and what is wrong with it.
fn groups(slice: &QuSlice, table: &townhall_query::TableSource) -> (RowsQuery, Option<String>) {
    let QuMade::Derived { aggregations, filter, .. } = &slice.made else {
        return (RowsQuery::default(), None);
    };
    let is_looked_up = |name: &str| slice.references.iter().any(|reference| reference.name == name);
    let dimensions: Vec<&str> =
        slice.dimensions.iter().map(String::as_str).filter(|name| !is_looked_up(name)).collect();
    // The grammar's own words make the groups, so that answers are the same as those of a question.
    let computed = aggregations.iter().map(|made| {
        let function = AggregateFunction::by_name(&made.function).map_or("count", AggregateFunction::name);
        format!("{function}({})", made.column.as_deref().unwrap_or_default())
    });
    let computed: Vec<String> = computed.collect();
    let select: Vec<&str> = dimensions.iter().copied().chain(computed.iter().map(String::as_str)).collect();
    let mut pairs = vec![
        ("$select".to_owned(), select.join(",")),
        ("$group".to_owned(), dimensions.join(",")),
        ("$limit".to_owned(), "0".to_owned()),
    ];
    pairs.extend(filter.iter().map(|text| ("$where".to_owned(), text.clone())));
    let rules = QuRules { group_fields_max: usize::MAX, ..QuRules::default() };
    let reading = read_qu(&pairs, table, &rules);
    if let Some((clause, message)) = reading.errors.first() {
        return (RowsQuery::default(), Some(format!("{clause}: {message}")));
    }
    // What is computed has a name of its own here, in the order of the slice's fields.
    let value = |name: &str| {
        let made = aggregations.iter().position(|made| made.name == name);
        let written = match made {
            Some(index) => {
                let made = &aggregations[index];
                made.column.as_ref().map_or(made.function.clone(), |of| format!("{}_{of}", made.function))
            }
            None => name.to_owned(),
        };
        reading.query.select.iter().find(|output| output.name == written).map(|output| output.value.clone())
    };
    let fields = slice.fields().filter(|name| !is_looked_up(name));
    let select = fields.filter_map(|name| Some(Output::named(value(name)?, name))).collect();
    (RowsQuery { select, total: false, ..reading.query }, None)
}

//! Databases: a connection is kept as a document, its tables become datasets with a table each. The rows are either copied,
//! a version whenever they changed, or stay where they are and are asked for each time.
//!
//! What a connection's rules keep back does not exist for anyone: such tables get no dataset, and such columns are left out
//! before a question about them is read, of old versions as well.

mod connection;
mod live;
mod publish;
mod rules;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use connection::{Connection, PasswordFrom};
pub use live::DatabaseSettings;
pub(crate) use live::LiveDatabases;
pub use publish::{RefreshReport, RefreshedTable};
pub use rules::Rules;
use serde_json::{Value, json};
pub use townhall_databases::{Address, DATABASES, TableDescription};
use townhall_databases::{Database, DatabaseError, TableName};
use townhall_model::ErrorKind;
use townhall_model::record::RecordKind;
use townhall_model::table::{DatabaseTable, TableManifest};
use townhall_store::{Actor, NewDocument, RecordStatus};

use crate::tables::TableSummary;
use crate::{App, Audience, Error};

/// The kind of the documents that connections are.
const CONNECTION: &str = "database";

/// The kind of the documents that list which tables of a connection were published.
const PUBLISHED: &str = "database-tables";

/// Connections that are listed.
const CONNECTIONS_MAX: u32 = 1_000;

/// Characters of a connection's name.
const NAME_MAX: usize = 60;

/// The database use cases.
pub struct Databases<'a> {
    pub(crate) app: &'a App,
}

/// A table of a database as it would be published.
#[derive(Debug, Clone)]
pub struct PublishedTable {
    /// What the database says of it, without what the rules keep back.
    pub table: TableDescription,
    /// How many columns the rules keep back.
    pub kept_back: usize,
}

impl Databases<'_> {
    /// Keeps a connection, after it was tried. A password that is in the address is kept in this process alone.
    pub async fn add(
        &self,
        actor: &Actor,
        name: &str,
        connection: &Connection,
        password: Option<String>,
    ) -> Result<(), Error> {
        check_name(name)?;
        if let Some(password) = password {
            self.app.live_databases().remember(name, password);
        }
        let database = self.app.live_databases().try_open(name, connection).await?;
        self.check_rules(&*database, &connection.rules).await?;
        let text = serde_json::to_string_pretty(connection).map_err(unwritable)?;
        let document = NewDocument {
            kind: CONNECTION.to_owned(),
            name: name.to_owned(),
            subject: None,
            title: name.to_owned(),
            text,
        };
        self.app.store().put_document(actor, &document).await?;
        Ok(())
    }

    /// Refuses rules that name what is not there: whoever wrote `ssn` where the column is called `SSN_1` means to keep it back.
    async fn check_rules(&self, database: &dyn Database, rules: &Rules) -> Result<(), Error> {
        let mut unmet = rules.patterns();
        for name in tables_of(database).await? {
            unmet.retain(|pattern| !pattern.names_table(&name.shown()));
            if unmet.iter().any(|pattern| pattern.is_of_columns()) && rules.allows_table(&name.shown()) {
                let table = database.describe(&name).await.map_err(told)?;
                let columns = table.columns.iter().map(|column| &column.name);
                for column in columns.chain(table.left_out.iter().map(|column| &column.name)) {
                    unmet.retain(|pattern| !pattern.names_column(&name.shown(), column));
                }
            }
        }
        match unmet.first() {
            None => Ok(()),
            Some(pattern) => Err(Error::invalid(format!("{pattern} names nothing in this database"))
                .with_hint("`townhall database show NAME` lists tables and columns; columns are written table.column")),
        }
    }

    /// The connections, by name.
    pub async fn list(&self) -> Result<Vec<(String, Connection)>, Error> {
        let documents = self.app.store().documents(CONNECTION, None, None, CONNECTIONS_MAX).await?;
        documents.into_iter().map(|document| Ok((document.name, read(&document.text)?))).collect()
    }

    /// A connection by its name.
    pub async fn connection(&self, name: &str) -> Result<Connection, Error> {
        let document = self.app.store().document(CONNECTION, name).await?;
        read(&document.ok_or_else(|| Error::not_found("database", name))?.text)
    }

    /// The tables of a connection as they would be published.
    pub async fn show(&self, name: &str) -> Result<Vec<PublishedTable>, Error> {
        let connection = self.connection(name).await?;
        let database = self.app.live_databases().open(name).await?;
        let mut shown = Vec::new();
        for table in tables_of(&*database).await? {
            if connection.rules.allows_table(&table.shown()) {
                shown.push(described(&*database, &table, &connection.rules).await?);
            }
        }
        Ok(shown)
    }

    /// Brings what is published of a connection up to date: tables that are new, changed or gone.
    pub async fn refresh(
        &self,
        actor: &Actor,
        name: &str,
        progress: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<RefreshReport, Error> {
        let connection = self.connection(name).await?;
        let database = self.app.live_databases().open(name).await?;
        let tables = tables_of(&*database).await?;
        let allowed = tables.into_iter().filter(|table| connection.rules.allows_table(&table.shown()));
        let allowed: Vec<TableName> = allowed.collect();
        // First what must not be seen any more.
        let now: BTreeSet<String> = allowed.iter().map(TableName::shown).collect();
        let before = self.published(name).await?;
        let mut report = RefreshReport::default();
        for gone in before.difference(&now) {
            report.removed +=
                u64::from(self.retire(actor, name, gone, "the table is not published any more").await?);
        }
        self.note_published(actor, name, &now).await?;
        for table in &allowed {
            let described = described(&*database, table, &connection.rules).await?;
            let job = publish::Publishing { app: self.app, actor, connection: name, rules: &connection };
            let refreshed = job.table(&database, &described.table, progress).await?;
            report.count(refreshed);
        }
        Ok(report)
    }

    /// Asks for a refresh by a worker.
    pub async fn request_refresh(&self, actor: &Actor, name: &str) -> Result<(), Error> {
        self.connection(name).await?;
        self.app.jobs().enqueue(actor, &crate::jobs::RefreshDatabase { connection: name.to_owned() }).await
    }

    /// Forgets a connection; what was published of it is retired.
    pub async fn remove(&self, actor: &Actor, name: &str) -> Result<u64, Error> {
        self.connection(name).await?;
        let mut retired = 0;
        for table in self.published(name).await? {
            retired += u64::from(self.retire(actor, name, &table, "its database was removed").await?);
        }
        self.app.store().retire_document(actor, PUBLISHED, name).await?;
        self.app.store().retire_document(actor, CONNECTION, name).await?;
        self.app.live_databases().forget(name).await;
        Ok(retired)
    }

    /// The table of a connection by its name in the database; none when there is no such connection.
    pub(crate) async fn table(
        &self,
        audience: Audience,
        connection: &str,
        table: &str,
    ) -> Result<Option<Result<TableSummary, Error>>, Error> {
        if self.app.store().document(CONNECTION, connection).await?.is_none() {
            return Ok(None);
        }
        let published = self.published(connection).await?;
        let word = crate::tables::table_word(table);
        let known = published
            .iter()
            .find(|known| *known == table)
            .or_else(|| published.iter().find(|known| known.eq_ignore_ascii_case(table)))
            .or_else(|| published.iter().find(|known| crate::tables::table_word(known) == word));
        let missing = || Error::not_found("table", table);
        let Some(known) = known else { return Ok(Some(Err(missing()))) };
        let record =
            self.app.store().record_by_key(RecordKind::Dataset.name(), &key(connection, known)).await?;
        let Some(record) = record else { return Ok(Some(Err(missing()))) };
        Ok(Some(self.app.tables().named(audience, &record.slug).await.map_err(|_| missing())))
    }

    /// A manifest without the columns that the rules of its connection keep back by now.
    pub(crate) async fn permitted(&self, mut manifest: TableManifest) -> Result<TableManifest, Error> {
        let Some(database) = &manifest.database else { return Ok(manifest) };
        let Some(document) = self.app.store().document(CONNECTION, &database.connection).await? else {
            return Ok(manifest);
        };
        let rules = read(&document.text)?.rules;
        let table = name_of(database).shown();
        let before = manifest.columns.len();
        manifest
            .columns
            .retain(|column| rules.allows_column(&table, column.label.as_deref().unwrap_or(&column.name)));
        if manifest.columns.len() < before {
            let is_kept = |name: &str| manifest.columns.iter().any(|column| column.name == name);
            manifest.rejects.retain(|cell| cell.column.as_deref().is_some_and(is_kept));
            (manifest.rejects_total, manifest.rejects_blob) = (manifest.rejects.len() as u64, None);
        }
        Ok(manifest)
    }

    async fn published(&self, name: &str) -> Result<BTreeSet<String>, Error> {
        let document = self.app.store().document(PUBLISHED, name).await?;
        Ok(document.and_then(|document| serde_json::from_str(&document.text).ok()).unwrap_or_default())
    }

    async fn note_published(
        &self,
        actor: &Actor,
        name: &str,
        tables: &BTreeSet<String>,
    ) -> Result<(), Error> {
        let document = NewDocument {
            kind: PUBLISHED.to_owned(),
            name: name.to_owned(),
            subject: None,
            title: name.to_owned(),
            text: serde_json::to_string(tables).map_err(unwritable)?,
        };
        self.app.store().put_document(actor, &document).await?;
        Ok(())
    }

    async fn retire(&self, actor: &Actor, name: &str, table: &str, reason: &str) -> Result<bool, Error> {
        let store = self.app.store();
        let record = store.record_by_key(RecordKind::Dataset.name(), &key(name, table)).await?;
        let Some(record) = record.filter(|record| record.status != RecordStatus::Retired) else {
            return Ok(false);
        };
        store.set_status(actor, record.id, RecordStatus::Retired, Some(reason)).await?;
        Ok(true)
    }
}

impl PublishedTable {
    /// The table as programs see it.
    pub fn as_json(&self) -> Value {
        let columns = self.table.columns.iter().map(|column| {
            json!({
                "name": column.name, "type": column.kind.name(), "native": column.native,
                "nullable": column.nullable, "comment": column.comment, "values": column.values,
            })
        });
        let foreign = self
            .table
            .foreign_keys
            .iter()
            .map(|key| json!({"columns": key.columns, "table": key.table, "references": key.references}));
        let left_out =
            self.table.left_out.iter().map(|column| json!({"name": column.name, "reason": column.reason}));
        json!({
            "name": self.table.name.shown(), "view": self.table.is_view, "comment": self.table.comment,
            "primary_key": self.table.primary_key, "foreign_keys": foreign.collect::<Vec<_>>(),
            "columns": columns.collect::<Vec<_>>(), "left_out": left_out.collect::<Vec<_>>(),
            "kept_back": self.kept_back,
        })
    }
}

/// What tells the dataset of a table from others.
fn key(connection: &str, table: &str) -> String {
    format!("database:{connection}:{table}")
}

/// What the table of a version is called in its database.
fn name_of(table: &DatabaseTable) -> TableName {
    TableName { schema: table.schema.clone(), name: table.table.clone(), is_usual: table.usual_schema }
}

async fn tables_of(database: &dyn Database) -> Result<Vec<TableName>, Error> {
    database.tables().await.map_err(told)
}

async fn described(
    database: &dyn Database,
    table: &TableName,
    rules: &Rules,
) -> Result<PublishedTable, Error> {
    let whole = database.describe(table).await.map_err(told)?;
    let before = whole.columns.len() + whole.left_out.len();
    let shown = table.shown();
    let table = whole.with_columns(|column| rules.allows_column(&shown, column));
    let kept_back = before - table.columns.len() - table.left_out.len();
    Ok(PublishedTable { table, kept_back })
}

/// An error for whoever runs the portal: with what the database says.
fn told(error: DatabaseError) -> Error {
    let message = match error.detail() {
        Some(detail) => format!("{error}: {detail}"),
        None => error.to_string(),
    };
    Error::new(error.kind(), message)
}

fn read(text: &str) -> Result<Connection, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorKind::Internal, format!("a database connection that was kept can't be read: {error}"))
    })
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

fn check_name(name: &str) -> Result<(), Error> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let is_good = !name.is_empty() && name.len() <= NAME_MAX && name.chars().all(is_plain);
    match is_good && name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        true => Ok(()),
        false => Err(Error::invalid(format!(
            "`{}` can't be the name of a database",
            name.chars().take(80).collect::<String>()
        ))
        .with_hint("use small letters, digits, - and _; it stands in addresses")),
    }
}

/// The opened databases, shared by the engine and the use cases.
pub(crate) type SharedDatabases = Arc<LiveDatabases>;

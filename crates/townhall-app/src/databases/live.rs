//! The databases that are open, and the rows of live tables for the engine.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::StreamExt;
use townhall_databases::{
    Comparison as Compares, Condition, Database, DatabaseError, OpenSettings, Order, Pushes, RowsRequest,
    TableDescription, TableName, TextMatch as Matches, Value,
};
use townhall_model::ErrorKind;
use townhall_query::{
    Applies, BatchStream, Comparison, Filter, Literal, LiveError, LiveRows, OpenRows, RowsWanted,
    TableSource, TextMatch,
};
use townhall_store::Store;

use super::connection::Connection;
use super::{CONNECTION, name_of, read, told};
use crate::Error;

/// How long what a database says of a table is believed.
const BELIEVED_FOR: Duration = Duration::from_secs(30);

/// Descriptions kept of one database before all are forgotten: a bound on memory, not a choice among them.
const DESCRIPTIONS_MAX: usize = 1_000;

/// How databases are asked.
pub type DatabaseSettings = OpenSettings;

/// The databases that are open.
#[derive(Debug)]
pub struct LiveDatabases {
    store: Store,
    settings: OpenSettings,
    open: tokio::sync::Mutex<HashMap<String, (u32, Arc<Opened>)>>,
    /// Passwords that were given when the process was started.
    passwords: Mutex<Passwords>,
}

#[derive(Default)]
struct Passwords(HashMap<String, String>);

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passwords", self.0.len())
    }
}

/// A database and what it said of its tables.
#[derive(Debug)]
struct Opened {
    database: Arc<dyn Database>,
    connection: Connection,
    tables: Mutex<HashMap<TableName, (Instant, Arc<TableDescription>)>>,
}

impl LiveDatabases {
    pub(crate) fn new(store: Store, settings: OpenSettings) -> Self {
        Self { store, settings, open: Default::default(), passwords: Default::default() }
    }

    /// Keeps a password for as long as the process runs.
    pub(super) fn remember(&self, name: &str, password: String) {
        let mut passwords = self.passwords.lock().unwrap_or_else(PoisonError::into_inner);
        passwords.0.insert(name.to_owned(), password);
    }

    /// Opens a connection that is not kept yet.
    pub(super) async fn try_open(
        &self,
        name: &str,
        connection: &Connection,
    ) -> Result<Arc<dyn Database>, Error> {
        let known = self.passwords.lock().unwrap_or_else(PoisonError::into_inner).0.get(name).cloned();
        let address = connection.opened(known)?;
        townhall_databases::open(&address, &self.settings).await.map_err(told)
    }

    /// The database of a connection.
    pub(super) async fn open(&self, name: &str) -> Result<Arc<dyn Database>, Error> {
        Ok(self.opened(name).await?.database.clone())
    }

    async fn opened(&self, name: &str) -> Result<Arc<Opened>, Error> {
        let document = self.store.document(CONNECTION, name).await?;
        let document = document.ok_or_else(|| Error::not_found("database", name))?;
        let mut open = self.open.lock().await;
        if let Some((revision, opened)) = open.get(name)
            && *revision == document.revision
        {
            return Ok(opened.clone());
        }
        let connection = read(&document.text)?;
        let database = self.try_open(name, &connection).await?;
        let opened = Arc::new(Opened { database, connection, tables: Default::default() });
        let before = open.insert(name.to_owned(), (document.revision, opened.clone()));
        drop(open);
        if let Some((_, before)) = before {
            // Answers under way are finished first.
            tokio::spawn(async move { before.database.close().await });
        }
        Ok(opened)
    }

    /// Lets go of a database.
    pub(super) async fn forget(&self, name: &str) {
        let opened = self.open.lock().await.remove(name);
        self.passwords.lock().unwrap_or_else(PoisonError::into_inner).0.remove(name);
        if let Some((_, opened)) = opened {
            opened.database.close().await;
        }
    }
}

impl Opened {
    /// What the rules let through of a table.
    async fn table(&self, name: &TableName) -> Result<Arc<TableDescription>, DatabaseError> {
        let kept = {
            let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
            tables.get(name).filter(|(at, _)| at.elapsed() < BELIEVED_FOR).map(|(_, table)| table.clone())
        };
        if let Some(table) = kept {
            return Ok(table);
        }
        let shown = name.shown();
        let rules = &self.connection.rules;
        let table = self.database.describe(name).await?;
        let table = Arc::new(table.with_columns(|column| rules.allows_column(&shown, column)));
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if tables.len() >= DESCRIPTIONS_MAX {
            tables.clear();
        }
        tables.insert(name.clone(), (Instant::now(), table.clone()));
        Ok(table)
    }
}

/// What everyone may know of a database's trouble; the log has the rest.
fn for_everyone(connection: &str, error: DatabaseError) -> LiveError {
    tracing::warn!(
        database = connection,
        "the database `{connection}` did not answer: {error}{}",
        error.detail().map(|detail| format!(": {detail}")).unwrap_or_default()
    );
    match error {
        DatabaseError::TimedOut => LiveError {
            kind: ErrorKind::TimedOut,
            message: "the database that has these rows took too long; ask for less".to_owned(),
        },
        _ => LiveError {
            kind: ErrorKind::Unavailable,
            message: "the database that has these rows does not answer right now".to_owned(),
        },
    }
}

#[async_trait]
impl OpenRows for LiveDatabases {
    async fn open(&self, table: &TableSource) -> Result<Arc<dyn LiveRows>, LiveError> {
        let away = |message: &str| LiveError { kind: ErrorKind::Unavailable, message: message.to_owned() };
        let Some(live) = &table.live else {
            return Err(away("the rows of this table are not in a database"));
        };
        let opened = self.opened(&live.connection).await.map_err(|error| {
            let connection = &live.connection;
            tracing::warn!(database = connection, "the database `{connection}` could not be opened: {error}");
            away("the database that has these rows does not answer right now")
        })?;
        let name = name_of(live);
        // A table that the rules keep back by now is gone.
        if !opened.connection.rules.allows_table(&name.shown()) {
            return Err(away("this table is not published any more"));
        }
        let described = opened.table(&name).await.map_err(|error| for_everyone(&live.connection, error))?;
        let names = table
            .columns
            .iter()
            .map(|column| (column.name.clone(), column.label.clone().unwrap_or_else(|| column.name.clone())));
        Ok(Arc::new(TableRows {
            connection: live.connection.clone(),
            database: opened.database.clone(),
            table: described,
            names: names.collect(),
        }))
    }
}

/// The rows of a live table.
#[derive(Debug)]
struct TableRows {
    connection: String,
    database: Arc<dyn Database>,
    table: Arc<TableDescription>,
    /// What columns are called in the database, by their names here.
    names: HashMap<String, String>,
}

impl TableRows {
    fn name(&self, column: &str) -> Option<String> {
        self.names.get(column).cloned()
    }

    fn named(&self, column: &str) -> Result<String, LiveError> {
        self.name(column).ok_or_else(|| LiveError {
            kind: ErrorKind::Invalid,
            message: format!("there is no column `{column}`"),
        })
    }

    /// The condition in the words of the database; none where it has no words for it.
    fn condition(&self, filter: &Filter) -> Option<Condition> {
        let all =
            |parts: &[Filter]| parts.iter().map(|part| self.condition(part)).collect::<Option<Vec<_>>>();
        Some(match filter {
            Filter::All(parts) => Condition::All(all(parts)?),
            Filter::Any(parts) => Condition::Any(all(parts)?),
            Filter::Not(inner) => Condition::Not(Box::new(self.condition(inner)?)),
            Filter::Compare { column, how, value: with } => Condition::Compare {
                column: self.name(column)?,
                how: match how {
                    Comparison::Eq => Compares::Eq,
                    Comparison::Ne => Compares::Ne,
                    Comparison::Lt => Compares::Lt,
                    Comparison::Lte => Compares::Lte,
                    Comparison::Gt => Compares::Gt,
                    Comparison::Gte => Compares::Gte,
                },
                value: value(with),
            },
            Filter::In { column, values } => {
                Condition::In { column: self.name(column)?, values: values.iter().map(value).collect() }
            }
            Filter::Text { column, how, text, ignore_case } => Condition::Text {
                column: self.name(column)?,
                how: match how {
                    TextMatch::Contains => Matches::Contains,
                    TextMatch::StartsWith => Matches::StartsWith,
                    TextMatch::EndsWith => Matches::EndsWith,
                    TextMatch::Equals => Matches::Equals,
                    TextMatch::Like => Matches::Like,
                    TextMatch::Regex => return None,
                },
                text: text.clone(),
                ignore_case: *ignore_case,
            },
            Filter::Null { column } => Condition::Null { column: self.name(column)? },
            Filter::Search { .. }
            | Filter::Test { .. }
            | Filter::Matches { .. }
            | Filter::Missing(_)
            | Filter::Place { .. } => {
                return None;
            }
        })
    }

    fn wanted(&self, filter: &Filter) -> Result<Condition, LiveError> {
        self.condition(filter).ok_or_else(|| LiveError {
            kind: ErrorKind::Internal,
            message: "a condition was given to a database that it has no words for".to_owned(),
        })
    }
}

fn value(literal: &Literal) -> Value {
    match literal {
        Literal::Text(text) => Value::Text(text.clone()),
        Literal::Integer(number) => Value::Integer(*number),
        Literal::Number(number) => Value::Number(*number),
        Literal::Boolean(truth) => Value::Boolean(*truth),
        Literal::Date(days) => Value::Date(*days),
        Literal::Timestamp(micros) => Value::Timestamp(*micros),
        Literal::Datetime(micros) => Value::Datetime(*micros),
    }
}

#[async_trait]
impl LiveRows for TableRows {
    fn applies(&self, condition: &Filter) -> Applies {
        match self.condition(condition).map(|condition| self.database.pushes(&self.table, &condition)) {
            None | Some(Pushes::No) => Applies::No,
            Some(Pushes::Superset) => Applies::Partly,
            Some(Pushes::Exact) => Applies::Exactly,
        }
    }

    fn orders(&self, column: &str) -> bool {
        self.name(column).is_some_and(|name| self.database.orders(&self.table, &name))
    }

    async fn rows(&self, wanted: &RowsWanted) -> Result<BatchStream, LiveError> {
        let columns = wanted.columns.iter().map(|column| self.named(column));
        let order = wanted
            .order
            .iter()
            .map(|(column, descending)| Ok(Order { column: self.named(column)?, descending: *descending }));
        let request = RowsRequest {
            columns: columns.collect::<Result<_, LiveError>>()?,
            condition: self.wanted(&wanted.condition)?,
            order: order.collect::<Result<_, LiveError>>()?,
            limit: wanted.limit,
            offset: wanted.offset,
        };
        let rows = self.database.rows(&self.table, &request).await;
        let connection = self.connection.clone();
        let rows = rows.map_err(|error| for_everyone(&connection, error))?;
        Ok(rows.map(move |batch| batch.map_err(|error| for_everyone(&connection, error))).boxed())
    }

    async fn count(&self, condition: &Filter) -> Result<u64, LiveError> {
        let condition = self.wanted(condition)?;
        let count = self.database.count(&self.table, &condition).await;
        count.map_err(|error| for_everyone(&self.connection, error))
    }
}

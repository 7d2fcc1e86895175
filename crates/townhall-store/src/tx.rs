//! A writing transaction: everything that one actor changes at once.
//!
//! Every change runs through a [`Tx`]: it collects the lines of the change log and of the audit log and writes them
//! just before the end, so that the numbers are handed out in the order in which changes become visible and the
//! counters stay locked for as short as can be.

use std::collections::HashMap;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, Row, Transaction};

use crate::actor::Actor;
use crate::audit::AuditLine;
use crate::changes::{ChangeLine, Subject};
use crate::error::StoreError;
use crate::limits::ROWS_PER_INSERT;
use crate::store::Store;

/// A statement with its values.
pub(crate) type Query<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

/// A writing transaction of one actor. Nothing of it is seen before [`Tx::commit`]; dropping it undoes everything.
#[must_use = "nothing is kept before `commit`"]
pub struct Tx {
    pub(crate) store: Store,
    pub(crate) actor: String,
    pub(crate) now: String,
    pub(crate) db: Transaction<'static, Any>,
    /// The ids of organizations by name, as far as this transaction has met them.
    pub(crate) organizations: HashMap<String, String>,
    changes: Vec<ChangeLine>,
    audit: Vec<AuditLine>,
}

impl Store {
    /// Begins a change by an actor. With SQLite there is one at a time: the next one waits here.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx, StoreError> {
        self.begin_as(actor.to_string()).await
    }

    /// Begins bookkeeping that is nobody's change: leases, registered blobs, times of comparison.
    pub(crate) async fn begin_bookkeeping(&self) -> Result<Tx, StoreError> {
        self.begin_as(String::new()).await
    }

    async fn begin_as(&self, actor: String) -> Result<Tx, StoreError> {
        let doing = StoreError::db("begin a change");
        self.inner.faults.pass_db().map_err(&doing)?;
        let db = self.inner.writer.begin_with(self.inner.dialect.begin()).await.map_err(&doing)?;
        Ok(Tx {
            store: self.clone(),
            actor,
            now: self.now(),
            db,
            organizations: HashMap::new(),
            changes: Vec::new(),
            audit: Vec::new(),
        })
    }
}

impl Tx {
    /// Numbers the changes, keeps everything, and makes it visible. After that a power cut can't take it back.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.number_changes().await?;
        self.number_audit().await?;
        let doing = StoreError::db("keep a change");
        self.store.inner.faults.pass_db().map_err(&doing)?;
        self.db.commit().await.map_err(doing)
    }

    /// Whether anything was done that the logs will tell of.
    pub(crate) fn has_changes(&self) -> bool {
        !self.audit.is_empty()
    }

    /// Notes a change of a record for the change log and the audit log.
    pub(crate) fn changed(
        &mut self,
        subject: Subject,
        record: &str,
        action: &'static str,
        note: Option<&str>,
    ) {
        self.changes.push(ChangeLine { subject, record: record.to_owned(), action });
        self.audited(subject.name(), record, action, note);
    }

    /// Notes a change for the audit log only.
    pub(crate) fn audited(
        &mut self,
        subject: &'static str,
        id: &str,
        action: &'static str,
        note: Option<&str>,
    ) {
        let (subject_id, note) = (id.to_owned(), note.map(str::to_owned));
        self.audit.push(AuditLine { subject, subject_id, action, note });
    }

    async fn number_changes(&mut self) -> Result<(), StoreError> {
        let lines = std::mem::take(&mut self.changes);
        if lines.is_empty() {
            return Ok(());
        }
        // The row of the counter stays locked until the end: a reader who has seen a number has seen all lower ones.
        let first = self.take_numbers("changes", lines.len()).await?;
        let (at, actor) = (self.now.clone(), self.actor.clone());
        let rows = (first..)
            .zip(lines)
            .map(|(seq, line)| {
                row![seq, at.clone(), actor.clone(), line.subject.name(), line.record, line.action]
            })
            .collect();
        self.insert("log changes", "changes (seq, at, actor, subject, subject_id, action)", rows).await
    }

    async fn number_audit(&mut self) -> Result<(), StoreError> {
        let lines = std::mem::take(&mut self.audit);
        if lines.is_empty() {
            return Ok(());
        }
        let first = self.take_numbers("audit", lines.len()).await?;
        let (at, actor) = (self.now.clone(), self.actor.clone());
        let rows = (first..)
            .zip(lines)
            .map(|(seq, line)| {
                row![seq, at.clone(), actor.clone(), line.action, line.subject, line.subject_id, line.note]
            })
            .collect();
        self.insert("log who did it", "audit (seq, at, actor, action, subject, subject_id, note)", rows).await
    }

    /// Takes the next numbers of a counter and returns the first of them.
    pub(crate) async fn take_numbers(
        &mut self,
        counter: &'static str,
        count: usize,
    ) -> Result<i64, StoreError> {
        let doing = "number a change";
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let query = sqlx::query("update counters set value = value + $2 where name = $1 returning value");
        let row = self.row(doing, query.bind(counter).bind(count)).await?;
        let last: i64 = match row {
            Some(row) => row.try_get(0).map_err(StoreError::db(doing))?,
            None => return Err(StoreError::Corrupt { what: "a counter", found: counter.to_owned() }),
        };
        Ok(last - count + 1)
    }

    /// Runs a statement and returns how many rows it changed.
    pub(crate) async fn run(&mut self, doing: &'static str, query: Query<'_>) -> Result<u64, StoreError> {
        let failed = StoreError::db(doing);
        self.store.inner.faults.pass_db().map_err(&failed)?;
        Ok(query.execute(&mut *self.db).await.map_err(failed)?.rows_affected())
    }

    /// Runs a statement that gives at most one row.
    pub(crate) async fn row(
        &mut self,
        doing: &'static str,
        query: Query<'_>,
    ) -> Result<Option<AnyRow>, StoreError> {
        let failed = StoreError::db(doing);
        self.store.inner.faults.pass_db().map_err(&failed)?;
        query.fetch_optional(&mut *self.db).await.map_err(failed)
    }

    /// Runs a statement that gives rows.
    pub(crate) async fn rows(
        &mut self,
        doing: &'static str,
        query: Query<'_>,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let failed = StoreError::db(doing);
        self.store.inner.faults.pass_db().map_err(&failed)?;
        query.fetch_all(&mut *self.db).await.map_err(failed)
    }

    /// Inserts rows, many at a time. `into` names the table and its columns and is always a constant of ours.
    pub(crate) async fn insert(
        &mut self,
        doing: &'static str,
        into: &'static str,
        rows: Vec<Vec<Cell>>,
    ) -> Result<(), StoreError> {
        self.upsert(doing, into, rows, "").await
    }

    /// The same, with what is to be done where a row of the same key is there: a constant of ours, too. No two of the rows may
    /// have one key.
    pub(crate) async fn upsert(
        &mut self,
        doing: &'static str,
        into: &'static str,
        rows: Vec<Vec<Cell>>,
        on_conflict: &'static str,
    ) -> Result<(), StoreError> {
        let mut rows = rows.into_iter().peekable();
        while let Some(first) = rows.peek() {
            let width = first.len();
            let some: Vec<Vec<Cell>> = rows.by_ref().take(ROWS_PER_INSERT).collect();
            let places: Vec<String> = (0..some.len())
                .map(|row| {
                    let columns: Vec<String> =
                        (1..=width).map(|column| format!("${}", row * width + column)).collect();
                    format!("({})", columns.join(", "))
                })
                .collect();
            let sql = format!("insert into {into} values {} {on_conflict}", places.join(", "));
            let query =
                some.into_iter().flatten().fold(sqlx::query(sqlx::AssertSqlSafe(sql)), |query, cell| {
                    match cell {
                        Cell::Text(text) => query.bind(text),
                        Cell::Number(number) => query.bind(number),
                        Cell::Bytes(bytes) => query.bind(bytes),
                    }
                });
            self.run(doing, query).await?;
        }
        Ok(())
    }
}

/// A value of a row to insert.
pub(crate) enum Cell {
    Text(Option<String>),
    Number(i64),
    Bytes(Vec<u8>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Vec<u8>> for Cell {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// A row of [`Cell`]s.
macro_rules! row {
    ($($value:expr),+ $(,)?) => { vec![$($crate::tx::Cell::from($value)),+] };
}
pub(crate) use row;

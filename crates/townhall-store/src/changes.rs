//! The change log: every change has a number, without gaps, in the order in which changes became visible.

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::error::StoreError;
use crate::store::Store;

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A record: its id.
    Record,
    /// A table: the id of its dataset's record.
    Table,
    /// A document: its kind and its name, with `/` between them.
    Document,
}

impl Subject {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Table => "table",
            Self::Document => "document",
        }
    }
}

/// An entry of the change log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number.
    pub seq: i64,
    /// When, RFC 3339.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What it is about.
    pub subject: Subject,
    /// The record or document it is about.
    pub record: String,
    /// What was done: `added`, `changed`, `retired`, `restored`, `published`, `unpublished`, `renamed`,
    /// `version`, `dictionary`, `written`.
    pub action: String,
}

/// A line to write.
pub(crate) struct ChangeLine {
    pub(crate) subject: Subject,
    pub(crate) record: String,
    pub(crate) action: &'static str,
}

impl Store {
    /// The changes after a number, oldest first.
    pub async fn changes_since(&self, seq: i64, limit: u32) -> Result<Vec<Change>, StoreError> {
        let doing = StoreError::db("read the change log");
        let rows = sqlx::query(
            "select seq, at, actor, subject, subject_id, action
             from changes
             where seq > $1
             order by seq
             limit $2",
        )
        .bind(seq)
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter().map(|row| read(row).map_err(&doing)).collect()
    }

    /// The number of the last change; 0 when there has been none.
    pub async fn head(&self) -> Result<i64, StoreError> {
        sqlx::query("select value from counters where name = 'changes'")
            .fetch_one(self.readers())
            .await
            .and_then(|row| row.try_get(0))
            .map_err(StoreError::db("read the change log"))
    }
}

fn read(row: &AnyRow) -> Result<Change, sqlx::Error> {
    let subject: String = row.try_get(3)?;
    Ok(Change {
        seq: row.try_get(0)?,
        at: row.try_get(1)?,
        actor: row.try_get(2)?,
        subject: match subject.as_str() {
            "table" => Subject::Table,
            "document" => Subject::Document,
            _ => Subject::Record,
        },
        record: row.try_get(4)?,
        action: row.try_get(5)?,
    })
}

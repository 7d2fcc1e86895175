//! The audit log: one line for every change that somebody made, numbered without gaps.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::clock::from_text;
use crate::error::StoreError;
use crate::store::Store;

/// A line to write.
pub(crate) struct AuditLine {
    pub(crate) subject: &'static str,
    pub(crate) subject_id: String,
    pub(crate) action: &'static str,
    pub(crate) note: Option<String>,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who, as `kind:name`.
    pub actor: String,
    /// What was done, such as `added`, `retired`, `enqueued`.
    pub action: String,
    /// What sort of thing it was done to: `record`, `table`, `file`, `job`, `organization`, `setting`.
    pub subject: String,
    /// Its id or name.
    pub subject_id: String,
    /// Why, or what exactly.
    pub note: Option<String>,
}

impl Store {
    /// The lines after a number, oldest first.
    pub async fn audit_since(&self, seq: i64, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = sqlx::query(
            "select seq, at, actor, action, subject, subject_id, note
             from audit
             where seq > $1
             order by seq
             limit $2",
        )
        .bind(seq)
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(StoreError::db("read the audit log"))?;
        rows.iter().map(read).collect()
    }

    /// The lines about one thing, newest first.
    pub async fn audit_of(&self, subject: &str, id: &str, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = sqlx::query(
            "select seq, at, actor, action, subject, subject_id, note
             from audit
             where subject = $1 and subject_id = $2
             order by seq desc
             limit $3",
        )
        .bind(subject.to_owned())
        .bind(id.to_owned())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(StoreError::db("read the audit log"))?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<AuditEntry, StoreError> {
    let doing = StoreError::db("read the audit log");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    Ok(AuditEntry {
        seq: row.try_get(0).map_err(&doing)?,
        at: from_text(&text(1)?)?,
        actor: text(2)?,
        action: text(3)?,
        subject: text(4)?,
        subject_id: text(5)?,
        note: row.try_get(6).map_err(&doing)?,
    })
}

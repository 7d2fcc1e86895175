//! What staff write down and keep by name: recipes, pages, saved queries, connections. Each writing is a revision of its
//! own; the newest is in force, and taking one away is a revision, too.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::actor::Actor;
use crate::changes::Subject;
use crate::clock::from_text;
use crate::error::StoreError;
use crate::limits::{DOCUMENT_BYTES_MAX, DOCUMENT_NAME_BYTES_MAX};
use crate::store::Store;
use crate::tx::{Tx, row};

/// A document to keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewDocument {
    /// What it is, such as `recipe`. Names are unique among documents of a kind.
    pub kind: String,
    /// What it is called in addresses.
    pub name: String,
    /// What it belongs to, such as the id of a table.
    pub subject: Option<String>,
    /// What people call it.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// A revision of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: String,
    /// What it is called in addresses.
    pub name: String,
    /// The number of the revision, counted from 1.
    pub revision: u32,
    /// What it belongs to.
    pub subject: Option<String>,
    /// What people call it.
    pub title: String,
    /// What it says.
    pub text: String,
    /// When the revision was written.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// Whether this revision says that the document is gone.
    pub retired: bool,
}

const WRITING: &str = "write a document";

const COLUMNS: &str =
    "select v.kind, v.name, v.revision, v.subject, v.title, v.text, v.at, v.actor, v.retired
    from document_revisions v";

/// Joins revisions to the head that says which of them is in force.
const IN_FORCE: &str =
    "join documents d on d.kind = v.kind and d.name = v.name and d.revision = v.revision and v.retired = 0";

impl Store {
    /// Writes a document as a new revision; one equal to that in force is not written again. Returns the number of the
    /// revision in force.
    pub async fn put_document(&self, actor: &Actor, new: &NewDocument) -> Result<u32, StoreError> {
        let mut tx = self.begin(actor).await?;
        let revision = tx.put_document(new).await?;
        if tx.has_changes() {
            tx.commit().await?;
        }
        Ok(revision)
    }

    /// Takes a document away; its revisions stay, and writing it again brings it back. Returns whether it was there.
    pub async fn retire_document(&self, actor: &Actor, kind: &str, name: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin(actor).await?;
        let Some(last) = tx.newest_document(kind, name).await?.filter(|last| !last.retired) else {
            return Ok(false);
        };
        let revision = i64::from(last.revision) + 1;
        let Document { kind, name, subject, title, text, .. } = last;
        tx.add_revision(NewDocument { kind, name, subject, title, text }, revision, true).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The revision of a document that is in force; none when it was taken away.
    pub async fn document(&self, kind: &str, name: &str) -> Result<Option<Document>, StoreError> {
        let newest = self.document_revisions(kind, name, 1).await?.into_iter().next();
        Ok(newest.filter(|document| !document.retired))
    }

    /// The documents of a kind that are in force, by name, those after a name; of one subject, where one is given.
    pub async fn documents(
        &self,
        kind: &str,
        subject: Option<&str>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let sql = format!(
            "{COLUMNS} {IN_FORCE}
             where v.kind = $1 and v.name > $2 and ($3 = '' or v.subject = $3)
             order by v.name
             limit $4"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(kind.to_owned())
            .bind(after.unwrap_or_default().to_owned())
            .bind(subject.unwrap_or_default().to_owned())
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db("list documents"))?;
        rows.iter().map(read).collect()
    }

    /// The revisions of a document, newest first.
    pub async fn document_revisions(
        &self,
        kind: &str,
        name: &str,
        limit: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let sql = format!("{COLUMNS} where v.kind = $1 and v.name = $2 order by v.revision desc limit $3");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(kind.to_owned())
            .bind(name.to_owned())
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db("read a document"))?;
        rows.iter().map(read).collect()
    }
}

impl Tx {
    /// Writes a document together with other changes; see [`Store::put_document`].
    pub async fn put_document(&mut self, new: &NewDocument) -> Result<u32, StoreError> {
        check(new)?;
        let query = sqlx::query(
            "insert into documents (kind, name, revision) values ($1, $2, 0)
             on conflict (kind, name) do update set revision = documents.revision
             returning revision",
        )
        .bind(new.kind.clone())
        .bind(new.name.clone());
        // Held against others that write it, until the end.
        let head = self.row(WRITING, query).await?;
        let head = head.map_or(Ok(0), |row| row.try_get::<i64, _>(0)).map_err(StoreError::db(WRITING))?;
        if head > 0
            && let Some(last) = self.newest_document(&new.kind, &new.name).await?
            && !last.retired
            && (&last.subject, &last.title, &last.text) == (&new.subject, &new.title, &new.text)
        {
            return Ok(last.revision);
        }
        self.add_revision(new.clone(), head + 1, false).await?;
        Ok(u32::try_from(head + 1).unwrap_or(u32::MAX))
    }

    async fn newest_document(&mut self, kind: &str, name: &str) -> Result<Option<Document>, StoreError> {
        let sql = format!("{COLUMNS} where v.kind = $1 and v.name = $2 order by v.revision desc limit 1");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(kind.to_owned()).bind(name.to_owned());
        self.row(WRITING, query).await?.as_ref().map(read).transpose()
    }

    async fn add_revision(
        &mut self,
        new: NewDocument,
        revision: i64,
        retired: bool,
    ) -> Result<(), StoreError> {
        let id = format!("{}/{}", new.kind, new.name);
        let query = sqlx::query("update documents set revision = $3 where kind = $1 and name = $2")
            .bind(new.kind.clone())
            .bind(new.name.clone())
            .bind(revision);
        self.run(WRITING, query).await?;
        let rows = vec![row![
            new.kind,
            new.name,
            revision,
            self.now.clone(),
            self.actor.clone(),
            new.subject,
            new.title,
            new.text,
            i64::from(retired)
        ]];
        let into = "document_revisions (kind, name, revision, at, actor, subject, title, text, retired)";
        self.insert(WRITING, into, rows).await?;
        let action = if retired { "retired" } else { "written" };
        self.changed(Subject::Document, &id, action, Some(&revision.to_string()));
        Ok(())
    }
}

/// Refuses what could not be addressed or is too large.
fn check(new: &NewDocument) -> Result<(), StoreError> {
    let is_word = |text: &str| {
        !text.is_empty() && text.len() <= DOCUMENT_NAME_BYTES_MAX && !text.contains(char::is_control)
    };
    if !is_word(&new.kind) || !is_word(&new.name) {
        let why =
            format!("its name has to have 1 to {DOCUMENT_NAME_BYTES_MAX} bytes and no control character");
        return Err(StoreError::Refused { what: "a document", why });
    }
    if new.text.len() > DOCUMENT_BYTES_MAX {
        return Err(StoreError::TooLarge { limit_bytes: DOCUMENT_BYTES_MAX as u64 });
    }
    Ok(())
}

fn read(row: &AnyRow) -> Result<Document, StoreError> {
    let doing = StoreError::db("read a document");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let number = |index: usize| row.try_get::<i64, _>(index).map_err(&doing);
    Ok(Document {
        kind: text(0)?,
        name: text(1)?,
        revision: u32::try_from(number(2)?).unwrap_or(0),
        subject: row.try_get(3).map_err(&doing)?,
        title: text(4)?,
        text: text(5)?,
        at: from_text(&text(6)?)?,
        actor: text(7)?,
        retired: number(8)? != 0,
    })
}

//! Writing records by hand: editing, publishing, withdrawing, renaming; and the revisions that every way leaves.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::Row;
use townhall_model::RecordId;

use super::RecordStatus;
use crate::actor::Actor;
use crate::changes::Subject;
use crate::error::StoreError;
use crate::slug::slug_of;
use crate::store::Store;
use crate::tx::{Tx, row};

/// A revision to write.
pub(super) struct RevisionRow {
    pub(super) record: String,
    pub(super) number: i64,
    pub(super) action: &'static str,
    pub(super) document: String,
    pub(super) original: Vec<u8>,
    pub(super) content_hash: String,
    pub(super) fields: Vec<String>,
    pub(super) note: Option<String>,
}

/// A record as a change by hand finds it.
struct Standing {
    kind: String,
    slug: String,
    status: String,
    revision: i64,
    content_hash: String,
    document: String,
    original: Vec<u8>,
}

impl Store {
    /// Replaces the document of a record that stands at revision `expected`, such as when a draft gets suggestions.
    /// Its content hash stays: what makes its source "unchanged" has not changed.
    pub async fn update_document(
        &self,
        actor: &Actor,
        id: RecordId,
        expected: u64,
        title: &str,
        document: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin(actor).await?;
        tx.update_document(id, expected, title, document).await?;
        tx.commit().await
    }

    /// Moves a record to another state, with the reason. Nothing happens when it is there already.
    pub async fn set_status(
        &self,
        actor: &Actor,
        id: RecordId,
        status: RecordStatus,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin(actor).await?;
        if tx.set_status(id, status, reason).await? { tx.commit().await } else { Ok(()) }
    }

    /// Gives a record another name in URLs; the old one keeps leading to it. Returns the name it got.
    pub async fn rename(&self, actor: &Actor, id: RecordId, name: &str) -> Result<String, StoreError> {
        let mut tx = self.begin(actor).await?;
        let slug = tx.rename(id, name).await?;
        tx.commit().await?;
        Ok(slug)
    }
}

impl Tx {
    /// Replaces the document of a record; see [`Store::update_document`].
    pub async fn update_document(
        &mut self,
        id: RecordId,
        expected: u64,
        title: &str,
        document: &str,
    ) -> Result<(), StoreError> {
        let standing = self.standing(id).await?;
        if u64::try_from(standing.revision) != Ok(expected) {
            return Err(StoreError::Conflict { what: "record", name: id.to_string() });
        }
        let query =
            sqlx::query("update records set title = $2, revision = $3, changed_at = $4 where id = $1")
                .bind(id.to_string())
                .bind(title.to_owned())
                .bind(standing.revision + 1)
                .bind(self.now.clone());
        self.run("change a record", query).await?;
        self.changed(Subject::Record, &id.to_string(), "changed", None);
        let fields = changed_fields(&standing.document, document);
        let standing = Standing { document: document.to_owned(), ..standing };
        self.add_revisions(vec![standing.next(id, "changed", fields, None)]).await
    }

    /// Moves a record to another state; see [`Store::set_status`]. `false`: it is there already.
    pub async fn set_status(
        &mut self,
        id: RecordId,
        status: RecordStatus,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        let standing = self.standing(id).await?;
        if standing.status == status.name() {
            return Ok(false);
        }
        let action = match status {
            RecordStatus::Retired => "retired",
            RecordStatus::Published if standing.status == "retired" => "restored",
            RecordStatus::Published => "published",
            RecordStatus::Draft => "unpublished",
        };
        let query = sqlx::query(
            "update records
             set status = $2, revision = $3, changed_at = $4, note = $5
             where id = $1",
        )
        .bind(id.to_string())
        .bind(status.name())
        .bind(standing.revision + 1)
        .bind(self.now.clone())
        .bind(reason.map(str::to_owned));
        self.run("change a record", query).await?;
        self.changed(Subject::Record, &id.to_string(), action, reason);
        self.add_revisions(vec![standing.next(id, action, Vec::new(), reason.map(str::to_owned))]).await?;
        Ok(true)
    }

    /// Gives a record another name in URLs; see [`Store::rename`].
    pub async fn rename(&mut self, id: RecordId, name: &str) -> Result<String, StoreError> {
        let standing = self.standing(id).await?;
        if slug_of(name) == standing.slug {
            return Ok(standing.slug);
        }
        let space = super::slug_space(&standing.kind);
        let slug = match self.slug_of_record(space, &slug_of(name), id).await? {
            // A name that it had before.
            Some(own) => own,
            None => {
                let slug = self.free_slugs(&[(space, name, id.to_string())]).await?.remove(0);
                let rows = vec![row![space, slug.clone(), id.to_string()]];
                self.insert("name a record", "slugs (space, slug, record_id)", rows).await?;
                slug
            }
        };
        let query = sqlx::query("update records set slug = $2, revision = $3, changed_at = $4 where id = $1")
            .bind(id.to_string())
            .bind(slug.clone())
            .bind(standing.revision + 1)
            .bind(self.now.clone());
        self.run("name a record", query).await?;
        let note = format!("{} → {slug}", standing.slug);
        self.changed(Subject::Record, &id.to_string(), "renamed", Some(&note));
        self.add_revisions(vec![standing.next(id, "renamed", Vec::new(), Some(note))]).await?;
        Ok(slug)
    }

    async fn slug_of_record(
        &mut self,
        space: &'static str,
        slug: &str,
        id: RecordId,
    ) -> Result<Option<String>, StoreError> {
        let doing = "name a record";
        let query = sqlx::query("select slug from slugs where space = $1 and slug = $2 and record_id = $3")
            .bind(space)
            .bind(slug.to_owned())
            .bind(id.to_string());
        self.row(doing, query).await?.map(|row| row.try_get(0)).transpose().map_err(StoreError::db(doing))
    }

    /// The record as it stands, held against other writers until the end.
    async fn standing(&mut self, id: RecordId) -> Result<Standing, StoreError> {
        let failed = StoreError::db("change a record");
        let hold = sqlx::query("update records set revision = revision where id = $1").bind(id.to_string());
        self.run("change a record", hold).await?;
        let query = sqlx::query(
            "select r.kind, r.slug, r.status, r.revision, r.content_hash, v.document, v.original
             from records r
             join revisions v on v.record_id = r.id and v.number = r.revision
             where r.id = $1",
        );
        let row = self
            .row("change a record", query.bind(id.to_string()))
            .await?
            .ok_or_else(|| StoreError::NotFound { what: "record", name: id.to_string() })?;
        Ok(Standing {
            kind: row.try_get(0).map_err(&failed)?,
            slug: row.try_get(1).map_err(&failed)?,
            status: row.try_get(2).map_err(&failed)?,
            revision: row.try_get(3).map_err(&failed)?,
            content_hash: row.try_get(4).map_err(&failed)?,
            document: row.try_get(5).map_err(&failed)?,
            original: row.try_get(6).map_err(&failed)?,
        })
    }

    pub(super) async fn add_revisions(&mut self, revisions: Vec<RevisionRow>) -> Result<(), StoreError> {
        let (at, actor) = (self.now.clone(), self.actor.clone());
        let rows = revisions
            .into_iter()
            .map(|revision| {
                row![
                    revision.record,
                    revision.number,
                    at.clone(),
                    actor.clone(),
                    revision.action,
                    revision.document,
                    revision.original,
                    revision.content_hash,
                    Value::from(revision.fields).to_string(),
                    revision.note
                ]
            })
            .collect();
        let into = "revisions (record_id, number, at, actor, action, document, original, content_hash, changed_fields,
                note)";
        self.insert("keep a revision", into, rows).await
    }
}

impl Standing {
    fn next(
        self,
        id: RecordId,
        action: &'static str,
        fields: Vec<String>,
        note: Option<String>,
    ) -> RevisionRow {
        RevisionRow {
            record: id.to_string(),
            number: self.revision + 1,
            action,
            document: self.document,
            original: self.original,
            content_hash: self.content_hash,
            fields,
            note,
        }
    }
}

/// The top-level fields in which two JSON objects differ, by name.
pub(super) fn changed_fields(before: &str, after: &str) -> Vec<String> {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (Some(Value::Object(before)), Some(Value::Object(after))) = (read(before), read(after)) else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

//! Writing records: only what differs, everything of one call in one transaction.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use sqlx::Row;
use townhall_model::RecordId;

use super::{NewRecord, Put, PutOutcome, RecordStatus};
use crate::actor::Actor;
use crate::changes::{Subject, log};
use crate::error::StoreError;
use crate::limits::KEYS_PER_LOOKUP;
use crate::organizations;
use crate::slug;
use crate::store::{Store, Tx};

/// What is there already under a key.
struct Known {
    id: String,
    content_hash: String,
    revision: i64,
    status: String,
    slug: String,
}

impl Store {
    /// Keeps records, in one transaction. One that is there just so causes no write at all. A record that is named
    /// twice in one call counts the last time.
    pub async fn put_records(&self, actor: &Actor, records: Vec<NewRecord>) -> Result<Vec<Put>, StoreError> {
        // Reading first, without the writer: an import that changes nothing never waits for it.
        let outcomes = self.compare_records_ref(&records).await?;
        if outcomes.iter().all(|put| put.outcome == PutOutcome::Unchanged) {
            return Ok(outcomes);
        }
        let now = self.now();
        let actor = actor.to_string();
        let mut tx = self.begin().await?;
        let known = look_up(&mut tx, &records).await?;
        let mut writing = Writing { store: self, tx, now: now.clone(), actor: actor.clone(), organizations: HashMap::new(), log: Vec::new() };
        let mut puts = Vec::with_capacity(records.len());
        let mut added: HashMap<(String, String), String> = HashMap::new();
        for record in records {
            let key = (record.kind.clone(), record.key.clone());
            puts.push(match (known.get(&key), added.contains_key(&key)) {
                (_, true) => Put { id: added[&key].parse().ok(), outcome: PutOutcome::Unchanged },
                (Some(known), _) => writing.change(known, record).await?,
                (None, _) => {
                    let put = writing.add(record).await?;
                    if let Some(id) = put.id {
                        added.insert(key, id.to_string());
                    }
                    put
                }
            });
        }
        let Writing { mut tx, log: entries, .. } = writing;
        log(&mut tx, &now, &actor, &entries).await?;
        self.commit(tx).await?;
        Ok(puts)
    }

    /// Tells what keeping these records would do.
    pub async fn compare_records(&self, records: Vec<NewRecord>) -> Result<Vec<Put>, StoreError> {
        self.compare_records_ref(&records).await
    }

    async fn compare_records_ref(&self, records: &[NewRecord]) -> Result<Vec<Put>, StoreError> {
        let mut connection = self.readers().acquire().await.map_err(StoreError::db("look records up"))?;
        let known = look_up(&mut connection, records).await?;
        Ok(records
            .iter()
            .map(|record| match known.get(&(record.kind.clone(), record.key.clone())) {
                None => Put { id: None, outcome: PutOutcome::Added },
                Some(known) if is_unchanged(known, record) => {
                    Put { id: known.id.parse().ok(), outcome: PutOutcome::Unchanged }
                }
                Some(known) => {
                    Put { id: known.id.parse().ok(), outcome: PutOutcome::Changed { fields: Vec::new() } }
                }
            })
            .collect())
    }

    /// Notes that a source was read just now: one write for all its records.
    pub async fn touch_source(&self, source: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "insert into sources (source, checked_at)
             values ($1, $2)
             on conflict (source) do update set checked_at = excluded.checked_at",
        )
        .bind(source)
        .bind(self.now())
        .execute(&mut *tx)
        .await
        .map_err(StoreError::db("note a source"))?;
        self.commit(tx).await
    }

    /// Replaces the document of a record that stands at `expected` revisions, such as when a draft gets suggestions.
    /// Its content hash stays: what makes its source "unchanged" has not changed.
    pub async fn update_document(
        &self,
        actor: &Actor,
        id: RecordId,
        expected: u64,
        title: &str,
        document: &str,
    ) -> Result<(), StoreError> {
        let doing = StoreError::db("change a record");
        let (now, actor) = (self.now(), actor.to_string());
        let mut tx = self.begin().await?;
        let row = sqlx::query(
            "select r.revision, r.content_hash, v.original, v.document
             from records r
             join revisions v on v.record_id = r.id and v.number = r.revision
             where r.id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *tx)
        .await
        .map_err(&doing)?
        .ok_or_else(|| StoreError::NotFound { what: "record", name: id.to_string() })?;
        let revision: i64 = row.try_get(0).map_err(&doing)?;
        if u64::try_from(revision) != Ok(expected) {
            return Err(StoreError::Conflict { what: "record", name: id.to_string() });
        }
        let hash: String = row.try_get(1).map_err(&doing)?;
        let original: Vec<u8> = row.try_get(2).map_err(&doing)?;
        let before: String = row.try_get(3).map_err(&doing)?;
        sqlx::query("update records set title = $2, revision = $3, changed_at = $4 where id = $1")
            .bind(id.to_string())
            .bind(title)
            .bind(revision + 1)
            .bind(&now)
            .execute(&mut *tx)
            .await
            .map_err(&doing)?;
        let fields = changed_fields(&before, document);
        insert_revision(&mut tx, &id.to_string(), revision + 1, &now, &actor, "changed", document, &original, &hash, &fields, None)
            .await?;
        log(&mut tx, &now, &actor, &[(Subject::Record, id.to_string(), "changed")]).await?;
        self.commit(tx).await
    }

    /// Moves a record to another state, with the reason. Nothing happens when it is there already.
    pub async fn set_status(
        &self,
        actor: &Actor,
        id: RecordId,
        status: RecordStatus,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let doing = StoreError::db("change a record");
        let (now, actor) = (self.now(), actor.to_string());
        let mut tx = self.begin().await?;
        let row = sqlx::query(
            "select r.revision, r.status, r.content_hash, v.document, v.original
             from records r
             join revisions v on v.record_id = r.id and v.number = r.revision
             where r.id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut *tx)
        .await
        .map_err(&doing)?
        .ok_or_else(|| StoreError::NotFound { what: "record", name: id.to_string() })?;
        let before: String = row.try_get(1).map_err(&doing)?;
        if before == status.name() {
            return Ok(());
        }
        let action = match status {
            RecordStatus::Retired => "retired",
            RecordStatus::Published if before == "retired" => "restored",
            RecordStatus::Published => "published",
            RecordStatus::Draft => "unpublished",
        };
        let revision: i64 = row.try_get(0).map_err(&doing)?;
        let hash: String = row.try_get(2).map_err(&doing)?;
        let document: String = row.try_get(3).map_err(&doing)?;
        let original: Vec<u8> = row.try_get(4).map_err(&doing)?;
        sqlx::query("update records set status = $2, revision = $3, changed_at = $4, note = $5 where id = $1")
            .bind(id.to_string())
            .bind(status.name())
            .bind(revision + 1)
            .bind(&now)
            .bind(reason)
            .execute(&mut *tx)
            .await
            .map_err(&doing)?;
        insert_revision(&mut tx, &id.to_string(), revision + 1, &now, &actor, action, &document, &original, &hash, &[], reason)
            .await?;
        log(&mut tx, &now, &actor, &[(Subject::Record, id.to_string(), action)]).await?;
        self.commit(tx).await
    }
}

fn is_unchanged(known: &Known, record: &NewRecord) -> bool {
    known.content_hash == record.content_hash && known.status != RecordStatus::Retired.name()
}

/// What is there under the keys of these records.
async fn look_up(
    connection: &mut sqlx::AnyConnection,
    records: &[NewRecord],
) -> Result<HashMap<(String, String), Known>, StoreError> {
    let doing = StoreError::db("look records up");
    let mut by_kind: HashMap<&str, Vec<&str>> = HashMap::new();
    for record in records {
        by_kind.entry(&record.kind).or_default().push(&record.key);
    }
    let mut known = HashMap::new();
    for (kind, keys) in by_kind {
        for keys in keys.chunks(KEYS_PER_LOOKUP) {
            let places: Vec<String> = (2..keys.len() + 2).map(|n| format!("${n}")).collect();
            // Nothing but the placeholders is put in.
            let sql = format!(
                "select key, id, content_hash, revision, status, slug from records where kind = $1 and key in ({})",
                places.join(", ")
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(kind.to_owned());
            for key in keys {
                query = query.bind((*key).to_owned());
            }
            for row in query.fetch_all(&mut *connection).await.map_err(&doing)? {
                let key: String = row.try_get(0).map_err(&doing)?;
                let found = Known {
                    id: row.try_get(1).map_err(&doing)?,
                    content_hash: row.try_get(2).map_err(&doing)?,
                    revision: row.try_get(3).map_err(&doing)?,
                    status: row.try_get(4).map_err(&doing)?,
                    slug: row.try_get(5).map_err(&doing)?,
                };
                known.insert((kind.to_owned(), key), found);
            }
        }
    }
    Ok(known)
}

/// A transaction that writes records.
struct Writing<'a> {
    store: &'a Store,
    tx: Tx,
    now: String,
    actor: String,
    organizations: HashMap<String, String>,
    log: Vec<(Subject, String, &'static str)>,
}

impl Writing<'_> {
    async fn add(&mut self, record: NewRecord) -> Result<Put, StoreError> {
        self.store.inner.faults.pass_db().map_err(StoreError::db("add a record"))?;
        let doing = StoreError::db("add a record");
        let id = RecordId::new();
        let text = id.to_string();
        let organization = organizations::ensure(&mut self.tx, &record.organization, &mut self.organizations).await?;
        let slug = self.free_slug(&record.title, &text).await?;
        let position: i64 =
            sqlx::query("update counters set value = value + 1 where name = 'positions' returning value")
                .fetch_one(&mut *self.tx)
                .await
                .and_then(|row| row.try_get(0))
                .map_err(&doing)?;
        sqlx::query(
            "insert into records (id, kind, key, identifier, slug, title, organization_id, status, access_level,
                 dialect, content_hash, source, position, revision, suggested, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15, $15)",
        )
        .bind(&text)
        .bind(record.kind)
        .bind(record.key)
        .bind(record.identifier)
        .bind(&slug)
        .bind(record.title)
        .bind(organization)
        .bind(record.status.name())
        .bind(record.access_level)
        .bind(record.dialect)
        .bind(&record.content_hash)
        .bind(record.source)
        .bind(position)
        .bind(record.suggested)
        .bind(&self.now)
        .execute(&mut *self.tx)
        .await
        .map_err(&doing)?;
        sqlx::query("insert into slugs (slug, record_id) values ($1, $2)")
            .bind(&slug)
            .bind(&text)
            .execute(&mut *self.tx)
            .await
            .map_err(&doing)?;
        let (now, actor) = (self.now.clone(), self.actor.clone());
        insert_revision(&mut self.tx, &text, 1, &now, &actor, "added", &record.document, &record.original, &record.content_hash, &[], None)
            .await?;
        self.log.push((Subject::Record, text, "added"));
        Ok(Put { id: Some(id), outcome: PutOutcome::Added })
    }

    async fn change(&mut self, known: &Known, record: NewRecord) -> Result<Put, StoreError> {
        let id = known.id.parse().ok();
        if is_unchanged(known, &record) {
            return Ok(Put { id, outcome: PutOutcome::Unchanged });
        }
        self.store.inner.faults.pass_db().map_err(StoreError::db("change a record"))?;
        let doing = StoreError::db("change a record");
        let before: String = sqlx::query("select document from revisions where record_id = $1 and number = $2")
            .bind(&known.id)
            .bind(known.revision)
            .fetch_one(&mut *self.tx)
            .await
            .and_then(|row| row.try_get(0))
            .map_err(&doing)?;
        let organization = organizations::ensure(&mut self.tx, &record.organization, &mut self.organizations).await?;
        // What is published stays so; what was withdrawn and is listed again comes back.
        let (status, action) = match known.status.as_str() {
            "retired" => (record.status, "restored"),
            "published" => (RecordStatus::Published, "changed"),
            _ => (record.status, "changed"),
        };
        sqlx::query(
            "update records
             set identifier = $2, title = $3, organization_id = $4, status = $5, access_level = $6, dialect = $7,
                 content_hash = $8, source = $9, revision = $10, suggested = $11, changed_at = $12, note = null
             where id = $1",
        )
        .bind(&known.id)
        .bind(record.identifier)
        .bind(record.title)
        .bind(organization)
        .bind(status.name())
        .bind(record.access_level)
        .bind(record.dialect)
        .bind(&record.content_hash)
        .bind(record.source)
        .bind(known.revision + 1)
        .bind(record.suggested)
        .bind(&self.now)
        .execute(&mut *self.tx)
        .await
        .map_err(&doing)?;
        let fields = changed_fields(&before, &record.document);
        let (now, actor) = (self.now.clone(), self.actor.clone());
        insert_revision(
            &mut self.tx, &known.id, known.revision + 1, &now, &actor, action, &record.document, &record.original,
            &record.content_hash, &fields, None,
        )
        .await?;
        tracing::debug!(record.slug = %known.slug, "changed record `{}`", known.slug);
        self.log.push((Subject::Record, known.id.clone(), action));
        Ok(Put { id, outcome: PutOutcome::Changed { fields } })
    }

    /// The slug of a title, with a mark of the id when another record has it.
    async fn free_slug(&mut self, title: &str, id: &str) -> Result<String, StoreError> {
        let slug = slug::slug_of(title);
        let taken = sqlx::query("select 1 from slugs where slug = $1")
            .bind(&slug)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(StoreError::db("find a free name"))?;
        // The end of a version 7 UUID is random.
        Ok(if taken.is_some() { slug::with_mark(&slug, &id[id.len() - 8..]) } else { slug })
    }
}

#[allow(clippy::too_many_arguments, reason = "one row, one argument a column")]
async fn insert_revision(
    tx: &mut Tx,
    id: &str,
    number: i64,
    at: &str,
    actor: &str,
    action: &str,
    document: &str,
    original: &[u8],
    hash: &str,
    fields: &[String],
    note: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into revisions (record_id, number, at, actor, action, document, original, content_hash,
             changed_fields, note)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id)
    .bind(number)
    .bind(at)
    .bind(actor)
    .bind(action)
    .bind(document)
    .bind(original)
    .bind(hash)
    .bind(serde_json::to_string(fields).unwrap_or_else(|_| "[]".to_owned()))
    .bind(note)
    .execute(&mut **tx)
    .await
    .map_err(StoreError::db("keep a revision"))?;
    Ok(())
}

/// The top-level fields in which two JSON objects differ, by name.
fn changed_fields(before: &str, after: &str) -> Vec<String> {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (Some(Value::Object(before)), Some(Value::Object(after))) = (read(before), read(after)) else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

//! Writing records as they come from a source: only what differs, everything of one call in one transaction.

use std::collections::HashMap;

use sqlx::Row;
use townhall_model::RecordId;

use super::revise::{RevisionRow, changed_fields};
use super::{NewRecord, Put, PutOutcome, RecordStatus};
use crate::actor::Actor;
use crate::changes::Subject;
use crate::error::StoreError;
use crate::limits::KEYS_PER_LOOKUP;
use crate::store::Store;
use crate::tx::{Tx, row};

/// What tells records apart: kind and key.
type Key = (String, String);

/// What is there already under a key.
#[derive(Clone)]
struct Known {
    id: String,
    content_hash: String,
    revision: i64,
    status: String,
}

/// What is to be done with a record.
enum Plan {
    Add(RecordId),
    Change(Known),
    Nothing(Known),
    /// A later record of the same call has the same key.
    Superseded,
}

impl Store {
    /// Keeps records, in one transaction. One that is there just so causes no write at all. Of those that one call
    /// names twice, the last counts.
    pub async fn put_records(&self, actor: &Actor, records: Vec<NewRecord>) -> Result<Vec<Put>, StoreError> {
        // Reading first, without the writer: an import that changes nothing never waits for it.
        let plans = self.plan(&records).await?;
        if plans.iter().all(|plan| matches!(plan, Plan::Nothing(_) | Plan::Superseded)) {
            return outcomes(&records, &plans, &HashMap::new());
        }
        let mut tx = self.begin(actor).await?;
        let puts = tx.put_records(records).await?;
        tx.commit().await?;
        Ok(puts)
    }

    /// Tells what keeping these records would do.
    pub async fn compare_records(&self, records: Vec<NewRecord>) -> Result<Vec<Put>, StoreError> {
        let plans = self.plan(&records).await?;
        let changing: Vec<&str> = plans.iter().filter_map(Plan::changing).collect();
        let mut connection = self.readers().acquire().await.map_err(StoreError::db("look records up"))?;
        let before = current_documents(&mut connection, &changing).await?;
        let mut fields = HashMap::new();
        for (record, plan) in records.iter().zip(&plans) {
            if let Some(id) = plan.changing() {
                let before = before.get(id).map_or("", String::as_str);
                fields.insert(id.to_owned(), changed_fields(before, &record.document));
            }
        }
        let mut puts = outcomes(&records, &plans, &fields)?;
        for put in puts.iter_mut().filter(|put| put.outcome == PutOutcome::Added) {
            put.id = None;
        }
        Ok(puts)
    }

    /// Notes that a source was read just now: one write for all its records.
    pub async fn touch_source(&self, source: &str) -> Result<(), StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        let query = sqlx::query(
            "insert into sources (source, checked_at)
             values ($1, $2)
             on conflict (source) do update set checked_at = excluded.checked_at",
        );
        let now = tx.now.clone();
        tx.run("note a source", query.bind(source).bind(now)).await?;
        tx.commit().await
    }

    async fn plan(&self, records: &[NewRecord]) -> Result<Vec<Plan>, StoreError> {
        let mut connection = self.readers().acquire().await.map_err(StoreError::db("look records up"))?;
        Ok(plan(records, &look_up(&mut connection, records).await?))
    }
}

impl Tx {
    /// Keeps records; see [`Store::put_records`].
    pub async fn put_records(&mut self, records: Vec<NewRecord>) -> Result<Vec<Put>, StoreError> {
        // Whoever writes records holds this row until the end, so that two writers never add the same key at once.
        self.run("add records", sqlx::query("update counters set value = value where name = 'positions'"))
            .await?;
        let known = look_up(&mut self.db, &records).await?;
        let plans = plan(&records, &known);
        let changing: Vec<&str> = plans.iter().filter_map(Plan::changing).collect();
        let before = current_documents(&mut self.db, &changing).await?;
        let mut fields = HashMap::new();
        for (record, plan) in records.iter().zip(&plans) {
            if let Some(id) = plan.changing() {
                let before = before.get(id).map_or("", String::as_str);
                fields.insert(id.to_owned(), changed_fields(before, &record.document));
            }
        }
        let puts = outcomes(&records, &plans, &fields)?;
        let mut added = Vec::new();
        for (record, plan) in records.into_iter().zip(plans) {
            match plan {
                Plan::Add(id) => added.push((id, record)),
                Plan::Change(known) => {
                    let fields = fields.remove(&known.id).unwrap_or_default();
                    self.change_record(&known, record, fields).await?;
                }
                Plan::Nothing(_) | Plan::Superseded => {}
            }
        }
        self.add_records(added).await?;
        Ok(puts)
    }

    async fn add_records(&mut self, added: Vec<(RecordId, NewRecord)>) -> Result<(), StoreError> {
        if added.is_empty() {
            return Ok(());
        }
        let first = self.take_numbers("positions", added.len()).await?;
        let wanted: Vec<_> =
            added.iter().map(|(id, record)| (record.space(), record.name(), id.to_string())).collect();
        let slugs = self.free_slugs(&wanted).await?;
        let (mut rows, mut slug_rows, mut revisions) = (Vec::new(), Vec::new(), Vec::new());
        for ((position, (id, record)), slug) in (first..).zip(added).zip(slugs) {
            let id = id.to_string();
            let organization = self.organization_of(&record.organization).await?;
            let now = self.now.clone();
            slug_rows.push(row![record.space(), slug.clone(), id.clone()]);
            rows.push(row![
                id.clone(),
                record.kind,
                record.key,
                record.identifier,
                slug,
                record.title,
                organization,
                record.parent.map(|parent| parent.to_string()),
                record.status.name(),
                record.access_level,
                record.dialect,
                record.content_hash.clone(),
                record.source,
                position,
                1,
                record.suggested,
                record.facts,
                now.clone(),
                now
            ]);
            self.changed(Subject::Record, &id, "added", None);
            revisions.push(RevisionRow {
                record: id,
                number: 1,
                action: "added",
                document: record.document,
                original: record.original,
                content_hash: record.content_hash,
                fields: Vec::new(),
                note: None,
            });
        }
        let into = "records (id, kind, key, identifier, slug, title, organization_id, parent_id, status, access_level,
                dialect, content_hash, source, position, revision, suggested, facts, created_at, changed_at)";
        self.insert("add records", into, rows).await?;
        self.insert("name records", "slugs (space, slug, record_id)", slug_rows).await?;
        self.add_revisions(revisions).await
    }

    async fn change_record(
        &mut self,
        known: &Known,
        record: NewRecord,
        fields: Vec<String>,
    ) -> Result<(), StoreError> {
        let organization = self.organization_of(&record.organization).await?;
        // What is published stays so; what was withdrawn and is listed again comes back.
        let (status, action) = match known.status.as_str() {
            "retired" => (record.status, "restored"),
            "published" => (RecordStatus::Published, "changed"),
            _ => (record.status, "changed"),
        };
        let query = sqlx::query(
            "update records
             set identifier = $2, title = $3, organization_id = $4, parent_id = $5, status = $6, access_level = $7,
                 dialect = $8, content_hash = $9, source = $10, revision = $11, suggested = $12, facts = $13,
                 changed_at = $14, note = null
             where id = $1",
        )
        .bind(known.id.clone())
        .bind(record.identifier)
        .bind(record.title)
        .bind(organization)
        .bind(record.parent.map(|parent| parent.to_string()))
        .bind(status.name())
        .bind(record.access_level)
        .bind(record.dialect)
        .bind(record.content_hash.clone())
        .bind(record.source)
        .bind(known.revision + 1)
        .bind(record.suggested)
        .bind(record.facts)
        .bind(self.now.clone());
        self.run("change a record", query).await?;
        self.changed(Subject::Record, &known.id, action, None);
        self.add_revisions(vec![RevisionRow {
            record: known.id.clone(),
            number: known.revision + 1,
            action,
            document: record.document,
            original: record.original,
            content_hash: record.content_hash,
            fields,
            note: None,
        }])
        .await
    }
}

impl NewRecord {
    fn space(&self) -> &'static str {
        super::slug_space(&self.kind)
    }

    /// What the slug is made of.
    fn name(&self) -> &str {
        [self.title.as_str(), self.identifier.as_deref().unwrap_or_default(), &self.key]
            .into_iter()
            .find(|name| !name.trim().is_empty())
            .unwrap_or(&self.kind)
    }
}

impl Plan {
    fn changing(&self) -> Option<&str> {
        match self {
            Self::Change(known) => Some(&known.id),
            _ => None,
        }
    }
}

fn plan(records: &[NewRecord], known: &HashMap<Key, Known>) -> Vec<Plan> {
    let last: HashMap<(&str, &str), usize> =
        records.iter().enumerate().map(|(index, record)| ((&*record.kind, &*record.key), index)).collect();
    records
        .iter()
        .enumerate()
        .map(|(index, record)| {
            if last[&(&*record.kind, &*record.key)] != index {
                return Plan::Superseded;
            }
            match known.get(&(record.kind.clone(), record.key.clone())) {
                None => Plan::Add(RecordId::new()),
                Some(known) if is_unchanged(known, record) => Plan::Nothing(known.clone()),
                Some(known) => Plan::Change(known.clone()),
            }
        })
        .collect()
}

fn is_unchanged(known: &Known, record: &NewRecord) -> bool {
    known.content_hash == record.content_hash && known.status != RecordStatus::Retired.name()
}

/// What is told of each record; a superseded one is told with the id of the one that counts.
fn outcomes(
    records: &[NewRecord],
    plans: &[Plan],
    fields: &HashMap<String, Vec<String>>,
) -> Result<Vec<Put>, StoreError> {
    let mut ids: HashMap<(&str, &str), RecordId> = HashMap::new();
    for (record, plan) in records.iter().zip(plans) {
        let id = match plan {
            Plan::Add(id) => *id,
            Plan::Change(known) | Plan::Nothing(known) => super::record_id(&known.id)?,
            Plan::Superseded => continue,
        };
        ids.insert((&record.kind, &record.key), id);
    }
    Ok(records
        .iter()
        .zip(plans)
        .map(|(record, plan)| Put {
            id: ids.get(&(&*record.kind, &*record.key)).copied(),
            outcome: match plan {
                Plan::Add(_) => PutOutcome::Added,
                Plan::Change(known) => {
                    PutOutcome::Changed { fields: fields.get(&known.id).cloned().unwrap_or_default() }
                }
                Plan::Nothing(_) | Plan::Superseded => PutOutcome::Unchanged,
            },
        })
        .collect())
}

/// What is there under the keys of these records.
async fn look_up(
    connection: &mut sqlx::AnyConnection,
    records: &[NewRecord],
) -> Result<HashMap<Key, Known>, StoreError> {
    let doing = StoreError::db("look records up");
    let mut by_kind: HashMap<&str, Vec<&str>> = HashMap::new();
    for record in records {
        by_kind.entry(&record.kind).or_default().push(&record.key);
    }
    let mut known = HashMap::new();
    for (kind, keys) in by_kind {
        for keys in keys.chunks(KEYS_PER_LOOKUP) {
            let sql = format!(
                "select key, id, content_hash, revision, status
                 from records
                 where kind = $1 and key in ({})",
                places(2, keys.len())
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
                };
                known.insert((kind.to_owned(), key), found);
            }
        }
    }
    Ok(known)
}

/// The documents of records as they stand, by id.
async fn current_documents(
    connection: &mut sqlx::AnyConnection,
    ids: &[&str],
) -> Result<HashMap<String, String>, StoreError> {
    let doing = StoreError::db("look records up");
    let mut documents = HashMap::new();
    for ids in ids.chunks(KEYS_PER_LOOKUP) {
        let sql = format!(
            "select r.id, v.document
             from records r
             join revisions v on v.record_id = r.id and v.number = r.revision
             where r.id in ({})",
            places(1, ids.len())
        );
        let query =
            ids.iter().fold(sqlx::query(sqlx::AssertSqlSafe(sql)), |query, id| query.bind((*id).to_owned()));
        for row in query.fetch_all(&mut *connection).await.map_err(&doing)? {
            documents.insert(row.try_get(0).map_err(&doing)?, row.try_get(1).map_err(&doing)?);
        }
    }
    Ok(documents)
}

/// Placeholders from a number on, with commas between them.
pub(crate) fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

//! The records that sources list.

use std::collections::HashMap;

use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::RecordId;

use super::{HarvestItem, ItemState};
use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::limits::KEYS_PER_LOOKUP;
use crate::records::{places, record_id};
use crate::store::Store;
use crate::tx::{Tx, row};

const COLUMNS: &str =
    "select item, record_id, part, state, hash, title, parent, reason, since, absences, returns, source
    from harvest_items";

const READING: &str = "read what a source lists";

impl Store {
    /// Records that a source lists or has listed, in one of these states (in any when there are none), after an item.
    pub async fn harvest_items(
        &self,
        source: &str,
        states: &[ItemState],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<HarvestItem>, StoreError> {
        let mut sql = format!("{COLUMNS} where source = $1 and item > $2");
        if !states.is_empty() {
            // The words are constants of ours.
            let words: Vec<String> = states.iter().map(|state| format!("'{}'", state.name())).collect();
            sql.push_str(&format!(" and state in ({})", words.join(", ")));
        }
        sql.push_str(" order by item limit $3");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(source.to_owned())
            .bind(after.unwrap_or_default().to_owned())
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db(READING))?;
        rows.iter().map(read).collect()
    }

    /// How many records of a source are in each state.
    pub async fn harvest_counts(&self, source: &str) -> Result<HashMap<ItemState, u64>, StoreError> {
        let doing = StoreError::db(READING);
        // What stands around the records of a catalog is not counted as one.
        let rows = sqlx::query(
            "select state, count(*) from harvest_items where source = $1 and item not like 'catalog/%' group by state",
        )
            .bind(source.to_owned())
            .fetch_all(self.readers())
            .await
            .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                let state = ItemState::read(&row.try_get::<String, _>(0).map_err(&doing)?)?;
                let count: i64 = row.try_get(1).map_err(&doing)?;
                Ok((state, u64::try_from(count).unwrap_or(0)))
            })
            .collect()
    }

    /// How a record stands at the sources that list it, by their names.
    pub async fn harvest_items_of(&self, record: RecordId) -> Result<Vec<(String, HarvestItem)>, StoreError> {
        let sql = format!("{COLUMNS} where record_id = $1 order by source, item");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(record.to_string())
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db(READING))?;
        rows.iter().map(|row| Ok((row.try_get(11).map_err(StoreError::db(READING))?, read(row)?))).collect()
    }

    /// Records of a source that are part of a collection that the source does not list, with the collection's identifier.
    pub async fn orphans(&self, source: &str, limit: u32) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query(
            "select i.item, i.parent
             from harvest_items i
             where i.source = $1 and i.parent is not null and i.state in ('kept', 'stale')
               and not exists (
                   select 1
                   from harvest_items p
                   where p.source = i.source and p.state in ('kept', 'stale', 'missing', 'held')
                     and p.item in ('dataset/' || i.parent, 'dataset-series/' || i.parent)
               )
             order by i.item
             limit $2",
        )
        .bind(source.to_owned())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(StoreError::db(READING))?;
        pairs(&rows)
    }

    /// Records of a source that others are part of while they are part of something themselves: collections have one level
    /// (DCAT-US 1.1, `isPartOf`).
    pub async fn nested_collections(
        &self,
        source: &str,
        limit: u32,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query(
            "select p.item, p.parent
             from harvest_items p
             where p.source = $1 and p.parent is not null and p.state in ('kept', 'stale')
               and exists (
                   select 1
                   from harvest_items c
                   where c.source = p.source and c.state in ('kept', 'stale') and 'dataset/' || c.parent = p.item
               )
             order by p.item
             limit $2",
        )
        .bind(source.to_owned())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(StoreError::db(READING))?;
        pairs(&rows)
    }

    /// Which sources keep records of these keys in view, by kind and key: who keeps it, with its title.
    pub async fn harvest_owners(
        &self,
        keys: &[(&str, &str)],
    ) -> Result<HashMap<(String, String), Owned>, StoreError> {
        let doing = StoreError::db(READING);
        let mut owners = HashMap::new();
        let mut by_kind: HashMap<&str, Vec<&str>> = HashMap::new();
        for (kind, key) in keys {
            by_kind.entry(kind).or_default().push(key);
        }
        for (kind, some) in chunks(&by_kind) {
            let sql = format!(
                "select r.kind, r.key, r.id, r.title, r.status, o.name, i.source, i.state, r.revision
                 from records r
                 left join organizations o on o.id = r.organization_id
                 left join harvest_items i on i.record_id = r.id
                 where r.kind = $1 and r.key in ({})",
                places(2, some.len())
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(kind);
            for key in some {
                query = query.bind(key);
            }
            for row in query.fetch_all(self.readers()).await.map_err(&doing)? {
                let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
                let key = (text(0)?, text(1)?);
                let source: Option<String> = row.try_get(6).map_err(&doing)?;
                let state: Option<String> = row.try_get(7).map_err(&doing)?;
                let state = state.as_deref().map(ItemState::read).transpose()?;
                let revision: i64 = row.try_get(8).map_err(&doing)?;
                let owned = owners.entry(key).or_insert(Owned {
                    record: record_id(&text(2)?)?,
                    title: text(3)?,
                    is_retired: text(4)? == "retired",
                    organization: row.try_get(5).map_err(&doing)?,
                    revision: u64::try_from(revision).unwrap_or(0),
                    sources: Vec::new(),
                });
                if let (Some(source), Some(state)) = (source, state)
                    && state.is_in_view()
                {
                    owned.sources.push(source);
                }
            }
        }
        Ok(owners)
    }
}

/// Items with the collections that they name.
fn pairs(rows: &[AnyRow]) -> Result<Vec<(String, String)>, StoreError> {
    let doing = StoreError::db(READING);
    let pair = |row: &AnyRow| Ok((row.try_get(0).map_err(&doing)?, row.try_get(1).map_err(&doing)?));
    rows.iter().map(pair).collect()
}

/// The keys of each kind, as many as one statement takes.
fn chunks<'k>(by_kind: &HashMap<&'k str, Vec<&'k str>>) -> Vec<(String, Vec<String>)> {
    let mut chunks = Vec::new();
    for (kind, keys) in by_kind {
        for some in keys.chunks(KEYS_PER_LOOKUP) {
            chunks.push(((*kind).to_owned(), some.iter().map(|key| (*key).to_owned()).collect()));
        }
    }
    chunks
}

/// A record that is there under a key, with the sources that keep it in view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// The record.
    pub record: RecordId,
    /// Its title.
    pub title: String,
    /// Whether it was withdrawn.
    pub is_retired: bool,
    /// Who publishes it.
    pub organization: Option<String>,
    /// The number of its current revision.
    pub revision: u64,
    /// The sources.
    pub sources: Vec<String>,
}

impl Tx {
    /// Notes how records of a source stand. An empty title leaves the one that is known, and so does any state but `kept` with the
    /// collection.
    pub async fn put_harvest_items(
        &mut self,
        source: &str,
        items: Vec<HarvestItem>,
    ) -> Result<(), StoreError> {
        let rows = items
            .into_iter()
            .map(|item| {
                row![
                    source,
                    item.item,
                    item.record.map(|id| id.to_string()),
                    item.part,
                    item.state.name(),
                    item.hash,
                    item.title,
                    item.parent,
                    item.reason,
                    to_text(item.since),
                    i64::from(item.absences),
                    i64::from(item.returns)
                ]
            })
            .collect();
        let into = "harvest_items (source, item, record_id, part, state, hash, title, parent, reason, since, absences, returns)";
        let replacing = "on conflict (source, item) do update
             set record_id = excluded.record_id, part = excluded.part, state = excluded.state, hash = excluded.hash,
                 title = case when excluded.title = '' then harvest_items.title else excluded.title end,
                 parent = case when excluded.state = 'kept' then excluded.parent else harvest_items.parent end, reason = excluded.reason, since = excluded.since,
                 absences = excluded.absences, returns = excluded.returns";
        self.upsert("note what a source lists", into, rows, replacing).await
    }

    /// Forgets that a source has listed these: their records stay, and are not the source's any more.
    pub async fn drop_harvest_items(&mut self, source: &str, items: &[String]) -> Result<(), StoreError> {
        for item in items {
            let query = sqlx::query("delete from harvest_items where source = $1 and item = $2");
            self.run("forget what a source lists", query.bind(source.to_owned()).bind(item.clone())).await?;
        }
        Ok(())
    }

    /// Notes what was decided on records that vanished.
    pub fn decided_on_harvest(&mut self, source: &str, note: &str) {
        self.audited("harvest", source, "decided", Some(note));
    }

    /// Forgets what a source lists: its records stay.
    pub async fn forget_harvest_items(&mut self, source: &str) -> Result<(), StoreError> {
        for sql in
            ["delete from harvest_items where source = $1", "delete from harvest_parts where source = $1"]
        {
            self.run("forget what a source lists", sqlx::query(sql).bind(source.to_owned())).await?;
        }
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<HarvestItem, StoreError> {
    let doing = StoreError::db(READING);
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let maybe = |index: usize| row.try_get::<Option<String>, _>(index).map_err(&doing);
    let number = |index: usize| row.try_get::<i64, _>(index).map_err(&doing);
    Ok(HarvestItem {
        item: text(0)?,
        record: maybe(1)?.as_deref().map(record_id).transpose()?,
        part: text(2)?,
        state: ItemState::read(&text(3)?)?,
        hash: text(4)?,
        title: text(5)?,
        parent: maybe(6)?,
        reason: maybe(7)?,
        since: from_text(&text(8)?)?,
        absences: u32::try_from(number(9)?).unwrap_or(0),
        returns: u32::try_from(number(10)?).unwrap_or(0),
    })
}

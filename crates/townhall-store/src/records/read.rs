//! Reading records: one, or page by page in export order.

use futures::stream::{self, Stream, TryStreamExt};
use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::RecordId;

use super::{RecordFilter, RecordStatus, Revision, RevisionHeader, StoredRecord, places, record_id};
use crate::clock::from_text;
use crate::error::StoreError;
use crate::limits::{KEYS_PER_LOOKUP, RECORDS_PER_PAGE};
use crate::store::Store;

const COLUMNS: &str = "select r.id, r.kind, r.key, r.identifier, r.slug, r.title, o.slug, o.name, r.parent_id,
        r.status, r.access_level, r.dialect, v.document, v.original, r.content_hash, r.source, r.position, r.revision,
        r.suggested, r.facts, r.note, r.created_at, r.changed_at, coalesce(s.checked_at, r.changed_at)
    from records r
    join revisions v on v.record_id = r.id and v.number = r.revision
    left join organizations o on o.id = r.organization_id
    left join sources s on s.source = r.source";

impl Store {
    /// The record of an id.
    pub async fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
        self.one_record("r.id = $1", &id.to_string()).await
    }

    /// The dataset, service or series of a slug, present or past: when the record's own slug is another one, that is
    /// where to redirect to.
    pub async fn record_by_slug(&self, slug: &str) -> Result<Option<StoredRecord>, StoreError> {
        self.one_record("r.id = (select record_id from slugs where space = 'data' and slug = $1)", slug).await
    }

    /// The record of a kind with this key.
    pub async fn record_by_key(&self, kind: &str, key: &str) -> Result<Option<StoredRecord>, StoreError> {
        match self.record_id_of_key(kind, key).await? {
            Some(id) => self.record(id).await,
            None => Ok(None),
        }
    }

    /// The dataset, service or series with a publisher's identifier.
    pub async fn record_by_identifier(&self, identifier: &str) -> Result<Option<StoredRecord>, StoreError> {
        let listed = "r.kind in ('dataset', 'data-service', 'dataset-series')";
        self.one_record(&format!("r.identifier = $1 and {listed} order by r.position limit 1"), identifier)
            .await
    }

    /// The id of the record of a kind with this key.
    pub async fn record_id_of_key(&self, kind: &str, key: &str) -> Result<Option<RecordId>, StoreError> {
        let doing = StoreError::db("look a record up");
        let row = sqlx::query("select id from records where kind = $1 and key = $2")
            .bind(kind)
            .bind(key)
            .fetch_optional(self.readers())
            .await
            .map_err(&doing)?;
        row.map(|row| record_id(&row.try_get::<String, _>(0).map_err(&doing)?)).transpose()
    }

    /// The records of these ids, in no order; those that are not there are left out.
    pub async fn records(&self, ids: &[RecordId]) -> Result<Vec<StoredRecord>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(KEYS_PER_LOOKUP) {
            let sql = format!("{COLUMNS} where r.id in ({})", places(1, ids.len()));
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for id in ids {
                query = query.bind(id.to_string());
            }
            let rows = query.fetch_all(self.readers()).await.map_err(StoreError::db("read records"))?;
            for row in &rows {
                found.push(read(row)?);
            }
        }
        Ok(found)
    }

    /// A page of records in export order, after a position.
    pub async fn records_after(
        &self,
        filter: &RecordFilter,
        position: i64,
        limit: u32,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        let sql =
            format!("{COLUMNS} where r.position > $1{} order by r.position limit $2", conditions(filter));
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(position)
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db("read records"))?;
        rows.iter().map(read).collect()
    }

    /// All records of a filter in export order, read page by page: memory stays small however many there are. A record
    /// that comes while the stream runs is met at its end.
    pub fn stream_records(
        &self,
        filter: RecordFilter,
    ) -> impl Stream<Item = Result<StoredRecord, StoreError>> + Send {
        let store = self.clone();
        stream::try_unfold(Some(0), move |after| {
            let (store, filter) = (store.clone(), filter.clone());
            async move {
                let Some(after) = after else { return Ok::<_, StoreError>(None) };
                let page = store.records_after(&filter, after, RECORDS_PER_PAGE).await?;
                let next = page.last().map(|record| record.position);
                Ok(Some((stream::iter(page.into_iter().map(Ok)), next)))
            }
        })
        .try_flatten()
    }

    /// Slug and time of the last change of published records, for sitemaps, in export order.
    pub async fn addresses(
        &self,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<(String, jiff::Timestamp)>, StoreError> {
        let doing = StoreError::db("list addresses");
        let rows = sqlx::query(
            "select slug, changed_at
             from records
             where status = 'published' and kind in ('dataset', 'data-service', 'dataset-series')
             order by position
             limit $1 offset $2",
        )
        .bind(i64::from(limit))
        .bind(i64::from(offset))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                Ok((
                    row.try_get(0).map_err(&doing)?,
                    from_text(&row.try_get::<String, _>(1).map_err(&doing)?)?,
                ))
            })
            .collect()
    }

    /// How many records there are of these.
    pub async fn count_records(&self, filter: &RecordFilter) -> Result<u64, StoreError> {
        let sql = format!("select count(*) from records r where r.position > 0{}", conditions(filter));
        let count: i64 = sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_one(self.readers())
            .await
            .and_then(|row| row.try_get(0))
            .map_err(StoreError::db("count records"))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// How many records there are of each kind in each state.
    pub async fn record_counts(&self) -> Result<Vec<(String, RecordStatus, u64)>, StoreError> {
        let doing = StoreError::db("count records");
        let rows = sqlx::query(
            "select kind, status, count(*) from records group by kind, status order by kind, status",
        )
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                let count: i64 = row.try_get(2).map_err(&doing)?;
                let status = RecordStatus::read(&row.try_get::<String, _>(1).map_err(&doing)?)?;
                Ok((row.try_get(0).map_err(&doing)?, status, u64::try_from(count).unwrap_or(0)))
            })
            .collect()
    }

    /// What is told of each revision of a record, newest first.
    pub async fn revisions(&self, id: RecordId, limit: u32) -> Result<Vec<RevisionHeader>, StoreError> {
        let doing = StoreError::db("list revisions");
        let rows = sqlx::query(
            "select number, at, actor, action, changed_fields, note
             from revisions
             where record_id = $1
             order by number desc
             limit $2",
        )
        .bind(id.to_string())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(doing)?;
        rows.iter().map(header).collect()
    }

    /// A revision with its content.
    pub async fn revision(&self, id: RecordId, number: u64) -> Result<Option<Revision>, StoreError> {
        let doing = StoreError::db("read a revision");
        let row = sqlx::query(
            "select number, at, actor, action, changed_fields, note, document, original
             from revisions
             where record_id = $1 and number = $2",
        )
        .bind(id.to_string())
        .bind(i64::try_from(number).unwrap_or(-1))
        .fetch_optional(self.readers())
        .await
        .map_err(&doing)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Revision {
            header: header(&row)?,
            document: row.try_get(6).map_err(&doing)?,
            original: row.try_get(7).map_err(&doing)?,
        }))
    }

    async fn one_record(&self, condition: &str, value: &str) -> Result<Option<StoredRecord>, StoreError> {
        // The condition is one of this file's own.
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where {condition}")))
            .bind(value)
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::db("read a record"))?;
        row.as_ref().map(read).transpose()
    }
}

/// The conditions of a filter. Kinds and statuses are constants of ours, never somebody's text.
fn conditions(filter: &RecordFilter) -> String {
    let list = |words: Vec<&str>| words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
    let mut text = String::new();
    if !filter.kinds.is_empty() {
        text.push_str(&format!(" and r.kind in ({})", list(filter.kinds.clone())));
    }
    if !filter.statuses.is_empty() {
        text.push_str(&format!(
            " and r.status in ({})",
            list(filter.statuses.iter().map(|status| status.name()).collect())
        ));
    }
    text
}

fn read(row: &AnyRow) -> Result<StoredRecord, StoreError> {
    let doing = StoreError::db("read a record");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let maybe = |index: usize| row.try_get::<Option<String>, _>(index).map_err(&doing);
    Ok(StoredRecord {
        id: record_id(&text(0)?)?,
        kind: text(1)?,
        key: text(2)?,
        identifier: maybe(3)?,
        slug: text(4)?,
        title: text(5)?,
        organization: maybe(6)?.zip(maybe(7)?),
        parent: maybe(8)?.as_deref().map(record_id).transpose()?,
        status: RecordStatus::read(&text(9)?)?,
        access_level: maybe(10)?,
        dialect: text(11)?,
        document: text(12)?,
        original: row.try_get(13).map_err(&doing)?,
        content_hash: text(14)?,
        source: text(15)?,
        position: row.try_get(16).map_err(&doing)?,
        revision: u64::try_from(row.try_get::<i64, _>(17).map_err(&doing)?).unwrap_or(0),
        suggested: maybe(18)?,
        facts: maybe(19)?,
        note: maybe(20)?,
        created_at: from_text(&text(21)?)?,
        changed_at: from_text(&text(22)?)?,
        checked_at: from_text(&text(23)?)?,
    })
}

fn header(row: &AnyRow) -> Result<RevisionHeader, StoreError> {
    let doing = StoreError::db("read a revision");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    Ok(RevisionHeader {
        number: u64::try_from(row.try_get::<i64, _>(0).map_err(&doing)?).unwrap_or(0),
        at: from_text(&text(1)?)?,
        actor: text(2)?,
        action: text(3)?,
        fields: serde_json::from_str(&text(4)?).unwrap_or_default(),
        note: row.try_get(5).map_err(&doing)?,
    })
}

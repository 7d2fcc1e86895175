//! Tables and their versions: a version is a manifest and the blobs it names, and never changes.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::table::TableManifest;
use townhall_model::{BlobId, RecordId, TableId};

use crate::actor::Actor;
use crate::blobs::blob_id;
use crate::changes::Subject;
use crate::clock::from_text;
use crate::error::StoreError;
use crate::jobs::NewJob;
use crate::limits::KEYS_PER_LOOKUP;
use crate::records::{RecordStatus, places};
use crate::store::Store;
use crate::tx::{Tx, row};

/// A table as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTable {
    /// Its id.
    pub id: TableId,
    /// The record of its dataset.
    pub record: RecordId,
    /// The slug of its dataset.
    pub dataset_slug: String,
    /// The title of its dataset.
    pub dataset_title: String,
    /// What can be seen of its dataset.
    pub status: RecordStatus,
    /// Which distribution it was made of.
    pub distribution: String,
    /// Its title.
    pub title: String,
    /// The version served now.
    pub version: u32,
    /// The rows of that version.
    pub rows: u64,
    /// The columns of that version.
    pub columns: u64,
    /// When that version came.
    pub updated_at: Timestamp,
    /// How many columns its dictionary describes.
    pub described: u64,
}

/// A version of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableVersion {
    /// Its number, counted from 1.
    pub number: u32,
    /// When it came.
    pub at: Timestamp,
    /// Who made it.
    pub actor: String,
    /// Its rows.
    pub rows: u64,
    /// The bytes it was read from.
    pub source: BlobId,
    /// Everything known of it.
    pub manifest: TableManifest,
}

const COLUMNS: &str =
    "select t.id, t.record_id, r.slug, r.title, r.status, t.distribution, t.title, t.version,
        v.rows, v.column_count, v.at,
        (select d.described from dictionaries d where d.table_id = t.id order by d.revision desc limit 1)
    from tables t
    join records r on r.id = t.record_id
    join table_versions v on v.table_id = t.id and v.number = t.version";

const VERSION_COLUMNS: &str = "select number, at, actor, rows, source, manifest from table_versions";

/// A table as a new version finds it.
struct Standing {
    id: TableId,
    version: i64,
    manifest: Option<String>,
}

impl Tx {
    /// Adds a version to the table of a distribution; see [`Store::publish_version`].
    pub async fn publish_version(
        &mut self,
        record: RecordId,
        distribution: &str,
        title: &str,
        manifest: &TableManifest,
    ) -> Result<(TableId, u32), StoreError> {
        let text = serde_json::to_string(manifest)
            .map_err(|error| StoreError::Corrupt { what: "a manifest", found: error.to_string() })?;
        let Standing { id, version, manifest: current } =
            self.ensure_table(record, distribution, title).await?;
        if current.as_deref() == Some(&text) {
            return Ok((id, number(version)));
        }
        let next = version + 1;
        let rows = vec![row![
            id.to_string(),
            next,
            self.now.clone(),
            self.actor.clone(),
            i64::try_from(manifest.rows).unwrap_or(i64::MAX),
            i64::try_from(manifest.columns.len()).unwrap_or(i64::MAX),
            manifest.source.to_string(),
            text
        ]];
        let into = "table_versions (table_id, number, at, actor, rows, column_count, source, manifest)";
        self.insert(PUBLISHING, into, rows).await?;
        let query = sqlx::query("update tables set version = $2, title = $3 where id = $1")
            .bind(id.to_string())
            .bind(next)
            .bind(title.to_owned());
        self.run(PUBLISHING, query).await?;
        let owner = version_owner(id, next);
        for blob in
            [Some(manifest.parquet), Some(manifest.source), manifest.rejects_blob].into_iter().flatten()
        {
            self.refer(&blob, &owner).await?;
        }
        self.changed(
            Subject::Table,
            &record.to_string(),
            "version",
            Some(&format!("{distribution}: {next}")),
        );
        Ok((id, number(next)))
    }

    /// The table of a distribution, made when it is new, held against other writers until the end.
    async fn ensure_table(
        &mut self,
        record: RecordId,
        distribution: &str,
        title: &str,
    ) -> Result<Standing, StoreError> {
        let failed = StoreError::db(PUBLISHING);
        let query = sqlx::query(
            "insert into tables (id, record_id, distribution, title, version, created_at)
             values ($1, $2, $3, $4, 0, $5)
             on conflict (record_id, distribution) do update set title = tables.title
             returning id, version",
        )
        .bind(TableId::new().to_string())
        .bind(record.to_string())
        .bind(distribution.to_owned())
        .bind(title.to_owned())
        .bind(self.now.clone());
        let row = self
            .row(PUBLISHING, query)
            .await?
            .ok_or_else(|| StoreError::Conflict { what: "table", name: distribution.to_owned() })?;
        let id = table_id(&row.try_get::<String, _>(0).map_err(&failed)?)?;
        let version: i64 = row.try_get(1).map_err(&failed)?;
        let query = sqlx::query("select manifest from table_versions where table_id = $1 and number = $2")
            .bind(id.to_string())
            .bind(version);
        let manifest =
            self.row(PUBLISHING, query).await?.map(|row| row.try_get(0)).transpose().map_err(failed)?;
        Ok(Standing { id, version, manifest })
    }
}

const PUBLISHING: &str = "publish a table version";

/// Who a version's blobs are kept for.
fn version_owner(id: TableId, number: i64) -> String {
    format!("table:{id}:{number}")
}

impl Store {
    /// Adds a version to the table of a distribution, made when it is new: one transaction, after which it is the one
    /// that is served. A version equal to the current one is not added again.
    pub async fn publish_version(
        &self,
        actor: &Actor,
        record: RecordId,
        distribution: &str,
        title: &str,
        manifest: &TableManifest,
    ) -> Result<(TableId, u32), StoreError> {
        self.publish_version_and(actor, record, distribution, title, manifest, &|_, _| Vec::new()).await
    }

    /// The same, and asks for jobs in the same transaction when there is a new version: what follows from it is never
    /// forgotten.
    pub async fn publish_version_and(
        &self,
        actor: &Actor,
        record: RecordId,
        distribution: &str,
        title: &str,
        manifest: &TableManifest,
        jobs: &(dyn Fn(TableId, u32) -> Vec<NewJob> + Send + Sync),
    ) -> Result<(TableId, u32), StoreError> {
        let mut tx = self.begin(actor).await?;
        let published = tx.publish_version(record, distribution, title, manifest).await?;
        // Nothing to tell means nothing to keep.
        if tx.has_changes() {
            for job in jobs(published.0, published.1) {
                tx.enqueue(&job).await?;
            }
            tx.commit().await?;
        }
        Ok(published)
    }

    /// The table of an id.
    pub async fn table(&self, id: TableId) -> Result<Option<StoredTable>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where t.id = $1")))
            .bind(id.to_string())
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::db("read a table"))?;
        row.as_ref().map(read).transpose()
    }

    /// The tables of these datasets, oldest first.
    pub async fn tables_of(&self, records: &[RecordId]) -> Result<Vec<StoredTable>, StoreError> {
        let mut found = Vec::new();
        for records in records.chunks(KEYS_PER_LOOKUP) {
            let sql = format!("{COLUMNS} where t.record_id in ({}) order by t.id", places(1, records.len()));
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for record in records {
                query = query.bind(record.to_string());
            }
            for row in query.fetch_all(self.readers()).await.map_err(StoreError::db("list tables"))? {
                found.push(read(&row)?);
            }
        }
        Ok(found)
    }

    /// Tables whose datasets are in one of these states, after an id, oldest first.
    pub async fn tables_after(
        &self,
        statuses: &[RecordStatus],
        after: Option<TableId>,
        limit: u32,
    ) -> Result<Vec<StoredTable>, StoreError> {
        let words: Vec<String> = statuses.iter().map(|status| format!("'{}'", status.name())).collect();
        // The states are constants of ours.
        let sql = format!(
            "{COLUMNS} where r.status in ({}) and t.id > $1 order by t.id limit $2",
            words.join(", ")
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(after.map(|id| id.to_string()).unwrap_or_default())
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db("list tables"))?;
        rows.iter().map(read).collect()
    }

    /// The ids of all tables, of whatever state, after an id.
    pub(crate) async fn all_tables_after(
        &self,
        after: Option<TableId>,
        limit: u32,
    ) -> Result<Vec<TableId>, StoreError> {
        let doing = StoreError::db("list tables");
        let rows = sqlx::query("select id from tables where id > $1 order by id limit $2")
            .bind(after.map(|id| id.to_string()).unwrap_or_default())
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(&doing)?;
        rows.iter().map(|row| table_id(&row.try_get::<String, _>(0).map_err(&doing)?)).collect()
    }

    /// How many tables there are, and how many rows they have together.
    pub async fn count_tables(&self, statuses: &[RecordStatus]) -> Result<(u64, u64), StoreError> {
        let doing = StoreError::db("count tables");
        let words: Vec<String> = statuses.iter().map(|status| format!("'{}'", status.name())).collect();
        let sql = format!(
            "select count(*), cast(coalesce(sum(v.rows), 0) as bigint)
             from tables t
             join records r on r.id = t.record_id
             join table_versions v on v.table_id = t.id and v.number = t.version
             where r.status in ({})",
            words.join(", ")
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(self.readers()).await.map_err(&doing)?;
        let count =
            |index: usize| row.try_get::<i64, _>(index).map(|count| u64::try_from(count).unwrap_or(0));
        Ok((count(0).map_err(&doing)?, count(1).map_err(&doing)?))
    }

    /// A version of a table; the current one when no number is given.
    pub async fn table_version(
        &self,
        id: TableId,
        number: Option<u32>,
    ) -> Result<Option<TableVersion>, StoreError> {
        let sql = format!(
            "{VERSION_COLUMNS}
             where table_id = $1 and number = coalesce($2, (select version from tables where id = $1))"
        );
        self.one_version(
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).bind(number.map(i64::from)),
        )
        .await
    }

    /// The version that was served at a time.
    pub async fn table_version_at(
        &self,
        id: TableId,
        at: Timestamp,
    ) -> Result<Option<TableVersion>, StoreError> {
        let sql = format!("{VERSION_COLUMNS} where table_id = $1 and at <= $2 order by number desc limit 1");
        self.one_version(
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).bind(crate::clock::to_text(at)),
        )
        .await
    }

    /// The versions of a table, newest first.
    pub async fn table_versions(&self, id: TableId) -> Result<Vec<TableVersion>, StoreError> {
        let sql = format!("{VERSION_COLUMNS} where table_id = $1 order by number desc");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.to_string())
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db("list versions"))?;
        rows.iter().map(read_version).collect()
    }

    async fn one_version(
        &self,
        query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> Result<Option<TableVersion>, StoreError> {
        let row = query.fetch_optional(self.readers()).await.map_err(StoreError::db("read a version"))?;
        row.as_ref().map(read_version).transpose()
    }
}

fn number(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn table_id(text: &str) -> Result<TableId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { what: "a table id", found: text.to_owned() })
}

fn read(row: &AnyRow) -> Result<StoredTable, StoreError> {
    let doing = StoreError::db("read a table");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let count = |index: usize| row.try_get::<i64, _>(index).map_err(&doing);
    let record = text(1)?;
    Ok(StoredTable {
        id: table_id(&text(0)?)?,
        record: record.parse().map_err(|_| StoreError::Corrupt { what: "a record id", found: record })?,
        dataset_slug: text(2)?,
        dataset_title: text(3)?,
        status: RecordStatus::read(&text(4)?)?,
        distribution: text(5)?,
        title: text(6)?,
        version: number(count(7)?),
        rows: u64::try_from(count(8)?).unwrap_or(0),
        columns: u64::try_from(count(9)?).unwrap_or(0),
        updated_at: from_text(&text(10)?)?,
        described: row
            .try_get::<Option<i64>, _>(11)
            .map_err(&doing)?
            .map_or(0, |count| u64::try_from(count).unwrap_or(0)),
    })
}

fn read_version(row: &AnyRow) -> Result<TableVersion, StoreError> {
    let doing = StoreError::db("read a version");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let manifest = text(5)?;
    let manifest: TableManifest = serde_json::from_str(&manifest)
        .map_err(|error| StoreError::Corrupt { what: "a manifest", found: error.to_string() })?;
    if manifest.v > TableManifest::FORMAT {
        return Err(StoreError::Corrupt {
            what: "a manifest of a later release",
            found: manifest.v.to_string(),
        });
    }
    Ok(TableVersion {
        number: number(row.try_get(0).map_err(&doing)?),
        at: from_text(&text(1)?)?,
        actor: text(2)?,
        rows: u64::try_from(row.try_get::<i64, _>(3).map_err(&doing)?).unwrap_or(0),
        source: blob_id(&text(4)?)?,
        manifest,
    })
}

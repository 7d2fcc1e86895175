//! Copies of files that links lead to, kept so that data survives its server. The last copy that could be had stays when the link
//! breaks, and for a while after nobody names it any more.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::BlobId;

use crate::actor::Actor;
use crate::blobs::blob_id;
use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::limits::KEYS_PER_LOOKUP;
use crate::links::StoredLink;
use crate::records::places;
use crate::store::Store;
use crate::tx::{Tx, row};

/// A copy, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// The id of the link.
    pub link: String,
    /// The address.
    pub url: String,
    /// The copy and its size in bytes; nothing where the file could not be kept.
    pub copy: Option<(BlobId, u64)>,
    /// What its server said it is.
    pub media_type: String,
    /// Its version, as its server said.
    pub etag: Option<String>,
    /// When it changed, as its server said.
    pub last_modified: Option<String>,
    /// When these bytes were copied.
    pub copied_at: Timestamp,
    /// When its server was asked for the last time.
    pub seen_at: Timestamp,
    /// Why there is no copy, or none that is newer.
    pub reason: Option<String>,
    /// Somebody has taken the copy away, and no other is to be taken.
    pub is_withdrawn: bool,
}

const READING: &str = "read copies of files";
const WRITING: &str = "write copies of files";

const COLUMNS: &str = "m.link_id, m.url, m.blob_id, m.bytes, m.media_type, m.etag, m.last_modified, m.copied_at, m.seen_at, m.reason,
    m.withdrawn";

/// What a public record names as a file.
const NAMED_IN_PUBLIC: &str = "exists (
    select 1
    from link_uses u
    join records r on r.id = u.record_id
    left join organizations o on o.id = r.organization_id
    where u.link_id = l.id and u.role = 'download' and r.status = 'published'
      and (r.access_level is null or r.access_level = 'public')";

fn owner(link: &str) -> String {
    format!("mirror:{link}")
}

impl Store {
    /// Links of files that work and were not asked for a copy since their last check, by their ids, after one: those that public
    /// records of these organizations name, or of any when there are none.
    pub async fn links_to_mirror(
        &self,
        organizations: &[String],
        after: &str,
        limit: u32,
    ) -> Result<Vec<StoredLink>, StoreError> {
        let of = match organizations {
            [] => String::new(),
            some => format!(" and o.slug in ({})", places(3, some.len())),
        };
        let sql = format!(
            "select {} from links l
             where l.id > $1 and l.state = 'works' and l.verdict in ('works', 'moved', 'redirected')
               and not exists (
                   select 1 from mirrors m where m.link_id = l.id and (m.seen_at >= l.checked_at or m.withdrawn = 1)
               )
               and {NAMED_IN_PUBLIC}{of})
             order by l.id
             limit $2",
            crate::links::COLUMNS
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(after.to_owned()).bind(i64::from(limit));
        let query = organizations.iter().fold(query, |query, slug| query.bind(slug.clone()));
        let rows = query.fetch_all(self.readers()).await.map_err(StoreError::db(READING))?;
        rows.iter().map(crate::links::read).collect()
    }

    /// What is kept of these links; those of which nothing is are left out.
    pub async fn mirrors(&self, links: &[String]) -> Result<Vec<Mirror>, StoreError> {
        self.mirrors_where("where m.link_id", links).await
    }

    async fn mirrors_where(&self, which: &str, links: &[String]) -> Result<Vec<Mirror>, StoreError> {
        let mut found = Vec::new();
        for chunk in links.chunks(KEYS_PER_LOOKUP) {
            let sql = format!("select {COLUMNS} from mirrors m {which} in ({})", places(1, chunk.len()));
            let query = sqlx::query(sqlx::AssertSqlSafe(sql));
            let query = chunk.iter().fold(query, |query, id| query.bind(id.clone()));
            for row in query.fetch_all(self.readers()).await.map_err(StoreError::db(READING))? {
                found.push(read(&row)?);
            }
        }
        Ok(found)
    }

    /// The copies of these links' files that anybody may have: those of files that a public record names.
    pub async fn public_mirrors(&self, links: &[String]) -> Result<Vec<Mirror>, StoreError> {
        let which = format!(
            "join links l on l.id = m.link_id where m.blob_id is not null and {NAMED_IN_PUBLIC}) and m.link_id"
        );
        self.mirrors_where(&which, links).await
    }

    /// All copies in the order of their links' ids, after one.
    pub async fn mirrors_after(&self, after: &str, limit: u32) -> Result<Vec<Mirror>, StoreError> {
        let sql = format!("select {COLUMNS} from mirrors m where m.link_id > $1 order by m.link_id limit $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(after.to_owned())
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db(READING))?;
        rows.iter().map(read).collect()
    }

    /// How many bytes all copies have. The same bytes under two addresses count twice, though they are kept once.
    pub async fn mirrored_bytes(&self) -> Result<u64, StoreError> {
        let bytes: i64 = sqlx::query("select cast(coalesce(sum(bytes), 0) as bigint) from mirrors")
            .fetch_one(self.readers())
            .await
            .and_then(|row| row.try_get(0))
            .map_err(StoreError::db(READING))?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// Keeps a copy in the place of the one before, or notes why there is none.
    pub async fn put_mirror(&self, mirror: &Mirror) -> Result<(), StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        tx.put_mirror(mirror).await?;
        tx.commit().await
    }

    /// Takes a copy away, which somebody wants; none is taken of the file until somebody allows it again.
    pub async fn withdraw_mirror(&self, actor: &Actor, mirror: &Mirror) -> Result<(), StoreError> {
        let mut tx = self.begin(actor).await?;
        tx.put_mirror(&Mirror { copy: None, is_withdrawn: true, ..mirror.clone() }).await?;
        tx.audited("mirror", &mirror.link, "withdrawn", Some(&mirror.url));
        tx.commit().await
    }
    /// Notes that these copies are as good as their files at this time.
    pub async fn saw_mirrors(&self, links: &[String], at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        for chunk in links.chunks(KEYS_PER_LOOKUP) {
            let sql = format!(
                "update mirrors set seen_at = $1, reason = null where link_id in ({})",
                places(2, chunk.len())
            );
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(to_text(at));
            let query = chunk.iter().fold(query, |query, id| query.bind(id.clone()));
            tx.run(WRITING, query).await?;
        }
        tx.commit().await
    }

    /// Forgets all that is kept of a link's file, so that it may be copied again; whether there was something. Its bytes go with the
    /// next sweep.
    pub async fn allow_mirror(&self, actor: &Actor, link: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin(actor).await?;
        let was = tx.forget_mirror(link).await?;
        if was {
            tx.audited("mirror", link, "allowed", None);
            tx.commit().await?;
        }
        Ok(was)
    }

    /// Forgets copies of files that no record names and whose servers were asked last before a time. Returns how many.
    pub async fn forget_unnamed_mirrors(&self, before: Timestamp) -> Result<u64, StoreError> {
        let doing = StoreError::db(READING);
        let rows = sqlx::query(
            "select m.link_id from mirrors m
             where m.seen_at < $1 and not exists (select 1 from link_uses u where u.link_id = m.link_id)",
        )
        .bind(to_text(before))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        let mut tx = self.begin_bookkeeping().await?;
        for row in &rows {
            tx.forget_mirror(&row.try_get::<String, _>(0).map_err(&doing)?).await?;
        }
        tx.commit().await?;
        Ok(rows.len() as u64)
    }
}

impl Tx {
    async fn put_mirror(&mut self, mirror: &Mirror) -> Result<(), StoreError> {
        self.forget_mirror(&mirror.link).await?;
        if let Some((blob, _)) = &mirror.copy {
            self.refer(blob, &owner(&mirror.link)).await?;
        }
        let rows = vec![row![
            mirror.link.clone(),
            mirror.url.clone(),
            mirror.copy.map(|(blob, _)| blob.to_string()),
            mirror.copy.map_or(0, |(_, bytes)| i64::try_from(bytes).unwrap_or(i64::MAX)),
            mirror.media_type.clone(),
            mirror.etag.clone(),
            mirror.last_modified.clone(),
            to_text(mirror.copied_at),
            to_text(mirror.seen_at),
            mirror.reason.clone(),
            i64::from(mirror.is_withdrawn)
        ]];
        let into = "mirrors (link_id, url, blob_id, bytes, media_type, etag, last_modified, copied_at, seen_at, reason, withdrawn)";
        self.insert(WRITING, into, rows).await
    }

    async fn forget_mirror(&mut self, link: &str) -> Result<bool, StoreError> {
        self.let_go(&owner(link)).await?;
        let query = sqlx::query("delete from mirrors where link_id = $1").bind(link.to_owned());
        Ok(self.run(WRITING, query).await? > 0)
    }
}

fn read(row: &AnyRow) -> Result<Mirror, StoreError> {
    let doing = StoreError::db(READING);
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let maybe = |index: usize| row.try_get::<Option<String>, _>(index).map_err(&doing);
    let bytes: i64 = row.try_get(3).map_err(&doing)?;
    Ok(Mirror {
        link: text(0)?,
        url: text(1)?,
        copy: maybe(2)?
            .as_deref()
            .map(blob_id)
            .transpose()?
            .map(|blob| (blob, u64::try_from(bytes).unwrap_or(0))),
        media_type: text(4)?,
        etag: maybe(5)?,
        last_modified: maybe(6)?,
        copied_at: from_text(&text(7)?)?,
        seen_at: from_text(&text(8)?)?,
        reason: maybe(9)?,
        is_withdrawn: row.try_get::<i64, _>(10).map_err(&doing)? != 0,
    })
}

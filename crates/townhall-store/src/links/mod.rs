//! The links that records name: each address once, what was found there, and which records name it. All of it follows from the
//! records and from looking again, so none of it is in the change log.

mod counts;

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::{BlobId, RecordId};

use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::limits::{KEYS_PER_LOOKUP, LINK_RUNS_KEPT_MAX, LINK_URL_BYTES_MAX};
use crate::records::{places, record_id};
use crate::store::Store;
use crate::tx::{Tx, row};

pub use counts::{DashboardLinkCounts, LinkCount};

/// That a record names a link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkUse {
    /// The address.
    pub url: String,
    /// Its host.
    pub host: String,
    /// What it is to the record: `download`, `access`, `landing`, `dictionary`.
    pub role: &'static str,
    /// Which distribution it is of, counted from 0.
    pub distribution: Option<u32>,
    /// The title of the distribution.
    pub title: Option<String>,
    /// The media type that is declared, as written.
    pub media_type: Option<String>,
    /// The label of the format that is declared.
    pub format: Option<String>,
}

/// What is held of a link. The words are those of the link checker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkStanding {
    /// What is held of it.
    pub state: String,
    /// What was found the last time.
    pub verdict: String,
    /// The status of the last answer; 0 for none.
    pub status: u16,
    /// The status of the first answer; 0 for none.
    pub first_status: u16,
    /// What its server says it is, in lower case.
    pub content_type: String,
    /// Since when its state is what it is.
    pub since: Option<Timestamp>,
    /// How many bad answers in a row there were.
    pub failures: u32,
    /// When the first of them was.
    pub failing_since: Option<Timestamp>,
    /// When it worked last.
    pub worked_at: Option<Timestamp>,
    /// When it was checked last.
    pub checked_at: Option<Timestamp>,
    /// When it is to be checked next.
    pub next_at: Timestamp,
    /// Everything that was found, as JSON text.
    pub detail: Option<String>,
}

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLink {
    /// Its id.
    pub id: String,
    /// The address.
    pub url: String,
    /// Its host.
    pub host: String,
    /// How often it was checked.
    pub checks: u64,
    /// What is held of it.
    pub standing: LinkStanding,
}

/// A link with one of the places that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLink {
    /// The link.
    pub link: StoredLink,
    /// The record that names it, by its id, slug and title.
    pub record: (RecordId, String, String),
    /// The organization's slug and name.
    pub organization: Option<(String, String)>,
    /// What it is to the record.
    pub role: String,
    /// Which distribution it is of.
    pub distribution: Option<u32>,
    /// The title of the distribution.
    pub title: Option<String>,
    /// The format that is declared.
    pub format: Option<String>,
    /// Where the next page of a list begins.
    pub cursor: (i64, i64),
}

/// Checks in a row that found the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRun {
    /// When the first was.
    pub from: Timestamp,
    /// When the last was.
    pub until: Timestamp,
    /// How many.
    pub count: u64,
    /// What was found.
    pub verdict: String,
    /// The status of the answers.
    pub status: u16,
}

/// Which links of published records.
#[derive(Debug, Clone, Default)]
pub struct LinkFilter {
    /// In these states; any when empty.
    pub states: Vec<&'static str>,
    /// Found to be so; any when empty.
    pub verdicts: Vec<&'static str>,
    /// Of organizations with these slugs; of any when absent.
    pub organizations: Option<Vec<String>>,
    /// On this host.
    pub host: Option<String>,
}

const READING: &str = "read links";
const WRITING: &str = "write links";

pub(crate) const COLUMNS: &str =
    "l.id, l.url, l.host, l.checks, l.state, l.verdict, l.status, l.first_status, l.content_type, l.since,
    l.failures, l.failing_since, l.worked_at, l.checked_at, l.next_at, l.detail";

const NAMED: &str =
    "r.id, r.slug, r.title, o.slug, o.name, u.role, u.distribution, u.title, u.format, r.position, u.number
    from link_uses u
    join links l on l.id = u.link_id
    join records r on r.id = u.record_id and r.status = 'published'
    left join organizations o on o.id = r.organization_id";

/// The id of an address.
pub fn link_id(url: &str) -> String {
    BlobId::of(url.as_bytes()).to_string()[..40].to_owned()
}

impl Store {
    /// Up to which change the records' links were taken in.
    pub async fn links_seen(&self) -> Result<i64, StoreError> {
        sqlx::query("select value from link_progress where name = 'seen'")
            .fetch_optional(self.readers())
            .await
            .and_then(|row| row.map_or(Ok(0), |row| row.try_get(0)))
            .map_err(StoreError::db(READING))
    }

    /// Writes down which links these records name now, in the place of what they named before, and up to which change that is.
    /// Links that are new are due at once.
    pub async fn put_link_uses(
        &self,
        uses: &[(RecordId, Vec<LinkUse>)],
        seen: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        for chunk in uses.chunks(KEYS_PER_LOOKUP) {
            let sql = format!("delete from link_uses where record_id in ({})", places(1, chunk.len()));
            let query = sqlx::query(sqlx::AssertSqlSafe(sql));
            let query = chunk.iter().fold(query, |query, (id, _)| query.bind(id.to_string()));
            tx.run(WRITING, query).await?;
        }
        tx.add_links(uses.iter().flat_map(|(_, uses)| uses)).await?;
        let rows = uses
            .iter()
            .flat_map(|(id, uses)| {
                (0_i64..).zip(uses.iter().filter(|known| is_kept(known))).map(move |used| (id, used))
            })
            .map(|(id, (number, used))| {
                row![
                    id.to_string(),
                    number,
                    link_id(&used.url),
                    used.role,
                    used.distribution.map_or(-1, i64::from),
                    used.title.clone(),
                    used.media_type.as_deref().unwrap_or_default().to_lowercase(),
                    used.format.clone()
                ]
            })
            .collect();
        let into = "link_uses (record_id, number, link_id, role, distribution, title, media_type, format)";
        tx.insert(WRITING, into, rows).await?;
        let query = sqlx::query(
            "insert into link_progress (name, value) values ('seen', $1)
             on conflict (name) do update set value = excluded.value",
        );
        tx.run(WRITING, query.bind(seen)).await?;
        tx.commit().await
    }

    /// Forgets links that no record names any more. Returns how many there were.
    pub async fn forget_unnamed_links(&self) -> Result<u64, StoreError> {
        let unnamed =
            "select l.id from links l where not exists (select 1 from link_uses u where u.link_id = l.id)";
        let mut tx = self.begin_bookkeeping().await?;
        let sql = format!("delete from link_runs where link_id in ({unnamed})");
        tx.run(WRITING, sqlx::query(sqlx::AssertSqlSafe(sql))).await?;
        let sql = format!("delete from links where id in ({unnamed})");
        let gone = tx.run(WRITING, sqlx::query(sqlx::AssertSqlSafe(sql))).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Hosts with links that are due, by name, those after a name.
    pub async fn due_link_hosts(
        &self,
        now: Timestamp,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let doing = StoreError::db(READING);
        let rows = sqlx::query(
            "select distinct host from links where next_at <= $1 and ($2 = 0 or host > $3) order by host limit $4",
        )
        .bind(to_text(now))
        .bind(i64::from(after.is_some()))
        .bind(after.unwrap_or_default().to_owned())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter().map(|row| row.try_get(0).map_err(&doing)).collect()
    }

    /// How many links are due.
    pub async fn count_due_links(&self, now: Timestamp) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query("select count(*) from links where next_at <= $1")
            .bind(to_text(now))
            .fetch_one(self.readers())
            .await
            .and_then(|row| row.try_get(0))
            .map_err(StoreError::db(READING))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Links of a host that are due, those that are so longest first, after the time and id of the last one that was given. With
    /// each comes what the records declare it to be.
    pub async fn due_links(
        &self,
        host: &str,
        now: Timestamp,
        after: Option<(Timestamp, &str)>,
        limit: u32,
    ) -> Result<Vec<(StoredLink, Vec<String>)>, StoreError> {
        let (time, id) = after.map_or((String::new(), ""), |(time, id)| (to_text(time), id));
        let sql = format!(
            "select {COLUMNS} from links l
             where l.host = $1 and l.next_at <= $2 and (l.next_at > $3 or (l.next_at = $3 and l.id > $4))
             order by l.next_at, l.id
             limit $5"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(host.to_owned())
            .bind(to_text(now))
            .bind(time)
            .bind(id.to_owned())
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db(READING))?;
        let mut due = Vec::with_capacity(rows.len());
        for row in &rows {
            due.push((read(row)?, Vec::new()));
        }
        self.declare(&mut due).await?;
        Ok(due)
    }

    /// Adds what records declare links to be. What is said of a distribution holds for its file, not for a page that leads to it.
    async fn declare(&self, links: &mut [(StoredLink, Vec<String>)]) -> Result<(), StoreError> {
        let doing = StoreError::db(READING);
        for chunk in links.chunks_mut(KEYS_PER_LOOKUP) {
            let sql = format!(
                "select distinct link_id, coalesce(format, ''), media_type from link_uses
                 where link_id in ({}) and role = 'download' order by 1, 2, 3",
                places(1, chunk.len())
            );
            let query = sqlx::query(sqlx::AssertSqlSafe(sql));
            let query = chunk.iter().fold(query, |query, (link, _)| query.bind(link.id.clone()));
            for row in query.fetch_all(self.readers()).await.map_err(&doing)? {
                let id: String = row.try_get(0).map_err(&doing)?;
                let Some((_, declared)) = chunk.iter_mut().find(|(link, _)| link.id == id) else { continue };
                let format: String = row.try_get(1).map_err(&doing)?;
                let media_type: String = row.try_get(2).map_err(&doing)?;
                // The label was made of the media type, too.
                let said = if format.is_empty() { media_type } else { format };
                if !said.is_empty() && !declared.contains(&said) {
                    declared.push(said);
                }
            }
        }
        Ok(())
    }

    /// The links with these ids; those that are not there are left out.
    pub async fn links_by_id(&self, ids: &[String]) -> Result<Vec<StoredLink>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(KEYS_PER_LOOKUP) {
            let sql = format!("select {COLUMNS} from links l where l.id in ({})", places(1, chunk.len()));
            let query =
                chunk.iter().fold(sqlx::query(sqlx::AssertSqlSafe(sql)), |query, id| query.bind(id.clone()));
            for row in query.fetch_all(self.readers()).await.map_err(StoreError::db(READING))? {
                found.push(read(&row)?);
            }
        }
        Ok(found)
    }

    /// Writes down what checks found, all at once.
    pub async fn put_link_checks(&self, checks: &[(String, LinkStanding)]) -> Result<(), StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        for (id, standing) in checks {
            tx.put_link_check(id, standing).await?;
        }
        tx.commit().await
    }

    /// Makes links due now: those of a record, or all.
    pub async fn make_links_due(&self, record: Option<RecordId>) -> Result<u64, StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        let now = tx.now.clone();
        let query = sqlx::query(
            "update links set next_at = $1
             where $2 = '' or id in (select link_id from link_uses where record_id = $2)",
        )
        .bind(now)
        .bind(record.map(|id| id.to_string()).unwrap_or_default());
        let made = tx.run(WRITING, query).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// The links that a record names, in its order.
    pub async fn links_of(&self, record: RecordId) -> Result<Vec<NamedLink>, StoreError> {
        let sql = format!("select {COLUMNS}, {NAMED} where u.record_id = $1 order by u.number");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(record.to_string())
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db(READING))?;
        rows.iter().map(read_named).collect()
    }

    /// Links of published records in the order of the records, with each place that names them, after a cursor.
    pub async fn named_links(
        &self,
        filter: &LinkFilter,
        after: (i64, i64),
        limit: u32,
    ) -> Result<Vec<NamedLink>, StoreError> {
        let words =
            |words: &[&str]| words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
        let mut conditions = String::new();
        // States and verdicts are constants of ours, never somebody's text.
        if !filter.states.is_empty() {
            conditions.push_str(&format!(" and l.state in ({})", words(&filter.states)));
        }
        if !filter.verdicts.is_empty() {
            conditions.push_str(&format!(" and l.verdict in ({})", words(&filter.verdicts)));
        }
        let organizations = filter.organizations.as_deref().unwrap_or_default();
        if filter.organizations.is_some() {
            let none = "''".to_owned();
            let places = if organizations.is_empty() { none } else { places(5, organizations.len()) };
            conditions.push_str(&format!(" and o.slug in ({places})"));
        }
        let sql = format!(
            "select {COLUMNS}, {NAMED}
             where (r.position > $1 or (r.position = $1 and u.number > $2)) and ($3 = '' or l.host = $3){conditions}
             order by r.position, u.number
             limit $4"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(after.0)
            .bind(after.1)
            .bind(filter.host.clone().unwrap_or_default())
            .bind(i64::from(limit));
        let query = organizations.iter().fold(query, |query, slug| query.bind(slug.clone()));
        let rows = query.fetch_all(self.readers()).await.map_err(StoreError::db(READING))?;
        rows.iter().map(read_named).collect()
    }

    /// What was found at a link over time, newest first.
    pub async fn link_runs(&self, id: &str) -> Result<Vec<LinkRun>, StoreError> {
        let doing = StoreError::db(READING);
        let rows = sqlx::query(
            "select from_at, until_at, count, verdict, status from link_runs where link_id = $1 order by from_at desc",
        )
        .bind(id.to_owned())
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                Ok(LinkRun {
                    from: from_text(&row.try_get::<String, _>(0).map_err(&doing)?)?,
                    until: from_text(&row.try_get::<String, _>(1).map_err(&doing)?)?,
                    count: count(row, 2)?,
                    verdict: row.try_get(3).map_err(&doing)?,
                    status: status(row, 4)?,
                })
            })
            .collect()
    }

    /// Published datasets that name files with this name elsewhere and working: where a broken link's file may have gone.
    pub async fn working_links_named(&self, file_name: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let doing = StoreError::db(READING);
        let rows = sqlx::query(
            "select url from links where file_name = $1 and state = 'works' order by url limit $2",
        )
        .bind(file_name.to_owned())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter().map(|row| row.try_get(0).map_err(&doing)).collect()
    }
}

impl Tx {
    /// Keeps addresses that are not kept yet.
    async fn add_links<'u>(&mut self, uses: impl Iterator<Item = &'u LinkUse>) -> Result<(), StoreError> {
        let mut new: std::collections::BTreeMap<String, &LinkUse> =
            uses.filter(|known| is_kept(known)).map(|known| (link_id(&known.url), known)).collect();
        let ids: Vec<String> = new.keys().cloned().collect();
        for chunk in ids.chunks(KEYS_PER_LOOKUP) {
            let sql = format!("select id from links where id in ({})", places(1, chunk.len()));
            let query =
                chunk.iter().fold(sqlx::query(sqlx::AssertSqlSafe(sql)), |query, id| query.bind(id.clone()));
            for row in self.rows(WRITING, query).await? {
                new.remove(&row.try_get::<String, _>(0).map_err(StoreError::db(WRITING))?);
            }
        }
        let now = self.now.clone();
        let rows = new
            .into_iter()
            .map(|(id, known)| {
                row![
                    id,
                    known.url.clone(),
                    known.host.clone(),
                    file_name(&known.url),
                    "unknown",
                    "unchecked",
                    0_i64,
                    0_i64,
                    "",
                    0_i64,
                    0_i64,
                    now.clone()
                ]
            })
            .collect();
        let into = "links (id, url, host, file_name, state, verdict, status, first_status, content_type, failures, checks, next_at)";
        self.insert(WRITING, into, rows).await
    }

    async fn put_link_check(&mut self, id: &str, standing: &LinkStanding) -> Result<(), StoreError> {
        let time = |time: Option<Timestamp>| time.map(to_text);
        let query = sqlx::query(
            "update links
             set state = $2, verdict = $3, status = $4, first_status = $5, content_type = $6, since = $7, failures = $8,
                 failing_since = $9, worked_at = $10, checked_at = $11, next_at = $12, detail = $13, checks = checks + 1
             where id = $1",
        )
        .bind(id.to_owned())
        .bind(standing.state.clone())
        .bind(standing.verdict.clone())
        .bind(i64::from(standing.status))
        .bind(i64::from(standing.first_status))
        .bind(standing.content_type.clone())
        .bind(time(standing.since))
        .bind(i64::from(standing.failures))
        .bind(time(standing.failing_since))
        .bind(time(standing.worked_at))
        .bind(time(standing.checked_at))
        .bind(to_text(standing.next_at))
        .bind(standing.detail.clone());
        if self.run(WRITING, query).await? == 0 {
            // Nobody names it any more.
            return Ok(());
        }
        let at = time(standing.checked_at).unwrap_or_else(|| self.now.clone());
        let query = sqlx::query(
            "update link_runs set until_at = $2, count = count + 1
             where link_id = $1 and verdict = $3 and status = $4
               and from_at = (select max(from_at) from link_runs where link_id = $1)",
        )
        .bind(id.to_owned())
        .bind(at.clone())
        .bind(standing.verdict.clone())
        .bind(i64::from(standing.status));
        if self.run(WRITING, query).await? > 0 {
            return Ok(());
        }
        let query = sqlx::query(
            "insert into link_runs (link_id, from_at, until_at, count, verdict, status) values ($1, $2, $2, 1, $3, $4)
             on conflict (link_id, from_at) do update set verdict = excluded.verdict, status = excluded.status",
        )
        .bind(id.to_owned())
        .bind(at)
        .bind(standing.verdict.clone())
        .bind(i64::from(standing.status));
        self.run(WRITING, query).await?;
        let query = sqlx::query(
            "delete from link_runs
             where link_id = $1
               and from_at not in (select from_at from link_runs where link_id = $1 order by from_at desc limit $2)",
        )
        .bind(id.to_owned())
        .bind(LINK_RUNS_KEPT_MAX);
        self.run(WRITING, query).await?;
        Ok(())
    }
}

/// Addresses that are longer than any server takes are no links.
fn is_kept(known: &LinkUse) -> bool {
    known.url.len() <= LINK_URL_BYTES_MAX && !known.url.contains('\0')
}

/// The last part of an address's path, in lower case.
fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    if name.contains('.') && path.matches('/').count() > 2 { name } else { String::new() }
}

pub(crate) fn read(row: &AnyRow) -> Result<StoredLink, StoreError> {
    let doing = StoreError::db(READING);
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let maybe = |index: usize| row.try_get::<Option<String>, _>(index).map_err(&doing);
    let time = |index: usize| maybe(index)?.as_deref().map(from_text).transpose();
    Ok(StoredLink {
        id: text(0)?,
        url: text(1)?,
        host: text(2)?,
        checks: count(row, 3)?,
        standing: LinkStanding {
            state: text(4)?,
            verdict: text(5)?,
            status: status(row, 6)?,
            first_status: status(row, 7)?,
            content_type: text(8)?,
            since: time(9)?,
            failures: u32::try_from(count(row, 10)?).unwrap_or(u32::MAX),
            failing_since: time(11)?,
            worked_at: time(12)?,
            checked_at: time(13)?,
            next_at: from_text(&text(14)?)?,
            detail: maybe(15)?,
        },
    })
}

fn read_named(row: &AnyRow) -> Result<NamedLink, StoreError> {
    let doing = StoreError::db(READING);
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let maybe = |index: usize| row.try_get::<Option<String>, _>(index).map_err(&doing);
    let number = |index: usize| row.try_get::<i64, _>(index).map_err(&doing);
    Ok(NamedLink {
        link: read(row)?,
        record: (record_id(&text(16)?)?, text(17)?, text(18)?),
        organization: maybe(19)?.zip(maybe(20)?),
        role: text(21)?,
        distribution: u32::try_from(number(22)?).ok(),
        title: maybe(23)?,
        format: maybe(24)?,
        cursor: (number(25)?, number(26)?),
    })
}

fn count(row: &AnyRow, index: usize) -> Result<u64, StoreError> {
    let number: i64 = row.try_get(index).map_err(StoreError::db(READING))?;
    Ok(u64::try_from(number).unwrap_or(0))
}

fn status(row: &AnyRow, index: usize) -> Result<u16, StoreError> {
    Ok(u16::try_from(count(row, index)?).unwrap_or(0))
}

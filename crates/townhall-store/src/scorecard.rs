//! The scorecard: offices, what was seen of them, what people wrote down, and what was frozen at the end of a quarter.
//!
//! A look that saw the same as the one before only says when; a frozen quarter is inserted once and nothing here changes it.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::BlobId;

use crate::actor::Actor;
use crate::blobs::blob_id;
use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::store::Store;
use crate::tx::{Query, Tx, row};

/// An office as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOffice {
    /// Its name in addresses.
    pub id: String,
    /// What it is, as JSON.
    pub document: String,
}

/// What became of a list of offices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfficesKept {
    /// New ones.
    pub added: u64,
    /// Those that are described otherwise now.
    pub changed: u64,
    /// Those that are as they were.
    pub unchanged: u64,
    /// Those that were taken away.
    pub removed: u64,
}

/// What is done with offices that a list does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherOffices {
    /// They stay.
    Keep,
    /// They go; what was seen of them stays.
    Remove,
}

/// What was seen of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLook {
    /// The office.
    pub office: String,
    /// The last day of the quarter that it counts for.
    pub milestone: String,
    /// When.
    pub at: Timestamp,
    /// What, as JSON.
    pub facts: String,
    /// The standing that came of it.
    pub standing: String,
    /// The listing.
    pub listing: Option<BlobId>,
    /// What is wrong with it.
    pub errors: Option<BlobId>,
    /// What got worse: the sort of thing and a sentence.
    pub regressions: Vec<(String, String)>,
}

/// What was seen of an office from one time to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLook {
    /// The office.
    pub office: String,
    /// Its number, counted from 1.
    pub number: i64,
    /// The last day of the quarter that it counts for.
    pub milestone: String,
    /// When it was first seen.
    pub at: Timestamp,
    /// When it was last seen.
    pub seen_at: Timestamp,
    /// What, as JSON.
    pub facts: String,
    /// The standing that came of it.
    pub standing: String,
    /// The listing.
    pub listing: Option<BlobId>,
    /// What is wrong with it.
    pub errors: Option<BlobId>,
}

/// Something that got worse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRegression {
    /// The office.
    pub office: String,
    /// The number of the look that saw it.
    pub look: i64,
    /// What sort of thing.
    pub kind: String,
    /// The last day of the quarter.
    pub milestone: String,
    /// When it was seen.
    pub at: Timestamp,
    /// What happened.
    pub message: String,
}

/// What somebody writes down in a field of an office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewEntry {
    /// The last day of the quarter.
    pub milestone: String,
    /// The office.
    pub office: String,
    /// The field.
    pub field: String,
    /// Its value; empty for none.
    pub value: String,
    /// A note on it, in Markdown.
    pub note: String,
    /// Why it is so.
    pub reason: String,
}

/// What somebody wrote down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// What.
    pub entry: NewEntry,
    /// Its number among the entries of the field, counted from 1.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
}

/// What an office had reached at the end of a quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFinal {
    /// The office.
    pub office: String,
    /// Everything about it, as JSON.
    pub document: String,
    /// Its listing.
    pub listing: Option<BlobId>,
    /// What was wrong with it.
    pub errors: Option<BlobId>,
}

/// What an office had reached at the end of a quarter, for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFinal {
    /// The last day of the quarter.
    pub milestone: String,
    /// What it had reached.
    pub reached: NewFinal,
    /// When it was frozen.
    pub frozen_at: Timestamp,
}

const LOOKS: &str = "select l.office, l.number, l.milestone, l.at, l.seen_at, l.facts, l.standing, l.listing_blob, l.errors_blob
    from scorecard_looks l";

const ENTRIES: &str =
    "select e.milestone, e.office, e.field, e.value, e.note, e.reason, e.number, e.at, e.actor
    from scorecard_entries e";

const FINALS: &str = "select f.milestone, f.office, f.document, f.listing_blob, f.errors_blob, f.frozen_at
    from scorecard_finals f";

const REGRESSIONS: &str = "select office, look, kind, milestone, at, message from scorecard_regressions";

/// How many rows a list gives at most: more offices and quarters than there are.
const ROWS_MAX: i64 = 200_000;

impl Store {
    /// Keeps offices; those that are as they were cause no write.
    pub async fn put_offices(
        &self,
        actor: &Actor,
        offices: &[StoredOffice],
        others: OtherOffices,
    ) -> Result<OfficesKept, StoreError> {
        const DOING: &str = "keep offices";
        let mut tx = self.begin(actor).await?;
        let known: Vec<StoredOffice> = tx
            .rows(DOING, sqlx::query("select id, document from scorecard_offices"))
            .await?
            .iter()
            .map(office)
            .collect::<Result<_, _>>()?;
        let known: std::collections::HashMap<&str, &str> =
            known.iter().map(|office| (office.id.as_str(), office.document.as_str())).collect();
        let mut kept = OfficesKept::default();
        for office in offices {
            let count = match known.get(office.id.as_str()) {
                Some(document) if *document == office.document => {
                    kept.unchanged += 1;
                    continue;
                }
                Some(_) => &mut kept.changed,
                None => &mut kept.added,
            };
            *count += 1;
            let query = sqlx::query(
                "insert into scorecard_offices (id, document)
                 values ($1, $2)
                 on conflict (id) do update set document = excluded.document",
            );
            tx.run(DOING, query.bind(office.id.clone()).bind(office.document.clone())).await?;
        }
        if others == OtherOffices::Remove {
            for id in known.keys().filter(|id| !offices.iter().any(|office| office.id == **id)) {
                let query = sqlx::query("delete from scorecard_offices where id = $1").bind((*id).to_owned());
                kept.removed += tx.run(DOING, query).await?;
            }
        }
        if kept.added + kept.changed + kept.removed > 0 {
            let note = format!("{} added, {} changed, {} removed", kept.added, kept.changed, kept.removed);
            tx.audited("scorecard", "offices", "loaded", Some(&note));
            tx.commit().await?;
        }
        Ok(kept)
    }

    /// The offices, by their ids.
    pub async fn offices(&self) -> Result<Vec<StoredOffice>, StoreError> {
        let query = sqlx::query("select id, document from scorecard_offices order by id");
        self.scorecard(query).await?.iter().map(office).collect()
    }

    /// Whether there are any offices.
    pub async fn has_offices(&self) -> Result<bool, StoreError> {
        Ok(!self.scorecard(sqlx::query("select id from scorecard_offices limit 1")).await?.is_empty())
    }

    /// Keeps what was seen of an office. What is the same as before, in the same quarter, is only said to be seen again.
    /// Returns whether it was something new. A quarter that is frozen takes nothing any more.
    pub async fn put_look(&self, actor: &Actor, new: &NewLook) -> Result<bool, StoreError> {
        const DOING: &str = "keep what was seen of an office";
        let mut tx = self.begin(actor).await?;
        // Held against others that look at the same office, until the end.
        let query = sqlx::query("update scorecard_offices set document = document where id = $1")
            .bind(new.office.clone());
        if tx.run(DOING, query).await? == 0 {
            return Err(StoreError::NotFound { what: "office", name: new.office.clone() });
        }
        tx.must_be_open(&new.milestone, &new.office).await?;
        let last = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{LOOKS} where l.office = $1 order by l.number desc limit 1"
        )));
        let last = tx.row(DOING, last.bind(new.office.clone())).await?.as_ref().map(look).transpose()?;
        let at = to_text(new.at);
        if let Some(last) = last.as_ref().filter(|last| is_the_same(last, new)) {
            let query =
                sqlx::query("update scorecard_looks set seen_at = $3 where office = $1 and number = $2")
                    .bind(new.office.clone())
                    .bind(last.number)
                    .bind(at);
            tx.run(DOING, query).await?;
            tx.commit().await?;
            return Ok(false);
        }
        let number = last.map_or(1, |last| last.number + 1);
        let text = |blob: &Option<BlobId>| blob.as_ref().map(BlobId::to_string);
        let values = row![
            new.office.clone(),
            number,
            new.milestone.clone(),
            at.clone(),
            at.clone(),
            new.facts.clone(),
            new.standing.clone(),
            text(&new.listing),
            text(&new.errors)
        ];
        let into = "scorecard_looks (office, number, milestone, at, seen_at, facts, standing, listing_blob, errors_blob)";
        tx.insert(DOING, into, vec![values]).await?;
        for blob in [&new.listing, &new.errors].into_iter().flatten() {
            tx.refer(blob, &format!("look:{}:{number}", new.office)).await?;
        }
        let rows = new.regressions.iter().map(|(kind, message)| {
            row![new.office.clone(), number, kind.clone(), new.milestone.clone(), at.clone(), message.clone()]
        });
        let into = "scorecard_regressions (office, look, kind, milestone, at, message)";
        tx.insert(DOING, into, rows.collect()).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// What was seen last of each office in a quarter.
    pub async fn last_looks(&self, milestone: &str) -> Result<Vec<StoredLook>, StoreError> {
        let sql = format!(
            "{LOOKS}
             where l.milestone = $1 and l.number = (
                 select max(n.number) from scorecard_looks n where n.office = l.office and n.milestone = l.milestone
             )
             order by l.office
             limit $2"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(milestone.to_owned()).bind(ROWS_MAX);
        self.scorecard(query).await?.iter().map(look).collect()
    }

    /// What was seen of an office, the newest first.
    pub async fn looks_at(&self, office: &str, limit: u32) -> Result<Vec<StoredLook>, StoreError> {
        let sql = format!("{LOOKS} where l.office = $1 order by l.number desc limit $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(office.to_owned()).bind(i64::from(limit));
        self.scorecard(query).await?.iter().map(look).collect()
    }

    /// What was seen of an office when a moment came.
    pub async fn look_before(
        &self,
        office: &str,
        before: Timestamp,
    ) -> Result<Option<StoredLook>, StoreError> {
        let sql = format!("{LOOKS} where l.office = $1 and l.at < $2 order by l.number desc limit 1");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(office.to_owned()).bind(to_text(before));
        self.scorecard(query).await?.first().map(look).transpose()
    }

    /// What got worse, the newest first; of one office, where one is given.
    pub async fn regressions(
        &self,
        office: Option<&str>,
        limit: u32,
    ) -> Result<Vec<StoredRegression>, StoreError> {
        let sql = format!(
            "{REGRESSIONS} where ($1 = '' or office = $2) order by at desc, office, look desc, kind limit $3"
        );
        let office = office.unwrap_or_default().to_owned();
        let query =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(office.clone()).bind(office).bind(i64::from(limit));
        self.scorecard(query).await?.iter().map(regression).collect()
    }

    /// Writes a field of an office down; the same as before causes no write. Returns the number of the entry in force. A
    /// quarter that is frozen takes nothing any more.
    pub async fn put_entry(&self, actor: &Actor, new: &NewEntry) -> Result<i64, StoreError> {
        const DOING: &str = "write a field of the scorecard";
        let mut tx = self.begin(actor).await?;
        let query = sqlx::query("update scorecard_offices set document = document where id = $1")
            .bind(new.office.clone());
        if tx.run(DOING, query).await? == 0 {
            return Err(StoreError::NotFound { what: "office", name: new.office.clone() });
        }
        tx.must_be_open(&new.milestone, &new.office).await?;
        let sql = format!(
            "{ENTRIES} where e.milestone = $1 and e.office = $2 and e.field = $3 order by e.number desc limit 1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(new.milestone.clone())
            .bind(new.office.clone())
            .bind(new.field.clone());
        let last = tx.row(DOING, query).await?.as_ref().map(entry).transpose()?;
        if let Some(last) = last.as_ref().filter(|last| last.entry == *new) {
            return Ok(last.number);
        }
        let number = last.map_or(1, |last| last.number + 1);
        let values = row![
            new.milestone.clone(),
            new.office.clone(),
            new.field.clone(),
            number,
            new.value.clone(),
            new.note.clone(),
            new.reason.clone(),
            tx.now.clone(),
            tx.actor.clone()
        ];
        let into = "scorecard_entries (milestone, office, field, number, value, note, reason, at, actor)";
        tx.insert(DOING, into, vec![values]).await?;
        tx.audited("scorecard", &format!("{}/{}", new.office, new.milestone), "written", Some(&new.field));
        tx.commit().await?;
        Ok(number)
    }

    /// What is written of a quarter, of one office where one is given: the entries in force.
    pub async fn entries(
        &self,
        milestone: &str,
        office: Option<&str>,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let sql = format!(
            "{ENTRIES}
             where e.milestone = $1 and ($2 = '' or e.office = $3) and e.number = (
                 select max(n.number) from scorecard_entries n
                 where n.milestone = e.milestone and n.office = e.office and n.field = e.field
             )
             order by e.office, e.field
             limit $4"
        );
        let office = office.unwrap_or_default().to_owned();
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(milestone.to_owned())
            .bind(office.clone())
            .bind(office)
            .bind(ROWS_MAX);
        self.scorecard(query).await?.iter().map(entry).collect()
    }

    /// All that was ever written in a field of an office, the newest first.
    pub async fn entry_history(
        &self,
        milestone: &str,
        office: &str,
        field: &str,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let sql = format!(
            "{ENTRIES} where e.milestone = $1 and e.office = $2 and e.field = $3 order by e.number desc limit 1000"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(milestone.to_owned())
            .bind(office.to_owned())
            .bind(field.to_owned());
        self.scorecard(query).await?.iter().map(entry).collect()
    }

    /// Freezes what offices had reached at the end of a quarter. What is frozen already stays as it is. Returns how many
    /// were frozen.
    pub async fn freeze(
        &self,
        actor: &Actor,
        milestone: &str,
        reached: &[NewFinal],
    ) -> Result<u64, StoreError> {
        const DOING: &str = "freeze a quarter";
        let mut tx = self.begin(actor).await?;
        let mut frozen = 0;
        for one in reached {
            let text = |blob: &Option<BlobId>| blob.as_ref().map(BlobId::to_string);
            let query = sqlx::query(
                "insert into scorecard_finals (milestone, office, document, listing_blob, errors_blob, frozen_at)
                 values ($1, $2, $3, $4, $5, $6)
                 on conflict (milestone, office) do nothing",
            )
            .bind(milestone.to_owned())
            .bind(one.office.clone())
            .bind(one.document.clone())
            .bind(text(&one.listing))
            .bind(text(&one.errors))
            .bind(tx.now.clone());
            if tx.run(DOING, query).await? == 0 {
                continue;
            }
            frozen += 1;
            for blob in [&one.listing, &one.errors].into_iter().flatten() {
                tx.refer(blob, &format!("final:{}:{milestone}", one.office)).await?;
            }
        }
        if frozen > 0 {
            tx.audited("scorecard", milestone, "frozen", Some(&format!("{frozen} offices")));
            tx.commit().await?;
        }
        Ok(frozen)
    }

    /// What was frozen at the end of a quarter.
    pub async fn finals(&self, milestone: &str) -> Result<Vec<StoredFinal>, StoreError> {
        let sql = format!("{FINALS} where f.milestone = $1 order by f.office limit $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(milestone.to_owned()).bind(ROWS_MAX);
        self.scorecard(query).await?.iter().map(frozen).collect()
    }

    /// What was frozen of an office, the newest quarter first.
    pub async fn finals_of(&self, office: &str) -> Result<Vec<StoredFinal>, StoreError> {
        let sql = format!("{FINALS} where f.office = $1 order by f.milestone desc limit $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(office.to_owned()).bind(ROWS_MAX);
        self.scorecard(query).await?.iter().map(frozen).collect()
    }

    /// The quarters of which something is known, the newest first, with whether they are frozen.
    pub async fn known_milestones(&self) -> Result<Vec<(String, bool)>, StoreError> {
        let query = sqlx::query(
            "select m.milestone, max(m.frozen)
             from (
                 select distinct milestone, 0 as frozen from scorecard_looks
                 union all
                 select distinct milestone, 0 as frozen from scorecard_entries
                 union all
                 select distinct milestone, 1 as frozen from scorecard_finals
             ) m
             group by m.milestone
             order by m.milestone desc",
        );
        let doing = StoreError::db("list quarters");
        self.scorecard(query)
            .await?
            .iter()
            .map(|row| {
                // PostgreSQL counts these in 32 bits, SQLite in 64.
                let frozen = row.try_get::<i64, _>(1).or_else(|_| row.try_get::<i32, _>(1).map(i64::from));
                Ok((row.try_get(0).map_err(&doing)?, frozen.map_err(&doing)? != 0))
            })
            .collect()
    }

    async fn scorecard(&self, query: Query<'_>) -> Result<Vec<AnyRow>, StoreError> {
        query.fetch_all(self.readers()).await.map_err(StoreError::db("read the scorecard"))
    }
}

impl Tx {
    /// Refuses a quarter that is frozen.
    async fn must_be_open(&mut self, milestone: &str, office: &str) -> Result<(), StoreError> {
        let query = sqlx::query("select office from scorecard_finals where milestone = $1 and office = $2")
            .bind(milestone.to_owned())
            .bind(office.to_owned());
        if self.row("look for a frozen quarter", query).await?.is_some() {
            let why = format!("the quarter that ended on {milestone} is final");
            return Err(StoreError::Refused { what: "a change of the scorecard", why });
        }
        Ok(())
    }
}

/// Whether a look saw what the one before had seen.
fn is_the_same(last: &StoredLook, new: &NewLook) -> bool {
    last.milestone == new.milestone
        && last.facts == new.facts
        && last.standing == new.standing
        && last.listing == new.listing
        && last.errors == new.errors
}

fn office(row: &AnyRow) -> Result<StoredOffice, StoreError> {
    let doing = StoreError::db("read an office");
    Ok(StoredOffice { id: row.try_get(0).map_err(&doing)?, document: row.try_get(1).map_err(&doing)? })
}

fn blob(row: &AnyRow, index: usize) -> Result<Option<BlobId>, StoreError> {
    let text: Option<String> = row.try_get(index).map_err(StoreError::db("read a blob id"))?;
    text.as_deref().map(blob_id).transpose()
}

fn time(row: &AnyRow, index: usize) -> Result<Timestamp, StoreError> {
    from_text(&row.try_get::<String, _>(index).map_err(StoreError::db("read a time"))?)
}

fn look(row: &AnyRow) -> Result<StoredLook, StoreError> {
    let doing = StoreError::db("read what was seen");
    Ok(StoredLook {
        office: row.try_get(0).map_err(&doing)?,
        number: row.try_get(1).map_err(&doing)?,
        milestone: row.try_get(2).map_err(&doing)?,
        at: time(row, 3)?,
        seen_at: time(row, 4)?,
        facts: row.try_get(5).map_err(&doing)?,
        standing: row.try_get(6).map_err(&doing)?,
        listing: blob(row, 7)?,
        errors: blob(row, 8)?,
    })
}

fn regression(row: &AnyRow) -> Result<StoredRegression, StoreError> {
    let doing = StoreError::db("read what got worse");
    Ok(StoredRegression {
        office: row.try_get(0).map_err(&doing)?,
        look: row.try_get(1).map_err(&doing)?,
        kind: row.try_get(2).map_err(&doing)?,
        milestone: row.try_get(3).map_err(&doing)?,
        at: time(row, 4)?,
        message: row.try_get(5).map_err(&doing)?,
    })
}

fn entry(row: &AnyRow) -> Result<StoredEntry, StoreError> {
    let doing = StoreError::db("read a field of the scorecard");
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    Ok(StoredEntry {
        entry: NewEntry {
            milestone: text(0)?,
            office: text(1)?,
            field: text(2)?,
            value: text(3)?,
            note: text(4)?,
            reason: text(5)?,
        },
        number: row.try_get(6).map_err(&doing)?,
        at: time(row, 7)?,
        actor: text(8)?,
    })
}

fn frozen(row: &AnyRow) -> Result<StoredFinal, StoreError> {
    let doing = StoreError::db("read a frozen quarter");
    Ok(StoredFinal {
        milestone: row.try_get(0).map_err(&doing)?,
        reached: NewFinal {
            office: row.try_get(1).map_err(&doing)?,
            document: row.try_get(2).map_err(&doing)?,
            listing: blob(row, 3)?,
            errors: blob(row, 4)?,
        },
        frozen_at: time(row, 5)?,
    })
}

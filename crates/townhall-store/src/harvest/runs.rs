//! What harvests did.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::Finding;

use super::{HarvestRun, RunFinding, RunRecord, RunState};
use crate::actor::Actor;
use crate::clock::{from_text, to_text};
use crate::error::StoreError;
use crate::limits::HARVEST_SILENCE_SECONDS;
use crate::records::record_id;
use crate::store::Store;
use crate::tx::{Tx, row};

const COLUMNS: &str =
    "select source, number, state, actor, began_at, seen_at, ended_at, report, reason from harvest_runs";

const READING: &str = "read what harvests did";
const WRITING: &str = "note what a harvest does";

impl Store {
    /// Begins a harvest of a source, or goes on with one whose process has ended. With SQLite there is no other process.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] while another process is at it.
    pub async fn begin_harvest(&self, actor: &Actor, source: &str) -> Result<HarvestRun, StoreError> {
        let mut tx = self.begin(actor).await?;
        // Whoever begins holds the source until the end, so that two never begin at once.
        let hold = sqlx::query(
            "insert into harvest_sources (source, runs) values ($1, 0)
             on conflict (source) do update set runs = harvest_sources.runs",
        );
        tx.run(WRITING, hold.bind(source.to_owned())).await?;
        let sql = format!("{COLUMNS} where source = $1 and state = 'running'");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(source.to_owned());
        if let Some(row) = tx.row(WRITING, query).await? {
            let run = read(&row)?;
            let silence = self.inner.clock.now().duration_since(run.seen_at);
            let is_alone = self.database() == "sqlite";
            if !is_alone && silence < SignedDuration::from_secs(HARVEST_SILENCE_SECONDS) {
                return Err(StoreError::Conflict { what: "harvest of", name: source.to_owned() });
            }
            tx.hear_of_harvest(&run).await?;
            tx.commit().await?;
            return Ok(run);
        }
        let query =
            sqlx::query("update harvest_sources set runs = runs + 1 where source = $1 returning runs");
        let number: i64 = match tx.row(WRITING, query.bind(source.to_owned())).await? {
            Some(row) => row.try_get(0).map_err(StoreError::db(WRITING))?,
            None => return Err(StoreError::Corrupt { what: "a source", found: source.to_owned() }),
        };
        let (now, by) = (tx.now.clone(), tx.actor.clone());
        let rows = vec![row![
            source,
            number,
            RunState::Running.name(),
            by.clone(),
            now.clone(),
            now.clone(),
            None::<String>,
            "{}",
            None::<String>
        ]];
        let into = "harvest_runs (source, number, state, actor, began_at, seen_at, ended_at, report, reason)";
        tx.insert(WRITING, into, rows).await?;
        tx.audited("harvest", source, "begun", Some(&number.to_string()));
        tx.commit().await?;
        let began_at = from_text(&now)?;
        Ok(HarvestRun {
            source: source.to_owned(),
            number: u32::try_from(number).unwrap_or(0),
            state: RunState::Running,
            actor: by,
            began_at,
            seen_at: began_at,
            ended_at: None,
            report: "{}".to_owned(),
            reason: None,
        })
    }

    /// The harvests of a source before a number, newest first; of all sources when none is named.
    pub async fn harvest_runs(
        &self,
        source: Option<&str>,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<HarvestRun>, StoreError> {
        let sql = format!(
            "{COLUMNS} where (source = $1 or $2 = 1) and number < $3 order by began_at desc, number desc limit $4"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(source.unwrap_or_default().to_owned())
            .bind(i64::from(source.is_none()))
            .bind(before.map_or(i64::MAX, i64::from))
            .bind(i64::from(limit))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db(READING))?;
        rows.iter().map(read).collect()
    }

    /// One harvest.
    pub async fn harvest_run(&self, source: &str, number: u32) -> Result<Option<HarvestRun>, StoreError> {
        let sql = format!("{COLUMNS} where source = $1 and number = $2");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(source.to_owned())
            .bind(i64::from(number))
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::db(READING))?;
        row.as_ref().map(read).transpose()
    }

    /// What a harvest did with records, after one of them; with one action, or with any.
    pub async fn run_records(
        &self,
        source: &str,
        number: u32,
        action: Option<&str>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<RunRecord>, StoreError> {
        let doing = StoreError::db(READING);
        let rows = sqlx::query(
            "select item, record_id, action, before, after, title, note
             from harvest_records
             where source = $1 and number = $2 and (action = $3 or $4 = 1) and item > $5
             order by item
             limit $6",
        )
        .bind(source.to_owned())
        .bind(i64::from(number))
        .bind(action.unwrap_or_default().to_owned())
        .bind(i64::from(action.is_none()))
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                let revision = |index: usize| -> Result<Option<u64>, StoreError> {
                    let number: Option<i64> = row.try_get(index).map_err(&doing)?;
                    Ok(number.and_then(|number| u64::try_from(number).ok()).filter(|number| *number > 0))
                };
                let record: Option<String> = row.try_get(1).map_err(&doing)?;
                Ok(RunRecord {
                    item: row.try_get(0).map_err(&doing)?,
                    record: record.as_deref().map(record_id).transpose()?,
                    action: row.try_get(2).map_err(&doing)?,
                    before: revision(3)?,
                    after: revision(4)?,
                    title: row.try_get(5).map_err(&doing)?,
                    note: row.try_get(6).map_err(&doing)?,
                })
            })
            .collect()
    }

    /// How often a harvest did what.
    pub async fn run_actions(&self, source: &str, number: u32) -> Result<Vec<(String, u64)>, StoreError> {
        let doing = StoreError::db(READING);
        let rows = sqlx::query(
            "select action, count(*)
             from harvest_records
             where source = $1 and number = $2
             group by action
             order by action",
        )
        .bind(source.to_owned())
        .bind(i64::from(number))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                let count: i64 = row.try_get(1).map_err(&doing)?;
                Ok((row.try_get(0).map_err(&doing)?, u64::try_from(count).unwrap_or(0)))
            })
            .collect()
    }

    /// What a harvest noticed, after a number.
    pub async fn run_findings(
        &self,
        source: &str,
        number: u32,
        after: u32,
        limit: u32,
    ) -> Result<Vec<RunFinding>, StoreError> {
        let doing = StoreError::db(READING);
        let rows = sqlx::query(
            "select place, finding
             from harvest_findings
             where source = $1 and number = $2 and place > $3
             order by place
             limit $4",
        )
        .bind(source.to_owned())
        .bind(i64::from(number))
        .bind(i64::from(after))
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                let (place, text): (i64, String) =
                    (row.try_get(0).map_err(&doing)?, row.try_get(1).map_err(&doing)?);
                let finding = serde_json::from_str(&text)
                    .map_err(|_| StoreError::Corrupt { what: "a finding", found: text.clone() })?;
                Ok(RunFinding { number: u32::try_from(place).unwrap_or(0), finding })
            })
            .collect()
    }

    /// How many findings of a harvest there are of each code.
    pub async fn run_finding_counts(
        &self,
        source: &str,
        number: u32,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let doing = StoreError::db(READING);
        let rows = sqlx::query(
            "select code, count(*)
             from harvest_findings
             where source = $1 and number = $2
             group by code
             order by count(*) desc, code",
        )
        .bind(source.to_owned())
        .bind(i64::from(number))
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                let count: i64 = row.try_get(1).map_err(&doing)?;
                Ok((row.try_get(0).map_err(&doing)?, u64::try_from(count).unwrap_or(0)))
            })
            .collect()
    }

    /// Forgets the harvests that ended before a time, with all that they did; the newest of each source stay. Returns how many
    /// went, a bounded number at a time.
    pub async fn forget_harvests(&self, before: Timestamp, kept: u32) -> Result<u64, StoreError> {
        let mut tx = self.begin_bookkeeping().await?;
        let sql = format!(
            "{COLUMNS} where ended_at < $1
               and number <= (select runs from harvest_sources s where s.source = harvest_runs.source) - $2
             order by ended_at
             limit 100"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(to_text(before)).bind(i64::from(kept));
        let old: Vec<HarvestRun> =
            tx.rows(WRITING, query).await?.iter().map(read).collect::<Result<_, _>>()?;
        for run in &old {
            for table in ["harvest_records", "harvest_findings", "harvest_runs"] {
                let sql = format!("delete from {table} where source = $1 and number = $2");
                let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(run.source.clone());
                tx.run(WRITING, query.bind(i64::from(run.number))).await?;
            }
        }
        tx.commit().await?;
        Ok(old.len() as u64)
    }
}

impl Tx {
    /// Notes that a harvest is under way.
    pub async fn hear_of_harvest(&mut self, run: &HarvestRun) -> Result<(), StoreError> {
        let query = sqlx::query("update harvest_runs set seen_at = $3 where source = $1 and number = $2");
        let now = to_text(self.store.inner.clock.now());
        let query = query.bind(run.source.clone()).bind(i64::from(run.number)).bind(now);
        self.run(WRITING, query).await.map(|_| ())
    }

    /// Notes what a harvest did with records; what it did last with one counts, but that one was added stays said.
    pub async fn put_run_records(
        &mut self,
        run: &HarvestRun,
        records: Vec<RunRecord>,
    ) -> Result<(), StoreError> {
        let revision =
            |number: Option<u64>| number.and_then(|number| i64::try_from(number).ok()).unwrap_or(0);
        let rows = records
            .into_iter()
            .map(|record| {
                row![
                    run.source.clone(),
                    i64::from(run.number),
                    record.item,
                    record.record.map(|id| id.to_string()),
                    record.action,
                    revision(record.before),
                    revision(record.after),
                    record.title,
                    record.note
                ]
            })
            .collect();
        let into = "harvest_records (source, number, item, record_id, action, before, after, title, note)";
        let replacing = "on conflict (source, number, item) do update
             set record_id = excluded.record_id, after = excluded.after, title = excluded.title, note = excluded.note,
                 action = case when harvest_records.action = 'added' then 'added' else excluded.action end";
        self.upsert(WRITING, into, rows, replacing).await
    }

    /// Notes what a harvest noticed.
    pub async fn add_run_findings(
        &mut self,
        run: &HarvestRun,
        findings: Vec<RunFinding>,
    ) -> Result<(), StoreError> {
        let rows = findings
            .into_iter()
            .map(|RunFinding { number, finding }: RunFinding| {
                let text = serde_json::to_string(&finding).unwrap_or_default();
                row![run.source.clone(), i64::from(run.number), i64::from(number), finding.code, text]
            })
            .collect();
        let into = "harvest_findings (source, number, place, code, finding)";
        self.upsert(WRITING, into, rows, "on conflict (source, number, place) do nothing").await
    }

    /// Forgets what a harvest that goes on noticed before its process ended: it notices it again.
    pub async fn forget_run_findings(&mut self, run: &HarvestRun) -> Result<(), StoreError> {
        let query = sqlx::query("delete from harvest_findings where source = $1 and number = $2");
        self.run(WRITING, query.bind(run.source.clone()).bind(i64::from(run.number))).await.map(|_| ())
    }

    /// Ends a harvest.
    pub async fn end_harvest(
        &mut self,
        run: &HarvestRun,
        state: RunState,
        report: &str,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let now = to_text(self.store.inner.clock.now());
        let query = sqlx::query(
            "update harvest_runs
             set state = $3, report = $4, reason = $5, seen_at = $6, ended_at = $6
             where source = $1 and number = $2",
        )
        .bind(run.source.clone())
        .bind(i64::from(run.number))
        .bind(state.name())
        .bind(report.to_owned())
        .bind(reason.map(str::to_owned))
        .bind(now);
        self.run(WRITING, query).await?;
        self.audited("harvest", &run.source, "ended", Some(&format!("{} {}", run.number, state.name())));
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<HarvestRun, StoreError> {
    let doing = StoreError::db(READING);
    let text = |index: usize| row.try_get::<String, _>(index).map_err(&doing);
    let maybe = |index: usize| row.try_get::<Option<String>, _>(index).map_err(&doing);
    let number: i64 = row.try_get(1).map_err(&doing)?;
    Ok(HarvestRun {
        source: text(0)?,
        number: u32::try_from(number).unwrap_or(0),
        state: RunState::read(&text(2)?)?,
        actor: text(3)?,
        began_at: from_text(&text(4)?)?,
        seen_at: from_text(&text(5)?)?,
        ended_at: maybe(6)?.as_deref().map(from_text).transpose()?,
        report: text(7)?,
        reason: maybe(8)?,
    })
}

/// What was noticed, so that callers need not name the type.
impl From<(u32, Finding)> for RunFinding {
    fn from((number, finding): (u32, Finding)) -> Self {
        Self { number, finding }
    }
}

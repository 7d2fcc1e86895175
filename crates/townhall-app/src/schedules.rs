//! Schedules: how often the files of tables are fetched anew. A worker asks for the next time of each ahead, so that it is not
//! forgotten when nobody works just then, and under a key of its own, so that it comes once whoever asks.

use cronexpr::{Crontab, FallbackTimezoneOption, ParseOptions, parse_crontab_with};
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use townhall_model::{ErrorKind, TableId};
use townhall_store::{Actor, ActorKind, NewDocument};

use crate::jobs::{Job, RefreshTables};
use crate::recipes::RecipeDetail;
use crate::tables::TableSummary;
use crate::{App, Audience, Error};

/// The word for schedules among documents.
const SCHEDULE: &str = "schedule";

/// How many schedules there are at most.
const SCHEDULES_MAX: u32 = 10_000;

/// The shortest time between two fetches of a file, in seconds: other people's servers are not ours to wear out.
const EVERY_SECONDS_MIN: i64 = 300;

/// How many times of a crontab are looked at to see how close they come.
const CRON_TIMES_TRIED: usize = 300;

/// The longest, in seconds.
const EVERY_SECONDS_MAX: i64 = 366 * 86_400;

/// How often something is done, in UTC.
#[derive(Debug, Clone)]
pub enum Every {
    /// Every so many seconds, counted from the beginning of 1970.
    Seconds(i64),
    /// At a time of each day.
    Day(Time),
    /// At a time of a day of each week.
    Week(Weekday, Time),
    /// At the times of a crontab.
    Cron(Box<Crontab>),
}

/// The days of the week.
const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

impl Every {
    /// Reads `hourly`, `daily`, `daily 06:00`, `weekly monday 06:00`, `every 6 hours` or `cron 0 6 * * 1`.
    pub fn read(text: &str) -> Result<Self, Error> {
        if let Some(cron) = text.trim().strip_prefix("cron ") {
            return Self::read_cron(cron);
        }
        let text = text.trim().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let time = |text: &str| {
            let (hours, minutes) = text.split_once(':')?;
            Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()
        };
        let day = |text: &str| DAYS.iter().find(|(name, _)| *name == text).map(|(_, day)| *day);
        let read = match words.as_slice() {
            ["hourly"] => Some(Self::Seconds(3_600)),
            ["daily"] => Some(Self::Day(Time::midnight())),
            ["daily", at] => time(at).map(Self::Day),
            ["weekly"] => Some(Self::Week(Weekday::Monday, Time::midnight())),
            ["weekly", on] => day(on).map(|day| Self::Week(day, Time::midnight())),
            ["weekly", on, at] => day(on).zip(time(at)).map(|(day, time)| Self::Week(day, time)),
            ["every", unit] => seconds(unit).map(Self::Seconds),
            ["every", count, unit] => {
                let count = count.parse::<i64>().ok().filter(|count| *count > 0);
                count.zip(seconds(unit)).and_then(|(count, unit)| count.checked_mul(unit)).map(Self::Seconds)
            }
            _ => None,
        };
        let hint = "write it like `every 6 hours`, `daily 06:00` or `weekly monday 06:00`; times are UTC";
        match read {
            None => {
                let shown: String = text.chars().take(60).collect();
                Err(Error::invalid(format!("`{shown}` is no schedule")).with_hint(hint))
            }
            Some(Self::Seconds(seconds)) if !(EVERY_SECONDS_MIN..=EVERY_SECONDS_MAX).contains(&seconds) => {
                Err(Error::invalid("files are fetched every 5 minutes at most, and once a year at least")
                    .with_hint(hint))
            }
            Some(every) => Ok(every),
        }
    }

    /// Reads the five fields of a crontab.
    fn read_cron(text: &str) -> Result<Self, Error> {
        let hint = "write it like `cron 0 6 * * 1`: minute, hour, day of the month, month, day of the week; times are UTC";
        let mut options = ParseOptions::default();
        options.fallback_timezone_option = FallbackTimezoneOption::UTC;
        let crontab = parse_crontab_with(text, options)
            .map_err(|error| Error::invalid(format!("`{text}` is no crontab: {error}")).with_hint(hint))?;
        let every = Self::Cron(Box::new(crontab));
        // Some hundred times tell how close two of them are, whatever the pattern.
        let mut at = Timestamp::UNIX_EPOCH;
        for _ in 0..CRON_TIMES_TRIED {
            let next = every.after(at);
            if next == Timestamp::MAX {
                return Err(Error::invalid(format!("`{text}` never comes")).with_hint(hint));
            }
            if at != Timestamp::UNIX_EPOCH && next.duration_since(at).as_secs() < EVERY_SECONDS_MIN {
                return Err(Error::invalid("files are fetched every 5 minutes at most").with_hint(hint));
            }
            at = next;
        }
        Ok(every)
    }

    /// The first time after a moment.
    pub fn after(&self, moment: Timestamp) -> Timestamp {
        match *self {
            Self::Cron(ref crontab) => crontab
                .find_next(cronexpr::MakeTimestamp(moment))
                .map_or(Timestamp::MAX, |next| next.timestamp()),
            Self::Seconds(seconds) => {
                let next = (moment.as_second().div_euclid(seconds) + 1).saturating_mul(seconds);
                Timestamp::from_second(next).unwrap_or(Timestamp::MAX)
            }
            Self::Day(time) => self.on_a_day(moment, |_| true, time),
            Self::Week(day, time) => self.on_a_day(moment, |zoned| zoned.weekday() == day, time),
        }
    }

    fn on_a_day(&self, moment: Timestamp, is_day: impl Fn(&Zoned) -> bool, time: Time) -> Timestamp {
        let now = moment.to_zoned(TimeZone::UTC);
        (0..=7)
            .filter_map(|days| now.checked_add(days.days()).ok())
            .filter(is_day)
            .filter_map(|day| day.with().time(time).build().ok())
            .map(|zoned| zoned.timestamp())
            .find(|at| *at > moment)
            .unwrap_or(Timestamp::MAX)
    }

    /// Whether a moment is one of its times.
    pub fn has(&self, moment: Timestamp) -> bool {
        let before = moment.checked_sub(SignedDuration::from_nanos(1));
        before.is_ok_and(|before| self.after(before) == moment)
    }
}

fn seconds(unit: &str) -> Option<i64> {
    match unit.trim_end_matches('s') {
        "minute" => Some(60),
        "hour" => Some(3_600),
        "day" => Some(86_400),
        "week" => Some(7 * 86_400),
        _ => None,
    }
}

/// The schedule use cases.
pub struct Schedules<'a> {
    pub(crate) app: &'a App,
}

impl Schedules<'_> {
    /// Puts a table on a schedule.
    pub async fn put(&self, actor: &Actor, table: &TableSummary, text: &str) -> Result<(), Error> {
        let every = Every::read(text)?;
        self.app.tables().address(table).await?;
        let id = table.id.to_string();
        self.write(actor, &id, Some(id.clone()), text).await?;
        self.plan_one(&id, every, Timestamp::now()).await?;
        Ok(())
    }

    /// Takes a table off its schedule. Returns whether it had one.
    pub async fn never(&self, actor: &Actor, table: TableId) -> Result<bool, Error> {
        Ok(self.app.store().retire_document(actor, SCHEDULE, &table.to_string()).await?)
    }

    /// The schedule of a table, as it was written.
    pub async fn of(&self, table: TableId) -> Result<Option<String>, Error> {
        let found = self.app.store().document(SCHEDULE, &table.to_string()).await?;
        Ok(found.map(|document| document.text))
    }

    /// The schedule that a recipe asks for, or none any more.
    pub(crate) async fn of_recipe(
        &self,
        actor: &Actor,
        recipe: &str,
        subject: Option<String>,
        every: Option<(Every, String)>,
    ) -> Result<(), Error> {
        let name = crate::recipes::distribution_of(recipe);
        match every {
            None => {
                self.app.store().retire_document(actor, SCHEDULE, &name).await?;
            }
            Some((every, text)) => {
                self.write(actor, &name, subject, &text).await?;
                self.plan_one(&name, every, Timestamp::now()).await?;
            }
        }
        Ok(())
    }

    async fn write(
        &self,
        actor: &Actor,
        name: &str,
        subject: Option<String>,
        text: &str,
    ) -> Result<(), Error> {
        let document = NewDocument {
            kind: SCHEDULE.to_owned(),
            name: name.to_owned(),
            subject,
            title: String::new(),
            text: text.trim().to_owned(),
        };
        self.app.store().put_document(actor, &document).await?;
        Ok(())
    }

    /// Asks for the next time of every schedule, unless somebody has. Returns how many were asked for.
    pub async fn plan(&self, now: Timestamp) -> Result<u64, Error> {
        let mut asked = 0;
        for document in self.app.store().documents(SCHEDULE, None, None, SCHEDULES_MAX).await? {
            // One that a later release wrote is left to it.
            let Ok(every) = Every::read(&document.text) else { continue };
            asked += u64::from(self.plan_one(&document.name, every, now).await?);
        }
        Ok(asked)
    }

    async fn plan_one(&self, name: &str, every: Every, now: Timestamp) -> Result<bool, Error> {
        let due = every.after(now);
        let job = RefreshTables { schedule: name.to_owned(), due };
        let mut new = job.asked()?;
        new.dedupe = format!("schedule:{name}:{due}");
        new.run_after = Some(due);
        let actor = Actor::new(ActorKind::Job, "schedules");
        Ok(self.app.store().enqueue_once(&actor, &new).await?)
    }

    /// Does what a schedule asks for at one of its times: fetches the files anew. Returns how many were asked for. A schedule
    /// that has changed meanwhile has other times.
    pub(crate) async fn come(&self, actor: &Actor, name: &str, due: Timestamp) -> Result<u64, Error> {
        let Some(document) = self.app.store().document(SCHEDULE, name).await? else { return Ok(0) };
        if !Every::read(&document.text)?.has(due) {
            return Ok(0);
        }
        let tables = self.app.tables();
        let wanted: Vec<TableSummary> = match crate::recipes::recipe_of(name) {
            Some(recipe) => {
                let RecipeDetail { reads, .. } = self.app.recipes().show(Audience::Staff, recipe).await?;
                reads.into_iter().map(|(_, table)| table).collect()
            }
            None => vec![tables.named(Audience::Staff, name).await?],
        };
        let mut asked = 0;
        for table in wanted {
            match tables.ask_refresh(actor, &table).await {
                Ok(()) => asked += 1,
                // A recipe may read tables that have no address of their own.
                Err(error) if error.kind() == ErrorKind::Invalid => {}
                Err(error) => return Err(error),
            }
        }
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, now: &str, expected: &str) {
        let every = Every::read(text).unwrap();
        let next = every.after(now.parse().unwrap());
        assert_eq!(next.to_string(), expected, "{text}");
        assert!(every.has(next), "{text}");
        assert!(every.after(next) > next, "{text}");
    }

    #[test]
    fn the_next_time_follows_the_words() {
        check("every 6 hours", "2026-01-01T05:59:59Z", "2026-01-01T06:00:00Z");
        check("every 6 hours", "2026-01-01T06:00:00Z", "2026-01-01T12:00:00Z");
        check("hourly", "2026-01-01T23:10:00Z", "2026-01-02T00:00:00Z");
        check("daily 06:00", "2026-01-01T06:00:00Z", "2026-01-02T06:00:00Z");
        check("Daily 06:30", "2026-02-28T07:00:00Z", "2026-03-01T06:30:00Z");
        check("weekly monday 06:00", "2026-01-05T05:00:00Z", "2026-01-05T06:00:00Z");
        check("weekly monday 06:00", "2026-01-05T06:00:00Z", "2026-01-12T06:00:00Z");
        check("cron 30 4 * * 1", "2026-01-05T04:30:00Z", "2026-01-12T04:30:00Z");
        check("every 30 minutes", "2026-01-01T00:29:00Z", "2026-01-01T00:30:00Z");
    }

    #[test]
    fn other_words_are_refused_with_an_example() {
        for text in [
            "",
            "sometimes",
            "every 0 hours",
            "every 1 minute",
            "daily 25:00",
            "weekly someday",
            "every 9999 weeks",
        ] {
            assert!(Every::read(text).unwrap_err().hint().unwrap().contains("every 6 hours"), "{text}");
        }
        for text in ["cron", "cron * * * * *", "cron 0 6 31 2 *", "cron 61 * * * *"] {
            assert!(Every::read(text).is_err(), "{text}");
        }
    }
}

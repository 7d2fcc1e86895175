//! Milestones: the days at which a quarter ends and what was reached is kept for good.

use jiff::civil::Date;

/// The end of a quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// Its last day.
    pub date: Date,
    /// What people call it.
    pub name: String,
}

/// Milestones in the order of their days; there is always one more to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestones(Vec<Milestone>);

/// The year up to which the usual milestones go. The dashboard's list ended in 2029.
const YEAR_MAX: i16 = 2199;

impl Default for Milestones {
    fn default() -> Self {
        Self::usual()
    }
}

impl Milestones {
    /// The ends of February, May, August and November, from November 2013: those of the Open Data Policy, M-13-13, and
    /// since the autumn of 2019 those of the Evidence Act.
    pub fn usual() -> Self {
        let mut list = Vec::new();
        let (mut policy, mut act) = (0, 0);
        for year in 2013..=YEAR_MAX {
            for month in [2, 5, 8, 11] {
                if (year, month) < (2013, 11) {
                    continue;
                }
                let Ok(first) = Date::new(year, month, 1) else { continue };
                let name = if (year, month) < (2019, 9) {
                    policy += 1;
                    format!("M-13-13 Milestone {policy}")
                } else {
                    act += 1;
                    format!("Evidence Act Milestone {act}")
                };
                list.push(Milestone { date: first.last_of_month(), name });
            }
        }
        Self(list)
    }

    /// Reads a list of days, each `2026-12-31` or `2026-12-31 Name`; an empty one means the usual.
    ///
    /// # Errors
    ///
    /// What is wrong, for people.
    pub fn read<S: AsRef<str>>(entries: &[S]) -> Result<Self, String> {
        let mut list = Vec::new();
        for entry in entries.iter().map(|entry| entry.as_ref().trim()).filter(|entry| !entry.is_empty()) {
            let (day, name) = entry.split_once(char::is_whitespace).unwrap_or((entry, ""));
            let date: Date =
                day.parse().map_err(|_| format!("`{day}` is no day; write it like 2026-12-31"))?;
            let name =
                if name.trim().is_empty() { format!("Milestone of {date}") } else { name.trim().to_owned() };
            list.push(Milestone { date, name });
        }
        if list.is_empty() {
            return Ok(Self::usual());
        }
        list.sort_by_key(|milestone| milestone.date);
        if let Some(pair) = list.windows(2).find(|pair| pair[0].date == pair[1].date) {
            return Err(format!("{} is there twice", pair[0].date));
        }
        Ok(Self(list))
    }

    /// The one that this day counts for: the first that has not ended. After the last of a list, the last.
    pub fn current(&self, today: Date) -> &Milestone {
        let next = self.0.iter().find(|milestone| milestone.date >= today);
        next.unwrap_or_else(|| self.0.last().expect("a list of milestones is never empty"))
    }

    /// The one that ends on this day.
    pub fn on(&self, date: Date) -> Option<&Milestone> {
        self.0.iter().find(|milestone| milestone.date == date)
    }

    /// The one before another.
    pub fn before(&self, date: Date) -> Option<&Milestone> {
        self.0.iter().rev().find(|milestone| milestone.date < date)
    }

    /// Whether it has ended: its last day is over.
    pub fn has_ended(&self, date: Date, today: Date) -> bool {
        date < today
    }

    /// Those up to the current one, the newest first.
    pub fn known(&self, today: Date) -> impl Iterator<Item = &Milestone> {
        let current = self.current(today).date;
        self.0.iter().rev().filter(move |milestone| milestone.date <= current)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_quarter_counts_up_to_the_end_of_its_last_day() {
        let all = Milestones::usual();
        assert_eq!(all.current(date(2013, 1, 1)).name, "M-13-13 Milestone 1");
        assert_eq!(all.current(date(2013, 11, 30)).date, date(2013, 11, 30));
        assert_eq!(all.current(date(2013, 12, 1)).date, date(2014, 2, 28));
        assert_eq!(all.current(date(2019, 8, 31)).name, "M-13-13 Milestone 24");
        assert_eq!(all.current(date(2019, 9, 1)).name, "Evidence Act Milestone 1");
        assert!(!all.has_ended(date(2013, 11, 30), date(2013, 11, 30)));
        assert!(all.has_ended(date(2013, 11, 30), date(2013, 12, 1)));
        assert_eq!(all.before(date(2019, 11, 30)).unwrap().name, "M-13-13 Milestone 24");
    }

    #[test]
    fn the_list_does_not_end_in_2029_and_leap_years_have_their_day() {
        let all = Milestones::usual();
        assert_eq!(all.current(date(2032, 2, 1)).date, date(2032, 2, 29));
        assert_eq!(all.known(date(2014, 3, 1)).count(), 3, "two that ended, and the one under way");
    }

    #[test]
    fn a_list_of_ones_own_is_sorted_and_checked() {
        let own = Milestones::read(&["2027-06-30 Half-time", "2026-12-31"]).unwrap();
        assert_eq!(own.current(date(2026, 1, 1)).name, "Milestone of 2026-12-31");
        assert_eq!(own.current(date(2027, 1, 1)).name, "Half-time");
        assert_eq!(own.current(date(2030, 1, 1)).name, "Half-time", "the last stays");
        assert_eq!(Milestones::read::<&str>(&[]).unwrap(), Milestones::usual());
        assert!(Milestones::read(&["soon"]).unwrap_err().contains("2026-12-31"));
        assert!(Milestones::read(&["2026-12-31", "2026-12-31 Again"]).is_err());
    }
}

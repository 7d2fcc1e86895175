//! What is held of a link over days: one bad answer is a doubt, several over days are a fact, and one good answer ends both.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::verdict::{Checked, Trouble, Verdict};

/// What is held of a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It was not checked yet, or nothing can be said of it.
    #[default]
    Unknown,
    /// It works.
    Works,
    /// It did not work the last time.
    Doubtful,
    /// It has not worked for days.
    Broken,
    /// It is there and not for everybody.
    Closed,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Unknown, Self::Works, Self::Doubtful, Self::Broken, Self::Closed];

    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Works => "works",
            Self::Doubtful => "doubtful",
            Self::Broken => "broken",
            Self::Closed => "closed",
        }
    }

    /// Reads the word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == word)
    }
}

/// When a doubt becomes a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandingRules {
    /// How many bad answers in a row it takes where the trouble may pass by itself.
    pub tries: u32,
    /// How many it takes where it won't, such as 404.
    pub lasting_tries: u32,
    /// For how long there must have been nothing but bad answers.
    pub over: SignedDuration,
}

impl Default for StandingRules {
    fn default() -> Self {
        Self { tries: 3, lasting_tries: 2, over: SignedDuration::from_hours(48) }
    }
}

/// What is held of a link, and since when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// What is held of it.
    pub state: State,
    /// Since when.
    pub since: Option<Timestamp>,
    /// How many bad answers in a row there were.
    pub failures: u32,
    /// When the first of them was.
    pub failing_since: Option<Timestamp>,
    /// When it worked last.
    pub worked_at: Option<Timestamp>,
}

/// Times between checks.
const SOON: SignedDuration = SignedDuration::from_hours(6);
const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a broken link is looked at every day: after that, hope is small.
const HOPE: SignedDuration = SignedDuration::from_hours(21 * 24);

impl Standing {
    /// What is held of it after a check.
    #[must_use]
    pub fn after(self, checked: &Checked, now: Timestamp, rules: &StandingRules) -> Self {
        let changed = |state: State| if state == self.state { self.since.or(Some(now)) } else { Some(now) };
        let (tries, state) = match checked.trouble() {
            Trouble::None => {
                let worked_at = Some(now);
                return Self {
                    state: State::Works,
                    since: changed(State::Works),
                    worked_at,
                    ..Self::default()
                };
            }
            Trouble::Closed => {
                let (state, worked_at) = (State::Closed, self.worked_at);
                return Self { state, since: changed(state), worked_at, ..Self::default() };
            }
            // Who is kept out has learned nothing.
            Trouble::Unknown => return Self { since: changed(self.state), ..self },
            Trouble::Passing => (rules.tries, self.state),
            Trouble::Lasting => (rules.lasting_tries, self.state),
        };
        let failures = self.failures.saturating_add(1);
        let failing_since = self.failing_since.unwrap_or(now);
        let is_fact = failures >= tries && now.duration_since(failing_since) >= rules.over;
        // What is a fact stays one until it works again, whatever sort of trouble comes next.
        let state = if is_fact || state == State::Broken { State::Broken } else { State::Doubtful };
        Self {
            state,
            since: changed(state),
            failures,
            failing_since: Some(failing_since),
            worked_at: self.worked_at,
        }
    }

    /// When it is to be checked next. `salt` spreads links of one day over days: it is the same for a link each time.
    pub fn next(self, checked: &Checked, now: Timestamp, salt: u64) -> Timestamp {
        let jittered = |base: SignedDuration| {
            // Up to a seventh earlier or later, so that what came together does not come together again.
            let span = base.as_secs() / 7;
            base + SignedDuration::from_secs((salt % (2 * span.unsigned_abs() + 1)) as i64 - span)
        };
        let wait = match self.state {
            _ if checked.verdict == Verdict::Unchecked => SOON,
            State::Works | State::Closed | State::Unknown => jittered(WEEK),
            State::Doubtful if self.failures <= 1 => SOON,
            State::Doubtful => DAY,
            State::Broken => {
                let broken_for = self.failing_since.map(|since| now.duration_since(since));
                if broken_for.is_some_and(|time| time < HOPE) { DAY } else { jittered(WEEK) }
            }
        };
        let asked =
            SignedDuration::from_secs(checked.retry_after_s.unwrap_or(0).min(WEEK.as_secs() as u64) as i64);
        now.checked_add(wait.max(asked)).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks a link at these hours and tells what was held of it after each.
    fn held(checks: &[(i64, Verdict)]) -> String {
        let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut standing = Standing::default();
        let states = checks.iter().map(|(hours, verdict)| {
            let now = begin + SignedDuration::from_hours(*hours);
            standing = standing.after(&Checked::new("u", *verdict, ""), now, &StandingRules::default());
            standing.state.name()
        });
        states.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_bad_answer_is_a_doubt_and_a_good_one_ends_it() {
        assert_eq!(
            held(&[(0, Verdict::Works), (1, Verdict::Missing), (2, Verdict::Works)]),
            "works doubtful works"
        );
    }

    #[test]
    fn what_won_t_pass_is_a_fact_after_two_answers_over_two_days() {
        assert_eq!(held(&[(0, Verdict::Missing), (6, Verdict::Gone)]), "doubtful doubtful");
        assert_eq!(held(&[(0, Verdict::Missing), (48, Verdict::Gone)]), "doubtful broken");
        assert_eq!(
            held(&[(0, Verdict::Missing), (48, Verdict::Missing), (72, Verdict::Works)]),
            "doubtful broken works"
        );
    }

    #[test]
    fn what_may_pass_needs_three() {
        use Verdict::{ServerError, Unreachable};
        assert_eq!(held(&[(0, ServerError), (48, Unreachable)]), "doubtful doubtful");
        assert_eq!(
            held(&[(0, ServerError), (1, ServerError), (2, ServerError)]),
            "doubtful doubtful doubtful"
        );
        assert_eq!(
            held(&[(0, ServerError), (6, ServerError), (48, Unreachable)]),
            "doubtful doubtful broken"
        );
    }

    #[test]
    fn a_fact_stays_one_and_who_is_kept_out_has_learned_nothing() {
        use Verdict::{Blocked, Missing, Refused, ServerError, Works};
        assert_eq!(held(&[(0, Missing), (48, Missing), (72, ServerError)]), "doubtful broken broken");
        assert_eq!(held(&[(0, Works), (48, Blocked)]), "works works");
        assert_eq!(held(&[(0, Missing), (48, Missing), (72, Blocked)]), "doubtful broken broken");
        assert_eq!(held(&[(0, Refused)]), "unknown");
        assert_eq!(
            held(&[(0, Missing), (1, Verdict::NeedsLogin), (50, Missing)]),
            "doubtful closed doubtful"
        );
    }

    #[test]
    fn the_next_check_comes_sooner_where_there_is_doubt() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let hours = |standing: Standing, checked: &Checked, salt| {
            standing.next(checked, now, salt).duration_since(now).as_hours()
        };
        let fine = Checked::new("u", Verdict::Works, "");
        let works = Standing { state: State::Works, ..Standing::default() };
        for salt in [0, 1, 17, u64::MAX] {
            assert!((6 * 24..=8 * 24).contains(&hours(works, &fine, salt)), "{salt}");
        }
        assert_ne!(works.next(&fine, now, 1), works.next(&fine, now, 2));
        let doubtful = |failures| Standing { state: State::Doubtful, failures, ..Standing::default() };
        assert_eq!(hours(doubtful(1), &fine, 5), 6);
        assert_eq!(hours(doubtful(2), &fine, 5), 24);
        let broken = |days: i64| Standing {
            state: State::Broken,
            failing_since: Some(now - SignedDuration::from_hours(24 * days)),
            ..Standing::default()
        };
        assert_eq!(hours(broken(3), &fine, 5), 24);
        assert!(hours(broken(60), &fine, 5) > 100);
        let busy = Checked { retry_after_s: Some(90 * 3_600), ..Checked::new("u", Verdict::ServerError, "") };
        assert_eq!(hours(doubtful(1), &busy, 5), 90);
    }

    #[test]
    fn the_time_of_a_change_is_kept_until_the_next() {
        let at =
            |hours| "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours);
        let rules = StandingRules::default();
        let (fine, bad) = (Checked::new("u", Verdict::Works, ""), Checked::new("u", Verdict::Missing, ""));
        let standing = Standing::default().after(&fine, at(0), &rules).after(&fine, at(5), &rules);
        assert_eq!((standing.since, standing.worked_at), (Some(at(0)), Some(at(5))));
        let standing = standing.after(&bad, at(10), &rules).after(&bad, at(100), &rules);
        assert_eq!(
            (standing.since, standing.failing_since, standing.worked_at),
            (Some(at(100)), Some(at(10)), Some(at(5)))
        );
    }
}

//! What a scheme is made of, and what it says of a dataset.

use super::subject::Subject;

/// What a check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is as it should be.
    Met,
    /// Something is there, and something is missing.
    Partly,
    /// It is not as it should be.
    NotMet,
    /// It is not asked of this dataset.
    NotApplicable,
    /// What it takes to tell is not known here.
    NotJudged,
}

impl Verdict {
    /// Every verdict, in the order in which tallies count them.
    pub const ALL: [Self; 5] = [Self::Met, Self::Partly, Self::NotMet, Self::NotApplicable, Self::NotJudged];

    /// The word in JSON and CSV.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partly => "partly",
            Self::NotMet => "not-met",
            Self::NotApplicable => "not-applicable",
            Self::NotJudged => "not-judged",
        }
    }

    /// The words for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partly => "partly met",
            Self::NotMet => "not met",
            Self::NotApplicable => "not applicable",
            Self::NotJudged => "not judged",
        }
    }

    /// How much of its weight it earns; nothing for what does not count.
    pub const fn value(self) -> Option<f64> {
        match self {
            Self::Met => Some(1.0),
            Self::Partly => Some(0.5),
            Self::NotMet => Some(0.0),
            Self::NotApplicable | Self::NotJudged => None,
        }
    }
}

/// One question that a scheme asks of every dataset.
#[derive(Debug)]
pub struct Criterion {
    /// Its id, unique within the scheme.
    pub id: &'static str,
    /// What it belongs to, such as one of the seven principles.
    pub group: &'static str,
    /// What is asked, in plain words, as a statement that should be true.
    pub title: &'static str,
    /// How much it counts beside the others of the scheme.
    pub weight: u32,
    /// Where it is from: document and section.
    pub source: &'static str,
    /// What to do where it is not met: the field, and a good example.
    pub advice: &'static str,
    /// What the scheme's own formula counts for it while it is not judged; mostly it is left out.
    pub(super) unknown: Option<f64>,
    pub(super) judge: fn(&Subject<'_>) -> Answer,
}

/// A scheme: questions from one source.
#[derive(Debug)]
pub struct Scheme {
    /// The short name in APIs and on the command line.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// What it is good for, in one sentence.
    pub description: &'static str,
    /// The document it follows.
    pub source: &'static str,
    /// Its questions, in the order of the source.
    pub criteria: &'static [Criterion],
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub verdict: Verdict,
    pub reason: String,
    /// What to do, where it is more than the general advice.
    pub improve: Option<String>,
}

impl Answer {
    fn new(verdict: Verdict, reason: impl Into<String>) -> Self {
        Self { verdict, reason: reason.into(), improve: None }
    }

    pub fn met(reason: impl Into<String>) -> Self {
        Self::new(Verdict::Met, reason)
    }

    pub fn partly(reason: impl Into<String>) -> Self {
        Self::new(Verdict::Partly, reason)
    }

    pub fn not_met(reason: impl Into<String>) -> Self {
        Self::new(Verdict::NotMet, reason)
    }

    pub fn not_applicable(reason: impl Into<String>) -> Self {
        Self::new(Verdict::NotApplicable, reason)
    }

    pub fn not_judged(reason: impl Into<String>) -> Self {
        Self::new(Verdict::NotJudged, reason)
    }

    /// What stands in a field that is redacted nobody can judge (Project Open Data, redactions).
    fn withheld(self) -> Self {
        let counts = self.verdict != Verdict::NotApplicable;
        if counts && self.reason.contains("[[REDACTED") {
            return Self::not_judged(format!("the value is withheld: {}", self.reason));
        }
        self
    }

    pub fn improve(mut self, advice: impl Into<String>) -> Self {
        self.improve = Some(advice.into());
        self
    }
}

/// A question with its answer for one dataset.
#[derive(Debug, Clone)]
pub struct Check {
    /// The question.
    pub criterion: &'static Criterion,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, in one sentence that names the field and the value seen.
    pub reason: String,
    /// What to do for a better verdict; nothing where there is nothing to do.
    pub improve: Option<String>,
}

/// What a scheme says of one dataset.
#[derive(Debug, Clone)]
pub struct SchemeScore {
    /// The scheme.
    pub scheme: &'static Scheme,
    /// From 0 to 100: the weights that were earned, of those that could be; none when nothing could be judged.
    pub score: Option<f64>,
    /// The answers, in the order of the scheme.
    pub checks: Vec<Check>,
}

/// What the checks of a group say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// The group.
    pub name: &'static str,
    /// Met or not met when all checks that count are, else partly.
    pub verdict: Verdict,
    /// How many checks are met.
    pub met: usize,
    /// How many count.
    pub counted: usize,
}

impl Scheme {
    pub(super) fn judge(&'static self, subject: &Subject<'_>) -> SchemeScore {
        let checks = self.criteria.iter().map(|criterion| criterion.ask(subject)).collect::<Vec<_>>();
        SchemeScore { scheme: self, score: score(&checks), checks }
    }
}

impl Criterion {
    fn ask(&'static self, subject: &Subject<'_>) -> Check {
        let Answer { verdict, reason, improve } = (self.judge)(subject).withheld();
        let is_improvable = matches!(verdict, Verdict::Partly | Verdict::NotMet);
        let improve = is_improvable.then(|| improve.unwrap_or_else(|| self.advice.to_owned()));
        Check { criterion: self, verdict, reason, improve }
    }
}

impl Check {
    /// How much of its weight the check earns; nothing where it does not count.
    pub fn value(&self) -> Option<f64> {
        match self.verdict {
            Verdict::NotJudged => self.criterion.unknown,
            verdict => verdict.value(),
        }
    }
}

fn score(checks: &[Check]) -> Option<f64> {
    let counted = checks.iter().filter_map(|check| Some((f64::from(check.criterion.weight), check.value()?)));
    let (earned, possible) = counted
        .fold((0.0, 0.0), |(earned, possible), (weight, value)| (earned + weight * value, possible + weight));
    (possible > 0.0).then(|| 100.0 * earned / possible)
}

impl SchemeScore {
    /// The check of the criterion with this id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.criterion.id == id)
    }

    /// The groups in the order of the scheme: one tick each.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for (number, check) in self.checks.iter().enumerate() {
            let name = check.criterion.group;
            if self.checks[..number].iter().all(|before| before.criterion.group != name) {
                groups.push(self.group(name));
            }
        }
        groups
    }

    fn group(&self, name: &'static str) -> Group {
        let verdicts = self.checks.iter().filter(|check| check.criterion.group == name);
        let verdicts = verdicts.map(|check| check.verdict).collect::<Vec<_>>();
        let count = |verdict| verdicts.iter().filter(|other| **other == verdict).count();
        let (met, not_met) = (count(Verdict::Met), count(Verdict::NotMet));
        let counted = met + not_met + count(Verdict::Partly);
        let verdict = match counted {
            0 if count(Verdict::NotJudged) > 0 => Verdict::NotJudged,
            0 => Verdict::NotApplicable,
            all if all == met => Verdict::Met,
            all if all == not_met => Verdict::NotMet,
            _ => Verdict::Partly,
        };
        Group { name, verdict, met, counted }
    }

    /// By how many points the score would rise if this check alone were met.
    pub fn gain(&self, check: &Check) -> f64 {
        let counted = self.checks.iter().filter(|check| check.value().is_some());
        let possible = counted.map(|check| f64::from(check.criterion.weight)).sum::<f64>();
        match check.verdict.value() {
            Some(value) if possible > 0.0 => {
                100.0 * f64::from(check.criterion.weight) * (1.0 - value) / possible
            }
            _ => 0.0,
        }
    }
}

//! Counts every finding and keeps as many as may be kept.

use std::collections::HashMap;

use townhall_model::{Finding, Severity};

use super::baseline::Baseline;
use super::outcome::{Group, Totals};
use super::rule::Rule;

/// Most causes that are counted apart. Causes are pairs of a rule and a field of the schema, so that real files
/// never get there.
const GROUPS_MAX: usize = 10_000;

/// How many datasets a group names as examples.
const EXAMPLES_MAX: usize = 3;

/// What findings are collected into.
pub struct Collector<'o> {
    findings_max: usize,
    baseline: Option<&'o Baseline>,
    pub totals: Totals,
    kept: Vec<(u64, Finding)>,
    /// Which of the kept are no errors and may give way to one.
    soft: Vec<usize>,
    groups: HashMap<Cause, Counted>,
    sequence: u64,
}

/// Why something is found: the rule, and the class and field that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Cause {
    code: &'static str,
    class: &'static str,
    field: &'static str,
    official: bool,
}

struct Counted {
    rule: &'static Rule,
    first: u64,
    count: u64,
    datasets: u64,
    last_dataset: Option<u64>,
    examples: Vec<u64>,
}

/// What a finding is about, before it is put into words.
#[derive(Clone, Copy)]
pub struct About {
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// The class of the object.
    pub class: &'static str,
    /// The field.
    pub field: &'static str,
    /// Whether it counts in the official verdict.
    pub official: bool,
    /// The dataset.
    pub dataset: Option<u64>,
}

impl<'o> Collector<'o> {
    pub fn new(findings_max: usize, baseline: Option<&'o Baseline>) -> Self {
        Self {
            findings_max,
            baseline,
            totals: Totals::default(),
            kept: Vec::new(),
            soft: Vec::new(),
            groups: HashMap::new(),
            sequence: 0,
        }
    }

    /// Counts a finding, and puts it into words only if it will be kept.
    pub fn add(&mut self, about: About, words: impl FnOnce() -> Finding) {
        let Some(baseline) = self.baseline else {
            self.count(about);
            return self.keep(about.rule.severity, words);
        };
        // What is to be looked up must be in words first.
        let finding = words();
        if baseline.has(&finding) {
            self.totals.suppressed += 1;
            return;
        }
        self.count(about);
        self.keep(about.rule.severity, || finding);
    }

    /// Takes a finding of the reader.
    pub fn add_read(&mut self, rule: &'static Rule, finding: Finding) {
        let about =
            About { rule, class: "", field: "", official: finding.official, dataset: finding.dataset_index };
        self.add(about, || finding);
    }

    fn count(&mut self, about: About) {
        let severity = about.rule.severity;
        match severity {
            Severity::Error => self.totals.errors += 1,
            Severity::Warning => self.totals.warnings += 1,
            Severity::Info => self.totals.notes += 1,
        }
        self.totals.official += u64::from(about.official);
        self.sequence += 1;
        let About { rule, class, field, official, dataset } = about;
        let mut cause = Cause { code: rule.code, class, field, official };
        if self.groups.len() >= GROUPS_MAX && !self.groups.contains_key(&cause) {
            (cause.class, cause.field) = ("", "");
        }
        let first = self.sequence;
        let group = self.groups.entry(cause).or_insert_with(|| Counted {
            rule,
            first,
            count: 0,
            datasets: 0,
            last_dataset: None,
            examples: Vec::new(),
        });
        group.count += 1;
        if let Some(dataset) = dataset
            && group.last_dataset != Some(dataset)
        {
            group.last_dataset = Some(dataset);
            group.datasets += 1;
            if group.examples.len() < EXAMPLES_MAX {
                group.examples.push(dataset);
            }
        }
    }

    /// Keeps a finding if there is room. An error takes the place of something milder.
    fn keep(&mut self, severity: Severity, words: impl FnOnce() -> Finding) {
        let is_soft = severity != Severity::Error;
        let index = if self.kept.len() < self.findings_max {
            if is_soft {
                self.soft.push(self.kept.len());
            }
            None
        } else {
            self.totals.dropped += 1;
            let replaced = if is_soft { None } else { self.soft.pop() };
            if replaced.is_none() {
                return;
            }
            replaced
        };
        let finding = words();
        match index {
            Some(index) => self.kept[index] = (self.sequence, finding),
            None => self.kept.push((self.sequence, finding)),
        }
    }

    /// The kept findings in the order of the file, and the groups, the most frequent first.
    pub fn finish(mut self) -> (Totals, Vec<Finding>, Vec<Group>) {
        self.kept.sort_by_key(|(sequence, _)| *sequence);
        let mut groups = self.groups.into_iter().collect::<Vec<_>>();
        groups.sort_by_key(|(_, group)| (std::cmp::Reverse(group.count), group.first));
        let groups = groups.into_iter().map(|(cause, counted)| Group {
            rule: counted.rule,
            class: cause.class,
            field: cause.field,
            official: cause.official,
            count: counted.count,
            datasets: counted.datasets,
            examples: counted.examples,
        });
        (self.totals, self.kept.into_iter().map(|(_, finding)| finding).collect(), groups.collect())
    }
}

//! What becomes of several licenses when data under them is combined and published as one.

use super::{License, MadeFor, Openness, license};

/// Whether data under several licenses may be combined and published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It may, without conditions.
    Free,
    /// It may, when the obligations are met.
    WithObligations,
    /// It can't be told: something is unclear, and a person has to ask.
    Unclear,
    /// It may not: no way to publish it keeps to all of the licenses.
    Conflict,
}

/// Something to do, and the licenses that ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// What to do.
    pub text: &'static str,
    /// Who asks for it.
    pub licenses: Vec<&'static License>,
}

/// Why two licenses don't go together, or may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The one.
    pub one: &'static License,
    /// The other; the same where it forbids combinations of any kind.
    pub other: &'static License,
    /// Whether it is certain, or has to be asked.
    pub is_certain: bool,
    /// Why, in one sentence.
    pub reason: String,
}

/// What becomes of several licenses together. It is no legal advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combination {
    /// Whether the data may be combined and published.
    pub outcome: Outcome,
    /// What to do for it; each once.
    pub obligations: Vec<Obligation>,
    /// What stands against it.
    pub conflicts: Vec<Conflict>,
    /// What to know besides.
    pub notes: Vec<String>,
    /// A license under which the whole can be published, the one that asks least; none when there is none.
    pub publish_under: Option<&'static License>,
}

/// Most licenses that are compared with each other. There are fewer in the list.
const LICENSES_MAX: usize = 100;

/// Tells whether data under these licenses may be combined into one work that is published, what is to be done for
/// it, and under which license. The order and repetitions don't count.
pub fn combine(licenses: &[&'static License]) -> Combination {
    let mut all = Vec::new();
    for license in licenses {
        if !all.contains(license) && all.len() < LICENSES_MAX {
            all.push(*license);
        }
    }
    all.sort_by_key(|license| license.id);
    let mut conflicts = all.iter().filter_map(|license| alone(license, all.len())).collect::<Vec<_>>();
    for (number, one) in all.iter().enumerate() {
        conflicts.extend(all[number + 1..].iter().filter_map(|other| between(one, other)));
    }
    let obligations = obligations(&all);
    let outcome = match () {
        () if conflicts.iter().any(|conflict| conflict.is_certain) => Outcome::Conflict,
        () if !conflicts.is_empty() || all.is_empty() => Outcome::Unclear,
        () if obligations.is_empty() => Outcome::Free,
        () => Outcome::WithObligations,
    };
    let publish_under = if outcome < Outcome::Unclear { result(&all) } else { None };
    Combination { outcome, notes: notes(&all), obligations, conflicts, publish_under }
}

/// What stands against combining data under this license with anything.
fn alone(license: &'static License, count: usize) -> Option<Conflict> {
    let conflict = |is_certain, reason: &str| {
        Some(Conflict { one: license, other: license, is_certain, reason: reason.to_owned() })
    };
    match license.openness {
        Openness::Unclear => {
            conflict(false, "nobody has said what may be done with this data; ask its publisher first")
        }
        _ if license.conditions.reserved => {
            conflict(true, "all rights are reserved; ask for permission first")
        }
        _ if license.conditions.no_derivatives && count > 1 => conflict(
            true,
            "it forbids publishing changed versions, and a combination is one; ask for permission first",
        ),
        Openness::Closed if license.url.is_none() && !license.conditions.non_commercial => {
            conflict(false, "it is not open, and its terms are not known here; read them first")
        }
        _ => None,
    }
}

/// What stands between two licenses.
fn between(one: &'static License, other: &'static License) -> Option<Conflict> {
    if one.conditions.no_derivatives || other.conditions.no_derivatives {
        return None;
    }
    let conflict = |is_certain, reason: String| Some(Conflict { one, other, is_certain, reason });
    let (one_shares, other_shares) = (one.conditions.share_alike, other.conditions.share_alike);
    if one_shares && other_shares {
        return match joined(one, other) {
            Some(_) => None,
            None => conflict(
                true,
                format!(
                    "each of `{}` and `{}` asks that the whole be published under itself, and it can't be under both",
                    one.id, other.id
                ),
            ),
        };
    }
    for (sharing, limited) in [(one, other), (other, one)] {
        if sharing.conditions.share_alike
            && limited.conditions.non_commercial
            && !sharing.conditions.non_commercial
        {
            return conflict(
                true,
                format!(
                    "`{}` asks that the whole may be used to make money, and `{}` forbids it",
                    sharing.id, limited.id
                ),
            );
        }
        // The ways in which each wants its source named and locks forbidden differ; OpenStreetMap asks for a waiver.
        if sharing.family() == "ODbL" && limited.family() == "CC-BY" {
            return conflict(
                false,
                format!(
                    "`{}` forbids technical locks altogether, while `{}` allows them beside an unlocked copy; ask the \
                     publisher of the first to permit the use under the second",
                    limited.id, sharing.id
                ),
            );
        }
    }
    None
}

/// The license that both of two licenses with share-alike allow for the whole.
fn joined(one: &'static License, other: &'static License) -> Option<&'static License> {
    let (family, version) = (one.family(), one.version()?);
    if family == other.family() {
        let (older, newer) = if version <= other.version()? { (one, other) } else { (other, one) };
        // Version 1.0 of Creative Commons knows no later ones; the others and the GNU licenses do.
        let may_move = !(family.starts_with("CC-") && older.version() == Some("1.0"));
        return (one == other || may_move).then_some(newer);
    }
    // What Creative Commons has declared compatible, in this direction only:
    // https://creativecommons.org/share-your-work/licensing-considerations/compatible-licenses/
    let moves = |from: &License, to: &License| {
        from.id == "CC-BY-SA-4.0" && matches!(to.id, "LAL-1.3" | "GPL-3.0-or-later")
    };
    match () {
        () if moves(one, other) => Some(other),
        () if moves(other, one) => Some(one),
        () => None,
    }
}

fn obligations(all: &[&'static License]) -> Vec<Obligation> {
    type Asks = fn(&License) -> bool;
    const ROWS: [(Asks, &str); 6] = [
        (
            |license| license.conditions.attribution,
            "name every source, in the way that each publisher asks for",
        ),
        (|license| license.conditions.notice, "pass on each license, by its text or a link to it"),
        (|license| license.conditions.state_changes, "say what you have changed"),
        (
            |license| license.conditions.share_alike,
            "publish the whole under the license that asks for the same terms",
        ),
        (
            |license| license.conditions.non_commercial,
            "use the whole only where it does not serve to make money",
        ),
        (|license| license.conditions.no_locks, "put no technical locks on the whole"),
    ];
    let rows = ROWS.iter().map(|(asks, text)| Obligation {
        text,
        licenses: all.iter().copied().filter(|license| asks(license)).collect(),
    });
    rows.filter(|obligation| !obligation.licenses.is_empty()).collect()
}

fn notes(all: &[&'static License]) -> Vec<String> {
    let mut notes = Vec::new();
    if all.is_empty() {
        notes.push("no license is known; without one nobody has permission".to_owned());
    }
    if all.iter().any(|license| license.is_us_only) && all.len() > 1 {
        notes.push(
            "what the federal government made is free in the United States; abroad it may hold copyright"
                .to_owned(),
        );
    }
    for license in all.iter().filter(|license| license.made_for == MadeFor::Software) {
        notes.push(format!("`{}` was written for programs, not for data", license.id));
    }
    for license in all.iter().filter(|license| license.url.is_none() && license.is_open()) {
        notes.push(format!(
            "`{}` is a class of licenses; what the one that is meant asks has to be read",
            license.id
        ));
    }
    if all.iter().any(|license| license.conditions.non_commercial) {
        notes.push("the whole is not open, since a part of it may not be used to make money".to_owned());
    }
    notes
}

/// The license for the whole: what share-alike demands, else what asks as much as the strictest part.
fn result(all: &[&'static License]) -> Option<&'static License> {
    let mut sharing = all.iter().copied().filter(|license| license.conditions.share_alike);
    if let Some(first) = sharing.next() {
        return sharing.try_fold(first, joined);
    }
    let asks = |one: fn(&License) -> bool| all.iter().any(|license| one(license));
    if let [only] = all {
        return Some(only).copied().filter(|license| license.url.is_some());
    }
    let id = match () {
        () if asks(|license| license.conditions.non_commercial) => "CC-BY-NC-4.0",
        () if asks(|license| license.conditions.attribution || license.conditions.notice) => "CC-BY-4.0",
        () if asks(|license| !license.is_waiver) => return None,
        () => "CC0-1.0",
    };
    license(id)
}

/// A part of a combination, for its attribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source<'s> {
    /// The title of the dataset.
    pub title: &'s str,
    /// Who publishes it.
    pub publisher: Option<&'s str>,
    /// Where it is.
    pub url: Option<&'s str>,
    /// Its license.
    pub license: Option<&'static License>,
}

/// The lines that name the sources of a combination: title, publisher, address and license of each.
pub fn attribution(sources: &[Source<'_>]) -> String {
    let mut lines = String::new();
    for source in sources {
        let mut line = format!("\u{201c}{}\u{201d}", one_line(source.title));
        if let Some(publisher) = source.publisher {
            line.push_str(&format!(", {}", one_line(publisher)));
        }
        if let Some(url) = source.url {
            line.push_str(&format!(", {}", one_line(url)));
        }
        if let Some(license) = source.license {
            line.push_str(&match license.url {
                Some(url) => format!(", {} ({url})", license.name),
                None => format!(", {}", license.name),
            });
        }
        lines.push_str(&line);
        lines.push_str(".\n");
    }
    lines
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

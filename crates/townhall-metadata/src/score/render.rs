//! Scores as text for people, as JSON, and as rows of a spreadsheet.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::check::{Check, Scheme, SchemeScore, Verdict};
use super::record::RecordScore;
use super::rollup::{Gain, Rollup, SchemeTally, Tally};
use crate::validate::report::clean;

/// How many things to do first are told.
const FIRST_MAX: usize = 5;

/// As many are listed for programs and pages, which may join those with one advice.
const FIRST_LISTED_MAX: usize = 10;

/// Writes the scores of a dataset for people: each group of checks with its verdict, then what to do, the most useful
/// first, with the checks that ask for it and their reasons.
///
/// # Errors
///
/// When the output fails.
pub fn score_as_text(record: &RecordScore, out: &mut dyn Write) -> io::Result<()> {
    let name = record.title.as_ref().or(record.identifier.as_ref());
    writeln!(out, "{}", name.map_or_else(|| "a dataset without a title".to_owned(), |name| clean(name)))?;
    for score in &record.schemes {
        writeln!(out, "\n{}: {}", score.scheme.name, points(score.score))?;
        for group in score.groups() {
            let count = if group.counted > 0 {
                format!(", {} of {}", group.met, group.counted)
            } else {
                String::new()
            };
            writeln!(out, "  {} {}: {}{count}", mark(group.verdict), group.name, group.verdict.words())?;
        }
        let to_do = to_do(score);
        if !to_do.is_empty() {
            writeln!(out, "  What to do, the most useful first")?;
        }
        for (improve, checks, gain) in to_do {
            writeln!(out, "  - {} (+{gain:.1})", clean(improve))?;
            for check in checks {
                let title = check.criterion.title;
                writeln!(out, "      {title}: {}; {}", check.verdict.words(), clean(&check.reason))?;
            }
        }
    }
    Ok(())
}

/// Each thing to do, the checks that ask for it, and the points that they would bring together.
fn to_do(score: &SchemeScore) -> Vec<(&str, Vec<&Check>, f64)> {
    let mut all: Vec<(&str, Vec<&Check>, f64)> = Vec::new();
    for check in &score.checks {
        let Some(improve) = check.improve.as_deref() else { continue };
        let gain = score.gain(check);
        match all.iter_mut().find(|(known, ..)| *known == improve) {
            Some((_, checks, sum)) => {
                checks.push(check);
                *sum += gain;
            }
            None => all.push((improve, vec![check], gain)),
        }
    }
    all.sort_by(|(_, _, one), (_, _, other)| other.total_cmp(one));
    all
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓",
        Verdict::Partly => "~",
        Verdict::NotMet => "✗",
        Verdict::NotApplicable => "-",
        Verdict::NotJudged => "?",
    }
}

fn points(score: Option<f64>) -> String {
    score.map_or_else(|| "nothing could be judged".to_owned(), |score| format!("{score:.0} of 100"))
}

/// Writes the sums for people: the whole, what to do first, then each organization.
///
/// # Errors
///
/// When the output fails.
pub fn rollup_as_text(rollup: &Rollup, out: &mut dyn Write) -> io::Result<()> {
    let whole = rollup.whole();
    let plural = if whole.datasets == 1 { "" } else { "s" };
    writeln!(out, "{} dataset{plural}", whole.datasets)?;
    for (scheme, tally) in whole.schemes() {
        writeln!(out, "\n{}: {} on average", scheme.name, points(tally.mean()))?;
        if let Some((low, high)) = tally.range() {
            let bins = tally.bins.map(|count| count.to_string()).join(" ");
            writeln!(out, "  from {low:.0} to {high:.0}; datasets by ten points: {bins}")?;
        }
        for gain in whole.first_to_do(scheme.id, FIRST_MAX) {
            let Gain { criterion, datasets, points } = gain;
            writeln!(out, "  - {}: {datasets} to mend (+{points:.1} on average)", criterion.title)?;
            writeln!(out, "    {}", criterion.advice)?;
        }
    }
    if rollup.organizations().next().is_some() {
        writeln!(out, "\nBy organization")?;
    }
    for (path, tally) in rollup.organizations() {
        let indent = "  ".repeat(path.len());
        let name = path.last().map(|name| clean(name)).unwrap_or_default();
        let means =
            tally.schemes().filter_map(|(scheme, sums)| Some(format!("{} {:.0}", scheme.id, sums.mean()?)));
        let means = means.collect::<Vec<_>>().join(", ");
        writeln!(out, "{indent}{name}: {}; {means}", tally.datasets)?;
    }
    Ok(())
}

/// The scores of a dataset as JSON: `index`, `identifier`, `title`, `organization`, and for each scheme its `score`,
/// `groups` and `checks`.
pub fn score_as_json(record: &RecordScore) -> Value {
    json!({
        "index": record.index,
        "identifier": record.identifier,
        "title": record.title,
        "organization": record.publishers.iter().rev().collect::<Vec<_>>(),
        "schemes": record.schemes.iter().map(scheme_as_json).collect::<Vec<_>>(),
    })
}

fn scheme_as_json(score: &SchemeScore) -> Value {
    let groups = score.groups().into_iter().map(|group| {
        json!({"name": group.name, "verdict": group.verdict.name(), "met": group.met, "counted": group.counted})
    });
    let checks = score.checks.iter().map(|check| {
        json!({
            "id": check.criterion.id,
            "group": check.criterion.group,
            "title": check.criterion.title,
            "verdict": check.verdict.name(),
            "reason": check.reason,
            "improve": check.improve,
            "gain": rounded(score.gain(check)),
            "weight": check.criterion.weight,
            "source": check.criterion.source,
        })
    });
    json!({
        "id": score.scheme.id,
        "name": score.scheme.name,
        "score": score.score.map(rounded),
        "groups": groups.collect::<Vec<_>>(),
        "checks": checks.collect::<Vec<_>>(),
    })
}

/// The sums as JSON: `datasets`, `schemes` for the whole, and the same for each of `organizations`.
pub fn rollup_as_json(rollup: &Rollup) -> Value {
    let mut whole = tally_map(rollup.whole());
    let organizations = rollup.organizations().map(|(path, tally)| {
        let mut map = tally_map(tally);
        map.insert("organization".to_owned(), json!(path));
        Value::Object(map)
    });
    whole.insert("organizations".to_owned(), organizations.collect());
    Value::Object(whole)
}

/// The sums of an organization, or of the whole, as JSON: `datasets` and `schemes`.
pub fn tally_as_json(tally: &Tally) -> Value {
    Value::Object(tally_map(tally))
}

fn tally_map(tally: &Tally) -> Map<String, Value> {
    let schemes = tally.schemes().map(|(scheme, sums)| sums_as_json(tally, scheme, sums));
    let mut map = Map::new();
    map.insert("datasets".to_owned(), json!(tally.datasets));
    map.insert("schemes".to_owned(), schemes.collect());
    map
}

fn sums_as_json(tally: &Tally, scheme: &Scheme, sums: &SchemeTally) -> Value {
    let checks = scheme.criteria.iter().zip(sums.criteria()).map(|(criterion, sums)| {
        let mut map = Map::new();
        map.insert("id".to_owned(), json!(criterion.id));
        map.insert("title".to_owned(), json!(criterion.title));
        for verdict in Verdict::ALL {
            map.insert(verdict.name().to_owned(), json!(sums.count(verdict)));
        }
        map.insert("share_met".to_owned(), json!(sums.share_met().map(|share| rounded(share * 100.0))));
        Value::Object(map)
    });
    let first = tally.first_to_do(scheme.id, FIRST_LISTED_MAX).into_iter().map(|gain| {
        json!({
            "id": gain.criterion.id,
            "title": gain.criterion.title,
            "improve": gain.criterion.advice,
            "datasets": gain.datasets,
            "gain": rounded(gain.points),
        })
    });
    json!({
        "id": scheme.id,
        "name": scheme.name,
        "scored": sums.scored,
        "mean": sums.mean().map(rounded),
        "lowest": sums.range().map(|(low, _)| rounded(low)),
        "highest": sums.range().map(|(_, high)| rounded(high)),
        "bins": sums.bins,
        "first": first.collect::<Vec<_>>(),
        "checks": checks.collect::<Vec<_>>(),
    })
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// The columns before those of the schemes.
pub const SCORE_CSV_LEADING_COLUMNS: [&str; 4] = ["index", "identifier", "title", "organization"];

/// The header of the spreadsheet: the leading columns, then for each scheme its score and a column a check.
pub fn score_csv_header(schemes: &[&'static Scheme]) -> Vec<String> {
    let checks = schemes.iter().flat_map(|scheme| {
        let ids = scheme.criteria.iter().map(|criterion| format!("{} {}", scheme.id, criterion.id));
        std::iter::once(scheme.id.to_owned()).chain(ids)
    });
    SCORE_CSV_LEADING_COLUMNS.iter().map(|name| (*name).to_owned()).chain(checks).collect()
}

/// The row of a dataset, for [`write_csv_row`](crate::write_csv_row). A cell that a spreadsheet would take for a
/// formula gets an apostrophe in front.
pub fn score_as_csv_row(record: &RecordScore) -> Vec<String> {
    let text = |text: &Option<String>| safe(text.as_deref().unwrap_or_default());
    let organization = record.publishers.iter().rev().map(String::as_str).collect::<Vec<_>>().join(" > ");
    let mut row = vec![
        record.index.map(|index| index.to_string()).unwrap_or_default(),
        text(&record.identifier),
        text(&record.title),
        safe(&organization),
    ];
    for score in &record.schemes {
        row.push(score.score.map(|score| format!("{score:.1}")).unwrap_or_default());
        row.extend(score.checks.iter().map(|check| check.verdict.name().to_owned()));
    }
    row
}

fn safe(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

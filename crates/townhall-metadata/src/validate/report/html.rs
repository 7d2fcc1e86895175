//! A page that stands alone: the verdict, what to do about it with the most frequent first, then where.

use std::io::{self, Write};

use townhall_model::Finding;

use super::{dataset_name, word};
use crate::glossary::field_help;
use crate::html::{begin, end, escape, message_as_html, shortened};
use crate::validate::Outcome;
use crate::validate::outcome::Group;

/// Most findings that are listed under one cause; the JSON has more.
const PLACES_MAX: usize = 200;

/// Most characters of a value that are shown.
const VALUE_CHARACTERS_MAX: usize = 200;

/// Writes the outcome as HTML; `name` is what the file is called.
///
/// # Errors
///
/// When the output fails.
pub fn html(outcome: &Outcome, name: &str, out: &mut dyn Write) -> io::Result<()> {
    begin(&format!("Check of {name}"), out)?;
    let Outcome { datasets, invalid_datasets, totals, .. } = outcome;
    let (class, verdict) = if outcome.valid { ("yes", "Valid") } else { ("no", "Not valid") };
    writeln!(
        out,
        "<p><strong class=\"{class}\">{verdict}</strong> by the rules of {}{}: {datasets} datasets, {invalid_datasets} of \
         them not valid.</p>\n<p>{} errors, {} warnings, {} notes.</p>",
        escape(outcome.profile.name()),
        if outcome.is_auto { ", which suit what the file says of itself" } else { "" },
        totals.errors,
        totals.warnings,
        totals.notes
    )?;
    if outcome.is_truncated {
        out.write_all(b"<p class=\"error\">The file breaks off before its end.</p>\n")?;
    }
    if totals.suppressed > 0 {
        writeln!(out, "<p>{} findings are known from the baseline and not told.</p>", totals.suppressed)?;
    }
    if outcome.groups.is_empty() {
        out.write_all(b"<p>Nothing was found.</p>\n")?;
    } else {
        out.write_all(b"<h2>What to do, the most frequent first</h2>\n")?;
    }
    for group in &outcome.groups {
        cause(group, &outcome.findings, out)?;
    }
    let lists: Vec<_> = outcome
        .lists
        .iter()
        .map(|list| match list.date {
            "" => escape(list.name),
            date => format!("{} of {date}", escape(list.name)),
        })
        .collect();
    writeln!(out, "<p class=\"soft\">Code lists: {}.</p>", lists.join(", "))?;
    end(out)
}

fn cause(group: &Group, findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let rule = group.rule;
    let severity = word(rule.severity);
    writeln!(
        out,
        "<h3><code>{}</code>: {} <span class=\"{severity}\">{severity}</span> <span class=\"soft\">{} times in {} \
         datasets{}</span></h3>\n<p>{}</p>",
        escape(&group.subject()),
        escape(rule.title),
        group.count,
        group.datasets,
        if group.official { ", part of the verdict" } else { "" },
        message_as_html(&format!("To mend it: {}.", rule.fix)),
    )?;
    if let Some(help) = field_help(group.class, group.field) {
        let (meaning, field, example) = (escape(help.meaning), escape(help.field), escape(help.example));
        writeln!(out, "<p>{meaning} For example:</p>\n<pre><code>\"{field}\": {example}</code></pre>")?;
    }
    writeln!(out, "<p class=\"soft\">{}, after {}</p>", rule.code, escape(rule.source))?;
    let mut places = findings.iter().filter(|finding| {
        finding.code == rule.code && finding.official == group.official && is_about(finding, group.field)
    });
    let mut first = places.by_ref().take(PLACES_MAX).peekable();
    if first.peek().is_some() {
        out.write_all(
            b"<details><summary>Where</summary><div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Line</th>\
              <th scope=\"col\">Dataset</th><th scope=\"col\">Where</th><th scope=\"col\">What</th></tr></thead>\n<tbody>\n",
        )?;
        for finding in first {
            place(finding, out)?;
        }
        out.write_all(b"</tbody></table></div></details>\n")?;
    }
    match places.count() {
        0 => Ok(()),
        rest => writeln!(out, "<p class=\"soft\">and {rest} more places</p>"),
    }
}

/// Whether the finding is about the field; the pointer ends with it, or with an index of its list.
fn is_about(finding: &Finding, field: &str) -> bool {
    let mut steps =
        finding.pointer.rsplit('/').skip_while(|step| step.bytes().all(|byte| byte.is_ascii_digit()));
    field.is_empty() || steps.next() == Some(field)
}

fn place(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let line = finding.position.map(|position| format!("{}:{}", position.line, position.column));
    let value = finding.value.as_deref().map(|value| {
        format!(
            " <span class=\"soft\">Found:</span> <code>{}</code>",
            escape(&shortened(value, VALUE_CHARACTERS_MAX))
        )
    });
    writeln!(
        out,
        "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td>{}{}</td></tr>",
        line.unwrap_or_default(),
        escape(&shortened(&dataset_name(finding).unwrap_or_default(), VALUE_CHARACTERS_MAX)),
        escape(&finding.pointer),
        message_as_html(&finding.message),
        value.unwrap_or_default()
    )
}

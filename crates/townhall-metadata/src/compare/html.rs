//! A comparison as a page that stands alone.

use std::io::{self, Write};

use serde_json::Value;

use super::text::{counts, name};
use super::{Comparison, Edition, Entry, FieldChange};
use crate::html::{begin, end, escape, shortened};

/// Most records of one sort that are listed; the JSON has them all.
const RECORDS_MAX: usize = 5_000;

/// Most places inside of one field that are shown.
const DETAILS_MAX: usize = 50;

/// Most characters of a value that are shown.
const VALUE_CHARACTERS_MAX: usize = 600;

/// Writes the comparison as HTML, with the values of each changed field before and after.
///
/// # Errors
///
/// When the output fails.
pub fn comparison_as_html(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    begin("What changed", out)?;
    writeln!(out, "<p><strong>{}</strong></p>", escape(&counts(comparison)))?;
    out.write_all(b"<ul>\n")?;
    edition("Before", &comparison.old, out)?;
    edition("Now", &comparison.new, out)?;
    out.write_all(b"</ul>\n")?;
    if comparison.is_empty() {
        out.write_all(b"<p>Nothing differs.</p>\n")?;
    }
    if !comparison.catalog.is_empty() {
        out.write_all(b"<h2>The catalog itself</h2>\n")?;
        fields(&comparison.catalog, out)?;
    }
    list("Added", &comparison.added, out)?;
    list("Removed", &comparison.removed, out)?;
    if !comparison.changed.is_empty() {
        writeln!(out, "<h2>Changed ({})</h2>", comparison.changed.len())?;
    }
    for changed in comparison.changed.iter().take(RECORDS_MAX) {
        let names: Vec<_> = changed.fields.iter().map(|field| escape(&field.field)).collect();
        writeln!(
            out,
            "<details open><summary>{} <span class=\"soft\">{}</span></summary>",
            escape(&name(&changed.entry)),
            names.join(", ")
        )?;
        fields(&changed.fields, out)?;
        out.write_all(b"</details>\n")?;
    }
    more(comparison.changed.len(), out)?;
    end(out)
}

fn edition(label: &str, edition: &Edition, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<li>{label}: {}, {} records", escape(&edition.name), edition.records)?;
    if edition.refused > 0 {
        write!(out, ", {} more could not be read", edition.refused)?;
    }
    if !edition.is_complete {
        out.write_all(b"; the file is not whole, so removals may not be real")?;
    }
    out.write_all(b"</li>\n")
}

fn list(heading: &str, entries: &[Entry], out: &mut dyn Write) -> io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>{heading} ({})</h2>\n<ul>", entries.len())?;
    for entry in entries.iter().take(RECORDS_MAX) {
        writeln!(out, "<li>{}</li>", escape(&name(entry)))?;
    }
    out.write_all(b"</ul>\n")?;
    more(entries.len(), out)
}

fn more(count: usize, out: &mut dyn Write) -> io::Result<()> {
    match count.checked_sub(RECORDS_MAX) {
        Some(rest @ 1..) => writeln!(out, "<p class=\"soft\">and {rest} more</p>"),
        _ => Ok(()),
    }
}

fn fields(changes: &[FieldChange], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Before</th>\
          <th scope=\"col\">Now</th></tr></thead>\n<tbody>\n",
    )?;
    for change in changes {
        let is_inside = change.details.iter().any(|detail| !detail.pointer.is_empty());
        if !is_inside {
            row(&change.field, change.before.as_ref(), change.after.as_ref(), out)?;
            continue;
        }
        for detail in change.details.iter().take(DETAILS_MAX) {
            let place = format!("{}{}", change.field, detail.pointer);
            row(&place, detail.before.as_ref(), detail.after.as_ref(), out)?;
        }
        if let Some(rest @ 1..) = change.details.len().checked_sub(DETAILS_MAX) {
            let field = escape(&change.field);
            writeln!(
                out,
                "<tr><th scope=\"row\">{field}</th><td colspan=\"2\">and {rest} more places</td></tr>"
            )?;
        }
    }
    out.write_all(b"</tbody></table></div>\n")
}

fn row(place: &str, before: Option<&Value>, after: Option<&Value>, out: &mut dyn Write) -> io::Result<()> {
    let shown = |value: Option<&Value>, element: &str| match value {
        Some(value) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("<{element}>{}</{element}>", escape(&shortened(&text, VALUE_CHARACTERS_MAX)))
        }
        None => "<span class=\"soft\">nothing</span>".to_owned(),
    };
    writeln!(
        out,
        "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>",
        escape(place),
        shown(before, "del"),
        shown(after, "ins")
    )
}

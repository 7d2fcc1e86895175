//! `townhall diff` of data files: rows added, removed and changed.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use townhall_app::{DataFiles, Differences, NamedFile, RowDifference};
use townhall_model::ErrorKind;

use super::reading::read_options;
use super::{Failure, Outcome, app_settings, print, settings};
use crate::cli::{Diff, DiffForm, Global};
use crate::progress::FileProgress;

/// Rows that people are shown; programs get more.
const ROWS_SHOWN: usize = 40;

/// Rows that programs get at most; the counts are of all.
const ROWS_MAX: usize = 100_000;

/// Whether the arguments are data files rather than catalogues.
pub fn is_meant(args: &Diff) -> bool {
    let is_data = |name: &str| {
        let is_json = name.trim_end_matches(".gz").trim_end_matches(".zst").ends_with(".json");
        !is_json && !name.contains("://") && townhall_app::is_data_file(name)
    };
    args.rows || !args.key.is_empty() || (is_data(&args.old) && is_data(&args.new))
}

pub async fn run(global: Global, args: Diff) -> Result<Outcome, Failure> {
    let read = read_options(&args.reading)?;
    let settings = app_settings(&settings(&global, &[])?)?;
    let file = |table: &str, name: &String| NamedFile {
        table: table.to_owned(),
        path: PathBuf::from(name),
        name: name.clone(),
    };
    let mut progress = FileProgress::new(&global);
    let shown = progress.clone();
    let files = vec![file("old", &args.old), file("new", &args.new)];
    let files = DataFiles::open_numbered(files, read, settings.query_memory_bytes, move |name, step| {
        shown.show(name, step)
    })
    .await;
    progress.finish();
    let is_json = match args.format {
        _ if global.json => true,
        DiffForm::Json => true,
        DiffForm::Text => false,
        _ => {
            return Err(Failure::new(ErrorKind::Invalid, "rows are compared as text or json")
                .with_hint("leave --format out, or ask for --format json"));
        }
    };
    let limit = if is_json { ROWS_MAX } else { ROWS_SHOWN };
    let found = files?.difference(&args.key, limit).await?;
    let has_key = !args.key.is_empty();
    print(&if is_json { format!("{:#}\n", as_json(&found, has_key)) } else { as_text(&found, has_key) })?;
    let counts = found.counts;
    let is_same = counts.added + counts.removed + counts.changed == 0
        && found.columns_added.is_empty()
        && found.columns_removed.is_empty();
    Ok(if args.exit_code && !is_same { Outcome::No } else { Outcome::Good })
}

fn named<'v>(names: &[String], values: impl IntoIterator<Item = &'v Value>) -> Map<String, Value> {
    names.iter().cloned().zip(values.into_iter().cloned()).collect()
}

fn as_json(found: &Differences, has_key: bool) -> Value {
    let rows = |change: &str| -> Vec<&RowDifference> {
        found.rows.iter().filter(|row| row.change == change).collect()
    };
    let whole = |row: &&RowDifference| {
        let mut value =
            json!({"row": row.to_row.or(row.from_row), "values": named(&found.columns, row.values())});
        if row.copies > 1 {
            value["copies"] = json!(row.copies);
        }
        value
    };
    let changed = |row: &&RowDifference| {
        let fields: Map<String, Value> = changed_fields(found, row)
            .map(|index| {
                (found.columns[index].clone(), json!({"from": row.before[index], "to": row.after[index]}))
            })
            .collect();
        json!({"key": named(&found.columns[..found.key], &row.after[..found.key]), "row": row.to_row, "fields": fields})
    };
    let counts = found.counts;
    json!({
        "added": rows("added").iter().map(whole).collect::<Vec<_>>(),
        "removed": rows("removed").iter().map(whole).collect::<Vec<_>>(),
        "changed": rows("changed").iter().map(changed).collect::<Vec<_>>(),
        "counts": {
            "added": counts.added, "removed": counts.removed, "changed": counts.changed,
            "unchanged": counts.unchanged,
        },
        "key": if has_key { found.columns[..found.key].to_vec() } else { Vec::new() },
        "columns_added": found.columns_added,
        "columns_removed": found.columns_removed,
        "truncated": found.next.is_some(),
    })
}

/// The columns of a row that changed.
fn changed_fields<'f>(found: &'f Differences, row: &'f RowDifference) -> impl Iterator<Item = usize> + 'f {
    (found.key..found.columns.len()).filter(|index| row.before[*index] != row.after[*index])
}

fn as_text(found: &Differences, has_key: bool) -> String {
    let counts = found.counts;
    let mut text = String::new();
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "∅".to_owned(),
        other => other.to_string(),
    };
    for row in &found.rows {
        let sign = match row.change.as_str() {
            "added" => '+',
            "removed" => '-',
            _ => '~',
        };
        // Writing to a text can't fail.
        let _ = if sign == '~' {
            let key: Vec<String> = row.after[..found.key].iter().map(plain).collect();
            let fields: Vec<String> = changed_fields(found, row)
                .map(|index| {
                    format!(
                        "{}: {} → {}",
                        found.columns[index],
                        plain(&row.before[index]),
                        plain(&row.after[index])
                    )
                })
                .collect();
            writeln!(text, "~ {}  {}", key.join(", "), fields.join("; "))
        } else {
            let values: Vec<String> = row.values().iter().map(plain).collect();
            let times = if row.copies > 1 { format!("  ({} times)", row.copies) } else { String::new() };
            writeln!(text, "{sign} {}{times}", values.join(", "))
        };
    }
    if found.next.is_some() {
        text.push_str("… --json has more\n");
    }
    for name in &found.columns_added {
        let _ = writeln!(text, "new column: {name}");
    }
    for name in &found.columns_removed {
        let _ = writeln!(text, "column gone: {name}");
    }
    let changed = if has_key { format!("{} changed, ", counts.changed) } else { String::new() };
    let _ = writeln!(
        text,
        "{} added, {} removed, {changed}{} the same",
        counts.added, counts.removed, counts.unchanged
    );
    text
}

//! `townhall check-links`: whether what a catalog names can be had, and is what it is said to be.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use townhall_app::{
    CheckedLink, Error, FileLinks, LinkRoundReport, LinkVerdict, MirrorReport, check_file_links,
    could_be_catalog,
};
use townhall_model::ErrorKind;

use super::workshop::material;
use super::{Failure, Outcome, app_settings, open, print, settings};
use crate::cli::{CheckLinks, Global};
use crate::progress::CountProgress;

pub async fn run(global: Global, args: CheckLinks) -> Result<Outcome, Failure> {
    if args.inputs.is_empty() || args.store { due(&global, &args).await } else { files(&global, &args).await }
}

/// Checks the links of files, or links by themselves.
async fn files(global: &Global, args: &CheckLinks) -> Result<Outcome, Failure> {
    let settings = app_settings(&settings(global, &[])?)?;
    let workshop = townhall_app::Workshop::new(settings.fetch.clone())?;
    let mut links = FileLinks::default();
    for input in &args.inputs {
        let is_web = input.starts_with("http://") || input.starts_with("https://");
        if is_web && !could_be_catalog(&settings.fetch, input).await? {
            links.add_url(input)?;
            continue;
        }
        let material = material(&workshop, input).await?;
        let (gathered, records) = tokio::task::spawn_blocking(move || {
            let mut links = links;
            let records = links.add_catalog(&material)?;
            Ok::<_, Error>((links, records))
        })
        .await
        .map_err(|error| Failure::new(ErrorKind::Internal, error.to_string()))??;
        links = gathered;
        if records == 0 {
            return Err(Failure::new(ErrorKind::Invalid, format!("`{input}` has no records of a catalog"))
                .with_hint("give a data.json or a catalog in another dialect, or the address of a file"));
        }
    }
    let progress = CountProgress::new(global, "links");
    let total = links.len() as u64;
    let mut checked: Vec<CheckedLink> = Vec::with_capacity(links.len());
    check_file_links(links, &settings.fetch, &settings.links, |link| {
        checked.push(link);
        progress.show(checked.len() as u64, total);
    })
    .await?;
    progress.finish();
    // The worst come first.
    checked.sort_by(|a, b| {
        let key = |link: &CheckedLink| (!link.checked.is_broken(), std::cmp::Reverse(link.checked.verdict));
        key(a).cmp(&key(b)).then_with(|| a.checked.url.cmp(&b.checked.url))
    });
    print(&match (global.json, args.csv) {
        (true, _) => format!("{:#}\n", as_json(&checked)),
        (false, true) => as_csv(&checked)?,
        (false, false) => as_text(&checked, args.working),
    })?;
    let is_broken = checked.iter().any(|link| link.checked.is_broken());
    Ok(if is_broken { Outcome::No } else { Outcome::Good })
}

/// Checks the links of the portal that are due.
async fn due(global: &Global, args: &CheckLinks) -> Result<Outcome, Failure> {
    let app = open(&settings(global, &[])?).await?;
    let progress = CountProgress::new(global, "links");
    let checked = async {
        if args.again {
            // Links that are new are due in any case.
            app.links().make_all_due().await?;
        }
        let stop = async {
            // Without a way to hear it, nobody can ask to stop.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let report = app.links().round(|_, done, total| progress.show(done, total), stop).await?;
        Ok::<_, Error>((report, app.links().counts(None).await?))
    }
    .await;
    progress.finish();
    app.close().await;
    let (report, counts) = checked?;
    let LinkRoundReport { checked, works, doubtful, broken, closed, unknown, copies } = report;
    if global.json {
        let now = json!({
            "checked": checked, "works": works, "doubtful": doubtful, "broken": broken, "closed": closed, "unknown": unknown,
            "copied": copies.copied, "too_large_to_copy": copies.too_large, "not_copied": copies.failed, "no_room_for_copies": copies.no_room,
        });
        let all = json!({"links": counts.links, "states": counts.states, "verdicts": counts.verdicts});
        print(&format!("{:#}\n", json!({"round": now, "catalog": all})))?;
    } else {
        let states: Vec<String> =
            counts.states.iter().map(|(state, count)| format!("{count} {state}")).collect();
        let of_all = if states.is_empty() { "no links".to_owned() } else { states.join(", ") };
        print(&format!(
            "checked {checked} links: {works} work, {doubtful} doubtful, {broken} broken, {closed} not for everybody, {unknown} unknown\n\
             of {} links in the catalog: {of_all}\n",
            counts.links
        ))?;
        if copies != MirrorReport::default() {
            print(&format!(
                "copies of files: {} taken, {} as good as before, {} too large, {} could not be had, {} had no room\n",
                copies.copied, copies.unchanged, copies.too_large, copies.failed, copies.no_room
            ))?;
        }
    }
    Ok(if counts.state("broken") > 0 { Outcome::No } else { Outcome::Good })
}

fn verdicts(links: &[CheckedLink]) -> BTreeMap<LinkVerdict, u64> {
    let mut counts = BTreeMap::new();
    for link in links {
        *counts.entry(link.checked.verdict).or_default() += 1;
    }
    counts
}

fn as_json(links: &[CheckedLink]) -> Value {
    let counts: BTreeMap<&str, u64> =
        verdicts(links).into_iter().map(|(verdict, count)| (verdict.name(), count)).collect();
    let broken = links.iter().filter(|link| link.checked.is_broken()).count();
    json!({
        "data": links.iter().map(CheckedLink::as_json).collect::<Vec<_>>(),
        "meta": {"total": links.len(), "broken": broken, "verdicts": counts},
    })
}

fn as_csv(links: &[CheckedLink]) -> Result<String, Failure> {
    const COLUMNS: [&str; 16] = [
        "url",
        "verdict",
        "broken",
        "reason",
        "status",
        "first_status",
        "leads_to",
        "declared",
        "format",
        "content_type",
        "bytes",
        "sha256",
        "last_modified",
        "certificate_ends",
        "identifiers",
        "titles",
    ];
    let mut out = Vec::new();
    townhall_app::write_csv_row(&mut out, &COLUMNS, b',')?;
    for CheckedLink { checked, datasets } in links {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let identifiers: Vec<&str> =
            datasets.iter().filter_map(|(_, identifier)| identifier.as_deref()).collect();
        let titles: Vec<&str> = datasets.iter().map(|(title, _)| title.as_str()).collect();
        let row = [
            checked.url.clone(),
            checked.verdict.name().to_owned(),
            checked.is_broken().to_string(),
            checked.reason.clone(),
            number(checked.status.map(u64::from)),
            number(checked.first_status.map(u64::from)),
            text(&checked.leads_to),
            text(&checked.declared),
            text(&checked.format),
            text(&checked.content_type),
            number(checked.bytes),
            text(&checked.sha256),
            text(&checked.last_modified),
            text(&checked.certificate_ends),
            identifiers.join("|"),
            titles.join("|"),
        ];
        townhall_app::write_csv_row(&mut out, &row.map(guarded), b',')?;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// A cell that no spreadsheet takes for a formula (CWE-1236): titles and headers are other people's words.
pub fn guarded(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

/// A table of what does not simply work, and a line with the sums.
fn as_text(links: &[CheckedLink], working: bool) -> String {
    let mut text = String::new();
    let shown =
        |link: &&CheckedLink| working || links.len() == 1 || link.checked.verdict != LinkVerdict::Works;
    for CheckedLink { checked, datasets } in links.iter().filter(shown) {
        let status = checked.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let format = checked.format.as_deref().unwrap_or("-");
        text.push_str(&format!("{:<13} {status:<4} {format:<8} {}\n", checked.verdict.name(), checked.url));
        if checked.verdict != LinkVerdict::Works {
            text.push_str(&format!("{:28}{}\n", "", checked.reason));
        }
        if let Some(https) = &checked.https {
            text.push_str(&format!("{:28}hint: {https} answers\n", ""));
        }
        if let Some(ends) = &checked.certificate_ends {
            text.push_str(&format!("{:28}the certificate of the server ends at {ends}\n", ""));
        }
        match datasets.as_slice() {
            [] => {}
            [(title, _)] => text.push_str(&format!("{:28}in “{title}”\n", "")),
            [(title, _), others @ ..] => {
                text.push_str(&format!("{:28}in “{title}” and {} others\n", "", others.len()));
            }
        }
    }
    let counts: Vec<String> =
        verdicts(links).into_iter().map(|(verdict, count)| format!("{count} {}", verdict.name())).collect();
    let sums = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
    text.push_str(&format!("{} links: {sums}\n", links.len()));
    text
}

//! `townhall crawl`: the data files on a website, and which of them its catalog does not list.

use std::path::Path;

use townhall_app::{
    Actor, ActorKind, CrawlOptions, CrawlReport, CrawlState, FILE_COLUMNS, crawl_site, listed_by,
    look_at_listed, own_catalog,
};
use townhall_model::ErrorKind;

use super::workshop::material;
use super::{Failure, Outcome, app_settings, open, print, settings};
use crate::cli::{Crawl, Global};
use crate::progress::CountProgress;

/// After how many pages the state of a crawl is written down.
const KEPT_EVERY: u64 = 50;

pub async fn run(global: Global, args: Crawl) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app_settings = app_settings(&settings)?;
    let (fetch, manners) = (&app_settings.fetch, &app_settings.links);
    let workshop = townhall_app::Workshop::new(fetch.clone())?;
    let mut state = begin(&args)?;
    let progress = CountProgress::new(&global, "pages");
    let (mut kept_at, mut trouble) = (state.pages, None);
    let stopped = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let told = stopped.clone();
    let listening = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            told.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    });
    crawl_site(fetch, manners, &mut state, |state, event| {
        progress.show(event.pages, event.pages + event.waiting);
        if let Some(path) = &args.resume
            && event.pages >= kept_at + KEPT_EVERY
        {
            kept_at = event.pages;
            trouble = keep(path, state).err();
        }
        trouble.is_none() && !stopped.load(std::sync::atomic::Ordering::Relaxed)
    })
    .await?;
    listening.abort();
    progress.finish();
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    if let Some(path) = &args.resume {
        keep(path, &state)?;
    }
    let catalog = match &args.compare {
        Some(input) => Some(material(&workshop, input).await?),
        None => own_catalog(&workshop, &state).await,
    };
    let listed = match catalog {
        None => None,
        Some(catalog) => {
            let listed = tokio::task::spawn_blocking(move || listed_by(&catalog)).await;
            let listed = listed.map_err(|error| Failure::new(ErrorKind::Internal, error.to_string()))?;
            // What a site has at that address may be anything; what somebody names has to be a catalog.
            let mut listed = if args.compare.is_some() { listed? } else { listed.unwrap_or_default() };
            let progress = CountProgress::new(&global, "links of the catalog");
            look_at_listed(fetch, manners, &state, &mut listed, |done, total| progress.show(done, total))
                .await?;
            progress.finish();
            Some(listed)
        }
    };
    let report = CrawlReport::new(state, listed);
    if let Some(path) = &args.data_json {
        write(path, format!("{:#}\n", report.drafts()).as_bytes())?;
    }
    let drafts = if args.drafts {
        let app = open(&settings).await?;
        let kept = app.crawls().keep_drafts(&Actor::new(ActorKind::Cli, "crawl"), &report).await;
        app.close().await;
        Some(kept?)
    } else {
        None
    };
    print(&match (global.json, args.csv) {
        (true, _) => {
            let mut value = report.as_json();
            value["drafts"] = drafts.into();
            format!("{value:#}\n")
        }
        (false, true) => as_csv(&report)?,
        (false, false) => as_text(&report, drafts),
    })?;
    Ok(Outcome::Good)
}

/// A crawl that goes on where its file says, or a new one.
fn begin(args: &Crawl) -> Result<CrawlState, Failure> {
    let address = if args.url.contains("://") { args.url.clone() } else { format!("https://{}", args.url) };
    let start = address.parse().map_err(|error| {
        Failure::new(ErrorKind::Invalid, format!("`{}` is no address: {error}", args.url))
            .with_hint("write it like https://www.example.gov")
    })?;
    let usual = CrawlOptions::default();
    let options = CrawlOptions {
        depth: args.depth.unwrap_or(usual.depth),
        pages: args.pages.unwrap_or(usual.pages),
        bytes: args.bytes.unwrap_or(usual.bytes),
        hosts: args.host.clone(),
    };
    let known = args.resume.as_ref().filter(|path| path.exists());
    let Some(path) = known else { return Ok(CrawlState::new(start, options)) };
    let mut state: CrawlState = serde_json::from_slice(&std::fs::read(path)?).map_err(|error| {
        Failure::new(
            ErrorKind::Invalid,
            format!("`{}` is no crawl that was broken off: {error}", path.display()),
        )
        .with_hint("name another file, and the crawl begins anew")
    })?;
    if state.start != start {
        let why = format!("`{}` is a crawl of {}", path.display(), state.start);
        return Err(Failure::new(ErrorKind::Conflict, why).with_hint("name another file for another site"));
    }
    // Hosts that were added because the site has moved stay.
    let hosts =
        state.options.hosts.iter().filter(|host| !options.hosts.contains(host)).cloned().collect::<Vec<_>>();
    state.go_on(CrawlOptions { hosts: [options.hosts.clone(), hosts].concat(), ..options });
    Ok(state)
}

fn keep(path: &Path, state: &CrawlState) -> Result<(), Failure> {
    let text =
        serde_json::to_vec(state).map_err(|error| Failure::new(ErrorKind::Internal, error.to_string()))?;
    write(path, &text)
}

/// Writes a file that takes its name only when it is whole.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn as_csv(report: &CrawlReport) -> Result<String, Failure> {
    let mut out = Vec::new();
    townhall_app::write_csv_row(&mut out, &FILE_COLUMNS, b',')?;
    for row in report.rows() {
        townhall_app::write_csv_row(&mut out, &row.map(super::check_links::guarded), b',')?;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

fn as_text(report: &CrawlReport, drafts: Option<u64>) -> String {
    let state = &report.state;
    let mut text = String::new();
    for file in &state.files {
        let bytes = file.bytes.map_or_else(|| "-".to_owned(), |bytes| bytes.to_string());
        let day = file.modified.as_deref().unwrap_or("-");
        text.push_str(&format!("{:<8} {bytes:>11} {day:<10} {}\n", file.format, file.url));
    }
    if !state.files.is_empty() {
        text.push('\n');
    }
    for series in &report.series {
        text.push_str(&format!("series of {}: {}\n", series.files.len(), series.pattern));
    }
    for endpoint in &state.endpoints {
        text.push_str(&format!("service {}: {}\n", endpoint.kind, endpoint.url));
    }
    for (host, count) in &state.elsewhere {
        text.push_str(&format!("{count} files are linked at {host}; visit it too with --host {host}\n"));
    }
    let formats: Vec<String> =
        report.formats().into_iter().map(|(format, count)| format!("{count} {format}")).collect();
    let formats = if formats.is_empty() { "none".to_owned() } else { formats.join(", ") };
    text.push_str(&format!("{} files on {} pages: {formats}\n", state.files.len(), state.pages));
    if let Some(comparison) = &report.comparison {
        text.push_str(&format!(
            "of the catalog {} addresses work, {} don’t, {} are elsewhere; {} files on the site are not in it\n",
            comparison.live.len(),
            comparison.dead.len(),
            comparison.unknown.len(),
            comparison.unlisted.len()
        ));
        for one in &comparison.dead {
            text.push_str(&format!("  dead: {} in “{}”: {}\n", one.url, one.title, one.reason));
        }
    } else {
        text.push_str("the site has no catalog at /data.json; name one with --compare\n");
    }
    if let Some(drafts) = drafts {
        text.push_str(&format!("kept {drafts} drafts\n"));
    }
    if state.waiting() > 0 {
        let ended = state.ended.map_or("", |ended| ended.name());
        text.push_str(&format!(
            "it ended early ({ended}): {} addresses were not visited; go on with --resume FILE and higher bounds\n",
            state.waiting()
        ));
    }
    text
}

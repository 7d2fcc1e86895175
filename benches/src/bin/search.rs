//! Measures searching half a million records with exact facets, against a PostgreSQL full-text catalogue with
//! the same records in the same run.
//!
//! ```text
//! cargo run --release -p townhall-benches --bin search -- --records 500000 --snapshots FOLDER
//! ```
//!
//! `--postgres-bin FOLDER` says where PostgreSQL's programs are; `--no-postgres` leaves it out. The report is
//! Markdown on standard output. `--index FOLDER` keeps the index for another run.

#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use tempfile::TempDir;
use townhall_benches::search_postgres::Cluster;
use townhall_benches::search_questions::{Question, questions};
use townhall_benches::search_records::Source;
use townhall_benches::search_report::{Timing, all_times, by_question, percentile, summary};
use townhall_search::SearchIndex;

/// How often each question is asked of us, after once for warming up.
const OUR_ROUNDS: usize = 10;
/// How often each is asked of PostgreSQL, after once for warming up.
const THEIR_ROUNDS: usize = 3;
/// Records handed over at a time.
const BATCH: u64 = 5_000;
/// Records in one commit.
const COMMIT: u64 = 100_000;

struct Options {
    records: u64,
    snapshots: PathBuf,
    postgres_bin: Option<PathBuf>,
    index: Option<PathBuf>,
}

impl Options {
    fn from_arguments() -> anyhow::Result<Self> {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/metadata/real/snapshots");
        let mut options = Self {
            records: 500_000,
            snapshots: beside.into(),
            postgres_bin: Some("/usr/lib/postgresql/15/bin".into()),
            index: None,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("`{name}` needs a value"));
            match name.as_str() {
                "--records" => options.records = value()?.parse().context("`--records` takes a number")?,
                "--snapshots" => options.snapshots = value()?.into(),
                "--postgres-bin" => options.postgres_bin = Some(value()?.into()),
                "--index" => options.index = Some(value()?.into()),
                "--no-postgres" => options.postgres_bin = None,
                _ => anyhow::bail!("`{name}` is not an option of this bench"),
            }
        }
        Ok(options)
    }
}

fn main() -> anyhow::Result<()> {
    let options = Options::from_arguments()?;
    let source = Source::read(&options.snapshots)?;
    println!("{} records mixed from {} real ones\n", options.records, source.len());
    let questions = questions();

    let scratch = TempDir::new()?;
    let dir = options.index.as_deref().unwrap_or(scratch.path());
    let index = SearchIndex::open(dir)?;
    // An index that is kept from an earlier run is measured as it is.
    if index.committed_seq() < options.records {
        build(&index, &source, options.records, dir)?;
    }
    let ours = measure_ours(&index, &questions)?;
    let theirs = match &options.postgres_bin {
        Some(bin) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(measure_theirs(bin, &source, options.records, &questions))?
        }
        None => Vec::new(),
    };
    println!("\n{}\n{}", summary(&ours, &theirs), by_question(&ours, &theirs));
    Ok(())
}

fn build(index: &SearchIndex, source: &Source, records: u64, dir: &Path) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut mixed_s = 0.0;
    for first in (0..records).step_by(BATCH as usize) {
        let last = (first + BATCH).min(records);
        let mixing = Instant::now();
        let batch: Vec<_> = (first..last).map(|number| source.record(number)).collect();
        mixed_s += mixing.elapsed().as_secs_f64();
        index.stage(batch)?;
        if last.is_multiple_of(COMMIT) || last == records {
            index.commit(last)?;
        }
    }
    let indexed_s = started.elapsed().as_secs_f64() - mixed_s;
    index.settle()?;
    let settled_s = started.elapsed().as_secs_f64() - mixed_s;
    println!(
        "Townhall: indexed in {indexed_s:.1} s ({:.0} records/s, merges done after {settled_s:.1} s), {:.0} MB, {} segments",
        records as f64 / indexed_s,
        folder_bytes(dir)? as f64 / 1e6,
        index.status().segments
    );
    let started = Instant::now();
    index.apply([source.record(1)], [], records + 1)?;
    println!(
        "Townhall: one changed record is committed and found after {:.0} ms",
        started.elapsed().as_secs_f64() * 1e3
    );
    Ok(())
}

fn measure_ours(index: &SearchIndex, questions: &[Question]) -> anyhow::Result<Vec<Timing>> {
    let mut timings = Vec::new();
    for question in questions {
        let mut timing = Timing { name: question.name.to_owned(), ..Timing::default() };
        for round in 0..=OUR_ROUNDS {
            let started = Instant::now();
            let answer = index.search(&question.query)?;
            if round > 0 {
                timing.took_ms.push(started.elapsed().as_secs_f64() * 1e3);
            }
            timing.total = answer.total;
        }
        timings.push(timing);
    }
    let times = all_times(&timings);
    println!(
        "Townhall: p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms",
        percentile(&times, 50.0),
        percentile(&times, 95.0),
        percentile(&times, 99.0)
    );
    Ok(timings)
}

async fn measure_theirs(
    bin: &Path,
    source: &Source,
    records: u64,
    questions: &[Question],
) -> anyhow::Result<Vec<Timing>> {
    let cluster = Cluster::start(bin)?;
    let catalogue = cluster.connect().await?;
    let started = Instant::now();
    catalogue.load((0..records).map(|number| source.record(number))).await?;
    println!(
        "PostgreSQL: loaded and indexed in {:.1} s, {:.0} MB",
        started.elapsed().as_secs_f64(),
        catalogue.bytes().await? as f64 / 1e6
    );
    let mut timings = Vec::new();
    for question in questions {
        let mut timing = Timing { name: question.name.to_owned(), ..Timing::default() };
        for round in 0..=THEIR_ROUNDS {
            let started = Instant::now();
            timing.total = catalogue
                .ask(&question.query)
                .await
                .with_context(|| format!("PostgreSQL refused `{}`", question.name))?;
            if round > 0 {
                timing.took_ms.push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
        timings.push(timing);
    }
    Ok(timings)
}

fn folder_bytes(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { folder_bytes(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

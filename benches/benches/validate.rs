//! Measures validating DCAT-US 1.1 catalogues with all findings, against the `jsonschema` crate and Python's
//! jsonschema (what data.gov runs) with the schema of the data.gov harvester, in one run on one core.
//!
//! ```text
//! cargo bench -p townhall-benches --no-default-features --bench validate -- [CATALOG.json...]
//! ```
//!
//! Without files it takes the sample catalogues, where this checkout has them beside it. `--schema FILE` and
//! `--python SCRIPT` say where the peers' schema and script are; `PYTHON` names the interpreter.

#![allow(clippy::print_stdout, reason = "a bench prints its report")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::Value;
use townhall_metadata::validate::{ParsedDatasets, Profile, Scope, ValidateOptions, validate};

/// How long each contender works at least, so that one file of a few megabytes gives a steady figure.
const ROUND_MIN: Duration = Duration::from_secs(3);

struct Options {
    files: Vec<PathBuf>,
    schema: PathBuf,
    python: PathBuf,
}

impl Options {
    fn from_arguments() -> anyhow::Result<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
        let metadata = beside.join("fixtures/metadata");
        let mut options = Self {
            files: Vec::new(),
            schema: metadata.join("schemas/harvester/dcatus1.1/federal_dataset.json"),
            python: beside.join("bench/metadata/python_jsonschema.py"),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--schema" => options.schema = value()?.into(),
                "--python" => options.python = value()?.into(),
                // Cargo adds it to every bench.
                "--bench" => {}
                file => options.files.push(file.into()),
            }
        }
        if options.files.is_empty() {
            let folder = metadata.join("real/snapshots");
            let files = std::fs::read_dir(&folder)
                .with_context(|| format!("no catalogues in {}", folder.display()))?;
            options.files = files.map(|file| Ok(file?.path())).collect::<anyhow::Result<_>>()?;
            options.files.sort();
        }
        Ok(options)
    }
}

/// What one contender did.
struct Figure {
    name: String,
    datasets_per_second: f64,
    invalid: u64,
}

fn main() -> anyhow::Result<()> {
    let options = Options::from_arguments()?;
    let read =
        |path: &PathBuf| std::fs::read(path).with_context(|| format!("could not read {}", path.display()));
    let files = options.files.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    let bytes = files.iter().map(Vec::len).sum::<usize>();
    let mut figures = vec![ours(&files, Scope::All)?, ours(&files, Scope::Official)?, ours_parsed(&files)?];
    let datasets = figures[0].1;
    println!("{datasets} datasets, {:.1} MB, CPU time of one core\n", bytes as f64 / 1e6);
    figures.extend(crate_jsonschema(&files, &options.schema)?);
    let mut figures = figures.into_iter().map(|(figure, _)| figure).collect::<Vec<_>>();
    match python_jsonschema(&options) {
        Ok(peers) => figures.extend(peers),
        Err(error) => println!("The Python peer did not run: {error:#}\n"),
    }
    let python = figures.iter().find(|figure| figure.name.starts_with("python-jsonschema"));
    let python = python.map(|figure| figure.datasets_per_second);
    println!("| | datasets/s | MB/s | invalid | × Python |\n|---|--:|--:|--:|--:|");
    for Figure { name, datasets_per_second, invalid } in &figures {
        let megabytes = bytes as f64 / 1e6 * datasets_per_second / datasets as f64;
        let ratio =
            python.map_or_else(|| "–".to_owned(), |python| format!("{:.1}", datasets_per_second / python));
        println!("| {name} | {datasets_per_second:.0} | {megabytes:.0} | {invalid} | {ratio} |");
    }
    Ok(())
}

/// Ours: from bytes to all findings, with their lines and columns.
fn ours(files: &[Vec<u8>], scope: Scope) -> anyhow::Result<(Figure, u64)> {
    let options = ValidateOptions {
        profile: Some(Profile::HarvesterFederal),
        scope,
        findings_max: usize::MAX,
        ..ValidateOptions::default()
    };
    let (mut datasets, mut invalid, mut findings) = (0, 0, 0);
    let per_round = repeat(|| {
        (datasets, invalid, findings) = (0, 0, 0);
        for file in files {
            let outcome = validate(&file[..], &options)?;
            datasets += outcome.datasets;
            invalid += outcome.invalid_datasets;
            findings += outcome.findings.len();
        }
        Ok(())
    })?;
    let rules = if scope == Scope::All { "all rules" } else { "official rules" };
    let name = format!("Townhall, bytes to {findings} findings by {rules}");
    Ok((Figure { name, datasets_per_second: datasets as f64 / per_round.as_secs_f64(), invalid }, datasets))
}

/// Ours, from records that are parsed already: what the peers that take parsed values do.
fn ours_parsed(files: &[Vec<u8>]) -> anyhow::Result<(Figure, u64)> {
    let parsed =
        files.iter().map(|file| Ok(ParsedDatasets::read(file)?)).collect::<anyhow::Result<Vec<_>>>()?;
    let (mut invalid, mut findings) = (0, 0);
    let per_round = repeat(|| {
        (invalid, findings) = (0, 0);
        for file in &parsed {
            let (refused, found) = file.judge(Profile::HarvesterFederal);
            invalid += refused;
            findings += found.len();
        }
        Ok(())
    })?;
    let datasets = parsed.iter().map(ParsedDatasets::len).sum::<u64>();
    let name = format!("Townhall, parsed records to {findings} findings by official rules");
    Ok((Figure { name, datasets_per_second: datasets as f64 / per_round.as_secs_f64(), invalid }, datasets))
}

/// The crate: once from bytes, once from values that are parsed already.
fn crate_jsonschema(files: &[Vec<u8>], schema: &Path) -> anyhow::Result<Vec<(Figure, u64)>> {
    let Ok(schema) = std::fs::read(schema) else { return Ok(Vec::new()) };
    let schema: Value = serde_json::from_slice(&schema)?;
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .map_err(|error| anyhow::anyhow!("the schema does not compile: {error}"))?;
    let count = |catalog: &Value| {
        let datasets = catalog["dataset"].as_array().map(Vec::as_slice).unwrap_or_default();
        let invalid = datasets.iter().filter(|dataset| validator.iter_errors(dataset).count() > 0).count();
        (datasets.len() as u64, invalid as u64)
    };
    let add = |(one, two): (u64, u64), (three, four): (u64, u64)| (one + three, two + four);
    let mut sum = (0, 0);
    let from_bytes = repeat(|| {
        sum = (0, 0);
        for file in files {
            sum = add(sum, count(&serde_json::from_slice(file)?));
        }
        Ok(())
    })?;
    let parsed = files.iter().map(|file| serde_json::from_slice(file)).collect::<Result<Vec<Value>, _>>()?;
    let from_values = repeat(|| {
        sum = parsed.iter().map(&count).fold((0, 0), add);
        Ok(())
    })?;
    let figure = |name: &str, time: Duration| {
        let datasets_per_second = sum.0 as f64 / time.as_secs_f64();
        (Figure { name: name.to_owned(), datasets_per_second, invalid: sum.1 }, sum.0)
    };
    Ok(vec![
        figure("`jsonschema` crate, bytes to all errors", from_bytes),
        figure("`jsonschema` crate, parsed values to all errors", from_values),
    ])
}

/// The Python peers, by the script that times them; they don't count the parsing.
fn python_jsonschema(options: &Options) -> anyhow::Result<Vec<Figure>> {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(python).arg(&options.python).args(&options.files).output()?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    let report = String::from_utf8(output.stdout)?;
    let figures = report.lines().filter_map(|line| {
        let cells = line.split('\t').collect::<Vec<_>>();
        Some(Figure {
            name: format!("{} (in Python, parsed)", cells.first()?),
            datasets_per_second: cells.get(3)?.strip_suffix(" datasets/s")?.parse().ok()?,
            invalid: cells.get(4)?.strip_suffix(" invalid")?.parse().ok()?,
        })
    });
    Ok(figures.collect())
}

/// The CPU time of one round, as the mean of as many as fit.
fn repeat(mut round: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    round()?;
    let (began, before) = (Instant::now(), cpu_time());
    let mut rounds = 0;
    while began.elapsed() < ROUND_MIN {
        round()?;
        rounds += 1;
    }
    let time = match (before, cpu_time()) {
        (Some(before), Some(after)) => after - before,
        _ => began.elapsed(),
    };
    Ok(time / rounds)
}

/// The CPU time of this thread, where Linux tells it.
fn cpu_time() -> Option<Duration> {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    status.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

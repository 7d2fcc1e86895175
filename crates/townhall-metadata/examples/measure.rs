//! Reads a catalogue and says how fast, and with how much memory: `measure FILE`.

use std::error::Error;
use std::fs::File;
use std::ops::ControlFlow;
use std::time::Instant;

use townhall_metadata::{Item, ReadOptions, read_catalog};

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("give a file")?;
    let start = Instant::now();
    let mut findings = 0;
    let mut originals = 0;
    let summary = read_catalog(File::open(&file)?, &ReadOptions::default(), &mut |item| {
        if let Item::Record(read) = item {
            findings += read.findings.len();
            originals += read.record.original.len();
        }
        ControlFlow::Continue(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = summary.bytes as f64 / 1e6;
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = peak.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown").to_owned();
    eprintln!(
        "{megabytes:.1} MB, {} datasets, {} refused, {findings} findings, {originals} bytes of originals\n\
         {seconds:.2} s, {:.0} MB/s, {:.0} datasets/s, {peak}",
        summary.datasets,
        summary.refused,
        megabytes / seconds,
        summary.datasets as f64 / seconds,
    );
    Ok(())
}

//! Runs a tool of the workshop on files, and says how fast, and with how much memory:
//! `workshop fix FILE`, `workshop merge FILE...`, `workshop diff OLD NEW`, `workshop table FILE`; output on stdout.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::time::Instant;

use townhall_metadata::{
    CompareOptions, Conflict, FixOptions, Fixing, JsonTableOptions, MergeOptions, Rereadable, compare,
    comparison_as_text, fix_catalog, json_to_csv, merge,
};

struct OnDisk(String);

impl Rereadable for OnDisk {
    fn name(&self) -> &str {
        &self.0
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(File::open(&self.0)?))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let tool = arguments.next().ok_or("give a tool")?;
    let files = arguments.map(OnDisk).collect::<Vec<_>>();
    let first = files.first().ok_or("give a file")?;
    let bytes = files.iter().map(|file| Ok(std::fs::metadata(&file.0)?.len())).sum::<io::Result<u64>>()?;
    let start = Instant::now();
    let mut out = BufWriter::new(io::stdout().lock());
    let told = match tool.as_str() {
        "fix" => {
            let summary = fix_catalog(first, &FixOptions::default(), &mut out, &mut |fixing| match fixing {
                Fixing::Record(report) => {
                    for change in report.changes {
                        let (before, after) = (change.before, change.after);
                        eprintln!(
                            "{}{} {} {before:?} -> {after:?}",
                            report.pointer, change.pointer, change.code
                        );
                    }
                    for doubt in report.doubts {
                        let value = doubt.value;
                        eprintln!(
                            "{}{} ?{} {value:?}: {}",
                            report.pointer, doubt.pointer, doubt.code, doubt.why
                        );
                    }
                }
                Fixing::Refused(refused) => eprintln!("{} refused", refused.pointer),
            })?;
            format!("{summary:?}")
        }
        "merge" => {
            let inputs = files.iter().map(|file| file as &dyn Rereadable).collect::<Vec<_>>();
            let options = MergeOptions { conflict: Conflict::Rename, ..MergeOptions::default() };
            let report = merge(&inputs, &options, &mut out)?;
            format!(
                "{} written, {} conflicts, {} orphans",
                report.written,
                report.conflicts.len(),
                report.orphans.len()
            )
        }
        "diff" => {
            let comparison =
                compare(first, files.get(1).ok_or("give two files")?, &CompareOptions::default())?;
            out.write_all(comparison_as_text(&comparison).as_bytes())?;
            format!("{} unchanged", comparison.unchanged)
        }
        "table" => {
            let table = json_to_csv(first, &JsonTableOptions::default(), b',', &mut out)?;
            format!("{} rows, {} columns", table.rows, table.columns.len())
        }
        _ => return Err("the tools are fix, merge, diff and table".into()),
    };
    out.flush()?;
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = bytes as f64 / 1e6;
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = peak.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown").to_owned();
    eprintln!("{told}\n{megabytes:.1} MB, {seconds:.2} s, {:.0} MB/s, {peak}", megabytes / seconds);
    Ok(())
}

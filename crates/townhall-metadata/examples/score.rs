//! Scores a catalog: `cargo run --release --example score -- data.json [number of a dataset]`.

#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::fs::File;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::Instant;

use townhall_metadata::score::{ScoreOptions, rollup_as_text, score_as_text, score_catalog};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("give the path of a catalog")?;
    let wanted = arguments.next().map(|number| number.parse::<u64>()).transpose()?;
    let mut out = io::stdout().lock();
    let begun = Instant::now();
    let outcome = score_catalog(File::open(path)?, &ScoreOptions::default(), &mut |score| match wanted {
        Some(wanted) if score.index == Some(wanted) => match score_as_text(score, &mut out) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        },
        _ => ControlFlow::Continue(()),
    })?;
    if wanted.is_none() {
        rollup_as_text(&outcome.rollup, &mut out)?;
    }
    writeln!(out, "\n{:.1?} for {} bytes", begun.elapsed(), outcome.summary.bytes)?;
    Ok(())
}

//! `townhall query-worker`: one of the processes in which SQL queries of strangers are answered.

use townhall_app::{WorkerLimits, run_worker};

use super::{Failure, Outcome};
use crate::cli::QueryWorker;

pub fn run(args: &QueryWorker) -> Result<Outcome, Failure> {
    const MEGABYTE: usize = 1024 * 1024;
    run_worker(&WorkerLimits {
        memory_bytes: args.memory_mb.saturating_mul(MEGABYTE),
        spill_dir: args.spill.clone(),
        spill_bytes: args.spill_mb.saturating_mul(MEGABYTE as u64),
    })?;
    Ok(Outcome::Good)
}

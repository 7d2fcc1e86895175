//! `townhall worker`: runs jobs until it is told to stop, or until none is waiting.

use super::{Failure, Outcome, open, settings};
use crate::cli::{Global, Worker};
use crate::wiring::stop_signal;

pub async fn run(global: Global, args: Worker) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    if args.once {
        app.jobs().run_until_idle().await?;
    } else {
        app.jobs().run(stop_signal()).await;
    }
    app.close().await;
    Ok(Outcome::Good)
}

//! `townhall pdf`: what is in PDF files.

mod areas;
mod tables;

use super::{Failure, Outcome};
use crate::cli::{Global, Pdf, PdfVerb};

pub async fn run(global: Global, args: Pdf) -> Result<Outcome, Failure> {
    match args.verb {
        PdfVerb::Tables(args) => tables::run(global, args).await,
    }
}

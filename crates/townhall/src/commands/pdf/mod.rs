//! `townhall pdf`: what is in PDF files.

mod areas;
mod forms;
mod tables;
mod text;

use super::{Failure, Outcome};
use crate::cli::{Global, Pdf, PdfVerb};

pub async fn run(global: Global, args: Pdf) -> Result<Outcome, Failure> {
    match args.verb {
        PdfVerb::Tables(args) => tables::run(global, args).await,
        PdfVerb::Text(args) => text::run(global, args).await,
        PdfVerb::Fields(args) => forms::fields(global, args).await,
        PdfVerb::Fill(args) => forms::fill(global, args).await,
        PdfVerb::Flatten(args) => forms::flatten(global, args).await,
    }
}

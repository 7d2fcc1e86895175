//! `townhall pdf text`: the text of files.

use crate::cli::{Global, PdfTextArgs};
use crate::commands::workshop::{material, workshop};
use crate::commands::{Failure, Outcome, print};
use crate::progress::CountProgress;

pub async fn run(global: Global, args: PdfTextArgs) -> Result<Outcome, Failure> {
    let workshop = workshop(&global)?;
    let (mut trouble, mut has_text) = (None, false);
    for name in &args.files {
        let progress = CountProgress::new(&global, "pages");
        let shown = progress.clone();
        let told = move |done: usize, total: usize| shown.show(done as u64, total as u64);
        let read = match material(&workshop, name).await {
            Ok(file) => {
                workshop.pdf_text(&file, &args.pages, &args.password, told).await.map_err(Failure::from)
            }
            Err(failure) => Err(failure),
        };
        progress.finish();
        match read {
            Ok(text) => {
                has_text |= text.chars().any(|c| !c.is_whitespace());
                print(&text)?;
            }
            // One bad file is no reason to leave the others.
            Err(failure) => {
                eprintln!("{name}: {}", failure.message);
                trouble = Some(failure);
            }
        }
    }
    match trouble {
        Some(failure) => Err(failure),
        None if !has_text => Ok(Outcome::No),
        None => Ok(Outcome::Good),
    }
}

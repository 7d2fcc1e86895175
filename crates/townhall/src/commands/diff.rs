//! `townhall diff`: what changed between two editions of a catalogue, or between the rows of two data files.

use townhall_app::{ComparisonForm, DiffRequest, comparison_as_json, comparison_report};

use super::workshop::{material, workshop};
use super::{Failure, Outcome, print};
use crate::cli::{Diff, DiffForm, Global};

pub async fn run(global: Global, args: Diff) -> Result<Outcome, Failure> {
    if super::diff_rows::is_meant(&args) {
        return super::diff_rows::run(global, args).await;
    }
    let workshop = workshop(&global)?;
    let (old, new) = (material(&workshop, &args.old).await?, material(&workshop, &args.new).await?);
    let request = DiffRequest { ignore: args.ignore, any_order: args.any_order };
    let comparison = workshop.compare(&old, &new, &request).await?;
    let form = match args.format {
        _ if global.json => None,
        DiffForm::Json => None,
        DiffForm::Text => Some(ComparisonForm::Text),
        DiffForm::Atom => Some(ComparisonForm::Atom),
        DiffForm::Html => Some(ComparisonForm::Html),
    };
    let text = match form {
        None => format!("{:#}\n", comparison_as_json(&comparison)),
        Some(form) => String::from_utf8_lossy(&comparison_report(&comparison, form)?).into_owned(),
    };
    print(&text)?;
    Ok(if args.exit_code && !comparison.is_empty() { Outcome::No } else { Outcome::Good })
}

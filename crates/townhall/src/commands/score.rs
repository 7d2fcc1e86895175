//! `townhall score`: how well the datasets of a catalogue are published.

use townhall_app::{ScoreForm, ScoreRequest, rollup_as_text, score_as_text};

use super::workshop::{material, workshop};
use super::{Failure, Outcome, print};
use crate::cli::{Global, Score, ScoresAs};

pub async fn run(global: Global, args: Score) -> Result<Outcome, Failure> {
    let workshop = workshop(&global)?;
    let input = material(&workshop, &args.input).await?;
    let form = match args.format {
        _ if global.json => None,
        ScoresAs::Text | ScoresAs::Json => None,
        ScoresAs::Csv => Some(ScoreForm::Csv),
        ScoresAs::Svg => Some(ScoreForm::Svg),
    };
    let report = workshop.score(&input, &ScoreRequest { schemes: args.scheme, form }).await?;
    let text = match &report.document {
        Some(document) => String::from_utf8_lossy(document).into_owned(),
        None if global.json || args.format == ScoresAs::Json => format!("{:#}\n", report.as_json()),
        None => {
            let mut text = Vec::new();
            let wanted = args.dataset.as_deref();
            let mut shown = report.records.iter().filter(|record| match wanted {
                Some(wanted) => {
                    record.identifier.as_deref() == Some(wanted) || record.title.as_deref() == Some(wanted)
                }
                None => report.records.len() == 1,
            });
            match (shown.next(), wanted) {
                (Some(record), _) => score_as_text(record, &mut text)?,
                (None, Some(wanted)) => {
                    return Err(Failure::new(
                        townhall_model::ErrorKind::NotFound,
                        format!("no dataset is called `{wanted}`"),
                    )
                    .with_hint("give its identifier or its title as the catalog has it"));
                }
                (None, None) => rollup_as_text(&report.rollup, &mut text)?,
            }
            if report.refused > 0 {
                text.extend(
                    format!("{} records could not be read; `townhall validate` says why\n", report.refused)
                        .bytes(),
                );
            }
            String::from_utf8_lossy(&text).into_owned()
        }
    };
    print(&text)?;
    let mean =
        report.rollup.whole().schemes().filter_map(|(_, sums)| sums.mean()).fold(f64::INFINITY, f64::min);
    Ok(if args.at_least.is_some_and(|least| mean < least) { Outcome::No } else { Outcome::Good })
}

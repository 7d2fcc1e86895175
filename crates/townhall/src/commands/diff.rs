//! `townhall diff`: what changed between two editions of a catalogue.

use townhall_app::{AtomFeed, DiffRequest, comparison_as_atom, comparison_as_json, comparison_as_text};

use super::workshop::{material, workshop};
use super::{Failure, Outcome, print};
use crate::cli::{Diff, DiffForm, Global};

pub async fn run(global: Global, args: Diff) -> Result<Outcome, Failure> {
    let workshop = workshop(&global)?;
    let (old, new) = (material(&workshop, &args.old).await?, material(&workshop, &args.new).await?);
    let request = DiffRequest { ignore: args.ignore, any_order: args.any_order };
    let comparison = workshop.compare(&old, &new, &request).await?;
    let text = match if global.json { DiffForm::Json } else { args.format } {
        DiffForm::Text => comparison_as_text(&comparison),
        DiffForm::Json => format!("{:#}\n", comparison_as_json(&comparison)),
        DiffForm::Atom => {
            let title = format!("Changes from {} to {}", old.name(), new.name());
            let id = format!("urn:townhall:diff:{}:{}", old.name(), new.name());
            let updated = jiff::Timestamp::now().to_string();
            let feed = AtomFeed { id: &id, title: &title, author: "Townhall", updated: &updated, link: None };
            comparison_as_atom(&comparison, &feed)
        }
    };
    print(&text)?;
    Ok(if args.exit_code && !comparison.is_empty() { Outcome::No } else { Outcome::Good })
}

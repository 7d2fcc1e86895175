//! `townhall retype`: how columns are read, changed without a new file.

use serde_json::json;
use townhall_app::{Actor, ActorKind, Audience, DateOrder, Decimal, Retyping};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{DayOrder, DecimalSign, Global, Retype};

pub async fn run(global: Global, args: Retype) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let actor = Actor::new(ActorKind::Cli, "retype");
    let table = app.tables().named(Audience::Staff, &args.table).await?;
    if args.columns.is_empty() && args.decimal.is_none() && args.dates.is_none() {
        let types = app.tables().types(Audience::Staff, table.id).await?;
        let text = serde_json::to_string_pretty(&types);
        print(&format!("{}\n", text.map_err(|error| Failure::new(ErrorKind::Internal, error.to_string()))?))?;
        return Ok(Outcome::Good);
    }
    let change = Retyping {
        columns: args.columns,
        decimal: args.decimal.map(|sign| match sign {
            DecimalSign::Point => Decimal::Point,
            DecimalSign::Comma => Decimal::Comma,
        }),
        date_order: args.dates.map(|order| match order {
            DayOrder::DayFirst => DateOrder::DayFirst,
            DayOrder::MonthFirst => DateOrder::MonthFirst,
        }),
    };
    let done = app.tables().retype(&actor, table.id, &change).await?;
    app.jobs().run_until_idle().await?;
    print(&match global.json {
        true => format!(
            "{}\n",
            json!({"table": table.id, "version": done.version, "changed": done.is_new, "rejects": done.rejects})
        ),
        false => {
            let what = if done.is_new { "now" } else { "unchanged," };
            format!("{}: {what} version {}, {} cells do not fit\n", table.title, done.version, done.rejects)
        }
    })?;
    app.close().await;
    Ok(Outcome::Good)
}

//! `townhall database`: connections to databases, and what of them is published.

use std::fmt::Write;

use townhall_app::{
    Actor, ActorKind, Address, App, Connection, PasswordFrom, PublishedTable, RefreshReport, Rules,
};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{DatabaseAdd, DatabaseArgs, DatabaseCommand, Global};

pub async fn run(global: Global, args: DatabaseArgs) -> Result<Outcome, Failure> {
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let actor = Actor::new(ActorKind::Cli, "database");
    let outcome = match args.command {
        DatabaseCommand::Add(args) => add(&global, &app, &actor, args).await,
        DatabaseCommand::List => list(&global, &app).await,
        DatabaseCommand::Show { name } => show(&global, &app, &name).await,
        DatabaseCommand::Refresh { name, later: true } => {
            app.databases().request_refresh(&actor, &name).await.map_err(Failure::from)
        }
        DatabaseCommand::Refresh { name, later: false } => refresh(&global, &app, &actor, &name).await,
        DatabaseCommand::Remove { name } => match app.databases().remove(&actor, &name).await {
            Ok(retired) => print(&format!("removed `{name}`; {retired} datasets are retired\n")),
            Err(error) => Err(error.into()),
        },
    };
    app.search().catch_up().await?;
    app.close().await;
    outcome.map(|()| Outcome::Good)
}

async fn add(global: &Global, app: &App, actor: &Actor, args: DatabaseAdd) -> Result<(), Failure> {
    let address = Address::read(&args.address).map_err(|error| {
        Failure::new(ErrorKind::Invalid, error.to_string())
            .with_hint("write it like postgres://reader@db.example.gov/permits, mysql://…, sqlite:FILE or odbc:CONNECTION STRING")
    })?;
    if address.password().is_some() {
        return Err(Failure::new(ErrorKind::Invalid, "the address has a password in it, which would be kept in clear")
            .with_hint("leave it out, and name the variable or file that has it: --password-env VARIABLE, --password-file FILE"));
    }
    let password = match (args.password_env, args.password_file) {
        (Some(variable), _) => Some(PasswordFrom::Env(variable)),
        (None, Some(file)) => Some(PasswordFrom::File(std::path::absolute(file)?)),
        (None, None) => None,
    };
    let connection = Connection {
        password,
        publish: args.publish,
        organization: args.organization,
        rules: Rules {
            tables: args.tables,
            except: args.except,
            columns: args.columns,
            except_columns: args.except_columns,
        },
        ..Connection::new(&address, args.live && !args.snapshot)
    };
    app.databases().add(actor, &args.name, &connection, None).await?;
    refresh(global, app, actor, &args.name).await
}

async fn refresh(global: &Global, app: &App, actor: &Actor, name: &str) -> Result<(), Failure> {
    let report = app.databases().refresh(actor, name, &mut |_, _| {}).await?;
    print(&match global.json {
        true => format!("{}\n", report.as_json()),
        false => told(&report),
    })
}

fn told(report: &RefreshReport) -> String {
    let mut text = String::new();
    for table in &report.tables {
        let (name, rows) = (&table.name, table.rows);
        // Writing to a text never fails.
        let _ = writeln!(text, "{:>9}  {name}: version {}, {rows} rows", table.outcome, table.version);
    }
    let RefreshReport { added, changed, unchanged, removed, .. } = report;
    let _ = writeln!(text, "added {added}, changed {changed}, unchanged {unchanged}, removed {removed}");
    text
}

async fn list(global: &Global, app: &App) -> Result<(), Failure> {
    let mut text = String::new();
    for (name, connection) in app.databases().list().await? {
        let rows = if connection.live { "live" } else { "snapshot" };
        text.push_str(&match global.json {
            true => format!(
                "{}\n",
                serde_json::json!({"name": name, "address": connection.address, "rows": rows, "publish": connection.publish})
            ),
            false => format!("{name:<20} {rows:<9} {}\n", connection.address),
        });
    }
    print(&text)
}

async fn show(global: &Global, app: &App, name: &str) -> Result<(), Failure> {
    let tables = app.databases().show(name).await?;
    if global.json {
        let tables: Vec<_> = tables.iter().map(PublishedTable::as_json).collect();
        return print(&format!("{}\n", serde_json::Value::from(tables)));
    }
    let mut text = String::new();
    for shown in &tables {
        let table = &shown.table;
        let view = if table.is_view { " (view)" } else { "" };
        let comment = table.comment.as_deref().map(|comment| format!(": {comment}")).unwrap_or_default();
        let _ = writeln!(text, "{}{view}{comment}", table.name.shown());
        for column in &table.columns {
            let key = if table.primary_key.contains(&column.name) { ", key" } else { "" };
            let comment = column.comment.as_deref().map(|comment| format!(": {comment}")).unwrap_or_default();
            let (name, kind, native) = (&column.name, column.kind.name(), &column.native);
            let _ = writeln!(text, "  {name} ({kind}; {native}{key}){comment}");
        }
        for column in &table.left_out {
            let _ = writeln!(text, "  {} is left out: {}", column.name, column.reason);
        }
        if shown.kept_back > 0 {
            let _ = writeln!(text, "  {} more kept back by the rules", shown.kept_back);
        }
    }
    print(&text)
}

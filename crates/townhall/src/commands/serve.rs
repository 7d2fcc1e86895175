//! `townhall serve`: the portal, its API, the admin listener and, unless told otherwise, the jobs.

use std::net::SocketAddr;

use townhall::settings::Settings;
use townhall_app::{Actor, ActorKind, Address, App, Connection, ImportOptions};
use townhall_model::ErrorKind;

use super::reading::read_options;
use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, Serve};
use crate::progress::ImportProgress;
use crate::wiring::{self, stop_signal};

pub async fn run(mut global: Global, args: Serve) -> Result<Outcome, Failure> {
    let mut more = Vec::new();
    // Files alone are a portal of their own, which goes away with the process.
    let folder = match (args.inputs.is_empty(), &global.data) {
        (false, None) => Some(tempfile::Builder::new().prefix("townhall-serve-").tempdir()?),
        _ => None,
    };
    if let Some(folder) = &folder {
        global.data = Some(folder.path().to_owned());
    }
    if let Some(listen) = args.listen {
        more.push(("http.listen".to_owned(), listen.to_string()));
    }
    if let Some(listen) = args.admin_listen {
        more.push(("http.admin_listen".to_owned(), listen.to_string()));
    }
    let settings = settings(&global, &more)?;
    let app = open(&settings).await?;
    if !args.inputs.is_empty() {
        bring_in(&global, &app, &args).await?;
    }
    serve(&settings, app, !args.no_worker, |address| print(&format!("http://{address}\n"))).await?;
    Ok(Outcome::Good)
}

/// Imports what was named on the command line, and publishes it.
async fn bring_in(global: &Global, app: &App, args: &Serve) -> Result<(), Failure> {
    let (databases, files): (Vec<String>, Vec<String>) =
        args.inputs.iter().cloned().partition(|input| Address::is_meant(input));
    bring_in_databases(app, &databases).await?;
    if files.is_empty() {
        return Ok(());
    }
    let options =
        ImportOptions { publish: true, read: read_options(&args.reading)?, ..ImportOptions::default() };
    let mut progress = ImportProgress::new(global);
    let report = app.imports().run(&files, &options, &mut |event| progress.show(event)).await;
    progress.finish();
    let report = report?;
    for finding in &report.findings {
        tracing::warn!("{}: {}", finding.code, finding.message);
    }
    match report.added + report.changed + report.unchanged {
        0 => Err(Failure::new(ErrorKind::Invalid, "none of the files could be read")
            .with_hint("`townhall import --dry-run` tells what is wrong with each")),
        _ => Ok(()),
    }
}

/// Publishes the databases that were named on the command line; their rows stay where they are. A password in an address
/// is known to this process alone.
async fn bring_in_databases(app: &App, addresses: &[String]) -> Result<(), Failure> {
    let actor = Actor::new(ActorKind::Cli, "serve");
    let mut names: Vec<String> = Vec::new();
    for text in addresses {
        let address =
            Address::read(text).map_err(|error| Failure::new(ErrorKind::Invalid, error.to_string()))?;
        let mut name = address.name();
        while names.contains(&name) {
            name.push_str("-2");
        }
        let connection = Connection { publish: true, ..Connection::new(&address, true) };
        let password = address.password().map(str::to_owned);
        app.databases().add(&actor, &name, &connection, password).await?;
        let report = app.databases().refresh(&actor, &name, &mut |_, _| {}).await?;
        tracing::info!(database = name, "serves {} tables of `{name}`", report.tables.len());
        names.push(name);
    }
    app.search().catch_up().await?;
    Ok(())
}

/// Serves until the process is told to stop; `ready` is called once with the address it got.
pub async fn serve(
    settings: &Settings,
    app: App,
    with_worker: bool,
    ready: impl FnOnce(SocketAddr) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let listener = wiring::bind(settings).await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let until = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
        // An error means that the sender is gone, which is a stop as well.
        let _ = stopped.wait_for(|stop| *stop).await;
    };

    let worker = with_worker.then(|| {
        let (app, until) = (app.clone(), until(stopped.clone()));
        tokio::spawn(async move { app.jobs().run(until).await })
    });
    let tidier = with_worker.then(|| {
        let (app, until) = (app.clone(), until(stopped.clone()));
        tokio::spawn(async move { app.doctor().keep_tidy(until).await })
    });
    let indexer = tokio::spawn({
        let (app, until) = (app.clone(), until(stopped.clone()));
        async move { app.search().follow(until).await }
    });
    let admin = tokio::spawn(wiring::serve_admin(settings.clone(), app.clone(), until(stopped.clone())));
    let site = wiring::site(settings, &app, address)?;

    ready(address)?;
    tokio::spawn(async move {
        stop_signal().await;
        // Nobody may be listening any more; then everything has stopped already.
        let _ = stop.send(true);
    });
    townhall_web::server::serve(listener, site, wiring::server_limits(settings), until(stopped)).await?;

    for task in [worker, tidier, Some(indexer), Some(admin)].into_iter().flatten() {
        if let Err(error) = task.await {
            tracing::error!(error = %error, "a background task ended badly: {error}");
        }
    }
    app.close().await;
    Ok(())
}

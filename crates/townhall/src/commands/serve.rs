//! `townhall serve`: the portal, its API, the admin listener and, unless told otherwise, the jobs.

use std::net::SocketAddr;

use townhall::settings::Settings;
use townhall_app::App;

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{Global, Serve};
use crate::wiring::{self, stop_signal};

pub async fn run(global: Global, args: Serve) -> Result<Outcome, Failure> {
    let mut more = Vec::new();
    if let Some(listen) = args.listen {
        more.push(("http.listen".to_owned(), listen.to_string()));
    }
    if let Some(listen) = args.admin_listen {
        more.push(("http.admin_listen".to_owned(), listen.to_string()));
    }
    let settings = settings(&global, &more)?;
    let app = open(&settings).await?;
    serve(&settings, app, !args.no_worker, |address| print(&format!("http://{address}\n"))).await?;
    Ok(Outcome::Good)
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

//! `townhall demo`: a portal in a temporary folder from real open data, and what to try on it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use townhall_app::{App, ImportOptions, ImportReport};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, open, print, serve, settings};
use crate::cli::{Demo, Global};
use crate::progress::ImportProgress;

pub async fn run(mut global: Global, args: Demo) -> Result<Outcome, Failure> {
    let from = source(args.from.as_deref())?;
    // Without --data, everything lives in a temporary folder that goes away with the process.
    let folder = tempfile::Builder::new().prefix("townhall-demo-").tempdir()?;
    let data = global.data.get_or_insert_with(|| folder.path().to_owned()).clone();
    if global.config.is_none() && from.join("site.toml").is_file() {
        global.config = Some(from.join("site.toml"));
    }
    let settings = settings(&global, &[("http.listen".to_owned(), args.listen.to_string())])?;
    let app = open(&settings).await?;
    let report = build(&app, &from, &global).await?;
    print(&format!(
        "{} datasets and {} tables from {}\n",
        report.added + report.changed + report.unchanged,
        report.tables,
        from.display()
    ))?;
    if args.build_only {
        app.close().await;
        return Ok(Outcome::Good);
    }
    serve::serve(&settings, app, true, |address| print(&tour(address, &data))).await?;
    Ok(Outcome::Good)
}

async fn build(app: &App, from: &Path, global: &Global) -> Result<ImportReport, Failure> {
    let mut progress = ImportProgress::new(global);
    let options = ImportOptions { publish: true, ..ImportOptions::default() };
    let inputs = [from.to_string_lossy().into_owned()];
    let report = app.imports().run(&inputs, &options, &mut |event| progress.show(event)).await;
    progress.finish();
    Ok(report?)
}

/// The first folder that holds a catalog: as given, in the working directory, beside the program, or as installed.
fn source(given: Option<&Path>) -> Result<PathBuf, Failure> {
    let beside = std::env::current_exe().ok().and_then(|path| Some(path.parent()?.join("demo")));
    let candidates = match given {
        Some(path) => vec![path.to_owned()],
        None => [Some(PathBuf::from("demo/dist")), beside, Some(PathBuf::from("/usr/share/townhall/demo"))]
            .into_iter()
            .flatten()
            .collect(),
    };
    candidates.iter().find(|path| path.join("catalog.json").is_file()).cloned().ok_or_else(|| {
        let looked: Vec<_> = candidates.iter().map(|path| path.display().to_string()).collect();
        Failure::new(ErrorKind::NotFound, format!("there is no demonstration data in {}", looked.join(", ")))
            .with_hint("in a checkout, `make demo` prepares it; else name its folder with --from")
    })
}

fn tour(address: SocketAddr, data: &Path) -> String {
    let site = format!("http://{address}");
    format!(
        "
{site}

Open it in a browser, or look at
  {site}/data                       every dataset, with facets
  {site}/data?q=wether              a search that forgives a typo
  {site}/developers                 the API, with examples you can copy
  {site}/data.json                  the catalogue file that harvesters read

On the command line:
  curl '{site}/api/datasets?q=airport'
  curl '{site}/api/tables'
  curl -O '{site}/catalog.ttl'

The portal lives in {} and goes away when you stop it with Ctrl+C.
Your own: townhall import your-data.json your-table.csv && townhall serve
",
        data.display()
    )
}

//! `townhall export`: a catalogue file, streamed to a file or to standard output.

use std::io::Write;

use futures::StreamExt;
use townhall_app::{CatalogueForm, Error};

use super::{Failure, Outcome, open, settings};
use crate::cli::{Export, Global};

pub async fn run(global: Global, args: Export) -> Result<Outcome, Failure> {
    let form = CatalogueForm::by_name(&args.format).ok_or_else(|| {
        Error::invalid(format!("`{}` is not a catalog format", args.format))
            .with_hint(format!("one of {}", CatalogueForm::names().join(", ")))
    })?;
    let settings = settings(&global, &[])?;
    let app = open(&settings).await?;
    let mut bytes = app.exports().catalogue(form).await?;
    match &args.output {
        // A half-written file must not look like a catalogue: it takes its name when it is whole.
        Some(path) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(std::path::Path::new(".")))?;
            while let Some(chunk) = bytes.next().await {
                file.write_all(&chunk?)?;
            }
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)?;
        }
        None => {
            let mut out = std::io::stdout().lock();
            while let Some(chunk) = bytes.next().await {
                match out.write_all(&chunk?) {
                    Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(Outcome::Good),
                    outcome => outcome?,
                }
            }
        }
    }
    app.close().await;
    Ok(Outcome::Good)
}

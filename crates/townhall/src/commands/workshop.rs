//! What the verbs of the metadata workshop share: they need no data directory.

use std::path::Path;

use townhall_app::{Error, Material, Workshop};

use super::{Failure, app_settings, settings};
use crate::cli::Global;

/// A workshop with the settings of this run, such as the address ranges that may be fetched from.
pub fn workshop(global: &Global) -> Result<Workshop, Failure> {
    let settings = app_settings(&settings(global, &[])?)?;
    let ocr =
        settings.ocr.map(|engine| std::sync::Arc::new(engine) as std::sync::Arc<dyn townhall_app::OcrEngine>);
    Ok(Workshop::new(settings.fetch)?.with_ocr(ocr))
}

/// What an argument names: a file, an address, or `-` for standard input.
pub async fn material(workshop: &Workshop, argument: &str) -> Result<Material, Failure> {
    if argument == "-" {
        let part = workshop.part()?;
        let mut file = std::fs::File::create(&part).map_err(Error::from)?;
        std::io::copy(&mut std::io::stdin().lock(), &mut file).map_err(Error::from)?;
        return Ok(Material::made("standard input", part));
    }
    if argument.starts_with("http://") || argument.starts_with("https://") {
        return Ok(workshop.fetch(argument).await?);
    }
    let material = Material::of_file(argument);
    // Told before any work begins.
    material.open()?;
    Ok(material)
}

/// Hands over what a verb has made: to a file, which takes its name only when it is whole, or to standard output.
pub fn deliver(made: &Material, output: Option<&Path>) -> Result<(), Failure> {
    let mut source = made.open()?;
    match output {
        Some(path) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
            std::io::copy(&mut source, &mut file)?;
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)?;
            Ok(())
        }
        None => match std::io::copy(&mut source, &mut std::io::stdout().lock()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
            outcome => Ok(outcome.map(|_| ())?),
        },
    }
}

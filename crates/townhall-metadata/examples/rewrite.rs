//! Reads a catalogue and writes it in another dialect: `rewrite FILE DIALECT > OUTPUT`.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::ControlFlow;

use townhall_metadata::{Item, ReadOptions, dialect, read_catalog};
use townhall_model::record::{Body, Catalog};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let [file, id] = arguments.as_slice() else { return Err("give a file and a dialect".into()) };
    let dialect = dialect(id).ok_or_else(|| format!("`{id}` is no dialect"))?;

    // The header may stand behind the records, so the file is read once for it and once for them.
    let mut header = Catalog::default();
    read_catalog(File::open(file)?, &ReadOptions::default(), &mut |item| match item {
        Item::Header(read) if read.pointer.is_empty() => {
            if let Body::Catalog(catalog) = read.record.body {
                header = *catalog;
            }
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })?;

    let mut writer = dialect.catalog_writer(Box::new(BufWriter::new(io::stdout().lock())))?;
    writer.begin(&header)?;
    let mut failure = None;
    read_catalog(File::open(file)?, &ReadOptions::default(), &mut |item| {
        if let Item::Record(read) = item
            && let Err(error) = writer.record(&read.record.body, read.record.version)
        {
            failure = Some(error);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    if let Some(error) = failure {
        return Err(error.into());
    }
    writer.end()?;
    Ok(())
}

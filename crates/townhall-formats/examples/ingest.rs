//! Reads a delimited file into Parquet and prints what was found: `ingest FILE OUT.parquet`.

#![allow(clippy::print_stdout)]

use std::{error::Error, ops::ControlFlow, path::Path, time::Instant};

use townhall_formats::{ReadOptions, ingest};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(source), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: ingest FILE OUT.parquet".into());
    };
    let start = Instant::now();
    let read = ingest(Path::new(&source), &source, &ReadOptions::default(), Path::new(&out), &mut |_| {
        ControlFlow::Continue(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", serde_json::to_string(&read.read_as)?);
    for column in &read.columns {
        let exact = if column.distinct_exact { "" } else { "~" };
        println!(
            "{:24} {:9} values {:8} nulls {:8} rejects {:5} distinct {exact}{} min {:?} max {:?} mean {:?} {}",
            column.name,
            column.kind.name(),
            column.values,
            column.nulls,
            column.rejects,
            column.distinct,
            column.min.as_deref().unwrap_or_default(),
            column.max.as_deref().unwrap_or_default(),
            column.mean,
            column.type_reason.as_deref().unwrap_or_default(),
        );
    }
    for reject in read.rejects.iter().take(5) {
        println!("{}", serde_json::to_string(reject)?);
    }
    println!(
        "{} rows, {} rejects, {} MB to {} MB in {seconds:.2} s",
        read.rows,
        read.rejects_total,
        read.source_bytes / 1_000_000,
        read.parquet_bytes / 1_000_000
    );
    Ok(())
}

//! Properties for fuzzers: any bytes at all go in, nothing may panic, and what was read is written and read again.

use std::ops::ControlFlow;

use townhall_model::record::{Body, Catalog, Version};

use crate::{
    CatalogWriter, DcatUsWriter, Dialect, Item, JsonLd, ReadOptions, SchemaOrg, Turtle, convert, read_catalog,
};

const OPTIONS: ReadOptions = ReadOptions { decompressed_bytes_max: 4 << 20, record_bytes_max: 1 << 20 };

/// The records with their versions, and the headers.
type Everything = (Vec<(Body, Version)>, Vec<Body>);

fn read(bytes: &[u8]) -> Option<Everything> {
    let (mut records, mut headers) = (Vec::new(), Vec::new());
    let summary = read_catalog(bytes, &OPTIONS, &mut |item| {
        match item {
            Item::Record(read) => records.push((read.record.body, read.record.version)),
            Item::Header(read) => headers.push(read.record.body),
            Item::Refused(_) => {}
        }
        ControlFlow::Continue(())
    });
    summary.ok().map(|_| (records, headers))
}

/// Reads the bytes as a catalogue, writes what was read, and reads that again.
///
/// # Panics
///
/// When the second reading differs from the first.
pub fn fuzz_catalog(bytes: &[u8]) {
    let Some((mut records, headers)) = read(bytes) else { return };
    records.sort_by_key(|(body, _)| body.kind());
    let mut writer = DcatUsWriter::new(Vec::new(), Version::DcatUs11);
    let header = headers.into_iter().find_map(|body| match body {
        Body::Catalog(catalog) => Some(*catalog),
        _ => None,
    });
    writer.begin(&header.unwrap_or_else(Catalog::default)).expect("memory does not fail");
    for (body, _) in &records {
        writer.record(body, Version::DcatUs11).expect("sorted by kind");
    }
    writer.end().expect("memory does not fail");
    let written = writer.into_inner();
    let (again, _) = read(&written).expect("what we wrote is a catalogue");
    assert_eq!(again.len(), records.len());
    for ((before, _), (after, _)) in records.iter().zip(&again) {
        assert_eq!(before, after);
    }
}

/// Converts every dataset among the bytes to each version and back, and writes it in every dialect.
///
/// # Panics
///
/// When a dataset does not survive the way there and back.
pub fn fuzz_convert(bytes: &[u8]) {
    let Some((records, _)) = read(bytes) else { return };
    for (body, version) in &records {
        for dialect in [&JsonLd as &dyn Dialect, &Turtle, &SchemaOrg] {
            dialect.write_record(body, *version, &mut Vec::new()).expect("memory does not fail");
        }
        let Body::Dataset(dataset) = body else { continue };
        for (from, to) in [(Version::DcatUs11, Version::DcatUs30), (Version::DcatUs30, Version::DcatUs11)] {
            // A record that brings originals of its own for the other version is not ours to hold to the promise.
            if dataset.extra.contains_key(from.id()) || dataset.extra.contains_key(to.id()) {
                continue;
            }
            let (there, _) = convert(dataset, from, to);
            let (back, _) = convert(&there, to, from);
            assert_eq!(back.to_json(), dataset.to_json());
        }
        convert(dataset, Version::Pod10, Version::DcatUs30);
    }
}

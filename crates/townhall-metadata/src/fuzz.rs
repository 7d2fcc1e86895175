//! Properties for fuzzers: any bytes at all go in, nothing may panic, and what was read is written and read again.

use std::ops::ControlFlow;

use townhall_model::record::{Body, Catalog, Version};

use crate::validate::{
    Class30, Profile, ValidateOptions, report, validate, validate_document, would_harvest,
};
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

/// Judges the bytes by every profile, twice, and writes every report.
///
/// # Panics
///
/// When two judgements of the same bytes differ, or the counts of one contradict each other.
pub fn fuzz_validate(bytes: &[u8]) {
    for profile in Profile::ALL.iter().copied().map(Some).chain([None]) {
        let options =
            ValidateOptions { profile, findings_max: 50, read: OPTIONS, ..ValidateOptions::default() };
        let Ok(first) = validate(bytes, &options) else { continue };
        let second = validate(bytes, &options).expect("the same bytes can be read again");
        assert_eq!(first.findings, second.findings);
        assert_eq!((first.valid, first.totals, &first.groups), (second.valid, second.totals, &second.groups));
        assert!(first.invalid_datasets <= first.datasets);
        assert!(first.valid || first.totals.official > 0);
        let told = first.totals.errors + first.totals.warnings + first.totals.notes;
        assert_eq!(told, first.findings.len() as u64 + first.totals.dropped);
        assert_eq!(told, first.groups.iter().map(|group| group.count).sum::<u64>());
        let mut out = Vec::new();
        report::json(&first, &mut out).expect("memory does not fail");
        serde_json::from_slice::<serde_json::Value>(&out).expect("a JSON report is JSON");
        report::csv(&first, &mut out).expect("memory does not fail");
        report::junit(&first, "data.json", &mut out).expect("memory does not fail");
        report::github(&first, "data.json", &mut out).expect("memory does not fail");
        report::sarif(&first, "data.json", "0", &mut out).expect("memory does not fail");
        report::text(&first, "data.json", &report::Plain, &mut out).expect("memory does not fail");
    }
    for class in Class30::ALL {
        // An error only says that the bytes are no JSON.
        drop(validate_document(bytes, *class, &ValidateOptions::default()));
    }
    drop(would_harvest(bytes, None, None));
}

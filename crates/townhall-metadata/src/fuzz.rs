//! Properties for fuzzers: any bytes at all go in, nothing may panic, and what was read is written and read again.

use std::ops::ControlFlow;

use townhall_model::record::{Body, Catalog, Version};

use crate::dialect::{DIALECTS, recognize};
use crate::error::WriteError;
use crate::score::{
    Facts, Feedback, Links, Rollup, SCHEMES, ScoreOptions, Table, rollup_as_json, rollup_as_text,
    score_as_csv_row, score_as_json, score_as_text, score_badge, score_catalog, score_csv_header,
    score_record,
};
use crate::validate::{
    Class30, Profile, ValidateOptions, report, validate, validate_document, would_harvest,
};
use crate::{
    CatalogWriter, CompareOptions, Conflict, CsvWide, DcatUsWriter, Dialect, FixOptions, Frictionless,
    InMemory, Item, JsonLd, JsonTableOptions, ListOrder, MergeOptions, PodXml, ReadOptions, SchemaOrg,
    SheetReader, Template, Turtle, WideSheet, compare, convert, distribution_header, fix_catalog, fix_record,
    json_to_csv, merge, read_catalog, read_csv_rows, recognize_license, record_to_rows, sheet_header,
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

/// Mends every record among the bytes, and the catalogue as a whole.
///
/// # Panics
///
/// When what was mended is mended again, or is no catalogue any more.
pub fn fuzz_fix(bytes: &[u8]) {
    let Some((records, _)) = read(bytes) else { return };
    for (body, version) in &records {
        let fixed = fix_record(body.to_json(), body.kind(), *version);
        let again = fix_record(fixed.record.clone(), body.kind(), fixed.version);
        assert_eq!(again.changes, []);
        assert_eq!(again.record, fixed.record);
    }
    let mut out = Vec::new();
    let options = FixOptions { read: OPTIONS };
    // A file with two lists of one kind can't be written as one; nothing else may fail.
    if fix_catalog(&InMemory { name: "", bytes }, &options, &mut out, &mut |_| {}).is_ok() && !out.is_empty()
    {
        serde_json::from_slice::<serde_json::Value>(&out).expect("what we wrote is JSON");
    }
}

/// Takes the bytes as two catalogues, cut in the middle, and merges and compares them; compares the whole with itself.
///
/// # Panics
///
/// When a catalogue differs from itself, or a merge is no catalogue.
pub fn fuzz_merge(bytes: &[u8]) {
    let (one, two) = bytes.split_at(bytes.len() / 2);
    let files = [bytes, one, two].map(|bytes| InMemory { name: "file", bytes });
    for order in [ListOrder::Counts, ListOrder::IsNothing] {
        let options = CompareOptions { read: OPTIONS, order, ..CompareOptions::default() };
        if let Ok(comparison) = compare(&files[0], &files[0], &options) {
            assert!(comparison.is_empty());
        }
        let _ = compare(&files[1], &files[2], &options);
    }
    for conflict in [Conflict::Fail, Conflict::First, Conflict::Last, Conflict::Newest, Conflict::Rename] {
        let options = MergeOptions { read: OPTIONS, conflict, ..MergeOptions::default() };
        let mut out = Vec::new();
        if let Ok(report) = merge(&[&files[0], &files[1], &files[2]], &options, &mut out) {
            let (records, _) = read(&out).expect("what we wrote is a catalogue");
            assert_eq!(records.len() as u64, report.written);
        }
    }
}

/// Takes the bytes as JSON of any kind, and as CSV.
///
/// # Panics
///
/// When rows have more or fewer cells than there are columns.
pub fn fuzz_table(bytes: &[u8]) {
    let options =
        JsonTableOptions { decompressed_bytes_max: 4 << 20, columns_max: 1000, row_bytes_max: 1 << 20 };
    let mut csv = Vec::new();
    if let Ok(table) = json_to_csv(&InMemory { name: "", bytes }, &options, b',', &mut csv) {
        read_csv_rows(csv.as_slice(), Some(b','), &mut |row| {
            assert!(row.len() == table.columns.len() || table.columns.is_empty());
            ControlFlow::Continue(())
        })
        .expect("memory does not fail");
    }
    let mut template = None;
    let _ = read_csv_rows(bytes, None, &mut |row| {
        let template =
            template.get_or_insert_with(|| Template::recognise(&row).unwrap_or_else(Template::data_call));
        template.record(&row);
        ControlFlow::Continue(())
    });
}

/// Writes every record among the bytes as spreadsheets, and reads them back.
///
/// # Panics
///
/// When a record does not come back as it was.
pub fn fuzz_sheet(bytes: &[u8]) {
    let Some((records, _)) = read(bytes) else { return };
    let wide = WideSheet { distributions: 2 };
    let mut reader = SheetReader::new(&sheet_header(), Version::DcatUs11);
    reader.distributions(&distribution_header());
    let mut wide_reader = SheetReader::new(&wide.header(), Version::DcatUs11);
    for (number, (body, version)) in records.iter().enumerate() {
        let rows = record_to_rows(number as u64 + 1, body, *version);
        rows.distributions.iter().for_each(|row| reader.distribution(row));
        for read in
            [reader.record(&rows.record), wide_reader.record(&wide.row(number as u64, body, *version))]
        {
            let read = read.expect("every record has its number");
            assert_eq!(read.body.to_json(), body.to_json());
            assert_eq!((read.version, read.body.kind()), (*version, body.kind()));
        }
    }
}

/// Reads the bytes as data packages, as XML and as a wide sheet; writes every dataset among them and reads it again.
///
/// # Panics
///
/// When what was written is not what was read.
pub fn fuzz_packages(bytes: &[u8]) {
    for dialect in [&Frictionless as &dyn Dialect, &PodXml, &CsvWide] {
        let Some(mut records) = read_as(dialect, bytes) else { continue };
        // A sheet has rows of every kind, a list of packages only datasets.
        records.retain(|(body, _)| body.as_dataset().is_some());
        let mut written = Vec::new();
        let mut writer = dialect.catalog_writer(Box::new(&mut written)).expect("all of them write catalogs");
        writer.begin(&Catalog::default()).expect("memory does not fail");
        for (body, version) in &records {
            // What comes in XML may look like any version, and is written as it came.
            let version = if dialect.info().id == PodXml.info().id { Version::DcatUs11 } else { *version };
            writer.record(body, version).expect("memory does not fail");
        }
        writer.end().expect("memory does not fail");
        drop(writer);
        let again = read_as(dialect, &written).unwrap_or_default();
        assert_eq!(again.len(), records.len());
        for ((before, _), (after, _)) in records.iter().zip(&again) {
            // What brings kept originals of its own is not ours to hold to the promise.
            let text = serde_json::Value::Object(before.to_json()).to_string();
            if dialect.info().id != Frictionless.info().id || !text.contains("\"frictionless\":") {
                assert_eq!(before.to_json(), after.to_json());
            }
        }
    }
}

fn read_as(dialect: &dyn Dialect, bytes: &[u8]) -> Option<Vec<(Body, Version)>> {
    let mut records = Vec::new();
    let summary = dialect.read(&mut &bytes[..], &OPTIONS, &mut |item| {
        if let Item::Record(read) = item {
            records.push((read.record.body, read.record.version));
        }
        ControlFlow::Continue(())
    });
    summary.ok().map(|_| records)
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
    drop(would_harvest(&InMemory { name: "fuzz", bytes }, None, None));
}

/// Reads the bytes as the dialect that the first of them chooses, and as what they begin like; what was read is written
/// in every dialect, and read again from its own.
///
/// # Panics
///
/// When a record can't be written, or is not a record when it is read again.
pub fn fuzz_dialects(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let readable: Vec<_> = DIALECTS.iter().filter(|dialect| dialect.info().can_read).collect();
    let chosen = *readable[usize::from(*choice) % readable.len()];
    for dialect in [chosen, recognize(bytes)] {
        let mut records = Vec::new();
        let read = dialect.read(&mut &bytes[..], &OPTIONS, &mut |item| {
            if let Item::Record(read) = item {
                records.push((read.record.body, read.record.version));
            }
            if records.len() < 20 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if read.is_err() {
            continue;
        }
        for (body, version) in &records {
            for into in DIALECTS.iter().filter(|dialect| dialect.info().can_write_record) {
                let mut out = Vec::new();
                match into.write_record(body, *version, &mut out) {
                    Ok(_) | Err(WriteError::NoForm { .. }) => {}
                    Err(error) => panic!("{} could not be written: {error}", into.info().id),
                }
            }
        }
    }
}

/// Scores every dataset among the bytes with nothing known and with much known, adds the scores up in two halves, and
/// writes every document; takes the bytes as the text of a license.
///
/// # Panics
///
/// When a score is off the scale, or the halves don't add up to the whole.
pub fn fuzz_score(bytes: &[u8]) {
    recognize_license(&String::from_utf8_lossy(bytes));
    let known = Facts {
        today: Some(jiff::civil::date(2026, 6, 1)),
        links: Some(Links {
            tried: 3,
            working: 2,
            broken: Some(String::from_utf8_lossy(bytes).into_owned()),
        }),
        table: Some(Table { rows: 1, stated_rows: Some(2), columns: 4, described_columns: 1 }),
        feedback: Some(Feedback { received: 2, answered_in_time: 1 }),
        ..Facts::default()
    };
    let options = ScoreOptions { read: &OPTIONS, ..ScoreOptions::default() };
    let mut halves = [Rollup::default(), Rollup::default()];
    let mut count = 0;
    let outcome = score_catalog(bytes, &options, &mut |record| {
        for score in &record.schemes {
            assert!(score.score.is_none_or(|points| (0.0..=100.0).contains(&points)));
            score_badge(score);
        }
        assert_eq!(score_as_csv_row(record).len(), score_csv_header(SCHEMES).len());
        score_as_json(record);
        score_as_text(record, &mut Vec::new()).expect("memory does not fail");
        halves[count % 2].add(record);
        count += 1;
        ControlFlow::Continue(())
    });
    let Ok(outcome) = outcome else { return };
    let [mut one, two] = halves;
    one.merge(&two);
    assert_eq!(one, outcome.rollup);
    rollup_as_json(&one);
    rollup_as_text(&one, &mut Vec::new()).expect("memory does not fail");
    for (body, version) in read(bytes).unwrap_or_default().0 {
        score_record(&body, version, &known, SCHEMES);
    }
}

/// Reads a definition of Qu's and a cell in each of its columns. What is read names nothing that is not there.
///
/// # Panics
///
/// When it does.
pub fn fuzz_qu_definition(bytes: &[u8]) {
    let Ok(definition) = crate::read_qu_definition(bytes) else { return };
    let cell = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]);
    for column in definition.tables.iter().flat_map(|table| &table.columns) {
        let _ = column.read(&cell);
        let _ = column.read("12/31/2013 10:00");
    }
    for slice in &definition.slices {
        for field in slice.fields() {
            let _ = definition.kind_of(slice, field);
        }
        for reference in &slice.references {
            assert!(definition.table_of(&reference.concept).is_some(), "{reference:?}");
        }
    }
}

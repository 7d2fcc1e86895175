//! Doors for fuzzers and their replayed corpora: every function takes any bytes, and must come back.

use crate::{
    FORMATS, ReadOptions,
    cells::{
        Digits, classify, parse_boolean, parse_date, parse_datetime, parse_integer, parse_number,
        parse_timestamp, trim,
    },
    delimited::check_records,
    names::column_names,
};

/// One cell through the classifier and all parsers.
pub fn cell(bytes: &[u8]) {
    let cell = trim(bytes);
    let _ = classify(bytes);
    for digits in [Digits::Plain, Digits::Grouped, Digits::CommaDecimal] {
        let _ = parse_integer(cell, digits);
        let _ = parse_number(cell, digits);
    }
    for month_first in [true, false] {
        let _ = parse_date(cell, month_first);
        let _ = parse_datetime(cell, month_first);
    }
    let _ = (parse_boolean(cell), parse_timestamp(cell));
    if let Ok(text) = std::str::from_utf8(bytes) {
        let names = column_names(&text.split(',').collect::<Vec<_>>());
        assert!(
            names.iter().all(|(name, _)| !name.is_empty() && !name.starts_with('_') && !name.contains("__"))
        );
    }
}

/// Delimited text through the splitter and the scanner, which must agree on where records end.
pub fn records(bytes: &[u8]) {
    check_records(bytes);
}

/// A whole file, read as every format that can be read; the first byte chooses the size of the blocks.
pub fn file(bytes: &[u8]) {
    let Some((block_bytes, bytes)) = bytes.split_first() else { return };
    let Ok(folder) = tempfile::tempdir() else { return };
    let source = folder.path().join("source");
    if std::fs::write(&source, bytes).is_err() {
        return;
    }
    for format in FORMATS.iter().map(|format| format.info()).filter(|info| info.can_read) {
        let options = ReadOptions {
            format: Some(format.name.to_owned()),
            block_bytes: Some(usize::from(*block_bytes) + 1),
            ..ReadOptions::default()
        };
        let out = folder.path().join("out");
        let _ =
            crate::ingest(&source, "source", &options, &out, &mut |_| std::ops::ControlFlow::Continue(()));
    }
}

//! Doors for fuzzers and their replayed corpora: every function takes any bytes, and must come back.

use crate::{
    FORMATS, ReadOptions,
    cells::{
        Class, Digits, classify, parse_boolean, parse_date, parse_datetime, parse_integer, parse_number,
        parse_timestamp, trim,
    },
    delimited::check_records,
    names::column_names,
};

/// One cell through the classifier and all parsers.
///
/// # Panics
///
/// When a cell looks like a type and does not parse as it.
pub fn cell(bytes: &[u8]) {
    let cell = trim(bytes);
    let fits = match classify(bytes) {
        Class::Integer => {
            parse_integer(cell, Digits::Plain).is_some() && parse_number(cell, Digits::Plain).is_some()
        }
        Class::Decimal => parse_number(cell, Digits::Plain).is_some(),
        Class::Grouped
        | Class::GroupedOrComma
        | Class::Accounting
        | Class::Dollars
        | Class::Euros
        | Class::Pounds => parse_number(cell, Digits::Grouped).is_some(),
        Class::CommaDecimal => parse_number(cell, Digits::CommaDecimal).is_some(),
        Class::Boolean => parse_boolean(cell).is_some(),
        Class::Date | Class::DateMonthFirst | Class::DateEither => parse_date(cell, true).is_some(),
        Class::DateDayFirst | Class::DateEitherDots => parse_date(cell, false).is_some(),
        Class::Datetime | Class::DatetimeMonthFirst | Class::DatetimeEither => {
            parse_datetime(cell, true).is_some()
        }
        Class::DatetimeDayFirst | Class::DatetimeEitherDots => parse_datetime(cell, false).is_some(),
        Class::Timestamp => parse_timestamp(cell).is_some(),
        _ => true,
    };
    assert!(fits, "a cell does not parse as what it looks like");
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

/// Delimited text through the splitter and the scanner.
///
/// # Panics
///
/// When they disagree on where records end.
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

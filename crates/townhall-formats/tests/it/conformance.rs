//! What holds for every format in the list.

use std::{collections::HashSet, sync::Arc};

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use townhall_formats::{
    FORMATS, Likelihood, ReadOptions, WriteOptions, by_accept, by_extension, by_media_type, by_name, guess,
};

use crate::{
    round_trip::write,
    support::{Read, read_as},
};

fn table() -> RecordBatch {
    let column = |name: &str, array: ArrayRef| (name.to_owned(), array);
    RecordBatch::try_from_iter([
        column(
            "name",
            Arc::new(StringArray::from(vec![Some("Ada, \"A\""), None, Some("naïve")])) as ArrayRef,
        ),
        column("count", Arc::new(Int64Array::from(vec![Some(1), Some(-2), None]))),
        column("share", Arc::new(Float64Array::from(vec![Some(0.5), None, Some(1e-9)]))),
        column("open", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
    ])
    .unwrap()
}

/// Reads bytes as a format; whatever happens, it must not panic.
fn try_read(format: &str, extension: &str, bytes: &[u8]) -> Option<Read> {
    let options = ReadOptions { format: Some(format.to_owned()), ..ReadOptions::default() };
    read_as(&format!("t.{extension}"), bytes, &options).ok()
}

#[test]
fn names_extensions_and_media_types_are_unique_and_found() {
    let mut seen = HashSet::new();
    for format in FORMATS {
        let info = format.info();
        assert!(info.can_read || info.can_write, "{}", info.name);
        assert!(seen.insert(info.name.to_owned()), "{}", info.name);
        assert_eq!(by_name(info.name).unwrap().info(), info);
        for extension in info.extensions {
            assert!(seen.insert(format!(".{extension}")), "{extension}");
            assert_eq!(by_extension(&extension.to_uppercase()).unwrap().info(), info);
        }
        for media_type in info.media_types {
            assert!(seen.insert((*media_type).to_owned()), "{media_type}");
            assert_eq!(by_media_type(&format!("{media_type}; charset=utf-8")).unwrap().info(), info);
        }
        assert!(info.content_type().starts_with(info.media_types[0]));
    }
}

#[test]
fn what_is_written_is_recognised_and_read_back() {
    for format in FORMATS {
        let info = format.info();
        if !info.can_write {
            continue;
        }
        let bytes = write(info.name, &[table()], &WriteOptions::default());
        let name = format!("t.{}", info.extensions[0]);
        assert_eq!(guess(&bytes, &name).unwrap().info(), info);
        if info.can_read {
            let read = try_read(info.name, info.extensions[0], &bytes).unwrap();
            assert_eq!(read.ingested.format, info.name);
            assert_eq!(read.ingested.rejects_total, 0);
            let kinds: Vec<_> = read.ingested.columns.iter().map(|column| column.kind.name()).collect();
            assert_eq!(kinds, ["text", "integer", "number", "boolean"], "{}", info.name);
            let cells: Vec<Vec<_>> = read
                .cells()
                .into_iter()
                .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
                .collect();
            assert_eq!(
                cells,
                [["Ada, \"A\"", "1", "0.5", "true"], ["", "-2", "", "false"], ["naïve", "", "1e-9", ""]]
            );
        } else {
            assert!(try_read(info.name, info.extensions[0], &bytes).is_none());
        }
    }
}

#[test]
fn cut_and_damaged_files_never_panic() {
    for format in FORMATS.iter().filter(|format| format.info().can_read && format.info().can_write) {
        let info = format.info();
        let bytes = write(info.name, &[table()], &WriteOptions::default());
        for length in (0..bytes.len()).step_by(bytes.len().div_ceil(60)) {
            try_read(info.name, info.extensions[0], &bytes[..length]);
        }
        for at in (0..bytes.len()).step_by(bytes.len().div_ceil(120)) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            try_read(info.name, info.extensions[0], &damaged);
        }
    }
}

#[test]
fn nothing_noise_and_huge_cells_never_panic() {
    let noise: Vec<u8> = (0..5_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let huge = [b"a,b\n1,".as_slice(), &vec![b'x'; 2_000_000], b"\n"].concat();
    for format in FORMATS {
        let info = format.info();
        for bytes in [b"".as_slice(), b"\0", b"\xFF\xFE", b"\xEF\xBB\xBF", &noise, &huge] {
            try_read(info.name, info.extensions[0], bytes);
            assert!(format.sniff(bytes, "") <= Likelihood::Certain);
        }
    }
}

#[test]
fn accept_headers_choose_by_name_and_quality() {
    let chosen = |accept: &str| by_accept(accept).map(|format| format.info().name);
    assert_eq!(chosen("text/csv"), Some("csv"));
    assert_eq!(chosen("text/html, application/json;q=0.9, text/csv;q=0.95"), Some("csv"));
    assert_eq!(chosen("application/json;q=0, */*"), None);
    assert_eq!(chosen("text/html,application/xhtml+xml,*/*;q=0.8"), None);
    assert_eq!(chosen(""), None);
}

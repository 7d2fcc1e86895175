//! Tables of text survive being written and read.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use proptest::prelude::*;
use townhall_formats::{Header, ReadOptions, WriteOptions, batch_writer};

use crate::support::{all_text, read_as};

/// A place to write to that can be looked at afterwards.
#[derive(Clone, Default)]
pub struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Writes batches as one file.
pub fn write(format: &str, batches: &[RecordBatch], options: &WriteOptions) -> Vec<u8> {
    let sink = Sink::default();
    let mut writer = batch_writer(format, batches[0].schema(), options, Box::new(sink.clone())).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
    sink.take()
}

fn table(rows: &[Vec<Option<String>>], width: usize) -> RecordBatch {
    let column = |index: usize| -> (String, ArrayRef) {
        let cells: StringArray = rows.iter().map(|row| row[index].clone()).collect();
        (format!("c{index}"), Arc::new(cells))
    };
    RecordBatch::try_from_iter((0..width).map(column)).unwrap()
}

fn cell() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        1 => Just(None),
        3 => "[a-c ,;\t|\"'\r\n\0é0-9.$-]{0,12}".prop_map(|text| Some(text).filter(|text| !text.is_empty())),
        1 => "\\PC{0,8}".prop_map(|text| Some(text).filter(|text| !text.is_empty())),
    ]
}

fn rows() -> impl Strategy<Value = (usize, Vec<Vec<Option<String>>>)> {
    (1_usize..5).prop_flat_map(|width| {
        (Just(width), prop::collection::vec(prop::collection::vec(cell(), width), 1..30))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read((width, rows) in rows(), block_bytes in 1_usize..200) {
        for (format, delimiter) in [("csv", ','), ("tsv", '\t')] {
            let bytes = write(format, &[table(&rows, width)], &WriteOptions::default());
            let options = ReadOptions {
                // What is guessed has tests of its own: here, only the cells count.
                delimiter: Some(delimiter),
                quote: Some('"'),
                header: Header::Row(1),
                encoding: Some("utf-8".to_owned()),
                block_bytes: Some(block_bytes),
                ..all_text()
            };
            let read = read_as("t.csv", &bytes, &options).unwrap();
            prop_assert_eq!(read.cells(), rows.clone());
            prop_assert_eq!(read.ingested.rejects_total, 0);
        }
    }

    #[test]
    fn records_are_found_alike_from_both_ends(text in "[a,;\"\n\r ]{0,200}") {
        townhall_formats::fuzz::records(text.as_bytes());
    }

    #[test]
    fn no_cell_makes_it_panic(text in "[0-9a-zA-Z$€£%().,:/ +-]{0,30}", bytes in prop::collection::vec(any::<u8>(), 0..20)) {
        townhall_formats::fuzz::cell(text.as_bytes());
        townhall_formats::fuzz::cell(&bytes);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), block_bytes in 1_usize..64) {
        let options = ReadOptions { block_bytes: Some(block_bytes), ..ReadOptions::default() };
        let _ = read_as("t.csv", &bytes, &options);
    }

    #[test]
    fn no_text_of_marks_makes_it_panic(text in "[a1,\"\n\r '.;-]{0,80}", block_bytes in 1_usize..32) {
        let options = ReadOptions { block_bytes: Some(block_bytes), ..ReadOptions::default() };
        let small = read_as("t.csv", &text, &options).map(|read| (read.cells(), read.rejects()));
        let whole = read_as("t.csv", &text, &ReadOptions::default()).map(|read| (read.cells(), read.rejects()));
        prop_assert_eq!(small.ok(), whole.ok());
    }
}

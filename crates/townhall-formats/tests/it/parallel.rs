//! Blocks and threads change nothing but the time.

use std::fmt::Write;

use townhall_formats::ReadOptions;

use crate::support::read_csv;

fn messy_table() -> Vec<u8> {
    let mut input = "id,note,value,when,code\n".to_owned();
    for row in 0..5_000_u32 {
        let mixed = row.wrapping_mul(2_654_435_761) % 1_000;
        match mixed {
            0 => input.push('\n'),
            1 => writeln!(input, "{row}").unwrap(),
            2 => writeln!(input, "{row},extra,1,2020-01-01,x,more,\"and, more\"").unwrap(),
            3 => writeln!(input, "{row},bad,oops,never,y").unwrap(),
            4..300 => writeln!(
                input,
                "{row},\"a \"\"b\"\"\n, c\",{}.5,2020-01-{:02},0{mixed}",
                mixed,
                mixed % 28 + 1
            )
            .unwrap(),
            300..310 => write!(input, "{row},5\" pipe,0.1,2020-12-31,é\r\n").unwrap(),
            _ => writeln!(input, "{row},plain {mixed},{}e-3,2021-06-{:02},{mixed}", mixed, mixed % 28 + 1)
                .unwrap(),
        }
    }
    let mut bytes = input.into_bytes();
    bytes.extend_from_slice(b"5000,caf\xE9,1.5,2020-01-01,z\n6000,\"never closed\n1,2\n");
    bytes
}

#[test]
fn every_block_size_gives_the_same_table() {
    let bytes = messy_table();
    let read = |block_bytes, threads| {
        let options =
            ReadOptions { block_bytes: Some(block_bytes), threads: Some(threads), ..ReadOptions::default() };
        let read = read_csv(&bytes, &options).unwrap();
        let mut ingested = read.ingested.clone();
        let rejects = ingested.rejects_file.take().map(|path| std::fs::read_to_string(path).unwrap());
        ingested.parquet_bytes = 0;
        (ingested, rejects, read.cells())
    };
    let whole = read(64 << 20, 1);
    assert!(whole.0.rejects_total > 5);
    for (block_bytes, threads) in [(1, 1), (7, 2), (64, 3), (1_000, 2), (4_096, 1), (100_000, 4)] {
        let other = read(block_bytes, threads);
        assert_eq!(whole.0, other.0, "blocks of {block_bytes} bytes, {threads} threads");
        assert_eq!(whole.1, other.1);
        assert!(whole.2 == other.2);
    }
}

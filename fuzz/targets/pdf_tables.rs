#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| townhall_pdf::fuzz::tables(bytes));

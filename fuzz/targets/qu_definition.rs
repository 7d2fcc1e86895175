#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| townhall_metadata::fuzz_qu_definition(bytes));

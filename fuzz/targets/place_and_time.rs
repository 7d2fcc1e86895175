#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| townhall_app::fuzz::place_and_time(bytes));

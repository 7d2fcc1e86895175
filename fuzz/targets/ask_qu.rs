#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| townhall_query::fuzz::question_in("qu", bytes));

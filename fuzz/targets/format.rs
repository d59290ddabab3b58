#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vow_fuzz::hold(vow_fuzz::held::format, data));

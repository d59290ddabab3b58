//! What programs mean: every `tests/semantics/*.promise` holds its own tests, and all of them pass.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that breaks is a test that fails")]

use std::fs;
use std::path::Path;

use vow::source::Memory;
use vow::{compile, testing};

#[test]
fn programs_mean_what_their_tests_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/semantics");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let files = Memory([(name.clone(), fs::read_to_string(&path).unwrap())].into());
        let compiled = compile::promise(&files, &name);
        let engine = compiled.engine.unwrap_or_else(|| panic!("{name}: {:#?}", compiled.diagnostics));
        for outcome in testing::run(&engine, &files, "", &|_| String::new()) {
            assert!(outcome.failures.is_empty(), "{name}: {}: {:#?}", outcome.name, outcome.failures);
            count += 1;
        }
    }
    assert!(count > 5, "only {count} tests were found");
}

//! What nobody means well: hostile files end in a clear error, and hostile programs come to an end.
//!
//! Here only the result is held. `tests/hostile/measure` measures time and memory of every case with the release binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that breaks is a test that fails"
)]
#![allow(unreachable_pub, reason = "a test is a crate that nobody uses")]

mod cases;
mod disk;
mod expand;
mod programs;
mod rules;

use std::collections::BTreeSet;
use std::path::Path;

use vow::compile;
use vow::diag::has_errors;
use vow::source::disk::Disk;

/// Compiles the case in `folder` as `vow check p.promise` does, and returns the codes of its errors.
fn codes(folder: &Path) -> BTreeSet<&'static str> {
    let disk = Disk::open(folder).unwrap();
    let path = "p.promise";
    let c = match folder.join("promises.dsl").exists() {
        true => compile::platform_and_promise(&disk, path),
        false => compile::promise(&disk, path),
    };
    assert_eq!(c.engine.is_none(), has_errors(&c.diagnostics));
    for d in &c.diagnostics {
        assert!(d.message.len() < 4096, "{}: a message of {} bytes", d.code, d.message.len());
    }
    c.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code).collect()
}

fn write(case: &cases::Case, root: &Path) {
    for (name, bytes) in &case.files {
        std::fs::write(root.join(name), bytes).unwrap();
    }
}

#[test]
fn hostile_files_end_in_the_error_that_they_deserve() {
    programs::on_a_large_stack(|| {
        let mut wrong = vec![];
        for case in cases::cases().iter().filter(|c| c.codes != cases::ANY) {
            let folder = tempfile::tempdir().unwrap();
            write(case, folder.path());
            let found = codes(folder.path());
            let wanted: BTreeSet<&str> = case.codes.iter().copied().collect();
            let right = if wanted.is_empty() { found.is_empty() } else { !found.is_disjoint(&wanted) };
            if !right {
                wrong.push(format!("{}: {found:?}, wanted {wanted:?}", case.name));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

/// Writes every case into the folder `VOW_HOSTILE`, for `tests/hostile/measure`.
#[test]
#[ignore = "only writes files, for `tests/hostile/measure`"]
fn write_the_cases() {
    let root = std::path::PathBuf::from(std::env::var_os("VOW_HOSTILE").unwrap());
    for case in cases::cases() {
        let folder = root.join(&case.name);
        std::fs::create_dir_all(&folder).unwrap();
        write(&case, &folder);
    }
}

//! The engines and numbers of the tests.

use std::path::Path;

use vow::compile;
use vow::eval::Engine;
use vow::source::disk::Disk;

/// How many requests of each promise are tried.
pub(crate) fn requests() -> usize {
    number("VOW_REQUESTS", 200)
}

/// What the requests are made from.
pub(crate) fn seed() -> u64 {
    number("VOW_SEED", 1) as u64
}

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().map_or(usual, |n| n.parse().expect("a number"))
}

/// The platform of this repository.
pub(crate) fn shipped() -> Engine {
    let folder = Disk::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    compile::platform(&folder).engine.expect("the platform compiles")
}

/// Every promise of this repository that compiles by itself, and its file.
pub(crate) fn programs() -> Vec<(String, Engine)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let walk = ["examples", "promises", "tests"]
        .into_iter()
        .flat_map(|f| walkdir::WalkDir::new(root.join(f)).sort_by_file_name());
    let files = walk.filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    let compiled = |file: std::path::PathBuf| {
        let disk = Disk::open(file.parent()?).ok()?;
        let name = file.file_name()?.to_str()?;
        let engine = compile::promise(&disk, name).engine?;
        Some((file.display().to_string(), engine))
    };
    files.filter(|f| f.extension().is_some_and(|e| e == "promise")).filter_map(compiled).collect()
}

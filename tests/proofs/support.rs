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

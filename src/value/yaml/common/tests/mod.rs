//! What the quick reader takes, the strict one takes too: the same nodes at the same places.
//!
//! It is held for every file that is at hand, for texts put together from pieces, and for mutations of both. The suite
//! runs a few thousand, always the same; the long run is for whoever changes a reader:
//!
//! ```sh
//! VOW_CASES=5000000 VOW_SEED=1 cargo test --release --lib yaml::common -- --nocapture
//! ```

#![allow(clippy::print_stdout, reason = "the long run tells how much was taken")]

mod hostile;
mod mutate;
mod pieces;
mod taken;

use std::path::{Path, PathBuf};

use mutate::Chance;

use crate::source::FileId;
use crate::value::yaml::{read, text};

/// Whether the quick reader took `text`; where it did, the strict one agrees.
fn is_taken(text: &str) -> bool {
    let file = FileId::default();
    if text::check_size(file, text).is_err() || text::check_characters(file, text).is_err() {
        return false;
    }
    let Some(quick) = super::read(file, text) else { return false };
    match read::strictly(file, text) {
        Ok(strict) => assert_eq!(quick, strict, "read differently: {text:?}"),
        Err(problem) => panic!("read, and refused by the strict reader: {text:?}: {problem:?}"),
    }
    true
}

/// Every YAML and JSON file of the repository, and of the shared folder where there is one.
fn files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("VOW_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let own = ["tests", "examples", "platform", "src"].map(|f| root.join(f));
    let shared = ["corpora", "reference"].map(|f| shared.join(f));
    let folders = own.into_iter().chain(shared).filter(|f| f.is_dir());
    let entries = folders.flat_map(|f| walkdir::WalkDir::new(f).sort_by_file_name()).map(Result::unwrap);
    let paths = entries.filter(|e| e.file_type().is_file()).map(|e| e.into_path());
    let texts = paths.filter(|p| p.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json"));
    texts.filter_map(|p| std::fs::read_to_string(&p).ok().map(|text| (p, text))).collect()
}

fn number(name: &str, or: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(or)
}

#[test]
fn every_file_at_hand_is_read_the_same() {
    let files = files();
    let taken = files.iter().filter(|(_, text)| is_taken(text)).count();
    println!("{taken} of {} files were taken", files.len());
    assert!(taken > 15);
}

#[test]
fn mutated_and_made_up_texts_are_read_the_same() {
    let files: Vec<String> =
        files().into_iter().map(|(_, text)| text).filter(|t| t.len() < 300_000).collect();
    let cases = number("VOW_CASES", 20_000);
    let mut chance = Chance::new(number("VOW_SEED", 7));
    let mut taken = 0;
    for _ in 0..cases {
        let mut text = match chance.below(3) {
            0 => pieces::text(&mut chance),
            _ => mutate::window(&mut chance, &files),
        };
        for _ in 0..chance.below(5) {
            text = mutate::mutated(&mut chance, &text, &files);
        }
        taken += u64::from(is_taken(&text));
    }
    println!("{taken} of {cases} texts were taken");
    assert!(taken > cases / 10, "only {taken}");
}

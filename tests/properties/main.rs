//! The properties of `held/`, for every text that is kept and for some that are made from them. The long run is in `fuzz/`.
//!
//! A run is told by its seed and its number of texts a property; `VOW_SEED` and `VOW_CASES` change them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that breaks is a test that fails"
)]

mod held;
mod mutate;

use std::path::{Path, PathBuf};

use mutate::Chance;

/// As much as the command line gives.
const STACK: usize = 256 << 20;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, in order: path and text.
fn texts(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let paths = entries.filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path);
    paths.filter_map(|p| std::fs::read_to_string(&p).ok().map(|text| (p, text))).collect()
}

/// What the repository holds in files that end so, without what is too large to be changed quickly.
fn seeds(ends: &[&str]) -> Vec<(PathBuf, String)> {
    let folders =
        ["promises", "rules", "lib", "stdlib", "examples", "platform", "tests"].map(|f| root().join(f));
    let mut all: Vec<_> = folders.iter().flat_map(|f| texts(f)).collect();
    all.retain(|(p, t)| t.len() < 20_000 && p.extension().is_some_and(|e| ends.iter().any(|end| e == *end)));
    all
}

fn seeds_of(name: &str) -> Vec<String> {
    let ends: &[&str] = match name {
        "readers" | "yaml" | "request" => &["yaml"],
        _ => &["promise", "dsl"],
    };
    let mut all: Vec<String> = seeds(ends).into_iter().map(|(_, text)| text).collect();
    if name == "request" {
        all.retain(|text| text.contains("integratn.tech/"));
    }
    all
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|n| n.parse().unwrap_or_else(|_| panic!("{name} is no number: {n}")))
}

/// Holds a property for a text, and says for which it does not hold.
fn hold(property: fn(&str), text: &str, whence: &str) {
    if std::panic::catch_unwind(|| property(text)).is_err() {
        panic!("{whence} does not hold for {text:?}");
    }
}

fn on_a_large_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap();
}

#[test]
fn every_property_holds_for_what_is_kept() {
    on_a_large_stack(|| {
        for (name, property) in held::ALL {
            for folder in ["corpus", "regressions"] {
                for (path, text) in texts(&root().join("fuzz").join(folder).join(name)) {
                    hold(property, &text, &format!("{name}, {}", path.display()));
                }
            }
        }
    });
}

#[test]
fn our_sources_parse_and_are_formatted_faithfully() {
    let ours =
        |p: &Path| !p.starts_with(root().join("tests")) || p.starts_with(root().join("tests/syntax/ok"));
    for (path, text) in seeds(&["promise", "dsl"]).into_iter().filter(|(p, _)| ours(p)) {
        let (_, problems) = vow::syntax::parse(Default::default(), &text);
        assert!(problems.is_empty(), "{}: {problems:?}", path.display());
        hold(held::format, &text, &path.display().to_string());
    }
}

/// One test a property, so that they share the processors.
macro_rules! made {
    ($($name:ident $cases:literal $words:ident)*) => {$(
        #[test]
        fn $name() {
            on_a_large_stack(|| {
                let seeds = seeds_of(stringify!($name));
                let seed = setting("VOW_SEED").unwrap_or(1);
                for number in 0..setting("VOW_CASES").unwrap_or($cases) {
                    let mut chance = Chance::new(seed, number);
                    let text = mutate::text(&mut chance, &seeds, mutate::$words);
                    hold(held::$name, &text, &format!("{}, number {number} of VOW_SEED={seed},", stringify!($name)));
                }
            });
        }
    )*};
}

mod made {
    use super::*;

    made! {
        parse 1500 PROMISE
        format 1500 PROMISE
        check 300 PROMISE
        evaluate 300 PROMISE
        readers 6000 YAML
        yaml 3000 YAML
        request 1000 YAML
    }
}

/// Whoever adds a property adds its target and its line on the page.
#[test]
fn every_property_has_its_target() {
    let fuzz = root().join("fuzz");
    let Ok(page) = std::fs::read_to_string(fuzz.join("README.md")) else { return };
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for (name, _) in held::ALL {
        let target = std::fs::read_to_string(fuzz.join(format!("targets/{name}.rs"))).unwrap();
        assert!(target.contains(&format!("held::{name},")), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}

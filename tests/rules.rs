//! The corpus of the rules: manifests that must be refused, each by the rule that it names, and manifests that must not.
//!
//! A file `tests/rules/*.cases` is sections: `### refused RULE: NAME`, `### reported RULE: NAME` or `### passed: NAME`, then a YAML stream that is
//! judged as `vow lint` judges a file, with the platform `tests/rules/promises.dsl` (in
//! `pod-security-restricted.cases` with the level `restricted`). Ownership labels are asked for in
//! `ownership-labels.cases` alone.
//!
//! What is said of each case, where and in which words, stands in `tests/rules/said/*.txt`. `VOW_BLESS=1` writes it; read the
//! difference before you keep it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that breaks is a test that fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use vow::compile;
use vow::diag::Diagnostic;
use vow::eval::Engine;
use vow::rules::{Lint, lint};
use vow::source::{Memory, Sources};

struct Case {
    /// File and name.
    name: String,
    /// The rule that refuses it; `None` if it passes.
    rule: Option<String>,
    /// Whether the rule only warns.
    warned: bool,
    text: String,
    labels: bool,
    /// Whether the platform's level is `restricted`.
    restricted: bool,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "cases"));
    files.sort();
    files.iter().flat_map(|file| sections(file)).collect()
}

fn sections(file: &Path) -> Vec<Case> {
    let text = String::from_utf8(fs::read(file).unwrap()).unwrap();
    let stem = file.file_stem().unwrap().to_string_lossy();
    let mut cases: Vec<Case> = vec![];
    for line in text.split_inclusive('\n') {
        if let Some(head) = line.strip_prefix("### ") {
            let (verdict, name) = head.trim_end().split_once(": ").expect(line);
            let warned = verdict.starts_with("reported ");
            let rule = match verdict.split_once(' ') {
                Some(("refused" | "reported", rule)) => Some(rule.to_owned()),
                None if verdict == "passed" => None,
                _ => panic!("{stem}: `{line}` is neither refused, reported nor passed"),
            };
            let name = format!("{stem}: {name}");
            let (labels, restricted) = (stem != "ownership-labels", stem == "pod-security-restricted");
            cases.push(Case { name, rule, warned, text: String::new(), labels, restricted });
        } else if !line.starts_with("## ")
            && let Some(case) = cases.last_mut()
        {
            case.text.push_str(line);
        }
    }
    cases
}

/// What is said of a case, but for labels that it need not have.
fn found(engine: &Engine, case: &Case) -> (Sources, Vec<Lint>) {
    let mut sources = Sources::default();
    let file = sources.add("case.yaml", case.text.clone());
    let mut found = lint(engine, file, sources.text(file));
    let own = |d: &Diagnostic| {
        case.labels && d.code == "ownership-labels" && d.message.contains("whose the object is")
    };
    found.retain(|l| !own(&l.diagnostic));
    (sources, found)
}

/// The rules that have something against a case, and those that report something.
fn judged(engine: &Engine, case: &Case) -> (BTreeSet<String>, BTreeSet<String>) {
    let (_, found) = found(engine, case);
    let codes = |error: bool| {
        let wanted = found.iter().map(|l| &l.diagnostic).filter(|d| d.is_error() == error);
        wanted.map(|d| d.code.to_owned()).collect()
    };
    (codes(true), codes(false))
}

/// What is said of a case, a line each: where, by which rule, of what, and in which words.
fn said(engine: &Engine, case: &Case) -> String {
    let (sources, found) = found(engine, case);
    let mut out = String::new();
    for Lint { diagnostic: d, rule, path, .. } in found {
        let place = sources.place(d.primary.span);
        let word = if d.is_error() { "error" } else { "warning" };
        let message: String = d.message.chars().map(shown).collect();
        let path = if d.message.contains(&format!("`{path}`")) { "" } else { &path };
        let _ = writeln!(out, "{}:{} {word}[{rule}] {path}: {message}", place.line, place.column);
    }
    out
}

/// A character as it is written down.
fn shown(c: char) -> String {
    if c.is_control() { c.escape_default().to_string() } else { c.to_string() }
}

/// The platform beside the cases, with another level.
fn engine(level: &str) -> Engine {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let files = ["promises.dsl", "cache.promise"];
    let text = |f: &str| fs::read_to_string(folder.join(f)).unwrap();
    let files = files
        .map(|f| (f.to_owned(), text(f).replace("pod-security baseline", &format!("pod-security {level}"))));
    let platform = compile::platform(&Memory(files.into()));
    assert!(platform.diagnostics.is_empty(), "{:#?}", platform.diagnostics);
    platform.engine.unwrap()
}

#[test]
fn the_corpus_is_judged_as_it_says() {
    let (engine, restricted) = (engine("baseline"), engine("restricted"));
    let all = cases();
    let mut wrong = vec![];
    for case in &all {
        let (found, reported) = judged(if case.restricted { &restricted } else { &engine }, case);
        match &case.rule {
            Some(rule) if case.warned && found.is_empty() && reported.contains(rule) => {}
            Some(_) if case.warned => {
                wrong.push(format!("{}: refused by {found:?}, reported by {reported:?}", case.name));
            }
            Some(rule) if !found.contains(rule) => {
                wrong.push(format!("{}: not refused by {rule}, but by {found:?}", case.name));
            }
            None if !found.is_empty() => wrong.push(format!("{}: refused by {found:?}", case.name)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

#[test]
fn what_is_said_of_the_corpus_is_what_is_written_down() {
    let (baseline, restricted) = (engine("baseline"), engine("restricted"));
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for case in cases() {
        let said = said(if case.restricted { &restricted } else { &baseline }, &case);
        if !said.is_empty() {
            let (file, name) = case.name.split_once(": ").unwrap();
            let _ = write!(files.entry(file.to_owned()).or_default(), "### {name}\n{said}");
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/said");
    let bless = std::env::var_os("VOW_BLESS").is_some();
    let mut wrong = vec![];
    for (name, said) in &files {
        let file = folder.join(format!("{name}.txt"));
        if bless {
            fs::write(&file, said).unwrap();
        }
        let written = fs::read_to_string(&file).unwrap_or_default();
        let other = said.lines().zip(written.lines().chain(std::iter::repeat(""))).filter(|(a, b)| a != b);
        wrong.extend(other.take(3).map(|(a, b)| format!("{name}: is said\n  {a}\nand is written\n  {b}")));
        if wrong.is_empty() && *said != written {
            wrong.push(format!("{name}: more is written than is said"));
        }
    }
    let known = fs::read_dir(&folder).unwrap().count();
    assert!(wrong.is_empty() && known == files.len(), "{known} files, {}\n{}", files.len(), wrong.join("\n"));
}

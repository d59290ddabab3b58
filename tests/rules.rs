//! The corpus of the rules: manifests that must be refused, each by the rule that it names, and manifests that must not.
//!
//! A file `tests/rules/*.cases` is sections: `### refused RULE: NAME`, `### reported RULE: NAME` or `### passed: NAME`, then a YAML stream that is
//! judged as `vow lint` judges a file, with the platform `tests/rules/promises.dsl` (in
//! `pod-security-restricted.cases` with the level `restricted`). Ownership labels are asked for in
//! `ownership-labels.cases` alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that breaks is a test that fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use vow::compile;
use vow::eval::Engine;
use vow::rules::lint;
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

/// The rules that have something against a case, and those that report something.
fn judged(engine: &Engine, case: &Case) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut sources = Sources::default();
    let file = sources.add("case.yaml", case.text.clone());
    let found: Vec<_> = lint(engine, file, sources.text(file)).into_iter().map(|l| l.diagnostic).collect();
    let own = |d: &vow::diag::Diagnostic| {
        case.labels && d.code == "ownership-labels" && d.message.contains("whose the object is")
    };
    let codes = |error: bool| {
        let wanted = found.iter().filter(|d| d.is_error() == error && !own(d));
        wanted.map(|d| d.code.to_owned()).collect()
    };
    (codes(true), codes(false))
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

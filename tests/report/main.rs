//! Holds the reports for programs to their forms: SARIF to its schema, workflow commands to one line each, JUnit's XML to a
//! reader of XML; and all of them to the same problems.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that breaks is a test that fails"
)]

#[path = "../wording/mod.rs"]
mod wording;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;
use vow::compile;
use vow::diag::render::{github, json, sarif};
use vow::diag::{Diagnostic, codes};
use vow::source::{Memory, Sources, Span};
use vow::testing::report::junit;
use vow::testing::{Failure, Outcome, Status};

use wording::assert_worded;

/// As much as the command line gives.
const STACK: usize = 256 << 20;

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    // A bracket that stands for itself in a pattern of the schema has to be escaped for this library.
    let text = include_str!("sarif-2.1.0.json").replace("[a-zA-Z]{2}]?", r"[a-zA-Z]{2}\\]?");
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
});

fn assert_valid(log: &Value, of: &str) {
    let errors: Vec<String> =
        SCHEMA.iter_errors(log).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{of}: {}\n{log:#}", errors.join("\n"));
}

/// The fixtures of parser and checker, each a text full of mistakes.
fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folders = ["check", "syntax/err"].map(|f| root.join(f));
    let walk = folders.iter().flat_map(|f| walkdir::WalkDir::new(f).sort_by_file_name());
    let files = walk.map(|e| e.unwrap().into_path());
    files.filter(|p| p.extension().is_some_and(|e| e == "promise" || e == "dsl")).collect()
}

#[test]
fn every_problem_of_the_fixtures_is_valid_sarif_and_one_command() {
    let work = || {
        let mut shown = 0;
        for path in fixtures() {
            let text = std::fs::read_to_string(&path).unwrap();
            let c = compile::promise(&Memory([("a b.promise".to_owned(), text)].into()), "a b.promise");
            let log = sarif(&c.sources, &c.diagnostics);
            assert_valid(&log, &path.display().to_string());
            let results = log["runs"][0]["results"].as_array().unwrap();
            let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
            for result in results {
                let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
                assert_eq!(rule["id"], result["ruleId"]);
                assert!(!rule["fullDescription"]["text"].as_str().unwrap().is_empty());
            }
            assert_eq!(results.len(), json(&c.sources, &c.diagnostics).as_array().unwrap().len());
            assert_eq!(results.len(), github(&c.sources, &c.diagnostics).lines().count());
            shown += results.len();
            c.diagnostics.iter().for_each(assert_worded);
        }
        assert!(shown > 500, "the fixtures raise only {shown} problems");
    };
    std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap();
}

#[test]
fn every_code_makes_a_rule() {
    let mut sources = Sources::default();
    let span = Span::new(sources.add("a.promise", "a"), 0, 1);
    let all: Vec<Diagnostic> = codes::all().iter().map(|c| Diagnostic::error(c.name, span, "m")).collect();
    let log = sarif(&sources, &all);
    assert_valid(&log, "all codes");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), codes::all().len());
    for rule in rules {
        let text = |key: &str| rule[key]["text"].as_str().unwrap();
        assert!(!text("shortDescription").is_empty() && text("help").contains("## Example"), "{rule}");
        assert!(!text("fullDescription").is_empty() && !text("fullDescription").contains("## "), "{rule}");
    }
}

#[test]
fn no_problem_is_a_whole_report() {
    let log = sarif(&Sources::default(), &[]);
    assert_valid(&log, "nothing");
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(github(&Sources::default(), &[]), "");
}

/// Any characters, and many of those that have a meaning somewhere.
fn nasty() -> impl Strategy<Value = String> {
    let special =
        "%:,\r\n\t \"'<>&]{}[]()\\/#?\u{0}\u{1b}\u{7f}\u{85}\u{202e}\u{2028}\u{feff}\u{fffe}\u{ffff}é🦀";
    let special: Vec<char> = special.chars().collect();
    let one = prop_oneof![prop::sample::select(special), any::<char>()];
    prop::collection::vec(one, 0..20).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn nothing_breaks_a_report(name in nasty(), text in nasty(), words in nasty(), at in 0usize..20, len in 0usize..9) {
        let mut sources = Sources::default();
        let file = sources.add(name, text);
        let span = Span::new(file, at, at + len);
        let d = Diagnostic::error("unknown-name", span, words.as_str()).label(words.as_str());
        let d = d.also(span, words.as_str()).help(words.as_str()).fix(span, words.as_str());
        let all = [d];
        assert_valid(&sarif(&sources, &all), "nasty");
        let command = github(&sources, &all);
        prop_assert_eq!(command.lines().count(), 1);
        let (head, _) = command[2..].split_once("::").unwrap();
        let keys: Vec<&str> = head[6..].split(',').map(|p| p.split_once('=').unwrap().0).collect();
        let expected = ["file", "line", "endLine", "col", "endColumn", "title"];
        prop_assert!(keys == expected || keys == ["file", "line", "endLine", "title"], "{:?}", keys);
    }

    #[test]
    fn nothing_breaks_the_xml(name in nasty(), words in nasty(), expected in nasty(), found in nasty()) {
        let mut sources = Sources::default();
        let span = Span::new(sources.add(name.as_str(), "a\nb"), 2, 3);
        let failures = vec![Failure { message: words, span, diff: Some((expected, found)) }];
        let outcome = |status, failures| Outcome {
            promise: "web".into(), name: name.clone(), span, status, failures, updates: vec![],
        };
        let all = [outcome(Status::Failed, failures), outcome(Status::Passed, vec![])];
        let text = junit(&sources, &all);
        let document = roxmltree::Document::parse(&text).unwrap();
        let cases = document.descendants().filter(|n| n.has_tag_name("testcase")).count();
        let failed = document.descendants().filter(|n| n.has_tag_name("failure")).count();
        prop_assert_eq!((cases, failed), (2, 1));
        prop_assert_eq!(text, junit(&sources, &all));
    }
}

//! Holds the codes of diagnostics to their pages: each code that is raised has a page, each page a code, and what the pages
//! show is true.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that breaks is a test that fails"
)]

mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use vow::compile::{self, Compilation, PLATFORM_FILE, requests};
use vow::diag::{Diagnostic, codes};
use vow::source::{Memory, Sources};
use vow::testing;

/// The ways in which a code is named where it is raised.
const RAISED: &str = r#"(?x)
    (?: Diagnostic::(?:error|warning)\( | Problem::(?:new|at)\( | Refusal::new\( | \.report\( | check_duplicates\( )
    \s* "([a-z-]+)" | \b(?:code|rule):\ "([a-z-]+)" | \b(?:CODE|RULE):\ &str\ =\ "([a-z-]+)""#;

/// What an example stands in that is no whole file.
const AROUND: &str = r#"promise example {
  api Example in example.org/v1 {
    name: DnsLabel
    size: "small" | "large" = "small"
    replicas: Int(1..9) = 1
    host?: Hostname
    labels: {String: String} = {}
    ports: [Int] = []
    extra?: Object
  }
"#;

/// A request of [`AROUND`].
const REQUEST: &str = "apiVersion: example.org/v1
kind: Example
metadata:
  name: example
spec:
  name: example
";

/// The sources outside of tests and of the pages themselves.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let walk = walkdir::WalkDir::new(root).sort_by_file_name();
    let files = walk.into_iter().map(|e| e.unwrap().into_path());
    let is_ours = |p: &PathBuf| p.extension().is_some_and(|e| e == "rs") && !p.ends_with("diag/codes.rs");
    let code = |p: PathBuf| {
        let text = fs::read_to_string(&p).unwrap();
        let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
        (p, text[..end].to_owned())
    };
    files.filter(is_ours).map(code).collect()
}

#[test]
fn every_code_has_a_page() {
    let raised = Regex::new(RAISED).unwrap();
    let mut missing = BTreeSet::new();
    for (path, text) in sources() {
        for found in raised.captures_iter(&text) {
            let code = found.iter().skip(1).flatten().next().unwrap().as_str();
            if codes::find(code).is_none() {
                missing.insert(format!("{code} ({})", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "no page in src/diag/codes for {missing:#?}");
}

#[test]
fn every_page_has_a_code() {
    let text: String = sources().into_iter().map(|(_, text)| text).collect();
    let is_named = |c: &&codes::Code| !text.contains(&format!("\"{}\"", c.name));
    let idle: Vec<&str> = codes::all().iter().filter(is_named).map(|c| c.name).collect();
    assert!(idle.is_empty(), "nothing raises {idle:?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diag/codes");
    assert_eq!(fs::read_dir(folder).unwrap().count(), codes::all().len(), "a page is not in the table");
}

/// Pages without an example that runs, and why.
const TOLD: [(&str, &str); 9] = [
    ("explicit-namespace", "a second fence: the checker is the first"),
    ("file-too-large", "it would be too large for a page"),
    ("deployed-promise", "it is raised by `vow build --previous`, `tests/cli` holds it"),
    ("kratix-limit", "it is raised by `vow build`, `tests/build` holds it"),
    ("nested-too-deep", "it would be too large for a page"),
    ("over-budget", "it would be too large for a page"),
    ("stable-name", "a second fence: the checker is the first"),
    ("too-deep", "it would be too large for a page"),
    ("yaml-too-large", "it would be too large for a page"),
];

/// Pages whose way out is to leave something out.
const WITHOUT_MEND: [&str; 2] = ["empty-request", "not-yet-built"];

#[test]
fn examples_raise_their_code_and_the_way_out_does_not() {
    let mut wrong = vec![];
    for code in codes::all() {
        let (example, way_out) = code.page.split_once("## Way out").unwrap();
        assert!(
            !code.meaning().is_empty() && example.contains("## Example"),
            "{}: not in its form",
            code.name
        );
        let (examples, mends) = (blocks(example), blocks(way_out));
        let is_told = TOLD.iter().any(|(name, _)| *name == code.name);
        if examples.is_empty() != is_told {
            wrong.push(format!("{}: the example does not run, or is listed as one that does not", code.name));
        }
        if mends.is_empty() && !is_told && !WITHOUT_MEND.contains(&code.name) {
            wrong.push(format!("{}: the way out does not run", code.name));
        }
        for block in examples {
            let found = raises(&block);
            if !found.contains(code.name) {
                wrong.push(format!("{}: the example raises {found:?}", code.name));
            }
        }
        for block in mends {
            let found = raises(&block);
            if !found.is_empty() {
                wrong.push(format!("{}: the way out raises {found:?}", code.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A block of code that is true: a promise, a platform, a module or a request; or several files, each below its path
/// (`// FOLDER/NAME.ENDING`).
struct Block {
    language: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = vec![];
    for part in page.split("```").skip(1).step_by(2) {
        let (language, text) = part.split_once('\n').unwrap();
        if ["promise", "yaml", "json"].contains(&language) {
            blocks.push(Block { language: language.to_owned(), text: text.to_owned() });
        }
    }
    blocks
}

/// The codes that a block raises, as it is compiled, tested, and rendered with its request or a plain one.
fn raises(block: &Block) -> BTreeSet<String> {
    if block.language != "promise" {
        let mut text = block.text.clone();
        if block.language == "json" {
            let rest = ", \"metadata\": { \"name\": \"a\" }, \"spec\": { \"name\": \"a\" } }\n";
            text = text.replace(" }\n", rest);
        }
        return rendered(&compiled(files("")), &text, &format!("request.{}", block.language));
    }
    let mut files = files(&block.text);
    let request = files.remove("request.yaml");
    let compiled = compiled(files.clone());
    let mut found = named(&compiled.diagnostics);
    found.extend(tested(&compiled, files.clone()));
    // A plain request of another api would only raise what is not meant.
    let is_around = files.values().any(|text| text.starts_with(AROUND));
    let plain = Some(REQUEST.to_owned()).filter(|_| is_around);
    if let Some(text) = request.or(plain) {
        found.extend(rendered(&compiled, &text, "request.yaml"));
    }
    found
}

/// The files of a block. Without paths it is a whole file, or members of a promise.
fn files(text: &str) -> BTreeMap<String, String> {
    let path = Regex::new(r"^// ([\w./-]+\.(?:dsl|promise|yaml|sh))$").unwrap();
    let has = |word: &str| text.lines().any(|l| l.starts_with(word));
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut at = match has("platform ") {
        true => PLATFORM_FILE.to_owned(),
        false => "example.promise".to_owned(),
    };
    for line in text.lines() {
        match path.captures(line) {
            Some(found) => at = found[1].to_owned(),
            None => files.entry(at.clone()).or_default().push_str(&format!("{line}\n")),
        }
    }
    if text.lines().any(|l| path.is_match(l)) || has("promise ") {
        return files;
    }
    let promise = files.entry("example.promise".into()).or_default();
    *promise = format!("{AROUND}{promise}}}\n");
    files
}

fn compiled(files: BTreeMap<String, String>) -> Compilation {
    if files.contains_key(PLATFORM_FILE) {
        return compile::platform(&Memory(files));
    }
    let path = files.keys().find(|p| p.ends_with(".promise")).unwrap().clone();
    compile::promise(&Memory(files), &path)
}

/// The codes of what fails in the tests that stand in a block.
fn tested(compiled: &Compilation, files: BTreeMap<String, String>) -> BTreeSet<String> {
    let Some(engine) = &compiled.engine else { return BTreeSet::new() };
    let outcomes = testing::run(engine, &Memory(files), "", &|_| String::new());
    named(&outcomes.iter().flat_map(testing::Outcome::problems).collect::<Vec<_>>())
}

/// The codes that stand between requests and their documents.
fn rendered(compiled: &Compilation, text: &str, name: &str) -> BTreeSet<String> {
    let Some(engine) = &compiled.engine else { return BTreeSet::new() };
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let passed = requests::read(engine, &sources, file)
        .and_then(|jobs| requests::render_all(engine, &jobs, requests::Depth::Flow));
    named(&passed.err().unwrap_or_default())
}

/// The codes of problems, which are put into words as they should be.
fn named(problems: &[Diagnostic]) -> BTreeSet<String> {
    problems.iter().for_each(wording::assert_worded);
    problems.iter().map(|d| d.code.to_owned()).collect()
}

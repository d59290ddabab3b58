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

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use vow::compile::{self, Compilation, PLATFORM_FILE};
use vow::diag::codes;
use vow::source::{Memory, Sources};
use vow::value::yaml;
use vow::{eval, request, rules, testing};

/// The ways in which a code is named where it is raised.
const RAISED: &str = r#"(?x)
    (?: Diagnostic::(?:error|warning)\( | Problem::(?:new|at)\( | Refusal::new\( | \.report\( | check_duplicates\( )
    \s* "([a-z-]+)" | \b(?:code|rule):\ "([a-z-]+)" | \bCODE:\ &str\ =\ "([a-z-]+)""#;

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

#[test]
fn examples_raise_their_code_and_the_way_out_does_not() {
    let mut wrong = vec![];
    for code in codes::all() {
        let (example, way_out) = code.page.split_once("## Way out").unwrap();
        for block in blocks(example) {
            let found = raises(&block);
            if !found.contains(code.name) {
                wrong.push(format!("{}: the example raises {found:?}", code.name));
            }
        }
        for block in blocks(way_out) {
            let found = raises(&block);
            if !found.is_empty() {
                wrong.push(format!("{}: the way out raises {found:?}", code.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A block of code that is true: a promise, a platform, a module or a request.
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

/// The codes that a block raises, as it is compiled and rendered with a plain request, or as it is admitted.
fn raises(block: &Block) -> BTreeSet<String> {
    match block.language.as_str() {
        "promise" => {
            let compiled = compiled(&block.text);
            let mut found: BTreeSet<String> =
                compiled.diagnostics.iter().map(|d| d.code.to_owned()).collect();
            found.extend(tested(&compiled, &block.text));
            // A request of another api would only raise what is not meant.
            if !block.text.contains("  api ") {
                found.extend(rendered(compiled, REQUEST, "request.yaml"));
            }
            found
        }
        language => {
            let mut text = block.text.clone();
            if language == "json" {
                text = text.replace(
                    " }\n",
                    ", \"metadata\": { \"name\": \"a\" }, \"spec\": { \"name\": \"a\" } }\n",
                );
            }
            rendered(compiled(""), &text, &format!("request.{language}"))
        }
    }
}

/// The codes of what fails in the tests that stand in a block.
fn tested(compiled: &Compilation, text: &str) -> BTreeSet<String> {
    let Some(engine) = &compiled.engine else { return BTreeSet::new() };
    let files = Memory([("example.promise".to_owned(), text.to_owned())].into());
    let outcomes = testing::run(engine, &files, "", &|_| String::new());
    outcomes.iter().flat_map(testing::Outcome::problems).map(|d| d.code.to_owned()).collect()
}

/// Compiles a whole file, or members of a promise.
fn compiled(text: &str) -> Compilation {
    let has = |word: &str| text.lines().any(|l| l.starts_with(word));
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    if has("platform ") || has("// promises.dsl") {
        files.insert(PLATFORM_FILE.into(), text.to_owned());
        files.insert("example.promise".into(), format!("{AROUND}}}\n"));
        return compile::platform(&Memory(files));
    }
    let whole = has("promise ") || has("// ");
    let text = if whole { text.to_owned() } else { format!("{AROUND}{text}}}\n") };
    files.insert("example.promise".into(), text);
    compile::promise(&Memory(files), "example.promise")
}

/// The codes that stand between a request and its documents.
fn rendered(compiled: Compilation, text: &str, name: &str) -> BTreeSet<String> {
    let Some(engine) = compiled.engine else { return BTreeSet::new() };
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let nodes = match name.ends_with(".json") {
        true => vow::value::json::read(file, text).map(|node| vec![node]),
        false => yaml::read(file, text),
    };
    let nodes = match nodes {
        Ok(nodes) => nodes,
        Err(d) => return [d.code.to_owned()].into(),
    };
    let mut found = BTreeSet::new();
    for object in nodes.iter().map(yaml::Node::to_value) {
        let Some(promise) = engine.program().promises.iter().find(|p| p.api.is_some()) else { continue };
        match request::admit(promise.api.as_ref().unwrap(), &object) {
            Err(problems) => found.extend(problems.iter().map(|p| p.code.to_owned())),
            Ok(request) => match eval::render_flow(&engine, &promise.name, &request) {
                Err(refusal) => drop(found.insert(refusal.code.to_owned())),
                Ok(flow) => {
                    let judged = rules::gate(&engine, vec![flow]).err().unwrap_or_default();
                    found.extend(judged.iter().map(|d| d.code.to_owned()));
                }
            },
        }
    }
    found
}

//! Holds the colours of editors to the language: the TextMate grammar compiles, colours the fixtures as they are marked,
//! knows every keyword, and stays calm on real files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test that breaks is a test that fails"
)]

#[path = "editors/textmate.rs"]
mod textmate;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use textmate::{Grammar, Open, Scopes};

/// Every keyword of the language; those of `grammar/promise.pest` are compared with it.
const KEYWORDS: &str = "api as because check column container contains delete deny dependencies destination document \
    documents else expect file flow fn for foreign from given host-access if in let match native needs no observe on \
    on-bad-input pass pipeline pipeline-image platform plural pod-security promise promises refuse render request require resource retry rhai rule rules \
    schema schemas secret-store short state status test to use values values-schema version via warn when with";

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn grammar() -> Grammar {
    let text = fs::read_to_string(root("editors/vscode/syntaxes/promise.tmLanguage.json")).unwrap();
    Grammar::read(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// Every `.promise` and `.dsl` file below `folder`, in order; none if it is not there.
fn files(folder: &str) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(root(folder)).sort_by_file_name();
    let is_ours = |p: &PathBuf| p.extension().is_some_and(|e| e == "promise" || e == "dsl");
    walk.into_iter().flatten().map(|e| e.into_path()).filter(is_ours).collect()
}

/// A line of a fixture, its scopes, and the marks below it: where, and which scopes.
struct Marked {
    line: String,
    scopes: Scopes,
    marks: Vec<(std::ops::Range<usize>, Vec<String>)>,
}

fn fixture(grammar: &Grammar, path: &Path) -> Vec<Marked> {
    let mut open = Open::default();
    let mut out: Vec<Marked> = vec![];
    for line in fs::read_to_string(path).unwrap().lines() {
        match mark(line) {
            Some(mark) => out.last_mut().expect("a mark stands below a line").marks.push(mark),
            None => {
                let scopes = grammar.line(line, &mut open);
                out.push(Marked { line: line.to_owned(), scopes, marks: vec![] });
            }
        }
    }
    assert!(open.is_empty(), "{}: something is still open at the end", path.display());
    out
}

/// The mark `//   ^^^ scope scope`, if `line` is one.
fn mark(line: &str) -> Option<(std::ops::Range<usize>, Vec<String>)> {
    let rest = line.trim_start().strip_prefix("//")?.trim_start();
    let carets = rest.len() - rest.trim_start_matches('^').len();
    let start = line.find('^').filter(|_| carets > 0)?;
    let scopes = rest[carets..].split_whitespace().map(str::to_owned).collect();
    Some((start..start + carets, scopes))
}

fn has(scopes: &[String], wanted: &str) -> bool {
    scopes.iter().any(|s| s.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

#[test]
fn fixtures_are_coloured_as_marked() {
    let grammar = grammar();
    let mut problems = vec![];
    for path in files("editors/test/fixtures") {
        for Marked { line, scopes, marks } in fixture(&grammar, &path) {
            for (span, wanted) in marks {
                for wanted in wanted {
                    let name = wanted.trim_start_matches('!');
                    let good = |s: &Vec<String>| has(s, name) != wanted.starts_with('!');
                    if !scopes[span.clone()].iter().all(good) {
                        problems.push(format!("{}: `{}`: {wanted}", path.display(), &line[span.clone()]));
                    }
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_keyword_is_coloured() {
    let grammar = grammar();
    let mut coloured = BTreeSet::new();
    for path in files("editors/test/fixtures") {
        for Marked { line, scopes, .. } in fixture(&grammar, &path) {
            for (start, word) in words(&line) {
                let all = &scopes[start];
                let is_keyword = has(all, "keyword") || has(all, "storage");
                if is_keyword && !has(all, "source.rhai") && !has(all, "comment") {
                    coloured.insert(word.to_owned());
                }
            }
        }
    }
    let missing: Vec<&str> = KEYWORDS.split_whitespace().filter(|k| !coloured.contains(*k)).collect();
    assert!(missing.is_empty(), "no fixture colours {missing:?}");
}

fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let ends = move |start: usize| line[start..].find(|c| !is_word(c)).map_or(line.len(), |n| start + n);
    let starts = (0..line.len()).filter(move |i| {
        line.is_char_boundary(*i) && line[*i..].starts_with(is_word) && !line[..*i].ends_with(is_word)
    });
    starts.map(move |start| (start, &line[start..ends(start)]))
}

#[test]
fn the_keywords_are_those_of_the_grammar() {
    let Ok(pest) = fs::read_to_string(root("grammar/promise.pest")) else {
        eprintln!("skipped: no grammar");
        return;
    };
    let known: BTreeSet<&str> = KEYWORDS.split_whitespace().collect();
    let declared = pest.lines().filter(|l| l.starts_with("kw_"));
    let words: BTreeSet<&str> = declared.filter_map(|l| l.split('"').nth(1)).collect();
    let unknown: Vec<&&str> = words.difference(&known).collect();
    assert!(unknown.is_empty(), "the editors do not know {unknown:?}");
    // What the grammar writes in other ways: plurals, and words that are no `kw_` rule.
    let other = ["documents", "render", "document", "flow"];
    let gone: Vec<&&str> = known.difference(&words).filter(|w| !other.contains(w)).collect();
    assert!(gone.is_empty(), "the language does not know {gone:?}");
}

#[test]
fn real_files_hold_nothing_invalid() {
    let grammar = grammar();
    for folder in ["promises", "stdlib", "lib", "examples", "tests/syntax/ok"] {
        for path in files(folder) {
            let mut open = Open::default();
            for line in fs::read_to_string(&path).unwrap().lines() {
                let scopes = grammar.line(line, &mut open);
                let invalid = scopes.iter().any(|s| has(s, "invalid"));
                assert!(!invalid, "{}: something is invalid in `{line}`", path.display());
            }
            assert!(open.is_empty(), "{}: something is still open at the end", path.display());
        }
    }
}

#[test]
fn the_extension_is_valid_json_and_whole() {
    let read = |path: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(root("editors/vscode").join(path)).unwrap()).unwrap()
    };
    let package = read("package.json");
    let contributes = &package["contributes"];
    read(contributes["languages"][0]["configuration"].as_str().unwrap());
    let grammar = read(contributes["grammars"][0]["path"].as_str().unwrap());
    assert_eq!(grammar["scopeName"], contributes["grammars"][0]["scopeName"]);
}

//! Holds what the checker says: each mistake at its place, in its words, and nothing else.
//!
//! The files in `tests/check/` hold named sections. A section is the members of a promise with the api of `around.promise`,
//! a whole promise, or several files (`// file: PATH`). What is to be said stands below the offending line, carets under
//! the offending text (`//<` moves them four columns to the left):
//!
//! ```text
//!   let a = spec.nmae
//!   //           ^^^^ error[unknown-field]: has no field `nmae`
//!   //             = did you mean `name`?
//! ```
//!
//! A message is expected by a part of it, its help and labels only where they are written. `VOW_BLESS=1` writes down what
//! is said now; read the difference before you keep it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test that breaks is a test that fails"
)]

mod wording;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use vow::compile::{self, PLATFORM_FILE};
use vow::diag::{Diagnostic, Severity};
use vow::source::{Memory, Sources};

const AROUND: &str = include_str!("check/around.promise");
const ALONE: &str = "example.promise";
const STACK: usize = 256 << 20;

/// What is said about one stretch of one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    /// The line of the section, from 0.
    line: usize,
    /// Columns, in characters from 0.
    columns: (usize, usize),
    severity: &'static str,
    code: String,
    message: String,
    /// Help and labels.
    notes: Vec<String>,
}

/// A named part of a fixture.
struct Section {
    name: String,
    /// Its lines without expectations.
    lines: Vec<String>,
    expected: Vec<Said>,
}

/// One file that a section stands for: where its lines lie in the section, and how many lines were put before them.
struct Part {
    path: String,
    text: String,
    first: usize,
    before: usize,
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let work = std::thread::Builder::new().stack_size(STACK).spawn(check_all).unwrap();
    let wrong = work.join().unwrap();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn check_all() -> Vec<String> {
    let bless = std::env::var_os("VOW_BLESS").is_some();
    let mut wrong = vec![];
    for path in fixtures() {
        let topic = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (head, sections) = sections(&std::fs::read_to_string(&path).unwrap());
        let mut blessed = head;
        for section in &sections {
            let (said, lost) = said(section);
            blessed.push_str(&written(section, &said));
            let place = format!("{topic}: {}", section.name);
            wrong.extend(lost.iter().map(|l| format!("{place}: outside of the section: {l}")));
            if !bless {
                wrong.extend(differences(section, &said).iter().map(|d| format!("{place}: {d}")));
            }
        }
        if bless {
            std::fs::write(&path, blessed).unwrap();
        }
    }
    wrong
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.retain(|p| !p.ends_with("around.promise"));
    found.sort();
    found
}

/// What stands before the first section, and the sections.
fn sections(text: &str) -> (String, Vec<Section>) {
    let mut head = String::new();
    let mut found: Vec<Section> = vec![];
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("// --- ") {
            found.push(Section { name: name.into(), lines: vec![], expected: vec![] });
            continue;
        }
        let Some(section) = found.last_mut() else {
            let _ = writeln!(head, "{line}");
            continue;
        };
        if let Some(said) = expectation(line, section.lines.len()) {
            section.expected.push(said);
        } else if let Some(note) = note(line) {
            section.expected.last_mut().expect("a note follows carets").notes.push(note);
        } else {
            section.lines.push(line.into());
        }
    }
    (head, found)
}

fn expectation(line: &str, lines: usize) -> Option<Said> {
    let rest = line.trim_start().strip_prefix("//")?;
    let carets = rest.trim_start_matches('<').trim_start();
    if !carets.starts_with('^') {
        return None;
    }
    let moved = if rest.starts_with('<') { 4 } else { 0 };
    let start = line.find('^')? - moved;
    let count = carets.chars().take_while(|c| *c == '^').count();
    let words = carets.trim_start_matches('^').trim_start();
    let (head, message) = words.split_once("]: ").unwrap_or_else(|| panic!("`{line}` says nothing"));
    let (severity, code) = head.split_once('[').unwrap();
    let severity = if severity == "error" { "error" } else { "warning" };
    let (code, message) = (code.into(), message.trim().into());
    let line = lines.checked_sub(1)?;
    Some(Said { line, columns: (start, start + count), severity, code, message, notes: vec![] })
}

fn note(line: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix("//")?.trim_start();
    rest.strip_prefix("= ").map(str::to_owned)
}

/// The files that a section stands for.
fn parts(section: &Section) -> Vec<Part> {
    let has = |start: &str| section.lines.iter().any(|l| l.starts_with(start));
    let (mut text, before) = match has("promise ") || has("// file: ") {
        true => (String::new(), 0),
        false => (AROUND.to_owned(), AROUND.lines().count()),
    };
    let mut parts = vec![];
    let mut path = ALONE.to_owned();
    let mut first = 0;
    for (index, line) in section.lines.iter().enumerate() {
        if let Some(next) = line.strip_prefix("// file: ") {
            if first < index {
                parts.push(Part { path, text: std::mem::take(&mut text), first, before });
            }
            text.clear();
            (path, first) = (next.to_owned(), index + 1);
        } else {
            let _ = writeln!(text, "{line}");
        }
    }
    if before > 0 {
        text.push_str("}\n");
    }
    parts.push(Part { path, text, first, before });
    parts
}

/// What is said of a section, and what is said of other places.
fn said(section: &Section) -> (Vec<Said>, Vec<String>) {
    let parts = parts(section);
    let files: BTreeMap<String, String> = parts.iter().map(|p| (p.path.clone(), p.text.clone())).collect();
    let c = match files.contains_key(PLATFORM_FILE) {
        true => compile::platform(&Memory(files)),
        false => compile::promise(&Memory(files), ALONE),
    };
    let (mut found, mut lost) = (vec![], vec![]);
    for d in &c.diagnostics {
        wording::assert_worded(d);
        match placed(d, &c.sources, &parts) {
            Some(said) => found.push(said),
            None => lost.push(format!("{}: {}[{}]", c.sources.name(d.primary.span.file), d.message, d.code)),
        }
    }
    found.sort();
    (found, lost)
}

fn placed(d: &Diagnostic, sources: &Sources, parts: &[Part]) -> Option<Said> {
    let span = d.primary.span;
    let part = parts.iter().find(|p| p.path == sources.name(span.file))?;
    let place = sources.place(span);
    let line = (place.line - 1).checked_sub(part.before)? + part.first;
    let first_line = sources.slice(span).lines().next().unwrap_or("");
    let columns = (place.column - 1, place.column - 1 + first_line.chars().count().max(1));
    let severity = if d.severity == Severity::Error { "error" } else { "warning" };
    let label = Some(&d.primary.text).filter(|t| !t.is_empty()).map(|t| format!("here: {t}"));
    let also = d.labels.iter().map(|l| format!("{:?}: {}", first(sources.slice(l.span)), l.text));
    let notes = label.into_iter().chain(also).chain(d.help.iter().cloned()).collect();
    Some(Said { line, columns, severity, code: d.code.into(), message: d.message.clone(), notes })
}

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

/// What is expected and not said, and what is said and not expected.
fn differences(section: &Section, said: &[Said]) -> Vec<String> {
    let mut left: Vec<&Said> = said.iter().collect();
    let mut wrong = vec![];
    for e in &section.expected {
        match left.iter().position(|s| meets(e, s)) {
            Some(index) => drop(left.remove(index)),
            None => wrong.push(format!("expected, but not said: {}", show(section, e))),
        }
    }
    wrong.extend(left.iter().map(|s| format!("said, but not expected: {}", show(section, s))));
    wrong
}

fn meets(expected: &Said, said: &Said) -> bool {
    let is = |s: &Said| (s.line, s.columns, s.severity, s.code.clone());
    is(expected) == is(said)
        && said.message.contains(&expected.message)
        && expected.notes.iter().all(|n| said.notes.iter().any(|s| s.contains(n.as_str())))
}

fn show(section: &Section, said: &Said) -> String {
    let line = section.lines.get(said.line).map_or("", String::as_str);
    format!("line {}\n{line}\n{}", said.line + 1, comment(said))
}

/// An expectation as it is written.
fn comment(said: &Said) -> String {
    let (start, end) = said.columns;
    let carets = "^".repeat(end - start);
    let head = match start.checked_sub(3) {
        Some(blanks) => format!("//{}", " ".repeat(blanks + 1)),
        None => format!("//<{}", " ".repeat(start + 1)),
    };
    let mut out = format!("{head}{carets} {}[{}]: {}\n", said.severity, said.code, said.message);
    for note in &said.notes {
        let _ = writeln!(out, "//{}= {note}", " ".repeat(start.max(1)));
    }
    out
}

fn written(section: &Section, said: &[Said]) -> String {
    let mut out = format!("// --- {}\n", section.name);
    for (index, line) in section.lines.iter().enumerate() {
        let _ = writeln!(out, "{line}");
        said.iter().filter(|s| s.line == index).for_each(|s| out.push_str(&comment(s)));
    }
    out
}

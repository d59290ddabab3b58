//! The table of verdicts: small promises, and what is proved of each of their documents by which rule.
//!
//! A file `tests/proofs/verdicts/*.cases` is sections: `### NAME`, then members of a promise with the api of `around.promise`,
//! or a whole promise. The platform is that of `tests/rules`. Below them stands what `proofs` says:
//!
//! ```text
//! //= resource:a: 5 proved, 2 do not apply
//! //=   no-secret residual: `data.x` may be … (spec.text: String)
//! ```
//!
//! `VOW_BLESS=1` writes down what is said now; read the difference before you keep it. Every section is also held to requests:
//! each document of which anything is proved is rendered by some of them, and what is proved of it is never refused.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use vow::compile::{self, Compilation};
use vow::eval::{Document, Engine, Flow, Rendering, render};
use vow::rules::prove::{Proof, Verdict, proofs, refuted};
use vow::rules::{Stream, gate};
use vow::sample::Samples;
use vow::source::{Memory, Sources, Span};

use crate::support::seed;

/// How many requests of each section are tried.
const REQUESTS: usize = 12;

struct Section {
    name: String,
    body: String,
    expected: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proofs/verdicts")
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "cases"));
    files.sort();
    files
}

/// What stands before the first section, and the sections.
fn sections(text: &str) -> (String, Vec<Section>) {
    let mut head = String::new();
    let mut found: Vec<Section> = vec![];
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix("### "), found.last_mut()) {
            (Some(name), _) => {
                found.push(Section {
                    name: name.trim_end().into(),
                    body: String::new(),
                    expected: String::new(),
                });
            }
            (None, None) => head.push_str(line),
            (None, Some(section)) if line.starts_with("//=") => section.expected.push_str(line),
            (None, Some(section)) => section.body.push_str(line),
        }
    }
    (head, found)
}

fn compiled(section: &Section) -> Compilation {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let around = read(&folder().join("around.promise"));
    let promise = match section.body.trim_start().starts_with("promise ") {
        true => section.body.clone(),
        false => format!("{}\n{}}}\n", around.trim_end().trim_end_matches('}'), section.body),
    };
    let files = [
        ("promises.dsl".to_owned(), read(&rules.join("promises.dsl"))),
        ("cache.promise".to_owned(), read(&rules.join("cache.promise"))),
        ("case.promise".to_owned(), promise),
    ];
    compile::platform(&Memory(files.into()))
}

fn told(sources: &Sources, proofs: &[Proof]) -> String {
    let mut out = String::new();
    for of in proofs.chunk_by(|a, b| (a.phase, &a.node) == (b.phase, &b.node)) {
        let count = |name: &str| of.iter().filter(|p| p.verdict.name() == name).count();
        let (proved, other) = (count("proved"), count("not applicable"));
        let _ = writeln!(out, "//= {}: {proved} proved, {other} do not apply", of[0].node_name());
        for proof in of {
            let head = format!("//=   {} {}", proof.rule, proof.verdict.name());
            match &proof.verdict {
                Verdict::NotApplicable | Verdict::Proved => {}
                Verdict::Refuted(path, _) => {
                    let _ = writeln!(out, "{head}: `{path}`");
                    for d in refuted(std::slice::from_ref(proof), &[]) {
                        let Span { file, start, end } = d.primary.span;
                        let text = sources.text(file).get(start as usize..end as usize).unwrap();
                        let text = text.lines().next().unwrap_or_default();
                        let _ = writeln!(out, "//=     at `{text}`: {}", d.message);
                    }
                }
                Verdict::Residual(open) => {
                    for o in open {
                        let _ = writeln!(out, "{head}: `{}` {} ({})", o.path, o.what, o.hole);
                    }
                }
            }
        }
    }
    out
}

/// What is proved, and refused of a request all the same; or proved of documents that none of the requests renders, so that
/// nothing was tried.
fn wrongly_proved(engine: &Engine, promise: &str, proofs: &[Proof]) -> Option<String> {
    let api = engine.program().promise(promise).unwrap().api.as_ref().expect("a promise with requests");
    let of_promise = || proofs.iter().filter(|p| p.promise == promise);
    let proved = |document: &Document, rule: &str| {
        let holds = |p: &&Proof| matches!(p.verdict, Verdict::Proved | Verdict::NotApplicable);
        let (phase, node) = (document.origin.phase, document.origin.node);
        of_promise().filter(holds).any(|p| (p.phase, p.node.0, p.rule) == (phase, node, rule))
    };
    let stream = Stream::of(engine);
    let mut rendered = vec![];
    for object in Samples::new(api, seed()).take(REQUESTS) {
        let request = engine.admit(promise, &object).unwrap();
        let Ok(rendering) = render(engine, promise, &request) else { continue };
        // In a debug build this panics where a document that needs no look would be told of.
        drop(stream.judged(promise, &request, false));
        for document in rendering.documents.iter().chain(&rendering.deletion) {
            rendered.push((document.origin.phase, document.origin.node));
            let documents = vec![document.clone()];
            let one = Rendering { documents, deletion: vec![], files: vec![], ..rendering.clone() };
            let Err(found) = gate(engine, vec![Flow { renderings: vec![one] }]) else { continue };
            if let Some(d) = found.iter().find(|d| d.is_error() && proved(document, d.code)) {
                return Some(format!(
                    "{} is proved, and refused: {}: {}",
                    document.title(),
                    d.code,
                    d.message
                ));
            }
        }
    }
    // What the author's own text breaks may be refused before it is there.
    let refuted =
        |p: &&Proof| of_promise().any(|q| q.node == p.node && matches!(q.verdict, Verdict::Refuted(..)));
    let untried = of_promise()
        .filter(|p| matches!(p.verdict, Verdict::Proved) && !refuted(p))
        .find(|p| !rendered.contains(&(p.phase, p.node.0)))?;
    Some(format!(
        "no request of {promise} renders {}, so what is proved of it is not tried",
        untried.node_name()
    ))
}

#[test]
fn every_verdict_is_the_one_that_is_written_down() {
    let bless = std::env::var_os("VOW_BLESS").is_some();
    let mut wrong = vec![];
    for file in files() {
        let (head, sections) = sections(&read(&file));
        let mut blessed = head;
        for section in &sections {
            let compiled = compiled(section);
            let Some(engine) = compiled.engine else {
                let said = compiled.diagnostics.iter().map(|d| d.message.as_str()).collect::<Vec<_>>();
                wrong.push(format!("{}: {}", section.name, said.join("\n")));
                let _ = write!(blessed, "### {}\n{}", section.name, section.body);
                continue;
            };
            let promises: Vec<&str> =
                engine.program().promises.iter().map(|p| p.name.as_str()).filter(|n| *n != "cache").collect();
            let all: Vec<Proof> =
                proofs(&engine).into_iter().filter(|p| promises.contains(&&*p.promise)).collect();
            let told = told(&compiled.sources, &all);
            let _ = write!(
                blessed,
                "### {}\n{}{told}\n",
                section.name,
                section.body.trim_end_matches('\n').to_owned() + "\n"
            );
            if told != section.expected && !bless {
                wrong.push(format!("{}: expected\n{}found\n{told}", section.name, section.expected));
            }
            let mut found: Vec<String> =
                promises.iter().filter_map(|name| wrongly_proved(&engine, name, &all)).collect();
            wrong.extend(found.drain(..).map(|f| format!("{}: {f}", section.name)));
        }
        if bless {
            std::fs::write(&file, blessed.trim_end().to_owned() + "\n").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

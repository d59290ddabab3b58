//! Proofs are sound: what is known before a request holds every document that requests render, and what is proved is
//! never refused. Requests are made from each promise's own api, with hostile texts.
//!
//! `VOW_REQUESTS` makes a run longer, for each promise; `VOW_SEED` makes it another.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that breaks is a test that fails"
)]

mod batch;
mod readme;
mod support;
mod tame;
mod verdicts;

use vow::check::program::Promise;
use vow::diag::Diagnostic;
use vow::eval::{Engine, Flow, Phase, Rendering, render};
use vow::known::rendered;
use vow::rules::prove::{Verdict, disproved, proofs};
use vow::rules::{Stream, gate};
use vow::sample::Samples;
use vow::value::Value;

use support::{programs, requests, seed, shipped};

#[test]
fn every_rendered_document_is_one_that_was_known() {
    let engine = shipped();
    for promise in &engine.program().promises {
        let count = held(&engine, promise, requests());
        assert!(count > requests() / 20, "{}: only {count} of its requests render", promise.name);
    }
}

#[test]
fn documents_of_every_program_here_are_known() {
    let mut count = 0;
    for (file, engine) in programs() {
        for promise in engine.program().promises.iter().filter(|p| p.api.is_some() && !p.foreign) {
            eprintln!("{file}: {}", promise.name);
            count += held(&engine, promise, 60);
        }
    }
    assert!(count > 150, "only {count} requests render");
}

/// Renders requests of a promise and holds their documents to what is known of them; how many were rendered.
fn held(engine: &Engine, promise: &Promise, requests: usize) -> usize {
    let known = rendered(engine, promise);
    let mut count = 0;
    for object in Samples::new(promise.api.as_ref().unwrap(), seed()).take(requests) {
        let request = engine.admit(&promise.name, &object).unwrap_or_else(|p| panic!("{object:?}: {p:?}"));
        let Ok(rendering) = render(engine, &promise.name, &request) else { continue };
        count += 1;
        for document in rendering.documents.iter().chain(&rendering.deletion) {
            let of = known
                .iter()
                .find(|k| (k.phase, k.node) == (document.origin.phase, document.origin.node))
                .unwrap();
            if let Some(path) = of.object.outside(&document.object) {
                panic!(
                    "{}: `{path}` is not in what is known of it: {:#?}",
                    document.title(),
                    document.object
                );
            }
        }
    }
    count
}

#[test]
fn what_is_proved_is_never_refused() {
    let engine = shipped();
    let proofs = proofs(&engine);
    for promise in &engine.program().promises {
        let proved: Vec<(Phase, usize, &str)> = proofs
            .iter()
            .filter(|p| p.promise == promise.name)
            // What does not apply is not judged either.
            .filter(|p| matches!(p.verdict, Verdict::Proved | Verdict::NotApplicable))
            .map(|p| (p.phase, p.node.0, p.rule))
            .collect();
        let (mut refused, mut count) = (0, 0);
        for object in Samples::new(promise.api.as_ref().unwrap(), seed()).take(requests()) {
            let request = engine.admit(&promise.name, &object).unwrap();
            let Ok(rendering) = render(&engine, &promise.name, &request) else { continue };
            count += 1;
            for document in rendering.documents.iter().chain(&rendering.deletion) {
                let one = Rendering {
                    documents: vec![document.clone()],
                    deletion: vec![],
                    files: vec![],
                    ..rendering.clone()
                };
                let Err(found) = gate(&engine, vec![Flow { renderings: vec![one] }]) else { continue };
                refused += 1;
                let wrong = |d: &&Diagnostic| {
                    d.is_error() && proved.contains(&(document.origin.phase, document.origin.node, d.code))
                };
                if let Some(wrong) = found.iter().find(wrong) {
                    panic!("{}: proved, and refused: {wrong:#?}\n{:#?}", document.title(), document.object);
                }
            }
        }
        eprintln!("{}: {count} rendered, {refused} documents refused", promise.name);
        assert!(count > requests() / 20, "{}: only {count} of its requests render", promise.name);
    }
}

/// What a batch lets pass without a look has nothing that the gate would say a word about, when it leaves nothing out.
#[test]
fn what_a_batch_lets_pass_is_let_pass_in_full() {
    let engine = shipped();
    let stream = Stream::of(&engine);
    let mut all = 0;
    for promise in &engine.program().promises {
        let (mut count, mut passed) = (0, 0);
        for object in Samples::new(promise.api.as_ref().unwrap(), seed()).take(requests()) {
            let request = engine.admit(&promise.name, &object).unwrap();
            let Ok(rendering) = render(&engine, &promise.name, &request) else { continue };
            count += 1;
            if stream.judged(&promise.name, &request, false).is_none() {
                continue;
            }
            passed += 1;
            match gate(&engine, vec![Flow { renderings: vec![rendering] }]) {
                Ok(whole) => assert_eq!(whole.warnings(), [], "{}: {object:?}", promise.name),
                Err(found) => panic!("{}: {found:#?}\n{object:#?}", promise.name),
            }
        }
        eprintln!("{}: {count} rendered, {passed} let pass by the batch", promise.name);
        all += passed;
    }
    assert!(all > requests(), "only {all} requests were let pass");
}

/// A document that is not what its promise makes of any request: whoever looks for wrong proofs must see it as one.
#[test]
fn a_wrong_proof_would_be_seen() {
    let engine = shipped();
    let promise = engine.program().promise("vcluster-coredns").unwrap();
    let mut requests = Samples::new(promise.api.as_ref().unwrap(), seed());
    let rendered = requests.find_map(|object| {
        let request = engine.admit(&promise.name, &object).ok()?;
        render(&engine, &promise.name, &request).ok()
    });
    let mut rendering = rendered.unwrap();
    let flow = |rendering: &Rendering| Flow { renderings: vec![rendering.clone()] };
    assert!(disproved(&engine, &flow(&rendering)).is_none());
    let document = &mut rendering.documents[0];
    let Value::Map(map) = &document.object else { panic!("no object") };
    let mut map = (**map).clone();
    map.insert("token".into(), Value::str("ghp_0123456789abcdefghijABCDEFGHIJ012345"));
    document.object = Value::map(map);
    let found = disproved(&engine, &flow(&rendering)).expect("a rule that was proved refuses it");
    assert_eq!(found.code, "no-secret");
}

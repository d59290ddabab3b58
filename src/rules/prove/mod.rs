//! Proofs: for each document that a promise renders and each rule, whether the rule holds for every request.
//!
//! A rule is *proved* if nothing that can stand in the document breaks it; *refuted* if the author's own text does;
//! and *residual* if that depends on what a type leaves open. Each rule's proof stands beside its judge and asks the
//! same guards; what is known in full is judged by the judge itself.

mod doubt;
mod fits;
mod quiet;
pub mod show;
mod skip;
mod table;
mod tame;
#[cfg(test)]
mod tests;

pub(super) use doubt::{Doubts, part};
pub(super) use quiet::{Marks, Quiet};
pub(super) use skip::Skip;
pub use skip::disproved;
pub use table::{Open, Proof, Verdict, proofs, refuted};

use super::subject::{Facts, Subject};
use super::{deletable, labels, names, no_secret, onepassword, pod_security};
use crate::known::Known;
use crate::value::Value;

/// The rules, in the order in which they are told.
pub const RULES: [&str; 8] = [
    "no-secret",
    "onepassword-only",
    "explicit-namespace",
    "ownership-labels",
    "pod-security",
    "one-owner",
    "stable-name",
    "deletable",
];

/// What a proof is about.
#[derive(Clone, Copy)]
pub(super) struct Proving<'a> {
    /// The head of the document, which is known, and with it the known part.
    pub(super) subject: Subject<'a>,
    /// What is known of the document.
    pub(super) object: &'a Known,
    /// What rules follow.
    pub(super) facts: Facts<'a>,
}

/// Whether a rule has anything to say about objects of this kind.
fn applies(rule: &str, subject: Subject<'_>, facts: Facts<'_>) -> bool {
    match rule {
        "onepassword-only" => onepassword::applies(subject),
        "pod-security" => pod_security::applies(subject, facts),
        _ => true,
    }
}

/// The doubts about a document, of the rules that judge one document by itself.
fn doubts(object: &Known, part: &Value, facts: Facts<'_>) -> Doubts {
    let mut out = Doubts::default();
    let of = Proving { subject: Subject::of(part), object, facts };
    no_secret::prove(of, &mut out);
    names::prove(of, &mut out);
    labels::prove(of, &mut out);
    deletable::prove(of, &mut out);
    if onepassword::applies(of.subject) {
        onepassword::prove(of, &mut out);
    }
    if pod_security::applies(of.subject, facts) {
        pod_security::prove(of, &mut out);
    }
    out
}

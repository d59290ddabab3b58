//! **no-secret**: no `kind: Secret` in any form, and no credential as a literal. The state repository is public, and what
//! was once in it stays in its history.
//!
//! Judged are the object itself (`manifest`), every text in it, as whatever it may hold (`text`), the shapes of well-known
//! credentials (`credential`), literals where a key or a flag says that they are one (`named`), and rights to create
//! Secrets (`grants`). Everything is parsed, by every reading that some reader has. What looks random
//! (`entropy`) is told, and refused by nothing.

mod command;
mod credential;
mod entropy;
mod grants;
mod literal;
mod manifest;
mod named;
mod prove;
mod row;
pub(super) mod tame;
mod text;
mod tree;
mod unpack;
mod walk;

use super::subject::{Facts, Findings, Subject};
use crate::value::Value;

pub(super) use entropy::{is_of_random, judge as reported, may_be_random};
pub(super) use manifest::is_secret;
pub(super) use prove::{may_embed, prove};
pub(super) use text::embedded;
pub(super) use walk::MOST_FOUND;

/// The name of the rule.
pub(super) const RULE: &str = "no-secret";

pub(super) fn judge(subject: Subject<'_>, facts: Facts<'_>, found: &mut Findings) {
    manifest::head(subject, found);
    grants::judge(subject, found);
    walk(subject, facts, found);
}

/// Judges every value of the object, and what its texts hold.
pub(super) fn walk(subject: Subject<'_>, facts: Facts<'_>, found: &mut Findings) {
    walk::judge(subject, facts.is_builtin(subject), facts.readings, found);
}

/// Judges an object of somebody else's: what it holds, not which rights it gives.
pub(super) fn manifests(subject: Subject<'_>, facts: Facts<'_>, found: &mut Findings) {
    manifest::head(subject, found);
    walk::judge(subject, facts.is_builtin(subject), facts.readings, found);
}

/// Judges a value that is no Kubernetes object, but may be read as one.
pub(super) fn scan(value: &Value, found: &mut Findings) {
    let subject = Subject::of(value);
    manifest::brings_secret(subject, found);
    walk::judge(subject, false, None, found);
}

//! Where credentials stand in objects that vow did not render, so that nothing shows them: what the rule `no-secret`
//! would find, and what is in a Secret.

use super::no_secret::{self, MOST_FOUND};
use super::subject::{Facts, Subject};
use crate::check::program::Program;
use crate::value::path::Path;
use crate::value::{Map, Value};

/// The paths below which nothing of `object` may be shown, each once. The empty path is all of it: a Secret, or more than
/// can be looked into.
pub fn credentials(program: &Program, object: &Value) -> Vec<Path> {
    let subject = Subject::of(object);
    if no_secret::is_secret(subject.kind) {
        return vec![Path::default()];
    }
    let mut found = vec![];
    no_secret::walk(subject, Facts::of(program), &mut found);
    let mut paths: Vec<Path> = found.into_iter().map(|f| f.path).collect();
    paths.sort();
    paths.dedup();
    match paths.len() >= MOST_FOUND || paths.first().is_some_and(|p| p.0.is_empty()) {
        true => vec![Path::default()],
        false => paths,
    }
}

/// Whether a text by itself is or holds a credential.
pub fn is_credential(program: &Program, text: &str) -> bool {
    let object = Value::map(Map::from_iter([("text".into(), Value::str(text))]));
    !credentials(program, &object).is_empty()
}

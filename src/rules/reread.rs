//! The last look: the bytes that are about to be written are read again, by the strict reader, held against the documents
//! that passed the gate, and judged in full, whatever was proved or remembered before.
//!
//! What this finds is never the fault of a request or a promise, but of vow; nothing is written then.

use std::collections::BTreeSet;

use super::judge;
use super::readings::Readings;
use super::subject::{Facts, Subject};
use crate::eval::{Document, Engine};
use crate::source::FileId;
use crate::value::{Value, json, yaml};

/// Why bytes may not be written although their documents passed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("internal error: `{title}` {what}; nothing is written, please report it")]
pub struct Unfaithful {
    /// The document.
    pub title: String,
    /// What is wrong with its bytes, as the end of a sentence.
    pub what: String,
}

/// Holds bytes to what they stand for: each document with the text, in YAML or JSON, that is all of it in the output.
///
/// # Errors
/// The first text that does not read as its document, breaks a rule, or is of an object that was there before.
pub fn reread<'a>(
    engine: &Engine,
    pieces: impl IntoIterator<Item = (&'a Document, &'a str)>,
) -> Result<(), Unfaithful> {
    let readings = Readings::default();
    let facts = Facts::of(engine.program()).with(&readings);
    let mut owners = BTreeSet::new();
    for (document, text) in pieces {
        let fail = |what: String| Err(Unfaithful { title: document.title(), what });
        let object = match read(text) {
            Ok(object) => object,
            Err(what) => return fail(what),
        };
        if !is_same(&object, &document.object) {
            return fail("is not read back as what it is".into());
        }
        if let Some(first) = judge(&object, facts).first() {
            return fail(format!("breaks the rule {}: {}", first.rule, first.message));
        }
        let subject = Subject::of(&object);
        let words = [subject.group, subject.kind, subject.metadata("namespace"), subject.metadata("name")];
        if !owners.insert(words.map(str::to_owned)) {
            return fail("is there twice".into());
        }
    }
    Ok(())
}

/// The one object that a text holds.
fn read(text: &str) -> Result<Value, String> {
    let file = FileId::default();
    let nodes = match text.starts_with('{') {
        true => json::read(file, text).map(|node| vec![node]),
        false => yaml::read_strictly(file, text),
    };
    match nodes.map_err(|d| format!("cannot be read back: {}", d.message))?.as_slice() {
        [node] => Ok(node.to_value()),
        other => Err(format!("is read back as {} documents", other.len())),
    }
}

/// Whether two values are one to every reader: an integral number may be written as either kind.
fn is_same(read: &Value, meant: &Value) -> bool {
    match (read, meant) {
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, v)| b.get(key).is_some_and(|w| is_same(v, w)))
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(v, w)| is_same(v, w))
        }
        #[expect(clippy::cast_precision_loss, reason = "the reader makes integers within 53 bits only")]
        (Value::Int(a), Value::Float(b)) => *a as f64 == *b,
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_held_to_what_was_meant() {
        assert_eq!(read("a: 1\n").unwrap(), read("{\"a\": 1}").unwrap());
        assert!(read("a: 1\n---\nb: 2\n").is_err() && read("a: [").is_err());
        let float = Value::Float(2.0);
        assert!(is_same(&Value::Int(2), &float) && !is_same(&Value::Int(3), &float));
        assert!(!is_same(&Value::str("2"), &Value::Int(2)));
        let list = |text: &str| read(text).unwrap();
        assert!(!is_same(&list("[1]"), &list("[2]")) && !is_same(&list("[1]"), &list("[1, 2]")));
        let (one, two) = (read("a: [1]\nb: 2\n").unwrap(), read("a: [1]\n").unwrap());
        assert!(
            !is_same(&one, &two) && !is_same(&two, &one) && is_same(&one, &read("b: 2\na: [1]\n").unwrap())
        );
    }
}

//! What is rendered in a batch passes only if the gate has nothing to say: of what a request renders, of what its deletion
//! makes, of the request itself, and of all requests together.

use std::path::Path;

use vow::compile::{self, Compilation};
use vow::eval::Engine;
use vow::rules::{Judged, Owners, Stream};
use vow::source::disk::Disk;
use vow::value::{Map, Value};

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n";

fn folder() -> Disk {
    Disk::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proofs/batch")).unwrap()
}

fn engine(compiled: Compilation) -> Engine {
    compiled.engine.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics))
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::map(entries.iter().map(|(key, value)| ((*key).into(), value.clone())).collect::<Map>())
}

/// What a batch makes of a request of `promise`, whose text `field` is `text`.
fn judged(stream: &Stream, promise: &str, name: &str, field: &str, text: &str) -> Option<Judged> {
    let kind = stream.engine().program().promise(promise)?.api.as_ref()?.kind.as_str();
    let request = map(&[
        ("apiVersion", Value::str("example.org/v1")),
        ("kind", Value::str(kind)),
        ("metadata", map(&[("name", Value::str(name)), ("namespace", Value::str("team"))])),
        ("spec", map(&[("name", Value::str(name)), (field, Value::str(text))])),
    ]);
    let request = stream.engine().admit(promise, &request).unwrap();
    stream.judged(promise, &request, false)
}

#[test]
fn a_batch_lets_pass_what_nobody_would_say_a_word_about() {
    let engine = engine(compile::platform(&folder()));
    let stream = Stream::of(&engine);
    for promise in ["open", "closed"] {
        for field in ["now", "later"] {
            assert!(judged(&stream, promise, "a", field, "a word").is_some(), "{promise} {field}");
        }
        assert!(judged(&stream, promise, "a", "later", SECRET).is_none(), "{promise}");
    }
    assert!(judged(&stream, "open", "a", "now", SECRET).is_none());
    assert!(judged(&stream, "closed", "a", "now", SECRET).is_some(), "what is rendered nowhere");
    assert!(judged(&stream, "closed", "a-name-that-is-too-long", "now", "").is_none());
}

#[test]
fn a_batch_looks_at_deletions_where_it_looks_at_nothing_else() {
    let engine = engine(compile::promise(&folder(), "later.promise"));
    let stream = Stream::of(&engine);
    assert!(judged(&stream, "later", "a", "later", "a word").is_some());
    assert!(judged(&stream, "later", "a", "later", SECRET).is_none());
}

#[test]
fn a_batch_renders_each_object_once() {
    let engine = engine(compile::platform(&folder()));
    let stream = Stream::of(&engine);
    let mut owners = Owners::default();
    let mut pass =
        |promise: &str, name: &str| owners.pass(judged(&stream, promise, name, "now", "").unwrap());
    let text = pass("open", "a").unwrap();
    assert!(text.starts_with("---\n") && text.contains("name: a-a"), "{text}");
    assert!(pass("open", "b").is_some());
    assert!(pass("open", "b").is_none(), "the same request");
    assert!(pass("closed", "a").is_none(), "another request, and the same object");
}

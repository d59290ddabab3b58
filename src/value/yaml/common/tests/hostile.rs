//! Texts that are meant to cost much: each ends as it should, whichever reader ends it.
//!
//! The suite reads a megabyte of each. To measure what the most costs (at most 2 s and 128 MiB each):
//!
//! ```sh
//! VOW_BYTES=4194304 VOW_CASE=keys /usr/bin/time -v cargo test --release --lib yaml::common::tests::hostile
//! ```

use super::{is_taken, number};
use crate::source::FileId;
use crate::value::yaml::read;

/// How many documents a text has, or the code of its refusal.
type End = Result<usize, &'static str>;

/// A name, a text of about so many bytes, and how it must end.
type Case = (&'static str, fn(usize) -> String, End);

const LARGE: End = Err("yaml-too-large");

const CASES: [Case; 27] = [
    ("brackets", |_| "[".repeat(100_000), LARGE),
    ("braces", |n| times(n, "{a: "), LARGE),
    ("commas", |n| within(n, "[", "a,", "]"), LARGE),
    ("objects", |n| within(n, "{", "a: {}, ", "}"), LARGE),
    ("dashes", |n| times(n, "- "), LARGE),
    ("questions", |n| times(n, "? "), Err("yaml-unsupported")),
    ("keys", |n| keys(n, |i| format!("k{i:x}:\n")), LARGE),
    ("flow-keys", |n| format!("{{{}}}", keys(n - 2, |i| format!("k{i:x}: {{}}, "))), LARGE),
    ("items", |n| times(n, "- a\n"), LARGE),
    ("documents", |n| times(n, "---\n- a\n"), LARGE),
    ("markers", |n| times(n, "---\n"), LARGE),
    ("long", |_| format!("a: {}\n", "x".repeat(20_000_000)), LARGE),
    ("laughs", |_| (0..1_000).map(laugh).collect(), Err("yaml-unsupported")),
    ("line", |n| within(n, "a: ", "x", "\n"), Ok(1)),
    ("words", |n| within(n, "a: ", "x ", "\n"), Ok(1)),
    ("escapes", |n| within(n, "a: \"", "\\u0041", "\"\n"), Ok(1)),
    ("quotes", |n| within(n, "a: '", "''", "'\n"), Ok(1)),
    ("open-quote", |n| within(n, "a: '", "''", ""), Err("yaml-syntax")),
    ("folds", |n| within(n, "a: b\n", " c\n", ""), Ok(1)),
    ("lines", |n| within(n, "a: |\n", "  b\n", ""), Ok(1)),
    ("empty-lines", |n| within(n, "a: |+\n  b\n", "\n", ""), Ok(1)),
    ("comments", |n| times(n, "#\n"), Ok(0)),
    ("spaces", |n| times(n, " "), Ok(0)),
    ("spaces-after", |n| within(n, "a: b", " ", "\n"), Ok(1)),
    ("tabs", |n| times(n, "\t"), Ok(0)),
    ("same-key", |n| times(n, "a:\n"), LARGE),
    ("anchors", |n| times(n, "a: &"), Err("yaml-unsupported")),
];

fn times(bytes: usize, piece: &str) -> String {
    piece.repeat(bytes / piece.len())
}

fn within(bytes: usize, before: &str, piece: &str, after: &str) -> String {
    [before, &times(bytes - before.len() - after.len(), piece), after].concat()
}

fn keys(bytes: usize, line: fn(usize) -> String) -> String {
    (0..bytes / line(0x7ffff).len()).map(line).collect()
}

fn laugh(i: usize) -> String {
    format!("a{i}: &a{i} [{}]\n", format!("*a{},", i.max(1) - 1).repeat(9))
}

#[test]
fn every_hostile_text_ends_as_it_should() {
    let only = std::env::var("VOW_CASE").ok();
    let bytes = usize::try_from(number("VOW_BYTES", 1 << 20)).unwrap();
    for (name, text, want) in CASES {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let text = text(bytes);
        let found = read(FileId::default(), &text).map(|d| d.len()).map_err(|problem| problem.code);
        assert_eq!(found, want, "{name}");
        if only.is_none() {
            is_taken(&text);
        }
    }
}

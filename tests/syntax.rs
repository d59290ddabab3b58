//! The language's text: what parses, what is said about the rest, what the formatter makes of it.

#![allow(clippy::unwrap_used, reason = "a test that breaks is a test that fails")]
#![allow(unreachable_pub, reason = "a test is a crate that nobody uses")]

mod syntax_support;

use std::fs;
use syntax_support::fixtures::{fixtures, name_of, problem_lines};
use vow::source::Sources;
use vow::syntax::{format, parse};

#[test]
fn good_fixtures_have_no_problems_and_no_error_nodes() {
    for path in fixtures("ok") {
        let text = fs::read_to_string(&path).unwrap();
        let (tree, problems) = parse(Sources::default().add("f", text.as_str()), &text);
        assert!(problems.is_empty(), "{}", problem_lines(&name_of(&path), &text));
        assert!(!format!("{tree:?}").contains("Error"), "{}", path.display());
    }
}

#[test]
fn formatting_good_fixtures() {
    for path in fixtures("ok") {
        let text = fs::read_to_string(&path).unwrap();
        let (tree, _) = parse(Sources::default().add("f", text.as_str()), &text);
        insta::with_settings!({ snapshot_path => "syntax/ok", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name_of(&path), format(&text, &tree));
        });
    }
}

#[test]
fn problems_of_bad_fixtures() {
    for path in fixtures("err") {
        let text = fs::read_to_string(&path).unwrap();
        let lines = problem_lines(&name_of(&path), &text);
        assert!(!lines.is_empty(), "{} has no problem", path.display());
        insta::with_settings!({ snapshot_path => "syntax/err", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name_of(&path), lines);
        });
    }
}

#[test]
fn limits_are_kept() {
    let problem = |text: &str| problem_lines("f", text).lines().next().unwrap_or("none").to_owned();
    insta::assert_snapshot!(problem(&"x".repeat((1 << 20) + 1)), @"1:1 file-too-large the file has 1048577 bytes, more than the 1048576 that are read");
    insta::assert_snapshot!(problem(&"[".repeat(100_000)), @"1:65 nested-too-deep this is nested deeper than 64 brackets");
    insta::assert_snapshot!(problem(&format!("let a = 1{}", " + 1".repeat(30_000))), @"1:9 nested-too-deep this expression has too many parts");
    insta::assert_snapshot!(problem(&format!("let a = a{}", ".b".repeat(30_000))), @"1:9 nested-too-deep this expression has too many parts");
    insta::assert_snapshot!(problem(&"a ".repeat(65_537)), @"1:131073 file-too-large the file has more than 65536 words and signs");
    insta::assert_snapshot!(problem(&format!("let {} = 1", "a".repeat(254))), @"1:5 file-too-large this word has 254 characters, more than the 253 of the longest name");
    insta::assert_snapshot!(problem(&format!("let a = if a {{ 1 }}{}", " else if a { 1 }".repeat(5_000))), @"1:9 nested-too-deep this expression has too many parts");
}

/// A grammar that tries a part twice tries it 2ⁿ times at depth n, and this test would not end.
#[test]
fn parts_that_fail_are_parsed_once() {
    let nests = [
        ("[", "]"),
        ("f(", ")"),
        ("(", ")"),
        ("{ a: ", " }"),
        ("a[", "]"),
        ("a?[", "]"),
        ("if a { ", " }"),
        ("if ", " { a }"),
        ("match a { 1 => ", " }"),
        ("[when a => ", "]"),
        ("[when ", " => 1]"),
        ("{ [", "]: 1 }"),
        ("{ a: contains (", ") }"),
        ("(a as T else ", ")"),
        ("f(a + ", ")"),
        ("(f(", "))"),
        ("f(if a { 1 } else { ", " })"),
    ];
    for (open, close) in nests {
        for middle in ["1 +", "'", "", "1 2"] {
            let text = format!("let a = {}{middle}{}", open.repeat(30), close.repeat(30));
            assert!(!problem_lines("f", &text).is_empty() || middle.is_empty(), "{text}");
        }
    }
}

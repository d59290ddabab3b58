//! The language's text: what parses, what is said about the rest, what the formatter makes of it.

#![allow(clippy::unwrap_used, reason = "a test that breaks is a test that fails")]
#![allow(unreachable_pub, reason = "a test is a crate that nobody uses")]

mod syntax_support;

use proptest::prelude::*;
use std::fs;
use syntax_support::fixtures::{fixtures, name_of, problem_lines, repository};
use syntax_support::same::{comments, shape};
use syntax_support::soup::{mutated, soup};
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
fn formatting_keeps_the_meaning_and_the_comments_and_is_done_once() {
    let mut all = fixtures("ok");
    all.extend(repository());
    for path in all {
        let text = fs::read_to_string(&path).unwrap();
        let file = Sources::default().add("f", text.as_str());
        let (tree, problems) = parse(file, &text);
        assert!(problems.is_empty(), "{}", problem_lines(&name_of(&path), &text));
        let once = format(&text, &tree);
        let (again, problems) = parse(file, &once);
        assert!(problems.is_empty(), "{}\n{once}", problem_lines(&name_of(&path), &once));
        assert_eq!(shape(&text, &tree), shape(&once, &again), "{}\n{once}", path.display());
        assert_eq!(comments(&text, &tree), comments(&once, &again), "{}\n{once}", path.display());
        assert_eq!(once, format(&once, &again), "{}", path.display());
    }
}

/// Whatever is written, every problem has its place in the text, and what has no problem can be formatted.
fn parse_and_format(text: &str) -> Result<(), TestCaseError> {
    let file = Sources::default().add("f", text);
    let (tree, problems) = parse(file, text);
    for p in &problems {
        let spans =
            p.labels.iter().map(|l| l.span).chain([p.primary.span]).chain(p.fix.iter().map(|f| f.span));
        for span in spans {
            prop_assert!(text.get(span.range()).is_some(), "{} at {:?}", p.message, span.range());
        }
    }
    let nodes = format!("{:?}", tree.items).contains("Error");
    prop_assert!(!nodes || vow::diag::has_errors(&problems), "an error node without a problem");
    let once = format(text, &tree);
    if !vow::diag::has_errors(&problems) {
        let (again, problems) = parse(file, &once);
        prop_assert!(problems.iter().all(|p| !p.is_error()), "{}\n{once}", problem_lines("f", &once));
        prop_assert_eq!(shape(text, &tree), shape(&once, &again));
        prop_assert_eq!(comments(text, &tree), comments(&once, &again));
        prop_assert_eq!(&once, &format(&once, &again));
    }
    Ok(())
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

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tokens_are_survived(text in soup()) {
        parse_and_format(&text)?;
    }

    #[test]
    fn any_characters_are_survived(text in any::<String>()) {
        parse_and_format(&text)?;
    }

    #[test]
    fn mutated_fixtures_are_survived(text in mutated(fixtures("ok").iter().map(|p| fs::read_to_string(p).unwrap()).collect())) {
        parse_and_format(&text)?;
    }
}

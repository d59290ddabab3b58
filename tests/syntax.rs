//! The language's text: what parses, what is said about the rest, what the formatter makes of it.

mod syntax_support {
    pub mod fixtures;
    pub mod same;
    pub mod soup;
}

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
        let spans = p.labels.iter().map(|l| l.span).chain([p.primary.span]).chain(p.fix.iter().map(|f| f.span));
        for span in spans {
            prop_assert!(text.get(span.range()).is_some(), "{} at {:?}", p.message, span.range());
        }
    }
    let nodes = format!("{:?}", tree.items).contains("Error");
    prop_assert!(!nodes || vow::diag::has_errors(&problems), "an error node without a problem");
    if !vow::diag::has_errors(&problems) {
        let once = format(text, &tree);
        let (again, problems) = parse(file, &once);
        prop_assert!(problems.iter().all(|p| !p.is_error()), "{}\n{once}", problem_lines("f", &once));
        prop_assert_eq!(shape(text, &tree), shape(&once, &again));
        prop_assert_eq!(&once, &format(&once, &again));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("VOW_CASES").ok().and_then(|c| c.parse().ok()).unwrap_or(300), failure_persistence: None, ..ProptestConfig::default() })]

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

//! What holds for every text as a source.

use vow::diag::has_errors;
use vow::source::Sources;
use vow::syntax::{format as write, parse as read};

use super::same::{comments, shape};
use super::shown;

/// Whatever is written is parsed: every problem has its place, and nothing is left out without one.
pub fn parse(text: &str) {
    let mut sources = Sources::default();
    let (tree, problems) = read(sources.add("f", text), text);
    shown(&sources, &problems);
    let left_out = format!("{:?}", tree.items).contains("Error");
    assert!(!left_out || has_errors(&problems), "an error node without a problem");
}

/// What parses means the same when it is formatted, keeps its comments, and is formatted once and for all.
pub fn format(text: &str) {
    let file = Sources::default().add("f", text);
    let (tree, problems) = read(file, text);
    let once = write(text, &tree);
    if has_errors(&problems) {
        return;
    }
    let (again, problems) = read(file, &once);
    assert!(!has_errors(&problems), "formatted, it does not parse: {problems:?}\n{once}");
    assert_eq!(shape(text, &tree), shape(&once, &again), "formatted, it means something else\n{once}");
    assert_eq!(comments(text, &tree), comments(&once, &again), "formatted, its comments differ\n{once}");
    assert_eq!(once, write(&once, &again), "formatted twice, it differs");
}

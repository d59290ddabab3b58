//! Comparing trees without their places.

use vow::syntax::ast::File;

/// The items of a tree as text, with `…` in place of every span; the span of a script becomes its source.
pub fn shape(text: &str, tree: &File) -> String {
    let debug = format!("{:?}", tree.items);
    let mut shape = String::new();
    let mut rest = debug.as_str();
    while let Some((before, after)) = rest.split_once("Span { file: FileId(0), start: ") {
        shape += before;
        let (place, after) = after.split_once(" }").unwrap();
        let (start, end) = place.split_once(", end: ").unwrap();
        let script = before.ends_with("Rhai(");
        let source = text.get(start.parse().unwrap()..end.parse().unwrap()).unwrap();
        shape += &if script { source.replace("\r\n", "\n") } else { "…".to_owned() };
        rest = after;
    }
    shape + rest
}

/// The comments of a tree, sorted.
pub fn comments(text: &str, tree: &File) -> Vec<String> {
    let slice = |s: std::ops::Range<usize>| text.get(s).unwrap().replace("\r\n", "\n");
    let mut all: Vec<String> = tree.comments.iter().map(|c| slice(c.span.range())).collect();
    all.sort();
    all
}

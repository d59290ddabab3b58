//! What differs between two texts, line by line.

use similar::{ChangeTag, TextDiff};

/// One line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// In both, for orientation.
    Same(String),
    /// Only in what was expected.
    Expected(String),
    /// Only in what was there.
    Found(String),
    /// Lines that are in both are left out here.
    Gap,
}

/// The lines in which `found` differs from `expected`, with three lines around each.
pub fn diff(expected: &str, found: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(expected, found);
    let mut lines = Vec::new();
    for (index, hunk) in diff.grouped_ops(3).iter().enumerate() {
        if index > 0 {
            lines.push(Line::Gap);
        }
        for change in hunk.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches('\n').to_owned();
            lines.push(match change.tag() {
                ChangeTag::Delete => Line::Expected(text),
                ChangeTag::Insert => Line::Found(text),
                ChangeTag::Equal => Line::Same(text),
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        assert_eq!(diff("a\n", "a\n"), []);
        let found = diff("a\nb\n", "a\nc\n");
        let line = |f: fn(String) -> Line, t: &str| f(t.into());
        assert_eq!(found, [line(Line::Same, "a"), line(Line::Expected, "b"), line(Line::Found, "c")]);
        let long = |x: &str| format!("{x}\n{}{x}\n", "-\n".repeat(9));
        assert_eq!(diff(&long("a"), &long("b")).iter().filter(|l| **l == Line::Gap).count(), 1);
    }
}

//! Two texts, line by line.

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

/// How many pairs of lines are weighed against each other; beyond, all lines between the first and the last that differ
/// are shown as replaced.
const PAIRS: usize = 16_000_000;

/// How many lines are shown around those that differ.
const AROUND: usize = 3;

/// A line of two texts, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// In both, for orientation.
    Same(&'a str),
    /// Only in the old text.
    Old(&'a str),
    /// Only in the new text.
    New(&'a str),
    /// Lines that are in both are left out here.
    Gap,
}

/// What differs between two texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines<'a> {
    /// The lines that differ, with three lines around each.
    pub lines: Vec<Line<'a>>,
    /// How many lines are only in the old text.
    pub removed: usize,
    /// How many lines are only in the new text.
    pub added: usize,
}

/// Compares two texts line by line. A last line without an end differs from one with it.
pub fn lines<'a>(old: &'a str, new: &'a str) -> Lines<'a> {
    let (a, b): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let mut all = Lines::default();
    for (index, hunk) in group_diff_ops(steps(&a, &b), AROUND).iter().enumerate() {
        if index > 0 {
            all.lines.push(Line::Gap);
        }
        hunk.iter().for_each(|step| all.add(step, &a, &b));
    }
    all
}

/// The steps from one text to the other.
fn steps(a: &[&str], b: &[&str]) -> Vec<DiffOp> {
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let most = a.len().min(b.len()) - head;
    let tail = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let (old_len, new_len) = (a.len() - head - tail, b.len() - head - tail);
    if old_len.saturating_mul(new_len) <= PAIRS {
        return capture_diff_slices(Algorithm::Myers, a, b);
    }
    vec![
        DiffOp::Equal { old_index: 0, new_index: 0, len: head },
        DiffOp::Replace { old_index: head, old_len, new_index: head, new_len },
        DiffOp::Equal { old_index: head + old_len, new_index: head + new_len, len: tail },
    ]
}

impl<'a> Lines<'a> {
    fn add(&mut self, step: &DiffOp, a: &[&'a str], b: &[&'a str]) {
        let (olds, news) = (step.old_range(), step.new_range());
        let bare = |line: &'a str| line.strip_suffix('\n').unwrap_or(line);
        if matches!(step, DiffOp::Equal { .. }) {
            self.lines.extend(a.get(olds).unwrap_or_default().iter().map(|l| Line::Same(bare(l))));
            return;
        }
        self.removed += olds.len();
        self.added += news.len();
        self.lines.extend(a.get(olds).unwrap_or_default().iter().map(|l| Line::Old(bare(l))));
        self.lines.extend(b.get(news).unwrap_or_default().iter().map(|l| Line::New(bare(l))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        assert_eq!(lines("a\n", "a\n"), Lines::default());
        let found = lines("a\nb\n", "a\nc\n");
        assert_eq!(found.lines, [Line::Same("a"), Line::Old("b"), Line::New("c")]);
        assert_eq!((found.removed, found.added), (1, 1));
        let end = lines("a\nb\n", "a\nb");
        assert_eq!((end.removed, end.added), (1, 1));
        let long = |x: &str| format!("{x}\n{}{x}\n", "-\n".repeat(9));
        let found = lines(&long("a"), &long("b")).lines.iter().filter(|l| **l == Line::Gap).count();
        assert_eq!(found, 1);
    }

    #[test]
    fn texts_that_are_too_large_to_weigh_are_replaced_between_the_lines_that_both_have() {
        let text = |word: &str| {
            let middle: String = (0..5_000).map(|n| format!("{word}{n}\n")).collect();
            format!("head\n{middle}tail\n")
        };
        let (old, new) = (text("a"), text("b"));
        let found = lines(&old, &new);
        assert_eq!((found.removed, found.added), (5_000, 5_000));
        assert_eq!(
            (found.lines.first(), found.lines.last()),
            (Some(&Line::Same("head")), Some(&Line::Same("tail")))
        );
    }
}

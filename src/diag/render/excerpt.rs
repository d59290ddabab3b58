//! A few whole lines of a source, made fit to be quoted, and the way from places in the source to places in them.
//!
//! Only the lines around a problem are copied: what is shown costs the same in a file of ten lines and of ten thousand.

use std::ops::Range;

use crate::diag::render::visible::pictured;

/// Lines longer than this are named but not quoted; nobody reads them, and measuring them takes time.
const LONGEST_LINE: usize = 16 * 1024;

/// A span over more lines than this is cut to its first line.
const TALLEST_SPAN: usize = 6;

/// Whole lines of a source; each ends in a newline.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// What is shown.
    pub(super) text: String,
    /// For each line: where its text lies in the source, and where it starts in `text`.
    lines: Vec<(Range<usize>, usize)>,
}

impl Excerpt {
    /// The lines of `source` that `range` touches; `None` if one is too long to be quoted.
    pub(super) fn new(source: &str, range: Range<usize>) -> Option<Self> {
        let start = line_at(source, range.start).start;
        let end = line_at(source, range.end.max(range.start)).end;
        let mut excerpt = Self { text: String::new(), lines: vec![] };
        let mut at = start;
        for line in source.get(start..end)?.split('\n') {
            let shown = line.strip_suffix('\r').unwrap_or(line);
            if shown.len() > LONGEST_LINE {
                return None;
            }
            excerpt.lines.push((at..at + shown.len(), excerpt.text.len()));
            excerpt.text.push_str(&pictured(shown));
            excerpt.text.push('\n');
            at += line.len() + 1;
        }
        Some(excerpt)
    }

    /// Where `range` of `source` lies in the excerpt. What is outside its lines counts as their nearest end.
    pub(super) fn place(&self, source: &str, range: Range<usize>) -> Range<usize> {
        self.offset(source, range.start)..self.offset(source, range.end)
    }

    fn offset(&self, source: &str, offset: usize) -> usize {
        let after = self.lines.partition_point(|(line, _)| line.start <= offset);
        let Some((line, start)) = self.lines.get(after.saturating_sub(1)) else { return 0 };
        let within = source.get(line.start..offset.min(line.end)).unwrap_or("");
        start + pictured(within).len()
    }
}

/// `range` as it is underlined: inside `source`, on character boundaries, without the newline it ends in, and not taller
/// than a few lines.
pub(super) fn tidy(source: &str, range: Range<usize>) -> Range<usize> {
    let start = boundary(source, range.start);
    let end = boundary(source, range.end).max(start);
    let covered = source.get(start..end).unwrap_or("");
    let covered = covered.strip_suffix('\n').unwrap_or(covered);
    let covered = match covered.matches('\n').count() < TALLEST_SPAN {
        true => covered,
        false => covered.lines().next().unwrap_or(""),
    };
    start..start + covered.trim_end_matches('\r').len()
}

/// The line that holds `offset`, without its newline.
pub(super) fn line_at(source: &str, offset: usize) -> Range<usize> {
    let offset = boundary(source, offset);
    let start = source.get(..offset).and_then(|s| s.rfind('\n')).map_or(0, |i| i + 1);
    let end = source.get(offset..).and_then(|s| s.find('\n')).map_or(source.len(), |i| offset + i);
    start..end
}

/// The last character boundary at or before `offset`.
fn boundary(source: &str, offset: usize) -> usize {
    let offset = offset.min(source.len());
    (0..=offset).rev().find(|i| source.is_char_boundary(*i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_what_is_shown() {
        let source = "one\r\ntw\u{202e}o x\r\nthree";
        let excerpt = Excerpt::new(source, 6..12).unwrap();
        assert_eq!(excerpt.text, "tw\u{fffd}o x\n");
        let x = source.find('x').unwrap();
        let placed = excerpt.place(source, x..x + 1);
        assert_eq!(&excerpt.text[placed], "x");
    }

    #[test]
    fn spans_are_tidied() {
        assert_eq!(tidy("ab\ncd", 1..3), 1..2);
        assert_eq!(tidy("ab\ncd", 2..99), 2..5);
        assert_eq!(tidy("é", 1..2), 0..2);
        assert_eq!(tidy("a\nb\nc\nd\ne\nf\ng\nh", 0..15), 0..1);
        assert_eq!(Excerpt::new("ab\n", 3..3).unwrap().text, "\n");
    }
}

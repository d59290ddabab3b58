//! Which bracket is at fault when they do not balance: the one whose indentation says so.

use super::lines;
use crate::syntax::scan::{Bracket, Scan, closes};

/// The bracket at fault and what would mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// An opener without its closer, and where that should stand.
    Unclosed(Bracket, usize),
    /// A closer without an opener.
    Extra(Bracket),
    /// An opener closed by a bracket of another kind.
    Mixed(Bracket, Bracket),
}

/// The first bracket at fault.
pub(super) fn blame(text: &str, scan: &Scan) -> Option<Blame> {
    let openers = scan.brackets.iter().filter(|b| is_opener(b.kind)).count();
    let mut balance =
        Balance { text, scan, pairs: vec![], too_many_closers: 2 * openers < scan.brackets.len() };
    let mut stack: Vec<Bracket> = vec![];
    for bracket in &scan.brackets {
        if is_opener(bracket.kind) {
            stack.push(*bracket);
            continue;
        }
        if let Some(blame) = balance.close(&stack, *bracket) {
            return Some(blame);
        }
        balance.pairs.extend(stack.pop().map(|opener| (bracket.at, opener.at)));
    }
    stack.last().map(|opener| balance.unclosed(*opener, text.len()))
}

struct Balance<'a> {
    text: &'a str,
    scan: &'a Scan,
    /// The closers so far that are in order, each with its opener.
    pairs: Vec<(usize, usize)>,
    too_many_closers: bool,
}

impl Balance<'_> {
    /// What is wrong with `closer` after these openers; nothing if it closes the last one.
    fn close(&self, stack: &[Bracket], closer: Bracket) -> Option<Blame> {
        let Some((top, below)) = stack.split_last() else { return Some(Blame::Extra(closer)) };
        let first = lines::is_first(self.text, closer.at);
        let same_line = self.line(*top) == self.line(closer);
        let indent = lines::indent(self.text, closer.at);
        let top_indent = lines::indent(self.text, top.at);
        if closes(closer.kind, top.kind) {
            if !first || same_line || indent == top_indent {
                return None;
            }
            let fits = |o: &Bracket| closes(closer.kind, o.kind) && lines::indent(self.text, o.at) == indent;
            return match indent < top_indent {
                true => below.iter().any(fits).then(|| self.unclosed(*top, closer.at)),
                false => self.too_many_closers.then_some(Blame::Extra(closer)),
            };
        }
        let partner = below.iter().rev().find(|o| closes(closer.kind, o.kind));
        Some(match partner {
            Some(_) if first && indent != top_indent => self.unclosed(*top, closer.at),
            Some(o) if self.line(*o) == self.line(closer) => self.unclosed(*top, closer.at),
            _ if same_line || first => Blame::Mixed(*top, closer),
            Some(_) => self.unclosed(*top, closer.at),
            None => Blame::Extra(closer),
        })
    }

    fn line(&self, bracket: Bracket) -> usize {
        lines::start(self.text, bracket.at)
    }

    /// The closer belongs before the first line that is indented no deeper than the opener's line.
    fn unclosed(&self, opener: Bracket, noticed: usize) -> Blame {
        let depth = lines::indent(self.text, opener.at);
        let place = lines::following(self.text, opener.at, noticed).find(|line| {
            let indent = lines::indent(self.text, *line);
            indent <= depth && !self.is_opaque(*line) && !self.closes_inner(opener, line + indent)
        });
        Blame::Unclosed(opener, place.unwrap_or(noticed))
    }

    /// Whether a closer stands at `at` whose opener follows `opener` on its line.
    fn closes_inner(&self, opener: Bracket, at: usize) -> bool {
        let pair =
            self.pairs.binary_search_by_key(&at, |(closer, _)| *closer).ok().and_then(|i| self.pairs.get(i));
        pair.is_some_and(|(_, inner)| {
            *inner > opener.at && lines::start(self.text, *inner) == self.line(opener)
        })
    }

    /// Whether a line starts within a text, a script or a comment.
    fn is_opaque(&self, line: usize) -> bool {
        let within = |all: &[(usize, usize)]| {
            let before = all.partition_point(|(start, _)| *start < line);
            before.checked_sub(1).and_then(|i| all.get(i)).is_some_and(|(_, end)| line <= *end)
        };
        let before = self.scan.comments.partition_point(|c| c.span.range().start < line);
        let comment = before.checked_sub(1).and_then(|i| self.scan.comments.get(i));
        comment.is_some_and(|c| line < c.span.range().end)
            || within(&self.scan.blocks)
            || within(&self.scan.scripts)
    }
}

/// Whether the kind of a [`Bracket`] opens.
pub(super) fn is_opener(kind: u8) -> bool {
    matches!(kind, b'{' | b'[' | b'(' | b'$')
}

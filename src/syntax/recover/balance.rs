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
    let balance = Balance { text, scan, too_many_closers: 2 * openers < scan.brackets.len() };
    let mut stack: Vec<Bracket> = vec![];
    for bracket in &scan.brackets {
        if is_opener(bracket.kind) {
            stack.push(*bracket);
            continue;
        }
        if let Some(blame) = balance.close(&stack, *bracket) {
            return Some(blame);
        }
        stack.pop();
    }
    stack.last().map(|opener| balance.unclosed(*opener, text.len()))
}

struct Balance<'a> {
    text: &'a str,
    scan: &'a Scan,
    too_many_closers: bool,
}

impl Balance<'_> {
    /// What is wrong with `closer` after these openers; nothing if it closes the last one.
    fn close(&self, stack: &[Bracket], closer: Bracket) -> Option<Blame> {
        let Some((top, below)) = stack.split_last() else { return Some(Blame::Extra(closer)) };
        let first = lines::is_first(self.text, closer.at);
        let same_line = lines::start(self.text, top.at) == lines::start(self.text, closer.at);
        let indent = lines::indent(self.text, closer.at);
        let top_indent = lines::indent(self.text, top.at);
        let partner = below.iter().rev().find(|o| closes(closer.kind, o.kind));
        if closes(closer.kind, top.kind) {
            if !first || same_line || indent == top_indent {
                return None;
            }
            let meant = below.iter().any(|o| closes(closer.kind, o.kind) && lines::indent(self.text, o.at) == indent);
            return match (indent < top_indent && meant, indent > top_indent && self.too_many_closers) {
                (true, _) => Some(self.unclosed(*top, closer.at)),
                (_, true) => Some(Blame::Extra(closer)),
                _ => None,
            };
        }
        let partner_here = partner.is_some_and(|o| lines::start(self.text, o.at) == lines::start(self.text, closer.at));
        Some(match partner {
            Some(_) if first && indent != top_indent => self.unclosed(*top, closer.at),
            Some(_) if partner_here => self.unclosed(*top, closer.at),
            _ if same_line || first => Blame::Mixed(*top, closer),
            Some(_) => self.unclosed(*top, closer.at),
            None => Blame::Extra(closer),
        })
    }

    /// The closer belongs before the first line that is indented no deeper than the opener's line.
    fn unclosed(&self, opener: Bracket, noticed: usize) -> Blame {
        let depth = lines::indent(self.text, opener.at);
        let place = lines::following(self.text, opener.at, noticed)
            .find(|line| lines::indent(self.text, *line) <= depth && !self.is_opaque(*line));
        Blame::Unclosed(opener, place.unwrap_or(noticed))
    }

    /// Whether a line starts within a text, a script or a comment.
    fn is_opaque(&self, line: usize) -> bool {
        let within = |(start, end): &(usize, usize)| *start < line && line <= *end;
        let comment = self.scan.comments.iter().any(|c| c.span.range().start < line && line < c.span.range().end);
        comment || self.scan.blocks.iter().any(within) || self.scan.scripts.iter().any(within)
    }
}

/// Whether the kind of a [`Bracket`] opens.
pub(super) fn is_opener(kind: u8) -> bool {
    matches!(kind, b'{' | b'[' | b'(' | b'$')
}

//! Lists of siblings with the comments and blank lines between them.

use super::Formatter;
use super::doc::Doc;
use super::place::Placed;
use crate::source::Span;
use crate::syntax::ast::Comment;

impl Formatter<'_> {
    /// Takes the comments that start in `from..to` and are not in the document yet.
    pub(super) fn take(&mut self, from: usize, to: usize) -> Vec<Comment> {
        let mut found = vec![];
        let first = self.comments.partition_point(|c| (c.span.start as usize) < from);
        for (comment, taken) in self.comments.iter().zip(&mut self.taken).skip(first) {
            if comment.span.start as usize >= to {
                break;
            }
            if !std::mem::replace(taken, true) {
                found.push(comment.clone());
            }
        }
        found
    }

    pub(super) fn has_comments(&self, span: Span) -> bool {
        let first = self.comments.partition_point(|c| c.span.start < span.start);
        let rest = self.comments.iter().zip(&self.taken).skip(first);
        rest.take_while(|(c, _)| c.span.start < span.end).any(|(_, taken)| !taken)
    }

    /// Whether something must stand on several lines because it was written so or holds a comment.
    pub(super) fn is_broken(&self, span: Span) -> bool {
        self.slice(span).contains('\n') || self.has_comments(span)
    }

    /// Siblings between braces: `{ a, b }` on one line, or one a line without separators.
    pub(super) fn braces<T: Placed>(
        &mut self,
        span: Span,
        items: &[T],
        separator: &'static str,
        print: impl FnMut(&mut Self, &T) -> Doc,
    ) -> Doc {
        self.delimited(span, items, ("{", "}", " "), separator, print)
    }

    /// Siblings between brackets; `delimiters` are the opener, the closer and what pads them on one line.
    pub(super) fn delimited<T: Placed>(
        &mut self,
        span: Span,
        items: &[T],
        delimiters: (&'static str, &'static str, &'static str),
        separator: &'static str,
        mut print: impl FnMut(&mut Self, &T) -> Doc,
    ) -> Doc {
        let (open, close, pad) = delimiters;
        let range = span.range();
        if self.is_broken(span) && (!items.is_empty() || self.has_comments(span)) {
            let body =
                self.lines(range.start + open.len(), range.end.saturating_sub(close.len()), items, print);
            let docs = vec![Doc::text(open), Doc::Indent(body), Doc::Newline(false), Doc::text(close)];
            return Doc::Group(true, docs);
        }
        if items.is_empty() {
            return Doc::text(format!("{open}{close}"));
        }
        let mut body = vec![Doc::Line(pad)];
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                body.push(Doc::Line(separator));
            }
            body.push(print(self, item));
        }
        Doc::Group(false, vec![Doc::text(open), Doc::Indent(body), Doc::Line(pad), Doc::text(close)])
    }

    /// One sibling a line, each with the newline before it; `from..to` is what lies between the brackets.
    pub(super) fn lines<T: Placed>(
        &mut self,
        from: usize,
        to: usize,
        items: &[T],
        mut print: impl FnMut(&mut Self, &T) -> Doc,
    ) -> Vec<Doc> {
        let mut lines = Lines { docs: vec![], last: from, first: true, open: true };
        for item in items {
            let place = item.place().range();
            let docs = item.docs().filter(|d| !d.lines.is_empty());
            let start = docs.and_then(|d| d.lines.first()).map_or(place.start, |l| l.span.range().start);
            self.comment_lines(&mut lines, from, start);
            lines.newline(self.text, start);
            if let Some(docs) = docs {
                lines.docs.extend(self.docs(docs));
            }
            let doc = print(self, item);
            lines.docs.push(doc);
            lines.last = place.end;
            lines.open = true;
        }
        self.comment_lines(&mut lines, from, to);
        lines.docs
    }

    /// The comments before `to`: those at the end of a line stay there, the others get lines of their own.
    fn comment_lines(&mut self, lines: &mut Lines, from: usize, to: usize) {
        for comment in self.take(from, to) {
            let text = self.slice(comment.span).to_owned();
            let range = comment.span.range();
            let multi_line = text.contains('\n');
            if !comment.own_line && lines.open && !multi_line {
                // Nothing may follow `//` on its line, and two comments on one line would become one.
                lines.docs.push(Doc::Comment(format!(" {text}")));
            } else {
                lines.newline(self.text, range.start);
                lines.docs.push(Doc::Verbatim(text));
            }
            lines.open = false;
            lines.last = lines.last.max(range.end);
        }
    }
}

/// Lines under construction.
struct Lines {
    docs: Vec<Doc>,
    /// Where the last line ended in the source.
    last: usize,
    /// Whether nothing stands here yet: no blank line follows a brace.
    first: bool,
    /// Whether a comment may still be put at the end of the line.
    open: bool,
}

impl Lines {
    /// Starts a line for what stands at `start`; a blank line in the source stays one.
    fn newline(&mut self, text: &str, start: usize) {
        let between = text.get(self.last..start).unwrap_or("");
        let blank = !self.first && between.bytes().filter(|b| *b == b'\n').count() > 1;
        self.docs.push(Doc::Newline(blank));
        self.first = false;
    }
}

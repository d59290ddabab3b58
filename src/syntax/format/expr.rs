//! Expressions: names, texts, calls and what goes through them.

use super::Formatter;
use super::doc::Doc;
use super::place::Placed;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Text, TextStyle};

impl Formatter<'_> {
    /// An expression; parentheses that the author wrote around it stay.
    pub(super) fn expr(&mut self, expr: &Expr) -> Doc {
        let doc = self.bare(expr);
        if !self.slice(expr.span).starts_with('(')
            || first(expr).is_some_and(|f| f.span.start == expr.span.start)
        {
            return doc;
        }
        Doc::All(vec![Doc::text("("), doc, Doc::text(")")])
    }

    fn bare(&mut self, expr: &Expr) -> Doc {
        match &expr.kind {
            ExprKind::Name(name) => Doc::text(name.clone()),
            ExprKind::Bool(value) => Doc::text(value.to_string()),
            ExprKind::Int(value) => Doc::text(value.to_string()),
            ExprKind::Float(_) => Doc::text(self.slice(expr.span).trim_matches(['(', ')', ' ', '\n'])),
            ExprKind::Text(text) => self.text_doc(text, expr.span),
            ExprKind::Field { base, name, optional } => {
                let dot = if *optional { "?." } else { "." };
                let gap = Span { start: base.span.end, end: name.span.start, ..name.span };
                let link = vec![Doc::text(format!("{dot}{}", name.node))];
                let base = self.expr(base);
                match self.slice(gap).contains('\n') {
                    true => {
                        let mut line = self.gap_comments(gap);
                        line.push(Doc::Newline(false));
                        line.extend(link);
                        Doc::Group(true, vec![base, Doc::Indent(line)])
                    }
                    false => Doc::All([vec![base], link].concat()),
                }
            }
            ExprKind::Index { base, index, optional } => {
                let open = if *optional { "?[" } else { "[" };
                Doc::All(vec![self.expr(base), Doc::text(open), self.expr(index), Doc::text("]")])
            }
            ExprKind::Call { callee, args } => {
                let head = self.expr(callee);
                let span = Span { start: callee.span.end, ..expr.span };
                let args = self.arguments(span, args, Self::expr);
                Doc::All(vec![head, args])
            }
            ExprKind::Present(base) => Doc::All(vec![self.expr(base), Doc::text("?")]),
            ExprKind::Not(operand) => Doc::All(vec![Doc::text("!"), self.expr(operand)]),
            ExprKind::Binary { op, .. } => self.binary(expr, *op),
            ExprKind::If { .. } => self.if_(expr),
            ExprKind::Match { subject, arms } => {
                let head = self.expr(subject);
                let span = self.brace_after(subject.span, self.inner(expr));
                let arms = self.braces(span, arms, ", ", Self::arm);
                Doc::All(vec![Doc::text("match "), head, Doc::text(" "), arms])
            }
            ExprKind::Object(object) => self.object(object),
            ExprKind::List(items) => self.list(self.inner(expr), items),
            ExprKind::Cast { value, ty, message } => {
                let head = Doc::All(vec![self.expr(value), Doc::text(" as "), self.ty(ty)]);
                match message {
                    Some(message) => self.or_else(head, ty.span, message),
                    None => head,
                }
            }
            ExprKind::Contains(inner) => Doc::All(vec![Doc::text("contains "), self.expr(inner)]),
            ExprKind::Error => self.verbatim(expr.span),
        }
    }

    /// The place of an expression without the parentheses around it.
    pub(super) fn inner(&self, expr: &Expr) -> Span {
        let mut span = expr.span;
        loop {
            let text = self.slice(span);
            let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else { return span };
            let blanks = inner.len() - inner.trim_start().len();
            let start = span.range().start + 1 + blanks;
            span = Span::new(span.file, start, start + inner.trim().len());
        }
    }

    fn text_doc(&mut self, text: &Text, span: Span) -> Doc {
        let span = self.inner(&Expr { kind: ExprKind::Error, span });
        let range = span.range();
        self.take(range.start, range.end);
        if matches!(text.style, TextStyle::Quoted | TextStyle::Raw) {
            return Doc::text(self.slice(span));
        }
        let before = self.text.get(..range.start).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        let indent = line.len() - line.trim_start_matches(' ').len();
        let lines =
            self.slice(span).split('\n').map(|l| l.strip_suffix('\r').unwrap_or(l).to_owned()).collect();
        Doc::Block(lines, indent)
    }

    /// What stands in the parentheses that start at `span`: on one line, or one a line if the first of them was written
    /// on a new line.
    pub(super) fn arguments<T: Placed>(
        &mut self,
        span: Span,
        args: &[T],
        mut print: impl FnMut(&mut Self, &T) -> Doc,
    ) -> Doc {
        let range = span.range();
        let mut gaps = vec![];
        let mut last = range.start;
        for place in args.iter().map(|a| a.place().range()) {
            gaps.push(Span::new(span.file, last, place.start));
            last = place.end;
        }
        let new_line = gaps.first().is_some_and(|g| self.slice(*g).contains('\n'));
        gaps.push(Span::new(span.file, last, range.end));
        if !new_line && !gaps.into_iter().any(|g| self.has_comments(g)) {
            let mut body = vec![Doc::Line("")];
            for (i, arg) in args.iter().enumerate() {
                body.extend((i > 0).then(|| Doc::All(vec![Doc::text(","), Doc::Line(" ")])));
                body.push(print(self, arg));
            }
            let inner = if args.is_empty() { vec![] } else { vec![Doc::Indent(body), Doc::Line("")] };
            return Doc::Group(false, vec![Doc::text("("), Doc::All(inner), Doc::text(")")]);
        }
        let mut left = args.len();
        let body = self.lines(range.start + 1, range.end, args, |f, arg| {
            left -= 1;
            Doc::All(vec![print(f, arg), Doc::text(if left > 0 { "," } else { "" })])
        });
        Doc::Group(true, vec![Doc::text("("), Doc::Indent(body), Doc::Newline(false), Doc::text(")")])
    }
}

/// The expression that the text of `expr` starts with, if it starts with one.
fn first(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Field { base, .. } | ExprKind::Index { base, .. } | ExprKind::Present(base) => Some(base),
        ExprKind::Call { callee, .. } => Some(callee),
        ExprKind::Binary { left, .. } => Some(left),
        ExprKind::Cast { value, .. } => Some(value),
        _ => None,
    }
}

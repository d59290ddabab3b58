//! Operators, `if` and `match`.

use super::Formatter;
use super::doc::Doc;
use crate::source::Span;
use crate::syntax::ast::{Arm, BinaryOp, Expr, ExprKind};

impl Formatter<'_> {
    /// Operands of one precedence stand on one line, or one a line with the operator before it.
    pub(super) fn binary(&mut self, expr: &Expr, op: BinaryOp) -> Doc {
        let mut links = vec![];
        let mut head = expr;
        while let ExprKind::Binary { op: this, op_span, left, right } = &head.kind {
            let own = head.span.start == left.span.start || std::ptr::eq(head, expr);
            if this.precedence() != op.precedence() || !own {
                break;
            }
            links.push((*this, *op_span, left.span, right.as_ref()));
            head = left;
        }
        links.reverse();
        let gap = |left: Span, right: Span| Span { start: left.end, end: right.start, ..left };
        let broken =
            links.iter().any(|(_, _, left, right)| self.slice(gap(*left, right.span)).contains('\n'));
        let first = self.expr(head);
        let mut docs = vec![];
        for (op, op_span, left, right) in links {
            docs.extend(self.gap_comments(gap(left, op_span)));
            docs.push(Doc::Line(" "));
            docs.push(Doc::text(format!("{} ", op.symbol())));
            docs.push(self.expr(right));
        }
        Doc::Group(broken, vec![first, Doc::Indent(docs)])
    }

    /// The comments in a gap whose end is a new line.
    pub(super) fn gap_comments(&mut self, gap: Span) -> Vec<Doc> {
        if !self.slice(gap).contains('\n') {
            return vec![];
        }
        let mut docs = vec![];
        for comment in self.take(gap.range().start, gap.range().end) {
            let text = self.slice(comment.span).to_owned();
            if comment.own_line || text.contains('\n') || !docs.is_empty() {
                docs.extend([Doc::Newline(false), Doc::Verbatim(text)]);
            } else {
                docs.push(Doc::Comment(format!(" {text}")));
            }
        }
        docs
    }

    pub(super) fn if_(&mut self, expr: &Expr) -> Doc {
        let span = self.inner(expr);
        let broken = self.is_broken(span);
        let mut docs = vec![];
        let mut rest = Some(expr);
        while let Some(expr) = rest {
            let ExprKind::If { condition, then, otherwise } = &expr.kind else { break };
            docs.extend([Doc::text("if "), self.expr(condition), Doc::text(" ")]);
            let end = otherwise.as_ref().map_or(span.range().end, |o| o.span.range().start);
            docs.push(self.branch(broken, condition.span.range().end, then, end));
            rest = None;
            if let Some(otherwise) = otherwise {
                docs.push(Doc::text(" else "));
                match self.is_else_if(otherwise) {
                    true => rest = Some(otherwise),
                    false => docs.push(self.branch(broken, end, otherwise, span.range().end)),
                }
            }
        }
        Doc::Group(broken, docs)
    }

    /// `{ value }`, with the comments in `from..to`.
    fn branch(&mut self, broken: bool, from: usize, value: &Expr, to: usize) -> Doc {
        let body = match broken {
            true => self.lines(from, to, std::slice::from_ref(value), Self::expr),
            false => vec![Doc::Line(" "), self.expr(value)],
        };
        Doc::All(vec![Doc::text("{"), Doc::Indent(body), Doc::Line(" "), Doc::text("}")])
    }

    /// Whether `else if` was written, not `else { if … }`.
    fn is_else_if(&self, otherwise: &Expr) -> bool {
        let before = self.text.get(..otherwise.span.range().start).unwrap_or("");
        let mut end = before.trim_end().len();
        let ends_at = |end: usize| {
            let i = self.comments.partition_point(|c| c.span.range().end < end);
            self.comments.get(i).filter(|c| c.span.range().end == end)
        };
        while let Some(comment) = ends_at(end) {
            end = before.get(..comment.span.range().start).unwrap_or("").trim_end().len();
        }
        matches!(otherwise.kind, ExprKind::If { .. })
            && before.get(..end).is_some_and(|b| b.ends_with("else"))
    }

    pub(super) fn arm(&mut self, arm: &Arm) -> Doc {
        let patterns: Vec<&str> = arm.patterns.iter().map(|p| self.slice(p.span)).collect();
        let pattern = if patterns.is_empty() { "_".to_owned() } else { patterns.join(" | ") };
        Doc::All(vec![Doc::text(format!("{pattern} => ")), self.expr(&arm.value)])
    }
}

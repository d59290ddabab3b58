//! From the flat list `a + b * c` to a tree, by the precedence that the tree states.

use super::Builder;
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};

/// An operand and, if it was put together from this list, its outermost operator.
struct Operand {
    expr: Expr,
    made_by: Option<(BinaryOp, Span)>,
}

impl Builder<'_> {
    /// Joins `first op operand op operand …`; all operators associate to the left.
    pub(super) fn join(&mut self, first: Expr, rest: Vec<(BinaryOp, Span, Expr)>) -> Expr {
        let mut operands = vec![Operand { expr: first, made_by: None }];
        let mut operators: Vec<(BinaryOp, Span)> = vec![];
        for (op, span, expr) in rest {
            while operators.last().is_some_and(|(o, _)| o.precedence() >= op.precedence()) {
                self.reduce(&mut operands, &mut operators);
            }
            operators.push((op, span));
            operands.push(Operand { expr, made_by: None });
        }
        while !operators.is_empty() && operands.len() > 1 {
            self.reduce(&mut operands, &mut operators);
        }
        let error = Expr { kind: ExprKind::Error, span: Span::default() };
        operands.pop().map_or(error, |o| o.expr)
    }

    fn reduce(&mut self, operands: &mut Vec<Operand>, operators: &mut Vec<(BinaryOp, Span)>) {
        let (Some(right), Some(left), Some((op, op_span))) =
            (operands.pop(), operands.pop(), operators.pop())
        else {
            return;
        };
        for side in [&left, &right] {
            if let Some((inner, inner_span)) = side.made_by {
                self.check_mix(inner, inner_span, op, op_span);
            }
        }
        let span = left.expr.span.to(right.expr.span);
        let kind = ExprKind::Binary { op, op_span, left: Box::new(left.expr), right: Box::new(right.expr) };
        operands.push(Operand { expr: Expr { kind, span }, made_by: Some((op, op_span)) });
    }

    /// Reports operators whose order readers do not agree on.
    fn check_mix(&mut self, inner: BinaryOp, inner_span: Span, outer: BinaryOp, outer_span: Span) {
        let logic = matches!(outer, BinaryOp::And | BinaryOp::Or);
        let compares = |op: BinaryOp| op.precedence() == BinaryOp::Eq.precedence();
        let (message, help) = if inner == BinaryOp::Coalesce && logic {
            let message = format!("`??` and `{}` are mixed without parentheses", outer.symbol());
            (message, format!("put parentheses around one of them, such as `(a ?? b) {} c`", outer.symbol()))
        } else if compares(inner) && compares(outer) {
            let message = format!("`{}` and `{}` cannot be chained", inner.symbol(), outer.symbol());
            (message, "compare two at a time and join the results with `&&`".to_owned())
        } else {
            return;
        };
        let problem = Diagnostic::error("mixed-operators", outer_span, message)
            .also(inner_span, "and this one")
            .help(help);
        self.problems.push(problem);
    }
}

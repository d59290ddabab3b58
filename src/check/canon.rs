//! Expressions by what they mean and not by how they are written, so that two conditions can be told to be the same.

use super::program::{Expr, ExprKind};

/// A text that is equal for expressions that are the same wherever both are seen; one of its own for forms that are not
/// followed.
pub(crate) fn canonical(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Slot(slot) => format!("${slot}"),
        ExprKind::Global(id) => format!("@{id}"),
        ExprKind::Const(value) => format!("{value:?}"),
        ExprKind::Field { base, name } => format!("{}.{name}", canonical(base)),
        ExprKind::Index { base, index } => format!("{}[{}]", canonical(base), canonical(index)),
        ExprKind::Present(inner) => format!("({})?", canonical(inner)),
        ExprKind::Not(inner) => format!("!({})", canonical(inner)),
        ExprKind::Binary { op, left, right } => {
            format!("({} {} {})", canonical(left), op.symbol(), canonical(right))
        }
        _ => format!("{:?}", e.span),
    }
}

/// A condition without its negation, and whether it had one.
pub(crate) fn condition(e: &Expr) -> (String, bool) {
    match &e.kind {
        ExprKind::Not(inner) => {
            let (text, negated) = condition(inner);
            (text, !negated)
        }
        ExprKind::Binary { op: super::program::BinaryOp::Ne, left, right } => {
            (format!("({} == {})", canonical(left), canonical(right)), true)
        }
        _ => (canonical(e), false),
    }
}

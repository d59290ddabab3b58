//! `!`, arithmetic, comparisons, `&&`, `||`, `??`.

use crate::check::checker::{Checker, poison};
use crate::check::program::{BinaryOp, Expr, ExprKind};
use crate::check::types::{IntRange, Ty, Type};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;

impl<'a> Checker<'a> {
    pub(super) fn not(&mut self, inner: &'a ast::Expr, span: Span) -> Expr {
        let inner = self.condition_value(inner);
        Expr { kind: ExprKind::Not(Box::new(inner)), ty: Ty::always(Type::Bool), span }
    }

    /// Types a Bool; an optional gets the help that it needs.
    pub(in crate::check) fn condition_value(&mut self, e: &'a ast::Expr) -> Expr {
        let typed = self.expr(e, Some(&Type::Bool));
        if typed.ty.ty == Type::Never || (typed.ty.ty.is_within(&Type::Bool) && !typed.ty.optional) {
            return typed;
        }
        let text = self.inputs.sources.slice(e.span).to_owned();
        let message = format!("a condition is a `Bool`, this is `{}`", typed.ty);
        let mut d = Diagnostic::error("type-mismatch", e.span, message);
        if typed.ty.optional {
            d = d.help(format!("`{text}?` asks whether it is there; `when let x = {text} {{ }}` binds it"));
        } else {
            d = d.help("compare it with something: `… == …`");
        }
        self.error(d)
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        (left, right): (&'a ast::Expr, &'a ast::Expr),
        expected: Option<&Type>,
        span: Span,
    ) -> Expr {
        let typed = match op {
            BinaryOp::And | BinaryOp::Or => self.logic(op, left, right),
            BinaryOp::Coalesce => self.coalesce(left, right, expected),
            BinaryOp::Eq | BinaryOp::Ne => self.equality(left, right, op_span),
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                let (l, r) = (self.number(left, op), self.number(right, op));
                Some((l, r, Ty::always(Type::Bool)))
            }
            _ => {
                let (l, r) = (self.number(left, op), self.number(right, op));
                let ty = arithmetic(op, &l.ty.ty, &r.ty.ty);
                self.divisor(op, &r);
                Some((l, r, Ty::always(ty)))
            }
        };
        match typed {
            Some((left, right, ty)) => {
                Expr { kind: ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }, ty, span }
            }
            None => poison(span),
        }
    }

    /// A division by what is zero for every request refuses every request.
    fn divisor(&mut self, op: BinaryOp, right: &Expr) {
        let zero = Value::Int(0);
        let always = match &right.ty.ty {
            Type::Literals(set) => set.len() == 1 && set.first().is_some_and(|l| l.value() == zero),
            Type::Int(range) => (range.lo, range.hi) == (Some(0), Some(0)),
            _ => matches!(right.kind, ExprKind::Const(Value::Float(f)) if f == 0.0),
        };
        if always && matches!(op, BinaryOp::Div | BinaryOp::Rem) {
            let d = Diagnostic::error("arithmetic", right.span, "this is a division by zero");
            self.out.push(d.help("divide by what is never zero"));
        }
    }

    fn logic(&mut self, op: BinaryOp, left: &'a ast::Expr, right: &'a ast::Expr) -> Option<(Expr, Expr, Ty)> {
        let left = self.condition_value(left);
        let facts = self.cx.aliases.facts(&left, op == BinaryOp::And);
        let right = self.with_facts(facts, |this| this.condition_value(right));
        Some((left, right, Ty::always(Type::Bool)))
    }

    /// Does `work` where `facts` hold.
    pub(in crate::check) fn with_facts<T>(
        &mut self,
        facts: Vec<crate::check::facts::Fact>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.cx.facts.len();
        self.cx.facts.extend(facts);
        let result = work(self);
        self.cx.facts.truncate(before);
        result
    }

    fn coalesce(
        &mut self,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        expected: Option<&Type>,
    ) -> Option<(Expr, Expr, Ty)> {
        let l = self.expr(left, expected);
        let guide = expected.cloned().or_else(|| (l.ty.ty != Type::Never).then(|| l.ty.ty.clone()));
        let guide = guide.filter(|t| !matches!(t, Type::Record(_)) || expected.is_some());
        let r = self.expr(right, guide.as_ref());
        if l.ty.ty == Type::Never || r.ty.ty == Type::Never {
            return Some((l, r, Ty::always(Type::Never)));
        }
        if !l.ty.optional {
            let text = self.inputs.sources.slice(left.span).to_owned();
            let d = Diagnostic::warning("never-absent", left.span, format!("`{text}` is always there here"));
            self.out.push(d.help("remove `??` and what follows it").also(right.span, "never used"));
        }
        match l.ty.ty.join(&r.ty.ty) {
            Some(ty) => {
                let optional = l.ty.optional && r.ty.optional;
                Some((l, r, Ty { ty, optional }))
            }
            None => {
                let message = format!("`{}` and `{}` have no type in common", l.ty.ty, r.ty.ty);
                let d = Diagnostic::error("no-common-type", right.span, message);
                self.out.push(d.also(left.span, format!("`{}`", l.ty)).help("make both sides of one type"));
                None
            }
        }
    }

    fn equality(
        &mut self,
        left: &'a ast::Expr,
        right: &'a ast::Expr,
        op_span: Span,
    ) -> Option<(Expr, Expr, Ty)> {
        let l = self.any_value(left);
        let r = self.any_value(right);
        // Two constants that differ are no mistake: one of them is a switch that somebody has set.
        let one = |t: &Type| matches!(t, Type::Literals(set) if set.len() == 1);
        let constants = one(&l.ty.ty) && one(&r.ty.ty) && !l.ty.ty.widen().is_disjoint(&r.ty.ty.widen());
        if l.ty.ty != Type::Never && r.ty.ty != Type::Never && l.ty.ty.is_disjoint(&r.ty.ty) && !constants {
            let message = format!("`{}` and `{}` are never equal", l.ty.ty, r.ty.ty);
            let d = Diagnostic::error("never-equal", op_span, message);
            let d = d.also(left.span, format!("`{}`", l.ty.ty)).also(right.span, format!("`{}`", r.ty.ty));
            self.out.push(d.help("compare values of one type"));
            return None;
        }
        Some((l, r, Ty::always(Type::Bool)))
    }

    fn number(&mut self, e: &'a ast::Expr, op: BinaryOp) -> Expr {
        let typed = self.any_value(e);
        if typed.ty.ty.is_within(&Type::Number) {
            return typed;
        }
        let message = format!("`{}` is between numbers, this is `{}`", op.symbol(), typed.ty.ty);
        let d = Diagnostic::error("type-mismatch", e.span, message);
        let help = match typed.ty.ty {
            Type::Str(_) | Type::Literals(_) if op == BinaryOp::Add => {
                "join texts by writing them in one: `\"${a}${b}\"`"
            }
            Type::List(_) if op == BinaryOp::Add => "join lists by writing them in one: `[...a ...b]`",
            _ => "use numbers; a text becomes one with `text.toInt(…)`",
        };
        self.error(d.help(help))
    }
}

fn arithmetic(op: BinaryOp, left: &Type, right: &Type) -> Type {
    let (Type::Int(a), Type::Int(b)) = (left.widen(), right.widen()) else {
        return if *left == Type::Never || *right == Type::Never { Type::Never } else { Type::Number };
    };
    let both =
        |f: fn(i64, i64) -> Option<i64>, x: Option<i64>, y: Option<i64>| x.zip(y).and_then(|(x, y)| f(x, y));
    let range = match op {
        BinaryOp::Add => {
            IntRange { lo: both(i64::checked_add, a.lo, b.lo), hi: both(i64::checked_add, a.hi, b.hi) }
        }
        BinaryOp::Sub => {
            IntRange { lo: both(i64::checked_sub, a.lo, b.hi), hi: both(i64::checked_sub, a.hi, b.lo) }
        }
        BinaryOp::Mul if a.lo.is_some_and(|n| n >= 0) && b.lo.is_some_and(|n| n >= 0) => {
            IntRange { lo: both(i64::checked_mul, a.lo, b.lo), hi: both(i64::checked_mul, a.hi, b.hi) }
        }
        _ => IntRange::default(),
    };
    Type::Int(range)
}

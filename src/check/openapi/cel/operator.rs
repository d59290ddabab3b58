//! Operators in CEL.

use super::code::{Bind, Code};
use super::translate::{Names, Stop, Term, Translator};
use crate::check::program::{BinaryOp, Expr, ExprKind};
use crate::check::types::Type;
use crate::source::Span;
use crate::value::Value;

/// Every integer below it is a float of 64 bits of its own.
const EXACT: i64 = 1 << 53;

/// What CEL knows a scalar as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Bool,
    Int,
    /// In CEL a float, whatever was written.
    Number,
    Str,
    IntOrString,
}

/// What CEL knows the values of a type as, if they are scalars.
pub(super) fn scalar(ty: &Type) -> Option<Scalar> {
    match ty.widen() {
        Type::Bool => Some(Scalar::Bool),
        Type::Int(_) => Some(Scalar::Int),
        Type::Number => Some(Scalar::Number),
        Type::Str(_) => Some(Scalar::Str),
        Type::IntOrString => Some(Scalar::IntOrString),
        _ => None,
    }
}

/// Whether CEL compares two scalars as vow does.
pub(super) fn comparable(a: Option<Scalar>, b: Option<Scalar>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) if a != Scalar::Number && b != Scalar::Number => {
            a == b || [a, b].contains(&Scalar::IntOrString) && ![a, b].contains(&Scalar::Bool)
        }
        _ => false,
    }
}

impl Translator<'_> {
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
        names: &Names<'_>,
    ) -> Result<Term, Stop> {
        if let Some(term) = self.with_number(op, left, right, span, names)? {
            return Ok(term);
        }
        let (a, b) = (self.term(left, names)?, self.term(right, names)?);
        let fails = a.fails || b.fails;
        let plain = |value| Ok(Term { there: None, value, fails });
        match op {
            BinaryOp::And if a.fails => plain(a.value.choose(b.value, Code::primary("false"))),
            BinaryOp::And => plain(a.value.and(b.value)),
            BinaryOp::Or if a.fails => plain(a.value.choose(Code::primary("true"), b.value)),
            BinaryOp::Or => plain(a.value.join("||", b.value, Bind::Or)),
            BinaryOp::Coalesce => Ok(coalesce(a, b)),
            BinaryOp::Eq | BinaryOp::Ne => match comparable(scalar(&left.ty.ty), scalar(&right.ty.ty)) {
                true => plain(a.value.join(op.symbol(), b.value, Bind::Relation)),
                false => Err(Stop::at(span, "a comparison of these values")),
            },
            _ if scalar(&left.ty.ty) != Some(Scalar::Int) || scalar(&right.ty.ty) != Some(Scalar::Int) => {
                Err(Stop::at(span, "arithmetic with what may be no integer"))
            }
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                plain(a.value.join(op.symbol(), b.value, Bind::Relation))
            }
            BinaryOp::Add | BinaryOp::Sub => Ok(failing(a.value.join(op.symbol(), b.value, Bind::Sum))),
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
                Ok(failing(a.value.join(op.symbol(), b.value, Bind::Product)))
            }
        }
    }

    /// A `Number` beside a literal. A cluster reads every `Number` as a float, so the literal becomes one; it has to be one
    /// that floats tell from its neighbours.
    fn with_number(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
        names: &Names<'_>,
    ) -> Result<Option<Term>, Stop> {
        let is_number = |e: &Expr| scalar(&e.ty.ty) == Some(Scalar::Number);
        let compares = matches!(
            op,
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge
        );
        if !compares || !(is_number(left) || is_number(right)) {
            return Ok(None);
        }
        let (of, a, b) = match (float(left), float(right)) {
            (None, Some(literal)) => {
                let of = self.term(left, names)?;
                (of.fails, of.value, literal)
            }
            (Some(literal), None) => {
                let of = self.term(right, names)?;
                (of.fails, literal, of.value)
            }
            _ => return Err(Stop::at(span, "a comparison of two `Number`s")),
        };
        Ok(Some(Term { there: None, value: a.join(op.symbol(), b, Bind::Relation), fails: of }))
    }
}

/// A literal as a float, if that is exactly the number that was written.
fn float(e: &Expr) -> Option<Code> {
    match e.kind {
        ExprKind::Const(Value::Int(i)) if i.unsigned_abs() < EXACT.unsigned_abs() => {
            Some(Code::primary(format!("{i}.0")))
        }
        ExprKind::Const(Value::Float(f)) => Some(Code::primary(format!("{f:?}"))),
        _ => None,
    }
}

fn failing(value: Code) -> Term {
    Term { there: None, value, fails: true }
}

fn coalesce(a: Term, b: Term) -> Term {
    let Some(has) = a.there else { return a };
    let there = b.there.map(|there| has.clone().join("||", there, Bind::Or));
    Term { there, value: has.choose(a.value, b.value), fails: a.fails || b.fails }
}

//! Narrowing: what a condition tells about paths. Values never change, so a fact holds wherever the condition did.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::program::{BinaryOp, Expr, ExprKind};
use super::types::{IntRange, Lit, Ty, Type};
use crate::value::Value;

/// A variable followed by fields (or constant keys of a map).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathKey {
    slot: usize,
    fields: Vec<Arc<str>>,
}

/// Something known of a path.
#[derive(Clone, Debug)]
pub(super) enum Fact {
    /// It is there.
    Present(PathKey),
    /// It is of this type, if it is there.
    Is(PathKey, Type),
    /// It is not this literal, if it is there.
    IsNot(PathKey, Lit),
}

/// Which slots are other names for paths: facts about one are facts about the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases(BTreeMap<usize, PathKey>);

impl Aliases {
    /// Notes that `slot` holds the value of `expr`, if that is a path.
    pub(super) fn note(&mut self, slot: usize, expr: &Expr) {
        if let Some(path) = self.path(expr) {
            self.0.insert(slot, path);
        }
    }

    /// Notes that `slot` is `field` of `of`.
    pub(super) fn note_field(&mut self, slot: usize, of: usize, field: &str) {
        self.0.insert(slot, PathKey { slot: of, fields: vec![field.into()] });
    }

    /// The path that `expr` is, if it is one.
    pub(super) fn path(&self, expr: &Expr) -> Option<PathKey> {
        let step = |base: &Expr, field: &Arc<str>| {
            let mut path = self.path(base)?;
            path.fields.push(Arc::clone(field));
            Some(path)
        };
        match &expr.kind {
            ExprKind::Slot(slot) => {
                Some(self.0.get(slot).cloned().unwrap_or(PathKey { slot: *slot, fields: vec![] }))
            }
            ExprKind::Field { base, name } => step(base, name),
            ExprKind::Index { base, index } => match &index.kind {
                ExprKind::Const(Value::Str(key)) => step(base, key),
                _ => None,
            },
            _ => None,
        }
    }

    /// What is known when `condition` came out as `holds`.
    pub(super) fn facts(&self, condition: &Expr, holds: bool) -> Vec<Fact> {
        match &condition.kind {
            ExprKind::Not(inner) => self.facts(inner, !holds),
            ExprKind::Present(inner) if holds => self.present(inner),
            ExprKind::Binary { op: BinaryOp::And, left, right } if holds => {
                [self.facts(left, true), self.facts(right, true)].concat()
            }
            ExprKind::Binary { op: BinaryOp::Or, left, right } if !holds => {
                [self.facts(left, false), self.facts(right, false)].concat()
            }
            ExprKind::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), left, right } => {
                let (path, lit) = match (literal(left), literal(right)) {
                    (None, Some(lit)) => (self.path(left), lit),
                    (Some(lit), None) => (self.path(right), lit),
                    _ => return vec![],
                };
                let equal = (*op == BinaryOp::Eq) == holds;
                path.map(|p| if equal { Fact::Is(p, Type::literal(lit)) } else { Fact::IsNot(p, lit) })
                    .into_iter()
                    .collect()
            }
            _ => vec![],
        }
    }

    /// The path of `expr` and all its prefixes are there.
    pub(super) fn present(&self, expr: &Expr) -> Vec<Fact> {
        let Some(path) = self.path(expr) else { return vec![] };
        let prefix =
            |n: usize| PathKey { slot: path.slot, fields: path.fields.iter().take(n).cloned().collect() };
        (0..=path.fields.len()).map(|n| Fact::Present(prefix(n))).collect()
    }

    /// The type of `expr` in the light of `facts`.
    pub(super) fn refine(&self, expr: &Expr, facts: &[Fact]) -> Ty {
        let mut ty = expr.ty.clone();
        let Some(path) = self.path(expr) else { return ty };
        for fact in facts {
            match fact {
                Fact::Present(p) if *p == path => ty.optional = false,
                Fact::Is(p, narrow) if *p == path && narrow.is_within(&ty.ty) => ty.ty = narrow.clone(),
                Fact::IsNot(p, lit) if *p == path => ty.ty = without(ty.ty, lit),
                _ => {}
            }
        }
        ty
    }
}

fn literal(expr: &Expr) -> Option<Lit> {
    match &expr.kind {
        ExprKind::Const(Value::Str(s)) => Some(Lit::Str(Arc::clone(s))),
        ExprKind::Const(Value::Int(i)) => Some(Lit::Int(*i)),
        ExprKind::Const(Value::Bool(b)) => Some(Lit::Bool(*b)),
        _ => None,
    }
}

/// `ty` without one literal: smaller sets, and integer ranges that lose an end.
fn without(ty: Type, lit: &Lit) -> Type {
    match (ty, lit) {
        (Type::Literals(mut set), lit) if set.len() > 1 => {
            set.remove(lit);
            Type::Literals(set)
        }
        (Type::Int(IntRange { lo: Some(lo), hi }), Lit::Int(n)) if lo == *n && Some(lo) != hi => {
            Type::Int(IntRange { lo: lo.checked_add(1), hi })
        }
        (Type::Int(IntRange { lo, hi: Some(hi) }), Lit::Int(n)) if hi == *n && Some(hi) != lo => {
            Type::Int(IntRange { lo, hi: hi.checked_sub(1) })
        }
        (ty, _) => ty,
    }
}
